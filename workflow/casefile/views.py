"""What is asked of one case: its state, its periods, the day-by-day ledger, what can be done.

Personal data are masked; who needs them asks for them.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from ...notifications.documents.kinds import due_notices, kinds
from ...notifications.messages.sentences import describe_unmet, mend, name
from ...states.errors import BadData, NotPermitted
from ...states.procedure.advance import fold
from ...states.procedure.case import Case, Consultation, Period
from ...states.procedure.counting import counted, counted_as
from ...states.procedure.history import Event, timeline
from ...states.procedure.options import options
from ...states.procedure.periods import Law, days_left, due_day, ledger, rule_of, status
from ...states.procedure.silence import silence_periods
from ...states.rules.remedies import remedy_route, silence_route
from ..approvals.queries import sheets_of
from ..cases.commands import Step, needs_approval, what_would
from ..cases.queries import department_of, recorded_steps
from ..cases.store import Loaded, history, load_case, opened, private_data
from ..kernel.context import Context, RoleAuthorizer, sees
from ..kernel.sealing import mask
from ..kernel.versions import latest
from ..notices.safe import last_safe_days

_AUTHORIZER = RoleAuthorizer()


def check_seen(
    context: Context,
    number: str,
) -> None:
    """Refuses a person who may not see the case: one of another department that was not granted.

    The questions below ask nobody; a host puts this before them.
    Raises:
        UnknownCase, NotPermitted.
    """
    if not sees(
        context.authorizer, context.actor, context.agency, department_of(context.connection, context.agency, number)
    ):
        raise NotPermitted(user=context.actor.user_id, action="see")


def case_on(context: Context, number: str, on: date) -> tuple[Loaded, Case, list[Event]]:
    """The case as it was at the end of a day, with its events up to then.

    Raises:
        UnknownCase: no such case.
        BadData: it had not been submitted by that day.
    """
    loaded = load_case(context.connection, context.agency, number)
    events = history(context.connection, loaded.id)
    if loaded.case.last_on is not None and on >= loaded.case.last_on:
        return loaded, loaded.case, events
    case, _ = fold(number, events, loaded.law, until=on)
    if case.submitted_on is None:
        raise BadData({"field": "as_of", "problem": "before_submission", "value": on.isoformat()})
    return loaded, case, events


def show(context: Context, number: str, on: date, *, unmasked: bool = False) -> dict[str, Any]:
    """The whole case, in the contract's JSON form, at the end of a day.

    Raises:
        UnknownCase: no such case.
    """
    loaded, case, events = case_on(context, number, on)
    law = loaded.law
    known = [event for event in timeline(events) if event.on <= on]
    return {
        "case": number,
        "agency": context.agency,
        "as_of": on.isoformat(),
        "state": case.state,
        "received_on": _iso(case.received_on),
        "outcome": case.outcome,
        "ground": case.ground or None,
        "handler": case.handler or None,
        "version": loaded.version,
        "applicant": _applicant(context.connection, loaded, events, unmasked),
        "periods": [period_json(item, on, law) for item in all_periods(case, on, law)],
        "consultations": [_consultation(item) for item in case.consultations],
        "fee": {"basis": case.fee_basis, "quantity": case.fee_quantity, "amount": case.fee_amount}
        if case.fee_basis
        else None,
        "remedies": [
            {
                "id": item.id,
                "kind": item.kind,
                "state": item.state,
                "result": item.result or None,
                "counted_as": counted_as(item, law.settings, on),
            }
            for item in case.remedies
        ],
        "remedy_route": route_of(case, on, law)[0],
        "remedy_source": route_of(case, on, law)[1],
        "notices": _notices(case, known),
        "last_safe": {key: day.isoformat() for key, day in last_safe_days(context.connection, loaded).items()} or None,
        "approvals": [item._asdict() for item in sheets_of(context.connection, context.agency, number)],
        "warnings": remarks(case, events, law, on),
        "history": _history(context.connection, loaded, events, on),
    }


def _consultation(item: Consultation) -> dict[str, Any]:
    return {
        "id": item.id,
        "with": item.counterpart,
        "sent_on": item.sent_on.isoformat(),
        "due_on": item.due_on.isoformat(),
        "ended_on": _iso(item.ended_on),
        "opinion": item.opinion or None,
    }


def _notices(case: Case, known: list[Event]) -> list[dict[str, Any]]:
    titles = {item.key: item.title for item in kinds()}
    return [
        {"kind": item.kind, "title": titles[item.kind], "seq": item.seq, "on": item.on.isoformat()}
        for item in due_notices(case, known)
    ]


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None


def _applicant(connection: Connection, loaded: Loaded, events: list[Event], unmasked: bool) -> dict[str, Any]:
    first = opened(events[:1], private_data(connection, loaded.id))[0]
    applicant: dict[str, Any] = dict(first.get("applicant", {}))
    kind = applicant.pop("kind", loaded.case.applicant_kind)
    hidden = applicant if unmasked else {key: mask(value) for key, value in applicant.items()}
    return {"kind": kind} | hidden


def period_json(period: Period, on: date, law: Law) -> dict[str, Any]:
    """One period in the contract's JSON form."""
    return {
        "rule": period.rule,
        "ref": period.ref or None,
        "starts_on": period.starts_on.isoformat(),
        "due_on": period.due_on.isoformat(),
        "status": status(period, on),
        "days_left": days_left(period, on, law),
        "unit": str(rule_of(period).unit or "working_day"),
        "provisional": law.calendar.is_provisional(period.due_on),
        "source": rule_of(period).source,
        "confidence": str(rule_of(period).confidence),
    }


