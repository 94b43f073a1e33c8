"""Chinese words on the command line."""

import pytest

from disclosure.states.procedure.catalogue import moves
from disclosure.workflow.cli.words import help_of, typed_move


@pytest.mark.parametrize(("verb", "told"), [("add_signer", "加签"), ("read", "阅：标记已经看过")])
def test_a_verb_is_its_title_and_what_the_declaration_adds(verb: str, told: str) -> None:
    assert help_of(verb) == told


def test_a_move_may_be_typed_by_its_chinese_name() -> None:
    assert {typed_move(move.title) for move in moves().values()} == set(moves())
    assert typed_move("没有这一步") == "没有这一步"


@pytest.mark.parametrize(
    ("word", "fields", "move"),
    [
        ("退回", ["文书", "退回的原因"], "fail_service"),
        ("退回", ["of", "reason"], "fail_service"),
        ("退回", ["reason"], "send_back"),
        ("退回", ["理由"], "send_back"),
        ("签收", [], "serve"),
    ],
)
def test_a_word_that_two_moves_have_means_the_one_with_the_fields_that_were_typed(word, fields, move) -> None:
    assert typed_move(word, fields) == move
