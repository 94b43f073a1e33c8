"""The law knows no database, no template, no clock and no year; its functions are short."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
if not (ROOT / "states").is_dir():  # the tests of a built wheel lie apart from the code
    import disclosure

    ROOT = Path(disclosure.__file__).parent
LAW = sorted((ROOT / "states").rglob("*.py"))
ALL = [*LAW, *(path for floor in ("notifications", "workflow") for path in sorted((ROOT / floor).rglob("*.py")))]
PURE = sys.stdlib_module_names | {"chinese_calendar", "pydantic", "pydantic_core", "transitions"}


def nodes(path: Path, *kinds: type[ast.AST]) -> list[ast.AST]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, kinds)]


def named(path: Path) -> Path:
    return path.relative_to(ROOT)


def test_the_law_is_there():
    assert len(LAW) > 20
    assert len(ALL) > len(LAW)


@pytest.mark.parametrize("path", LAW, ids=lambda path: path.name)
def test_the_law_imports_nothing_above_it_and_no_library_but_its_own(path):
    for node in nodes(path, ast.Import):
        assert {alias.name.split(".")[0] for alias in node.names} <= PURE
    for node in nodes(path, ast.ImportFrom):
        depth = len(path.relative_to(ROOT).parts) - 1
        assert 1 <= node.level <= depth or (node.level == 0 and node.module.split(".")[0] in PURE), node.module


@pytest.mark.parametrize("path", LAW, ids=lambda path: path.name)
def test_no_year_and_no_date_stands_in_the_code_of_the_law(path):
    for node in nodes(path, ast.Constant):
        assert not (type(node.value) is int and 1900 <= node.value <= 2100), (node.lineno, node.value)
    for node in nodes(path, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ("date", "datetime"):
            assert not (node.args and all(isinstance(argument, ast.Constant) for argument in node.args)), node.lineno
        if name in ("fromisoformat", "read_date", "strptime"):
            assert not isinstance(node.args[0], ast.Constant), node.lineno


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(named(path)))
def test_only_the_clock_asks_for_the_time(path):
    if named(path) == Path("workflow", "kernel", "context.py"):
        return
    for node in nodes(path, ast.Attribute):
        asked = (getattr(node.value, "id", getattr(node.value, "attr", "")), node.attr)
        assert asked not in {
            ("datetime", "now"),
            ("datetime", "today"),
            ("datetime", "utcnow"),
            ("date", "today"),
            ("time", "time"),
            ("time", "localtime"),
            ("time", "gmtime"),
        }, node.lineno


def test_the_clock_is_where_the_lint_says_it_is():
    assert "now(" in (ROOT / "workflow" / "kernel" / "context.py").read_text("utf-8")


@pytest.mark.parametrize("path", LAW, ids=lambda path: path.name)
def test_no_function_is_longer_than_fifty_lines(path):
    long = [
        (node.name, node.end_lineno - node.lineno + 1)
        for node in nodes(path, ast.FunctionDef, ast.AsyncFunctionDef)
        if node.end_lineno - node.lineno + 1 > 50
    ]
    assert long == []


@pytest.mark.parametrize("path", LAW, ids=lambda path: path.name)
def test_the_law_does_nothing_when_it_is_imported(path):
    for node in ast.parse(path.read_text("utf-8")).body:
        assert not isinstance(node, (ast.With, ast.For, ast.While, ast.Try)), node.lineno
        if isinstance(node, ast.Expr):
            assert isinstance(node.value, ast.Constant), node.lineno
