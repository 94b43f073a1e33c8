"""Commands about one case, and the list of what falls due."""

import json
from datetime import date
from typing import Any

import click

from ...notifications.messages.catalogue import say
from ...states.errors import DisclosureError, SetupError
from .chinese import command
from .options import DAY, CountType, Found, Options, answer, tell, with_options
from .screen import coloured, days, heading, line, table, weekday
from .words import MoveCommand, print_fields, typed_data, typed_move

MOST_DAYS = 1000


class MomentType(click.ParamType):  # type: ignore[type-arg]  # generic in the newest click only
    """A day, or a moment with its offset."""

    name = "moment"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """How the value is shown in help."""
        return "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Checks the moment; it is handed on as it was written."""
        from ...states.errors import BadData
        from ...states.procedure.history import read_moment

        try:
            read_moment(value)
        except BadData:
            self.fail(say("cli_not_a_moment", value=value), param, ctx)
        return str(value)


def pairs(values: tuple[str, ...], option: str) -> dict[str, Any]:
    """Data from KEY=VALUE texts: dotted keys nest, JSON lists and objects are read, a key twice makes a list."""
    found: dict[str, Any] = {}
    for value in values:
        key, equals, text = value.partition("=")
        if not equals or not key.strip():
            raise click.BadParameter(say("cli_not_a_pair", value=value), param=click.Option([option]))
        place = found
        *outer, last = key.strip().split(".")
        for part in outer:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                raise click.BadParameter(say("cli_not_a_pair", value=value), param=click.Option([option]))
            place = inner
        read = _read(text)
        if last in place:
            before = place[last]
            read = [*(before if isinstance(before, list) else [before]), read]
        place[last] = read
    return found


def _read(text: str) -> Any:
    if text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return None if text == "null" else text


