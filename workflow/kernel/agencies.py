"""Agencies of a database: their profiles (name, kind, review organ, court, contact), and how they are registered."""

import json
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, bindparam, delete, insert, select

from ...notifications.documents.agency import FIELDS, Agency
from ...states import admission
from ...states.errors import BadData, MoveRefused
from ...states.rules.remedies import agency_kinds, reviews_itself
from .chains import canonical
from .context import DEFAULT, EVERYWHERE, PERMISSIONS, Context, require
from .registered import is_registered, note_registration, registered_codes, require_agency
from .tables import kernel as t
from .unit import Key, once
from .versions import entry_at, latest, note_text, noted_texts

TOPIC = "agency"
LEVELS = ("state", "province", "city", "county", "township")
"""Of the state, of a province, of a city, of a county or district, of a township."""
_PROFILE = select(t.agency.c.profile).where(t.agency.c.code == bindparam("code"))


def profile(context: Context) -> Agency:
    """What is known of the agency; each field is empty until it is set.

    Raises:
        NotPermitted: the person may do nothing there.
    """
    context.require(*PERMISSIONS)
    return particulars(context.connection, context.agency)


def particulars(connection: Connection, code: str) -> Agency:
    """What is known of an agency, as papers and lists need it; each field is empty until it is set."""
    return _agency(_stored(connection, code))


def _stored(connection: Connection, code: str) -> dict[str, str]:
    text = connection.execute(_PROFILE, {"code": code}).scalar()
    found: dict[str, str] = json.loads(text) if text else {}
    return found


def _agency(stored: Mapping[str, str]) -> Agency:
    return Agency(**{name: text for name, text in stored.items() if name in FIELDS})


def agency_name(connection: Connection, code: str) -> str:
    """The agency's name; its code where none has been set, nothing for the only one of a database."""
    return particulars(connection, code).name or ("" if code == DEFAULT else code)


def agency_names(connection: Connection) -> dict[str, str]:
    """The name of every agency that has a profile, by its code."""
    rows = connection.execute(select(t.agency.c.code, t.agency.c.profile).order_by(t.agency.c.code))
    return {row.code: json.loads(row.profile).get("name") or row.code for row in rows}


def altered_profiles(connection: Connection) -> list[str]:
    """The codes of the agencies whose particulars are not those that were last put on record."""
    there = {row.code: row.profile for row in connection.execute(select(t.agency.c.code, t.agency.c.profile))}
    noted = noted_texts(connection, TOPIC)
    return sorted(code for code in there.keys() | noted.keys() if there.get(code) != noted.get(code))


class AgencyEntry(BaseModel):
    """An agency as it is registered; what is not told is empty.

    ``parent`` is the code of the one above it; ``closed_on`` is the last day on which it takes new requests.
    """

    model_config = ConfigDict(frozen=True)
    code: str
    name: str = ""
    kind: str = ""
    level: str = ""
    parent: str = ""
    place: str = ""
    opened_on: date | None = None
    closed_on: date | None = None


def entry_of(connection: Connection, code: str) -> AgencyEntry:
    """An agency as it is registered now."""
    known = particulars(connection, code)
    stored = entry_at(connection, latest(connection), code)
    return AgencyEntry(code=code, name=agency_name(connection, code), kind=known.kind, **stored)


def agencies(context: Context) -> tuple[AgencyEntry, ...]:
    """Every agency of the database as it is registered, the one that is always there first, the others by their codes.

    Raises:
        NotPermitted; SetupError: the agency is not known.
    """
    context.require(*PERMISSIONS)
    return agency_entries(context.connection)


def agency_entries(connection: Connection) -> tuple[AgencyEntry, ...]:
    """The same for who has been asked."""
    codes = (DEFAULT, *(code for code in registered_codes(connection) if code != DEFAULT))
    return tuple(entry_of(connection, code) for code in codes)


def below(connection: Connection, code: str) -> frozenset[str]:
    """An agency and all that stand beneath it."""
    number = latest(connection)
    above = {item: entry_at(connection, number, item).get("parent", "") for item in registered_codes(connection)}
    found, grown = {code}, True
    while grown:
        more = {item for item, parent in above.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return frozenset(found)


def check_takes_requests(context: Context, version: int, on: date, case: str) -> None:
    """Refuses a request on a day on which the agency takes none; a record of the past may lie before it was opened.

    Raises:
        MoveRefused.
    """
    entry, day = entry_at(context.connection, version, context.agency), on.isoformat()
    opened, closed = entry.get("opened_on", ""), entry.get("closed_on", "")
    refusal = ("agency_closed", closed) if closed and day > closed else None
    if opened and day < opened and not context.past:
        refusal = ("agency_not_open", opened)
    if refusal is not None:
        name = agency_name(context.connection, context.agency)
        raise MoveRefused(refusal[0], move="submit", case=case, agency=name, day=refusal[1])


def require_configure(context: Context) -> None:
    """Refuses who may not set up the agency, which may not be known yet: then who may not set up every one.

    Raises:
        NotPermitted.
    """
    known = is_registered(context.connection, context.agency)
    require(context.authorizer, context.actor, ("configure",), context.agency if known else EVERYWHERE)


class _Profile(BaseModel):
    """The fields of a profile as they were set, for a request that is repeated."""

    fields: dict[str, str]
    repeated: bool = False


def _check_review_organ(context: Context, given: dict[str, str]) -> None:
    """Refuses the agency itself as its review organ, but where the law says so.

    Law: 复议法 arts. 24, 25.
    """
    if not given.get("review_organ", "").strip():
        return
    found = _agency(_stored(context.connection, context.agency) | given)
    if found.review_organ.strip() == found.name.strip() and not reviews_itself(found.kind, context.today):
        raise BadData({"field": "review_organ", "problem": "review_organ_itself", "value": found.review_organ})


def set_profile(context: Context, fields: Mapping[str, object], *, idempotency_key: str | None = None) -> Agency:
    """Lays fields over an agency's profile; an agency that was not known is registered by it, with its name.

    Raises:
        NotPermitted; BadData: a field that notices do not know, a kind of agency that the law does not, itself as its
        review organ;
        SetupError: the agency is not known, and no name is given.
    """
    require_configure(context)
    faults = [
        {"field": key, "problem": "unknown_field", "nearest": get_close_matches(key, FIELDS, n=1, cutoff=0)[0]}
        for key in (admission.text("fields", name, admission.LONGEST_NAME) for name in fields)
        if key not in FIELDS
    ]
    kind = fields.get("kind")
    if isinstance(kind, str) and kind and kind not in agency_kinds():
        choices = "、".join(agency_kinds())
        faults.append({"field": "agency_kind", "problem": "not_one_of", "value": kind, "choices": choices})
    if faults:
        raise BadData(*faults)
    given = {name: admission.text(name, value, admission.LONGEST_NAME) for name, value in fields.items()}
    _check_review_organ(context, given)
    if not given.get("name", "").strip():
        require_agency(context.connection, context.agency)

    def work() -> _Profile:
        connection = context.connection
        note_registration(connection)
        merged = _stored(connection, context.agency) | given
        connection.execute(delete(t.agency).where(t.agency.c.code == context.agency))
        text = canonical(merged)
        connection.execute(insert(t.agency), {"code": context.agency, "profile": text})
        note_text(connection, TOPIC, context.agency, text, context.actor.user_id, context.stamp)
        return _Profile(fields=merged)

    key = Key.of(context, idempotency_key, "set_profile", sorted(given.items()))
    return _agency(once(context, key, _Profile, work).fields)
