"""What is taken out of somebody's document before its figures are read: tables as text, and raw figures by key."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ...states.errors import SetupError
from ...states.remark import Remark, plain

TextGrid = list[list[str]]
"""A table as rows of equal length; a merged cell's text stands in each place that it covers."""

RawRow = Mapping[str, object]
"""Raw values by column key, as they were written."""

RawRows = Mapping[str, RawRow]
"""The rows of section three by row key."""


@dataclass(frozen=True, slots=True)
class Found:
    """Raw figures of a document; a section that it lacks is None.

    ``unnamed`` are the labels of rows in section three that have figures and are no row of any form.
    """

    year: int | None
    section3: RawRows | None
    section4: RawRow | None
    unnamed: tuple[str, ...] = ()


def unreadable(path: Path, reason: str, **fields: object) -> SetupError:
    """The error for a file that can't be checked; ``reason`` is the tail of a message key."""
    why = Remark(code=f"check_file_{reason}", fields=plain(fields))
    return SetupError("unreadable_report", path=str(path), reason=why.model_dump())
