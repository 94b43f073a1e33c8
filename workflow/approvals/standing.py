"""What a verb may ask about the office: its people, substitutes, and the procedure of the sheet.

Each is looked up when it is first asked for: who acts on the own task asks for none of them.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, bindparam, literal, select

from ...states.errors import SheetRefused
from ..kernel.context import Context, Directory, StandIn
from ..kernel.directory import directory_of, people_of
from ..kernel.tables import approvals as t
from ..kernel.versions import LATEST
from .procedure import Procedure, procedure_of


@dataclass(frozen=True)
class CurrentOffice:
    """The office on the day of a verb; ``begun`` is the sheet's settings version, ``version`` today's."""

    context: Context
    begun: int
    version: int | None = None

    @cached_property
    def directory(self) -> Directory:
        """The people of today."""
        return people_of(self.context, self.version)

    @cached_property
    def stand_ins(self) -> tuple[StandIn, ...]:
        """For whom the person who acts stands in today."""
        user, on = self.context.acting.user_id, self.context.today
        arranged = stands_in(self.context.connection, self.context.agency, user, on)
        return (*self.directory.principals(user, on), *arranged)

    @cached_property
    def procedure(self) -> Procedure:
        """The procedure with which the sheet began.

        Raises:
            SheetRefused: the office had none.
        """
        found = procedure_of(self.context.connection, self.begun, self.context.agency)
        if found is None:
            raise SheetRefused("no_template", sheet="", verb="", agency=self.context.agency)
        return found


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
)
_STANDS_IN = select(*_COLUMNS).where(_STANDING)
_ONCE = select(literal(1).label("one")).subquery()
_STANDS_IN_NOW = select(*_COLUMNS, LATEST.label("latest")).select_from(_ONCE.outerjoin(t.substitute, _STANDING))


def stands_in(connection: Connection, agency: str, user_id: str, on: date) -> list[StandIn]:
    """For whom the person has been named to stand in on a day."""
    rows = connection.execute(_STANDS_IN, {"stand_in": user_id, "agency": agency, "day": on})
    return [_stand_in(row) for row in rows]


def principals(context: Context) -> list[StandIn]:
    """For whom the person who acts stands in today, by the directory and by what has been arranged."""
    user, on = context.actor.user_id, context.today
    values = {"stand_in": user, "agency": context.agency, "day": on}
    rows = context.connection.execute(_STANDS_IN_NOW, values).all()
    directory = context.directory
    if directory is None:
        directory = directory_of(context.connection, context.agency, rows[0].latest)
    return [*directory.principals(user, on), *(_stand_in(row) for row in rows if row.principal is not None)]


def _stand_in(row: Any) -> StandIn:
    return StandIn(row.principal, row.stand_in, row.from_on, row.until_on, tuple(json.loads(row.moves)))
