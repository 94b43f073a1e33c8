"""The grid of both tables: every place is covered once, and what stands where."""

from itertools import product

import pytest
from published_report import busy

from disclosure.workflow.reports import layout


@pytest.mark.parametrize("year", [2019, 2024])
def test_the_cells_of_each_table_cover_it_once(year: int) -> None:
    report = busy(year)
    for grid in (layout.section3(report.form, report.section3), layout.section4(report.form, report.section4)):
        covered = [
            place
            for cell in grid.cells
            for place in product(
                range(cell.row, cell.row + cell.row_span), range(cell.column, cell.column + cell.column_span)
            )
        ]
        assert sorted(covered) == list(product(range(grid.rows), range(grid.columns)))


def test_the_cells_that_begin_in_a_row_come_from_left_to_right() -> None:
    report = busy()
    grid = layout.section3(report.form, report.section3)
    lines = grid.by_row()
    assert [[cell.column for cell in line] for line in lines] == [
        sorted(cell.column for cell in line) for line in lines
    ]
    assert sum(map(len, lines)) == len(grid.cells)


def test_figures_stand_under_their_columns_as_numbers() -> None:
    report = busy()
    grid = layout.section4(report.form, report.section4)
    figures = [cell.number for cell in grid.by_row()[-1]]
    assert figures == [report.section4[column.key] for column in report.form.section4]
    assert (grid.label_columns, grid.header_rows, grid.rows) == (0, 3, 4)


def test_notes_and_labels_stand_at_the_left_and_groups_in_the_middle() -> None:
    report = busy()
    cells = {cell.text: cell for cell in layout.section3(report.form, report.section3).cells}
    assert layout.is_left(cells[report.form.corner_note]) and layout.is_left(cells["（一）予以公开"])
    assert not layout.is_left(cells["（三）不予公开"]) and not layout.is_left(cells["自然人"])
