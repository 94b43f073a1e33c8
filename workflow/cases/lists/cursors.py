"""Where a page of a list ends, as a text that leads to the next page of the same list and to no other."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from ....states.errors import BadData
from ...kernel.chains import digest

Key = tuple[int, int, int]
"""The place of a case in a list: which part, the day by which it is sorted, its row."""
_MARK = 16
LONGEST = 200


def cursor_of(key: Key, question: Sequence[str]) -> str:
    """The text of a place in the list that answers a question."""
    place = json.dumps(key, separators=(",", ":"))
    return urlsafe_b64encode(f"{_mark(place, question)}{place}".encode()).decode().rstrip("=")


def place_in(cursor: str, question: Sequence[str]) -> Key:
    """The place that the text of a cursor means.

    Raises:
        BadData: it is torn, or belongs to another list.
    """
    try:
        if len(cursor) > LONGEST:
            raise ValueError(cursor[:LONGEST])
        text = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
        mark, place = text[:_MARK], text[_MARK:]
        rank, day, row = json.loads(place)
        if mark != _mark(place, question) or cursor_of((rank, day, row), question) != cursor:
            raise ValueError(place)
        return rank, day, row
    except (ValueError, TypeError, AttributeError):
        raise BadData({"field": "cursor", "problem": "not_of_this_list"}) from None


def _mark(place: str, question: Sequence[str]) -> str:
    return digest(place, *question)[:_MARK]
