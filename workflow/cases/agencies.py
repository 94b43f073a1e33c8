"""Registering agencies: of which kind and level, beneath which other, in which place, from when to when.

It is part of the settings versions: a place decides which closures count, so that whoever moves is computed again.
"""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches

from pydantic import BaseModel, ConfigDict

from ...notifications.documents.agency import FIELDS
from ...states import admission
from ...states.errors import BadData, Fault
from ...states.procedure.history import read_moment
from ..kernel.agencies import LEVELS, AgencyEntry, below, entry_of, require_configure, set_profile
from ..kernel.chains import canonical
from ..kernel.codes import LONGEST_CODE
from ..kernel.context import Context
from ..kernel.registered import is_registered, nearest_agency, require_agency
from ..kernel.unit import Key, once
from ..kernel.versions import ENTRY, entry_at, latest
from .recompute import Impact, Impacts, change_law

ENTRY_FIELDS = ("level", "parent", "place", "opened_on", "closed_on")
"""What an agency is registered with, beside its name and kind, which its papers tell too."""
_KNOWN = (*FIELDS, *ENTRY_FIELDS)
_DAYS = ("opened_on", "closed_on")


class RegisteredAgency(BaseModel):
    """An agency as it is registered now, and the open cases whose days its place has changed."""

    model_config = ConfigDict(frozen=True)
    entry: AgencyEntry
    impacts: tuple[Impact, ...] = ()
    repeated: bool = False


def register_agency(
    context: Context, fields: Mapping[str, object], *, idempotency_key: str | None = None
) -> RegisteredAgency:
    """Registers the agency of the context, or changes how it is registered; fields that are not named stay.

    ``name`` and ``kind`` are particulars, as ``set_profile`` takes them; a day or text that is empty is taken away.
    Raises:
        NotPermitted; BadData: every fault: an unknown field, level or parent, a parent beneath it, days that are none
        or in the wrong order; SetupError: the agency is not known, and no name is given.
    """
    require_configure(context)
    own = {name: value for name, value in fields.items() if name in ENTRY_FIELDS}
    profile = {name: value for name, value in fields.items() if name not in ENTRY_FIELDS}
    faults = [
        {"field": name, "problem": "unknown_field", "nearest": get_close_matches(name, _KNOWN, n=1, cutoff=0)[0]}
        for name in profile
        if name not in FIELDS
    ]
    if faults:
        raise BadData(*faults)
    given = _read(context, own)

    def work() -> RegisteredAgency:
        if profile:
            set_profile(context, profile)
        require_agency(context.connection, context.agency)
        before = entry_at(context.connection, latest(context.connection), context.agency)
        after = {name: value for name, value in (before | given).items() if value}
        if after.get("opened_on", "") > after.get("closed_on", "9"):
            raise BadData({"field": "closed_on", "problem": "ends_before_it_starts", "value": after["closed_on"]})
        changed = Impacts(impacts=())
        if after != before:
            changed = change_law(context, ENTRY, {context.agency: canonical(after)}, context.agency)
        return RegisteredAgency(entry=entry_of(context.connection, context.agency), impacts=changed.impacts)

    asked = sorted((name, str(value)) for name, value in fields.items())
    return once(context, Key.of(context, idempotency_key, "register_agency", asked), RegisteredAgency, work)


def _read(context: Context, own: Mapping[str, object]) -> dict[str, str]:
    """The fields of an entry in the one form in which they are stored; empty ones are to be taken away.

    Raises:
        BadData: all their faults.
    """
    given: dict[str, str] = {}
    faults: list[Fault] = []
    for name, value in own.items():
        text = value.isoformat() if isinstance(value, date) else admission.text(name, value, admission.LONGEST_NAME)
        given[name] = text.strip()
        if given[name] and name in _DAYS:
            try:
                given[name] = read_moment(given[name], name)[0].isoformat()
            except BadData as error:
                faults += error.faults
    level, parent = given.get("level"), given.get("parent")
    if level and level not in LEVELS:
        faults.append({"field": "agency_level", "problem": "not_one_of", "value": level, "choices": "、".join(LEVELS)})
    if parent:
        given["parent"] = parent = admission.key("parent", parent, LONGEST_CODE)
        faults += _parent_faults(context, parent)
    if faults:
        raise BadData(*faults)
    return given


def _parent_faults(context: Context, parent: str) -> list[Fault]:
    """What speaks against a parent: nobody has registered it, or it lies beneath the agency itself."""
    connection = context.connection
    if not is_registered(connection, parent):
        near = nearest_agency(connection, parent)
        text = {"text": "unknown_parent_near", "nearest": near} if near else {}
        return [{"field": "parent", "problem": "unknown_parent", "value": parent, **text}]
    if parent in below(connection, context.agency):
        return [{"field": "parent", "problem": "loop", "value": parent}]
    return []