def all_periods(case: Case, on: date, law: Law) -> list[Period]:
    """The case's periods by their first day, and the remedy periods that silence has opened."""
    return sorted([*case.periods, *silence_periods(case, on, law)], key=lambda item: item.starts_on)


def route_of(case: Case, on: date, law: Law) -> tuple[str | None, str | None]:
    """The remedy route against the decision in force (or against silence), with its source."""
    if case.outcome is not None and case.decided_on is not None:
        found = remedy_route(case.outcome, case.decided_on, law.settings)
        return str(found.route), found.source
    period = case.last_period("reply")
    if period is not None and status(period, on) == "missed":
        found = silence_route(period.due_on, law.settings)
        return str(found.route), found.source
    return None, None


def remarks(case: Case, events: Sequence[Event], law: Law, on: date) -> list[str]:
    """What somebody should know about the case: late steps, missing ones, readings that would differ."""
    _, warnings = fold(case.case, [event for event in events if event.on <= on], law)
    found = [f"第{item.seq}步：{describe_unmet(item.unmet)}" for item in warnings]
    if case.late_correction_notice:
        found.append(_other_reading(case, law))
    for item in case.remedies:
        if item.kind == "suit" and not item.after_review and _reviewed_before(case, item.filed_on):
            found.append(f"诉讼“{item.id}”在复议决定之后提起，却登记为未经复议，请核对")
        route, _ = route_of(case, on, law)
        if item.kind == "suit" and not item.after_review and route == "review_first":
            found.append(f"诉讼“{item.id}”针对应当先复议的决定直接提起，请核对")
    return found


def _reviewed_before(case: Case, on: date) -> bool:
    return any(item.kind == "review" and item.result and item.steps[-1].on <= on for item in case.remedies)


def _other_reading(case: Case, law: Law) -> str:
    first = next(item for item in case.periods if item.rule == "reply")
    plain = Period("reply", first.key, first.law_on, first.starts_on, first.starts_on, first.length)
    return f"补正告知逾期：若认为不重新起算，答复截止日是 {due_day(plain, law).isoformat()}"


def _history(connection: Connection, loaded: Loaded, events: list[Event], on: date) -> list[dict[str, Any]]:
    rows = {row.seq: row for row in recorded_steps(connection, loaded.id)}
    return [
        {
            "seq": event.seq,
            "move": event.move,
            "at": (event.at or event.on).isoformat(),
            "by": _by(rows[event.seq].actor),
            "recorded_at": rows[event.seq].recorded_at,
            "data": _masked(event.data),
            "hash": rows[event.seq].hash,
        }
        for event in events
        if event.on <= on
    ]


