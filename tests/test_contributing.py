"""What a contributor is told to run is what the README and the whole check run."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
CHECK = (ROOT / ".ci" / "run").read_text("utf-8")
TARGETS = {
    name: [line.removeprefix("\t") for line in recipe.splitlines()]
    for name, recipe in re.findall(
        r"^([a-z]+):(?: fresh)?\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE
    )
}


def test_the_targets_are_those_that_the_page_tells_of():
    assert set(TARGETS) == {"env", "fresh", "test", "lint", "check", "bench", "docs"}
    assert set(re.findall(r"\bmake ([a-z]+)", CONTRIBUTING)) == set(TARGETS)


def test_the_environment_and_the_lint_are_those_of_the_whole_check():
    venv, install, _ = TARGETS["env"]
    assert venv in README and install in CHECK
    steps = [line for line in CHECK.splitlines() if line.startswith(".venv/bin/")]
    assert TARGETS["lint"] == [line for line in steps if line.split()[0].rpartition("/")[2] in LINTERS]


LINTERS = ("ruff", "mypy", "lint-imports")


def test_the_tests_are_started_as_the_readme_starts_them():
    (command,) = TARGETS["test"]
    plain = re.sub(r"[$][(]or [$][(]ARGS[)],(.+)[)]", r"\1", command)  # without arguments
    assert f"&& {plain}\n" in README


@pytest.mark.parametrize("target", ["bench", "check", "docs"])
def test_a_target_runs_what_is_there(target):
    for command in TARGETS[target]:
        assert (ROOT / command.split()[-1]).is_file(), command


def test_every_page_that_a_test_compares_is_made_by_one_target():
    makers = {path.name for path in (ROOT / "tests" / "support").glob("*_page*.py")} | {"sample_register.py"}
    assert {Path(command.split()[-1]).name for command in TARGETS["docs"]} == makers
