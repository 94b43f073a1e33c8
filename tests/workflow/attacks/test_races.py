"""Four processes make moves of the same cases at once, on each database and under each isolation level.

Short: 2,016 attempts in all. Long, by hand: ``DISCLOSURE_ATTACKS=long pytest tests/workflow/attacks``, 200,000 on each database.
"""

import pytest
import races
from forked import FORKS, LEVELS, LONG, outcome

CASES = 126
ON_SQLITE, ON_A_LEVEL = (50_000, 16_667) if LONG else (CASES, CASES)
"""Cases; of each four processes make a move."""


def judge(found, cases):
    """Each case went one way, no move was made twice or lost, and who lost was told in our own words."""
    won = found.pop("done")
    assert found == {"attempts": 4 * cases, "other": [], "twice": 0, "stood_still": 0, "lost": 0, "faults": []}
    assert won >= cases


@FORKS
def test_on_sqlite_each_case_goes_one_way(tmp_path):
    judge(outcome(races, f"sqlite:///{tmp_path / 'raced.db'}", ON_SQLITE), ON_SQLITE)


@FORKS
@pytest.mark.parametrize("level", LEVELS)
def test_on_postgresql_each_case_goes_one_way_under_each_isolation_level(postgresql_engine, level):
    url = postgresql_engine.url.render_as_string(hide_password=False)
    judge(outcome(races, url, ON_A_LEVEL, level), ON_A_LEVEL)
