"""The measures of an official document, shared by Word and PDF.

Law: GB/T 9704-2012: A4, a type area of 156 by 225 mm, 22 lines of 28 characters.
"""

import unicodedata
from collections.abc import Sequence

from ..documents.paragraphs import Mark, Paragraph

PAGE_MM = 210
TOP_MM, RIGHT_MM, BOTTOM_MM, LEFT_MM = 37, 26, 35, 28
BODY_PT = 16
"""Third size (三号)."""
LINE_PT = 28.95
SEALED_INDENT = 4
"""Characters between the date and the right edge where a seal covers both."""
TITLE_FONTS = ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "Source Han Serif SC", "Noto Serif CJK SC")
BODY_FONTS = ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "STFangsong", "Noto Serif CJK SC")
HEADING_FONTS = ("黑体", "SimHei", "Noto Sans CJK SC")
SUBHEADING_FONTS = ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "STKaiti", "Noto Serif CJK SC")
PAGE_FONTS = ("宋体", "SimSun", "Noto Serif CJK SC")


def width(text: str) -> float:
    """How wide a line is, in characters of the body: Latin letters and digits are half as wide."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.5 for letter in text)


def signature_indents(items: Sequence[Paragraph]) -> dict[int, float]:
    """Right indents of the signer's name and of the date, in characters, by their place in the notice.

    The name stands centred over the date; the longer of the two keeps inside the type area.
    """
    found: dict[int, float] = {}
    for place, item in enumerate(items[:-1]):
        if item.mark is Mark.SIGNER and items[place + 1].mark is Mark.DATE:
            name, day = width(item.text), width(items[place + 1].text)
            over = SEALED_INDENT + (day - name) / 2
            found[place] = max(over, 0.0)
            found[place + 1] = SEALED_INDENT + max(-over, 0.0)
    return found


def tables(items: Sequence[Paragraph]) -> list[Paragraph | list[Paragraph]]:
    """The same with rows that follow each other put together as tables."""
    found: list[Paragraph | list[Paragraph]] = []
    for item in items:
        if item.cells:
            if found and isinstance(found[-1], list) and item.mark is not Mark.HEADER_ROW:
                found[-1].append(item)
            else:
                found.append([item])
        else:
            found.append(item)
    return found
