"""A process that is killed at any moment loses nothing that it told as done, and leaves nothing half done.

Short: 50 kills. Long, by hand: ``python tests/support/long_runs.py RESULTS kills``.
"""

import kills
from forked import FORKS, outcome

KILLS = 50


@FORKS
def test_nothing_is_lost_and_nothing_half_done(tmp_path):
    found = outcome(kills, tmp_path / "killed.db", KILLS)
    assert found["moves"] >= KILLS, "it was killed before it had done anything"
    assert found | {"moves": 0} == {"kills": KILLS, "moves": 0, "lost": 0, "faults": 0}
