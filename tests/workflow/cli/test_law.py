"""The law's data from the command line: checked, and their impact told, before they are in force."""

import os
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

import disclosure.states.law

PACKAGE = Path(str(resources.files(disclosure)))
OWN = Path(str(resources.files(disclosure.states.law)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "law"
    place.mkdir()
    text = (OWN / "periods.toml").read_text("utf-8")
    (place / "periods.toml").write_text(
        text.replace("since = 2019-05-15\nlength = 20", "since = 2019-05-15\nlength = 30"), "utf-8"
    )
    return place


def test_the_product_s_own_law_is_in_order(cli):
    done = cli("law", "check")
    assert (done.status, "没有错误" in done.out) == (0, True)


def test_every_fault_is_told_with_file_and_line(cli, folder):
    path = folder / "periods.toml"
    text = path.read_text("utf-8").replace('unit = "working_day"', 'unit = "fortnight"', 1)
    path.write_text(text, "utf-8")
    line = text.splitlines().index('unit = "fortnight"') + 1
    done = cli("law", "check", str(folder))
    assert done.status == 1
    assert f"periods.toml 第{line}行" in done.out
    found = cli("law", "check", str(folder), "--format", "json").json["faults"]
    assert [(item["origin"], item["line"], item["problem"]) for item in found] == [("periods.toml", line, "not_one_of")]


def test_the_impact_is_listed(cli, line, folder):
    case = "A-1"
    cli.replay(line(case, "submit", "2024-05-06"), line(case, "accept", "2024-05-06"))
    before = cli.json("show", case)
    (item,) = cli.json("law", "impact", str(folder))["cases"]
    assert item["case"] == case
    assert [period["rule"] for period in item["periods"]] == ["reply"]
    shown = cli("law", "impact", str(folder))
    assert "1 件在办案件" in shown.out and "收件回执" in shown.out
    assert cli.json("show", case) == before


def test_a_folder_that_is_not_there_is_told(cli, tmp_path):
    assert cli("law", "impact", str(tmp_path / "nowhere")).status == 2


def test_a_folder_whose_name_no_file_system_holds_is_told(cli):
    for command in (("law", "check"), ("law", "impact"), ("template", "check"), ("template", "install")):
        refused = cli(*command, "a" * 300)
        assert (refused.status, refused.err.split(":")[0]) == (2, "file_unreadable")


FAULTS = {
    "instruments.toml": ('document = "国务院令第711号"\n', ""),
    "periods.toml": ('unit = "working_day"', 'unit = "fortnight"'),
    "fees.toml": ("band = 10", "band = 0"),
    "outcomes.toml": ('instrument = "REG19"\n', ""),
    "holiday_notices.toml": ('confidence = "', 'confidenze = "'),
}


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the product with a fault in each of some files of its own law."""
    root = tmp_path / "disclosure"
    for floor in ("states", "notifications", "workflow"):
        shutil.copytree(PACKAGE / floor, root / floor, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PACKAGE / "__init__.py", root)
    for name, (old, new) in FAULTS.items():
        path = root / "states" / "law" / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
    return tmp_path


def started(folder: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A process of its own on a copy of the product."""
    run = [sys.executable, "-c", code, *arguments]
    env = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(run, cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8")  # noqa: S603 - our own code


COMMAND = "from disclosure.workflow.cli.main import main; main()"


@pytest.mark.parametrize(
    "command",
    [("fee", "--items", "3"), ("calendar", "add", "2024-03-01", "5"), ("move", "A-1", "submit"), ("law", "check")],
)
def test_a_product_whose_own_law_is_broken_tells_every_fault_of_every_file_wherever_it_starts(broken, command):
    done = started(broken, COMMAND, *command)
    assert done.returncode == (1 if command == ("law", "check") else 2)
    told = done.stdout + done.stderr
    assert "Traceback" not in told
    for name in FAULTS:
        assert told.count(f"{name} 第") == (2 if name == "holiday_notices.toml" else 1), name


def test_a_host_of_such_a_product_gets_one_error_with_all_of_them(broken):
    code = """
from disclosure.states import BadData, deadline
try:
    deadline("reply", "2024-09-30")
except BadData as error:
    print(*sorted({fault["origin"] for fault in error.faults if fault["line"]}), sep="\\n")
"""
    done = started(broken, code)
    assert (done.stdout.split(), done.stderr) == (sorted(FAULTS), "")
