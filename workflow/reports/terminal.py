"""Both tables for a terminal: official order, nesting and headers, within a hundred columns.

A Chinese character is two columns wide. A label too long for its place has a line of its own above its
figures, so that neither is ever cut. rich has no cell over several columns, which headers and such labels need.
"""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from ...notifications.messages.catalogue import say
from ...states.rules.forms import Form, Section4Column
from . import layout
from .footing import Check
from .tables import ReportTables

_WIDTH = 100
_LEAST = 6
_GAP = 1
_LEAST_LABEL = 24


def as_text(form: Form, tables: ReportTables, checks: Sequence[Check]) -> str:
    """The whole report, ending with what became of each check."""
    heading = layout.heading(tables)
    lines = [_centred(heading, _WIDTH).rstrip(), "", *_section3(form, tables), "", *_section4(form, tables)]
    if checks:
        lines += ["", say("report_checks")]
        lines += [f"  {check.id:<9}{check.message}" for check in checks]
    return "\n".join(lines) + "\n"


def _section3(form: Form, tables: ReportTables) -> list[str]:
    labels = [column.label for column in form.columns]
    figures = [[str(tables.section3[row.key][column.key]) for column in form.columns] for row in form.rows]
    widths = _widths(labels, figures)
    label_width = max(_LEAST_LABEL, _WIDTH - sum(widths) - _GAP * len(widths))
    indent = " " * label_width
    groups = [() if column.group is None else (column.group,) for column in form.columns]
    header = [indent + line for line in _header([(form.column_header, *path) for path in groups], labels, widths)]
    lines = [form.title3, form.corner_note, _rule(), *header, _rule()]
    open_path: tuple[str, ...] = ()
    for row, numbers in zip(form.rows, figures, strict=True):
        for level, group in enumerate(row.path):
            if open_path[: level + 1] != row.path[: level + 1]:
                lines.append("  " * level + group)
        open_path = row.path
        lines += _labelled("  " * len(row.path) + row.label, label_width, _numbers(numbers, widths))
    return [*lines, _rule()]


def _section4(form: Form, tables: ReportTables) -> list[str]:
    """Section four in two bands, as fifteen columns are too many for a terminal: reviews, then suits."""
    lines = [form.title4, _rule()]
    for first in dict.fromkeys(column.group_path[0] for column in form.section4):
        band = [column for column in form.section4 if column.group_path[0] == first]
        lines += [*_band(band, [str(tables.section4[column.key]) for column in band]), _rule()]
    return lines


def _band(columns: Sequence[Section4Column], numbers: list[str]) -> list[str]:
    labels = [column.label for column in columns]
    widths = _widths(labels, [numbers])
    header = _header([column.group_path for column in columns], labels, widths)
    return [*header, "-" * (sum(widths) + _GAP * len(widths)), _numbers(numbers, widths)]


def _widths(labels: Sequence[str], figures: Iterable[Sequence[str]]) -> list[int]:
    columns = zip(*figures, strict=True)
    return [
        max(_LEAST, cell_len(label), *(len(number) for number in column))
        for label, column in zip(labels, columns, strict=True)
    ]


def _header(paths: Sequence[tuple[str, ...]], labels: Sequence[str], widths: Sequence[int]) -> list[str]:
    """One line a level; a group stands in the middle of its columns, between brackets that show its reach."""
    levels = max(len(path) for path in paths)
    lines = []
    for level in range(levels):
        line, start = "", 0
        while start < len(paths):
            group, end = paths[start][: level + 1], start + 1
            while end < len(paths) and len(group) > level and paths[end][: level + 1] == group:
                end += 1
            reach = sum(widths[start:end]) + _GAP * (end - start - 1)
            line += " " * _GAP + (_spanned(group[level], reach) if len(group) > level else " " * reach)
            start = end
        lines.append(line.rstrip())
    last = "".join(" " * (_GAP + width - cell_len(label)) + label for label, width in zip(labels, widths, strict=True))
    return [*lines, last]


def _spanned(text: str, width: int) -> str:
    room = width - cell_len(text) - 4
    return f"|{'-' * (room // 2)} {text} {'-' * (room - room // 2)}|" if room >= 0 else _centred(text, width)


def _centred(text: str, width: int) -> str:
    room = max(0, width - cell_len(text))
    return " " * (room // 2) + text + " " * (room - room // 2)


def _numbers(numbers: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(" " * _GAP + number.rjust(width) for number, width in zip(numbers, widths, strict=True))


def _labelled(label: str, width: int, numbers: str) -> list[str]:
    room = width - cell_len(label)
    return [label + " " * room + numbers] if room >= 0 else [label, " " * width + numbers]


def _rule() -> str:
    return "-" * _WIDTH
