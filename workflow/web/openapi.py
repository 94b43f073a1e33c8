"""``openapi.json``: assembled from the declared operations, the models of the commands and the moves' own schemas."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from typing import Literal, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ...notifications.messages.catalogue import say
from ...states.procedure.catalogue import moves
from ...states.procedure.description import Json, move_schema
from .bodies import REFERENCE, data_name
from .operations import Nothing, Operation
from .problems import MEDIA_TYPE, Problem, title_of
from .told import Told

VERSION = "3.1.0"
_KEY, _MATCH = "Idempotency-Key", "If-Match"
_ALWAYS = (400, 401, 403, 404, 422, 500, 503)
_WRITING = (409, 412, 413, 415)
_REMARKS = ("Remark", "Obstacle")
"""Models of what staff are told: a door answers their sentence in place of their facts."""


@cache
def document(operations: tuple[Operation, ...]) -> Json:
    """The whole description; where the application is mounted is to be added as its server."""
    paths: dict[str, dict[str, Json]] = {}
    schemas = _schemas(operations)
    for item in operations:
        paths.setdefault(f"/{item.path}", {})[item.method.lower()] = _operation(item, schemas)
    return {
        "openapi": VERSION,
        "info": {
            "title": say("web_api_title"),
            "description": say("web_api_description"),
            "version": metadata.version("disclosure"),
        },
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


class _Schemas:
    """The schemas of all models, by the model, and as components."""

    def __init__(self, components: dict[str, Json], refs: Mapping[type[BaseModel], Json]) -> None:
        self.components, self._refs = components, refs

    def __getitem__(self, model: type[BaseModel]) -> Json:
        return self._refs[model]


def _answers(item: Operation) -> tuple[type[BaseModel], ...]:
    return item.gives if isinstance(item.gives, tuple) else (item.gives,)


_Use: TypeAlias = tuple[type[BaseModel], Literal["serialization", "validation"]]


def _schemas(operations: Iterable[Operation]) -> _Schemas:
    given = dict.fromkeys(model for item in operations for model in _answers(item))
    taken = dict.fromkeys(item.body for item in operations if item.body is not Nothing)
    answered: tuple[type[BaseModel], ...] = (*given, Problem, Told)
    models: list[_Use] = [(model, "serialization") for model in answered]
    models += [(model, "validation") for model in taken]
    refs, whole = models_json_schema(models, ref_template=REFERENCE.format("{model}"))
    components = {name: _plain(schema) for name, schema in whole["$defs"].items()}
    for name in _REMARKS:
        if name in components:
            components[name] = _told(components["Told"], components[name])
    components |= _data_of_moves()
    return _Schemas(components, {use[0]: refs[use] for use in models})


def _told(told: Json, remark: Json) -> Json:
    """What stands in the place of a remark: the same for each, and what its kind adds."""
    own = {name: kind for name, kind in remark["properties"].items() if name == "blocks"}
    return told | {"properties": told["properties"] | own}


def _plain(schema: Json) -> Json:
    """A model's schema as an answer has it: every field is there; what its docstring says is for programmers."""
    return {name: value for name, value in schema.items() if name != "description"}


def _data_of_moves() -> dict[str, Json]:
    """The data of each move as a component; what its schema defines inside becomes a component too."""
    found: dict[str, Json] = {}
    for name in moves():
        schema = {key: value for key, value in move_schema(name).items() if key != "$schema"}
        inside = schema.pop("$defs", {})
        own = data_name(name)
        for key, kind in inside.items():
            found[f"{own}.{key}"] = _referring(kind, own)
        found[own] = _referring(schema, own)
    return found


def _referring(schema: Json, own: str) -> Json:
    """A schema whose references lead to the components."""

    def within(value: object) -> object:
        if isinstance(value, list):
            return [within(item) for item in value]
        return _referring(value, own) if isinstance(value, dict) else value

    found = {key: within(value) for key, value in schema.items()}
    if isinstance(found.get("$ref"), str):
        found["$ref"] = REFERENCE.format(f"{own}.{str(found['$ref']).rpartition('/')[2]}")
    return found


def _operation(item: Operation, schemas: _Schemas) -> Json:
    found: Json = {
        "operationId": item.name,
        "summary": say(f"web_op_{item.name}"),
        "tags": [item.path.partition("/")[0].partition("{")[0]],
        "parameters": _parameters(item),
        "responses": _responses(item, schemas),
    }
    if item.takes_body:
        found["requestBody"] = {"required": True, "content": _content(item, schemas)}
    if not item.asks:
        found["security"] = []
    return found


def _parameters(item: Operation) -> list[Json]:
    names = [part[1:-1] for part in _braced(item.path)]
    found: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for name in names
    ]
    plain = item.query.model_json_schema(ref_template=REFERENCE.format("{model}"))
    for name, schema in plain.get("properties", {}).items():
        found.append({"name": name, "in": "query", "required": False, "schema": _without_null(schema)})
    if item.asks:
        found.append({"name": "agency", "in": "query", "required": False, "schema": {"type": "string"}})
    if item.method == "POST":
        found.append(_header(_KEY))
        found.append(_header(_MATCH))
    return found


def _braced(path: str) -> list[str]:
    return [part for part in path.replace(".", "/").split("/") if part.startswith("{")]


def _header(name: str) -> Json:
    words = say(f"web_header_{name.lower().replace('-', '_')}")
    return {"name": name, "in": "header", "required": False, "description": words, "schema": {"type": "string"}}


def _without_null(schema: Json) -> Json:
    """A query has no null: what may be left out is left out."""
    found = {name: value for name, value in schema.items() if name not in ("title", "default", "anyOf")}
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    return found | (kinds[0] if kinds else {})


def _content(item: Operation, schemas: _Schemas) -> Json:
    schema = item.body_schema() if item.body_schema is not None else _body(item, schemas)
    if item.uploads == "no":
        return {"application/json": {"schema": schema}}
    form = _form(item, schemas)
    kinds = {"multipart/form-data": {"schema": form}}
    return kinds if item.uploads == "must" else {"application/json": {"schema": schema}} | kinds


def _body(item: Operation, schemas: _Schemas) -> Json:
    return {"type": "object"} if item.body is Nothing else schemas[item.body]


def _form(item: Operation, schemas: _Schemas) -> Json:
    """The fields of a form with its file; an object among them is written as JSON."""
    name = "" if item.body is Nothing else schemas[item.body]["$ref"].rpartition("/")[2]
    inner = schemas.components.get(name, {})
    fields = {
        key: {"type": "string"} if kind.get("type") == "object" else kind
        for key, kind in inner.get("properties", {}).items()
    }
    required = [*inner.get("required", ()), *(["file"] if item.uploads == "must" else [])]
    fields["file"] = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def _responses(item: Operation, schemas: _Schemas) -> Json:
    good: Json = {"description": say(f"web_op_{item.name}"), "content": _answered(item, schemas)}
    bad = (*_ALWAYS, *(_WRITING if item.method == "POST" else ())) if item.asks else (422, 500, 503)
    problem = {"content": {MEDIA_TYPE: {"schema": schemas[Problem]}}}
    return {str(item.status): good} | {str(code): {"description": title_of(code)} | problem for code in sorted(bad)}


def _answered(item: Operation, schemas: _Schemas) -> Json:
    if item.documents:
        return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in item.documents}
    models = _answers(item)
    refs = [schemas[model] for model in models]
    schema: Json = {"type": "object"} if not refs else refs[0] if len(refs) == 1 else {"anyOf": refs}
    return {"application/json": {"schema": schema}}
