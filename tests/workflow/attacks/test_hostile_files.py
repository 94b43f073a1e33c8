"""Files of every kind, damaged at random: each goes in whole or is refused in our own words, and nothing stays half done.

Short: 120 files. Long, by hand: ``python tests/support/long_runs.py RESULTS files``.
"""

import hostile
from forked import outcome

FILES = 120


def test_a_damaged_file_goes_in_whole_or_is_refused(tmp_path):
    found = outcome(hostile, tmp_path, FILES)
    assert found["found"] == []
    assert FILES // 2 < found["refused"] < FILES, "the files are damaged too little, or beyond all reading"
