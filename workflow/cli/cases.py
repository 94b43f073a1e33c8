"""Commands about one case."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, TypedDict, TypeVar, Unpack

import click

from ...notifications.messages.catalogue import message_keys, say
from ...states import admission
from ...states.admission import DEEPEST, check_depth, storable
from ...states.errors import BadData, DisclosureError, NotPermitted, SetupError
from .chinese import command
from .due import print_ways_on
from .options import DAY, Found, Options, answer, refused, tell, with_options
from .screen import coloured, heading, line, named, table, weekday
from .told import coded, document, sentences, told
from .words import MoveCommand, print_fields, typed_kind, typed_move

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ..casefile.results import (
        CaseView,
        ChargeView,
        Explanation,
        HistoryEntry,
        MoveOption,
        MovePreview,
        Obstacle,
        PeriodView,
        RemedyView,
    )
    from ..cases.commands import MoveRequest, MoveResult
    from ..notices.drafts import Draft

Model = TypeVar("Model", bound="BaseModel")


class MomentType(click.ParamType):  # type: ignore[type-arg]  # generic in the newest click only
    """A day, or a moment with its offset."""

    name = "moment"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """How the value is shown in help."""
        return "YYYY-MM-DD"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Checks the moment; it is handed on as it was written."""
        from ...states.procedure.history import read_moment

        try:
            read_moment(value)
        except BadData:
            self.fail(say("cli_not_a_moment", value=value), param, ctx)
        return value


def tell_of(options: Options, found: Model, text: Callable[[Model], None]) -> None:
    """Prints a result as JSON, or lets ``text`` print it for people."""
    answer(options, found.model_dump(mode="json"), lambda _: text(found))


def pairs(values: tuple[str, ...], option: str) -> dict[str, object]:
    """Data from KEY=VALUE texts: dotted keys nest, JSON lists and objects are read, a key twice makes a list."""
    found: dict[str, object] = {}
    for value in values:
        key, equals, text = value.partition("=")
        if not equals or not key.strip():
            raise _not_a_pair(value, option)
        place = found
        *outer, last = key.strip().split(".", DEEPEST)
        for part in outer:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                raise _not_a_pair(value, option)
            place = inner
        read = _read(last, text)
        if last in place:
            before = place[last]
            read = [*(before if isinstance(before, list) else [before]), read]
        place[last] = read
    for name, inner in found.items():
        check_depth(name, inner)
    return found


def _not_a_pair(value: str, option: str) -> click.BadParameter:
    from ..kernel.personal_data import mask

    return click.BadParameter(say("cli_not_a_pair", value=mask(value)), param=click.Option([option]))


def _read(key: str, text: str) -> object:
    if text[:1] in ("[", "{"):
        try:
            found: object = json.loads(text)
        except RecursionError:
            raise BadData({"field": key, "problem": "too_deep", "cap": DEEPEST}) from None
        except ValueError:
            return text
        return found
    return None if text == "null" else text


class _Move(TypedDict):
    """What is typed after ``move``."""

    case: str
    name: str
    at: str | None
    data: tuple[str, ...]
    by: str | None
    dry_run: bool


