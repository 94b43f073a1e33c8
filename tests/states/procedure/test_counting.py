"""Where a case stands in the annual report: once, by its first result, and each column balances."""

from datetime import date
from itertools import pairwise

import pytest
from histories import APPLICANT_KINDS, LAW, histories
from hypothesis import given
from hypothesis import strategies as st

from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.case import Remedy, RemedyStep
from disclosure.states.procedure.counting import (
    OPEN,
    Counted,
    counted,
    counted_as,
    counted_remedies,
    remedy_group,
    remedy_places,
)
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.periods import Law
from disclosure.states.rules.outcomes import outcome_rows
from disclosure.states.rules.remedies import section4_column
from disclosure.states.rules.settings import Settings, settings_from

DEFAULT = Settings()


def case(*moves: tuple[str, str, dict], channel: str = "in_person", start: str = "2023-12-01"):
    """A case submitted on a day, and what happened to it then."""
    submit = {"channel": channel, "applicant": {"kind": "org_other"}, "information": "x"}
    events = [Event(1, "submit", date.fromisoformat(start), data=submit)]
    for number, (on, move, data) in enumerate(moves, 2):
        events.append(Event(number, move, date.fromisoformat(on), data=data))
    return fold("一件", events, LAW, strict=True)[0]


GRANTED = {"outcome": "granted", "delivery": "post"}


def test_what_is_not_received_stands_nowhere_and_what_is_open_stands_from_its_receipt():
    assert counted(case(channel="online"), DEFAULT) is None
    assert counted(case(), DEFAULT) == Counted(2023, OPEN, "")
    assert counted(case(("2024-01-02", "confirm", {}), channel="online"), DEFAULT) == Counted(2024, OPEN, "")


@pytest.mark.parametrize(("on", "year"), [("2023-12-31", 2023), ("2024-01-01", 2024)])
def test_the_day_of_the_result_chooses_the_year(on, year):
    assert counted(case((on, "reply", GRANTED)), DEFAULT) == Counted(2023, year, "granted")


def test_a_case_handled_again_keeps_its_first_result():
    found = case(
        ("2023-12-20", "reply", {"outcome": "denied_process", "delivery": "post"}),
        ("2024-02-01", "reopen", {"ordered_by": "复议决定"}),
        ("2024-02-20", "reply", GRANTED),
    )
    assert counted(found, DEFAULT) == Counted(2023, 2023, "denied_process")
    assert found.outcome == "granted"


def test_what_is_withdrawn_before_its_receipt_is_new_and_done_in_the_year_of_its_end():
    found = case(("2024-01-02", "withdraw", {"reason": "不要了"}), channel="online")
    assert counted(found, DEFAULT) == Counted(2024, 2024, "other_misc")


def test_a_withdrawal_counts_by_the_reading_chosen_and_a_discontinuation_always():
    silent = settings_from({"withdrawal": "not_counted"})
    withdrawn = case(("2023-12-05", "withdraw", {"reason": "x"}))
    discontinued = case(("2023-12-05", "discontinue", {"reason": "x"}))
    assert counted(withdrawn, silent) is None
    assert counted(withdrawn, DEFAULT) == counted(discontinued, silent) == Counted(2023, 2023, "other_misc")


@given(st.lists(histories(), min_size=1, max_size=6))
def test_every_column_of_every_year_balances_and_years_join(many):
    cases = [fold("一件", events, LAW)[0] for events in many]
    for kind in APPLICANT_KINDS:
        places = [counted(item, DEFAULT) for item in cases if item.applicant_kind == kind]
        places = [place for place in places if place is not None]
        carried = 0
        for year in range(2018, 2033):
            new = sum(place.received_year == year for place in places)
            done = sum(place.done_year == year for place in places)
            out = sum(place.received_year <= year < place.done_year for place in places)
            assert carried + new == done + out
            carried = out
        assert carried == sum(place.done_year == OPEN for place in places)


@given(histories())
def test_a_result_is_in_a_row_of_the_form_and_never_before_the_receipt(events):
    found = fold("一件", events, LAW)[0]
    place = counted(found, DEFAULT)
    if place is None:
        assert found.state == "annulled" or (found.received_on is None and found.first_on is None)
        return
    assert place.received_year <= place.done_year
    assert place.row in (*outcome_rows(), "")
    assert (place.row == "") == (place.done_year == OPEN) == (found.first_on is None)


@given(histories())
def test_what_comes_after_the_first_result_never_moves_it(events):
    places = [counted(fold("一件", events[:n], LAW)[0], DEFAULT) for n in range(1, len(events) + 1)]
    settled = [place for place in places if place is not None and place.done_year != OPEN]
    assert len(set(settled)) <= 1


def suit(
    *steps: tuple[str, str, str, int], filed: str = "2023-05-01", kind: str = "suit", after_review: bool = False
) -> Remedy:
    found = Remedy("r", kind, "filed", date.fromisoformat(filed), after_review)
    found.steps = [RemedyStep(move, date.fromisoformat(on), result, instance) for move, on, result, instance in steps]
    return found


def places(remedy: Remedy, settings: Settings = DEFAULT) -> list[tuple[str, int, int]]:
    return [(place.column, place.from_year, place.to_year) for place in remedy_places(remedy, settings)]


