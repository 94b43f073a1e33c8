"""Agencies of a database: their codes and profiles (name, kind, review organ, court, contact)."""

import json
from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import BaseModel
from sqlalchemy import Connection, bindparam, delete, insert, select

from ...notifications.documents.agency import FIELDS, Agency
from ...states import admission
from ...states.errors import BadData
from ...states.rules.remedies import agency_kinds, reviews_itself
from .chains import canonical
from .context import DEFAULT, PERMISSIONS, Context, require
from .registered import note_registration, require_agency
from .tables import kernel as t
from .unit import Key, once
from .versions import note_text, noted_texts

TOPIC = "agency"
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
    require(context.authorizer, context.actor, ("configure",), context.agency)  # which may not be known yet
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
