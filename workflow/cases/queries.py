"""What other rooms may ask of the cases' tables."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import starmap
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, String, exists, func, select, type_coerce

from ...states.errors import UnknownCase
from ...states.procedure.case import ARCHIVED, FINISHED, Case, load
from ...states.procedure.history import is_decision
from ...states.procedure.periods import Law
from ...states.procedure.stages import Stage, shown
from ..kernel.tables import cases as t
from .steps import history
from .store import columns_ahead, number_of

_CASE, _EVENT = t.case.c, t.event.c
PORTION = 500


class Handling(NamedTuple):
    """Who handles a case, and what it is due by; ``due_rule`` None means that nothing is due."""

    id: int
    handler: str | None
    department: str | None
    due_on: date
    due_rule: str | None


class OpenCase(NamedTuple):
    """An open case with its due day, where it stands, and the last day to tell of an extension."""

    id: int
    agency: str
    case_no: str
    due_on: date
    due_rule: str
    paused_until: date | None
    waits: bool
    tell_by: date | None
    state: str
    stage: Stage | None


def id_of(connection: Connection, agency: str, number: str) -> int | None:
    """The row of the case of that number; None where there is none."""
    where = (_CASE.agency == agency, _CASE.case_no == number_of(connection, agency, number))
    found: int | None = connection.execute(select(_CASE.id).where(*where)).scalar()
    return found


def names_of(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Agency and number of cases, by their rows."""
    wanted = sorted(set(ids))
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(wanted), PORTION):
        portion = _CASE.id.in_(wanted[start : start + PORTION])
        for row in connection.execute(select(_CASE.id, _CASE.agency, _CASE.case_no).where(portion)):
            found[row.id] = (row.agency, row.case_no)
    return found


def known_numbers(connection: Connection, agency: str, numbers: Sequence[str]) -> set[str]:
    """Those of some numbers that are cases of the agency."""
    known: set[str] = set()
    for start in range(0, len(numbers), PORTION):
        portion = _CASE.case_no.in_(numbers[start : start + PORTION])
        known.update(connection.execute(select(_CASE.case_no).where(_CASE.agency == agency, portion)).scalars())
    return known


def handling(connection: Connection, agency: str, number: str) -> Handling | None:
    """Who handles a case and what it is due by; None where there is no such case."""
    columns = (_CASE.id, _CASE.handler, _CASE.department, _CASE.due_on, _CASE.due_rule)
    where = (_CASE.agency == agency, _CASE.case_no == number_of(connection, agency, number))
    row = connection.execute(select(*columns).where(*where)).first()
    return None if row is None else Handling(*row)


def department_of(connection: Connection, agency: str, number: str) -> str | None:
    """The department that handles a case; None where none is noted.

    Raises:
        UnknownCase.
    """
    found = handling(connection, agency, number)
    if found is None:
        raise UnknownCase(case=number)
    return found.department or None


def handled_by(case_id: ColumnElement[int], departments: Collection[str]) -> ColumnElement[bool]:
    """Whether one of these departments handles the case that a column names."""
    return exists().where(_CASE.id == case_id, _CASE.department.in_(departments))


def due_days(connection: Connection, ids: Sequence[int]) -> dict[int, date]:
    """The statutory days of cases, by their rows; without those that are damaged."""
    wanted = sorted(set(ids))
    found: dict[int, date] = {}
    for start in range(0, len(wanted), PORTION):
        portion = _CASE.id.in_(wanted[start : start + PORTION])
        for row in connection.execute(
            select(_CASE.id, type_coerce(_CASE.due_on, String).label("due_on")).where(portion)
        ):
            with suppress(ValueError):
                found[row.id] = date.fromisoformat(str(row.due_on))
    return found


def departments_by_id(connection: Connection, ids: Sequence[int]) -> dict[int, str | None]:
    """The departments that handle cases, by their rows."""
    wanted = sorted(set(ids))
    found: dict[int, str | None] = {}
    for start in range(0, len(wanted), PORTION):
        portion = _CASE.id.in_(wanted[start : start + PORTION])
        rows = connection.execute(select(_CASE.id, _CASE.department).where(portion))
        found |= {row.id: row.department for row in rows}
    return found


STAGED = select(
    _CASE.id.label("of_case"),
    _CASE.state.label("case_state"),
    _CASE.stage.label("by_papers"),
    _CASE.awaits_since.is_not(None).label("gone"),
    (_CASE.open_sheets > 0).label("approving"),
    (_CASE.reply_issued == 1).label("issued"),
).subquery("staged")
"""What tells where a case stands, for a list of something else to join to the case that its rows name."""
STAGE = tuple(STAGED.c)[1:]
"""The columns of it that end a row."""


def stage_in(row: Sequence[Any]) -> Stage | None:
    """Where the case of a row stands that ends with ``STAGE``."""
    state, by_papers, gone, approving, issued = row[-len(STAGE) :]
    return shown(by_papers, decided=state == "decided", gone=gone, approving=approving, issued=issued)


