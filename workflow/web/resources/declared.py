"""Moves and verbs as data: what forms of a host's own are made from."""

from flask import request
from pydantic import BaseModel, Field
from werkzeug.exceptions import NotFound

from ....states.procedure.catalogue import moves
from ....states.procedure.description import Json, describe_moves
from ...approvals.description import VerbDescription, describe_verbs
from ..openapi import document
from ..operations import PREFIX, Call, Items, Nothing, Operation


class _Named(BaseModel):
    """A key with its name."""

    state: str
    name: str


class _NamedPaper(BaseModel):
    """A kind of paper with its name."""

    paper: str
    name: str


class MoveDescription(BaseModel):
    """One move as data: its names, its article, the states from which it leads, the JSON Schema of its data."""

    move: str
    name: str
    description: str
    step: str
    article: str
    of: str
    from_: list[_Named] = Field(alias="from")
    papers: list[_NamedPaper]
    data: Json


def list_moves(call: Call[Nothing, Nothing]) -> object:
    """Every move."""
    return {"items": describe_moves(call.context.today)}


def show_move(call: Call[Nothing, Nothing]) -> object:
    """One move."""
    if call.path["move"] not in moves():
        raise NotFound
    return next(item for item in describe_moves(call.context.today) if item["move"] == call.path["move"])


def list_verbs(call: Call[Nothing, Nothing]) -> object:
    """Every verb of an approval sheet."""
    return {"items": describe_verbs()}


def describe_api(call: Call[Nothing, Nothing]) -> object:
    """The whole interface as OpenAPI tells it, at the place where it is mounted."""
    from . import operations  # which holds this one

    return document(operations()) | {"servers": [{"url": request.script_root + PREFIX}]}


OPERATIONS = (
    Operation(name="describeApi", method="GET", path="openapi.json", work=describe_api, asks=False),
    Operation(name="listMoves", method="GET", path="moves", work=list_moves, gives=Items[MoveDescription]),
    Operation(name="showMove", method="GET", path="moves/{move}", work=show_move, gives=MoveDescription),
    Operation(name="listVerbs", method="GET", path="verbs", work=list_verbs, gives=Items[VerbDescription]),
)
