"""The statutory forms: every printed row and column, in its order, for the years in which it is used."""

import pytest
from histories import APPLICANT_KINDS

from disclosure.states.errors import BadData, LawUnknown
from disclosure.states.law.files import LawFiles, law_text, using
from disclosure.states.rules.forms import category_of, form_for, forms
from disclosure.states.rules.outcomes import outcome_rows

BEFORE = (
    "new",
    "carry_in",
    "granted",
    "partial",
    "denied_state_secret",
    "denied_law_forbids",
    "denied_3s1s",
    "denied_third_party",
    "denied_internal",
    "denied_process",
    "denied_enforcement_file",
    "denied_admin_query",
    "unable_not_held",
    "unable_need_create",
    "unable_still_unclear",
    "noproc_petition",
    "noproc_duplicate",
    "noproc_publication",
    "noproc_massive",
    "noproc_confirm",
)
ROWS = {
    2019: (*BEFORE, "other", "results_total", "carry_out"),
    2021: (*BEFORE, "other_no_correction", "other_no_payment", "other_misc", "results_total", "carry_out"),
}
COLUMNS = (
    "natural_person",
    "org_commercial",
    "org_research",
    "org_public_interest",
    "org_legal_service",
    "org_other",
    "total",
)
SECTION4 = tuple(
    f"{group}_{column}"
    for group in ("review", "suit_direct", "suit_after_review")
    for column in ("upheld", "corrected", "other", "pending", "total")
)


@pytest.mark.parametrize("year", ROWS)
def test_the_rows_of_section_three_are_the_printed_ones_in_their_order(year):
    assert tuple(row.key for row in form_for(year).rows) == ROWS[year]


@pytest.mark.parametrize("year", ROWS)
def test_the_columns_are_the_printed_ones_in_their_order(year):
    form = form_for(year)
    assert tuple(column.key for column in form.columns) == COLUMNS
    assert tuple(column.key for column in form.section4) == SECTION4
    assert {column.group for column in form.columns[1:6]} == {"法人或其他组织"}
    assert form.columns[0].group is form.columns[6].group is None


def test_the_columns_before_the_total_are_the_kinds_of_applicants():
    assert COLUMNS[:-1] == APPLICANT_KINDS


@pytest.mark.parametrize("year", ROWS)
def test_labels_are_printed_once_in_their_group(year):
    form = form_for(year)
    labels = [(*row.path, row.label) for row in form.rows]
    assert len(set(labels)) == len(labels)
    by_key = {row.key: row for row in form.rows}
    assert by_key["granted"].label == "（一）予以公开"
    assert by_key["partial"].label == "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
    assert by_key["denied_3s1s"].label == "3.危及“三安全一稳定”"
    assert by_key["denied_state_secret"].path == ("三、本年度办理结果", "（三）不予公开")
    assert by_key["results_total"].label == "（七）总计"
    assert by_key["carry_out"].label == "四、结转下年度继续办理"


@pytest.mark.parametrize("year", ROWS)
def test_the_printed_identity_stands_at_the_corner(year):
    assert form_for(year).corner_note == "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


def test_each_year_has_its_form_and_earlier_years_have_none():
    found = {year: form_for(year).document[:14] for year in (2019, 2020, 2021, 2030)}
    old, new = "国办公开办函〔2019〕60", "国办公开办函〔2021〕30"
    assert found == {2019: old, 2020: old, 2021: new, 2030: new}
    for year in (2018, 2008, 0, -1):
        with pytest.raises(LawUnknown):
            form_for(year)


def test_no_year_has_two_forms_and_none_between_is_left_out():
    for before, after in zip(forms(), forms()[1:], strict=False):
        assert before.years_to is not None
        assert after.years_from == before.years_to + 1
    assert forms()[-1].years_to is None


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.key)
def test_every_result_has_one_row_and_a_stranger_has_none(form):
    assert {form.row_of(row) for row in outcome_rows()} == set(form.result_rows)
    for stranger in ("new", "results_total", "carry_out", "denied", "nonsense", ""):
        with pytest.raises(KeyError):
            form.row_of(stranger)


def test_the_three_other_endings_are_one_row_of_the_older_form():
    rows = ("other_no_correction", "other_no_payment", "other_misc")
    assert [form_for(2020).row_of(row) for row in rows] == ["other"] * 3
    assert [form_for(2021).row_of(row) for row in rows] == list(rows)


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.key)
def test_every_row_of_results_says_to_which_part_of_the_report_it_belongs(form):
    for row in form.rows:
        assert (row.category is not None) is (row.kind == "result"), row.key
        if len(row.path) > 1:
            alike = {item.category for item in form.rows if item.path == row.path}
            assert alike == {row.category}, "rows under one heading are one part"


def test_a_row_of_results_without_its_part_is_told_at_its_line(tmp_path):
    text = law_text("forms.toml").replace(', category = "unable"', "", 1)
    (tmp_path / "forms.toml").write_text(text, "utf-8")
    with using(LawFiles(tmp_path)), pytest.raises(BadData) as refused:
        forms()
    (fault,) = refused.value.faults
    assert (fault["problem"], str(fault["field"]).split(".")[-1]) == ("missing", "category")
    assert 'key = "unable_not_held"' in text.splitlines()[int(str(fault["line"])) - 1]


def test_a_row_is_counted_by_what_the_data_say_of_it_and_not_by_its_name(tmp_path):
    row = '    { key = "stale", label = "4.过时", path = ["三、本年度办理结果", "（六）其他处理"], kind = "result", category = "other" },\n'
    before, after = law_text("forms.toml").rsplit('    { key = "results_total"', 1)
    (tmp_path / "forms.toml").write_text(f'{before}{row}    {{ key = "results_total"{after}', "utf-8")
    with using(LawFiles(tmp_path)):
        assert [form_for(year).row_of("stale") for year in (2020, 2021)] == ["other", "stale"]
        assert category_of("stale") == "other"
    assert category_of("stale") is None
