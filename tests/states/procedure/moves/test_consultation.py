"""Consultation: whose silence means what, and which days are left out."""

from datetime import date

import pytest
from histories import histories
from hypothesis import given
from lives import ACCEPT, MAIL_2017, SUBMIT, codes, consult, due, extend, folded, history, opened

from disclosure.states.errors import BadData
from disclosure.states.procedure.history import Event


@pytest.mark.parametrize(("on", "codes_"), [("2024-03-25", ["period_running"]), ("2024-03-26", [])])
def test_silence_of_a_third_party_counts_only_after_its_last_day(on, codes_):
    case = opened(ACCEPT, ("2024-03-04", "consult", {"id": "c", "with": "third_party", "name": "某公司"}))
    assert codes(case, "lapse_consultation", on) == codes_


@given(histories())
def test_a_consultation_sent_and_cancelled_on_one_day_changes_no_day_and_no_state(events):
    case = folded(events)
    if case.state not in ("accepted", "extended"):
        return
    on = events[-1].on
    sent = Event(90, "consult", on, data={"id": "z", "with": "third_party", "name": "某方"})
    called_off = Event(91, "cancel_consultation", on, data={"id": "z", "reason": "误发"})
    after = folded([*events, sent, called_off])
    assert (after.state, after.last_period("reply").due_on) == (case.state, case.last_period("reply").due_on)


def test_the_old_regulations_left_out_a_third_party_s_time_only_and_granted_fifteen_days():
    opinion = ("2017-06-28", "opinion", {"id": "c", "opinion": "agrees"})
    assert (
        due(folded(history(*MAIL_2017, consult("2017-06-21", "third_party"), opinion, channel="online")))
        == "2017-07-17"
    )
    assert (
        due(folded(history(*MAIL_2017, consult("2017-06-21", "co_author"), opinion, channel="online"))) == "2017-07-10"
    )
    assert due(folded(history(*MAIL_2017, extend("2017-06-21", 15), channel="online"))) == "2017-07-31"
    with pytest.raises(BadData) as refused:
        folded(history(*MAIL_2017, extend("2017-06-21", 16), channel="online"))
    assert refused.value.faults[0]["cap"] == 15


@pytest.mark.parametrize("later", ["2024-03-26", "2024-06-03"])
def test_an_opinion_after_its_last_day_gives_the_agency_no_more_time(later):
    silent = folded(history(SUBMIT, ACCEPT, consult("2024-03-04", "third_party")))
    late = folded(
        history(
            SUBMIT, ACCEPT, consult("2024-03-04", "third_party"), (later, "opinion", {"id": "c", "opinion": "agrees"})
        )
    )
    assert silent.last_period("consultation").due_on == date(2024, 3, 25)
    assert due(late) == due(silent) == "2024-04-22"
