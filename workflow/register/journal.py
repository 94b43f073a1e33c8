"""Journals: what has happened, one JSON object a line, applied through the same command as staff use.

A journal records the past: it sends nothing, and a refused line changes nothing while the lines after
it go on. Every row says who recorded it and when, beside who is said to have acted. Who is named in the line of
a move is kept as written and not looked up; the lines of approval sheets are signatures: their people are looked up
and held to what they may do, and nobody but an administrator records another one's.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from ...states import admission
from ...states.errors import MOVE_DATA, BadData, Conflict, DisclosureError, Fault, NotPermitted, OutOfOrder
from ...states.law import parse
from ...states.procedure.history import read_moment
from ...states.remark import Remark
from ..approvals.catalogue import VERBS
from ..approvals.commands import Change, Proposal, SheetResult, edit, propose, sign
from ..approvals.queries import last_day as last_action_day
from ..cases.commands import MoveResult, move
from ..cases.queries import last_day
from ..cases.store import number_of
from ..kernel.context import Actor, Context
from ..kernel.directory import TomlDirectory, directory_of
from ..kernel.files import reading
from ..kernel.unit import Key, TakenBack, once

LONGEST_LINE = 1_000_000
"""Characters; a longer line is not a move."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line as it was read: ``content`` is the object, or None with the fault that made it unreadable.

    A line that ``is_row`` comes from a register: ``file`` is the title of its sheet, ``line`` its row there.
    """

    file: str
    line: int
    content: Mapping[str, object] | None
    fault: BadData | None = None
    is_row: bool = False


class Refused(BaseModel):
    """A line that changed nothing, and why; or one that was applied although something was missing."""

    model_config = ConfigDict(frozen=True)
    file: str
    line: int
    case: str | None
    move: str | None
    remark: Remark
    is_row: bool = False

    @property
    def code(self) -> str:
        """The code of the refusal or warning."""
        return self.remark.code


class ReplayResult(BaseModel):
    """What became of a journal; ``warnings`` are lines that were applied although something was missing."""

    model_config = ConfigDict(frozen=True)
    lines: int = 0
    applied: int = 0
    numbers: frozenset[str] = frozenset()
    refused: tuple[Refused, ...] = ()
    warnings: tuple[Refused, ...] = ()
    repeated: bool = False

    @property
    def cases(self) -> int:
        """How many cases the applied lines are about."""
        return len(self.numbers)


@dataclass(slots=True)
class _Tally:
    """A result while its lines are applied."""

    lines: int
    applied: int
    numbers: set[str]
    refused: list[Refused]
    warnings: list[Refused]

    @classmethod
    def of(cls, earlier: ReplayResult) -> "_Tally":
        return cls(earlier.lines, earlier.applied, set(earlier.numbers), list(earlier.refused), list(earlier.warnings))

    def result(self) -> ReplayResult:
        return ReplayResult(
            lines=self.lines,
            applied=self.applied,
            numbers=frozenset(self.numbers),
            refused=tuple(self.refused),
            warnings=tuple(self.warnings),
        )


def read_journal(path: Path) -> Iterator[JournalLine]:
    """The lines of a journal file; blank ones are left out.

    Raises:
        SetupError: ``file_missing``, ``file_unreadable``.
    """
    with reading(path), path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            text = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
            if text.strip():
                yield _read(str(path), number, text)


def _read(file: str, number: int, raw: bytes) -> JournalLine:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return JournalLine(file, number, None, BadData({"field": "line", "problem": "not_utf8", "line": number}))
    fault = BadData({"field": "line", "problem": "not_json", "line": number})
    if len(text) > LONGEST_LINE:
        return JournalLine(file, number, None, fault)
    try:
        return JournalLine(file, number, admission.json_object(text))
    except ValueError:
        return JournalLine(file, number, None, fault)


def check_line(content: Mapping[str, object]) -> None:
    """Refuses a line whose own fields can't be used, all of them at once.

    Raises:
        BadData.
    """
    faults: list[Fault] = []
    for name in ("case", "move", "at"):
        value = content.get(name)
        if value is None:
            faults.append({"field": name, "problem": "missing"})
        elif not isinstance(value, str):
            faults.append({"field": name, "problem": "not_a_text"})
        elif not value.strip():
            faults.append({"field": name, "problem": "empty"})
        elif name == "case":
            faults += _key_faults(name, value)
        elif name == "at":
            try:
                read_moment(value)
            except BadData as error:
                faults += error.faults
    if content.get("by"):
        faults += _key_faults("by", content["by"])
    if not isinstance(content.get("data") or {}, dict):
        faults.append({"field": "data", "problem": "not_an_object"})
    if faults:
        raise BadData(*faults)


def _key_faults(field: str, value: object) -> list[Fault]:
    try:
        admission.key(field, value)
    except BadData as error:
        return error.faults
    return []


def replay(
    context: Context,
    lines: Iterable[JournalLine],
    *,
    stop: bool = False,
    result: ReplayResult = ReplayResult(),  # noqa: B008 - frozen
    idempotency_key: str | None = None,
) -> ReplayResult:
    """Applies lines in order, each in its own savepoint; with ``stop`` the first refusal is the last line read.

    The lines are told after those of an earlier ``result``, so that a host may commit between portions; a key then
    stands for one portion, whose lines are all read before the first is applied. Where no line was applied no key is
    kept: the lines are tried anew.
    Raises:
        NotPermitted: the one who replays may not; Conflict.
    """
    context.require("replay")
    if idempotency_key is None:
        return _replay(context, lines, stop, result)
    portion = list(lines)

    def work() -> ReplayResult:
        found = _replay(context, portion, stop, result)
        if found.applied == result.applied:
            raise TakenBack(found)
        return found

    asked = [(line.file, line.line, line.content, str(line.fault)) for line in portion]
    key = Key.of(context, idempotency_key, "replay", asked, stop, result.model_dump_json())
    try:
        return once(context, key, ReplayResult, work)
    except TakenBack as tried:
        return ReplayResult.model_validate(tried.args[0])


def _replay(context: Context, lines: Iterable[JournalLine], stop: bool, result: ReplayResult) -> ReplayResult:
    total = _Tally.of(result)
    for line in lines:
        total.lines += 1
        try:
            _apply(context, line, total)
        except Conflict:  # nothing is amiss with the line: the whole begins again
            raise
        except DisclosureError as error:
            total.refused.append(_report(line, Remark.of_error(error)))
            if stop:
                break
    return total.result()


def _apply(context: Context, line: JournalLine, total: _Tally) -> None:
    if line.content is None:
        raise line.fault or BadData({"field": "line", "problem": "not_json", "line": line.line})
    check_line(line.content)
    entry = _Entry.of(line.content)
    done: MoveResult | None
    people = directory_of(context.connection, context.agency) if entry.move in ON_SHEETS else None
    if people:  # an office without people on record has no sheets: these are no moves there
        done = _on_sheet(context, people, entry).moved
    else:
        said = Actor(user_id=entry.by, name=entry.by) if entry.by not in ("", context.actor.user_id) else None
        recording = replace(context, by=said, past=True)
        done = move(recording, entry.case, entry.move, entry.data, at=entry.at)
    total.applied += 1
    total.numbers.add(done.case if isinstance(done, MoveResult) else entry.case)
    total.warnings += [_report(line, item) for item in (done.warnings if done is not None else ())]


class _Entry(NamedTuple):
    """The fields of a line that has been checked; ``by`` is empty where it does not say who acted."""

    case: str
    move: str
    by: str
    at: str
    data: dict[str, object]

    @classmethod
    def of(cls, content: Mapping[str, object]) -> "_Entry":
        data = content.get("data")
        by = admission.key("by", content["by"]) if content.get("by") else ""
        return cls(
            str(content["case"]).strip(),
            str(content["move"]).strip(),
            by,
            str(content["at"]),
            dict(data) if isinstance(data, dict) else {},
        )


ON_SHEETS = frozenset({"propose", "edit", *VERBS})
"""What a line may do with an approval sheet; each stands where a move's name stands."""


