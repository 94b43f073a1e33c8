"""What one applicant has asked for in a calendar month: the number that a fee by items goes on from.

The particulars of applicants are apart from the history and may be erased, so nothing that could name a person is
kept here: those of one agency's month are read where a fee is charged, and compared.
Law: 国办函〔2020〕109号 art. 4.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, or_, select

from ...states.errors import BadData, LawUnknown
from ...states.procedure.case import Case, State, load
from ...states.procedure.history import Event, timeline
from ...states.rules.rules import rule
from ..kernel.context import Context
from ..kernel.personal_data import restore
from ..kernel.tables import cases as t
from .amending import amended_step
from .steps import read_event

CHARGE = "charge"
COUNTING = frozenset({CHARGE, "amend"})
"""Moves that a number of earlier items may belong to."""
_PORTION = 500
_CASE, _EVENT, _PRIVATE = t.case.c, t.event.c, t.private.c
_STEPS = (
    select(
        *(_CASE.id, _CASE.case_no, _CASE.department),
        *(_EVENT.seq, _EVENT.move, _EVENT.on_date, _EVENT.at_text, _EVENT.data, _EVENT.live, _EVENT.recorded_at),
        *(_PRIVATE.payload, _PRIVATE.erased_at),
    )
    .join(t.event, and_(_EVENT.case_id == _CASE.id, _EVENT.move.in_(("submit", "amend"))))
    .outerjoin(t.private, and_(_PRIVATE.case_id == _EVENT.case_id, _PRIVATE.seq == _EVENT.seq))
    .order_by(_CASE.id, _EVENT.seq)
)
"""Registrations and amendments, with the personal data that were put aside of them."""
_EARLIER = _STEPS.where(
    _CASE.agency == bindparam("agency"),
    _CASE.received_on.between(bindparam("first"), bindparam("last")),
    or_(_CASE.received_on < bindparam("last"), _CASE.id < bindparam("own")),
    _CASE.state != str(State.ANNULLED),
)
_OWN = _STEPS.where(_CASE.id == bindparam("own"))


class Applicant(NamedTuple):
    """By what one applicant is told from another; empty where it was not registered."""

    id_number: str = ""
    name: str = ""
    phone: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is enough to know the applicant again."""
        return bool(self.id_number or (self.name and self.phone))

    def is_also(self, other: "Applicant") -> bool:
        """Whether both are one: by equal numbers, else, where a number is missing, by equal name and phone."""
        if self.id_number and other.id_number:
            return self.id_number == other.id_number
        return self.looks_like(other)

    def is_another(self, other: "Applicant") -> bool:
        """Whether both are plainly two: by their numbers, else, where a number is missing, by their names."""
        if self.id_number and other.id_number:
            return self.id_number != other.id_number
        return bool(self.name and other.name) and self.name != other.name

    def looks_like(self, other: "Applicant") -> bool:
        """Whether both have the same name and the same phone."""
        return bool(self.name and self.phone) and (self.name, self.phone) == (other.name, other.phone)


class Request(NamedTuple):
    """A request of the month, and who made it; None where that has been erased."""

    id: int
    case: str
    department: str | None
    applicant: Applicant | None


class Note(NamedTuple):
    """Something about the count that staff should know: a code, the facts of its sentence, which sentence."""

    code: str
    fields: Mapping[str, object] = {}
    text: str = ""


class Earlier(NamedTuple):
    """How many items the applicant of a request had asked for before it in its month, and what is unclear about it."""

    items: int
    notes: tuple[Note, ...] = ()


def earlier_items(context: Context, case: Case, case_id: int) -> Earlier:
    """The items of the same applicant's requests that this agency received earlier in the calendar month.

    A request has its charged items, else it is one; of one day the order of entry counts; annulled ones are left out.
    Items that were charged on this request before, and not dropped, are counted too.
    """
    own = next(_requests(context.connection.execute(_OWN, {"own": case_id}))).applicant
    before = _charged(case)
    if own is None or not own.is_known:
        return Earlier(before, (Note("applicant_not_told"),))
    month = list(_month(context, case, case_id))
    same = [item for item in month if item.applicant is not None and own.is_also(item.applicant)]
    return Earlier(before + _items(context, same), tuple(_notes(context, own, month)))


def _month(context: Context, case: Case, case_id: int) -> Iterator[Request]:
    last = case.received_on
    assert last is not None  # noqa: S101 - nothing is charged before a request has been received
    where = {"agency": context.agency, "first": last.replace(day=1), "last": last, "own": case_id}
    return _requests(context.connection.execute(_EARLIER, where))


def _requests(rows: Iterable[Row[Any]]) -> Iterator[Request]:
    for _, found in groupby(rows, key=lambda row: row.id):
        steps = list(found)
        first = steps[0]
        yield Request(first.id, first.case_no, first.department, _applicant(steps))


def _applicant(steps: Sequence[Row[Any]]) -> Applicant | None:
    """Who a request names as amended; None where that has been erased."""
    first = steps[0]
    told = [row for row in steps if row.move == "submit" or str(json.loads(row.data).get("seq")) == str(first.seq)]
    if any(row.erased_at is not None for row in told):
        return None
    found = timeline(_restored(row) for row in told)[0].data.get("applicant") or {}
    return applicant_told(found)


