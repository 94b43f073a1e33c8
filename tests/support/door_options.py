"""The ways of the commands by their options: each option that reads or writes data or a file, typed as in ``doors``.

An option that is neither typed there, nor here, nor on the list of those that reach nothing of their own fails a test.
"""

from collections.abc import Iterator

import click
from doors import CASE, COMMANDS, EXEMPT_COMMANDS, SHEET, program

SHARED = frozenset({"--db", "--agency", "--format", "--today", "--as", "--help"})
"""Options that every command takes."""
WAYS: dict[tuple[str, str], tuple[str, ...]] = {
    ("replay", "--stop"): ("replay", "@journal.jsonl", "--stop"),
    ("show", "--unmasked"): ("show", CASE, "--unmasked", "--why", "看看"),
    ("move", "--by"): ("move", CASE, "withdraw", "--data", "reason=不要了", "--by", "u1"),
    ("notice", "--of"): ("notice", CASE, "service_receipt", "--of", "1"),
    ("issue", "--data"): ("issue", CASE, "registration", "--data", "opinion=无", "--to", "@out"),
    ("issue", "--carrier"): ("issue", CASE, "registration", "--carrier", "text", "--to", "@out"),
    ("issue", "--replaces"): ("issue", CASE, "registration", "--replaces", "1", "--to", "@out"),
    ("issue", "--of"): ("issue", CASE, "service_receipt", "--of", "1", "--to", "@out"),
    ("serve-proof", "--data"): ("serve-proof", CASE, "1", "signed", "--data", "receipt=1"),
    ("serve-proof", "--file"): ("serve-proof", CASE, "1", "signed", "--file", "@people.toml"),
    ("numbering", "--case-pattern"): ("numbering", "--case-pattern", "{year}-{serial}"),
    ("papers", "--carrier"): ("papers", CASE, "1", "--carrier", "text", "--to", "@paper.txt"),
    ("propose", "--draft"): ("propose", CASE, "extend", "--data", "days=5", "--draft", "@people.toml"),
    ("propose", "--keep"): ("propose", CASE, "extend", "--data", "days=5", "--keep"),
    ("edit", "--draft"): ("edit", SHEET, "--draft", "@people.toml"),
    ("return", "--to"): ("return", SHEET, "--to", "1", "--opinion", "不妥"),
    ("procedure", "--load"): ("procedure", "--load", "@people.toml"),
    ("procedure", "--text"): ("procedure", "--text"),
    ("acting", "--all"): ("acting", "--all"),
    ("report", "--output"): ("report", "2024", "--output", "@report.json"),
    ("template preview", "--folder"): ("template", "preview", "reply", "--folder", "@law"),
    ("template preview", "--carrier"): ("template", "preview", "reply", "--carrier", "text"),
    ("template preview", "--to"): ("template", "preview", "reply", "--to", "@sample.docx"),
    ("relay", "--replay"): ("relay", "--replay", "a/1/1"),
    ("channels", "--text"): ("channels", "--text"),
    ("db check", "--mend"): ("db", "check", "--mend"),
    ("audit verify", "--anchor"): ("audit", "verify", "--anchor", "@anchor.json"),
    ("tick", "--key"): ("tick", "--key", "@office.key"),
    ("attach", "--role"): ("attach", CASE, "@scan.txt", "--role", "evidence"),
    ("attach", "--name"): ("attach", CASE, "@scan.txt", "--name", "b.txt"),
    ("attachments", "--unmask"): ("attachments", CASE, "--unmask", "--why", "看看"),
    ("bundle", "--key"): ("bundle", CASE, "--to", "@bundle.zip", "--key", "@office.key"),
} | {
    (verb, "--dry-run"): (*COMMANDS[verb][0], "--dry-run")
    for verb in [
        "send",
        "read",
        "save",
        "return",
        "recall",
        "transfer",
        "delegate",
        "advise",
        "add-signer",
        "remove-signer",
        "copy",
        "void",
        "complete",
        "assign",
        "seal",
    ]
}
"""What is typed for each; ``@`` is the test's folder."""
NO_DATABASE = {
    ("import", "--template"): ("writes an empty register", ("import", "--template", "@empty.xlsx")),
    ("directory", "--check"): ("reads the file that it is given", ("directory", "--check", "@people.toml")),
    ("procedure", "--check"): ("reads the file that it is given", ("procedure", "--check", "@people.toml")),
    ("channels", "--check"): ("reads the file that it is given", ("channels", "@channels.toml", "--check")),
}
"""Options with which a command needs no database, each with what it does and how it is typed."""
WHEN = "says of which day, or how many"
WORDS = "words that are kept with the act that the command asks for anyway"
WHICH = "chooses among what the command reaches anyway"
NARROWING = {
    "--at": WHEN,
    "--on": WHEN,
    "--as-of": WHEN,
    "--from": WHEN,
    "--until": WHEN,
    "--within": WHEN,
    "--year": WHEN,
    "--page": WHEN,
    "--size": WHEN,
    "--limit": WHEN,
    "--why": WORDS,
    "--opinion": WORDS,
    "--reason": WORDS,
    "--basis": WORDS,
    "--rule": WHICH,
    "--ref": WHICH,
    "--where": WHICH,
    "--mode": WHICH,
    "--move": WHICH,
    "--content": WHICH,
    "--outcome": WHICH,
    "--state": WHICH,
    "--bucket": WHICH,
    "--stage": WHICH,
    "--handler": WHICH,
    "--department": WHICH,
    "--received-from": WHEN,
    "--received-to": WHEN,
    "--sort": WHICH,
    "--cursor": WHICH,
}
"""Options that reach nothing of their own, each with what it does."""


def options(found: click.Command = program, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every option of every command that asks somebody, by the command's name."""
    if isinstance(found, click.Group):
        at = click.Context(found)
        for name in found.list_commands(at):
            inner = found.get_command(at, name)
            assert inner is not None
            yield from options(inner, (*path, name))
    elif (name := " ".join(path)) not in EXEMPT_COMMANDS:
        for parameter in found.params:
            if isinstance(parameter, click.Option) and SHARED.isdisjoint(parameter.opts):
                yield name, parameter.opts[0]


def typed_already() -> set[tuple[str, str]]:
    """The options that the calls of ``doors`` type."""
    return {(name, word) for name, ways in COMMANDS.items() for way in ways for word in way if word.startswith("--")}
