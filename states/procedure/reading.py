"""What the fields of a model of data say of themselves: words, choices, what makes each required."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from ..errors import Fault
from .fields import Choice, Label, When


def label_in(info: FieldInfo) -> Label:
    """What staff are told of a field; an empty label where it says nothing."""
    return next((item for item in info.metadata if isinstance(item, Label)), Label())


def choice_in(info: FieldInfo) -> Choice | None:
    """The choice of a field, which a type that may be left out keeps one level deeper."""
    kept = [*info.metadata, *(item for kind in get_args(info.annotation) for item in getattr(kind, "__metadata__", ()))]
    return next((item for item in kept if isinstance(item, Choice)), None)


def key_in(info: FieldInfo, name: str) -> str:
    """The key under which data bring a field."""
    return info.alias or name


def branches(kind: object) -> list[object]:
    """Each of the types that a value may have."""
    if get_origin(kind) is Annotated:
        return branches(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [found for item in get_args(kind) for found in branches(item)]
    return [kind]


def objects(kind: object) -> list[type[BaseModel]]:
    """The models of a field that is an object with fields of its own, also where it may be left out."""
    return [item for item in branches(kind) if isinstance(item, type) and issubclass(item, BaseModel)]


def items(kind: object) -> list[type[BaseModel]]:
    """The models of a field that is a list of objects with fields of their own."""
    lists = [item for item in branches(kind) if get_origin(item) in (list, tuple)]
    return [found for item in lists for inner in get_args(item) for found in objects(inner)]


def models(kind: object) -> list[type[BaseModel]]:
    """Every model of which a field is made, also those in lists and tables."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return list(dict.fromkeys(found for item in get_args(kind) for found in models(item)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field that must be there when another field of the same object has a certain value."""

    key: str
    when: When
    default: object
    kind: TypeAdapter[Any]

    def by(self, data: Mapping[str, object]) -> bool:
        """Whether the data decide that it must be there."""
        try:
            found = self.kind.validate_python(data.get(self.when.field, self.default))
        except ValidationError:
            return False
        return same(found, self.when.value)


def same(found: object, value: object) -> bool:
    """Whether two values are the same one; true is not 1."""
    return type(found) is type(value) and found == value


class Wants(NamedTuple):
    """What of a model's data is wanted by a field's value: of its own fields, and of the objects inside these."""

    fields: tuple[Wanted, ...] = ()
    inside: tuple[tuple[str, type[BaseModel]], ...] = ()


@cache
def wants(model: type[BaseModel]) -> Wants:
    """What a model's data must have because of a field's value."""
    if not any(_decided(found) for found in _within(model)):
        return Wants()
    inside = [
        (key_in(info, name), inner)
        for name, info in model.model_fields.items()
        for inner in (*objects(info.annotation), *items(info.annotation))
    ]
    return Wants(tuple(_decided(model)), tuple(inside))


def _within(model: type[BaseModel], above: tuple[type[BaseModel], ...] = ()) -> Iterator[type[BaseModel]]:
    yield model
    for info in model.model_fields.values():
        for inner in models(info.annotation):
            if inner not in above and inner is not model:
                yield from _within(inner, (*above, model))


def _decided(model: type[BaseModel]) -> list[Wanted]:
    known = {key_in(info, name): info for name, info in model.model_fields.items()}
    found = []
    for key, info in known.items():
        when = label_in(info).when
        if when is not None and when.field:
            by = known[when.field]
            default = None if by.is_required() else by.default
            found.append(Wanted(key, when, default, adapter_of(by)))
    return found


def adapter_of(info: FieldInfo) -> TypeAdapter[Any]:
    """What reads a single field of a model."""
    kind: Any = Annotated[info.annotation, *info.metadata]
    return TypeAdapter(kind)


def left_out(model: type[BaseModel], data: object, place: tuple[str, ...] = ()) -> Iterator[Fault]:
    """Every field that is left out though another field's value wants it, also inside objects and lists of objects."""
    found = wants(model)
    if not isinstance(data, Mapping):
        return
    for item in found.fields:
        if data.get(item.key) is None and item.by(data):
            field = ".".join((*place, item.key))
            yield {"field": field, "problem": "missing", "text": "missing_when", "words": item.when.words}
    for key, inner in found.inside:
        value = data.get(key)
        if isinstance(value, list):
            for number, item_of in enumerate(value):
                yield from left_out(inner, item_of, (*place, key, str(number)))
        else:
            yield from left_out(inner, value, (*place, key))
