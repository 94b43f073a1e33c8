"""A printed figure becomes a number, or is left in doubt."""

import re
import unicodedata

_FIGURE = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:[,'’][0-9]{3}){1,4})(?:\.0+)?")
_SEPARATORS = str.maketrans("", "", ",'’")
_DASHES = str.maketrans("−－﹣–", "----")
_STRUCK = re.compile(r"[\W_]+|无|没有|未发生|n/?a|nil|none", re.IGNORECASE)
_MARKS_OF_NOTES = ("No",)
"""Unicode categories of superscripts and circled digits: marks of footnotes, not figures."""


def compact(text: str) -> str:
    """The text in half-width characters where there are such, without any white space."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("\u200b", "").replace("\ufeff", "")


def figure(value: object) -> int | None:
    """A cell's number; None where it is blank, struck out or not a whole number.

    Full-width digits, thousands separators, spaces and a trailing 件 are read.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    raw = str(value)
    if any(unicodedata.category(char) in _MARKS_OF_NOTES for char in raw):
        return None
    text = compact(raw).translate(_DASHES).removesuffix("件")
    return int(text.translate(_SEPARATORS).split(".")[0]) if _FIGURE.fullmatch(text) else None


def is_struck(text: str) -> bool:
    """Whether the cell holds a mark that stands for nothing, such as ``/``, a dash or 无."""
    return _STRUCK.fullmatch(compact(text)) is not None
