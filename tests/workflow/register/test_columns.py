"""The register's columns and choices as its file tells them."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources

import pytest
from pydantic import ValidationError

from disclosure.states.procedure.catalogue import Field
from disclosure.workflow.register import columns as register_columns
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
from disclosure.workflow.register.template import template_book


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


@pytest.fixture
def renamed(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Column, str]]:
    """A column of a move's field, and another label and other words that the move declares for it."""
    column = next(item for item in columns().values() if item.field and item.template and item.kind is Kind.TEXT)
    declared = register_columns.field_of

    def changed(move: str, key: str) -> Field | None:
        found = declared(move, key)
        assert found is not None
        own = f"{move} {key}" == column.field
        return replace(found, title="全新的名称") if own else found

    cached = (register_columns._data, columns, choices, register_columns._headers)
    monkeypatch.setattr(register_columns, "field_of", changed)
    for item in cached:
        item.cache_clear()
    yield column, "全新的名称"
    monkeypatch.undo()
    for item in cached:
        item.cache_clear()


def test_a_label_that_a_move_declares_anew_is_the_header_of_the_template(renamed: tuple[Column, str]) -> None:
    column, title = renamed
    assert columns()[column.key].header == title != column.header
    assert find_column(title) is columns()[column.key]
    heads = [str(cell.value) for cell in template_book()["台账"][1]]
    assert any(head.startswith(title) for head in heads)
    assert not any(head.startswith(column.header) for head in heads)


def test_the_file_gives_a_header_only_where_it_is_not_the_label_that_the_move_declares() -> None:
    text = resources.files("disclosure.workflow.register").joinpath("columns.toml").read_text("utf-8")
    for told in tomllib.loads(text)["column"]:
        field = register_columns.field_of(*told["field"].split()) if "field" in told else None
        assert field is not None or "field" not in told, told["key"]
        assert ("header" in told) or field is not None, told["key"]
        assert field is None or told.get("header") != field.title, told["key"]
