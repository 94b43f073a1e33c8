"""Pages of cases: filtered, searched, counted by lamp, each page going on where the one before has ended.

The database sorts and counts by indexes. The few cases whose lamp no column tells, and the results of a search that
finds few, are judged here, by the same function as the list of due cases; both are merged by their place.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import ColumnElement, func, select, tuple_

from ....states import admission
from ....states.remark import Remark
from ...kernel.context import Context
from ...kernel.directory import Known
from ...kernel.owners import CaseRow as Owned
from ...kernel.tables import cases as t
from ...kernel.tables.base import NEVER
from ...kernel.versions import latest, law_at
from ..due_list import BUCKETS, BucketCounts, JudgedDay, Shown, Told
from ..reads import note_read
from ..steps import masked_names
from . import search
from .cursors import Key, cursor_of, place_in
from .filters import CaseFilter, CaseRow
from .lamps import FINISHED, lamps_of
from .reasons import reason_of
from .texts import Registered, registered

SORTS = ("due", "received")
MOST = 500
FEW = 5000
"""So many results of a search are judged one by one; of more the database picks the page."""
PORTION = 500
_C = t.case.c


_ROW_NOT_BY_INDEX = func.coalesce(_C.id, _C.id)
"""The number of a row, so that no database goes through all of them to find a few in this order."""


class CaseItem(BaseModel):
    """One case in a list; applicant and subject are masked unless they were asked for.

    ``bucket``, with the day and the working days left, is None where nothing runs and nobody waits; ``reason`` says why
    the case has that lamp, or none.
    """

    model_config = ConfigDict(frozen=True)
    case: str
    state: str
    stage: str | None
    applicant: str
    information: str
    received_on: date | None
    due_on: date | None
    bucket: str | None
    days_left: int | None
    reason: Remark
    handler: str | None
    department: str | None
    version: int


class CaseTabs(BucketCounts):
    """How many cases a filter finds by lamp, whatever lamp was asked for; ``finished``: none; ``all`` of them."""

    finished: int = 0
    all: int = 0


class CasePage(BaseModel):
    """One page of cases; ``next`` leads to the page after it, ``total`` is how many there are on all pages."""

    model_config = ConfigDict(frozen=True)
    items: tuple[CaseItem, ...]
    next: str | None
    total: int
    tabs: CaseTabs


def list_cases(
    context: Context,
    wanted: CaseFilter | None = None,
    *,
    sort: str = "due",
    limit: int = 50,
    cursor: str | None = None,
    unmasked: bool = False,
) -> CasePage:
    """One page of the cases that the person may see, with how many there are, in all and by lamp.

    Sorted by ``due``: what is for the agency to do first, in the order of the list of due cases, then what is finished,
    registered last first; by ``received``: what is not received yet, then the newest. What is shown unmasked is noted
    in the log of reads first.
    Raises:
        NotPermitted; SetupError: the agency is not known, or ``read_only``: what is unmasked could not be noted;
        BadData: words that mean nothing, or a cursor that is torn or belongs to another list.
    """
    wanted = wanted or CaseFilter()
    seen = context.departments()
    wanted.check()
    admission.one_of("sort", sort, SORTS)
    limit = max(1, min(limit, MOST))
    question = (
        context.agency,
        context.today.isoformat(),
        sort,
        wanted.model_dump_json(),
        *(["*"] if seen is None else sorted(seen)),
    )
    after = place_in(cursor, question) if cursor is not None else None
    asked = _Asked(context.joined(), wanted, seen, sort)
    tabs = asked.tabs()
    rows = asked.page(after, limit + 1)
    total = tabs.all if wanted.bucket is None else getattr(tabs, wanted.bucket)
    following = cursor_of(rows[limit - 1].key, question) if len(rows) > limit else None
    return CasePage(items=_items(context, rows[:limit], unmasked), next=following, total=total, tabs=tabs)


class _Placed(NamedTuple):
    """A case at its place in a list, with what is shown of it; the bucket None where it has no lamp."""

    key: Key
    row: CaseRow
    shown: Shown
    bucket: str | None


class _Part(NamedTuple):
    """A part of a list that an index gives in order: its cases, its columns, whether the last come first."""

    rank: int
    where: ColumnElement[bool]
    order: tuple[ColumnElement[date | int], ...]
    descending: bool = False
    on: date | None = None
    """The one day by which all of the part are placed, where it is not the first column."""


class _Asked:
    """A question for cases, and its answer, part by part."""

    def __init__(self, context: Context, wanted: CaseFilter, seen: frozenset[str] | None, sort: str) -> None:
        self.context, self.wanted, self.sort = context, wanted, sort
        connection = context.connection
        self.day = JudgedDay(context.today, law_at(connection, latest(connection), context.agency))
        self.lamps = lamps_of(self.day)
        self.own = [_C.agency == context.agency]
        if seen is not None:
            self.own.append(_C.department.in_(sorted(seen)))
        self.is_few, self.ids = False, list[int]()
        self._search()
        self._asked = [*self.own, *wanted.conditions()]
        self._steady = [*self._asked, self.lamps.steady]
        self.stored = list(self._read_apart())
        judged = (self._place(self._on_the_day(row)) for row in self.stored)
        self.apart = [item for item in judged if wanted.admits(item.row, item.shown.shown["stage"])]

    def _search(self) -> None:
        """Restricts the question to what a search finds: by the rows themselves where they are few."""
        words = search.words_of(self.wanted.query)
        if not words:
            return
        found = search.hits(self.context.agency, words)
        self.ids = list(self.context.connection.execute(found.limit(FEW + 1)).scalars())
        self.is_few = len(self.ids) <= FEW
        if not self.is_few:
            self.own.append(_C.id.in_(found))

    def _read_apart(self) -> Iterator[CaseRow]:
        """The rows that are judged one by one, each once."""
        portions = [self.ids[start : start + PORTION] for start in range(0, len(self.ids), PORTION)]
        by_search = [_C.id.in_(portion) for portion in portions] if self.is_few else []
        by_day = [] if self.is_few else [self._found_by(item) for item in self.lamps.apart]
        for where in (*by_search, *by_day):
            for values in self.context.connection.execute(select(*CaseRow.columns()).where(*self.own, where)):
                yield CaseRow.of(tuple(values))

    def _found_by(self, where: ColumnElement[bool]) -> ColumnElement[bool]:
        """A condition that few cases meet, asked first: else a database may begin with all cases of a department."""
        return _C.id.in_(select(_C.id).where(_C.agency == self.context.agency, where).correlate(None))

    def _on_the_day(self, row: CaseRow) -> CaseRow:
        """A row as it stands on the day, where it tells of a later one."""
        if row.last_fact_on <= self.day.on:
            return row
        from ..store import columns_ahead

        columns = columns_ahead(self.context.connection, row.id, row.case_no, self.day.law, self.day.on)
        own = {name: columns[name] for name in Told._fields if name in columns}
        return row._replace(told=row.told._replace(**own), handler=columns["handler"], row_key=columns["row_key"])

    def _place(self, row: CaseRow) -> _Placed:
        """A row with its lamp and its place in the list."""
        shown = self.day.told(row.told)
        listed = self.day.lists(row.told)
        received = row.told.received_on
        if self.sort == "received":
            key = (0, 0, -row.id) if received is None else (1, -received.toordinal(), -row.id)
        else:
            key = (0, shown.place.toordinal(), row.id) if listed else (1, 0, -row.id)
        return _Placed(key, row, shown, shown.shown["bucket"] if listed else None)

    def page(self, after: Key | None, most: int) -> list[_Placed]:
        """The first of the cases that come after a place."""
        bucket = self.wanted.bucket
        found = [item for item in self.apart if bucket is None or (item.bucket or FINISHED) == bucket]
        found = sorted((item for item in found if after is None or item.key > after), key=_key)
        for rank in () if self.is_few else (0, 1):
            if sum(item.key[0] < rank for item in found) >= most:
                break
            parts = (part for part in self._parts() if part.rank == rank)
            found += [self._place(row) for part in parts for row in self._read(part, after, most)]
            found.sort(key=_key)
        return found[:most]

    def _parts(self) -> Iterator[_Part]:
        """The parts of the list, with only those cases that have the lamp that is wanted."""
        lamps, bucket = self.lamps, self.wanted.bucket
        if self.sort == "received":
            lit = [] if bucket is None else [lamps.among(bucket)]
            yield _Part(0, _all(_C.received_on.is_(None), *lit), (_C.id,), descending=True)
            yield _Part(1, _all(_C.received_on.is_not(None), *lit), (_C.received_on, _C.id), descending=True)
            return
        if bucket not in ("act", FINISHED):
            lit = [lamps.lamp != "act"] if bucket is None else [lamps.among(bucket)]
            yield _Part(0, _all(t.IS_OPEN, *lit), (_C.due_on, _C.id))
        if bucket in (None, "act") and self.lit["act"]:
            yield _Part(0, _all(t.IS_OPEN, lamps.lamp == "act"), (_C.id,), on=self.day.on)
        if bucket in (None, "act") and self.waiting:
            yield _Part(0, self._found_by(lamps.waiting), (_C.id,), on=self.day.on)
        if bucket in (None, FINISHED):
            yield _Part(1, _all(lamps.quiet, _C.due_on == NEVER), (_C.id,), descending=True)

    def _read(self, part: _Part, after: Key | None, most: int) -> Iterator[CaseRow]:
        """The first of a part that come after a place."""
        where = self._beyond(part, after)
        if where is None:
            return
        statement = select(*CaseRow.columns()).where(*self._steady, part.where, *where)
        order = [column.desc() if part.descending else column for column in part.order]
        if part.on is not None:
            order = [_ROW_NOT_BY_INDEX]
        for values in self.context.connection.execute(statement.order_by(*order).limit(most)):
            yield CaseRow.of(tuple(values))

    def _beyond(self, part: _Part, after: Key | None) -> list[ColumnElement[bool]] | None:
        """What restricts a part to the cases after a place; None where there are none."""
        if after is None or after[0] < part.rank:
            return []
        rank, day, row = after
        if rank > part.rank:
            return None
        if part.on is not None:
            on = part.on.toordinal()
            return [] if day < on else None if day > on else [_C.id > row]
        if len(part.order) == 1:
            return [_C.id < -row]
        place = tuple_(part.order[0], _C.id)
        if part.descending:
            return [place < (date.fromordinal(-day), -row)]
        return [place > (date.fromordinal(day), row)]

    def tabs(self) -> CaseTabs:
        """How many cases there are by lamp."""
        found = Counter(item.bucket or FINISHED for item in self.apart)
        whole = len(self.apart)
        if not self.is_few:
            found += self.lit
            found["act"] += self.waiting
            whole += self._whole() - sum(self._is_stored(row) for row in self.stored)
            found[FINISHED] = whole - sum(found[bucket] for bucket in BUCKETS)
        return CaseTabs(**{bucket: found[bucket] for bucket in (*BUCKETS, FINISHED)}, all=whole)

    @cached_property
    def lit(self) -> Counter[str]:
        """How many of the steady open cases have each lamp."""
        lamp = self.lamps.lamp
        statement = select(lamp, func.count()).where(*self._steady, t.IS_OPEN).group_by(lamp)
        return Counter({row[0]: row[1] for row in self.context.connection.execute(statement)})

    @cached_property
    def waiting(self) -> int:
        """How many of the steady finished cases there are in which there is something to do."""
        statement = select(func.count()).where(*self._steady, self._found_by(self.lamps.waiting))
        return self.context.connection.execute(statement).scalar_one()

    def _whole(self) -> int:
        statement = select(func.count()).select_from(t.case).where(*self._asked)
        return self.context.connection.execute(statement).scalar_one()

    def _is_stored(self, row: CaseRow) -> bool:
        """Whether the database counts a row that is judged one by one, as it is stored."""
        return self.wanted.admits(row, self.day.told(row.told).shown["stage"])


def _all(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    first, *others = conditions
    for other in others:
        first = first & other
    return first


def _key(item: _Placed) -> Key:
    return item.key


_ITEMS = TypeAdapter(tuple[CaseItem, ...])


def _items(context: Context, placed: Sequence[_Placed], unmasked: bool) -> tuple[CaseItem, ...]:
    """The cases of a page as they are shown."""
    if unmasked:
        for item in placed:
            note_read(context, Owned(item.row.id, context.agency, item.row.case_no), "list")
    texts = registered(context.connection, [item.row.id for item in placed])
    known = Known(context)
    handlers = masked_names(context, "handler", {item.row.id: item.row.handler for item in placed}, known)
    departments = masked_names(context, "department", {item.row.id: item.row.department for item in placed}, known)
    distinct = {(id(item.shown), item.bucket): item for item in placed}  # most of a page tell the same as others
    reasons = {key: reason_of(item.shown.shown, item.bucket) for key, item in distinct.items()}
    found = []
    for item in placed:
        row, shown, bucket = item.row, item.shown.shown, item.bucket
        applicant, information = texts.get(row.id, Registered()).shown(unmasked)
        found.append(
            {
                "case": row.case_no,
                "state": row.told.state,
                "stage": shown["stage"],
                "applicant": applicant,
                "information": information,
                "received_on": row.told.received_on,
                "due_on": shown["due_on"] if bucket else None,
                "bucket": bucket,
                "days_left": shown["days_left"] if bucket else None,
                "reason": reasons[id(item.shown), bucket],
                "handler": handlers[row.id],
                "department": departments[row.id],
                "version": row.version,
            }
        )
    return _ITEMS.validate_python(found)
