"""What cases, sheets and tasks copy of each other for the lists: found where it differs, and written anew.

How many sheets of a case are open, by which day they go, in which list an entry stands.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, case, select, type_coerce, update

from ..cases.queries import due_days, names_of, open_sheets
from ..cases.store import set_open_sheets
from ..kernel.owners import Copied, IntegrityFault
from ..kernel.tables import approvals as t
from .sheet import TO_READ

_SHEET, _TASK = t.sheet.c, t.task.c
_READ = _TASK.kind.in_(TO_READ)
_BOX = case(
    (_TASK.state == "open", case((_READ, "toread"), else_="todo")),
    (_TASK.state == "done", case((_READ, "read"), else_="done")),
    else_="none",
)
_OTHER_BOX = (
    select(_SHEET.id, _SHEET.agency, _SHEET.case_no, _SHEET.sheet_no, _TASK.no, _TASK.box, _BOX.label("computed"))
    .join_from(t.task, t.sheet, _SHEET.id == _TASK.sheet_id)
    .where(_TASK.box != _BOX)
    .order_by(_SHEET.id, _TASK.no)
)
"""Entries that stand in another list than the one of their task."""
_RAW_DAY = type_coerce(_SHEET.due_on, String).label("due_on")
_OPEN = select(_SHEET.id, _SHEET.agency, _SHEET.case_id, _SHEET.case_no, _SHEET.sheet_no, _RAW_DAY)
_DAYS = select(type_coerce(_TASK.due_on, String)).distinct()


class _Differing(NamedTuple):
    """One copy that differs: the code by which the audit tells of it, the row that holds it, what it should hold."""

    code: str
    row: int
    copied: Copied
    computed: Any
    no: int | None = None


def copies(connection: Connection, *, mend: bool) -> Iterator[Copied]:
    """Every copy that differs; written anew, if that is wanted."""
    found = list(_differing(connection, None))
    for item in found if mend else ():
        _mend(connection, item)
    return (item.copied for item in found)


def _mend(connection: Connection, item: _Differing) -> None:
    if item.code == "open_sheets_differ":
        set_open_sheets(connection, item.row, item.computed)
    elif item.code == "sheet_entry_differs":
        entry = (_TASK.sheet_id == item.row, _TASK.no == item.no)
        connection.execute(update(t.task).where(*entry).values(box=item.computed))
    elif isinstance(item.computed, date):
        connection.execute(update(t.sheet).where(_SHEET.id == item.row).values(due_on=item.computed))
        connection.execute(update(t.task).where(_TASK.sheet_id == item.row).values(due_on=item.computed))


def copied_faults(connection: Connection, agency: str | None) -> Iterator[IntegrityFault]:
    """The same as the audit tells of it, of one agency or of all."""
    return (IntegrityFault(item.code, item.copied.where, item.no) for item in _differing(connection, agency))


def _differing(connection: Connection, agency: str | None) -> Iterator[_Differing]:
    mine = () if agency is None else (_SHEET.agency == agency,)
    rows = connection.execute(_OPEN.where(_SHEET.is_open == 1, *mine).order_by(_SHEET.id)).all()
    days = due_days(connection, [row.case_id for row in rows])
    for row in rows:
        day = days.get(row.case_id)
        held = connection.execute(_DAYS.where(_TASK.sheet_id == row.id)).scalars()
        others = sorted({str(row.due_on), *map(str, held)} - {str(day)})
        if others:
            copied = Copied(row.agency, f"{row.case_no}#{row.sheet_no}", "due_on", others[0], day)
            yield _Differing("sheet_day_differs", row.id, copied, day)
    for entry in connection.execute(_OTHER_BOX.where(*mine)).all():
        copied = Copied(entry.agency, f"{entry.case_no}#{entry.sheet_no}", "box", entry.box, entry.computed)
        yield _Differing("sheet_entry_differs", entry.id, copied, entry.computed, entry.no)
    yield from _counts(connection, agency, Counter(row.case_id for row in rows))


def _counts(connection: Connection, agency: str | None, open_now: Counter[int]) -> Iterator[_Differing]:
    """Cases that are said to have another number of open sheets than they have."""
    noted = open_sheets(connection, agency)
    names = names_of(connection, open_now.keys() | noted.keys())
    for case_id in sorted(open_now.keys() | noted.keys()):
        stored = noted[case_id][1] if case_id in noted else 0
        if stored != open_now[case_id]:
            office, number = names.get(case_id, ("", str(case_id)))
            copied = Copied(office, number, "open_sheets", stored, open_now[case_id])
            yield _Differing("open_sheets_differ", case_id, copied, open_now[case_id])
