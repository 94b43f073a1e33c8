"""What an amendment of the record amends: the step as it stood and as it is to stand, and its approval.

Law: 条例 arts. 17, 33 para 2: what the office decides by several hands is not changed by one.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, select

from ...states.errors import BadData
from ...states.procedure.case import Case
from ...states.procedure.catalogue import move_of
from ...states.procedure.history import Event, is_decision, read_moment, timeline
from ...states.rules.outcomes import row_of
from ..kernel.owners import ApprovedStep, approved_step
from ..kernel.tables import cases as t
from .steps import history

T = TypeVar("T", int, "Change")

_DIGITS = 18
"""No history has a number of more."""


class Amended(NamedTuple):
    """A step that is to be amended: as it stands, the data that it is to have, its approval where it had one."""

    step: Event
    data: Mapping[str, object]
    approved: ApprovedStep | None

    @property
    def move(self) -> str:
        """The move that is amended."""
        return self.step.move


def amended_step(connection: Connection, case_id: int, data: Mapping[str, object]) -> Amended | None:
    """What an amendment with these data amends; None where the case has no such step."""
    seq = step_number(data)
    step = next((item for item in timeline(history(connection, case_id)) if item.seq == seq), None)
    if step is None:
        return None
    changed = data.get("data")
    merged = {**step.data, **(changed if isinstance(changed, Mapping) else {})}
    kept = {name: value for name, value in merged.items() if value is not None}
    return Amended(step, kept, approved_step(connection, case_id, seq))


def step_number(data: Mapping[str, object]) -> int:
    """The number of the step that an amendment names, however it is written; 0 where it names none."""
    value = data.get("seq")
    if isinstance(value, str) and value.isdecimal() and len(value) <= _DIGITS:
        return int(value)
    return value if type(value) is int else 0


def amended_move(connection: Connection, case_id: int, data: Mapping[str, object]) -> str:
    """The move of the step that an amendment names; empty where the case has no such step on record."""
    columns = t.event.c
    where = (columns.case_id == case_id, columns.seq == step_number(data))
    return connection.execute(select(columns.move).where(*where)).scalar_one_or_none() or ""


def check_amended_day(connection: Connection, case_id: int, data: Mapping[str, object]) -> None:
    """Refuses to put an approved step before the day on which it was approved.

    Raises:
        BadData.
    """
    at = data.get("at")
    if at is None:
        return
    amended = amended_step(connection, case_id, data)
    if amended is None or amended.approved is None:
        return
    on, _ = read_moment(at, "data.at")
    approved: date = amended.approved.on
    if on < approved:
        fault = {"field": "data.at", "problem": "before_approval", "value": str(at), "on": approved.isoformat()}
        raise BadData(fault | {"sheet": amended.approved.sheet}, move="amend")


def check_amended_answer(events: Sequence[Event], case: Case, data: Mapping[str, object]) -> None:
    """Refuses to change by an amendment an answer that the applicant has received: that takes a new decision.

    ``events`` are those of the case with their personal data.
    Raises:
        BadData.
    """
    changed, seq = data.get("data"), step_number(data)
    order = timeline(events)
    place = next((place for place, event in enumerate(order) if event.seq == seq), None)
    if place is None or not isinstance(changed, Mapping) or not is_decision(order[place]):
        return
    step, later = order[place], order[place + 1 :]
    last = not any(is_decision(event) for event in later)
    came = any(event.move == "serve" and event.data.get("of", "reply") == "reply" for event in later)
    if (came or (last and case.served_on is not None)) and _answers(step.data) != _answers({**step.data, **changed}):
        raise BadData({"field": "data.answer", "problem": "answer_received"}, move="amend")


def _answers(decision: Mapping[str, object]) -> list[tuple[str, str]]:
    """What a decision answers, as a whole and in each part: its row, and its answer where it names one."""
    items = decision.get("items")
    parts = [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    return [(row_of(told), str(told.get("answer") or "")) for told in (decision, *parts)]


def is_sole_hand(connection: Connection, case_id: int, data: Mapping[str, object], user_id: str) -> bool:
    """Whether somebody has written what is to be confirmed of the step that data name, and nobody else attests it."""
    rows = connection.execute(
        select(t.event.c.seq, t.event.c.actor).where(t.event.c.case_id == case_id).order_by(t.event.c.seq)
    ).all()
    by = {row.seq: str(json.loads(row.actor).get("user_id", "")) for row in rows}
    recorded = history(connection, case_id)
    order = timeline(recorded)
    step = next((event for event in order if event.seq == step_number(data)), None)
    if step is None:
        return False
    writing, attesting = _hands(recorded, step)
    attesting += [event.seq for event in order if event.seq > step.seq and _tells_the_same(event, step)]
    return user_id in {by[seq] for seq in writing} and all(by[seq] == user_id for seq in attesting)


def _hands(recorded: list[Event], step: Event) -> tuple[set[int], list[int]]:
    """The events that gave a step its day and its other data, and those that later gave the same day once more.

    A step that was written down on its day is nobody's to confirm; what an amendment has made of it is.
    """
    original = next(event for event in recorded if event.seq == step.seq)
    on = original.on
    of_day, of_data = (original.seq if original.is_written_later else 0), 0
    attesting: list[int] = []
    for event in recorded:
        if event.move != "amend" or step_number(event.data) != step.seq:
            continue
        before, at = on, event.data.get("at")
        on = on if at is None else read_moment(at, "data.at")[0]
        if on != before:
            of_day, attesting = event.seq, []
        if event.data.get("data"):
            of_data, attesting = event.seq, []
        elif at is not None and on == before:
            attesting.append(event.seq)
    return {seq for seq in (of_day, of_data) if seq} or {step.seq}, attesting


def _tells_the_same(event: Event, step: Event) -> bool:
    """Whether a fact is about the paper that a step sent or served, on the same day."""
    about = [(item.data.get("of") or "reply", item.data.get("id")) for item in (event, step)]
    return move_of(event.move).fact and event.on == step.on and about[0] == about[1]


class Change(NamedTuple):
    """The step that last gave another its text, and when it was recorded."""

    seq: int
    recorded_at: str


def changes_of(connection: Connection, case_id: int) -> dict[int, Change]:
    """Of each step of a case the last one that gave it its text."""
    columns = (t.event.c.seq, t.event.c.recorded_at)
    rows = connection.execute(select(*columns).where(t.event.c.case_id == case_id))
    at = {row.seq: row.recorded_at for row in rows}
    return {seq: Change(last, at[last]) for seq, last in last_changes(history(connection, case_id)).items()}


def last_amendment(case_id: ColumnElement[int]) -> ScalarSelect[int]:
    """The number of the last amendment of a case, as a column of a statement on what belongs to the case; else 0."""
    where = (t.event.c.case_id == case_id, t.event.c.move == "amend")
    return select(func.coalesce(func.max(t.event.c.seq), 0)).where(*where).scalar_subquery()


def last_changes(events: list[Event]) -> dict[int, int]:
    """Of each step the number of the last one that gave it its text: its own, or that of its last amendment."""
    found: dict[int, int] = {}
    for event in events:
        if event.move != "amend":
            found[event.seq] = event.seq
        elif event.data.get("at") is not None or _tells(event.data.get("data")):
            found[step_number(event.data)] = event.seq
    return found


def _tells(changed: object) -> bool:
    """Whether amended data are part of the text of a step; which department handles the case is not."""
    return isinstance(changed, Mapping) and not changed.keys() <= {"department"}


REGISTRATION = 1
"""The step that opens a case: who asks, and for what, stands in the text of every other step."""


def last_text(changes: Mapping[int, T], seq: int) -> T | None:
    """The last change in the text of a step, its own or that of the registration; None where there is no such step.

    ``changes`` are the last changes of each step.
    """
    own, first = changes.get(seq), changes.get(REGISTRATION)
    return own if own is None or first is None else max(own, first)
