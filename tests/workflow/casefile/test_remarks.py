"""What somebody should know about a case."""

from datetime import date

from disclosure.notifications.messages.sentences import describe
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.periods import Law
from disclosure.workflow.casefile.remarks import all_periods, remarks, route_of

LAW = Law.standard()
ON = date(2024, 3, 1)
SUBMIT = {"channel": "in_person", "applicant": {"kind": "natural_person"}, "information": "文件"}


def told(*steps, on):
    events = [Event(seq, move, day, data=data) for seq, (move, day, data) in enumerate(steps, 1)]
    case, _ = fold("A-1", events, LAW)
    return case, [describe(item) for item in remarks(case, events, LAW, on)]


def test_nothing_is_remarked_of_a_case_in_order():
    assert told(("submit", ON, SUBMIT), ("accept", ON, {}), on=ON)[1] == []


def test_a_late_notice_to_correct_tells_the_day_without_a_restart():
    late = date(2024, 3, 20)
    asked = ("request_correction", late, {"items": ["写明文号"], "due_on": "2024-03-29"})
    _, found = told(("submit", ON, SUBMIT), asked, ("correct", date(2024, 3, 25), {}), on=date(2024, 3, 25))
    assert any("不重新起算" in text and "2024-03-29" in text for text in found)


def test_a_suit_after_a_review_registered_as_direct_is_told():
    replied = ("reply", date(2024, 3, 20), {"answer": "O01", "delivery": "in_person"})
    review = ("file_review", date(2024, 3, 25), {"id": "r"})
    decided = ("decide_review", date(2024, 4, 20), {"id": "r", "result": "upheld"})
    suit = ("file_suit", date(2024, 4, 25), {"id": "s"})
    _, found = told(("submit", ON, SUBMIT), ("accept", ON, {}), replied, review, decided, suit, on=date(2024, 4, 25))
    assert any("“s”" in text and "复议决定之后" in text for text in found)


def test_silence_opens_a_route_and_its_periods():
    case, _ = told(("submit", ON, SUBMIT), ("accept", ON, {}), on=ON)
    after = date(2024, 6, 3)
    assert route_of(case, ON, LAW) == (None, None)
    assert route_of(case, after, LAW)[0] is not None
    assert "review_application" in {item.rule for item in all_periods(case, after, LAW)}


def test_an_answer_that_is_not_known_is_remarked_with_what_to_do():
    replied = {"outcome": "granted", "delivery": "in_person"}
    on = date(2024, 3, 20)
    _, found = told(("submit", ON, SUBMIT), ("reply", on, replied), on=on)
    assert [text for text in found if "答复种类" in text and "更正" in text]
    _, known = told(("submit", ON, SUBMIT), ("reply", on, replied | {"answer": "O02"}), on=on)
    assert not [text for text in known if "answer" in text]
