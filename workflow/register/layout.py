"""The header of a sheet: where it stands, in one row or two, and which column is where."""

from dataclasses import dataclass, field

from .cells import masked
from .columns import columns, find_column, is_own_header, limits
from .workbook import Row

_Names = dict[int, tuple[str, str]]  # index -> (merged cell above, header)


@dataclass(slots=True)
class Layout:
    """Where a sheet's header stands (``row``, its last tier) and which column is where."""

    row: int
    places: dict[str, int]  # column key -> index from 0
    headers: dict[int, str]  # as written
    unknown: list[int] = field(default_factory=list)
    twice: list[tuple[int, str]] = field(default_factory=list)

    def name(self, key: str) -> str:
        """Letter and header of a column, or the header alone if the sheet lacks it."""
        if key not in self.places:
            return columns()[key].header
        return self.at(self.places[key])

    def at(self, index: int) -> str:
        """Letter and header at an index."""
        from openpyxl.utils import get_column_letter

        return f"{get_column_letter(index + 1)} {masked(self.headers[index])}"


def find_layout(head: list[tuple[int, Row]]) -> Layout | None:
    """The header among the first rows: the row, or pair of rows, in which most columns are recognised."""
    best: Layout | None = None
    for position, (number, row) in enumerate(head):
        candidates = [_layout(number, _one_tier(row))]
        if position + 1 < len(head):
            candidates.append(_layout(number + 1, _two_tiers(row, head[position + 1][1])))
        for layout in candidates:
            if len(layout.places) > (len(best.places) if best else limits().header_matches - 1):
                best = layout
    return best


def _one_tier(row: Row) -> _Names:
    return {index: ("", value) for index, value in enumerate(row) if isinstance(value, str) and value.strip()}


def _two_tiers(above: Row, below: Row) -> _Names:
    """Names of a header in which a merged cell stands over several columns, or one column spans both rows."""
    names: _Names = {}
    group = ""
    for index in range(max(len(above), len(below))):
        top, low = _text(above, index), _text(below, index)
        group = top or group
        if low.strip():
            names[index] = (group, low)
        elif top.strip():
            names[index] = ("", top)
    return names


def _text(row: Row, index: int) -> str:
    value = row[index] if index < len(row) else None
    return value if isinstance(value, str) else ""


def _layout(number: int, names: _Names) -> Layout:
    layout = Layout(number, {}, {index: "".join(name.split()) for index, (_, name) in names.items()})
    own: set[str] = set()
    for index, (group, name) in names.items():
        column = find_column(name, group)
        if column is None:
            layout.unknown.append(index)
            continue
        exact = is_own_header(name, column)
        if column.key not in layout.places:
            layout.places[column.key] = index
        elif exact and column.key not in own:
            layout.unknown.append(layout.places[column.key])
            layout.places[column.key] = index
        elif exact == (column.key in own):
            layout.twice.append((index, column.key))
        else:
            layout.unknown.append(index)
        if exact:
            own.add(column.key)
    return layout
