"""Verbs as data: what forms, command lines and manuals show of each verb, read from the declarations."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from ...states.procedure.catalogue import Field, fields_in
from ...states.procedure.description import Json, data_schema
from .catalogue import VERB_ENTRIES, VERBS
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


def fields_of(verb: str) -> tuple[Field, ...]:
    """What a verb takes, in order, with its words."""
    return fields_in(VERBS[verb].data)


def words() -> Mapping[str, str]:
    """The names of the verbs, the sentences of their preconditions and the modes of a step, as messages."""
    titles = {f"verb_{item.name}": item.title for item in VERB_ENTRIES}
    titles |= {f"mode_{key}": label for key, label in MODE.labels.items()}
    return titles | {f"verb_rule_{item.name}": item.rule for item in VERB_ENTRIES}
