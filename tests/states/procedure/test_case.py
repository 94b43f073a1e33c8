"""A case as plain values: written and read, its law chosen by its day, its parts found by their ids."""

from datetime import date, datetime, timedelta, timezone

import pytest

from disclosure.states.procedure.case import (
    FINISHED,
    Case,
    Charge,
    Consultation,
    Period,
    Remedy,
    Span,
    State,
    as_json,
    dump,
    load,
)

ON = date(2024, 3, 1)


def period(rule: str, ref: str = "") -> Period:
    return Period(rule, rule, ON, ON, ON, 5, ref=ref)


def test_an_empty_case_and_a_full_one_survive_being_written_and_read():
    assert load(dump(Case("一件"))) == Case("一件")
    moment = datetime(2024, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    full = Case("甲", state="accepted", submitted_on=ON, last_on=ON, last_at=moment)
    full.charges.append(Charge(3, "items", 1, 30, "200.00"))
    full.periods = [
        Period(
            "reply", "reply", ON, ON, ON, 20, 5, None, [Span(ON, None, "payment"), Span(ON, ON, "excluded_time", "c")]
        )
    ]
    full.consultations = [Consultation("c", "third_party", ON, ON, ON, "agrees")]
    full.remedies = [Remedy("r", "suit", "filed", ON, after_review=True)]
    assert load(dump(full)) == full


def test_what_stands_at_its_default_is_not_written():
    assert dump(Case("一件")) == '{"case":"一件"}'


def test_a_snapshot_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="case"):
        load('{"state": "accepted"}')


def test_the_receipt_chooses_the_law_and_until_then_the_submission():
    assert Case("x", submitted_on=date(2019, 5, 14), received_on=date(2019, 5, 15)).law_on == date(2019, 5, 15)
    assert Case("x", submitted_on=date(2019, 5, 14)).law_on == date(2019, 5, 14)


def test_the_latest_period_of_a_rule_is_found_by_its_consultation_or_remedy():
    case = Case(
        "x", periods=[period("consultation", "a"), period("reply"), period("consultation", "b"), period("reply")]
    )
    assert case.last_period("reply") is case.periods[3]
    assert case.last_period("consultation") is case.periods[2]
    assert case.last_period("consultation", "a") is case.periods[0]
    assert case.last_period("consultation", "z") is None
    assert case.last_period("payment") is None


def test_a_review_and_a_suit_may_bear_the_same_id():
    case = Case("x", remedies=[Remedy("1", "review", "filed", ON), Remedy("1", "suit", "filed", ON)])
    assert case.remedy("1", "suit") is case.remedies[1]
    assert case.remedy("2", "suit") is None


def test_a_consultation_is_open_until_it_has_ended():
    case = Case("x", consultations=[Consultation("a", "third_party", ON, ON)])
    assert case.has_open_consultation()
    case.consultation("a").ended_on = ON
    assert not case.has_open_consultation()
    assert case.consultation("b") is None


def test_two_cases_share_nothing():
    first, second = Case("a"), Case("b")
    first.periods.append(period("reply"))
    assert second.periods == []


def test_a_request_is_finished_when_it_has_its_result():
    assert set(FINISHED) == {State.REPLIED, State.DISCONTINUED, State.CLOSED, State.ANNULLED}


def test_dates_are_written_as_iso():
    assert (as_json(ON), as_json(None), as_json(5)) == ("2024-03-01", None, 5)
