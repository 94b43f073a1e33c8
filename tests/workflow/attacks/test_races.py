"""Four processes make moves of the same cases at once, on each database and under each isolation level.

Short: 2,016 attempts in all. Long, by hand: ``python tests/support/long_runs.py RESULTS races races-postgresql``.
"""

import pytest
import races
from forked import FORKS, LEVELS, outcome

CASES = 126
"""Cases; of each four processes make a move."""


def judge(found, cases):
    """Each case went one way, no move was made twice or lost, and who lost was told in our own words."""
    won = found.pop("done")
    assert found == {"attempts": 4 * cases, "other": [], "twice": 0, "stood_still": 0, "lost": 0, "faults": []}
    assert won >= cases


@FORKS
def test_on_sqlite_each_case_goes_one_way(tmp_path):
    judge(outcome(races, f"sqlite:///{tmp_path / 'raced.db'}", CASES), CASES)


@FORKS
@pytest.mark.parametrize("level", LEVELS)
def test_on_postgresql_each_case_goes_one_way_under_each_isolation_level(postgresql_engine, level):
    url = postgresql_engine.url.render_as_string(hide_password=False)
    judge(outcome(races, url, CASES, level), CASES)
