"""Lists of cases: what falls due, every morning's question, in a module that starts without the other commands."""

from datetime import date
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from ...notifications.messages.catalogue import say
from .chinese import command
from .options import DAY, ChoiceType, CountType, Options, answer, with_options
from .screen import coloured, days, line, named, table
from .told import document, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..cases.annulled import AnnulledCase
    from ..cases.due_list import DueCase
    from ..cases.lists.pages import CaseItem, CasePage

MOST_DAYS = 1000
YEARS = CountType(1, 9998)


@command(help=say("cli_help_due"))
@click.option("--within", type=CountType(0, MOST_DAYS), help=say("cli_opt_within"))
@click.option("--as-of", type=DAY, help=say("cli_opt_as_of"))
@with_options
def due_(options: Options, within: int | None, as_of: date | None) -> None:
    """What falls due, most urgent first."""
    from ..cases.due_list import counts, due

    on = as_of or options.day
    with options.reading() as context:
        found = due(context, on, options.day)
    totals = counts(found).model_dump()
    if within is not None:
        found = [item for item in found if item.to_do or (item.days_left is not None and item.days_left <= within)]
    document = {
        "agency": context.agency,
        "as_of": on.isoformat(),
        "counts": totals,
        "cases": [item.model_dump(mode="json") for item in found],
    }
    answer(options, document, lambda _: _print_due(on, totals, found))


def _print_due(on: date, totals: dict[str, int], cases: "list[DueCase]") -> None:
    told = "，".join(f"{named('bucket', key)} {n}" for key, n in totals.items() if n)
    known = say("cli_more_known", as_of=on, n=sum(totals.values()))
    line(f"{known}：{told}" if told else known)
    if not cases:
        line(say("cli_nothing_due"))
        return
    rows = [
        (
            coloured(named("bucket", item.bucket), item.bucket),
            item.case,
            named("state", item.state),
            named("rule", item.rule),
            f"{item.due_on or ''}" + (say("word_provisional") if item.provisional else ""),
            days(item.days_left),
            _stage(item),
            item.handler,
        )
        for item in cases
    ]
    table(("bucket", "case", "state", "rule", "due_on", "left", "stage", "handler"), rows)
    print_ways_on(what for item in cases for what in item.to_do)


def print_ways_on(to_do: "Iterable[str]") -> None:
    """What leads on from what is to be done, each once."""
    for what in dict.fromkeys(to_do):
        line(say(f"way_on_{what}"))


_BESIDE = ("to_confirm", "to_confirm_receipt", "came_too_late", "term_over")
"""What is to be done and no stage tells."""


def _stage(item: "DueCase") -> str:
    """Where a case stands, and what else waits in it."""
    late = item.bucket != "overdue" or item.rule != "reply"
    told = (
        named("stage", item.stage) if item.stage else "",
        say("word_unanswered", on=item.unanswered_since) if item.unanswered_since else "",
        say(f"word_untold_{item.untold}", tell_by=item.tell_by) if item.untold else "",
        *(say(f"word_{what}") for what in item.to_do if what in _BESIDE),
        say("word_breached", on=item.breached_on) if item.breached_on and late else "",
    )
    return "；".join(text for text in told if text)


@command(help=say("cli_help_annulled"))
@click.option("--year", type=YEARS, help=say("cli_opt_annulled_year"))
@with_options
def annulled_(options: Options, year: int | None) -> None:
    """Cases whose registration was annulled: they count nowhere else."""
    from ..cases.annulled import annulled

    with options.reading() as context:
        found = annulled(context, year)
    document = {"agency": context.agency, "cases": [item.model_dump(mode="json") for item in found]}
    answer(options, document, lambda _: _print_annulled(found))


def _print_annulled(cases: "list[AnnulledCase]") -> None:
    line(say("cli_annulled", n=len(cases), overdue=sum(item.overdue for item in cases)))
    rows = [
        (
            item.case,
            f"{item.received_on or ''}",
            f"{item.due_on or ''}" + (say("word_overdue") if item.overdue else ""),
            f"{item.annulled_on}",
            item.double_of,
        )
        for item in cases
    ]
    if rows:
        table(("case", "received_on", "due_on", "annulled_on", "double_of"), rows)


class _Asked(TypedDict):
    """Which cases are wanted, as it was typed."""

    query: str
    state: str | None
    bucket: str | None
    stage: str | None
    handler: str | None
    department: str | None
    received_from: date | None
    received_to: date | None
    outcome: str | None
    year: int | None


def _filtered(command: "Callable[..., None]") -> "Callable[..., None]":
    """Adds the options by which cases are filtered."""
    days = [click.option(f"--received-{end}", type=DAY, help=say(f"cli_opt_received_{end}")) for end in ("from", "to")]
    words = [
        click.option(f"--{name}", metavar=f"{name.upper()}", help=say(f"cli_opt_{name}_wanted"))
        for name in ("state", "bucket", "stage", "handler", "department", "outcome")
    ]
    query = click.option("--query", default="", metavar="TEXT", help=say("cli_opt_query"))
    for option in reversed([query, *words, *days, click.option("--year", type=YEARS, help=say("cli_opt_year_wanted"))]):
        command = option(command)
    return command


@command(help=say("cli_help_cases"))
@_filtered
@click.option("--sort", type=ChoiceType(("due", "received")), default="due", help=say("cli_opt_sort"))
@click.option("--limit", type=CountType(1, 500), default=50, help=say("cli_opt_cases_limit"))
@click.option("--cursor", metavar="CURSOR", help=say("cli_opt_cursor"))
@click.option("--unmasked", "--unmask", "unmasked", is_flag=True, help=say("cli_opt_unmasked_list"))
@with_options
def cases_(
    options: Options, sort: str, limit: int, cursor: str | None, unmasked: bool, **asked: Unpack[_Asked]
) -> None:
    """Lists and searches the cases that the person may see."""
    from ..cases.lists.filters import CaseFilter
    from ..cases.lists.pages import list_cases
    from .words import typed_word

    for field in ("state", "bucket", "stage", "outcome"):
        asked[field] = typed_word(field, asked[field])
    wanted = CaseFilter(**asked)
    with options.writing() if unmasked else options.reading() as context:
        page = list_cases(context, wanted, sort=sort, limit=limit, cursor=cursor, unmasked=unmasked)
    shown = document(page, items=[_case(item) for item in page.items])
    answer(options, shown, lambda _: _print_cases(page))


def _case(item: "CaseItem") -> dict[str, object]:
    """A case of a list as JSON, with its state and the reason of its lamp in words."""
    found = document(item, reason=sentence(item.reason))
    return {"case": item.case, "state": item.state, "state_name": named("state", item.state)} | found


def _print_cases(page: "CasePage") -> None:
    tabs = page.tabs.model_dump()
    lit = "，".join(f"{named('bucket', key)} {n}" for key, n in tabs.items() if n and key != "all")
    line(say("cli_cases", total=page.total) + (f"；{named('bucket', 'all')} {tabs['all']}：{lit}" if lit else ""))
    if not page.items:
        line(say("cli_no_cases"))
        return
    rows = [
        (
            item.case,
            coloured(named("bucket", item.bucket or "finished"), item.bucket or ""),
            "\n".join(text for text in (item.applicant, item.information) if text),
            f"{item.received_on or ''}",
            sentence(item.reason),
            item.handler,
        )
        for item in page.items
    ]
    table(("case", "bucket", "asked", "received_on", "why", "handler"), rows)
    if page.next is not None:
        line(say("cli_more_cases", cursor=page.next))


COMMANDS = {"due": due_, "annulled": annulled_, "cases": cases_}
