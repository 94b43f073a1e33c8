"""Erasure of the personal data of a case, by every owner of tables: first the list, then, by another person, the act.

Law: 个人信息保护法 art. 47; 档案法实施条例 arts. 19, 24: listed, decided and recorded, never automatic.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from ...states.errors import NotPermitted, SetupError
from ...states.procedure.history import Event
from ..cases.amending import step_number
from ..cases.steps import last_live_day
from ..cases.store import Loaded, history, hold, load_case, load_seen, number_of
from ..kernel.chains import canonical, digest
from ..kernel.context import Context
from ..kernel.directory import directory_of
from ..kernel.owners import CaseRow, missing_owners, registered, rooms
from ..kernel.personal_data import is_redacted, redact
from ..kernel.unit import Key, once
from ..kernel.versions import latest, law_at
from .erasure_chain import ERASED, LISTED, ErasureLink, add_link, last_link
from .retention import check_retention


class ErasureItem(BaseModel):
    """How many rows of one table would go; ``words`` says what they are where the table is a host's own."""

    model_config = ConfigDict(frozen=True)
    table: str
    rows: int
    words: str = ""


class ErasureList(BaseModel):
    """What would go of a case, as it was listed: by whom, on which day, and the hash that the record keeps of it.

    ``kept_until`` is the last day of its retention. ``left`` counts steps that an earlier version recorded with their
    texts in the open: these are part of the chain, and stay.
    """

    model_config = ConfigDict(frozen=True)
    case: str
    by: str
    on: date
    kept_until: date
    items: tuple[ErasureItem, ...]
    left: int
    hash: str
    repeated: bool = False


class Erased(BaseModel):
    """What has gone of a case, who had listed it and who erased it."""

    model_config = ConfigDict(frozen=True)
    case: str
    by: str
    listed_by: str
    on: date
    items: tuple[ErasureItem, ...]
    left: int
    repeated: bool = False


class _Kept(BaseModel):
    """A listing or erasure as a request under a key keeps it: it names no case, so that no list counts it."""

    on: date
    by: str
    listed_by: str = ""
    kept_until: date
    items: tuple[ErasureItem, ...]
    left: int
    hash: str
    repeated: bool = False

    def of(self, number: str) -> dict[str, object]:
        """The fields of what is told of the case."""
        return dict(self) | {"case": number}


def list_erasure(context: Context, number: str, *, idempotency_key: str | None = None) -> ErasureList:
    """Lists what erasing a case would take away, and records that it was listed; nothing else is written.

    Law: 档案法实施条例 art. 24.
    Raises:
        UnknownCase; Conflict; NotPermitted: also ``day_stated``; SetupError: why it may not be erased yet
            (``check_retention``), or ``owner_missing``: a host keeps rows here and its owner is not registered here.
    """
    _require(context)
    number = number_of(context.connection, context.agency, number)

    def work() -> _Kept:
        loaded, until = _ready(context, number)
        items, left = _items(context, loaded), _left(context, loaded)
        listed = canonical({"items": [item.model_dump() for item in items], "left": left})
        made = add_link(context, LISTED, loaded.case.case, listed, _sum(loaded, listed))
        by = context.actor.user_id
        return _Kept(on=made.on_date, by=by, kept_until=until, items=items, left=left, hash=made.list_hash)

    key = Key.of(context, idempotency_key, "list_erasure", number)
    return ErasureList.model_validate(once(context, key, _Kept, work, lambda: load_seen(context, number)).of(number))


def erase(context: Context, number: str, *, idempotency_key: str | None = None) -> Erased:
    """Erases the personal data of a case that was listed; its history, chain and counts stay as they are.

    Where the office has people on record, another person than the one who listed it erases.

    Law: 个人信息保护法 art. 47.
    Raises:
        UnknownCase; Conflict; NotPermitted: also ``lister_erases``, ``day_stated``; SetupError: as ``list_erasure``;
            ``not_listed``; ``changed_since_listed``.
    """
    _require(context)
    number = number_of(context.connection, context.agency, number)

    def work() -> _Kept:
        loaded, until = _ready(context, number)
        items, left = _items(context, loaded), _left(context, loaded)
        listed = canonical({"items": [item.model_dump() for item in items], "left": left})
        before = _listing(context, loaded, _sum(loaded, listed))
        case = CaseRow(loaded.id, context.agency, loaded.case.case)
        for owner in (*rooms(), *registered):
            owner.erase(context, case)
        made = add_link(context, ERASED, case.number, listed, before.list_hash)
        by, listed_by = context.actor.user_id, before.user_id
        return _Kept(
            on=made.on_date, by=by, listed_by=listed_by, kept_until=until, items=items, left=left, hash=made.list_hash
        )

    key = Key.of(context, idempotency_key, "erase", number)
    return Erased.model_validate(once(context, key, _Kept, work, lambda: load_seen(context, number)).of(number))


def _require(context: Context) -> None:
    """Refuses who may not erase; where a day is stated that is for who could shorten the retention as well."""
    context.require("erase")
    if context.is_day_stated and not context.may("administer"):
        raise NotPermitted("day_stated", user=context.actor.user_id, action="administer", on=context.today)


def _ready(context: Context, number: str) -> tuple[Loaded, date]:
    """The case, locked against other writers, and the last day of its retention."""
    connection = context.connection
    if missing := missing_owners(connection):
        raise SetupError("owner_missing", owners="、".join(missing))
    loaded = load_case(connection, context.agency, number)
    context.require_sight(loaded.department)
    hold(connection, loaded.id)
    law, worked_on = law_at(connection, latest(connection), context.agency), last_live_day(connection, loaded.id)
    found = check_retention(loaded.case, law, context.today, worked_on)
    return loaded, found.kept_until


def _listing(context: Context, loaded: Loaded, list_hash: str) -> ErasureLink:
    """The list by which the case is erased."""
    number = loaded.case.case
    found = last_link(context.connection, context.agency, number)
    if found is None or found.act != LISTED:
        raise SetupError("not_listed", case=number)
    if found.list_hash != list_hash:
        raise SetupError("changed_since_listed", case=number, on=found.on_date)
    people = context.directory is not None or len(directory_of(context.connection, context.agency))
    if people and found.user_id == context.actor.user_id:
        raise NotPermitted("lister_erases", case=number, user=found.user_id)
    return found


def _items(context: Context, loaded: Loaded) -> tuple[ErasureItem, ...]:
    case = CaseRow(loaded.id, context.agency, loaded.case.case)
    found = (item for owner in (*rooms(), *registered) for item in owner.holdings(context, case))
    return tuple(ErasureItem(**holding._asdict()) for holding in found if holding.rows)


def _left(context: Context, loaded: Loaded) -> int:
    """The steps that an earlier version recorded with texts in the open that are put aside now."""
    events = history(context.connection, loaded.id)
    moves = {event.seq: event.move for event in events}
    return sum(any(_in_the_open(event, moves)) for event in events)


def _in_the_open(event: Event, moves: Mapping[int, str]) -> Iterator[bool]:
    amended = moves.get(step_number(event.data), "") if event.move == "amend" else ""
    for value in redact(event.move, event.data, amended=amended).aside.values():
        yield not is_redacted(value)


def _sum(loaded: Loaded, listed: str) -> str:
    """The hash of a list: it changes with the case and with what is listed."""
    return digest(loaded.case.case, str(loaded.version), loaded.head_hash, json.dumps(listed))
