"""Where a case stands with its papers, and since when a receipt is awaited."""

from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, folded, history

from disclosure.states.procedure.history import Event
from disclosure.states.procedure.stages import AT_ONCE, Turn, asked_after_since, ways_on

DECIDE = ("2024-03-06", "decide", {"answer": "O02", "delivery": "post"})
BY_HAND = ("2024-03-06", "decide", {"answer": "O02", "delivery": "in_person"})
SENT = ("2024-03-06", "dispatch", {"of": "reply", "method": "post"})
BACK = ("2024-03-12", "fail_service", {"of": "reply", "reason": "absent"})
SERVED = ("2024-03-13", "serve", {"of": "reply"})


def lived(*moves):
    """A case of live work."""
    told = [Event(n, item.move, item.on, data=item.data, live=True) for n, item in enumerate(history(*moves), 1)]
    return folded(told)


def test_a_decided_reply_waits_for_its_paper_and_then_for_the_post_or_the_applicant():
    posted, by_hand = lived(SUBMIT, ACCEPT, DECIDE), lived(SUBMIT, ACCEPT, BY_HAND)
    assert {posted.stage(), by_hand.stage()} == {"to_issue"}
    assert (posted.stage(issued=True), by_hand.stage(issued=True)) == ("to_dispatch", "awaiting_receipt")
    assert posted.stage(approving=True) == "to_issue"


def test_what_left_without_an_issued_paper_has_left():
    courier = ("2024-03-06", "dispatch", {"of": "reply", "method": "post", "carrier": "other"})
    case = lived(SUBMIT, ACCEPT, DECIDE, courier)
    assert (case.state, case.stage()) == ("decided", "awaiting_receipt")


@pytest.mark.parametrize(
    ("more", "found", "since"),
    [
        ((SENT,), "awaiting_receipt", date(2024, 3, 6)),
        ((SENT, BACK), "returned", AT_ONCE),
        ((SENT, SERVED), None, None),
        ((SENT, BACK, SERVED), None, None),
        ((SENT, BACK, ("2024-03-13", "close", {})), None, None),
    ],
)
def test_a_reply_that_went_out_is_awaited_until_it_is_received(more, found, since):
    case = lived(SUBMIT, ACCEPT, DECIDE, *more)
    assert (case.stage(), case.awaits_since(case.by_papers())) == (found, since)


ASK = ("2024-03-05", "request_correction", {"items": ["某处"], "due_on": "2024-03-15"})
ASK_LETTER = ("2024-03-05", "consult", {"id": "c", "with": "third_party", "name": "某公司"})
LETTER = {"of": "consultation", "id": "c"}


@pytest.mark.parametrize(
    ("moves", "acts_on"),
    [
        ((ASK,), AT_ONCE),
        ((ASK, ("2024-03-05", "dispatch", {"of": "correction", "method": "post"})), date(2024, 3, 16)),
        ((ASK, ("2024-03-15", "serve", {"of": "correction"})), date(2024, 3, 16)),
        ((ASK, ("2024-03-16", "serve", {"of": "correction"})), AT_ONCE),
        ((ASK, ("2024-03-15", "serve", {"of": "correction"}), ("2024-03-18", "correct", {})), None),
        ((ASK_LETTER,), AT_ONCE),
        ((ASK_LETTER, ("2024-03-05", "dispatch", LETTER | {"method": "post"})), None),
        ((ASK_LETTER, ("2024-03-06", "serve", LETTER)), date(2024, 3, 28)),
    ],
)
def test_it_is_for_the_house_to_act_while_its_paper_waits_and_once_the_term_of_others_is_over(moves, acts_on):
    case = lived(SUBMIT, ACCEPT, *moves)
    assert case.acts_on(case.by_papers()) == acts_on


def test_a_receipt_is_for_the_house_to_confirm():
    by_mail = Event(1, "submit", date(2024, 3, 1), data=APPLIED, live=True)
    assert folded([by_mail]).acts_on(None) == AT_ONCE
    assert lived(SUBMIT).acts_on(None) is None


APPLIED = {"channel": "ordinary_mail", "applicant": {"kind": "org_other"}, "information": "x"}
WAITING = Turn("awaiting_correction", "awaiting_receipt", date(2024, 3, 5), None, to_confirm=False)
DAY = date(2024, 3, 20)


@pytest.mark.parametrize(
    ("turn", "to_do", "ways"),
    [
        (WAITING, (), ()),
        (WAITING._replace(awaits_since=date(2024, 3, 4)), ("unanswered",), ("serve", "fail_service")),
        (WAITING._replace(acts_on=DAY), ("term_over",), ("abandon",)),
        (WAITING._replace(acts_on=DAY, state="consulting"), ("term_over",), ("lapse_consultation",)),
        (WAITING._replace(acts_on=date(2024, 3, 21)), (), ()),
        (WAITING._replace(acts_on=AT_ONCE), ("came_too_late",), ("renew_term",)),
        (WAITING._replace(acts_on=AT_ONCE, stage="to_dispatch"), ("to_dispatch",), ("dispatch",)),
        (WAITING._replace(acts_on=AT_ONCE, to_confirm=True), ("to_confirm",), ("lift_breach",)),
    ],
)
def test_what_is_to_be_done_is_told_with_what_leads_on(turn, to_do, ways):
    assert turn.to_do(DAY, date(2024, 3, 4)) == to_do
    assert ways_on(to_do, turn.state) == ways


def test_a_record_of_the_past_lacks_no_receipt():
    case = folded(history(SUBMIT, ACCEPT, ("2024-03-06", "reply", {"outcome": "granted", "delivery": "post"}), SENT))
    assert (case.stage(), case.awaits_since(case.by_papers())) == (None, None)


def test_an_open_sheet_tells_only_where_no_paper_waits_in_the_house():
    asked = ("2024-03-05", "request_correction", {"items": ["某处"], "days": 10})
    assert lived(SUBMIT, ACCEPT).stage(approving=True) == "approving"
    assert lived(SUBMIT, ACCEPT, asked).stage(approving=True) == "to_dispatch"


@pytest.mark.parametrize(
    ("on", "since"), [(date(2024, 4, 3), date(2024, 3, 19)), (date(2024, 4, 4), date(2024, 3, 20))]
)
def test_a_letter_is_asked_after_from_the_day_after_its_working_days(on, since):
    assert asked_after_since(on, 10, LAW.calendar) == since
