"""What the steps of all features share: dates, numbers, Chinese names and their keys, patterns of sentences."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from parse import with_pattern
from pytest_bdd import given, parsers, when

from disclosure.notifications.messages.catalogue import message_keys, say


def named(prefix: str) -> dict[str, str]:
    """Chinese names of the catalogue and their keys."""
    found = [key for key in message_keys() if key.startswith(f"{prefix}_")]
    return {say(key): key.removeprefix(f"{prefix}_") for key in found if key != "move_not_allowed"}


def key_of(known: Mapping[str, Any], name: str) -> Any:
    """The key of a Chinese name; a name that is not known fails the scenario."""
    assert name in known, f"不认识“{name}”，可用：{'、'.join(known)}"
    return known[name]


def choice(known: Mapping[str, Any]) -> Any:
    """A type for one of some names, read as its key."""

    def key(text: str) -> Any:
        return known[text]

    key.pattern = "|".join(sorted(map(re.escape, known), key=len, reverse=True))  # type: ignore[attr-defined]
    return key


@with_pattern(r"\d{4}年\d{1,2}月\d{1,2}日")
def day(text: str) -> date:
    """2024年3月1日 as a date."""
    year, month, of_month = re.findall(r"\d+", text)
    return date(int(year), int(month), int(of_month))


@with_pattern(r"\d+")
def number(text: str) -> int:
    """A whole number."""
    return int(text)


@with_pattern(r"[^，。“”\s]+")
def word(text: str) -> str:
    """A word without punctuation."""
    return text


@with_pattern(r"[^“”]+")
def words(text: str) -> str:
    """What stands between quotation marks."""
    return text


TYPES: dict[str, Any] = {"日": day, "数": number, "词": word, "文": words}
"""{…:日} in a pattern is a date, {…:数} a number, {…:词} a word, {…:文} what stands between quotation marks."""


def pattern(text: str, **types: Any) -> Any:
    """The pattern of a sentence, with the types above and those of the feature."""
    return parsers.cfparse(text, extra_types=TYPES | types)


def step(text: str, **types: Any) -> Callable[[Any], Any]:
    """A step that may be given as well as happen."""

    def both(function: Any) -> Any:
        told = pattern(text, **types)
        return given(told, stacklevel=2)(when(told, stacklevel=2)(function))

    return both


AGENCY_KINDS = {
    "政府部门": "department",
    "下级政府": "government",
    "省级政府": "province",
    "国务院部门": "ministry",
    "垂直部门": "vertical",
    "司法行政": "justice",
    "派出机构": "branch",
    "按行政区划设立的派出机构": "branch_by_district",
    "派出机关": "outpost",
    "授权组织": "authorised",
    "开发区管理机构": "zone",
}
"""The kinds of agencies, by what the features call them."""