def _on_sheet(context: Context, people: TomlDirectory, entry: _Entry) -> SheetResult:
    """Applies one line of an approval, as that person's act on that day, recorded by who replays it."""
    on, _ = read_moment(entry.at)
    signer = entry.by or context.actor.user_id
    actor = people.person(signer, on)
    if actor is None:
        raise NotPermitted("unknown_user", user=signer)
    number = number_of(context.connection, context.agency, entry.case)
    _check_sheet_order(context.connection, context.agency, number, on)
    then = replace(context, by=actor, day=on, past=True)
    if entry.move == "propose":
        return propose(then, number, parse(Proposal, entry.data, MOVE_DATA))
    sheet = entry.data.pop("sheet", None)
    ref = number if sheet is None else f"{number}#{sheet}"
    if entry.move == "edit":
        return edit(then, ref, parse(Change, entry.data, MOVE_DATA))
    return sign(then, ref, entry.move, entry.data)


def _check_sheet_order(connection: Connection, agency: str, number: str, on: date) -> None:
    """Within a case the day never goes back, whatever is done with its sheets."""
    days = (last_action_day(connection, agency, number), last_day(connection, agency, number))
    last = max((found for found in days if found), default=None)
    if last is not None and on < last:
        raise OutOfOrder(case=number, at=on.isoformat(), last=last.isoformat())


def _report(line: JournalLine, remark: Remark) -> Refused:
    content = line.content or {}
    return Refused(
        file=line.file,
        line=line.line,
        case=_number(content.get("case")),
        move=_text(content.get("move")),
        remark=remark,
        is_row=line.is_row,
    )


def _number(value: object) -> str | None:
    """The number in the form in which its case is found, where it has one."""
    try:
        return admission.key("case", value)
    except BadData:
        return _text(value)


def _text(value: object) -> str | None:
    return None if value is None else admission.storable(str(value)[:200])
