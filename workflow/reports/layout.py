"""The official layout of both tables as one grid of cells, which every printed format draws.

Law: 国办公开办函〔2021〕30号, and 〔2019〕60号 before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...notifications.messages.catalogue import say
from ...states.rules.forms import Form
from .tables import ReportTables

CellKind = Literal["note", "header", "label", "figure"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell at its upper left position; spans count rows and columns, one at least."""

    row: int
    column: int
    text: str
    kind: CellKind
    row_span: int = 1
    column_span: int = 1
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: ``header_rows`` at the top repeat on each page, ``label_columns`` stand at the left."""

    title: str
    rows: int
    columns: int
    header_rows: int
    label_columns: int
    cells: tuple[Cell, ...]

    def by_row(self) -> list[list[Cell]]:
        """The cells that begin in each row, from left to right."""
        lines: list[list[Cell]] = [[] for _ in range(self.rows)]
        for cell in sorted(self.cells, key=lambda cell: (cell.row, cell.column)):
            lines[cell.row].append(cell)
        return lines


def is_left(cell: Cell) -> bool:
    """Whether the text stands at the left; groups, headers and figures stand in the middle."""
    return cell.kind == "note" or (cell.kind == "label" and cell.row_span == 1)


def heading(tables: ReportTables) -> str:
    """The report's heading: whose figures of which year these are."""
    return say("report_heading", agency=tables.agency_name, year=tables.year)


def section3(form: Form, figures: Mapping[str, Mapping[str, int]]) -> Grid:
    """Section three: groups of rows at the left, applicants over the columns."""
    depth = max(len(row.path) for row in form.rows) + 1
    group_paths = [() if column.group is None else (column.group,) for column in form.columns]
    labels = [column.label for column in form.columns]
    header, levels = _header([(form.column_header, *path) for path in group_paths], labels, depth)
    cells = [Cell(0, 0, form.corner_note, "note", levels, depth), *header]
    cells += _row_groups([row.path for row in form.rows], levels)
    for line, row in enumerate(form.rows, levels):
        first = len(row.path)
        cells.append(Cell(line, first, row.label, "label", 1, depth - first))
        cells += _figures(line, depth, [figures[row.key][column.key] for column in form.columns])
    columns = depth + len(form.columns)
    return Grid(form.title3, levels + len(form.rows), columns, levels, depth, tuple(cells))


def section4(form: Form, figures: Mapping[str, int]) -> Grid:
    """Section four: one row of figures under reviews and suits."""
    paths = [column.group_path for column in form.section4]
    header, levels = _header(paths, [column.label for column in form.section4], 0)
    cells = [*header, *_figures(levels, 0, [figures[column.key] for column in form.section4])]
    return Grid(form.title4, levels + 1, len(form.section4), levels, 0, tuple(cells))


def _figures(line: int, offset: int, numbers: Iterable[int]) -> list[Cell]:
    return [Cell(line, offset + index, str(number), "figure", number=number) for index, number in enumerate(numbers)]


def _header(paths: Sequence[tuple[str, ...]], labels: Sequence[str], offset: int) -> tuple[list[Cell], int]:
    """Header cells and the number of their rows; a shallow column's label reaches down to the bottom."""
    levels = max(len(path) for path in paths) + 1
    cells = [Cell(start[1], offset + start[0], text, "header", 1, length) for start, length, text in _runs(paths)]
    for index, (path, label) in enumerate(zip(paths, labels, strict=True)):
        cells.append(Cell(len(path), offset + index, label, "header", levels - len(path)))
    return cells, levels


def _row_groups(paths: Sequence[tuple[str, ...]], offset: int) -> list[Cell]:
    return [Cell(offset + start[0], start[1], text, "label", length) for start, length, text in _runs(paths)]


def _runs(paths: Sequence[tuple[str, ...]]) -> list[tuple[tuple[int, int], int, str]]:
    """Neighbours that share a group: (first index, level), how many, the group's label."""
    runs = []
    for level in range(max(len(path) for path in paths)):
        start = 0
        for index in range(1, len(paths) + 1):
            group = paths[start][: level + 1]
            if index < len(paths) and paths[index][: level + 1] == group:
                continue
            if len(group) > level:
                runs.append(((start, level), index - start, group[level]))
            start = index
    return runs
