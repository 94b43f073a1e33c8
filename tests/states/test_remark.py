"""Remarks: a code and facts that JSON holds."""

from datetime import date

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, MoveRefused, SetupError
from disclosure.states.procedure.declaration import Unmet
from disclosure.states.remark import Remark

UNMET = Unmet("reply_late", "条例第三十三条", {"due_on": date(2024, 3, 29)}, hard=False)


def again(remark: Remark) -> Remark:
    """The remark after it was stored and read back."""
    return Remark.model_validate_json(remark.model_dump_json())


def test_a_condition_is_the_same_remark_after_it_was_stored():
    remark = Remark.of(UNMET, 3)
    assert (remark.code, remark.fields, remark.step) == ("reply_late", {"due_on": "2024-03-29"}, 3)
    assert again(remark) == remark
    assert describe(again(remark)).startswith("第3步：") and "2024-03-29" in describe(again(remark))


def test_an_error_that_is_told_of_has_the_sentence_of_the_error():
    for error in (
        MoveRefused("move_not_allowed", move="accept", state="closed", allowed=("received", "submitted")),
        BadData({"field": "a", "problem": "missing"}, {"field": "b", "problem": "missing"}),
        SetupError("file_missing", path="x.toml"),
    ):
        assert describe(again(Remark.of_error(error))) == describe(error)


def test_a_fact_may_be_a_remark_itself():
    why = Remark(code="check_file_too_big", fields={"limit": 20})
    error = SetupError("unreadable_report", path="x", reason=why.model_dump())
    assert describe(error) == f"无法读取报告 x：{describe(why)}"


def test_the_words_of_others_are_told_as_they_are():
    assert describe(again(Remark.quote("visit_gone", "少了{一}条"))) == "少了{一}条"


def test_a_fact_that_no_output_holds_is_written_as_its_code():
    remark = Remark.of_error(MoveRefused("unknown_move", move="sub\ud800mit"))
    assert again(remark).fields == {"move": remark.fields["move"]} and "\ud800" not in str(remark.fields["move"])
