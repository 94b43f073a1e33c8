"""Where a case stands in the annual report: once, by its first result, and each column balances."""

from collections import Counter
from datetime import date
from itertools import pairwise
from random import Random

import pytest
from histories import APPLICANT_KINDS, LAW, histories
from hypothesis import given
from hypothesis import strategies as st
from section4_by_hand import random_case, section4

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
from disclosure.states.rules.remedies import in_force_as, meant
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
    found = case(("2024-01-02", "withdraw", {"reason": "不要了", "proof": "撤回申请"}), channel="online")
    assert counted(found, DEFAULT) == Counted(2024, 2024, "other_misc")


def test_a_withdrawal_counts_by_the_reading_chosen_and_a_discontinuation_always():
    silent = settings_from({"withdrawal": "not_counted"})
    withdrawn = case(("2023-12-05", "withdraw", {"reason": "x", "proof": "撤回申请"}))
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
        Event(3, "withdraw", last, data={"reason": "x", "proof": "撤回申请"}),
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
        last = remedy.steps[-1]
        if last.instance == 2 or last.move == "decide_review":
            column = in_force_as(remedy.kind, meant(remedy.kind, last.result, last.instance), last.on)
            if column != "earlier":
                assert found[-1].column == f"{remedy_group(remedy)}_{column}"


@given(histories())
def test_all_remedies_of_a_case_are_counted(events):
    found = fold("一件", events, LAW)[0]
    assert {(place.kind, place.id) for place in counted_remedies(found, LAW)} == {
        (item.kind, item.id) for item in found.remedies
    }


def test_an_appeal_that_fails_counts_as_the_judgment_before_it():
    first, appeal = ("judge", "2024-06-06", "revoked", 1), ("appeal", "2024-06-18", "", 0)
    for result in ("withdrawn", "appeal_withdrawn", "appeal_dismissed"):
        found = suit(first, appeal, ("judge", "2024-09-06", result, 2), filed="2024-03-01")
        assert places(found) == [("suit_direct_corrected", 2024, 2024)]
    later = suit(
        first, ("appeal", "2025-01-06", "", 0), ("judge", "2026-03-06", "appeal_dismissed", 2), filed="2024-03-01"
    )
    assert places(later) == [
        ("suit_direct_corrected", 2024, 2024),
        ("suit_direct_pending", 2025, 2025),
        ("suit_direct_corrected", 2026, 2026),
    ]


def test_what_was_sent_back_is_pending_until_it_is_judged_anew():
    back = (
        ("judge", "2024-06-06", "revoked", 1),
        ("appeal", "2024-06-18", "", 0),
        ("judge", "2024-12-06", "remanded", 2),
    )
    assert places(suit(*back, filed="2024-03-01")) == [("suit_direct_pending", 2024, OPEN)]
    anew = suit(*back, ("judge", "2025-06-06", "claim_dismissed", 1), filed="2024-03-01")
    assert places(anew) == [("suit_direct_pending", 2024, 2024), ("suit_direct_upheld", 2025, 2025)]


def test_an_appeal_that_fails_against_a_judgment_that_is_not_on_record_has_another_result():
    assert places(suit(("judge", "2023-09-06", "appeal_dismissed", 2))) == [("suit_direct_other", 2023, 2023)]


SUED = (("2024-01-10", "reply", {"answer": "O12", "delivery": "post"}), ("2024-02-01", "file_suit", {"id": "s"}))


def standing(*steps, start: str = "2024-01-02", **chosen: str) -> list[tuple[str, int, int]]:
    """Where the suit of a case stands, by the readings chosen."""
    found = case(*steps, start=start)
    law = Law(LAW.calendar, settings_from(chosen))
    return [(place.column, place.from_year, place.to_year) for place in counted_remedies(found, law) if place.id == "s"]


