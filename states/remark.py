"""What staff are told about a result: a code and its facts. The sentence is made at the doors, by ``describe``."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, JsonValue

from .admission import storable

if TYPE_CHECKING:
    from .errors import DisclosureError
    from .procedure.declaration import Unmet


class Remark(BaseModel):
    """Something that staff are told: a stable code and the facts of its sentence, as JSON has them.

    ``text`` names the sentence where one code covers several, ``source`` is the law behind it, ``step`` the case's
    step that it is about. A fact may be a remark itself.
    """

    model_config = ConfigDict(frozen=True)
    code: str
    fields: Mapping[str, JsonValue] = {}
    text: str = ""
    source: str = ""
    step: int | None = None

    @classmethod
    def of(cls, unmet: "Unmet", step: int | None = None) -> "Remark":
        """A condition that does not hold."""
        return cls(code=unmet.code, fields=plain(unmet.fields), text=unmet.text, source=unmet.source, step=step)

    @classmethod
    def of_error(cls, error: "DisclosureError") -> "Remark":
        """An error that a result tells of instead of raising it."""
        return cls(code=error.code, fields=plain(error.fields))

    @classmethod
    def quote(cls, code: str, words: str) -> "Remark":
        """What others have put into words: a host, a library, a sender."""
        return cls(code=code, text=QUOTED, fields=plain({"words": words}))


QUOTED = "as_told"
"""The ``text`` of a remark whose words are not ours."""


def plain(fields: Mapping[str, object]) -> dict[str, JsonValue]:
    """Facts as JSON and every output hold them: a day as ISO text, what JSON does not know as its text."""
    return {storable(str(name)): _plain(value) for name, value in fields.items()}


def _plain(value: object) -> JsonValue:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return plain(value)
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else storable(str(value))
