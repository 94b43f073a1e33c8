"""Published tables as offices print them: web pages, workbooks and Word documents of every kind."""

import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from published_report import COLUMNS, Report, balanced, busy, page, word, workbook

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import SetupError
from disclosure.states.rules.forms import form_for
from disclosure.workflow.reports.check import check
from disclosure.workflow.reports.reading import read_tables

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def put(folder: Path, content: str | bytes, name: str = "report.html") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read_right(path: Path, report: Report) -> None:
    """The file gives these figures and nothing is found in it."""
    read = read_tables(path)
    assert read.section3 == report.section3
    assert read.section4 == report.section4
    assert (read.year, read.form, read.doubts) == (report.year, report.form, ())
    assert check(path) == []


def doubts(path: Path) -> set[tuple[str, str | None, str | None]]:
    """What is doubted, where nothing is called an error."""
    found = check(path)
    assert {item.severity for item in found} <= {"doubt"}, found
    return {(item.id, item.row, item.column) for item in found}


# --- web pages ------------------------------------------------------------------------------------------


@quick
@given(balanced())
def test_a_page_gives_back_its_figures(tmp_path: Path, report: Report) -> None:
    read_right(put(tmp_path, page(report)), report)


@pytest.mark.parametrize(
    "show",
    [
        lambda value: str(value).translate(FULL_WIDTH),
        lambda value: f"{value:,}",
        lambda value: f"{value:,}".replace(",", "，").translate(FULL_WIDTH),
        lambda value: f"&nbsp;{value}\u3000",
        lambda value: f"{value}.0",
        lambda value: f"<p><span>{value}</span></p>",
        lambda value: f"{value}<sup>①</sup>",
        lambda value: f"{value}<!-- {value}1 -->",
    ],
)
def test_figures_are_read_however_they_are_printed(tmp_path: Path, show: Callable[[Any], str]) -> None:
    report = busy()
    report.section3 = {key: {name: value * 1000 for name, value in row.items()} for key, row in report.section3.items()}
    read_right(put(tmp_path, page(report, show=show)), report)


@pytest.mark.parametrize(
    "label",
    [
        lambda text: " ".join(text),
        lambda text: text[:2] + "<br>" + text[2:],
        lambda text: f"<p class=MsoNormal><span>{text}</span></p>",
        lambda text: text.replace("（", "(").replace("）", ")"),
        lambda text: text.replace("“", '"').replace("”", '"'),
        lambda text: text.replace("“", "").replace("”", ""),
        lambda text: re.sub(r"^(\d)\.", r"\1、", text),
        lambda text: re.sub(r"^(\d)\.", r"\1．", text),
        lambda text: re.sub(r"^(\d\.|（[一-七]）|[一-四]、)", "", text),
        lambda text: text.translate(FULL_WIDTH),
        lambda text: text.replace("其他法律行政法规", "其他法律、行政法规"),
        lambda text: text.replace("仍不明确", "仍不明确的"),
        lambda text: text.replace("予以公开", "予以公开："),
        lambda text: text.replace("（区分处理的，只计这一情形，不计其他情形）", ""),
        lambda text: "合计" if text == "总计" else text,
        lambda text: text.replace("其他", "其它"),
        lambda text: text.replace("无正当理由大量反复申请", "大量反复申请"),
        lambda text: text.replace("科研机构", "科研单位"),
    ],
)
@pytest.mark.parametrize("year", [2020, 2024])
def test_labels_are_known_however_they_are_printed(tmp_path: Path, label: Callable[[str], str], year: int) -> None:
    report = busy(year)
    read_right(put(tmp_path, page(report, label=label)), report)


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("gbk", "gbk"),
        ("gbk", "gb2312"),
        ("gbk", ""),
        ("gbk", "utf-8"),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-8", ""),
    ],
)
def test_a_page_is_read_in_the_encoding_it_is_in(tmp_path: Path, encoding: str, named: str) -> None:
    report = busy()
    meta = f"<meta charset={named}>" if named else ""
    read_right(put(tmp_path, page(report, meta=meta).encode(encoding)), report)


@pytest.mark.parametrize("mark", ["", "/", "—", "无", "五"])
def test_cells_without_a_figure_are_doubted_each_by_itself(tmp_path: Path, mark: str) -> None:
    report = busy()
    for key in COLUMNS:
        for row in ("new", "granted", "results_total"):
            report.section3[row][key] -= report.section3["denied_3s1s"][key] if row != "granted" else 0
        report.section3["denied_3s1s"][key] = None
    path = put(tmp_path, page(report, show=lambda value: mark if value is None else str(value)))
    assert doubts(path) == {("S3-HSUM", "denied_3s1s", key) for key in COLUMNS}


