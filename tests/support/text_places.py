"""Every place of every public function where a text can come in, found from its parameters' types.

The calls are those of ``doors.FUNCTIONS``: a function that is added there is walked as it stands, and one that is not
fails a test. Nobody writes the places down.
"""

import inspect
import types
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import doors
from doors import FUNCTIONS, House
from office import ADMIN
from pydantic import BaseModel

import disclosure.workflow as w
from disclosure.states.admission import LONGEST_KEY, LONGEST_TEXT

KEYS = frozenset(
    [
        "number",
        "notice",
        "sheet",
        "ref",
        "replaces",
        "about",
        "user",
        "user_id",
        "leaver",
        "successor",
        "principal",
        "stand_in",
        "post",
        "after",
        "idempotency_key",
        "carrier",
        "agency",
        "keys",
    ]
)
"""Parameters and fields that are looked up; every other one is a text."""
LONGEST = {
    ("change_settings", "wanted"): 300,
    ("drafts", "kind"): LONGEST_KEY,
    ("set_profile", "fields"): 300,
    ("propose", "proposal.draft"): 100_000,
    ("edit", "change.draft"): 100_000,
    ("appoint_acting", "wanted.basis"): 200,
    ("record_service", "event.file.name"): 255,
    ("attach", "name"): 255,
    ("attach", "role"): LONGEST_KEY,
} | {
    (name, "text"): 1_000_000
    for name in ("set_channels", "set_directory", "set_numbering", "set_procedure", "load_calendar")
}
"""Characters, where they are neither those of a key nor those of a text."""
EXEMPT = {
    ("replay", "lines"): "a line is refused by itself, and the journal goes on",
    ("replay", "result"): "what an earlier call answered",
    ("relay", "deliver"): "the host's own code",
    ("send_all", "dispatcher"): "made of the operator that is asked already",
}
"""Parameters that hold texts and are not walked, each with its reason."""


class Place(NamedTuple):
    """One place: the function, the path to it through parameters and fields, and whether it names a field."""

    function: str
    path: tuple[str, ...]
    kind: Literal["value", "member", "name", "item", "path"]

    @property
    def words(self) -> str:
        """As test ids show it."""
        return f"{self.function}-{'.'.join(self.path)}-{self.kind}"

    @property
    def is_key(self) -> bool:
        """Whether what stands there is looked up."""
        return self.kind != "name" and self.path[-1] in KEYS

    @property
    def longest(self) -> int:
        """Characters that may stand there."""
        if self.kind == "name":
            return 300
        return LONGEST.get((self.function, ".".join(self.path)), LONGEST_KEY if self.is_key else LONGEST_TEXT)


def _places() -> Iterator[Place]:
    """All of them."""
    for name in FUNCTIONS:
        function = getattr(w, name)
        hints = get_type_hints(function)
        for parameter in list(inspect.signature(function).parameters)[1:]:
            if (name, parameter) not in EXEMPT:
                yield from _in(name, (parameter,), hints[parameter])


def _in(name: str, path: tuple[str, ...], hint: Any) -> Iterator[Place]:
    origin, inner = get_origin(hint), [item for item in get_args(hint) if item is not type(None)]
    if origin in (Union, types.UnionType):
        if str in inner and not any(item in (Path, PathLike) or get_origin(item) is PathLike for item in inner):
            yield Place(name, path, "value")
        elif any(item is Path or get_origin(item) is PathLike for item in inner):
            yield Place(name, path, "path")
        else:
            for item in inner:
                yield from _in(name, path, item)
    elif hint is str or origin is Literal:
        yield Place(name, path, "value")
    elif hint is Path:
        yield Place(name, path, "path")
    elif origin in (Mapping, dict):
        yield Place(name, path, "name")
        if inner[1] is not bytes:
            yield Place(name, path, "member")
    elif origin in (tuple, list, Collection):
        if inner[0] is str:
            yield Place(name, path, "item")
    elif isinstance(hint, type) and (issubclass(hint, BaseModel) or hasattr(hint, "_fields")):
        for field, found in get_type_hints(hint).items():
            if field != "model_config":
                yield from _in(name, (*path, field), found)


class _Puts:
    """Stands for the workflow in the calls of ``doors`` and puts a value in a place of what they are called with."""

    def __init__(self, place: Place, value: object) -> None:
        self.place, self.value = place, value

    def __getattr__(self, name: str) -> object:
        found = getattr(w, name)
        if name != self.place.function:
            return found

        def call(*given: object, **named: object) -> object:
            bound = inspect.signature(found).bind(*given, **named)
            bound.apply_defaults()
            first, *rest = self.place.path
            hint = get_type_hints(found)[first]
            bound.arguments[first] = self._put(bound.arguments[first], rest, hint)
            return found(*bound.args, **bound.kwargs)

        return call

    def _put(self, old: Any, path: list[str], hint: Any) -> object:
        if path:
            return self._put_field(old, path, hint)
        kind, value = self.place.kind, self.value
        if kind == "name":
            return {**(old or {}), value: next(iter((old or {}).values()), "x")}
        if kind == "member":
            return {**(old or {}), next(iter(old or {}), "reason"): value}
        if kind == "item":
            return (value,)
        return Path(value) if kind == "path" and isinstance(value, str) else value

    def _put_field(self, old: Any, path: list[str], hint: Any) -> object:
        model = (
            next(item for item in (hint, *get_args(hint)) if isinstance(item, type) and item is not type(None))
            if old is None
            else type(old)
        )
        field = path[0]
        now = None if old is None else getattr(old, field)
        changed = self._put(now, path[1:], get_type_hints(model)[field])
        if issubclass(model, BaseModel):
            given = {} if old is None else {name: getattr(old, name) for name in old.model_fields_set}
            return model(**{**given, field: changed})
        if old is None:
            return model(**{**dict.fromkeys(get_type_hints(model), b""), field: changed})
        return old._replace(**{field: changed})


@contextmanager
def _putting(place: Place, value: object) -> Iterator[None]:
    kept = doors.w
    doors.w = _Puts(place, value)  # type: ignore[assignment]
    try:
        yield
    finally:
        doors.w = kept


def call_with(house: House, place: Place, value: object) -> Exception | None:
    """What the function raises with that value in that place, in a transaction that is kept whatever comes."""
    with house.context(ADMIN) as context, _putting(place, value):
        try:
            FUNCTIONS[place.function](context, house)
        except Exception as error:
            return error
    return None


PLACES = tuple(_places())
