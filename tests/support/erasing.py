"""Erasing a case as an office does: its retention is set, one person lists, another erases."""

from datetime import date

from office import ADMIN

from disclosure.workflow import Actor, Context, Erased, FixedClock, change_settings, erase, list_erasure

SECOND = Actor(user_id="root2", name="另一管理员", roles=("administrator",))
LATER = date(2060, 1, 4)
"""A day on which every retention of a year has passed."""


def set_retention(sessions, **years) -> None:
    """The office's own table: years by kind of outcome, one year where none is named."""
    wanted = {f"retention_years.{kind}": str(number) for kind, number in years.items()} or {"retention_years": "1"}
    with sessions() as session, session.begin():
        change_settings(Context(session, ADMIN), wanted)


def erased(sessions, number, on=LATER, agency="default") -> Erased:
    """The case, listed and erased on a day."""
    set_retention(sessions)
    shared = {"agency": agency, "clock": FixedClock(on)}
    with sessions() as session, session.begin():
        list_erasure(Context(session, ADMIN, **shared), number)
    with sessions() as session, session.begin():
        return erase(Context(session, SECOND, **shared), number)
