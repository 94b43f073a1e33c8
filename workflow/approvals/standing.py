"""What a verb may ask about the office: its people, substitutes, and the procedure of the sheet.

Each is looked up when it is first asked for: who acts on the own task asks for none of them.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import and_, bindparam, literal, select

from ...states.errors import SheetRefused
from ..cases.store import department_by_id
from ..kernel.context import Actor, Context, Directory, StandIn, sight
from ..kernel.directory import directory_of, host_people, people_of
from ..kernel.tables import approvals as t
from ..kernel.versions import LATEST
from .procedure import Procedure, procedure_of
from .sheet import ActingPost, Sheet, with_post
from .shown import why_unread


@dataclass(frozen=True)
class CurrentOffice:
    """The office on the day of a verb; ``begun`` is the sheet's settings version, ``version`` today's."""

    context: Context
    begun: int
    version: int | None = None

    @cached_property
    def people(self) -> Directory:
        """The people of today as they are on record, each with the own posts alone."""
        return people_of(self.context, self.version)

    @cached_property
    def directory(self) -> Directory:
        """The people of today, each with the own posts and those of acting appointments."""
        return PeopleInPosts(self.people, self.acting_posts) if self.acting_posts else self.people

    @cached_property
    def acting_posts(self) -> tuple[ActingPost, ...]:
        """The acting appointments that are in force today."""
        return acting_posts(self.context)

    @cached_property
    def stand_ins(self) -> tuple[StandIn, ...]:
        """For whom the person who acts stands in today."""
        user, on = self.context.acting.user_id, self.context.today
        return (*self.directory.principals(user, on), *stands_in(self.context, user))

    @cached_property
    def real(self) -> "tuple[CurrentOffice, date] | None":
        """The office on the real day, with that day; None where no other day is stated or told of."""
        if self.context.today == self.context.real_day:
            return None
        context = self.context.of_the_real_day()
        return CurrentOffice(context, self.begun, self.version), context.today

    def sees(self, person: Actor, case_id: int) -> bool:
        """Whether a person sees a case today; of the past the recorder is asked, not who acted then."""
        if self.context.past:
            return True
        seen = sight(self.context.authorizer, person, self.context.agency)
        return seen is None or department_by_id(self.context.connection, case_id) in seen

    def unread(self, person: Actor, sheet: Sheet, *, named: bool) -> str:
        """Why a person has not read what a sheet proposes now, or empty; of the past the paper was read."""
        if self.context.past or not sheet.wants_mark:
            return ""
        return why_unread(self.context.connection, sheet, person.user_id, named=named)

    @cached_property
    def procedure(self) -> Procedure:
        """The procedure by which the sheet goes: the one in force when it was last sent.

        Raises:
            SheetRefused: the office had none.
        """
        found = procedure_of(self.context.connection, self.begun, self.context.agency)
        if found is None:
            raise SheetRefused("no_template", sheet="", verb="", agency=self.context.agency)
        return found


class PeopleInPosts:
    """A directory whose people hold the posts of acting appointments too."""

    def __init__(self, people: Directory, posts: Sequence[ActingPost]) -> None:
        self._people, self._posts = people, posts

    def person(self, user_id: str, on: date) -> Actor | None:
        """The person of that id, if at work on that day."""
        found = self._people.person(user_id, on)
        return None if found is None else self._in_posts(found, on)

    def holders(self, role: str, department: str | None, on: date) -> Sequence[Actor]:
        """Who holds a role on that day: first those of the directory, then who acts in it."""
        found = list(self._people.holders(role, department, on))
        there = {person.user_id for person in found}
        for item in self._posts:
            person = self._people.person(item.user, on) if item.post == role and item.user not in there else None
            if person is not None and department in (None, person.department) and _in_force(item, on):
                found.append(person)
        return [self._in_posts(person, on) for person in found]

    def superior(self, user_id: str, on: date) -> Actor | None:
        """Who stands above the person on that day."""
        return self._people.superior(user_id, on)

    def principals(self, user_id: str, on: date) -> Sequence[StandIn]:
        """For whom the person stands in on that day."""
        return self._people.principals(user_id, on)

    def _in_posts(self, person: Actor, on: date) -> Actor:
        posts = [item.post for item in self._posts if item.user == person.user_id and _in_force(item, on)]
        new = [post for post in posts if post not in person.roles]
        return with_post(person, *new) if new else person


def _in_force(item: ActingPost, on: date) -> bool:
    return item.from_on <= on <= item.until_on


_A = t.acting.c
_ACTING = (
    select(_A.id, _A.user_id, _A.post, _A.from_on, _A.until_on, _A.basis, _A.actor)
    .where(_A.agency == bindparam("agency"), _A.until_on >= bindparam("day"), _A.from_on <= bindparam("day"))
    .where(_A.ended_at.is_(None))
    .order_by(_A.id)
)


def acting_posts(context: Context) -> tuple[ActingPost, ...]:
    """The acting appointments of the agency that are in force today."""
    rows = context.connection.execute(_ACTING, {"agency": context.agency, "day": context.today})
    return tuple(ActingPost(*row[:-1]) for row in rows if context.is_in_force(row.from_on, row.until_on, row.actor))


_STANDING = and_(
    t.substitute.c.stand_in == bindparam("stand_in"),
    t.substitute.c.agency == bindparam("agency"),
    t.substitute.c.until_on >= bindparam("day"),
    t.substitute.c.from_on <= bindparam("day"),
    t.substitute.c.ended_at.is_(None),
)
_COLUMNS = (
    t.substitute.c.principal,
    t.substitute.c.stand_in,
    t.substitute.c.from_on,
    t.substitute.c.until_on,
    t.substitute.c.moves,
    t.substitute.c.actor,
)
_STANDS_IN = select(*_COLUMNS).where(_STANDING)
_ONCE = select(literal(1).label("one")).subquery()
_STANDS_IN_NOW = select(*_COLUMNS, LATEST.label("latest")).select_from(_ONCE.outerjoin(t.substitute, _STANDING))


def stands_in(context: Context, user_id: str) -> list[StandIn]:
    """For whom the person has been named to stand in today."""
    values = {"stand_in": user_id, "agency": context.agency, "day": context.today}
    return _in_force_of(context, context.connection.execute(_STANDS_IN, values))


def _in_force_of(context: Context, rows: Iterable[Any]) -> list[StandIn]:
    return [_stand_in(row) for row in rows if context.is_in_force(row.from_on, row.until_on, row.actor)]


def principals(context: Context) -> list[StandIn]:
    """For whom the person who acts stands in today, by the directory and by what has been arranged."""
    user, on = context.actor.user_id, context.today
    values = {"stand_in": user, "agency": context.agency, "day": on}
    rows = context.connection.execute(_STANDS_IN_NOW, values).all()
    directory = host_people(context.directory, context.connection, context.agency)
    if directory is None:
        directory = directory_of(context.connection, context.agency, rows[0].latest)
    named = [row for row in rows if row.principal is not None]
    return [*directory.principals(user, on), *_in_force_of(context, named)]


def _stand_in(row: Any) -> StandIn:
    return StandIn(row.principal, row.stand_in, row.from_on, row.until_on, tuple(json.loads(row.moves)))
