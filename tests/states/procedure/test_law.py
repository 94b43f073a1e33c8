"""By what a case is judged: one calendar and one set of readings, and nothing that could change under it."""

import subprocess
import sys
from dataclasses import FrozenInstanceError, replace

import pytest
from overlay_texts import NEXT_YEAR, OFFICIAL

from disclosure.states.calendar.calendar import Calendar
from disclosure.states.procedure.law import Law
from disclosure.states.rules.settings import Settings, questions


def test_the_standard_is_the_national_calendar_with_every_question_read_as_recommended():
    law = Law.standard()
    assert (law.calendar.version, law.calendar.overlays) == (Calendar.official().version, ())
    keys = [item.key for item in questions() if item.key is not None]
    assert keys
    assert [law.settings.reading(item.key, item.newest.since) for item in questions() if item.key] == [
        item.newest.default for item in questions() if item.key
    ]


def test_the_last_announced_day_is_that_of_its_own_calendar():
    before = Law(OFFICIAL, Settings())
    assert before.announced_until == OFFICIAL.announced_until
    after = replace(before, calendar=OFFICIAL.with_overlays(NEXT_YEAR))
    assert after.announced_until.year == before.announced_until.year + 1
    assert before.announced_until == OFFICIAL.announced_until


def test_laws_with_the_same_calendar_and_readings_are_one_and_no_other():
    law = Law(OFFICIAL, Settings())
    assert law.announced_until
    assert law == Law(OFFICIAL, Settings())
    assert law != Law(OFFICIAL, Settings(red_days=2))


def test_nobody_changes_the_law_of_a_case_on_the_way():
    with pytest.raises(FrozenInstanceError):
        Law.standard().settings = Settings(red_days=1)  # type: ignore[misc]


def test_a_list_of_due_days_loads_neither_rules_nor_moves_with_it():
    code = (
        "import sys, disclosure.states.procedure.law\n"
        "print([name for name in ('rules.rules', 'procedure.periods', 'procedure.case', 'procedure.declaration')"
        " if 'disclosure.states.' + name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
