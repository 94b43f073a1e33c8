"""The register's columns and choices as its file tells them."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import resources

import pytest
from pydantic import ValidationError

from disclosure.states.procedure.catalogue import Field
from disclosure.states.procedure.description import choices_of, field_of
from disclosure.states.procedure.fields import Choice
from disclosure.workflow.register import columns as register_columns
from disclosure.workflow.register.columns import (
    Column,
    ColumnKind,
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
        assert (column.kind is ColumnKind.CHOICE) == (column.choice is not None), column.key
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


CACHED = (register_columns._data, columns, choices, register_columns._headers)


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Callable[[Field], Field]], None]]:
    """Lets a move declare one of its fields otherwise, for the register to read anew."""

    def change(place: str, otherwise: Callable[[Field], Field]) -> None:
        def changed(move: str, key: str) -> Field | None:
            found = field_of(move, key)
            return otherwise(found) if found is not None and f"{move} {key}" == place else found

        monkeypatch.setattr(register_columns, "field_of", changed)
        for item in CACHED:
            item.cache_clear()

    yield change
    monkeypatch.undo()
    for item in CACHED:
        item.cache_clear()


@pytest.fixture
def renamed(declare: Callable[[str, Callable[[Field], Field]], None]) -> tuple[Column, str]:
    """A column of a move's field, and another label that the move declares for it."""
    column = next(item for item in columns().values() if item.field and item.template and item.kind is ColumnKind.TEXT)
    declare(str(column.field), lambda found: replace(found, title="全新的名称"))
    return column, "全新的名称"


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


@pytest.mark.parametrize("name", sorted(register_columns._data().choice_of))
def test_every_value_that_a_move_declares_has_its_words_in_the_register(name: str) -> None:
    data = register_columns._data()
    move, key = data.choice_of[name].split()
    found = {value: choices()[name].find(label) for value, label in choices_of(move, key).items()}
    assert {value: value for value in found} == found
    assert set(choices()[name].names) == found.keys() | data.choice_own.get(name, frozenset())


def test_a_column_of_a_moves_choice_has_the_list_of_that_choice() -> None:
    for column in columns().values():
        if column.field and choices_of(*column.field.split()):
            assert register_columns._data().choice_of[column.choice or ""] == column.field, column.key


def _with_an_app(found: Field) -> Field:
    assert found.choice is not None
    return replace(found, choice=Choice(**found.choice.words, app=("手机应用", "小程序")))


@pytest.mark.parametrize("name", sorted(register_columns._data().choice_of))
def test_a_value_that_a_move_declares_anew_is_permitted_and_offered(
    name: str, declare: Callable[[str, Callable[[Field], Field]], None]
) -> None:
    declare(register_columns._data().choice_of[name], _with_an_app)
    assert choices()[name].find("手机应用") == choices()[name].find("小程序") == "app"
    offered = {cell for row in template_book()["选项"].iter_rows(values_only=True) for cell in row}
    assert "手机应用" in offered


def test_a_value_that_a_move_declares_no_more_is_refused_with_its_name(
    declare: Callable[[str, Callable[[Field], Field]], None],
) -> None:
    declare("submit channel", lambda found: replace(found, choice=Choice(oral="口头")))
    with pytest.raises(ValueError, match=r"channel: submit channel declares no .*'fax'"):
        choices()