def test_a_row_that_is_not_printed_is_doubted(tmp_path: Path) -> None:
    report = busy()
    for key in COLUMNS:
        for row in ("new", "results_total"):
            report.section3[row][key] -= report.section3["noproc_massive"][key]
    text = re.sub(r"<tr><td>4\.无正当理由大量反复申请.*?</tr>", "", page(report)).replace("rowspan=5", "rowspan=4")
    assert doubts(put(tmp_path, text)) == {("S3-VSUM", "noproc_massive", None)}  # the outer span is too long now
    assert doubts(put(tmp_path, text.replace("rowspan=22", "rowspan=21"))) == {("S3-VSUM", "noproc_massive", None)}


def test_a_row_of_no_form_is_doubted_and_the_sums_over_it_are_not_judged(tmp_path: Path) -> None:
    report = busy()
    text = page(report).replace("4.无正当理由大量反复申请", "4.须进一步研究的疑难事项")
    found = check(put(tmp_path, text))
    assert {item.severity for item in found} == {"doubt"}
    assert {(item.row, item.column) for item in found} == {("noproc_massive", None), (None, None)}
    assert any("须进一步研究的疑难事项" in item.message for item in found)


@pytest.mark.parametrize("label", ["一、本年新收政府信息公开申请数量", "四、结转下年度继续办理", "（一）予以公开"])
def test_a_row_whose_label_is_not_known_accuses_nobody(tmp_path: Path, label: str) -> None:
    found = check(put(tmp_path, page(busy()).replace(label, "甲乙丙丁戊己庚辛")))
    assert {item.severity for item in found} == {"doubt"}


def test_another_table_as_wide_is_passed_over(tmp_path: Path) -> None:
    report = busy()
    wide = "<table><tr><td>公文库访问量</td>" + "<td>8</td>" * 9 + "</tr></table>"
    read_right(put(tmp_path, page(report).replace("<h2>四", f"{wide}<h2>四")), report)


