"""Versions of the settings: what a transaction took back is not remembered."""

from office import ADMIN

from disclosure.workflow import Context, change_settings
from disclosure.workflow.kernel.versions import latest, law_at


def test_settings_of_a_transaction_taken_back_are_forgotten(sessions):
    with sessions() as session:
        change_settings(Context(session, ADMIN), {"red_days": 2})
        session.rollback()
    with sessions() as session:
        change_settings(Context(session, ADMIN), {"red_days": 4})
        assert law_at(session.connection(), latest(session.connection())).settings.red_days == 4
        session.commit()
    with sessions() as session:
        assert law_at(session.connection(), latest(session.connection())).settings.red_days == 4
