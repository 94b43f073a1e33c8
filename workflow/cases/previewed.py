"""What moves would make of a case, tried before anything is written."""

from dataclasses import dataclass
from datetime import date

from ...states.procedure.case import Case
from ...states.procedure.history import Event
from ...states.procedure.periods import Law
from ...states.remark import Remark


@dataclass(frozen=True, slots=True)
class MovesPreview:
    """What moves would make of a case: the case before and after, the events in force, the day of the last move."""

    before: Case
    after: Case
    events: list[Event]
    warnings: list[Remark]
    law: Law
    on: date
