"""Chinese words on the command line."""

from disclosure.states.procedure.catalogue import moves
from disclosure.workflow.cli.words import typed_data, typed_move


def test_a_move_may_be_typed_by_its_chinese_name() -> None:
    assert {typed_move(move.title) for move in moves().values()} == set(moves())
    assert typed_move("没有这一步") == "没有这一步"


def test_fields_and_choices_may_be_typed_in_chinese() -> None:
    assert typed_data("submit", {"channel": "当面"})["channel"] == "in_person"
    assert typed_data("no_such_move", {"channel": "当面"}) == {"channel": "当面"}
