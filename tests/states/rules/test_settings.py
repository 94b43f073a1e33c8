"""Open questions: each with its readings, its recommended default, and what was decided where there is no choice."""

from typing import get_args

import pytest

from disclosure.states.errors import BadData
from disclosure.states.rules.settings import Settings, questions, settings_from

LAMPS = {"red_days", "yellow_days"}


def test_every_question_of_the_rulebook_is_there_in_order():
    numbered = [item.id for item in questions() if item.id.startswith("Q")]
    assert numbered == [f"Q{n}" for n in range(1, 23)]


def test_every_adjustable_question_is_a_setting_and_every_setting_a_question():
    assert {item.key for item in questions() if item.key} == set(Settings.model_fields) - LAMPS
    keys = [item.key for item in questions() if item.key]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("question", [item for item in questions() if item.key], ids=lambda item: item.key)
def test_the_readings_listed_are_the_ones_that_can_be_chosen(question):
    field = Settings.model_fields[question.key]
    assert {reading for reading, _ in question.readings} == set(get_args(field.annotation))
    assert field.default == question.default
    for reading, _ in question.readings:
        assert getattr(settings_from({question.key: reading}), question.key) == reading


@pytest.mark.parametrize("question", questions(), ids=lambda item: item.id)
def test_a_question_has_a_recommended_reading_a_source_and_a_reason_where_it_is_closed(question):
    assert question.default in dict(question.readings)
    assert len(question.readings) > 1
    assert question.source and question.title
    assert question.confidence in ("高", "中", "低")
    assert bool(question.why_fixed) != question.adjustable


def test_unknown_settings_are_refused_all_at_once_with_the_nearest_name():
    with pytest.raises(BadData) as refused:
        settings_from({"extension": "one", "withdrawal": "maybe", "red_days": "soon"})
    problems = {fault["field"]: fault for fault in refused.value.faults}
    assert problems["extension"]["nearest"] == "extensions"
    assert "other_misc" in problems["withdrawal"]["choices"]
    assert "not_counted" in problems["withdrawal"]["choices"]
    assert problems["red_days"]["problem"] == "out_of_range"


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
    with pytest.raises(ValueError, match="frozen"):
        Settings().extensions = "several"
