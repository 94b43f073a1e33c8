"""Importing a register: its rows become cases through the same command that staff use.

All of a file or nothing: while anything in it needs mending, nothing is written.
"""

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ...states.remark import Remark
from ..cases.queries import known_numbers
from ..kernel.context import Context
from ..kernel.files import read_bytes
from ..kernel.unit import Key, TakenBack, once
from .journal import JournalLine, Refused, ReplayResult, replay
from .lines import Line
from .reading import Register, RegisterFault, read_register


class Intake(BaseModel):
    """What became of a register; ``skipped`` are cases that were in the database already."""

    model_config = ConfigDict(frozen=True)
    rows: int = 0
    written: bool = False
    dry_run: bool = False
    faults: tuple[RegisterFault, ...] = ()
    skipped: tuple[str, ...] = ()
    notes: tuple[Remark, ...] = ()
    replayed: ReplayResult = ReplayResult()
    repeated: bool = False

    @property
    def refused(self) -> tuple[Refused, ...]:
        """Moves that the law's procedure did not admit."""
        return self.replayed.refused


def take_in(
    context: Context,
    path: str | os.PathLike[str],
    *,
    dry_run: bool = False,
    idempotency_key: str | None = None,
) -> Intake:
    """Imports a register in one savepoint, day by day; rows whose case exists already are skipped.

    Under a key what was written is told again. What wrote nothing keeps no key: it is tried anew.
    Raises:
        SetupError: ``unreadable_workbook``.
        NotPermitted; Conflict.
    """
    context.require("import")
    register = read_register(path, by=context.actor.user_id, today=context.today)

    def work() -> Intake:
        known = known_numbers(context.connection, context.agency, list(register.where))
        fresh = sorted((line for line in register.lines if line.case not in known), key=lambda line: line.at)
        replayed = replay(context, _lines(fresh, register))
        found = Intake(
            rows=register.rows,
            written=not (dry_run or register.faults or replayed.refused),
            dry_run=dry_run,
            faults=tuple(register.faults),
            skipped=tuple(sorted(known)),
            notes=tuple(register.notes),
            replayed=replayed,
        )
        if not found.written:
            raise TakenBack(found)
        return found

    asked = (sha256(read_bytes(Path(path))).hexdigest() if idempotency_key is not None else "", dry_run)
    try:
        return once(context, Key.of(context, idempotency_key, "take_in", *asked), Intake, work)
    except TakenBack as tried:
        return Intake.model_validate(tried.args[0])


def _lines(lines: Iterable[Line], register: Register) -> Iterator[JournalLine]:
    """Journal lines that name the place of their row in the workbook."""
    for line in lines:
        sheet, row = register.where[line.case]
        yield JournalLine(sheet, row, line.as_json(), is_row=True)
