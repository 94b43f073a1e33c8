"""Results as the command line tells them: each remark gets its sentence here."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ...states.remark import Remark


def sentence(remark: "Remark") -> str:
    """The sentence of a remark."""
    from ...notifications.messages.sentences import describe

    return describe(remark)


def leads_on(remark: "Remark") -> str:
    """What leads on from what was refused; empty where nothing is known."""
    from ...notifications.messages.sentences import mend

    return mend(remark)


def sentences(remarks: "Iterable[Remark]") -> list[str]:
    """The sentences of remarks."""
    return [sentence(item) for item in remarks]


def told(remark: "Remark | None") -> dict[str, object]:
    """The code of a remark with its sentence; both None where there is none."""
    return {"code": remark.code if remark else None, "message": sentence(remark) if remark else None}


def coded(remarks: "Iterable[Remark]") -> list[dict[str, object]]:
    """Remarks, each with code and sentence."""
    return [told(item) for item in remarks]


def document(found: "BaseModel", *without: str, **worded: object) -> dict[str, object]:
    """A result as JSON, without some of its fields, and with those given in words."""
    return found.model_dump(mode="json", exclude=set(without)) | worded