@pytest.mark.parametrize(
    ("served_on", "places_"),
    [
        ("2024-12-15", [("suit_direct_upheld", 2024, 2024)]),
        ("2024-12-16", [("suit_direct_pending", 2024, 2024), ("suit_direct_upheld", 2025, 2025)]),
    ],
)
def test_a_judgment_counts_in_the_year_in_which_it_takes_effect_by_that_reading(served_on, places_):
    judged = ("2024-12-10", "judge", {"id": "s", "instance": 1, "result": "claim_dismissed", "served_on": served_on})
    assert standing(*SUED, judged, suit_first_instance="in_force") == places_
    assert standing(*SUED, judged) == [("suit_direct_upheld", 2024, 2024)]


def test_a_judgment_that_is_appealed_in_its_term_never_took_effect():
    told = {"id": "s", "instance": 1, "result": "claim_dismissed", "served_on": "2024-12-25"}
    steps = (*SUED, ("2024-12-20", "judge", told), ("2025-01-06", "appeal", {"id": "s"}))
    assert standing(*steps, suit_first_instance="in_force") == [("suit_direct_pending", 2024, OPEN)]
    assert standing(*steps)[0] == ("suit_direct_upheld", 2024, 2024)


UNHEARD = (
    ("2024-02-01", "file_review", {"id": "r"}),
    ("2024-02-05", "decide_review", {"id": "r", "result": "not_accepted"}),
    ("2024-02-20", "file_suit", {"id": "s", "after_review": "r"}),
)


@pytest.mark.parametrize(
    ("answer", "reading", "group"),
    [
        ("O12", "after_review", "suit_after_review"),
        ("O12", "direct", "suit_direct"),
        ("O04", "direct", "suit_after_review"),
    ],
)
def test_a_suit_after_a_review_that_was_not_taken_up_counts_by_the_reading_where_there_was_a_choice(
    answer, reading, group
):
    reply = ("2024-01-10", "reply", {"answer": answer, "delivery": "post", "ground": "某法第一条"})
    found = standing(reply, *UNHEARD, suit_after_unheard_review=reading)
    assert found == [(f"{group}_pending", 2024, OPEN)]


@pytest.mark.parametrize("result", ["upheld", "application_rejected", "terminated"])
def test_a_suit_after_a_review_that_was_taken_up_counts_after_review_by_each_reading(result):
    reply = ("2024-01-10", "reply", {"answer": "O12", "delivery": "post"})
    decided = ("2024-02-05", "decide_review", {"id": "r", "result": result})
    found = standing(reply, UNHEARD[0], decided, UNHEARD[2], suit_after_unheard_review="direct")
    assert found == [("suit_after_review_pending", 2024, OPEN)]


@pytest.mark.parametrize(("reading", "group"), [("decided", "suit_direct"), ("filed", "suit_after_review")])
def test_an_act_before_2024_that_is_sued_later_is_judged_by_the_day_chosen(reading, group):
    """Refused in December 2023 under the old law, sued in 2024 after a review that was not taken up."""
    reply = ("2023-12-20", "reply", {"answer": "O04", "delivery": "post", "ground": "机密"})
    chosen = {"suit_after_unheard_review": "direct", "review_first_day": reading}
    assert standing(reply, *UNHEARD, start="2023-12-01", **chosen) == [(f"{group}_pending", 2024, OPEN)]


@given(st.integers(0, 2**32))
def test_section_four_is_what_a_count_by_hand_of_the_same_record_says(seed):
    random = Random(seed)  # noqa: S311 - nothing secret
    lives = [random_case(random) for _ in range(5)]
    found = [place for steps in lives for place in counted_remedies(recorded(steps), LAW)]
    for year in range(2023, 2029):
        here = Counter(place.column for place in found if place.from_year <= year <= place.to_year)
        assert here == section4(lives, year), year


def recorded(steps):
    """The case that a record makes."""
    return fold(
        "一件", [Event(n, step.move, step.on, data=step.data) for n, step in enumerate(steps, 1)], LAW, strict=True
    )[0]
