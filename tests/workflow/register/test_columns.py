"""The register's columns and choices as its file tells them."""

import pytest
from pydantic import ValidationError

from disclosure.workflow.register.columns import (
    Column,
    Kind,
    choices,
    columns,
    find_column,
    is_own_header,
    plain,
    plain_header,
)


def test_every_column_of_choices_has_its_list_and_no_other_has_one() -> None:
    for column in columns().values():
        assert (column.kind is Kind.CHOICE) == (column.choice is not None), column.key
        assert column.choice is None or column.choice in choices()


def test_a_word_that_the_file_may_not_hold_is_refused() -> None:
    told = columns()["case"].model_dump()
    assert Column.model_validate(told) == columns()["case"]
    with pytest.raises(ValidationError):
        Column.model_validate(told | {"requird": True})


@pytest.mark.parametrize("header", ["答复日期", "答复时间", "＊答复日期（必填）", "12. 答复日期：", "答 复\n日期"])
def test_a_header_is_known_without_marks_numbers_and_space(header: str) -> None:
    assert find_column(header) is columns()["ended_on"]


def test_a_header_under_another_group_is_another_column() -> None:
    assert find_column("答复日期", "复议") is columns()["review_answered_on"]


def test_an_alias_is_not_the_templates_own_header() -> None:
    column = columns()["ended_on"]
    assert is_own_header(column.header, column)
    assert not is_own_header(next(name for name in column.aliases if "时间" not in name), column)


def test_entries_and_headers_are_compared_plainly() -> None:
    assert plain(" （一） 予以公开。") == plain("1.予以公开") == "予以公开"
    assert plain_header("收到时间（必填）") == "收到日期"


def test_a_choice_offers_the_names_nearest_to_what_was_typed() -> None:
    outcomes = choices()["outcome"]
    assert outcomes.find("予以公开") == "granted"
    assert outcomes.find("随便什么") is None
    assert any("国家秘密" in name for name in outcomes.nearest("国家秘密"))
