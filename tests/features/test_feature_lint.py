"""The features are run as they are read: nothing in them is silently swallowed."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from disclosure.workflow.approvals.catalogue import VERB_ENTRIES

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "features").glob("*.feature"))
SCENARIO = re.compile(r"^\s*(?:场景|场景大纲):\s*(.+?)\s*$")
TAGS = re.compile(r"@\S+")


def scenarios(path: Path) -> list[tuple[str, list[str], int]]:
    """Name, tags (those of the feature included) and number of runs of every scenario in a file."""
    found: list[tuple[str, list[str], int]] = []
    own: list[str] = []
    of_feature: list[str] = []
    rows, in_table = 0, False
    for line in path.read_text("utf-8").splitlines():
        if line.strip().startswith("@"):
            own = TAGS.findall(line)
        elif line.startswith("功能:"):
            of_feature, own = own, []
        elif match := SCENARIO.match(line):
            found.append((match[1], [*of_feature, *own], 0 if "场景大纲:" in line else 1))
            own, in_table = [], False
        elif line.strip().startswith("例子:"):
            in_table, rows = True, 0
        elif in_table and line.strip().startswith("|"):
            rows += 1
            if rows > 1:
                name, tags, runs = found[-1]
                found[-1] = (name, tags, runs + 1)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_feature_holds_no_trap(path):
    text = path.read_text("utf-8")
    assert text.startswith("# language: zh-CN\n")
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{path.name}:{number}: {line}"
        assert not re.match(r"\s*(功能|规则|背景|场景|场景大纲|例子)：", line), where
        assert not re.match(
            r"\s*(Feature|Rule|Background|Scenario|Scenario Outline|Examples|Given|When|Then|And|But)\b", line
        ), where
        assert not re.match(r"\s*当事人", line), where
        assert not re.search(r"[０-９]", line), where
    names = [name for name, _, _ in scenarios(path)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_names_its_article_and_is_run(path):
    for name, tags, runs in scenarios(path):
        assert any(not re.fullmatch(r"@[A-Z]+\d+[a-z]?", tag) for tag in tags), name
        assert runs > 0, name


def test_what_stands_in_the_files_is_what_is_collected():
    written = sum(runs for path in FILES for _, _, runs in scenarios(path))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", "tests/features/test_features.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    collected = [line for line in done.stdout.splitlines() if "::" in line]
    counted = sum(int(line.rsplit(": ", 1)[1]) for line in done.stdout.splitlines() if re.search(r"\.py: \d+$", line))
    assert len(collected) + counted == written


def test_no_step_is_a_coroutine_that_nobody_awaits():
    steps = sorted((ROOT / "tests" / "support").glob("*_steps.py"))
    assert steps
    for path in steps:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not isinstance(node, ast.AsyncFunctionDef), path


def test_the_files_stand_in_the_order_of_the_procedure():
    numbers = [int(path.stem.split("_")[0]) for path in FILES]
    assert numbers == list(range(1, len(FILES) + 1))


def test_each_verb_stands_in_the_features_with_its_rule():
    """The sentence that staff are shown is the one under which the scenarios stand."""
    text = (ROOT / "features" / "14_内部审批.feature").read_text("utf-8")
    rules = dict(re.findall(r"^  规则: (.+?)——(.+)$", text, re.MULTILINE))
    assert rules == {item.title: item.rule for item in VERB_ENTRIES}
    for part in text.split("\n  规则: ")[1:]:
        assert "场景: " in part
