"""Whether a draft says what the data of its move and the case say: who signs is told where it does not."""

import re
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Connection

from ...states.remark import Remark
from .shown import amended_since

_SHOWN = 3
"""So many lines of each text are told; both texts can be read in full."""


def differ(draft: str, produced: str) -> bool:
    """Whether two texts differ in more than their spaces."""
    return list(_lines(draft)) != list(_lines(produced))


def remarks_on(connection: Connection, sheet: Any, draft: str, produced: str | None) -> tuple[Remark, ...]:
    """What who signs is told of the text of a sheet, or of its row: where it differs, whether the case has changed."""
    found = [draft_remark(draft, produced)]
    if sheet.is_open and (since := amended_since(connection, sheet)):
        found.append(Remark(code="draft_before_amendment", fields={"seq": since}))
    return tuple(item for item in found if item is not None)


def draft_remark(draft: str, produced: str | None) -> Remark | None:
    """What is told of a draft and the notice that the data of its move give; None where they say the same.

    ``produced`` is None in this case, and empty where there is no notice to compare with.
    """
    if produced is None:
        return None
    if not produced:
        return Remark(code="draft_not_compared")
    own, notice = _lines(draft), _lines(produced)
    added, left_out = _unlike(own, without=notice), _unlike(notice, without=own)
    fields: dict[str, JsonValue] = {"own": _longest(added), "own_lines": len(added)}
    return Remark(
        code="draft_differs", fields=fields | {"produced": _longest(left_out), "produced_lines": len(left_out)}
    )


def _lines(text: str) -> dict[str, str]:
    """The lines of a text by what they say without their spaces."""
    found = ((re.sub(r"\s+", "", line), line.strip()) for line in text.splitlines())
    return {key: line for key, line in found if key}


def _unlike(lines: dict[str, str], without: dict[str, str]) -> list[str]:
    """The lines that the other text does not hold."""
    return [line for key, line in lines.items() if key not in without]


def _longest(lines: list[str]) -> str:
    """The longest lines in their order."""
    told = sorted(lines, key=len, reverse=True)[:_SHOWN]
    return " / ".join(line for line in lines if line in told)