def _by(actor: str) -> str:
    import json

    found = json.loads(actor)
    return str(found.get("name") or found["user_id"])


def _masked(data: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _masked(value)
        if isinstance(value, dict)
        else "（个人信息，已封存）"
        if isinstance(value, str) and value.startswith("sealed:")
        else value
        for key, value in data.items()
    }


def explain(context: Context, number: str, rule_name: str, on: date) -> dict[str, Any]:
    """The ledger of the case's latest period of that kind: every calendar day with its reason and source.

    Raises:
        UnknownCase: no such case.
        BadData: the case has no such period; the fields name those that it has.
    """
    loaded, case, _ = case_on(context, number, on)
    periods = all_periods(case, on, loaded.law)
    found = [item for item in periods if item.rule == rule_name]
    if not found:
        known = "、".join(dict.fromkeys(item.rule for item in periods)) or "（无）"
        raise BadData({"field": "rule", "problem": "no_such_period", "value": rule_name, "choices": known})
    period = found[-1]
    days = [
        {"date": day.date.isoformat(), "counted": day.counted, "n": day.n, "why": day.why, "source": day.source}
        for day in ledger(period, loaded.law)
    ]
    basis = rule_of(period)
    return {
        "case": number,
        "rule": rule_name,
        "starts_on": period.starts_on.isoformat(),
        "due_on": period.due_on.isoformat(),
        "length": (period.length or 0) + period.extra if period.fixed_on is None else None,
        "unit": str(basis.unit or "working_day"),
        "extended_by": period.extra or None,
        "fixed_on": _iso(period.fixed_on),
        "status": status(period, on),
        "provisional": loaded.law.calendar.is_provisional(period.due_on),
        "source": basis.source,
        "confidence": str(basis.confidence),
        "calendar": loaded.law.calendar.version,
        "days": days,
    }


_WORST = {"outcome": "partial"}
"""Without data a reply is asked about as if it refused: then some route surely covers it."""


def why(context: Context, number: str, on: date, move: str | None = None) -> list[dict[str, Any]]:
    """What can be done that day; for what can't, every unmet condition, its law, and what would satisfy it.

    Raises:
        UnknownCase, UnknownMove.
    """
    loaded, case, _ = case_on(context, number, on)
    return [
        {
            "move": item.move,
            "name": name("move", item.move),
            "available": item.available,
            "approval": needs_approval(context, loaded.config_id, item.move, _WORST),
            "needs": list(item.needs),
            "unmet": [
                {
                    "code": unmet.code,
                    "message": describe_unmet(unmet),
                    "source": unmet.source,
                    "mend": mend(unmet),
                    "blocks": unmet.hard,
                }
                for unmet in item.unmet
            ],
        }
        for item in options(case, on, loaded.law, move)
    ]


def trial(
    context: Context,
    number: str,
    move: str,
    data: dict[str, Any],
    at: str | None,
) -> dict[str, Any]:
    """What a move would do: state and periods before and after, new notices, report places; written nowhere.

    Raises:
        the errors of the move.
    """
    tried = what_would(context, number, [Step(move, data, at)])
    law, on = tried.law, tried.on
    before = None if tried.before.state == "" else _standing(tried.before, on, law)
    return {
        "case": number,
        "move": move,
        "on": on.isoformat(),
        "approval": needs_approval(context, latest(context.connection), move, data),
        "before": before,
        "after": _standing(tried.after, on, law),
        "notices": [item for item in _notices(tried.after, tried.events) if item["seq"] == tried.after.seq],
        "warnings": [item.model_dump() for item in tried.warnings],
    }


def _standing(case: Case, on: date, law: Law) -> dict[str, Any]:
    place = counted(case, law.settings)
    return {
        "state": case.state,
        "outcome": case.outcome,
        "periods": [period_json(item, on, law) for item in all_periods(case, on, law)],
        "report": {"received_year": place.received_year, "row": place.row or "carry_out"} if place else None,
    }