@click.command(cls=MoveCommand, help=say("cli_help_move"))
@click.argument("case")
@click.argument("name", metavar="MOVE")
@click.option("--at", type=MomentType(), help=say("cli_opt_at"))
@click.option("--data", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_data"))
@click.option("--by", metavar="USER", help=say("cli_opt_by"))
@click.option("--dry-run", is_flag=True, help=say("cli_opt_dry_run"))
@with_options
def move_(options: Options, **typed: Unpack[_Move]) -> None:
    """One move by hand."""
    from ...states.procedure.description import read_typed
    from ..cases.commands import MoveRequest

    case, given = typed["case"], pairs(typed["data"], "--data")
    name = typed_move(typed["name"], given)
    request = MoveRequest(name, read_typed(name, given), typed["at"])
    try:
        if typed["dry_run"]:
            _preview_move(options, case, request)
        else:
            _make_move(options, case, request, typed["by"] and admission.key("by", typed["by"]))
    except (SetupError, NotPermitted):
        raise
    except DisclosureError as error:
        answer(options, {"refused": {"case": storable(case), "move": name, **refused(error)}}, lambda document: None)
        raise Found from None


@command(help=say("cli_help_submit"))
@click.option("--at", type=MomentType(), help=say("cli_opt_at"))
@click.option("--data", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_data"))
@with_options
def submit_(options: Options, at: str | None, data: tuple[str, ...]) -> None:
    """A new case under the next number."""
    from ...states.procedure.description import read_typed
    from ..cases.commands import submit

    given = read_typed("submit", pairs(data, "--data"))
    try:
        with options.writing(create=True) as context:
            done = submit(context, given, at=at)
    except (SetupError, NotPermitted):
        raise
    except DisclosureError as error:
        answer(options, {"refused": {"case": None, "move": "submit", **refused(error)}}, lambda document: None)
        raise Found from None
    answer(options, document(done, warnings=coded(done.warnings)), lambda _: _print_moved(done))


def _make_move(options: Options, case: str, request: "MoveRequest", by: str | None) -> None:
    from ..cases.commands import move

    with options.writing(create=request.move == "submit") as context:
        if by is not None and options.is_local(context.actor):
            context = replace(context, actor=context.actor.model_copy(update={"user_id": by, "name": by}))
        done = move(context, case, request.move, request.data, at=request.at)
    answer(options, document(done, warnings=coded(done.warnings)), lambda _: _print_moved(done))


def _print_moved(done: "MoveResult") -> None:
    from ...notifications.messages.sentences import describe, name

    text = say("cli_moved", case=done.case, move=name("move", done.move), state=name("state", done.state))
    line(text + (say("cli_due_is", due_on=done.due_on) if done.due_on else ""))
    for warning in done.warnings:
        tell(say("cli_warning", message=describe(warning)))


def _preview_move(options: Options, case: str, request: "MoveRequest") -> None:
    from ..casefile.views import preview

    with options.writing(create=request.move == "submit") as context:
        found = preview(context, case, request)
        context.session.rollback()
    answer(options, document(found, warnings=coded(found.warnings)), lambda _: _print_preview(found))


def _print_charges(charges: "Iterable[ChargeView]") -> None:
    for charge in charges:
        basis = say(f"cli_fee_{charge.basis}")
        key = "cli_charged_items" if charge.basis == "items" else "cli_charged"
        line(say(key, seq=charge.seq, basis=basis, **charge.model_dump(include={"quantity", "already", "amount"})))


def _print_preview(found: "MovePreview") -> None:
    from ...notifications.messages.sentences import describe, name

    line(say("cli_dry_run"))
    was = name("state", found.before.state) if found.before else "-"
    line(f"{say('col_state')}：{was} → {name('state', found.after.state)}")
    known = found.before.periods if found.before else ()
    table(
        ("rule", "starts_on", "due_on", "status"),
        [
            (name("rule", item.rule), _first_day(item), _last_day(item, found.on), name("status", item.status))
            for item in found.after.periods
            if item not in known
        ],
        say("heading_periods"),
    )
    charged = found.before.charges if found.before else ()
    _print_charges(item for item in found.after.charges if item not in charged)
    for notice in found.notices:
        line(f"{say('col_notice')}：{notice.title}")
    for warning in found.warnings:
        line(say("cli_warning", message=describe(warning)))
    if found.approval:
        line(say("cli_needs_approval"))


@command(help=say("cli_help_why"))
@click.argument("case")
@click.argument("name", metavar="[MOVE]", required=False)
@with_options
def why_(options: Options, case: str, name: str | None) -> None:
    """What can be done now, and why the rest can't."""
    from ..casefile.views import why

    asked = typed_move(name) if name else None
    with options.reading() as context:
        found = why(context, case, options.day, asked)
    moves = [document(item, unmet=[_unmet(unmet) for unmet in item.unmet]) for item in found]
    answer(options, {"case": case, "on": options.day.isoformat(), "moves": moves}, lambda _: _print_why(found))
    if asked and not options.wants_json:
        print_fields(asked)


def _unmet(unmet: "Obstacle") -> dict[str, object]:
    from ...notifications.messages.sentences import mend

    return told(unmet) | {"source": unmet.source, "mend": mend(unmet), "blocks": unmet.blocks}


def _print_why(moves: "tuple[MoveOption, ...]") -> None:
    from ...notifications.messages.sentences import describe, mend

    table(
        ("can", "needs", "unmet"),
        [
            (
                f"{item.name} {item.move}" + (say("word_needs_approval") if item.approval else ""),
                "、".join(_need(key, item.move) for key in item.needs),
                "；".join(map(describe, item.unmet)),
            )
            for item in moves
            if item.available
        ],
        say("word_can"),
    )
    rows = []
    for item in moves:
        for index, unmet in enumerate(() if item.available else item.unmet):
            first = f"{item.name} {item.move}" if index == 0 else ""
            rows.append((first, describe(unmet), mend(unmet), unmet.source))
    if rows:
        table(("move", "unmet", "mend", "source"), rows, say("word_cannot"))


def _need(key: str, move: str) -> str:
    """A field as the move calls it, with the key to type."""
    from ...states.procedure.description import label_of

    return f"{label_of(key, move) or ''} {key}".strip()


@command(help=say("cli_help_show"))
@click.argument("case")
@click.option("--as-of", type=DAY, help=say("cli_opt_as_of"))
@click.option("--unmasked", "--unmask", "unmasked", is_flag=True, help=say("cli_opt_unmasked"))
@click.option("--why", default="", metavar="TEXT", help=say("cli_opt_why_read"))
@with_options
def show_(options: Options, case: str, as_of: date | None, unmasked: bool, why: str) -> None:
    """The whole case."""
    from ..casefile.views import show

    with options.writing() if unmasked else options.reading() as context:
        found = show(context, case, as_of or options.day, unmasked=unmasked, why=why)
    history = [document(item, data=_worded(item.data)) for item in found.history]
    found = found.model_copy(update=_worded({"ground": found.ground}))
    shown = document(found, warnings=sentences(found.warnings), history=history)
    answer(options, shown, lambda _: _print_case(found))


def _worded(data: Mapping[str, object]) -> dict[str, object]:
    """The data of a step with a word where personal data were put aside."""
    from ..kernel.personal_data import REDACTED

    def word(value: object) -> object:
        if isinstance(value, Mapping):
            return _worded(value)
        return say("put_aside") if value == REDACTED else value

    return {key: word(value) for key, value in data.items()}


def print_last_safe(post_by: date, signed_by: date) -> None:
    """The last days on which a reply is sent in time, with the text that says so."""
    from ...states.rules.service import made_basis

    line(say("cli_last_safe", post_by=post_by, signed_by=signed_by, basis=made_basis(post_by)))


def _print_case(found: "CaseView") -> None:
    from ...notifications.messages.sentences import describe

    _print_head(found)
    heading("heading_periods")
    _print_periods(found.periods, found.as_of)
    if found.last_safe:
        print_last_safe(found.last_safe.post_by, found.last_safe.signed_by)
    _print_charges(found.charges)
    if found.notices:
        heading("heading_notices")
        table(("notice", "seq>", "date"), [(item.title, item.seq, item.on) for item in found.notices])
    if found.remedies:
        heading("heading_remedies")
        _print_remedies(found.remedies)
    if found.remedy_route:
        heading("heading_route", route=named("route", found.remedy_route))
        line(found.remedy_source or "")
    if found.approvals:
        heading("heading_approvals")
        _print_sheets(found)
    if found.attachments:
        from .attachments import print_attachments

        heading("heading_attachments")
        print_attachments(found.attachments)
    if found.warnings:
        heading("heading_warnings")
        for warning in found.warnings:
            line(f"- {describe(warning)}")
    heading("heading_history")
    table(
        ("seq>", "date", "move", "by", "result"),
        [
            (item.seq, item.at, named("move", item.move), _who(item), _short(item.move, _worded(item.data)))
            for item in found.history
        ],
    )


def _who(item: "HistoryEntry") -> str:
    """Who acted, and who recorded it where that is somebody else."""
    return item.by if item.by == item.recorder else say("recorded_by", by=item.by, recorder=item.recorder)


def _print_head(found: "CaseView") -> None:
    line(f"{found.case}  {named('state', found.state)}  {found.as_of}")
    facts = (
        ("col_stage", named("stage", found.stage)),
        ("col_breached_on", found.breached_on),
        ("col_received_on", found.received_on),
        ("col_answer", named("answer", found.answer)),
        ("col_result", named("outcome", found.outcome)),
        ("col_handler", found.handler),
    )
    line("  ".join(f"{say(key)}：{value}" for key, value in facts if value))
    print_ways_on(found.to_do)


def _print_remedies(remedies: "tuple[RemedyView, ...]") -> None:
    rows = [
        (
            item.id,
            named("kind", item.kind),
            named("state", item.state),
            named("result", item.result),
            named("column", item.counted_as),
        )
        for item in remedies
    ]
    table(("where", "kind", "status", "result", "counted_as"), rows)


def _print_sheets(found: "CaseView") -> None:
    rows = [
        (
            item.sheet,
            named("move", item.move),
            named("sheet_status", item.status) + (say("word_amended") if item.in_force is False else ""),
            item.drafter,
        )
        for item in found.approvals
    ]
    table(("sheet", "move", "status", "drafter"), rows)


def _first_day(item: "PeriodView") -> str:
    """The day from which a period counts; nothing where it has not begun."""
    return f"{item.starts_on or ''}"


def _last_day(item: "PeriodView", on: date) -> str:
    """The last day of a period as far as it is certain, with the one once the applicant is told of an extension."""
    pending, still = item.pending, item.standstill
    if item.status == "awaiting_service":
        return say("word_not_begun")
    if still is not None:
        return say("word_standing") if still.until is None else say("word_standing_until", due_on=item.due_on)
    told = ""
    if pending is not None and pending.tell_by is not None:
        key = "word_pending" if on <= pending.tell_by else "word_pending_late"
        told = say(key, due_on=pending.due_on, tell_by=pending.tell_by)
    return f"{item.due_on or ''}" + told


def _print_periods(periods: "tuple[PeriodView, ...]", on: date) -> None:
    rows = [
        (
            named("rule", item.rule) + (f" {item.ref}" if item.ref else ""),
            _first_day(item),
            _last_day(item, on) + (say("word_provisional") if item.provisional and not item.standstill else ""),
            coloured(named("status", item.status), item.status),
            _left(item),
            item.source,
        )
        for item in periods
    ]
    table(("rule", "starts_on", "due_on", "status", "left", "source"), rows)


def _short(move: str, data: Mapping[str, object]) -> str:
    text = _told(move, "", data)
    return text if len(text) <= 90 else text[:89] + "…"


def _told(move: str, place: str, data: Mapping[str, object]) -> str:
    """The data of a step in the words of its move: each field as it calls it, each choice as it shows it."""
    from ...states.procedure.description import label_of

    filled = [(f"{place}{key}", value) for key, value in data.items() if value not in (None, "", [], {})]
    return " ".join(f"{label_of(key, move) or key}={_value(move, key, value)}" for key, value in filled)


def _value(move: str, place: str, value: object) -> str:
    from ...states.procedure.description import choices_of

    if isinstance(value, dict):
        return "{" + _told(move, f"{place}.", value) + "}"
    shown = choices_of(move, place)
    return "、".join(shown.get(str(item), str(item)) for item in (value if isinstance(value, list) else [value]))


@command(help=say("cli_help_explain"))
@click.argument("case")
@click.option("--rule", default="reply", show_default=True, help=say("cli_opt_rule"))
@click.option("--as-of", type=DAY, help=say("cli_opt_as_of"))
@with_options
def explain_(options: Options, case: str, rule: str, as_of: date | None) -> None:
    """The due day, day by day."""
    from ..casefile.views import explain

    with options.reading() as context:
        found = explain(context, case, rule, as_of or options.day)
    tell_of(options, found, lambda found: _print_ledger(found, as_of or options.day))


def _print_ledger(found: "Explanation", on: date) -> None:
    rule = named("rule", found.rule)
    if found.due_on is None:
        key = f"cli_explained_awaits_{found.rule}"
        line(say(key if key in message_keys() else "cli_explained_awaits", case=found.case, rule=rule))
        return
    line(_explained(found, rule))
    if found.length is None:
        line(say("cli_explained_fixed"))
    else:
        extended = say("cli_explained_extended", extra=found.extended_by) if found.extended_by else ""
        line(say("cli_explained_length", length=found.length, unit=named("unit", found.unit)) + extended)
    line(say("cli_source", source=found.source, confidence=named("confidence", found.confidence)))
    line(say("cli_calendar", version=found.calendar))
    if found.provisional:
        line(say("cli_explained_provisional"))
    _print_beside(found, on)
    rows = [
        (day.date, weekday(day.date), day.n if day.counted else "-", named("why", day.reason), day.source)
        for day in found.days
    ]
    table(("date", "weekday", "counted>", "why", "source"), rows)


def _explained(found: "Explanation", rule: str) -> str:
    """The first line: the last day, as far as it is certain."""
    still, told = found.standstill, {"case": found.case, "rule": rule, "start": found.starts_on}
    if still is None:
        return say("cli_explained", due_on=found.due_on, **told)
    if still.until is None:
        return say("cli_explained_stands", **told)
    return say("cli_explained_until", due_on=found.due_on, until=still.until, **told)


def _print_beside(found: "Explanation", on: date) -> None:
    """What the days alone do not say: a breach, that the period stands still, an extension of which nobody was told."""
    still, pending = found.standstill, found.pending
    if found.breached_on is not None:
        line(say("cli_explained_breached", on=found.breached_on))
    if found.claims:
        line(say("cli_explained_claimed", claims="、".join(map(str, found.claims))))
    if still is not None:
        until = say("word_still_until", until=still.until) if still.until else say("word_still_open")
        why = named("standstill", still.why)
        line(say("cli_explained_still", since=still.since, why=why, until=until, source=still.source))
    if pending is not None:
        kind = "cli_explained_pending" if pending.days is not None else "cli_explained_deferral"
        key = f"{kind}_still" if pending.tell_by is None else kind if on <= pending.tell_by else f"{kind}_late"
        line(say(key, days=pending.days, due_on=pending.due_on, tell_by=pending.tell_by))


@command(help=say("cli_help_notice"))
@click.argument("case")
@click.argument("kind", required=False)
@click.option("--of", "about", default="", metavar="NOTICE", help=say("cli_opt_about"))
@click.option("--as-of", type=DAY, help=say("cli_opt_as_of"))
@click.option("--why", default="", metavar="TEXT", help=say("cli_opt_why_read"))
@with_options
def notice_(options: Options, case: str, kind: str | None, about: str, as_of: date | None, why: str) -> None:
    """A case's notices as text."""
    from ..notices.drafts import drafts

    with options.writing() as context:
        found = drafts(context, case, as_of or options.day, typed_kind(kind), about, why)
    document = {"case": case, "notices": [item.model_dump(mode="json") for item in found]}
    answer(options, document, lambda _: _print_drafts(found))


def _print_drafts(found: "Sequence[Draft]") -> None:
    if not found:
        line(say("cli_no_notice"))
    for index, item in enumerate(found):
        if index:
            line("\n" + "─" * 40 + "\n")
        line(item.text.rstrip("\n"))
        if item.missing:
            tell(say("cli_notice_missing", missing="、".join(item.missing)))


def _left(item: "PeriodView") -> str:
    """Days left with their unit; what remains of a period in months is given in calendar days."""
    if item.days_left is None:
        return ""
    unit = "calendar_day" if item.unit == "month" else item.unit
    return f"{item.days_left}{named('unit', unit)}"


COMMANDS = {
    "submit": submit_,
    "move": move_,
    "why": why_,
    "show": show_,
    "explain": explain_,
    "notice": notice_,
}
