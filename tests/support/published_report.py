"""Published annual reports for tests, drawn by hand and not by the project's own renderers."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from disclosure.states.rules.forms import Form, form_for
from disclosure.workflow.reports.tables import ReportTables

DATA = Path(__file__).parents[1] / "data"
PARTS = ("natural_person", "org_commercial", "org_research", "org_public_interest", "org_legal_service", "org_other")
COLUMNS = (*PARTS, "total")
GROUPS4 = ("review", "suit_direct", "suit_after_review")
PARTS4 = ("upheld", "corrected", "other", "pending")

Section3 = dict[str, dict[str, Any]]
Section4 = dict[str, Any]


@dataclass
class Report:
    """Figures of one published report."""

    year: int
    section3: Section3
    section4: Section4
    form: Form = field(init=False)

    def __post_init__(self) -> None:
        self.form = form_for(self.year)

    def tables(self, name: str = "某某局") -> ReportTables:
        """The same as the project's own renderers take it."""
        return ReportTables("default", name, self.year, self.form.key, "agency", self.section3, self.section4)

    def document(self, **more: Any) -> dict[str, Any]:
        """The least that a JSON file must hold."""
        return {"year": self.year, "section3": self.section3, "section4": self.section4} | more


def example(name: str) -> Report:
    """A report that an office has published, its missing rows left out."""
    data = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    return Report(data["year"], data["section3"], data["section4"])


@st.composite
def balanced(draw: st.DrawFn, years: tuple[int, ...] = (2019, 2020, 2021, 2024), top: int = 12_345_678) -> Report:
    """Any report whose every sum is right."""
    year = draw(st.sampled_from(years))
    form = form_for(year)
    numbers = st.integers(0, top)
    places = st.tuples(st.sampled_from([*form.result_rows, "carry_in", "carry_out"]), st.sampled_from(PARTS))
    given_ = draw(st.dictionaries(places, numbers, max_size=20))
    four = draw(st.dictionaries(st.tuples(st.sampled_from(GROUPS4), st.sampled_from(PARTS4)), numbers, max_size=8))
    return made(year, given_, four)


def made(
    year: int, cells: dict[tuple[str, str], int] | None = None, four: dict[tuple[str, str], int] | None = None
) -> Report:
    """A report in which everything but the given cells follows from them."""
    form, cells, four = form_for(year), cells or {}, four or {}
    rows = {row.key: {part: cells.get((row.key, part), 0) for part in PARTS} for row in form.rows}
    for part in PARTS:
        results = sum(rows[key][part] for key in form.result_rows)
        rows["results_total"][part] = results
        rows["carry_out"][part] += max(0, rows["carry_in"][part] - results - rows["carry_out"][part])
        rows["new"][part] = results + rows["carry_out"][part] - rows["carry_in"][part]
    for row in rows.values():
        row["total"] = sum(row.values())
    section4 = {}
    for group in GROUPS4:
        section4 |= {f"{group}_{part}": four.get((group, part), 0) for part in PARTS4}
        section4[f"{group}_total"] = sum(section4[f"{group}_{part}"] for part in PARTS4)
    return Report(year, rows, section4)


def busy(year: int = 2024) -> Report:
    """A report with a different figure in every cell that is filled in."""
    form = form_for(year)
    keys = [*form.result_rows, "carry_in", "carry_out"]
    cells = {(key, part): 7 * line + 3 * place + 1 for line, key in enumerate(keys) for place, part in enumerate(PARTS)}
    four = {(group, part): 5 * a + b + 1 for a, group in enumerate(GROUPS4) for b, part in enumerate(PARTS4)}
    return made(year, cells, four)


# --- a web page as offices publish it -------------------------------------------------------------------

Text = Callable[[str], str]
Show = Callable[[Any], str]


def _same(text: str) -> str:
    return text


def _td(text: str, rows: int = 1, columns: int = 1) -> str:
    spans = (f" rowspan={rows}" if rows > 1 else "") + (f" colspan='{columns}'" if columns > 1 else "")
    return f"<td{spans}>{text}</td>"


def page(report: Report, *, show: Show = str, label: Text = _same, printed: Form | None = None, meta: str = "") -> str:
    """The whole page, section two before the tables and prose around them; ``printed`` is the form on paper."""
    form = printed or report.form
    three = "".join(f"<tr>{line}</tr>" for line in (*_head3(form, label), *_body3(form, report, show, label)))
    four = "".join(f"<tr>{line}</tr>" for line in _table4(form, report, show, label))
    two = "<tr><td>信息内容</td><td>本年制发件数</td></tr><tr><td>行政规范性文件</td><td>11</td></tr>"
    return (
        f"<html><head>{meta}<title>某某局{report.year}年政府信息公开工作年度报告</title></head><body>"
        f"<p>{report.year - 1}年以来共收到申请总计12件。</p><table>{two}</table><h2>{form.title3}</h2><table>{three}</table>"
        f"<h2>{form.title4}</h2><table>{four}</table><p>五、存在的主要问题</p><table><tr><td>总计</td><td>7</td></tr></table>"
        "</body></html>"
    )


