"""Importing a register: its rows become cases through the same command that staff use.

All of a file or nothing: while anything in it needs mending, nothing is written.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ...states.remark import Remark
from ..cases.queries import known_numbers
from ..kernel.context import Context
from ..kernel.unit import unit
from .journal import JournalLine, Refused, ReplayResult, replay
from .lines import Line
from .reading import Register, RegisterFault, read_register


@dataclass(slots=True)
class Intake:
    """What became of a register; ``skipped`` are cases that were in the database already."""

    rows: int = 0
    written: bool = False
    dry_run: bool = False
    faults: list[RegisterFault] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    replayed: ReplayResult = field(default_factory=ReplayResult)

    @property
    def refused(self) -> list[Refused]:
        """Moves that the law's procedure did not admit."""
        return self.replayed.refused


def take_in(
    context: Context,
    path: str | os.PathLike[str],
    *,
    dry_run: bool = False,
) -> Intake:
    """Imports a register in one savepoint; rows whose case exists already are skipped.

    Raises:
        SetupError: ``unreadable_workbook``.
        NotPermitted.
    """
    context.require("import")
    register = read_register(path, by=context.actor.user_id, today=context.today)
    known = known_numbers(context.connection, context.agency, list(register.where))
    found = Intake(register.rows, False, dry_run, register.faults, sorted(known), register.notes)
    fresh = [line for line in register.lines if line.case not in known]
    try:
        with unit(context):
            replay(context, _lines(fresh, register), result=found.replayed)
            if dry_run or found.faults or found.refused:
                raise _TakenBack
    except _TakenBack:
        return found
    found.written = True
    return found


class _TakenBack(Exception):
    """Rolls the savepoint back."""


def _lines(lines: Iterable[Line], register: Register) -> Iterator[JournalLine]:
    """Journal lines that name the place of their row in the workbook."""
    for line in lines:
        sheet, row = register.where[line.case]
        yield JournalLine(sheet, row, line.as_json(), is_row=True)
