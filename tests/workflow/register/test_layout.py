"""Headers, choices and what stands around the rows of a register."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from register_book import FULL, TODAY, book, moves, read_rows, rewrite, table

from disclosure.notifications.messages.sentences import describe
from disclosure.workflow.register.columns import choices, columns
from disclosure.workflow.register.reading import read_register


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.xlsx"


@pytest.mark.parametrize(
    ("key", "header"),
    [
        (column.key, name)
        for column in columns().values()
        for name in (column.header, *column.aliases)
        if column.key in FULL
    ],
)
def test_every_alias_of_a_header_is_recognised(path: Path, key: str, header: str) -> None:
    assert moves(read_rows(path, FULL, headers={key: header})) == [("submit", "2025-03-03")]


@pytest.mark.parametrize(
    "header",
    [
        "收到\n日期",
        " 收到 日期 ",
        "收到日期（必填）",
        "*收到日期",
        "收到时间",
        "3.收到日期",
        "收到日期：",
        "收到日期(年/月/日)",
    ],
)
def test_headers_may_be_dressed_up(path: Path, header: str) -> None:
    assert moves(read_rows(path, FULL, headers={"received_on": header})) == [("submit", "2025-03-03")]


@pytest.mark.parametrize(
    ("name", "value", "typed"),
    [
        (name, value, typed)
        for name, choice in choices().items()
        for value, names in choice.names.items()
        for typed in names
    ],
)
def test_every_name_of_a_choice_is_recognised(name: str, value: str, typed: str) -> None:
    assert choices()[name].find(f" {typed}") == value


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("（三）不予公开 1.属于国家秘密", "denied_state_secret"),
        ("1.属于国家秘密", "denied_state_secret"),
        ("不予公开（国家秘密）", "denied_state_secret"),
        ("3.危及“三安全一稳定”", "denied_3s1s"),
        ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "partial"),
        ("（四）无法提供-不存在", "unable_not_held"),
        ("（六）其他处理 3.其他", "other_misc"),
    ],
)
def test_outcomes_are_recognised_by_the_labels_of_the_report(typed: str, outcome: str) -> None:
    assert choices()["outcome"].find(typed) == outcome


@pytest.mark.parametrize("typed", ["不予公开", "不予公开-其他", "其他处理", "无法提供"])
def test_a_heading_of_the_report_alone_is_no_outcome(typed: str) -> None:
    assert choices()["outcome"].find(typed) is None


def test_titles_blank_rows_totals_signatures_and_repeated_headers_are_passed_over(path: Path) -> None:
    header, first = table({"serial": 1, **FULL})
    _, second = table({"serial": 2, **FULL, "case": "2025-002"})
    width = len(header)
    book(
        path,
        (
            "2025年",
            [
                ["某局2025年依申请公开台账"],
                [],
                header,
                first,
                [None] * width,
                header,
                second,
                [3, *[None] * (width - 1)],
                ["合 计", None, "2件"],
                ["填表人：甲", None, "审核人：乙"],
            ],
        ),
    )
    register = read_register(path, today=TODAY)
    assert register.faults == []
    assert register.where == {"2025-001": ("2025年", 4), "2025-002": ("2025年", 7)}
    assert register.rows == 2


def test_a_header_in_two_tiers_is_read_with_its_merged_cells(path: Path) -> None:
    top = ["编号", "收到日期", "提交方式", "申请人", None, "申请内容", "答复", None, None, "行政复议", None]
    low = [None, None, None, "类别", "姓名", None, "日期", "结果", "送达方式", "申请日期", "答复日期"]
    top[3], low[3] = "申请人情况", "申请人类别"
    row = [
        "7",
        "2025-03-03",
        "当面",
        "个人",
        "甄一禾",
        "批复",
        "2025-03-20",
        "公开",
        "当面",
        "2025-04-01",
        "2025-04-15",
    ]
    book(path, ("台账", [["依申请公开台账"], top, low, row]))
    assert moves(read_register(path, today=TODAY)) == [
        ("submit", "2025-03-03"),
        ("reply", "2025-03-20"),
        ("file_review", "2025-04-01"),
        ("answer_review", "2025-04-15"),
    ]


def test_case_numbers_are_put_together_from_year_and_serial_number(path: Path) -> None:
    row = {"serial": 7, **{key: value for key, value in FULL.items() if key != "case"}}
    book(path, ("二〇二五", table({**row, "year": 2025})), ("2026年", table(row)))
    assert list(read_register(path, today=TODAY).where) == ["2025-007", "2026-007"]


def test_unknown_columns_and_hidden_sheets_are_noted_and_not_read(path: Path) -> None:
    header, row = table(FULL)
    book(path, ("台账", [[*header, "密级"], [*row, "无"]]), ("草稿", [["随便"]]))
    made = load_workbook(path)
    made["草稿"].sheet_state = "hidden"
    made.save(path)
    register = read_register(path, today=TODAY)
    assert register.faults == []
    assert ["G 密级" in describe(register.notes[0]), "草稿" in describe(register.notes[1])] == [True, True]


def test_an_empty_sheet_beside_the_register_is_no_fault(path: Path) -> None:
    book(path, ("台账", table(FULL)), ("Sheet2", []))
    assert moves(read_register(path, today=TODAY))


def test_a_wrong_dimension_in_the_file_hides_no_rows(path: Path) -> None:
    book(path, ("台账", table(FULL)))
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'ref="A1:F2"', b'ref="A1:A1"'))
    assert moves(read_register(path, today=TODAY))
