"""The reply and its service."""

from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, MAIL_2017, SUBMIT, due, folded, history

from disclosure.states.errors import BadData, DisclosureError
from disclosure.states.procedure.advance import advance
from disclosure.states.procedure.history import Event


@pytest.mark.parametrize(("on", "ending"), [("2017-07-10", "met"), ("2017-07-11", "missed")])
def test_a_mail_of_a_sunday_in_2017_is_answered_in_time_on_the_fifteenth_working_day(on, ending):
    case = folded(history(*MAIL_2017, (on, "reply", {"outcome": "granted", "delivery": "post"}), channel="online"))
    assert (due(case), case.last_period("reply").ending) == ("2017-07-10", ending)


@pytest.mark.parametrize("on", ["2090-01-01", "9999-12-31"])
def test_terms_of_a_remedy_that_no_calendar_reaches_are_refused(on):
    reply = ("2024-03-06", "reply", {"outcome": "granted", "delivery": "post"})
    with pytest.raises(DisclosureError) as refused:
        folded(history(SUBMIT, ACCEPT, reply, (on, "serve", {})))
    assert refused.value.code == "calendar_unknown"


@pytest.mark.parametrize(
    ("answer", "part", "problem"),
    [
        ("O02", {"answer": "O04"}, "withheld_under_other_answer"),
        ("O12", {"outcome": "denied_process"}, "withheld_under_other_answer"),
        ("O02", {"answer": "O03"}, "withheld_under_other_answer"),
        ("O02", {"answer": "保密"}, "not_one_of"),
        ("O03", {"answer": "O04"}, None),
        ("O04", {"answer": "国家秘密"}, None),
        ("O02", {"answer": "O12"}, None),
    ],
)
def test_a_part_is_withheld_only_under_an_answer_that_withholds(answer, part, problem):
    data = {"answer": answer, "delivery": "post", "items": [{"part": "第一项", "answer": "O02"}, part]}
    reply = Event(3, "reply", date(2024, 3, 6), data=data, live=True)
    case = folded(history(SUBMIT, ACCEPT))
    if problem is None:
        assert advance(case, reply, LAW).case.answer == answer
        return
    with pytest.raises(BadData) as refused:
        advance(case, reply, LAW)
    (fault,) = refused.value.faults
    assert (fault["field"], fault["problem"]) == (f"items.1.{next(iter(part))}", problem)
    assert folded([*history(SUBMIT, ACCEPT), reply]).answer == answer, "what is on record stays readable"