def test_a_remedy_without_a_result_is_pending_from_the_year_of_its_filing():
    assert places(suit()) == [("suit_direct_pending", 2023, OPEN)]
    assert places(suit(after_review=True)) == [("suit_after_review_pending", 2023, OPEN)]
    assert places(suit(kind="review")) == [("review_pending", 2023, OPEN)]


def test_a_result_counts_once_in_its_year():
    assert places(suit(("judge", "2023-12-31", "revoked", 2))) == [("suit_direct_corrected", 2023, 2023)]
    assert places(suit(("judge", "2024-01-01", "revoked", 2))) == [
        ("suit_direct_pending", 2023, 2023),
        ("suit_direct_corrected", 2024, 2024),
    ]


def test_a_first_result_appealed_in_its_year_stays_pending_and_one_appealed_later_is_pending_again():
    first = ("judge", "2023-11-01", "claim_dismissed", 1)
    second = ("judge", "2025-03-01", "revoked", 2)
    assert places(suit(first, ("appeal", "2023-11-20", "", 0), second)) == [
        ("suit_direct_pending", 2023, 2024),
        ("suit_direct_corrected", 2025, 2025),
    ]
    assert places(suit(first, ("appeal", "2024-01-05", "", 0), second)) == [
        ("suit_direct_upheld", 2023, 2023),
        ("suit_direct_pending", 2024, 2024),
        ("suit_direct_corrected", 2025, 2025),
    ]


def test_first_results_count_by_the_reading_chosen():
    appealed = suit(("judge", "2023-11-01", "claim_dismissed", 1), ("appeal", "2023-11-20", "", 0))
    assert places(appealed, settings_from({"suit_first_instance": "always"})) == [("suit_direct_upheld", 2023, 2023)]
    assert places(appealed, settings_from({"suit_first_instance": "never"})) == [("suit_direct_pending", 2023, OPEN)]
    final = suit(("judge", "2023-11-01", "claim_dismissed", 1))
    assert places(final, settings_from({"suit_first_instance": "never"})) == [("suit_direct_pending", 2023, OPEN)]
    assert places(final) == [("suit_direct_upheld", 2023, 2023)]


def test_only_first_instances_of_suits_wait_for_the_last_one():
    decided = suit(("decide_review", "2023-11-01", "revoked", 0), kind="review")
    assert places(decided, settings_from({"suit_first_instance": "never"})) == [("review_corrected", 2023, 2023)]


def test_a_receipt_moved_past_the_end_of_the_year_is_never_later_than_the_result():
    """Confirmed on the last Sunday of the year and withdrawn the same day: new in the year of its end."""
    law = Law(LAW.calendar, settings_from({"rest_day_arrival": "next_working_day"}))
    submit = {"channel": "online", "applicant": {"kind": "org_other"}, "information": "x"}
    last = date(2023, 12, 31)
    events = [
        Event(1, "submit", last, data=submit),
        Event(2, "confirm", last),
        Event(3, "withdraw", last, data={"reason": "x"}),
    ]
    found = fold("一件", events, law)[0]
    assert found.received_on == date(2024, 1, 2)
    assert counted(found, law.settings) == Counted(2023, 2023, "other_misc")


def test_a_review_not_accepted_that_is_not_counted_stands_in_no_year():
    refused = suit(("decide_review", "2024-01-05", "not_accepted", 0), filed="2023-12-30", kind="review")
    assert places(refused, settings_from({"review_not_accepted": "not_counted"})) == []
    assert places(refused) == [("review_pending", 2023, 2023), ("review_other", 2024, 2024)]


@pytest.mark.parametrize(
    ("on", "column"),
    [
        ("2023-12-31", "suit_direct_pending"),
        ("2024-12-31", "suit_direct_corrected"),
        ("2030-01-01", "suit_direct_corrected"),
    ],
)
def test_a_remedy_is_shown_in_the_column_of_that_day_s_year(on, column):
    found = suit(("judge", "2024-02-01", "revoked", 2))
    assert counted_as(found, DEFAULT, date.fromisoformat(on)) == column


@given(histories(), st.sampled_from(["unless_appealed", "always", "never"]))
def test_years_of_a_remedy_follow_each_other_and_its_last_place_is_its_present_one(events, reading):
    settings = settings_from({"suit_first_instance": reading})
    for remedy in fold("一件", events, LAW)[0].remedies:
        found = remedy_places(remedy, settings)
        assert all(place.from_year <= place.to_year for place in found)
        assert all(before.to_year < after.from_year for before, after in pairwise(found))
        assert {place.column.removeprefix(remedy_group(remedy)) for place in found} <= {
            "_upheld",
            "_corrected",
            "_other",
            "_pending",
        }
        closed = remedy.steps[-1].instance == 2 or remedy.steps[-1].move == "decide_review"
        if closed:
            column = section4_column(remedy.kind, remedy.result, settings, remedy.steps[-1].on)
            assert found[-1].column == f"{remedy_group(remedy)}_{column}"


@given(histories())
def test_all_remedies_of_a_case_are_counted(events):
    found = fold("一件", events, LAW)[0]
    assert {(place.kind, place.id) for place in counted_remedies(found, LAW)} == {
        (item.kind, item.id) for item in found.remedies
    }
