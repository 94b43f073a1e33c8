"""The register's columns and choices as its file tells them."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from pydantic import ValidationError

from disclosure.states.procedure.catalogue import Field
from disclosure.states.procedure.description import choices_of, field_of
from disclosure.states.procedure.fields import Choice
from disclosure.states.procedure.letters import PAPERS
from disclosure.workflow.register import columns as register_columns
from disclosure.workflow.register.columns import (
    Column,
    ColumnKind,
    choices,
    columns,
    find_column,
    is_own_header,
    papers,
    plain,
    plain_header,
)
from disclosure.workflow.register.template import template_book

TOLD = tomllib.loads(resources.files("disclosure.workflow.register").joinpath("columns.toml").read_text("utf-8"))[
    "column"
]


def test_every_column_of_choices_has_its_list_and_no_other_has_one() -> None:
    assert {column.key for column in columns().values() if column.kind is ColumnKind.CHOICE} == choices().keys()
    assert all(choice.names for choice in choices().values())
    data = register_columns._data()
    lists = (data.choice, data.choice_own, data.choice_shown, data.choice_groups)
    assert {name for told in lists for name in told} <= choices().keys()


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


def test_every_paper_has_the_day_on_which_it_left_and_then_that_on_which_it_arrived() -> None:
    told = {of: [(column.sent, column.received) for column in pair] for of, pair in papers().items()}
    assert told == {of: [(of, None), (None, of)] for of in told}
    assert told.keys() == set(PAPERS) - {"confirmation", "discontinuation"}
    for pair in papers().values():
        assert len({columns()[column.after] for column in pair}) == 1


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
CHOSEN = {column.key: column.field for column in columns().values() if column.choice and column.field}


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
    column = columns()["information"]
    declare(str(column.field), lambda found: replace(found, title="全新的名称"))
    return column, "全新的名称"


def test_a_label_that_a_move_declares_anew_is_the_header_of_the_template(renamed: tuple[Column, str]) -> None:
    column, title = renamed
    assert columns()[column.key].header == title != column.header
    assert find_column(title) is columns()[column.key]
    heads = [str(cell.value) for cell in template_book()["台账"][1]]
    assert any(head.startswith(title) for head in heads)
    assert not any(head.startswith(column.header) for head in heads)


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told["key"])
def test_the_file_repeats_nothing_that_a_move_declares(told: dict[str, object]) -> None:
    """Neither the header, the kind and the help of a column nor that it must be filled."""
    bare = {name: told[name] for name in ("key", "field", "day", "group", "aliases") if name in told}
    if bare.keys() & {"field", "day"}:
        declared = Column.model_validate(bare).model_dump()
        assert {name for name in ("header", "kind", "help", "required") if told.get(name) == declared[name]} == set()


def test_every_move_and_every_field_has_one_column_at_most() -> None:
    places = [told[name] for told in TOLD for name in ("field", "day") if name in told]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("name", sorted(CHOSEN))
def test_every_value_that_a_move_declares_has_its_words_in_the_register(name: str) -> None:
    data = register_columns._data()
    move, key = CHOSEN[name].split()
    found = {value: choices()[name].find(label) for value, label in choices_of(move, key).items()}
    assert {value: value for value in found} == found
    assert set(choices()[name].names) == found.keys() | data.choice_own.get(name, frozenset())


def test_a_column_of_a_moves_choice_offers_a_list() -> None:
    for column in columns().values():
        if column.field and choices_of(*column.field.split()):
            assert column.choice == column.key


def _with_an_app(found: Field) -> Field:
    assert found.choice is not None
    return replace(found, choice=Choice(**found.choice.words, app=("手机应用", "小程序")))


@pytest.mark.parametrize("name", sorted(CHOSEN))
def test_a_value_that_a_move_declares_anew_is_permitted_and_offered(
    name: str, declare: Callable[[str, Callable[[Field], Field]], None]
) -> None:
    declare(CHOSEN[name], _with_an_app)
    assert choices()[name].find("手机应用") == choices()[name].find("小程序") == "app"
    offered = {cell for row in template_book()["选项"].iter_rows(values_only=True) for cell in row}
    assert "手机应用" in offered


def test_a_value_that_a_move_declares_no_more_is_refused_with_its_name(
    declare: Callable[[str, Callable[[Field], Field]], None],
) -> None:
    declare("submit channel", lambda found: replace(found, choice=Choice(oral="口头")))
    with pytest.raises(ValueError, match=r"channel: submit channel declares no .*'fax'"):
        choices()


ASKING = """
from typing import Annotated

from disclosure.states.procedure.case import State
from disclosure.states.procedure.declaration import Move, ProcedureStep, stay
from disclosure.states.procedure.fields import Label, MoveData, Text

STEP = ProcedureStep("试验", 69)


class Data(MoveData):
    place: Annotated[Text, Label("地点", "office", column="地点")]
    more: Annotated[dict[str, object] | None, Label("其他", "office", column="其他")] = None


GOOD = dict(description="一步。", article="reply", arrows=stay([State.RECEIVED]), data=Data)
"""
READING = """
import json, sys

from disclosure.states.procedure import moves as package

package.__path__.append(sys.argv[1])

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData
from disclosure.workflow.register.columns import columns

try:
    print(json.dumps(sorted(columns())))
except BadData as error:
    print(json.dumps([[item["field"], item["problem"]] for item in error.faults] + [describe(error)]))
"""


def read_with(folder: Path, declaration: str) -> list[str | list[str]]:
    """The keys of the register's columns with a file of moves more, or the faults of these and their sentence."""
    (folder / "asking.py").write_text(ASKING + declaration, "utf-8")
    run = [sys.executable, "-c", READING, str(folder)]
    done = subprocess.run(run, capture_output=True, text=True, encoding="utf-8", check=True)  # noqa: S603 - this interpreter
    found: list[str | list[str]] = json.loads(done.stdout)
    return found


def test_a_column_that_cannot_be_had_is_told_with_all_others(tmp_path: Path) -> None:
    alone = 'alone = Move(name="alone", title="甲", **GOOD)\n'
    taken = 'taken = Move(name="taken", title="乙", column="答复日期", **(GOOD | {"data": MoveData}))\n'
    *faults, told = read_with(tmp_path, alone + taken)
    assert faults == [
        ["asking.py alone.place.column", "column_without_day"],
        ["asking.py alone.more.column", "column_of_object"],
        ["asking.py alone.more.column", "column_without_day"],
        ["asking.py taken.column", "column_taken"],
    ]
    assert "台账里已经有名为“答复日期”的列" in told


def test_what_a_declaration_does_not_ask_for_has_no_column(tmp_path: Path) -> None:
    plain = 'alone = Move(name="alone", title="甲", **(GOOD | {"data": MoveData}))\n'
    assert read_with(tmp_path, plain) == sorted(columns())
