"""Versions of the settings: what a transaction took back is not remembered."""

from datetime import date

import pytest
import rows as t
from office import ADMIN, operator
from overlay_texts import CLOSURE
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, change_settings, checkpoint, recompute, tick, verify
from disclosure.workflow.kernel.versions import latest, law_at


def test_settings_of_a_transaction_taken_back_are_forgotten(sessions):
    with sessions() as session:
        change_settings(Context(session, ADMIN), {"red_days": 2})
        session.rollback()
    with sessions() as session:
        change_settings(Context(session, ADMIN), {"red_days": 4})
        assert law_at(session.connection(), latest(session.connection()), "default").settings.red_days == 4
        session.commit()
    with sessions() as session:
        assert law_at(session.connection(), latest(session.connection()), "default").settings.red_days == 4


LATE = CLOSURE.replace("2026-08-13", "2024-03-18").replace("2026-08-17", "2024-03-19")


def late_calendar(sessions):
    """A calendar that another program puts on record under a version that this process has read already."""
    with sessions() as session, session.begin():
        version = latest(session.connection())
        row = {"topic": "calendar", "name": "late.toml", "value": LATE, "user_id": "u", "created_at": "x"}
        session.execute(t.config.insert(), row | {"version": version})


def test_a_text_that_came_late_into_a_version_is_noticed_and_the_open_cases_are_mended_by_the_sweep(
    sessions, work, clock
):
    with sessions() as session, session.begin():
        change_settings(Context(session, ADMIN), {"red_days": 2})
    before = work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1))).due_on
    late_calendar(sessions)
    tick(operator(sessions, clock))
    with sessions() as session:
        after = session.execute(select(t.case.c.due_on)).scalar_one()
        assert after > before
        assert recompute(Context(session, ADMINISTRATOR)).differences == ()
    assert tick(operator(sessions, clock)).warnings == tick(operator(sessions, clock)).warnings


def test_the_check_of_every_case_notices_it_too_and_mends_it_where_that_is_wanted(sessions, work, clock):
    with sessions() as session, session.begin():
        change_settings(Context(session, ADMIN), {"red_days": 2})
    before = work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1))).due_on
    late_calendar(sessions)
    for mend, found in ((False, True), (True, True), (False, False)):
        with sessions() as session, session.begin():
            differences = recompute(Context(session, ADMINISTRATOR), mend=mend).differences
        assert ("due_on" in {item.column for item in differences}) is found
    with sessions() as session:
        assert session.execute(select(t.case.c.due_on)).scalar_one() > before


def test_versions_that_are_added_at_once_become_visible_one_after_the_other(postgresql_engine):
    sessions = sessionmaker(postgresql_engine)
    with sessions() as first, sessions() as second:
        change_settings(Context(first, ADMIN), {"red_days": 2})
        second.execute(text("SET lock_timeout = '50ms'"))
        with pytest.raises(OperationalError):
            change_settings(Context(second, ADMIN), {"red_days": 4})
        second.rollback()
        assert latest(second.connection()) == 0
        first.commit()
        change_settings(Context(second, ADMIN), {"red_days": 4})
        second.commit()
        assert latest(second.connection()) == 2
        assert law_at(second.connection(), 1, "default").settings.red_days == 2


@pytest.mark.parametrize("linked_before", [True, False])
def test_a_setting_that_is_said_to_be_of_an_earlier_version_than_those_before_it_is_found(sessions, linked_before):
    """It would have finished cases judged otherwise, as if it had held on their days."""
    for days in ("2", "4"):
        with sessions() as session, session.begin():
            change_settings(Context(session, ADMIN), {"red_days": days})
    if linked_before:
        with sessions() as session, session.begin():
            checkpoint(Context(session, ADMINISTRATOR))
    row = {"topic": "setting", "name": "red_days", "value": "9", "user_id": "root", "created_at": "x", "version": 1}
    with sessions() as session, session.begin():
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
        key = session.execute(t.config.insert(), row).inserted_primary_key[0]
    with sessions() as session:
        faults = verify(Context(session, ADMINISTRATOR)).faults
    assert [(fault.code, fault.where) for fault in faults] == [("version_backdated", str(key))]
