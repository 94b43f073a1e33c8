"""What several operations take: numbers within bounds, and the data of moves by their own schemas."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field
from werkzeug.exceptions import NotFound

from ...states.procedure.description import Json, move_schema

Count = Annotated[int, Field(ge=1, le=500)]
"""How many entries of a list."""
_NUMBER = re.compile("[1-9][0-9]{0,8}", re.ASCII)
REFERENCE = "#/components/schemas/{}"


def data_name(move: str) -> str:
    """The name of the schema of a move's data among the components of ``openapi.json``."""
    return f"MoveData.{move}"


def one_of_moves(model: type[BaseModel], names: Sequence[str]) -> Json:
    """The schema of a body with a move: for each move its own data."""
    plain = model.model_json_schema()
    kinds = [_with_data(plain, name) for name in names]
    return kinds[0] if len(kinds) == 1 else {"oneOf": kinds}


def _with_data(plain: Json, name: str) -> Json:
    """The body of one move; its data must be there where the move asks for any."""
    properties = dict(plain["properties"]) | {"data": {"$ref": REFERENCE.format(data_name(name))}}
    if "move" in properties:
        properties["move"] = {"const": name}
    required = [*plain.get("required", ()), *(["data"] if move_schema(name)["required"] else [])]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def whole_number(text: str) -> int:
    """A number that stands in an address.

    Raises:
        NotFound: it is none, so that nothing is there.
    """
    if not _NUMBER.fullmatch(text):
        raise NotFound
    return int(text)