def _head3(form: Form, label: Text) -> Iterator[str]:
    yield _td(label(form.corner_note), 3, 3) + _td(label("申请人情况"), 1, 7)
    yield _td(label("自然人"), 2) + _td(label("法人或其他组织"), 1, 5) + _td(label("总计"), 2)
    yield "".join(_td(label(column.label)) for column in form.columns if column.group)


def _body3(form: Form, report: Report, show: Show, label: Text) -> Iterator[str]:
    begun: set[str] = set()
    for row in form.rows:
        line = ""
        for depth, group in enumerate(row.path):
            if group not in begun:
                begun.add(group)
                line += _td(label(group), sum(other.path[depth : depth + 1] == (group,) for other in form.rows))
        line += _td(label(row.label), 1, 3 - len(row.path))
        yield line + "".join(_td(show(report.section3.get(row.key, {}).get(key))) for key in COLUMNS)


def _table4(form: Form, report: Report, show: Show, label: Text) -> Iterator[str]:
    yield _td(label("行政复议"), 2, 5) + _td(label("行政诉讼"), 1, 10)
    yield _td(label("未经复议直接起诉"), 1, 5) + _td(label("复议后起诉"), 1, 5)
    yield "".join(_td(label(column.label)) for column in form.section4)
    yield "".join(_td(show(report.section4.get(column.key))) for column in form.section4)


# --- a workbook and a Word document as offices fill them in ---------------------------------------------


def _grid(report: Report) -> list[tuple[int, int, int, int, Any]]:
    """Section three as (row, column, last row, last column, value), counted from one."""
    form = report.form
    cells: list[tuple[int, int, int, int, Any]] = [
        (1, 1, 3, 3, form.corner_note),
        (1, 4, 1, 10, "申请人情况"),
        (2, 4, 3, 4, "自然人"),
        (2, 5, 2, 9, "法人或其他组织"),
        (2, 10, 3, 10, "总计"),
    ]
    cells += [(3, 5 + place, 3, 5 + place, column.label) for place, column in enumerate(form.columns[1:6])]
    for line, row in enumerate(form.rows, 4):
        cells.append((line, len(row.path) + 1, line, 3, row.label))
        cells += [
            (line, 4 + place, line, 4 + place, report.section3[row.key][key]) for place, key in enumerate(COLUMNS)
        ]
    for depth in (0, 1):
        for group in dict.fromkeys(row.path[depth] for row in form.rows if len(row.path) > depth):
            lines = [line for line, row in enumerate(form.rows, 4) if row.path[depth : depth + 1] == (group,)]
            cells.append((lines[0], depth + 1, lines[-1], depth + 1, group))
    return cells


def _grid4(report: Report) -> list[tuple[int, int, int, int, Any]]:
    cells: list[tuple[int, int, int, int, Any]] = [
        (1, 1, 2, 5, "行政复议"),
        (1, 6, 1, 15, "行政诉讼"),
        (2, 6, 2, 10, "未经复议直接起诉"),
        (2, 11, 2, 15, "复议后起诉"),
    ]
    for place, column in enumerate(report.form.section4, 1):
        cells += [(3, place, 3, place, column.label), (4, place, 4, place, report.section4[column.key])]
    return cells


def workbook(report: Report, convert: Callable[[int], Any] = int, *, one_sheet: bool = False) -> bytes:
    """A workbook with the tables below a title, on one sheet or two."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.cell(1, 1, f"某某局{report.year}年政府信息公开工作年度报告")
    start = 2
    for cells in (_grid(report), _grid4(report)):
        for row, column, last_row, last_column, value in cells:
            written = convert(value) if isinstance(value, int) else value
            sheet.cell(start + row, column, written)
            if (row, column) != (last_row, last_column):
                sheet.merge_cells(
                    start_row=start + row, start_column=column, end_row=start + last_row, end_column=last_column
                )
        start = sheet.max_row + 2 if one_sheet else 1
        sheet = sheet if one_sheet else book.create_sheet("第四部分")
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def word(report: Report) -> bytes:
    """A Word document with both tables, cells merged both ways."""
    from docx import Document

    document = Document()
    document.add_paragraph(f"某某局{report.year}年政府信息公开工作年度报告")
    for cells, rows, columns in ((_grid(report), 3 + len(report.form.rows), 10), (_grid4(report), 4, 15)):
        places = [row.cells for row in document.add_table(rows, columns).rows]
        for row, column, last_row, last_column, value in cells:
            first, last = places[row - 1][column - 1], places[last_row - 1][last_column - 1]
            (first if first is last else first.merge(last)).text = str(value)
        document.add_paragraph("四、政府信息公开行政复议、行政诉讼情况")
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()