@click.command(cls=MoveCommand, help=say("cli_help_move"))
@click.argument("case")
@click.argument("name", metavar="MOVE")
@click.option("--at", type=MomentType(), help=say("cli_opt_at"))
@click.option("--data", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_data"))
@click.option("--by", metavar="USER", help=say("cli_opt_by"))
@click.option("--dry-run", is_flag=True, help=say("cli_opt_dry_run"))
@with_options
def move_(
    options: Options, case: str, name: str, at: str | None, data: tuple[str, ...], by: str | None, dry_run: bool
) -> None:
    """One move by hand."""
    name = typed_move(name)
    body = typed_data(name, pairs(data, "--data"))
    try:
        if dry_run:
            _try_move(options, case, name, body, at)
        else:
            _make_move(options, case, name, body, at, by)
    except SetupError:
        raise
    except DisclosureError as error:
        from ...notifications.messages.sentences import describe

        message = describe(error)
        tell(f"{error.code}: {message}")
        refusal = {"refused": {"case": case, "move": name, "code": error.code, "message": message}}
        answer(options, refusal, lambda document: None)
        raise Found from None


def _make_move(options: Options, case: str, name: str, body: dict[str, Any], at: str | None, by: str | None) -> None:
    from ..cases.commands import move

    with options.session() as session:
        agency, actor = options.acting(session)
        if by is not None and options.is_local(actor):
            actor = actor.model_copy(update={"user_id": by, "name": by})
        done = move(options.context(session, actor, agency), case, name, body, at=at)
    answer(options, done.model_dump(mode="json"), _print_moved)


def _print_moved(done: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import name

    text = say("cli_moved", case=done["case"], move=name("move", done["move"]), state=name("state", done["state"]))
    due = say("cli_due_is", due_on=done["due_on"]) if done["due_on"] else ""
    line(text + due)
    for warning in done["warnings"]:
        tell(say("cli_warning", message=warning["message"]))


def _try_move(options: Options, case: str, name: str, body: dict[str, Any], at: str | None) -> None:
    from ..casefile.views import trial

    with options.session() as session:
        agency, _ = options.acting(session)
        found = trial(options.reader(session, agency), case, name, body, at)
        session.rollback()
    answer(options, found, _print_trial)


def _print_trial(found: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import name

    line(say("cli_dry_run"))
    before = found["before"]
    was = name("state", before["state"]) if before else "-"
    line(f"{say('col_state')}：{was} → {name('state', found['after']['state'])}")
    table(
        ("rule", "starts_on", "due_on", "status"),
        [
            (name("rule", item["rule"]), item["starts_on"], item["due_on"], name("status", item["status"]))
            for item in found["after"]["periods"]
            if before is None or item not in before["periods"]
        ],
        say("heading_periods"),
    )
    for kind in found["notices"]:
        line(f"{say('col_notice')}：{kind['title']}")
    for warning in found["warnings"]:
        line(say("cli_warning", message=warning["message"]))
    if found["approval"]:
        line(say("cli_needs_approval"))


@command(help=say("cli_help_why"))
@click.argument("case")
@click.argument("name", metavar="[MOVE]", required=False)
@with_options
def why_(options: Options, case: str, name: str | None) -> None:
    """What can be done now, and why the rest can't."""
    from ..casefile.views import why

    asked = typed_move(name) if name else None
    with options.reading_case(case) as (connection, agency):
        found = why(options.reader(connection, agency), case, options.day, asked)
    answer(options, {"case": case, "on": options.day.isoformat(), "moves": found}, _print_why)
    if asked and not options.wants_json:
        print_fields(asked)


def _print_why(found: dict[str, Any]) -> None:
    can = [item for item in found["moves"] if item["available"]]
    table(
        ("can", "needs", "unmet"),
        [
            (
                f"{item['name']} {item['move']}" + (say("word_needs_approval") if item["approval"] else ""),
                "、".join(_need(key) for key in item["needs"]),
                "；".join(unmet["message"] for unmet in item["unmet"]),
            )
            for item in can
        ],
        say("word_can"),
    )
    rows = []
    for item in found["moves"]:
        for index, unmet in enumerate([] if item["available"] else item["unmet"]):
            first = f"{item['name']} {item['move']}" if index == 0 else ""
            rows.append((first, unmet["message"], unmet["mend"], unmet["source"]))
    if rows:
        table(("move", "unmet", "mend", "source"), rows, say("word_cannot"))


def _need(key: str) -> str:
    from ...notifications.messages.sentences import name

    known = name("field", key)
    return key if known == key else f"{known} {key}"


@command(help=say("cli_help_show"))
@click.argument("case")
@click.option("--as-of", type=DAY, help=say("cli_opt_as_of"))
@click.option("--unmasked", is_flag=True, help=say("cli_opt_unmasked"))
@with_options
def show_(options: Options, case: str, as_of: date | None, unmasked: bool) -> None:
    """The whole case."""
    from ..casefile.views import show

    with options.reading_case(case) as (connection, agency):
        found = show(options.reader(connection, agency), case, as_of or options.day, unmasked=unmasked)
    answer(options, found, _print_case)


def _print_case(found: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import name

    line(f"{found['case']}  {name('state', found['state'])}  {found['as_of']}")
    outcome = name("outcome", found["outcome"]) if found["outcome"] else ""
    facts = (("col_received_on", found["received_on"]), ("col_result", outcome), ("col_handler", found["handler"]))
    line("  ".join(f"{say(key)}：{value}" for key, value in facts if value))
    heading("heading_periods")
    _print_periods(found["periods"])
    if found["last_safe"]:
        line(say("cli_last_safe", **found["last_safe"]))
    if found["notices"]:
        heading("heading_notices")
        table(("notice", "seq>", "date"), [(item["title"], item["seq"], item["on"]) for item in found["notices"]])
    if found["remedies"]:
        heading("heading_remedies")
        table(
            ("where", "kind", "status", "result", "counted_as"),
            [
                (
                    item["id"],
                    name("kind", item["kind"]),
                    name("state", item["state"]),
                    name("result", item["result"]) if item["result"] else "",
                    name("column", item["counted_as"]) if item["counted_as"] else "",
                )
                for item in found["remedies"]
            ],
        )
    if found["remedy_route"]:
        heading("heading_route", route=name("route", found["remedy_route"]))
        line(found["remedy_source"])
    if found["approvals"]:
        heading("heading_approvals")
        table(
            ("sheet", "move", "status", "drafter"),
            [
                (item["sheet"], name("move", item["move"]), name("sheet_status", item["status"]), item["drafter"])
                for item in found["approvals"]
            ],
        )
    if found["warnings"]:
        heading("heading_warnings")
        for text in found["warnings"]:
            line(f"- {text}")
    heading("heading_history")
    table(
        ("seq>", "date", "move", "by", "result"),
        [
            (item["seq"], item["at"], name("move", item["move"]), item["by"], _short(item["data"]))
            for item in found["history"]
        ],
    )


def _print_periods(periods: list[dict[str, Any]]) -> None:
    from ...notifications.messages.sentences import name

    table(
        ("rule", "starts_on", "due_on", "status", "left", "source"),
        [
            (
                name("rule", item["rule"]) + (f" {item['ref']}" if item["ref"] else ""),
                item["starts_on"],
                item["due_on"] + (say("word_provisional") if item["provisional"] else ""),
                coloured(name("status", item["status"]), item["status"]),
                _left(item),
                item["source"],
            )
            for item in periods
        ],
    )


def _short(data: dict[str, Any]) -> str:
    parts = [f"{key}={_value(value)}" for key, value in data.items() if value not in (None, "", [], {})]
    text = " ".join(parts)
    return text if len(text) <= 90 else text[:89] + "…"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + " ".join(f"{key}={_value(item)}" for key, item in value.items()) + "}"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


@command(help=say("cli_help_explain"))
@click.argument("case")
@click.option("--rule", default="reply", show_default=True, help=say("cli_opt_rule"))
@click.option("--as-of", type=DAY, help=say("cli_opt_as_of"))
@with_options
def explain_(options: Options, case: str, rule: str, as_of: date | None) -> None:
    """The due day, day by day."""
    from ..casefile.views import explain

    with options.reading_case(case) as (connection, agency):
        found = explain(options.reader(connection, agency), case, rule, as_of or options.day)
    answer(options, found, _print_ledger)


def _print_ledger(found: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import name

    rule = name("rule", found["rule"])
    line(say("cli_explained", case=found["case"], rule=rule, start=found["starts_on"], due_on=found["due_on"]))
    if found["length"] is None:
        line(say("cli_explained_fixed"))
    else:
        extended = say("cli_explained_extended", extra=found["extended_by"]) if found["extended_by"] else ""
        line(say("cli_explained_length", length=found["length"], unit=name("unit", found["unit"])) + extended)
    line(say("cli_source", source=found["source"], confidence=name("confidence", found["confidence"])))
    line(say("cli_calendar", version=found["calendar"]))
    if found["provisional"]:
        line(say("cli_explained_provisional"))
    table(
        ("date", "weekday", "counted>", "why", "source"),
        [
            (
                day["date"],
                weekday(date.fromisoformat(day["date"])),
                day["n"] if day["counted"] else "-",
                name("why", day["why"]),
                day["source"],
            )
            for day in found["days"]
        ],
    )


@command(help=say("cli_help_due"))
@click.option("--within", type=CountType(0, MOST_DAYS), help=say("cli_opt_within"))
@click.option("--as-of", type=DAY, help=say("cli_opt_as_of"))
@with_options
def due_(options: Options, within: int | None, as_of: date | None) -> None:
    """What falls due, most urgent first."""
    from ..cases.due_list import counts, due

    on = as_of or options.day
    with options.reading() as (connection, agency):
        seen = options.departments(connection, agency)
        found = due(options.reader(connection, agency), on, options.day, departments=seen)
    totals = counts(found)
    if within is not None:
        found = [item for item in found if item.days_left is not None and item.days_left <= within]
    document = {
        "agency": agency,
        "as_of": on.isoformat(),
        "counts": totals,
        "cases": [item.model_dump(mode="json") for item in found],
    }
    answer(options, document, _print_due)


def _print_due(document: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import name

    totals = "，".join(f"{name('bucket', key)} {n}" for key, n in document["counts"].items() if n)
    known = say("cli_more_known", as_of=document["as_of"], n=sum(document["counts"].values()))
    line(f"{known}：{totals}" if totals else known)
    if not document["cases"]:
        line(say("cli_nothing_due"))
        return
    table(
        ("bucket", "case", "state", "rule", "due_on", "left", "handler"),
        [
            (
                coloured(name("bucket", item["bucket"]), item["bucket"]),
                item["case"],
                name("state", item["state"]),
                name("rule", item["rule"]) if item["rule"] else "",
                (item["due_on"] or "") + (say("word_provisional") if item["provisional"] else ""),
                days(item["days_left"]),
                item["handler"],
            )
            for item in document["cases"]
        ],
    )


@command(help=say("cli_help_notice"))
@click.argument("case")
@click.argument("kind", required=False)
@click.option("--of", "about", default="", metavar="NOTICE", help=say("cli_opt_about"))
@click.option("--as-of", type=DAY, help=say("cli_opt_as_of"))
@with_options
def notice_(options: Options, case: str, kind: str | None, about: str, as_of: date | None) -> None:
    """A case's notices as text."""
    from ..notices.drafts import drafts

    with options.reading_case(case) as (connection, agency):
        found = drafts(options.reader(connection, agency), case, as_of or options.day, kind, about)
    answer(options, {"case": case, "notices": found}, _print_notices)


def _print_notices(document: dict[str, Any]) -> None:
    if not document["notices"]:
        line(say("cli_no_notice"))
    for index, item in enumerate(document["notices"]):
        if index:
            line("\n" + "─" * 40 + "\n")
        line(item["text"].rstrip("\n"))
        if item["missing"]:
            tell(say("cli_notice_missing", missing="、".join(item["missing"])))


def _left(item: dict[str, Any]) -> str:
    """Days left with their unit; what remains of months is told in calendar days."""
    if item["days_left"] is None:
        return ""
    from ...notifications.messages.sentences import name

    unit = "calendar_day" if item["unit"] == "month" else item["unit"]
    return f"{item['days_left']}{name('unit', unit)}"


COMMANDS = {
    "move": move_,
    "why": why_,
    "show": show_,
    "explain": explain_,
    "due": due_,
    "notice": notice_,
}
