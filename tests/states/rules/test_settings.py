"""Open questions: each with its readings, its recommended default, and what was decided where there is no choice."""

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from disclosure.states.errors import BadData, LawUnknown
from disclosure.states.rules.settings import Settings, questions, settings_from


def test_every_question_of_the_rulebook_is_there_in_order():
    numbered = [item.id for item in questions() if item.id.startswith("Q")]
    assert numbered == [*(f"Q{n}" for n in range(1, 24)), "Q27", "Q29"]


def test_every_adjustable_question_is_a_setting_and_bears_a_key_of_its_own():
    keys = [item.key for item in questions() if item.key]
    assert len(set(keys)) == len(keys) > 10
    assert dict(settings_from({key: dict(READINGS)[key][0] for key in keys}).chosen).keys() == set(keys)


READINGS = [(item.key, [reading for reading, _ in item.readings]) for item in questions() if item.key]


@pytest.mark.parametrize(("key", "readings"), READINGS, ids=[key for key, _ in READINGS])
def test_every_reading_listed_can_be_chosen_and_holds_for_every_day(key, readings):
    for reading in readings:
        settings = settings_from({key: reading})
        assert {settings.reading(key, on) for on in (date(2008, 5, 1), date(2024, 1, 1))} == {reading}


def test_a_question_not_answered_is_read_as_the_law_of_the_day_recommends():
    found = {on: Settings().reading("rest_day_arrival", on) for on in (date(2019, 5, 14), date(2019, 5, 15))}
    assert list(found.values()) == ["next_working_day", "same_day"]
    with pytest.raises(LawUnknown):
        Settings().reading("rest_day_arrival", date(2008, 4, 30))


@pytest.mark.parametrize("question", questions(), ids=lambda item: item.id)
def test_a_question_has_a_recommended_reading_a_source_and_a_reason_where_it_is_closed(question):
    assert len(question.readings) > 1
    assert question.title
    assert bool(question.why_fixed) != question.adjustable
    for version in question.versions:
        assert version.default in dict(question.readings)
        assert version.source


def test_unknown_settings_are_refused_all_at_once_with_the_nearest_name():
    with pytest.raises(BadData) as refused:
        settings_from({"extension": "one", "withdrawal": "maybe", "red_days": "soon"})
    problems = {fault["field"]: fault for fault in refused.value.faults}
    assert problems["extension"]["nearest"] == "extensions"
    assert "other_misc" in problems["withdrawal"]["choices"]
    assert "not_counted" in problems["withdrawal"]["choices"]
    assert problems["red_days"]["problem"] == "not_a_number"


@pytest.mark.parametrize(
    "red, yellow, good", [("6", "7", True), ("7", "7", False), ("8", "7", False), ("0", "1", True), ("-1", "7", False)]
)
def test_red_lamps_come_after_yellow_ones(red, yellow, good):
    if good:
        assert settings_from({"red_days": red, "yellow_days": yellow}).red_days == int(red)
    else:
        with pytest.raises(BadData):
            settings_from({"red_days": red, "yellow_days": yellow})


def test_the_readings_of_a_case_cannot_be_changed_under_way():
    with pytest.raises(FrozenInstanceError):
        Settings().red_days = 5
