"""Acting appointments (代理职务): who signs for a post that is not the own one, from when to when, on what basis.

An administrator records them. They give the signature of the post on approval sheets and nothing else; the sheet and
its form name them.

Law: 条例 arts. 17, 33 para 2.
"""

import json
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, insert, select, update

from ...states import admission
from ...states.errors import BadData, Fault
from ..kernel.context import PERMISSIONS, WORK, Context
from ..kernel.directory import people_of
from ..kernel.tables import approvals as t
from ..kernel.unit import Key, once
from .sheet import with_post

LONGEST_BASIS, LONGEST_POST = 200, 64


class Acting(NamedTuple):
    """What an administrator records: who acts in which post, from one day to another, by which document."""

    user: str
    post: str
    from_on: date
    until_on: date
    basis: str


class ActingAppointment(BaseModel):
    """An acting appointment as it is on record; who recorded it, and who ended it and when."""

    model_config = ConfigDict(frozen=True)
    id: int
    user: str
    post: str
    from_on: date
    until_on: date
    basis: str
    recorded_by: str
    recorded_at: str
    ended_at: str | None = None
    ended_by: str | None = None
    repeated: bool = False


def appoint_acting(context: Context, wanted: Acting, *, idempotency_key: str | None = None) -> ActingAppointment:
    """Records that somebody acts in a post from one day to another.

    Raises:
        NotPermitted; BadData: nobody of that id, or who works on no cases, a post that signs nothing, no basis, a
        period that ends before it starts; Conflict.
    """
    context.require("administer")
    admission.text("basis", wanted.basis, LONGEST_BASIS)
    user, post = admission.key("user", wanted.user), admission.key("post", wanted.post)
    wanted = wanted._replace(user=user, post=post)

    def work() -> ActingAppointment:
        _check(context, wanted)
        row = {
            "agency": context.agency,
            "user_id": wanted.user,
            "post": wanted.post,
            "from_on": wanted.from_on,
            "until_on": wanted.until_on,
            "basis": wanted.basis.strip(),
            "actor": context.written(context.actor),
            "created_at": context.stamp,
            "ended_at": None,
            "ended_by": None,
        }
        number = context.connection.execute(insert(t.acting), row).inserted_primary_key[0]  # type: ignore[index]
        return next(item for item in _rows(context, t.acting.c.id == number))

    key = Key.of(context, idempotency_key, "appoint_acting", wanted)
    return once(context, key, ActingAppointment, work)


def _check(context: Context, wanted: Acting) -> None:
    faults: list[Fault] = []
    person = people_of(context).person(wanted.user, context.today)
    if person is None:
        faults.append({"field": "user", "problem": "unknown_person", "value": wanted.user})
    elif len(wanted.post) > LONGEST_POST or not context.may_do(
        with_post(person.model_copy(update={"roles": ()}), wanted.post), "approve"
    ):
        faults.append({"field": "post", "problem": "signs_nothing", "value": wanted.post[:LONGEST_POST]})
    elif wanted.post in person.roles:
        faults.append({"field": "post", "problem": "holds_the_post", "value": wanted.post})
    elif not any(context.may_do(person, action) for action in WORK):
        faults.append({"field": "user", "problem": "works_on_no_cases", "value": wanted.user})
    if not wanted.basis.strip():
        faults.append({"field": "basis", "problem": "empty"})
    if wanted.until_on < wanted.from_on:
        faults.append({"field": "until_on", "problem": "ends_before_it_starts", "value": wanted.until_on.isoformat()})
    if faults:
        raise BadData(*faults)


def end_acting(context: Context, number: int, *, idempotency_key: str | None = None) -> ActingAppointment:
    """Ends an acting appointment before its last day; what was signed by it stays signed.

    Raises:
        NotPermitted; BadData: no such appointment; Conflict.
    """
    context.require("administer")
    columns = t.acting.c
    where = (columns.id == number, columns.agency == context.agency, columns.ended_at.is_(None))

    def work() -> ActingAppointment:
        values = {"ended_at": context.stamp, "ended_by": context.written(context.actor)}
        if context.connection.execute(update(t.acting).where(*where).values(values)).rowcount != 1:
            raise BadData({"field": "number", "problem": "unknown_acting", "value": number})
        return _rows(context, columns.id == number)[0]

    return once(context, Key.of(context, idempotency_key, "end_acting", number), ActingAppointment, work)


def acting_appointments(context: Context, *, past: bool = False) -> list[ActingAppointment]:
    """The acting appointments that are in force today or begin later; with ``past`` every one that was recorded.

    Raises:
        NotPermitted: the person may do nothing at all here.
    """
    context.require(*PERMISSIONS)
    columns = t.acting.c
    if past:
        return _rows(context)
    return _rows(context, columns.until_on >= context.today, columns.ended_at.is_(None))


def _rows(context: Context, *where: ColumnElement[bool]) -> list[ActingAppointment]:
    columns = t.acting.c
    rows = context.connection.execute(
        select(t.acting).where(columns.agency == context.agency, *where).order_by(columns.from_on, columns.id)
    )
    return [
        ActingAppointment(
            id=row.id,
            user=row.user_id,
            post=row.post,
            from_on=row.from_on,
            until_on=row.until_on,
            basis=row.basis,
            recorded_by=json.loads(row.actor)["user_id"],
            recorded_at=row.created_at,
            ended_at=row.ended_at,
            ended_by=json.loads(row.ended_by)["user_id"] if row.ended_by else None,
        )
        for row in rows
    ]