def stage_of(connection: Connection, agency: str, number: str) -> Stage | None:
    """Where the case of a number stands; None where there is no such case, too."""
    found = id_of(connection, agency, number)
    row = connection.execute(select(*STAGE).where(STAGED.c.of_case == found)).first()
    return stage_in(row) if row is not None else None


def open_sheets(connection: Connection, agency: str | None) -> dict[int, tuple[str, int]]:
    """The number of each case that is said to have open sheets, and how many, by their rows."""
    where = [_CASE.open_sheets != 0] if agency is None else [_CASE.open_sheets != 0, _CASE.agency == agency]
    rows = connection.execute(select(_CASE.id, _CASE.case_no, _CASE.open_sheets).where(*where))
    return {row.id: (row.case_no, row.open_sheets) for row in rows}


def last_day(connection: Connection, agency: str, number: str) -> date | None:
    """The day of the latest move of a case."""
    statement = (
        select(func.max(_EVENT.on_date))
        .join(t.case, _CASE.id == _EVENT.case_id)
        .where(_CASE.agency == agency, _CASE.case_no == number)
    )
    found: date | None = connection.scalar(statement)
    return found


def last_decision(connection: Connection, case_id: int) -> int:
    """The number of the last step that says what is replied; 0 where there is none."""
    return max((event.seq for event in history(connection, case_id) if is_decision(event)), default=0)


def moves_at(connection: Connection, steps: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """The moves of some steps, each named by the case's row and its number."""
    wanted = sorted(set(steps))
    found: dict[tuple[int, int], str] = {}
    for start in range(0, len(wanted), PORTION):
        portion = wanted[start : start + PORTION]
        ids = sorted({case_id for case_id, _ in portion})
        rows = connection.execute(select(_EVENT.case_id, _EVENT.seq, _EVENT.move).where(_EVENT.case_id.in_(ids)))
        found |= {(row.case_id, row.seq): row.move for row in rows if (row.case_id, row.seq) in set(portion)}
    return found


def open_cases(connection: Connection, on: date, laws: Callable[[str], Law]) -> list[OpenCase]:
    """Every case of every agency that is open with a due day at the end of a day, by the law of its agency.

    One that tells of a later day is taken as it stands by then.
    """
    statement = select(*_OPEN, *STAGE).join(STAGED, STAGED.c.of_case == _CASE.id)
    steady = statement.where(_CASE.is_open == 1, _CASE.due_rule.is_not(None), _CASE.last_fact_on <= on)
    rows = ((*row[: -len(STAGE)], stage_in(row)) for row in connection.execute(steady))
    ahead = connection.execute(statement.where(_CASE.last_fact_on > on)).all()
    placed = (_open_on(connection, row, laws(row.agency), on) for row in ahead)
    found = [*starmap(OpenCase, rows), *(item for item in placed if item is not None)]
    return sorted(found, key=lambda item: item.id)


_OPEN = tuple(_CASE[name] for name in OpenCase._fields[: OpenCase._fields.index("stage")])


def _open_on(connection: Connection, row: Row[Any], law: Law, on: date) -> OpenCase | None:
    """A case as it stands at the end of a day; None where it is not open then, or has no due day."""
    columns = columns_ahead(connection, row.id, row.case_no, law, on)
    if not columns["is_open"] or columns["due_rule"] is None:
        return None
    gone = columns["awaits_since"] is not None
    decided = columns["state"] == "decided"
    stage = shown(columns["stage"], decided=decided, gone=gone, approving=row.approving, issued=row.issued)
    told = {name: columns[name] for name in OpenCase._fields if name in columns}
    return OpenCase(**told | {"id": row.id, "agency": row.agency, "case_no": row.case_no, "stage": stage})


def numbers_under_way(connection: Connection) -> list[tuple[str, str]]:
    """Agency and number of every case that is not finished, or in which a period of the agency still runs."""
    finished = [str(state) for state in FINISHED]
    where = (_CASE.is_open == 1) | _CASE.state.not_in(finished)
    statement = select(_CASE.agency, _CASE.case_no).where(where).order_by(_CASE.id)
    return [(agency, number) for agency, number in connection.execute(statement)]


def archived_cases(connection: Connection, agency: str) -> Iterator[tuple[int, Case]]:
    """Every archived or annulled case of an agency with the id of its row, in the order in which they were entered."""
    statement = (
        select(_CASE.id, _CASE.snapshot)
        .where(_CASE.agency == agency, _CASE.state.in_(sorted(ARCHIVED)))
        .order_by(_CASE.id)
    )
    for row in connection.execute(statement, execution_options={"yield_per": PORTION}):
        yield row.id, load(row.snapshot)


def head_of(connection: Connection, case_id: int) -> str:
    """The hash of the last link of the case's chain."""
    found: str = connection.execute(select(_CASE.head_hash).where(_CASE.id == case_id)).scalar_one()
    return found


def recorded_steps(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """The steps of a case as they are stored."""
    return connection.execute(select(t.event).where(_EVENT.case_id == case_id).order_by(_EVENT.seq)).all()


def kept_apart(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """The personal data of the steps of a case, as they are stored."""
    columns = t.private.c
    return connection.execute(select(t.private).where(columns.case_id == case_id).order_by(columns.seq)).all()
