"""Where a case stands with its papers, and since when a receipt is awaited."""

from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, folded, history

from disclosure.states.procedure.history import Event
from disclosure.states.procedure.stages import AT_ONCE, asked_after_since

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
