"""The list of what falls due: every morning's question, in a module that starts without the other commands."""

from datetime import date
from typing import TYPE_CHECKING

import click

from ...notifications.messages.catalogue import say
from .chinese import command
from .options import DAY, CountType, Options, answer, with_options
from .screen import coloured, days, line, named, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..cases.annulled import AnnulledCase
    from ..cases.due_list import DueCase

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


COMMANDS = {"due": due_, "annulled": annulled_}
