"""Results as JSON: each remark gets its sentence here, and what was put aside its word."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from ...notifications.messages.catalogue import say
from ...notifications.messages.sentences import describe, mend
from ...states.remark import Remark
from ..kernel.personal_data import REDACTED


class Told(BaseModel):
    """Something that staff are told: its stable code, the Chinese sentence, the law behind it, what leads on."""

    code: str
    message: str
    source: str
    mend: str


def told(remark: Remark) -> Told:
    """A remark in words."""
    return Told(code=remark.code, message=describe(remark), source=remark.source, mend=mend(remark))


def as_json(found: object) -> object:
    """A result as JSON holds it."""
    if isinstance(found, Remark):
        own = {name: getattr(found, name) for name in type(found).model_fields if name not in Remark.model_fields}
        return told(found).model_dump() | own
    if isinstance(found, BaseModel):
        return {_alias(found, name): as_json(getattr(found, name)) for name in type(found).model_fields}
    if isinstance(found, Mapping):
        return {str(key): as_json(value) for key, value in found.items()}
    if isinstance(found, str):
        return say("put_aside") if found == REDACTED else str(found)
    if found is None or isinstance(found, bool | int | float):
        return found
    if isinstance(found, tuple) and hasattr(found, "_asdict"):
        return as_json(found._asdict())
    if is_dataclass(found) and not isinstance(found, type):
        return {item.name: as_json(getattr(found, item.name)) for item in fields(found)}
    if isinstance(found, date):
        return found.isoformat()
    if isinstance(found, Iterable) and not isinstance(found, bytes):
        return [as_json(item) for item in (sorted(found) if isinstance(found, frozenset) else found)]
    if isinstance(found, Decimal):
        return str(found)
    raise TypeError(f"no JSON for {type(found).__name__}")


def _alias(model: BaseModel, name: str) -> str:
    by_alias = model.model_config.get("serialize_by_alias")
    return (type(model).model_fields[name].alias or name) if by_alias else name
