"""Commands of issued papers: issuing, voiding, service with its proofs, numbering."""

import itertools
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from ...notifications.messages.catalogue import say
from ...states.admission import file_name
from ..kernel.files import read_bytes, read_text
from .cases import pairs, print_last_safe, tell_of
from .chinese import command
from .options import (
    CARRIER,
    DAY,
    ChoiceType,
    CountType,
    Options,
    answer,
    given_key,
    make_folder,
    tell,
    with_options,
    write_out,
)
from .screen import line, table, yes_no
from .told import coded, document, sentences
from .words import typed_kind, typed_way

if TYPE_CHECKING:
    from ..cases.numbers import CaseNumbering
    from ..notices.issue import IssuedNotice
    from ..notices.numbers import Pattern
    from ..notices.papers import IssuedPaper
    from ..notices.safe import SafeDays
    from ..notices.service import ServiceResult

LARGEST = 999_999_999
ACTS = ("dispatched", "delivered", "signed", "refused", "returned")


class _Issue(TypedDict):
    """What is typed after ``issue``."""

    case: str
    kind: str | None
    ref: str | None
    given: tuple[str, ...]
    carriers: tuple[str, ...]
    replaces: str | None
    voided: str | None
    reason: str
    about: str
    folder: Path | None


@command(help=say("cli_help_issue"))
@click.argument("case")
@click.argument("kind", required=False)
@click.option("--ref", help=say("cli_opt_ref"))
@click.option("--data", "given", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_given"))
@click.option("--carrier", "carriers", multiple=True, type=CARRIER, help=say("cli_opt_carrier"))
@click.option("--replaces", metavar="NOTICE", help=say("cli_opt_replaces"))
@click.option("--void", "voided", metavar="NOTICE", help=say("cli_opt_void"))
@click.option("--reason", default="", help=say("cli_opt_reason"))
@click.option("--of", "about", default="", metavar="NOTICE", help=say("cli_opt_about"))
@click.option("--to", "folder", type=click.Path(path_type=Path), help=say("cli_opt_folder"))
@with_options
def issue_(options: Options, **typed: Unpack[_Issue]) -> None:
    """Issues a paper of a case, or voids one."""
    case, voided = typed["case"], typed["voided"]
    if (typed["kind"] is None) == (voided is None):
        raise click.UsageError(say("cli_issue_or_void"))
    if voided is not None:
        _void(options, case, voided, typed["reason"])
        return
    done = _issue(options, typed)
    tell_of(options, done, lambda found: line(say("cli_issued", **found.model_dump() | {"number": found.number or ""})))
    if "pdf" in done.hashes:
        tell_fonts()
    for text in done.changed:
        tell(say("cli_not_as_approved", line=text, sheet=done.approved))
    if typed["folder"] is not None:
        _write(options, done, typed["folder"])


def _void(options: Options, case: str, notice: str, reason: str) -> None:
    from ..notices.voiding import void

    with options.writing() as context:
        done = void(context, case, notice, reason)
    told = sentences(done.warnings)
    answer(options, {"case": case, "void": notice, "warnings": told}, lambda _: line(say("cli_voided", notice=notice)))
    for text in told:
        tell(say("cli_warning", message=text))


def _issue(options: Options, typed: _Issue) -> "IssuedNotice":
    from ..notices.issue import CARRIERS, IssueOptions, issue

    asked = IssueOptions(
        ref=typed["ref"],
        given=pairs(typed["given"], "--data"),
        carriers=typed["carriers"] or CARRIERS,
        replaces=typed["replaces"],
        reason=typed["reason"],
        about=typed["about"],
    )
    with options.writing() as context:
        return issue(context, typed["case"], str(typed_kind(typed["kind"])), asked)


def tell_fonts() -> None:
    """Tells which typefaces of official documents the machine prints in another."""
    from ...notifications.formats.pdf import stood_in

    missing = stood_in()
    if missing:
        tell(say("cli_fonts_stood_in", fonts="、".join(missing)))


def _write(options: Options, issued: "IssuedNotice", folder: Path) -> None:
    from ...notifications.formats.carriers import suffix_of
    from ..notices.papers import reprint

    make_folder(folder)
    with options.writing() as context:
        found = {name: reprint(context, issued.case, str(issued.notice), name) for name in issued.hashes}
    for name, content in found.items():
        path = folder / file_name(f"{issued.case}-{issued.notice}.{suffix_of(name)}")
        write_out(content, str(path))
        tell(say("cli_wrote", path=path))


class ActType(ChoiceType):
    """An act of service, by its key or by the words that staff have for it."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Reads the word."""
        words = {say(f"act_{key}"): key for key in self.choices} | {say("act_typed_dispatched"): "dispatched"}
        return super().convert(words.get(str(value), value), param, ctx)


class _ServeProof(TypedDict):
    """What is typed after ``serve-proof``."""

    case: str
    notice: str
    act: str
    day: date | None
    given: tuple[str, ...]
    file: Path | None


@command(name="serve-proof", help=say("cli_help_serve-proof"))
@click.argument("case")
@click.argument("notice")
@click.argument("act", type=ActType(ACTS))
@click.option("--on", "day", type=DAY, help=say("cli_opt_service_on"))
@click.option("--data", "given", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_service"))
@click.option("--file", "file", type=click.Path(path_type=Path), help=say("cli_opt_proof_file"))
@with_options
def serve_proof_(options: Options, **typed: Unpack[_ServeProof]) -> None:
    """Records one event in the service of an issued paper."""
    from ..notices.service import ProofFile, ServiceEvent, record_service

    file = typed["file"]
    event = ServiceEvent(
        act=typed["act"],
        data=_told(pairs(typed["given"], "--data")),
        on=typed["day"],
        file=ProofFile(file.name, read_bytes(file)) if file is not None else None,
    )
    with options.writing() as context:
        done = record_service(context, typed["case"], typed["notice"], event)
    moved = document(done.moved, warnings=coded(done.moved.warnings)) if done.moved else None
    found = document(done, moved=moved, warnings=sentences(done.warnings))
    answer(options, found, lambda _: _print_service(done))


def _told(given: dict[str, object]) -> dict[str, str]:
    """What was typed of an act, with the word for a way read."""
    return {key: typed_way(str(value)) if key == "method" else str(value) for key, value in given.items()}


def _print_service(done: "ServiceResult") -> None:
    key = "cli_recorded" if done.attempt else "cli_recorded_at_once"
    line(say(key, act=say(f"act_{done.act}"), attempt=done.attempt, on=done.on))
    for text in sentences(done.warnings):
        tell(say("cli_warning", message=text))


@command(help=say("cli_help_papers"))
@click.argument("case")
@click.argument("notice", required=False)
@click.option("--carrier", default="text", metavar="CARRIER", help=say("cli_opt_issued_carrier"))
@click.option("--to", "target", metavar="FILE", help=say("cli_opt_output"))
@click.option("--why", default="", metavar="TEXT", help=say("cli_opt_why_read"))
@with_options
def papers_(options: Options, case: str, notice: str | None, carrier: str, target: str | None, why: str) -> None:
    """A case's issued papers, or the very bytes of one."""
    from ..cases.store import load_case
    from ..notices.papers import issued_papers, reprint
    from ..notices.safe import last_safe_days

    if notice is not None:
        with options.writing() as context:
            content = reprint(context, case, notice, carrier, why)
        write_out(content, target)
        return
    with options.reading() as context:
        found = issued_papers(context, case)
        safe = last_safe_days(context.connection, load_case(context.connection, context.agency, case), options.day)
    document = {
        "case": case,
        "papers": [item.model_dump(mode="json") for item in found],
        "last_safe": safe._asdict() if safe is not None else None,
    }
    answer(options, document, lambda _: _print_papers(found, safe))


def _print_papers(papers: "tuple[IssuedPaper, ...]", safe: "SafeDays | None") -> None:
    if safe is not None:
        print_last_safe(safe.post_by, safe.signed_by)
    if not papers:
        line(say("cli_no_papers"))
        return
    rows = [
        (
            str(item.notice),
            item.title + _remarks(item),
            item.number or "",
            item.issued_on,
            yes_no(item.void),
            "；".join(f"{say('act_' + act.act)} {act.on}" for act in item.acts),
        )
        for item in papers
    ]
    table(("seq>", "paper", "document_number", "issued_on", "void", "service"), rows)


def _remarks(item: "IssuedPaper") -> str:
    """That a paper does not say what was approved, or no longer what is recorded."""
    found = say("not_as_approved", reason=item.reason) if item.reason else ""
    return found + ("" if item.in_force else say("amended_since"))


@command(help=say("cli_help_numbering"))
@click.option("--load", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_load_numbering"))
@click.option("--case-pattern", metavar="PATTERN", help=say("cli_opt_case_pattern"))
@click.option("--next-case", type=CountType(1, LARGEST), help=say("cli_opt_next_case"))
@with_options
def numbering_(options: Options, load: Path | None, case_pattern: str | None, next_case: int | None) -> None:
    """The patterns of the office's numbers, and the next number of a case."""
    from ...notifications.documents.kinds import kinds
    from ..cases.numbers import case_numbering, set_case_numbering
    from ..kernel.context import PERMISSIONS
    from ..notices.numbers import pattern_of, set_numbering

    if load is not None:
        text = read_text(load)
        with options.writing() as context:
            set_numbering(context, text, name=load.name)
    if case_pattern is not None or next_case is not None:
        with options.writing() as context:
            set_case_numbering(context, case_pattern, next_serial=next_case)
    with options.reading() as context:
        context.require(*PERMISSIONS)
        cases = case_numbering(context)
        found = {
            item.title: pattern_of(context.connection, context.agency, item)
            for item in kinds()
            if item.suffix is not None
        }
    document = {"patterns": {title: item._asdict() for title, item in found.items()}, "cases": cases.model_dump()}
    answer(options, document, lambda _: _print_numbering(cases, found))


def _print_numbering(cases: "CaseNumbering", patterns: "dict[str, Pattern]") -> None:
    line(say("cli_case_numbering", **cases.model_dump()))
    by_pattern = sorted(patterns.items(), key=lambda item: (item[1].series, item[1].pattern))
    for item, titles in itertools.groupby(by_pattern, key=lambda entry: entry[1]):
        line(say("cli_numbering", kind="、".join(title for title, _ in titles), **item._asdict()))


@command(help=say("cli_help_bundle"))
@click.argument("case")
@click.option("--to", "target", metavar="ZIP", help=say("cli_opt_bundle_to"))
@click.option("--as-of", type=DAY, help=say("cli_opt_as_of"))
@click.option("--why", default="", metavar="TEXT", help=say("cli_opt_why_read"))
@click.option("--key", "key_file", type=click.Path(path_type=Path), help=say("cli_opt_key"))
@with_options
def bundle_(
    options: Options, case: str, target: str | None, as_of: date | None, why: str, key_file: Path | None
) -> None:
    """The evidence bundle of a case."""
    from ..casefile.bundle import bundle

    with options.writing() as context:
        content = bundle(context, case, as_of or options.day, why, key=given_key(key_file))
    path = target or file_name(say("bundle_file", case=case))
    write_out(content, path)
    document = {"case": case, "file": path, "size": len(content), "sha256": sha256(content).hexdigest()}
    answer(
        options,
        document,
        lambda found: line(say("cli_bundled", path=found["file"], size=found["size"], hash=found["sha256"])),
    )


COMMANDS = {"issue": issue_, "serve-proof": serve_proof_, "papers": papers_, "bundle": bundle_, "numbering": numbering_}
