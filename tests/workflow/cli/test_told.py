"""Results leave by the command line with a sentence beside each code."""

from datetime import date

from pydantic import BaseModel

from disclosure.states.remark import Remark
from disclosure.workflow.cli.told import coded, document, sentence, sentences, told

REMARK = Remark(code="retention_not_set")
OTHER = Remark(code="not_archived", fields={"case": "A-1", "state": "received"})


def test_a_remark_has_its_code_and_its_sentence():
    assert told(REMARK) == {"code": "retention_not_set", "message": sentence(REMARK)}
    assert sentence(REMARK) not in ("", "retention_not_set")


def test_where_there_is_no_remark_both_are_none():
    assert told(None) == {"code": None, "message": None}


def test_several_remarks_keep_their_order():
    assert sentences([OTHER, REMARK]) == [sentence(OTHER), sentence(REMARK)]
    assert [item["code"] for item in coded([OTHER, REMARK])] == ["not_archived", "retention_not_set"]


class Found(BaseModel):
    """A result with a day and a remark."""

    on: date
    hidden: str
    why: Remark


def test_a_result_is_json_without_what_is_left_out_and_with_what_is_given_in_words():
    found = Found(on=date(2024, 3, 1), hidden="x", why=REMARK)
    assert document(found, "hidden", why="说明") == {"on": "2024-03-01", "why": "说明"}
