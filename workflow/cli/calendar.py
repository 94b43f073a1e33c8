"""Commands about working days and fees."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...notifications.messages.catalogue import say
from ...states.admission import visible_json
from ...states.errors import SetupError
from .chinese import command, group
from .options import DAY, CountType, Options, answer, with_options
from .screen import line, table

if TYPE_CHECKING:
    from ...states.calendar.calendar import Calendar
    from ...states.rules.fees import Fee

MOST = 100_000


@group(name="calendar", help=say("cli_help_calendar"))
@with_options
def calendar_(options: Options) -> None:
    """Working days."""


def _calendar(options: Options) -> "Calendar":
    """The calendar of the database, where there is one; asking for a day makes no database."""
    from ...states.calendar.calendar import Calendar

    if options.has_database:
        from ..kernel.versions import latest, law_at
        from .contexts import agency_of

        with options.connecting() as connection:
            return law_at(connection, latest(connection), agency_of(options, connection)).calendar
    return Calendar.official()


@calendar_.command("add", help=say("cli_help_calendar_add"))
@click.argument("start", metavar="DATE", type=DAY)
@click.argument("days", metavar="N", type=CountType(0, MOST))
@with_options
def add_(options: Options, start: date, days: int) -> None:
    """The day some working days after a day, which is not counted."""
    due_on = _calendar(options).add(start, days)
    document = {"start": start.isoformat(), "days": days, "date": due_on.isoformat()}
    answer(options, document, lambda found: line(say("cli_added", start=start, days=days, due_on=due_on)))


@calendar_.command("count", help=say("cli_help_calendar_count"))
@click.argument("start", metavar="A", type=DAY)
@click.argument("end", metavar="B", type=DAY)
@with_options
def count_(options: Options, start: date, end: date) -> None:
    """Working days after one day up to and including another."""
    days = _calendar(options).count(start, end)
    document = {"start": start.isoformat(), "end": end.isoformat(), "days": days}
    answer(options, document, lambda found: line(say("cli_counted", start=start, end=end, days=days)))


@calendar_.command("export", help=say("cli_help_calendar_export"))
@click.option("--from", "first", type=DAY, required=True, help=say("cli_opt_from"))
@click.option("--to", "last", type=DAY, required=True, help=say("cli_opt_to"))
@with_options
def export_(options: Options, first: date, last: date) -> None:
    """Every day with its kind and the notice behind it, always as JSON."""
    if last < first:
        raise SetupError("days_backwards", first=first.isoformat(), last=last.isoformat())
    calendar = _calendar(options)
    days = [calendar.day(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    document = [
        {"date": day.date.isoformat(), "working": day.working, "kind": str(day.kind), "source": day.source}
        for day in days
    ]
    click.echo(visible_json(json.dumps(document, ensure_ascii=False, indent=1)))


@calendar_.command("load", help=say("cli_help_calendar_load"))
@click.argument("file", type=click.Path(path_type=Path))
@with_options
def load_(options: Options, file: Path) -> None:
    """Takes in a year's notice or a local closure, and lists the cases whose dates change."""
    from ..cases.recompute import load_calendar
    from ..kernel.files import read_text
    from .office import print_impact

    text = read_text(file)
    with options.writing_all() as context:
        impact = load_calendar(context, text, file.name)
    answer(options, {"file": file.name, "impact": impact}, lambda _: print_impact(impact))


@command(help=say("cli_help_fee"))
@click.option("--items", type=CountType(0, 1_000_000), help=say("cli_opt_items"))
@click.option("--pages", type=CountType(0, 1_000_000), help=say("cli_opt_pages"))
@click.option("--already", type=CountType(0, 1_000_000), default=0, help=say("cli_opt_already"))
@click.option("--on", type=DAY, help=say("cli_opt_on"))
@with_options
def fee_(options: Options, items: int | None, pages: int | None, already: int, on: date | None) -> None:
    """The processing fee."""
    from ...states.rules.fees import fee

    if (items is None) == (pages is None):
        raise click.UsageError(say("cli_one_of_two"))
    if already and items is None:
        raise click.UsageError(say("cli_already_of_items"))
    day = on or options.day
    found = fee("items", items, day, already) if items is not None else fee("pages", pages or 0, day)
    document = {
        "amount": str(found.amount),
        "basis": found.basis,
        "quantity": found.quantity,
        "already": found.already,
        "lines": [
            {"first": item.first, "last": item.last, "rate": str(item.rate), "amount": str(item.amount)}
            for item in found.lines
        ],
        "source": found.source,
        "confidence": str(found.confidence),
    }
    answer(options, document, lambda _: _print_fee(found))


def _print_fee(found: "Fee") -> None:
    from ...notifications.messages.sentences import name

    line(say("cli_fee", basis=say(f"cli_fee_{found.basis}"), quantity=found.quantity, amount=found.amount))
    if found.lines:
        rows = [(f"{item.first}–{item.last}", item.rate, item.amount) for item in found.lines]
        table(("first", "rate>", "amount>"), rows)
    line(say("cli_source", source=found.source, confidence=name("confidence", found.confidence)))


COMMANDS = {"calendar": calendar_, "fee": fee_}
