"""Commands of the audit: the chains, the anchor, the office's key, the log of reads."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...notifications.messages.catalogue import say
from ...notifications.messages.sentences import moment
from .chinese import group
from .options import Found, Options, answer, required_key, with_options, write_out
from .screen import line, table
from .told import document, sentence

if TYPE_CHECKING:
    from ..casefile.anchor import Anchor
    from ..casefile.audit import AuditResult
    from ..cases.reads import CaseRead


@group(name="audit", help=say("cli_help_audit"))
@with_options
def audit_(options: Options) -> None:
    """The history's chain."""


@audit_.command("verify", help=say("cli_help_audit_verify"))
@click.option("--anchor", "anchor_file", type=click.Path(path_type=Path), help=say("cli_opt_anchor"))
@with_options
def verify_(options: Options, anchor_file: Path | None) -> None:
    """Recomputes every link of every chain and the checkpoints over them; then it links what is not linked yet."""
    from ..casefile.anchor import check_anchor, read_anchor
    from ..casefile.audit import verify
    from ..kernel.context import stamp
    from ..kernel.files import read_text
    from ..kernel.linking import link_up

    with options.writing_all() as context:
        context.require_everywhere("operate")
        anchor = read_anchor(read_text(anchor_file), str(anchor_file)) if anchor_file is not None else None
        found = verify(context, options.agency)
        if anchor is not None:
            found = found.model_copy(update={"faults": (*check_anchor(context, anchor), *found.faults)})
    link_up(options.sessions, stamp(options.clock), whole=True)
    faults = [document(item, message=sentence(item.remark)) for item in found.faults]
    answer(options, document(found, faults=faults), lambda _: _print_audit(found, anchor))
    if found.faults:
        raise Found


@audit_.command("key", help=say("cli_help_audit_key"))
@click.argument("file", type=click.Path(path_type=Path))
@with_options
def key_(options: Options, file: Path) -> None:
    """Makes the office's key for signing, and puts its public half on record."""
    from ...notifications.files import OWN
    from ..casefile.signing import new_key, note_key, read_key

    if not os.path.exists(file):  # a name that cannot be one is told when it is written
        write_out(new_key().encode(), str(file), OWN)
    with options.writing_all() as context:
        found = note_key(context, read_key(file))
    answer(options, {"file": str(file), "key": found}, lambda _: line(say("cli_key_made", path=file, key=found)))


@audit_.command("anchor", help=say("cli_help_audit_anchor"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", "key_file", type=click.Path(path_type=Path), help=say("cli_opt_key"))
@with_options
def anchor_(options: Options, file: Path, key_file: Path | None) -> None:
    """Writes a signed statement of the whole register, to be kept elsewhere."""
    from ..casefile.anchor import make_anchor
    from ..casefile.verifier import shown_key

    with options.writing_all() as context:
        made = make_anchor(context, required_key(key_file))
    write_out((made.model_dump_json(indent=1) + "\n").encode(), str(file))
    told = {"file": str(file), "checkpoints": made.checkpoints, "hash": made.hash, "key": shown_key(made.public_key)}
    answer(options, told, lambda _: line(say("cli_anchored", **told)))


@audit_.command("forget", help=say("cli_help_audit_forget"))
@click.argument("owner")
@with_options
def forget_(options: Options, owner: str) -> None:
    """Takes a host's owner of tables off the record."""
    from ..kernel.owners import forget_owner

    with options.writing_all() as context:
        forget_owner(context, owner)
    answer(options, {"forgotten": owner}, lambda found: line(say("cli_owner_forgotten", owner=found["forgotten"])))


@audit_.command("reads", help=say("cli_help_audit_reads"))
@click.argument("case")
@with_options
def reads_(options: Options, case: str) -> None:
    """Who has seen the personal data of a case."""
    from ..cases.reads import read_log

    with options.reading() as context:
        found = read_log(context, case)
    answer(options, {"case": case, "reads": found}, lambda _: _print_reads(found))


def _print_reads(found: "tuple[CaseRead, ...]") -> None:
    from ..kernel.personal_data import ERASED

    rows = []
    for item in found:
        why = ERASED if item.why is None else item.why
        rows.append((item.seq, moment(item.at), item.name, say(f"read_{item.what}"), item.about, why))
    table(("seq>", "at", "by", "read", "about", "reason"), rows)


def _print_audit(found: "AuditResult", anchor: "Anchor | None") -> None:
    if not found.faults:
        line(say("cli_audit_good", cases=found.cases, events=found.events, checkpoints=found.checkpoints))
        if anchor is not None:
            line(say("cli_audit_anchored", checkpoints=anchor.checkpoints, at=moment(anchor.made_at)))
        return
    line(say("cli_audit_bad", n=len(found.faults)))
    for fault in found.faults:
        line(f"- {sentence(fault.remark)}")


COMMANDS = {"audit": audit_}
