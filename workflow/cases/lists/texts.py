"""Who asked for what: the texts of registrations as amended, read from where personal data stand apart."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, select

from ....states.procedure.history import Event, timeline
from ...kernel.personal_data import ERASED, mask, restore
from ...kernel.tables import cases as t
from ..steps import read_event

PORTION = 500
_EVENT, _PRIVATE = t.event.c, t.private.c
_STEPS = (
    select(
        *(_EVENT.case_id, _EVENT.seq, _EVENT.move, _EVENT.on_date, _EVENT.at_text, _EVENT.data, _EVENT.live),
        *(_EVENT.recorded_at, _PRIVATE.payload),
    )
    .outerjoin(t.private, and_(_PRIVATE.case_id == _EVENT.case_id, _PRIVATE.seq == _EVENT.seq))
    .where(_EVENT.move.in_(("submit", "amend")))
    .order_by(_EVENT.case_id, _EVENT.seq)
)


class Registered(NamedTuple):
    """The names of who asked and of who acts for them, and what was asked for; an erased text is no text."""

    applicants: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    information: str = ""
    applicant: Mapping[str, object] = {}

    @classmethod
    def told(cls, data: Mapping[str, object]) -> "Registered":
        """What the data of a registration tell."""
        applicant = data.get("applicant")
        information = data.get("information")
        return cls(
            tuple(_names(applicant, data.get("applicants"))),
            tuple(_names(data.get("agent"))),
            information if isinstance(information, str) and information != ERASED else "",
            applicant if isinstance(applicant, Mapping) else {},
        )

    @property
    def people(self) -> tuple[str, ...]:
        """Every name by which the case is found."""
        return (*self.applicants, *self.agents)

    def shown(self, unmasked: bool) -> tuple[str, str]:
        """Applicants and subject as a list shows them."""
        names = self.applicants if unmasked else tuple(map(mask, self.applicants))
        return "、".join(names), self.information if unmasked else mask(self.information)


def _names(*told: object) -> Iterable[str]:
    for item in told:
        for person in item if isinstance(item, list | tuple) else (item,):
            name = person.get("name") if isinstance(person, Mapping) else None
            if isinstance(name, str) and name and name != ERASED:
                yield name


def registered(connection: Connection, ids: Iterable[int]) -> dict[int, Registered]:
    """The registrations of cases as amended, by their rows."""
    wanted = sorted(set(ids))
    found: dict[int, Registered] = {}
    for start in range(0, len(wanted), PORTION):
        rows = connection.execute(_STEPS.where(_EVENT.case_id.in_(wanted[start : start + PORTION])))
        for case_id, steps in groupby(rows, key=lambda row: row.case_id):
            found[case_id] = _as_amended(list(steps))
    return found


def _as_amended(steps: Sequence[Any]) -> Registered:
    first = steps[0]
    told = [row for row in steps if row.move == "submit" or str(json.loads(row.data).get("seq")) == str(first.seq)]
    if len(told) == 1:
        return Registered.told(_body(first))
    events = [read_event(row) for row in told]
    whole = [
        Event(event.seq, event.move, event.on, event.at, _body(row), event.live)
        for event, row in zip(events, told, strict=True)
    ]
    return Registered.told(timeline(whole)[0].data)


def _body(row: Any) -> dict[str, object]:
    return restore(json.loads(row.data), json.loads(row.payload) if row.payload is not None else None)
