"""The program with modules of the host's."""

import json
import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

PROGRAM = Path(sysconfig.get_path("scripts"), "disclosure")
HOST = """
from disclosure.workflow import Verified, register_owner

class Visits:
    def holdings(self, context, case): return ()
    def erase(self, context, case): ...
    def verify(self, connection, agency): return Verified({"visits": 4}, ())
    def follow(self, connection, case): ...

register_owner(Visits())
"""


def run(folder, host, *arguments):
    paths = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    environment = os.environ | {"DISCLOSURE_HOST": host, "PYTHONPATH": paths}
    return subprocess.run([PROGRAM, *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8")  # noqa: S603 - our own program


@pytest.mark.wheel
def test_the_host_s_tables_are_known_on_the_command_line(tmp_path):
    (tmp_path / "oa_visits.py").write_text(HOST, "utf-8")
    assert run(tmp_path, "", "db", "create").returncode == 0
    done = run(tmp_path, "oa_visits", "audit", "verify", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["others"] == {"visits": 4}


def test_a_shell_without_the_host_s_module_says_what_it_lacks(tmp_path):
    (tmp_path / "oa_visits.py").write_text(HOST, "utf-8")
    data = ["--data", "channel=oral", "--data", "applicant.kind=natural_person", "--data", "information=x"]
    assert run(tmp_path, "oa_visits", "move", "A-1", "submit", *data).returncode == 0
    refused = run(tmp_path, "", "erase", "A-1")
    assert (refused.returncode, refused.stderr.split(":")[0]) == (2, "owner_missing")
    assert "oa_visits.Visits" in refused.stderr and "DISCLOSURE_HOST" in refused.stderr
    audited = run(tmp_path, "", "audit", "verify")
    assert audited.returncode == 1 and "oa_visits.Visits" in audited.stdout
    assert run(tmp_path, "", "audit", "forget", "oa_visits.Visits").returncode == 0
    assert run(tmp_path, "", "audit", "verify").returncode == 0


def test_a_host_s_module_that_does_not_load_stops_the_program(tmp_path):
    (tmp_path / "oa_broken.py").write_text("raise ValueError('没有配置')", "utf-8")
    done = run(tmp_path, "oa_broken", "due")
    assert done.returncode == 2
    assert done.stderr.startswith("host_module: ") and "oa_broken" in done.stderr and "没有配置" in done.stderr
    assert not (tmp_path / "disclosure.db").exists()
