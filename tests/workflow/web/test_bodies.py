"""What several operations take."""

import pytest
from werkzeug.exceptions import NotFound

from disclosure.workflow.web.bodies import one_of_moves, whole_number
from disclosure.workflow.web.resources.cases import MoveBody, Submission


@pytest.mark.parametrize("text", ["0", "-1", "1.0", "x", "", "01", "１", "1" * 10])
def test_what_is_no_number_of_anything_is_not_there(text: str) -> None:
    with pytest.raises(NotFound):
        whole_number(text)


def test_a_number_is_read() -> None:
    assert whole_number("2024") == 2024


def test_of_several_moves_each_has_its_own_data() -> None:
    found = one_of_moves(MoveBody, ["accept", "withdraw"])["oneOf"]
    assert [item["properties"]["move"]["const"] for item in found] == ["accept", "withdraw"]
    assert ["data" in item["required"] for item in found] == [False, True]


def test_the_only_move_of_an_operation_needs_no_name() -> None:
    found = one_of_moves(Submission, ["submit"])
    assert found["properties"]["data"] == {"$ref": "#/components/schemas/MoveData.submit"}
    assert "move" not in found["properties"]
