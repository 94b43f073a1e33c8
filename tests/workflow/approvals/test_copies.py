"""What cases, sheets and tasks copy of each other is found where it differs, and written anew when that is asked."""

from datetime import date

import pytest
import rows as t
from approvals import Office
from sqlalchemy import update

from disclosure.workflow import ADMINISTRATOR, Context, recompute, verify


@pytest.mark.parametrize(
    ("table", "values", "code"),
    [
        ("case", {"open_sheets": 0}, "open_sheets_differ"),
        ("case", {"open_sheets": 7}, "open_sheets_differ"),
        ("sheet", {"due_on": date(2031, 1, 1)}, "sheet_day_differs"),
        ("task", {"due_on": date(2031, 1, 1)}, "sheet_day_differs"),
        ("task", {"box": "none"}, "sheet_entry_differs"),
    ],
)
def test_a_copy_that_differs_is_found_and_mended(sessions, table, values, code):
    office = Office(sessions).accept()
    office.propose()
    with sessions() as session, session.begin():
        context = Context(session, ADMINISTRATOR)
        assert recompute(context).differences == ()
        session.execute(update(getattr(t, table)).values(values))
        assert {fault.code for fault in verify(context).faults} == {code}
        found = recompute(context).differences
        assert {item.column for item in found} == set(values)
        assert recompute(context, mend=True).differences == found
    with sessions() as session:
        context = Context(session, ADMINISTRATOR)
        assert recompute(context).differences == ()
        assert verify(context).faults == ()


def test_only_the_copies_of_open_sheets_follow(sessions):
    """What has ended keeps the day that it ended with."""
    office = Office(sessions).accept()
    office.propose()
    with sessions() as session, session.begin():
        session.execute(update(t.sheet).values(is_open=0, due_on=date(2031, 1, 1)))
        session.execute(update(t.case).values(open_sheets=0))
        assert recompute(Context(session, ADMINISTRATOR), mend=True).differences == ()
