"""Finds sections three and four among a document's tables by what is written in them.

Labels are compared without numbering, punctuation, spaces and remarks in brackets. What stands around
the tables is passed over, and a table may go on in the next one, as it does over a page break.
"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache, lru_cache

from ...states.rules.forms import forms
from .figures import compact, figure
from .found import Found, TextGrid

_REMARK = re.compile(r"\([^()]{5,}\)?|\([^()]*[区分勾稽][^()]*\)")
_NUMBERING = re.compile(r"^(?:\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十]+[、.,]|\d+[.、,)]+|[①-⑳])+")
_PUNCTUATION = re.compile(r"[^\w]|_")
_YEARS = (
    re.compile(r"(20\d\d)年?[^\d。]{0,40}?(?:年度报告|年报)"),
    re.compile(r"(20\d\d)年[^\d。]{0,30}?信息公开"),
)
_ALIKE = 0.72
_LONGEST_LABEL = 120
"""Characters; the longest in a form has a third of that. Comparing takes both lengths multiplied."""
_VARIANTS = (("其它", "其他"), ("合计", "总计"))


@lru_cache(maxsize=4096)  # a merged cell's text stands in each of its places
def plain(label: str) -> str:
    """A label as it is compared: half-width, unnumbered, without punctuation, spaces and remarks."""
    text = compact(label)
    text = _NUMBERING.sub("", text) or text
    text = _PUNCTUATION.sub("", _REMARK.sub("", text))
    for variant, usual in _VARIANTS:
        text = text.replace(variant, usual)
    return text


@dataclass(frozen=True, slots=True)
class _Labels:
    """What the forms print, compared plainly; later forms come first."""

    rows: dict[str, str]
    row_groups: frozenset[str]
    columns: dict[str, str]
    leaves: dict[str, str]


@cache
def _labels() -> _Labels:
    rows: dict[str, str] = {}
    groups: set[str] = set()
    columns: dict[str, str] = {}
    leaves: dict[str, str] = {}
    for form in reversed(forms()):
        groups |= {plain(group) for row in form.rows for group in row.path}
        rows = {plain(row.label): row.key for row in form.rows} | rows
        columns = {plain(column.label): column.key for column in form.columns} | columns
        for column in form.section4:
            leaves.setdefault(plain(column.label), column.key.rsplit("_", 1)[1])
    return _Labels(rows, frozenset(groups), columns, leaves)


@dataclass(slots=True)
class _Reader:
    """What has been found so far; ``columns`` holds the places of section three's columns."""

    section3: dict[str, dict[str, str]] = field(default_factory=dict)
    section4: dict[str, str] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    width: int = 0
    unnamed: list[str] = field(default_factory=list)


def match(grids: Sequence[TextGrid], text: str, year: int | None) -> Found:
    """The raw figures of both sections; ``year`` saves looking for one in the text."""
    reader = _Reader()
    for grid in grids:
        _read_section3(reader, grid)
        _read_section4(reader, grid)
    found = year if year is not None else _year(text)
    return Found(found, reader.section3 or None, dict(reader.section4) or None, tuple(reader.unnamed))


def _year(text: str) -> int | None:
    """The year that the report says it is of, if it is one that has a form."""
    first, searched = forms()[0].years_from, compact(text)
    years = (int(found.group(1)) for pattern in _YEARS for found in pattern.finditer(searched))
    return next((year for year in years if year >= first), None)


# --- section three ---------------------------------------------------------------------------------


def _read_section3(reader: _Reader, grid: TextGrid) -> None:
    lines = [[plain(cell) for cell in line] for line in grid]
    header = _header3(lines)
    if header is not None:
        first, last = header
        reader.columns = _columns3(lines[first : last + 1])
        reader.width = len(lines[first])
    elif reader.columns and lines and len(lines[0]) == reader.width:
        last = -1
    else:
        return
    end = next((index for index, line in enumerate(lines) if index > last and _is_section4(line)), len(lines))
    labelled = {index: _label(reader, lines[index]) for index in range(last + 1, end)}
    named = _named(reader, labelled, {index for index in labelled if _has_figures(reader, lines[index])})
    if not named:
        return
    for index, label in labelled.items():
        if index not in named and label not in _labels().rows and label not in _labels().row_groups:
            reader.unnamed += [label] if _has_numbers(reader, grid[index]) else []
    for index, key in named.items():
        reader.section3.setdefault(key, _figures(reader, grid[index], lines[index]))