def test_reviews_and_suits_may_stand_in_two_tables_with_a_blank_line_above_the_figures(tmp_path: Path) -> None:
    report = busy()
    text = page(report)
    keys = [column.key for column in report.form.section4]
    leaves = "".join(f"<td>{name}</td>" for name in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"))
    tables = ""
    for heads, chosen in (
        ("<tr><td colspan=5>行政复议</td></tr>", keys[:5]),
        ("<tr><td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr>", keys[5:]),
    ):
        figures = "".join(f"<td>{report.section4[key]}</td>" for key in chosen)
        blank = "<td></td>" * len(chosen)
        tables += f"<table>{heads}<tr>{leaves * (len(chosen) // 5)}</tr><tr>{blank}</tr><tr>{figures}</tr></table>"
    start = text.index("<table>", text.index("<h2>四"))
    read_right(put(tmp_path, text[:start] + tables + text[text.index("</table>", start) + 8 :]), report)


def test_the_undivided_row_of_the_older_form_is_read_in_a_newer_report(tmp_path: Path) -> None:
    old = busy(2020)
    report = Report(2023, old.section3, old.section4)
    missing = {("S3-VSUM", f"other_{name}", None) for name in ("no_correction", "no_payment", "misc")}
    assert doubts(put(tmp_path, page(report, printed=old.form))) == missing | {("S3-VSUM", "other", None)}


def test_a_table_that_goes_on_after_a_page_break_is_read_to_its_end(tmp_path: Path) -> None:
    report = busy()
    text = page(report)
    cut = text.rfind("<tr>", 0, text.index("（四）无法提供"))
    rest = text[cut:].replace("<tr>", "<tr><td rowspan=12></td>", 1)
    read_right(put(tmp_path, f"{text[:cut]}</table><p>续表</p><table>{rest}"), report)


def test_groups_may_stand_in_lines_of_their_own(tmp_path: Path) -> None:
    report = busy()
    lines, begun = [], set()
    for row in report.form.rows:
        for group in row.path:
            if group not in begun:
                begun.add(group)
                lines.append(f"<td>{group}</td>" + "<td></td>" * 7)
        lines.append(f"<td>{row.label}</td>" + "".join(f"<td>{report.section3[row.key][key]}</td>" for key in COLUMNS))
    text = page(report)
    start, end = text.index("<tr><td colspan='3'>一、"), text.index("</table>", text.index("四、结转"))
    text = text[:start] + "".join(f"<tr>{line}</tr>" for line in lines) + text[end:]
    read_right(put(tmp_path, text.replace("rowspan=3 colspan='3'", "rowspan=3")), report)


def test_both_sections_may_stand_in_one_table_and_in_a_table_of_layout(tmp_path: Path) -> None:
    report = busy()
    text = page(report)
    end = text.index("</table>", text.index("四、结转"))
    joined = text[:end] + "<tr><td colspan=15>四、复议诉讼</td></tr>" + text[text.index("<table>", end) + 7 :]
    read_right(put(tmp_path, joined), report)
    framed = text.replace("<body>", "<body><table><tr><td>导航</td><td>").replace(
        "</body>", "</td></tr></table></body>"
    )
    read_right(put(tmp_path, framed), report)


def test_a_second_copy_of_the_tables_changes_nothing(tmp_path: Path) -> None:
    report = busy()
    text = page(report)
    copy = text[text.index("<h2>三") : text.index("<p>五")]
    read_right(put(tmp_path, text.replace("<p>五", f"{copy}<p>五")), report)


def test_a_span_without_end_costs_nothing(tmp_path: Path) -> None:
    report = busy()
    text = page(report).replace(
        "<table>", "<table><tr><td rowspan=99999999 colspan=99999999>x</td></tr></table><table>", 1
    )
    began = time.monotonic()
    read_right(put(tmp_path, text), report)
    assert time.monotonic() - began < 10


def test_the_year_of_the_page_decides_the_form(tmp_path: Path) -> None:
    path = put(tmp_path, page(busy(2020)))
    assert (read_tables(path).year, read_tables(path).form) == (2020, form_for(2020))
    assert read_tables(path, 2019).year == 2019
    listed = page(busy(2020)).replace("<title>", "<title>往年：2018年度报告；")
    assert read_tables(put(tmp_path, listed)).year == 2020
    yearless = put(tmp_path, page(busy(2020)).replace("2020年", "").replace("2019年", ""))
    assert (read_tables(yearless).year, read_tables(yearless).form) == (None, form_for(2020))


# --- workbooks and Word documents -----------------------------------------------------------------------


@quick
@given(balanced())
def test_a_workbook_and_a_word_document_give_back_their_figures(tmp_path: Path, report: Report) -> None:
    read_right(put(tmp_path, workbook(report), "report.xlsx"), report)
    read_right(put(tmp_path, word(report), "report.docx"), report)


@pytest.mark.parametrize("one_sheet", [True, False])
@pytest.mark.parametrize(
    "convert", [str, float, lambda value: f"{value:,}", lambda value: str(value).translate(FULL_WIDTH)]
)
def test_a_workbooks_numbers_may_be_texts(tmp_path: Path, convert: Callable[[int], Any], one_sheet: bool) -> None:
    report = busy()
    read_right(put(tmp_path, workbook(report, convert, one_sheet=one_sheet), "report.xlsx"), report)


def test_the_content_tells_the_kind_of_file_not_its_name(tmp_path: Path) -> None:
    report = busy()
    read_right(put(tmp_path, workbook(report), "report.html"), report)
    read_right(put(tmp_path, json.dumps(report.document()), "report.docx"), report)


def test_a_formula_whose_result_was_never_saved_is_a_doubt(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    report = busy()
    book = load_workbook(io.BytesIO(workbook(report)))
    book.worksheets[0]["J6"] = "=SUM(D6:I6)"
    saved = io.BytesIO()
    book.save(saved)
    assert doubts(put(tmp_path, saved.getvalue(), "report.xlsx")) == {("S3-HSUM", "new", "total")}


def test_tables_inside_a_word_documents_controls_and_tracked_insertions_are_read(tmp_path: Path) -> None:
    def wrap(content: bytes) -> bytes:
        content = content.replace(b"<w:tbl>", b"<w:sdt><w:sdtContent><w:tbl>").replace(
            b"</w:tbl>", b"</w:tbl></w:sdtContent></w:sdt>"
        )
        return re.sub(rb"(<w:r><w:t>22</w:t></w:r>)", rb'<w:ins w:id="1" w:author="a">\1</w:ins>', content)

    report = busy()
    changed = repacked(word(report), {"word/document.xml": wrap})
    assert b"w:ins" in zipfile.ZipFile(io.BytesIO(changed)).read("word/document.xml")
    read_right(put(tmp_path, changed, "report.docx"), report)


# --- files that are no report ---------------------------------------------------------------------------


def repacked(package: bytes, changes: dict[str, Callable[[bytes], bytes] | None]) -> bytes:
    """The package with parts changed or, by None, left out."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as given_, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given_.namelist():
            change = changes.get(name, lambda content: content)
            if change is not None:
                made.writestr(name, change(given_.read(name)))
    return saved.getvalue()


def bomb() -> bytes:
    """A package that grows to 300 MB."""
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as made, made.open("word/document.xml", "w") as part:
        for _ in range(300):
            part.write(b"0" * (1 << 20))
    return saved.getvalue()


def encrypted() -> bytes:
    """A package whose parts claim to be encrypted."""
    package = bytearray(word(busy()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = package.find(signature)
        while at >= 0:
            package[at + offset] |= 1
            at = package.find(signature, at + 4)
    return bytes(package)


NO_REPORTS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "white space": lambda: b" \n\t",
    "noise": lambda: bytes(range(256)) * 20,
    "old Word or Excel": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "half a workbook": lambda: workbook(busy())[:3000],
    "half a document": lambda: word(busy())[:3000],
    "not a package": lambda: b"PK\x03\x04 and no more",
    "empty package": lambda: b"PK\x05\x06" + bytes(18),
    "another package": lambda: repacked(word(busy()), {"word/document.xml": None}),
    "damaged document": lambda: repacked(word(busy()), {"word/document.xml": lambda content: content[:500]}),
    "damaged sheet": lambda: repacked(workbook(busy()), {"xl/worksheets/sheet1.xml": lambda content: content[:200]}),
    "entities": lambda: repacked(
        word(busy()), {"word/document.xml": lambda content: content.replace(b"?>", b"?><!DOCTYPE x []>", 1)}
    ),
    "bomb": bomb,
    "encrypted": encrypted,
    "half a JSON": lambda: b'{"year": 2024, "section3": {',
    "deep JSON": lambda: b"[" * 100_000,
    "a JSON list": lambda: b"[1, 2]",
    "JSON without sections": lambda: b'{"year": 2024}',
    "JSON with lists for sections": lambda: b'{"year": 2024, "section3": [], "section4": {}}',
    "a page without tables": lambda: "<html><body><p>没有表格</p></body></html>".encode(),
    "a page with another table": lambda: b"<table><tr><td>1</td></tr></table>",
    "prose": lambda: "三、收到和处理政府信息公开申请情况".encode(),
    "PDF": lambda: b"%PDF-1.7\n<< /Type /Catalog >>",
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(99),
}


@pytest.mark.parametrize("kind", NO_REPORTS)
def test_a_file_that_is_no_report_is_refused_with_a_reason_in_chinese(tmp_path: Path, kind: str) -> None:
    path = put(tmp_path, NO_REPORTS[kind](), "given")
    with pytest.raises(SetupError) as caught:
        check(path)
    assert caught.value.code == "unreadable_report"
    assert caught.value.fields["path"] == str(path)
    assert re.search(r"[\u4e00-\u9fff]{4}", describe(caught.value))


@pytest.mark.parametrize(("kind", "word_"), [("bomb", "过大"), ("encrypted", "密码"), ("old Word or Excel", "密码")])
def test_a_file_that_can_be_mended_tells_how(tmp_path: Path, kind: str, word_: str) -> None:
    with pytest.raises(SetupError) as caught:
        check(put(tmp_path, NO_REPORTS[kind](), "given"))
    assert word_ in describe(caught.value)


def test_a_missing_file_a_folder_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(60 << 20)
    reasons = set()
    for path in (tmp_path, tmp_path / "none", huge):
        with pytest.raises(SetupError) as caught:
            check(path)
        reasons.add(describe(caught.value))
    assert len(reasons) == 3


def test_the_report_of_the_year_before_is_refused_likewise(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        check(put(tmp_path, page(busy())), tmp_path / "none")
    assert caught.value.code == "unreadable_report"


@pytest.mark.parametrize("row", [[1], None, 7, {"total": {}}, {"total": [1]}, {}])
def test_odd_values_in_json_are_doubts_or_missing_rows(tmp_path: Path, row: object) -> None:
    report = busy()
    document = report.document(section3=report.section3 | {"partial": row, "unheard": {"total": 1}})
    found = check(put(tmp_path, json.dumps(document), "report.json"))
    assert {item.row for item in found if item.severity == "doubt"} == {"partial"}
