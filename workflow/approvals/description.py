"""Verbs as data: what forms, command lines and manuals show of each verb, read from the declarations."""

from collections.abc import Mapping
from typing import NamedTuple, get_origin

from pydantic import BaseModel, ConfigDict

from ...states.procedure.catalogue import Field, fields_in
from ...states.procedure.description import Json, data_schema
from .catalogue import VERB_ENTRIES, VERBS
from .declaration import Typed, VerbData
from .verbs.passing import MODE


class VerbDescription(BaseModel):
    """One verb as data: its names, when it is allowed, the JSON Schema of what it takes."""

    model_config = ConfigDict(frozen=True)
    verb: str
    name: str
    rule: str
    data: Json


def describe_verbs() -> list[VerbDescription]:
    """Every verb that is done with ``sign``."""
    return [
        VerbDescription(verb=verb.name, name=verb.title, rule=verb.rule, data=data_schema(verb.data, verb.title))
        for verb in VERBS.values()
    ]


class VerbOption(NamedTuple):
    """What a verb takes, as it is typed: what stands for its value in help, and whether it may be given repeatedly.

    ``is_asked``: without it nothing can be tried; an opinion that is missing is refused by the verb itself.
    """

    field: Field
    metavar: str | None
    is_repeated: bool
    is_asked: bool


def options_of(verb: str) -> tuple[VerbOption, ...]:
    """What a verb takes, in order, as it is typed."""
    model = VERBS[verb].data
    found = []
    for item in fields_of(verb):
        info = model.model_fields[item.key]
        metavar = next((part.metavar for part in info.metadata if isinstance(part, Typed)), None)
        asked = item.required and item.key not in VerbData.model_fields
        found.append(VerbOption(item, metavar, get_origin(info.annotation) is list, asked))
    return tuple(found)


def fields_of(verb: str) -> tuple[Field, ...]:
    """What a verb takes, in order, with its words."""
    return fields_in(VERBS[verb].data)


def words() -> Mapping[str, str]:
    """The names of the verbs, the sentences of their preconditions and the modes of a step, as messages."""
    titles = {f"verb_{item.name}": item.title for item in VERB_ENTRIES}
    titles |= {f"mode_{key}": label for key, label in MODE.labels.items()}
    return titles | {f"verb_rule_{item.name}": item.rule for item in VERB_ENTRIES}
