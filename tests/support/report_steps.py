"""The steps in which the features tell of the annual report."""

import pytest
from answers import broken_checks, columns_of, figures_of, result_rows_of
from office import ADMIN
from procedure import Procedure
from pytest_bdd import parsers, then
from telling import key_of, pattern

from disclosure.states import LawUnknown
from disclosure.states.errors import SetupError
from disclosure.states.rules.forms import form_for
from disclosure.workflow import annual_report
from disclosure.workflow.reports.annual import route_check

COLUMNS = {"结果维持": "upheld", "结果纠正": "corrected", "其他结果": "other", "尚未审结": "pending"}
NEW, CARRIED_IN = "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"
TOTAL, CARRIED_OUT = "（七）总计", "四、结转下年度继续办理"


@then(parsers.parse("年度报告计入“{label}”"))
def in_row(procedure: Procedure, label: str) -> None:
    in_row_of_year(procedure, procedure.today.year, label)


@then(pattern("年度报告计入{year:数}年的“{label}”"))
def in_row_of_year(procedure: Procedure, year: int, label: str) -> None:
    assert result_rows_of(procedure.context(ADMIN), year) == [label]
    assert figures_of(procedure.context(ADMIN), year)[label] == 1


@then("年度报告不统计这一件")
def not_counted(procedure: Procedure) -> None:
    assert set(figures_of(procedure.context(ADMIN), procedure.today.year).values()) == {0}


@then(pattern("到{year:数}年底，复议计入“{label}”"))
def review_in_column(procedure: Procedure, year: int, label: str) -> None:
    in_column(procedure, "review", year, label)


@then(pattern("到{year:数}年底，诉讼计入“{label}”"))
def suit_in_column(procedure: Procedure, year: int, label: str) -> None:
    in_column(procedure, "suit_direct", year, label)


@then(pattern("到{year:数}年底，复议后的诉讼计入“{label}”"))
def suit_after_review_in_column(procedure: Procedure, year: int, label: str) -> None:
    assert f"suit_after_review_{key_of(COLUMNS, label)}" in columns_of(procedure.context(ADMIN), year)


@then(pattern("到{year:数}年底，未经复议的诉讼计入“{label}”"))
def direct_suit_in_column(procedure: Procedure, year: int, label: str) -> None:
    assert f"suit_direct_{key_of(COLUMNS, label)}" in columns_of(procedure.context(ADMIN), year)


def in_column(procedure: Procedure, group: str, year: int, label: str) -> None:
    wanted = [] if label == "不统计" else [f"{group}_{key_of(COLUMNS, label)}"]
    assert columns_of(procedure.context(ADMIN), year) == wanted


@then(pattern("{year:数}年度报告的“{label}”是{n:数}"))
def report_figure(procedure: Procedure, year: int, label: str, n: int) -> None:
    assert figures_of(procedure.context(ADMIN), year)[label] == n


@then(pattern("{year:数}年度报告的核对提到“{text}”"))
def report_doubts(procedure: Procedure, year: int, text: str) -> None:
    found = route_check(procedure.context(ADMIN), year)
    assert (found.id, found.status) == ("S4-ROUTE", "warning")
    assert text in found.message and procedure.case in found.message


@then(pattern("{year:数}年度报告的核对没有可疑的诉讼"))
def report_doubts_nothing(procedure: Procedure, year: int) -> None:
    assert route_check(procedure.context(ADMIN), year).status == "ok"


@then(pattern("{first:数}年度和{second:数}年度报告都平衡"))
def reports_balance(procedure: Procedure, first: int, second: int) -> None:
    for year in (first, second):
        found = figures_of(procedure.context(ADMIN), year)
        assert found[NEW] + found[CARRIED_IN] == found[TOTAL] + found[CARRIED_OUT]
        assert broken_checks(procedure.context(ADMIN), year) == []


@then(pattern("{first:数}年度报告的“{one}”等于{second:数}年度报告的“{other}”"))
def figures_agree(procedure: Procedure, first: int, one: str, second: int, other: str) -> None:
    assert figures_of(procedure.context(ADMIN), first)[one] == figures_of(procedure.context(ADMIN), second)[other] == 1


@then(pattern("{year:数}年度没有可以使用的报表格式"))
def no_form(procedure: Procedure, year: int) -> None:
    with pytest.raises(LawUnknown):
        form_for(year)
    with pytest.raises(SetupError) as refused:
        annual_report(procedure.context(ADMIN), year)
    assert refused.value.code == "report_year"
