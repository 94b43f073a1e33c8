"""The distribution: nothing forgotten, nothing foreign, nothing at import."""

import importlib
import re
import subprocess
import sys
import tomllib
from importlib import metadata, resources
from pathlib import Path

import pytest

import disclosure

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
FLOORS = ("states", "notifications", "workflow")
INSTALLED = Path(str(resources.files(disclosure)))
pytestmark = pytest.mark.wheel


def test_every_folder_of_code_or_data_is_a_listed_package():
    folders = {
        "disclosure." + ".".join(path.relative_to(INSTALLED).parts)
        for floor in FLOORS
        for path in (INSTALLED / floor, *(INSTALLED / floor).rglob("*"))
        if path.is_dir() and path.name != "__pycache__" and any(path.iterdir())
    }
    listed = set(PROJECT["tool"]["setuptools"]["packages"])
    assert folders | {"disclosure"} == listed


def test_every_module_can_be_imported():
    found = {
        ".".join(("disclosure", *path.relative_to(INSTALLED).with_suffix("").parts))
        for floor in FLOORS
        for path in (INSTALLED / floor).rglob("*.py")
        if path.name != "__init__.py"  # imported with what stands beside it
    }
    assert len(found) > 100
    for name in found:
        importlib.import_module(name)


def test_every_data_file_is_covered_by_the_package_data():
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    endings = {pattern.removeprefix("*") for pattern in patterns}
    for floor in FLOORS:
        for path in (INSTALLED / floor).rglob("*"):
            if path.is_file() and path.suffix not in (".py", ".pyc", ".so"):
                assert path.suffix in endings or path.name in endings, path


def test_the_version_is_told_once():
    assert disclosure.__version__ == metadata.version("disclosure")


@pytest.mark.parametrize("name", ["disclosure", "disclosure.states", "disclosure.notifications", "disclosure.workflow"])
def test_importing_a_floor_reads_nothing_and_opens_nothing(name, tmp_path):
    code = (
        "import sys, builtins\n"
        "real, seen = builtins.open, []\n"
        "builtins.open = lambda file, *rest, **more: (seen.append(str(file)), real(file, *rest, **more))[1]\n"
        f"import {name}\n"
        "print([file for file in seen if 'disclosure' in file and file.endswith(('.toml', '.db', '.j2'))])\n"
        "print(sorted({'sqlalchemy', 'jinja2'} & set(sys.modules)))\n"
    )
    run = [sys.executable, "-c", code]
    printed = subprocess.run(run, cwd=tmp_path, check=True, capture_output=True, text=True)  # noqa: S603 - this interpreter
    assert printed.stdout.split() == ["[]", "[]"]


def texts() -> list[Path]:
    """Every text of the project that people read or run."""
    kinds = {".py", ".md", ".toml", ".feature", ".j2", ".html", ".json"}
    folders = [ROOT / name for name in (*FLOORS, "features", "docs", "examples", "tests", "benchmarks", ".ci")]
    found = [path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file()]
    return [path for path in (*found, *ROOT.glob("*.md")) if path.suffix in kinds or path.name == "run"]


def test_the_project_names_no_machine_and_no_registry():
    machine = re.compile(r"(?<![\w.])/(?:wo" r"rk|home|root|Users)/\w+|https?://[\w.-]*(?:pypi|index-url)")
    for path in texts():
        assert not machine.search(path.read_text("utf-8")), path


def test_only_the_clock_reads_the_time():
    reads = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|utcnow\(")
    allowed = {"workflow/kernel/context.py"}
    for floor in FLOORS:
        for path in (INSTALLED / floor).rglob("*.py"):
            name = path.relative_to(INSTALLED).as_posix()
            assert name in allowed or not reads.search(path.read_text("utf-8")), name


def test_no_year_of_a_law_stands_in_code():
    year = re.compile(r"(?<![\w\"'〔-])(?:19|20)\d\d(?![\w\"'〕-])")
    for floor in FLOORS:
        for path in (INSTALLED / floor).rglob("*.py"):
            code = re.sub(r'"""[\s\S]*?"""|#.*|"[^"\n]*"', "", path.read_text("utf-8"))
            assert not year.search(code), (path, year.search(code))
