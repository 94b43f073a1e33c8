"""A process that is killed at any moment loses nothing that it told as done, and leaves nothing half done.

Short: 50 kills. Long, by hand: ``DISCLOSURE_ATTACKS=long pytest tests/workflow/attacks``, 10,000 of them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import kills
import pytest

KILLS = 10_000 if os.environ.get("DISCLOSURE_ATTACKS") == "long" else 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this machine cannot fork a process")
def test_nothing_is_lost_and_nothing_half_done(tmp_path):
    command = [sys.executable, str(Path(kills.__file__)), str(tmp_path / "killed.db"), str(KILLS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own text
    found = json.loads(done.stdout or "{}")
    assert (done.returncode, found.get("lost"), found.get("faults")) == (0, 0, 0), done.stdout + done.stderr
    assert found["moves"] > 0, "it was killed each time before it had begun"
