"""Moves and verbs as data: the declarations themselves."""

import pytest
from web import Web, code

from disclosure.states.procedure.description import describe_moves
from disclosure.workflow.approvals.catalogue import VERBS


def test_moves_are_those_of_the_declarations_with_the_law_of_the_day(web: Web) -> None:
    found = web.get("moves").json["items"]
    assert found == describe_moves(web.office.clock.now().date())
    assert web.get("moves/extend").json in found


@pytest.mark.parametrize("name", ["nothing", "受理"])
def test_a_move_that_is_none_is_not_there(web: Web, name: str) -> None:
    assert code(web.get(f"moves/{name}")) == (404, "not_found")


def test_verbs_tell_their_rule_and_what_they_take(web: Web) -> None:
    found = {item["verb"]: item for item in web.get("verbs").json["items"]}
    assert found.keys() == VERBS.keys()
    assert found["transfer"]["data"]["required"] == ["opinion", "to"]
