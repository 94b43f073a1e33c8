"""When the sweep has run."""

from datetime import date

import pytest
from sqlalchemy import Engine

from disclosure.workflow.kernel.sweeps import is_recent, last_sweep, note_sweep


def test_the_last_sweep_is_the_one_of_the_latest_day(sqlite_engine: Engine) -> None:
    with sqlite_engine.begin() as connection:
        assert last_sweep(connection) is None
        for day in (4, 5, 1):
            note_sweep(connection, date(2024, 3, day), "2024-03-05T00:00:00.000+00:00", 0)
        assert last_sweep(connection) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("last", "on", "recent"),
    [
        ("2024-03-05", "2024-03-05", True),
        ("2024-03-05", "2024-03-06", True),
        ("2024-03-05", "2024-03-07", False),
        ("2024-03-01", "2024-03-04", True),  # a weekend lies between
        ("2024-03-08", "2024-03-05", True),
    ],
)
def test_a_sweep_is_recent_for_one_working_day(sqlite_engine: Engine, last: str, on: str, recent: bool) -> None:
    with sqlite_engine.connect() as connection:
        assert is_recent(connection, "default", date.fromisoformat(last), date.fromisoformat(on)) is recent