def applicant_told(found: Mapping[str, object]) -> Applicant:
    """An applicant as a registration tells of one."""
    return Applicant(*(_plain(found.get(key)) for key in Applicant._fields))


def _restored(row: Row[Any]) -> Event:
    event = read_event(row)
    data = restore(event.data, json.loads(row.payload) if row.payload is not None else None)
    return Event(event.seq, event.move, event.on, event.at, data, event.live)


def _plain(value: object) -> str:
    """A particular in one form, whatever its width, case, spaces and hyphens."""
    text = unicodedata.normalize("NFKC", str(value)) if value is not None else ""
    return "".join(letter for letter in text.casefold() if not letter.isspace() and letter != "-")


def _charged(case: Case) -> int:
    return sum(item.quantity for item in case.charges if item.basis == "items")


def _items(context: Context, requests: Sequence[Request]) -> int:
    """The items of some requests: those charged, else one for each."""
    found = 0
    for start in range(0, len(requests), _PORTION):
        ids = [item.id for item in requests[start : start + _PORTION]]
        rows = context.connection.execute(select(_CASE.snapshot).where(_CASE.id.in_(ids)))
        found += sum(_charged(load(row.snapshot)) or 1 for row in rows)
    return found


def _notes(context: Context, own: Applicant, month: Sequence[Request]) -> Iterator[Note]:
    """Where it is not plain that two are one applicant, or that they are not."""
    told = [(item, item.applicant) for item in month if item.applicant is not None]
    other_number = [item for item, who in told if own.looks_like(who) and not own.is_also(who)]
    other_name = [item for item, who in told if own.is_also(who) and own.name and who.name and own.name != who.name]
    for code, found in (("two_ledgers", other_number), ("one_number_two_names", other_name)):
        if found:
            yield _named(context, code, found)
    erased = sum(item.applicant is None for item in month)
    if erased:
        yield Note("ledger_erased", {"count": erased})


def _named(context: Context, code: str, found: Sequence[Request]) -> Note:
    """A note on some requests, which names those that the person may see."""
    seen = context.departments()
    cases = [item.case for item in found if seen is None or item.department in seen]
    if not cases:
        return Note(code, {"count": len(found)}, f"{code}_elsewhere")
    return Note(code, {"count": len(found), "cases": "、".join(cases)})


class Counted(NamedTuple):
    """The data of a move as they enter the history, and what staff are told about the number in them."""

    data: dict[str, object]
    notes: tuple[Note, ...] = ()
    source: str = ""


def with_earlier_items(
    context: Context, case: Case, case_id: int, name: str, data: dict[str, object], on: date
) -> Counted:
    """The data of a move that charges a fee by items, or amends one, with the number of earlier items.

    Raises:
        BadData: in live work a typed number that is not that of the register, without a reason.
    """
    if name == "amend":
        return Counted(_amended(context, case, case_id, data))
    from ...states.procedure.advance import without_blanks

    data = without_blanks(name, data)
    source = _tariff(case, data, on)
    if not source:
        return Counted(data)
    earlier, typed = earlier_items(context, case, case_id), data.get("already")
    notes = earlier.notes
    if typed is None:
        if context.past and earlier.items:
            notes = (Note("counted_by_ledger", {"counted": earlier.items}), *notes)
        return Counted(data | {"already": earlier.items}, notes, source)
    if int(str(typed)) != earlier.items:
        differs: dict[str, object] = {"value": int(str(typed)), "counted": earlier.items}
        if not data.get("reason") and not context.past:
            raise BadData({"field": "reason", "problem": "already_differs"} | differs, move=name)
        notes = (Note("already_differs", differs), *notes)
    return Counted(data, notes, source)


def _tariff(case: Case, data: Mapping[str, object], on: date) -> str:
    """The standard of a charge by items; empty where there is nothing to count, or the move will be refused."""
    from ...states.procedure.advance import parse
    from ...states.procedure.machine import sources

    if data.get("basis") != "items" or case.received_on is None:
        return ""
    if not data.get("late_reason") and case.state not in sources("case", CHARGE):
        return ""
    try:
        parse(CHARGE, dict(data))
        return rule("fee_items", on).source
    except (BadData, LawUnknown):
        return ""


def _amended(context: Context, case: Case, case_id: int, data: dict[str, object]) -> dict[str, object]:
    """The data of an amendment; where it makes a charge one by items, with the number, and by pages without it."""
    changed = data.get("data")
    if not isinstance(changed, dict) or not changed.keys() & {"basis", "already"}:
        return data
    amended = amended_step(context.connection, case_id, data)
    if amended is None or amended.move != CHARGE or amended.step.data.get("basis") is None:
        return data
    if amended.data.get("basis") == "pages" and "already" not in changed:
        return data | {"data": changed | {"already": None}}
    if amended.data.get("basis") != "items" or amended.data.get("already") is not None:
        return data
    others = replace(case, charges=[item for item in case.charges if item.seq != amended.step.seq])
    return data | {"data": changed | {"already": earlier_items(context, others, case_id).items}}
