"""A printed figure becomes a number, or is left in doubt."""

import re
import unicodedata

_FIGURE = re.compile(r"-?\d{1,15}(?:\.0+)?")
_NOISE = str.maketrans("", "", ",'‘’、，")
_DASHES = str.maketrans("−－﹣", "---")


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
    text = compact(str(value)).translate(_DASHES).translate(_NOISE).removesuffix("件")
    return int(text.split(".")[0]) if _FIGURE.fullmatch(text) else None