def _header3(lines: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """First and last line of section three's header, recognised by the applicants that only it names."""
    hits = [index for index, line in enumerate(lines) if len(_telling().intersection(line)) > 1]
    if not hits:
        return None
    last = hits[0]
    while last + 1 in hits:
        last += 1
    return max(0, hits[0] - 2), last


@cache
def _telling() -> frozenset[str]:
    return frozenset(plain(column.label) for column in forms()[-1].columns if column.group and len(column.label) > 2)


def _columns3(header: Sequence[Sequence[str]]) -> dict[str, int]:
    """Places of the columns; one whose label is not known takes the place that the order leaves it."""
    columns: dict[str, int] = {}
    for place in range(len(header[0])):
        for line in header:
            key = _labels().columns.get(line[place])
            if key is not None:
                columns.setdefault(key, place)
    order = [column.key for column in forms()[-1].columns]
    starts = {place - order.index(key) for key, place in columns.items()}
    if len(starts) == 1 and 0 <= (start := starts.pop()) <= len(header[0]) - len(order):
        return {key: start + index for index, key in enumerate(order)}
    return columns


def _is_section4(line: Iterable[str]) -> bool:
    return len({"upheld", "corrected"}.intersection(_labels().leaves.get(cell, "") for cell in line)) == 2


def _label(reader: _Reader, line: Sequence[str]) -> str:
    """A line's own label: the last thing that stands before its figures."""
    return next((cell for cell in reversed(line[: min(reader.columns.values())]) if cell), "")


def _has_figures(reader: _Reader, line: Sequence[str]) -> bool:
    """Whether a line is more than prose: some place of a figure holds something short."""
    return any(0 < len(line[place]) <= 12 for place in reader.columns.values())


def _figures(reader: _Reader, cells: Sequence[str], line: Sequence[str]) -> dict[str, str]:
    """A row's raw figures; a label that reaches in among them, for too long a span, has pushed them to the right."""
    first = min(reader.columns.values())
    pushed = 0
    while first + pushed < len(line) and line[first + pushed] in _labels().rows:
        pushed += 1
    return {
        column: cells[place + pushed] if place + pushed < len(cells) else "" for column, place in reader.columns.items()
    }


def _has_numbers(reader: _Reader, cells: Sequence[str]) -> bool:
    return any(figure(cells[place]) for place in reader.columns.values())


def _named(reader: _Reader, labelled: Mapping[int, str], filled: Container[int]) -> dict[int, str]:
    """The row key of each line: exact labels first, then for what is left the most alike."""
    named: dict[int, str] = {}
    rows = _labels().rows
    for index, label in labelled.items():
        key = rows.get(label)
        if key is not None and key not in named.values() and key not in reader.section3:
            named[index] = key
    for index, label in labelled.items():
        if index in named or index not in filled or len(label) < 3 or label in _labels().row_groups or label in rows:
            continue
        free = {text: key for text, key in rows.items() if key not in {*named.values(), *reader.section3}}
        key = _alike(label, free)
        if key is not None:
            named[index] = key
    return named


def _alike(label: str, free: dict[str, str]) -> str | None:
    if len(label) > _LONGEST_LABEL:
        return None
    best, score = None, _ALIKE
    for text, key in free.items():
        ratio = SequenceMatcher(None, label, text, autojunk=False).ratio()
        if len(text) > 2 and (text in label or label in text):
            ratio = max(ratio, 0.8)
        if ratio > score:
            best, score = key, ratio
    return best


# --- section four ----------------------------------------------------------------------------------


def _read_section4(reader: _Reader, grid: TextGrid) -> None:
    lines = [[plain(cell) for cell in line] for line in grid]
    at = [index for index, line in enumerate(lines) if _is_section4(line)]
    for first in at:
        last = first
        while last + 1 < len(lines) and _is_section4(lines[last + 1]):
            last += 1
        places = _columns4(lines[max(0, first - 2) : last + 1], lines[first : last + 1])
        figures = _figure_line(grid[last + 1 : last + 4], places)
        for key, place in places.items() if figures else ():
            reader.section4.setdefault(key, figures[place])


def _columns4(groups: Sequence[Sequence[str]], leaf_lines: Sequence[Sequence[str]]) -> dict[str, int]:
    """Places of the columns; a group named over its first column only goes on to the right.

    Where no groups are named, or not so that each column gets one of its own, the order decides.
    """
    by_group: dict[str, int] = {}
    leaves: list[tuple[str, int]] = []
    group = ""
    for place in range(len(groups[0])):
        group = next((name for line in reversed(groups) if (name := _group4(line[place]))), group)
        leaf = next((known for line in leaf_lines if (known := _labels().leaves.get(line[place]))), None)
        if leaf is not None:
            leaves.append((leaf, place))
            by_group.setdefault(f"{group}_{leaf}", place)
    if len(by_group) == len(leaves) and all(key in _keys4() for key in by_group):
        return by_group
    return _in_order(leaves)


def _in_order(leaves: Iterable[tuple[str, int]]) -> dict[str, int]:
    places: dict[str, int] = {}
    for leaf, place in leaves:
        key = next((key for key in _keys4() if key.endswith(f"_{leaf}") and key not in places), None)
        if key is not None:
            places[key] = place
    return places


@cache
def _keys4() -> tuple[str, ...]:
    return tuple(column.key for column in forms()[-1].section4)


def _group4(text: str) -> str:
    """The group that a header cell names."""
    if "直接起诉" in text or text == "未经复议":
        return "suit_direct"
    if "复议后" in text:
        return "suit_after_review"
    return "review" if text == "行政复议" else ""


def _figure_line(lines: Sequence[Sequence[str]], places: dict[str, int]) -> Sequence[str]:
    """The first line beneath with a number in it, else the first one at all."""
    for line in lines:
        if any(figure(line[place]) is not None for place in places.values()):
            return line
    return lines[0] if lines else ()
