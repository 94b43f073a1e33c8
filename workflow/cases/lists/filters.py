"""What a list of cases is asked for: as a condition on the table, and as the same question about one row."""

from datetime import date
from typing import NamedTuple, get_args

from pydantic import StrictStr
from sqlalchemy import ColumnElement, and_, or_

from ....states import admission
from ....states.errors import BadData
from ....states.procedure.case import FINISHED as WITH_RESULT
from ....states.procedure.case import State
from ....states.procedure.stages import Stage
from ....states.rules.outcomes import outcome_rows
from ...kernel.given import Given
from ...kernel.tables import cases as t
from ..due_list import BUCKETS, Told
from .lamps import FINISHED, shown_stage

LONGEST_QUERY = 100
_C = t.case.c


class CaseFilter(Given):
    """Which cases are wanted; what is not given restricts nothing.

    ``query`` is searched in numbers, names of applicants and subjects, each of its words. ``bucket`` may be
    ``finished`` beside the buckets of the due list: nothing is to be done any more. ``received_from``, ``received_to``
    and ``year`` are about the day of receipt, ``outcome`` about the row of the annual report.
    """

    query: StrictStr = ""
    state: StrictStr | None = None
    bucket: StrictStr | None = None
    stage: StrictStr | None = None
    handler: StrictStr | None = None
    department: StrictStr | None = None
    received_from: date | None = None
    received_to: date | None = None
    outcome: StrictStr | None = None
    year: int | None = None

    def check(self) -> None:
        """Refuses words that mean nothing, all of them at once.

        Raises:
            BadData.
        """
        admission.text("query", self.query, LONGEST_QUERY)
        for field in ("handler", "department"):
            if (named := getattr(self, field)) is not None:
                admission.key(field, named)
        known = {
            "state": tuple(State),
            "bucket": (*BUCKETS, FINISHED),
            "stage": get_args(Stage),
            "outcome": outcome_rows(),
        }
        faults = [
            {"field": field, "problem": "not_one_of", "value": given, "choices": "、".join(words)}
            for field, words in known.items()
            if (given := getattr(self, field)) is not None and given not in words
        ]
        if self.year is not None and not date.min.year <= self.year < date.max.year:
            faults.append({"field": "year", "problem": "out_of_range", "value": str(self.year)})
        if faults:
            raise BadData(*faults)

    @property
    def received(self) -> tuple[date | None, date | None]:
        """The first and the last day of receipt that are wanted."""
        first, last = self.received_from, self.received_to
        if self.year is not None:
            first = max(first or date.min, date(self.year, 1, 1))
            last = min(last or date.max, date(self.year, 12, 31))
        return first, last

    def conditions(self) -> list[ColumnElement[bool]]:
        """All but query and bucket, as conditions on the columns of a case."""
        found: list[ColumnElement[bool]] = []
        if self.state is not None:
            found.append(_C.state == self.state)
            if self.state not in WITH_RESULT:
                found.append(t.IS_OPEN)
        if self.stage is not None:
            under_way = [t.IS_OPEN, _C.awaits_since.is_not(None)]
            found.append(or_(*under_way, _C.open_sheets > 0) if self.stage == "approving" else or_(*under_way))
            found.append(shown_stage() == self.stage)
        if self.handler is not None:
            found.append(_C.handler == self.handler)
        if self.department is not None:
            found.append(_C.department == self.department)
        if self.outcome is not None:
            found.append(_C.row_key == self.outcome)
        first, last = self.received
        if first is not None or last is not None:
            found.append(and_(_C.received_on >= (first or date.min), _C.received_on <= (last or date.max)))
        return found

    def admits(self, row: "CaseRow", stage: str | None) -> bool:
        """The same of a row, and the stage that is shown of it."""
        told, (first, last) = row.told, self.received
        pairs = (
            (self.state, told.state),
            (self.stage, stage),
            (self.handler, row.handler),
            (self.department, row.department),
            (self.outcome, row.row_key),
        )
        if any(wanted is not None and wanted != found for wanted, found in pairs):
            return False
        if first is None and last is None:
            return True
        received = told.received_on
        return received is not None and (first or date.min) <= received <= (last or date.max)


class CaseRow(NamedTuple):
    """A row of the table, as far as a list tells of it."""

    id: int
    case_no: str
    version: int
    handler: str | None
    department: str | None
    row_key: str | None
    last_fact_on: date
    told: Told

    @classmethod
    def columns(cls) -> tuple[ColumnElement[object], ...]:
        """The columns of a row, in the order in which ``of`` takes them."""
        return tuple(_C[name] for name in (*cls._fields[:-1], *Told._fields))

    @classmethod
    def of(cls, values: tuple[object, ...]) -> "CaseRow":
        """A row as it was read."""
        own = len(cls._fields) - 1
        return cls._make((*values[:own], Told._make(values[own:])))
