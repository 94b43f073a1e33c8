"""A notice as typed paragraphs: the one text from which every carrier is written.

Templates mark a line by ``@`` and one character; a line without a mark is a paragraph of the body. A line
``@用 name`` stands for the part of that name. Marks are taken from the template's own lines, before any
fact is filled in, so that nothing that an applicant writes can become one.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from ...states.errors import BadData


class Mark(StrEnum):
    """The kinds of paragraphs, by the character that marks each in a template."""

    ORGAN = "机"
    NUMBER = "号"
    TITLE = "题"
    ADDRESSEE = "送"
    HEADING = "标"
    SUBHEADING = "次"
    BODY = "文"
    ITEM = "项"
    REMEDY = "救"
    ATTACHMENT = "附"
    SIGNER = "署"
    DATE = "日"
    NOTE = "注"
    HEADER_ROW = "栏"
    ROW = "行"


class Paragraph(NamedTuple):
    """One paragraph; a row of a table has ``cells`` instead of a text."""

    mark: Mark
    text: str
    cells: tuple[str, ...] = ()


_MARK = "\ue000"
_BAR = "\ue001"
BAR = "｜"
"""What separates the cells of a row in a template."""
FULL_WIDTH = ("｛｛", "｝｝", "｛％", "％｝", "｛%", "%｝")
"""Tags typed with Chinese braces, which no template engine sees."""
_MARKS = {str(mark): mark for mark in Mark}
_LINE = re.compile(r"^[ \t　]*@(\S)(?:[ \t　]+|$)", re.MULTILINE)
_PART = re.compile(r"^[ \t　]*@用[ \t　]+(\S+)[ \t　]*$", re.MULTILINE)
_ROWS = re.compile(r"^[ \t　]*@[栏行][ \t　].*$", re.MULTILINE)
_TOO_DEEP = 5


def prepared(source: str, part: Callable[[str], str | None], depth: int = 0) -> str:
    """A template's source with its parts included and its marks escaped.

    Raises:
        BadData: unknown_part, unknown_mark, parts_in_a_circle, with the name or mark.
    """
    if depth > _TOO_DEEP:
        raise BadData({"field": "template", "problem": "parts_in_a_circle"})

    def put_in(found: re.Match[str]) -> str:
        text = part(found[1])
        if text is None:
            raise BadData({"field": "template", "problem": "unknown_part", "value": found[1]})
        return prepared(text, part, depth + 1).rstrip("\n")

    def mark(found: re.Match[str]) -> str:
        if found[1] not in _MARKS:
            raise BadData({"field": "template", "problem": "unknown_mark", "value": f"@{found[1]}"})
        return f"{_MARK}{found[1]}"

    rows = _ROWS.sub(lambda found: found[0].replace(BAR, _BAR), source)
    return _LINE.sub(mark, _PART.sub(put_in, rows))


def paragraphs(rendered: str) -> list[Paragraph]:
    """The paragraphs of a rendered template; blank ones are left out."""
    found = []
    for line in rendered.split("\n"):
        if line.startswith(_MARK):
            mark, text = _MARKS[line[1]], line[2:].strip(" \t　")
        else:
            mark, text = Mark.BODY, line.strip(" \t　")
        if not text:
            continue
        if mark in (Mark.ROW, Mark.HEADER_ROW):
            found.append(Paragraph(mark, "", tuple([cell.strip(" \t　") for cell in text.split(_BAR)])))
        else:
            found.append(Paragraph(mark, text))
    return found


def same_text(items: list[Paragraph]) -> str:
    """All the letters of a notice in their order, without spaces: what every carrier must show."""
    return "".join("".join((item.text, *item.cells)) for item in items).translate(_NO_SPACE)


_NO_SPACE = {ord(letter): None for letter in " \t\n\r\f\v\u00a0\u3000"}
