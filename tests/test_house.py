"""The command that counts how the product is built, on little houses of a few lines each."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

COMMAND = Path(__file__).parents[1] / "benchmarks" / "house.py"
Count = Callable[..., Any]


@pytest.fixture(scope="module")
def house() -> Any:
    """The command as a module."""
    spec = importlib.util.spec_from_file_location("house", COMMAND)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "house", module)
        spec.loader.exec_module(module)
    return module


def build(root: Path, files: dict[str, str]) -> Path:
    """Writes a little house."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return root


@pytest.fixture
def count(house: Any, tmp_path: Path) -> Count:
    """Counts a little house, each file given by its path."""
    return lambda files: house.figures(build(tmp_path, files))


def arrows(found: Any) -> set[tuple[str, str]]:
    """Which room imports from which."""
    return {(arrow.start, arrow.end) for arrow in found.part_arrows}


@pytest.mark.parametrize(
    "text",
    [
        "from disclosure.states.law import rules",
        "from disclosure.states.law.rules import rule",
        "import disclosure.states.law.rules as r",
        "from ...states.law import rules",
        "def f():\n    from ...states.law.rules import rule",
        "class A:\n    def f(self):\n        import disclosure.states.law.rules",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ...states.law.rules import rule",
        "import importlib\nimportlib.import_module('disclosure.states.law.rules')",
    ],
)
def test_an_import_is_an_arrow_wherever_it_stands(count: Count, text: str) -> None:
    found = count({"states/law/rules.py": "rule = 1", "workflow/cases/move.py": text})
    assert arrows(found) == {("workflow/cases", "states/law")}
    assert found.part_arrows[0].files == ["workflow/cases/move.py -> states/law/rules.py"]


def test_a_relative_import_of_a_module_counts_for_the_module(count: Count) -> None:
    found = count(
        {
            "workflow/__init__.py": "",
            "workflow/kernel/__init__.py": "",
            "workflow/kernel/seal.py": "",
            "workflow/cases/move.py": "from ..kernel import seal\nfrom .. import clock",
            "workflow/clock.py": "",
        }
    )
    assert arrows(found) == {("workflow/cases", "workflow/kernel"), ("workflow/cases", "workflow/clock")}
    assert "workflow/kernel/seal.py" in " ".join(file for arrow in found.part_arrows for file in arrow.files)


def test_several_imports_between_two_rooms_are_one_arrow(count: Count) -> None:
    found = count(
        {
            "states/law/a.py": "",
            "states/law/b.py": "from . import a",
            "workflow/cases/a.py": "from disclosure.states.law import a, b",
            "workflow/cases/deep/b.py": "from disclosure.states.law import a\nimport json, sqlalchemy",
        }
    )
    assert arrows(found) == {("workflow/cases", "states/law")}


def test_folders_and_loose_modules_are_parts(count: Count) -> None:
    found = count(
        {
            "states/law/text.toml": "",
            "notifications/formats/word/letterhead.py": "",
            "workflow/clock.py": "",
            "workflow/cases/a.py": "",
            "workflow/__init__.py": "",
            "workflow/__pycache__/a.pyc": "",
        }
    )
    assert list(found.parts) == ["notifications/formats", "workflow/cases", "workflow/clock"]
    assert found.modules_in_workflow == ["clock.py"]


def test_the_law_and_the_papers_are_one_room_each_and_the_floor_at_work_is_opened(count: Count) -> None:
    found = count(
        {
            "states/law/a.py": "",
            "states/rules/b.py": "from ..law import a",
            "notifications/formats/word.py": "from ...states.rules import b",
            "workflow/cases/c.py": "from ...states.law import a\nfrom ...states.rules import b",
            "workflow/cli/d.py": "from ..cases import c",
        }
    )
    assert found.rooms == {"states": 1, "notifications": 2, "workflow/cases": 2, "workflow/cli": 3}
    assert {(arrow.start, arrow.end) for arrow in found.arrows} == {
        ("notifications", "states"),
        ("workflow/cases", "states"),
        ("workflow/cli", "workflow/cases"),
    }


@pytest.mark.parametrize(
    ("face", "is_room"),
    [
        ("NAME = 1\n" * 60, False),
        ("def __getattr__(name): ...\n" + "NAME = 1\n" * 38, False),
        ("def __getattr__(name): ...\n" + "NAME = 1\n" * 39, True),
    ],
)
def test_only_a_long_face_that_defines_something_is_a_room(count: Count, face: str, is_room: bool) -> None:
    found = count({"workflow/__init__.py": face + "from .cases import a", "workflow/cases/a.py": ""})
    assert ("workflow" in found.parts) is is_room
    assert arrows(found) == ({("workflow", "workflow/cases")} if is_room else set())


WRITERS = {
    "workflow/approvals/__init__.py": "gives the catalogue the titles that the verbs declare",
    "workflow/approvals/commands.py": "writes the name that goes on record of who granted an extension, with the post",
    "workflow/approvals/items.py": "writes the entries of other systems' to-do lists",
    "workflow/casefile/bundle.py": "writes the evidence bundle",
    "workflow/cases/earlier.py": "writes how a paper cites the reply to another request",
    "workflow/delivery/texts.py": "writes mails and chat messages",
    "workflow/notices/record.py": "writes what forms tell of earlier papers, and the proof that goes on record",
    "workflow/notices/templates.py": "fills the sample of an office's own template",
    "workflow/register/lines.py": "writes the reason that goes on record where a register gives none",
    "workflow/register/template.py": "writes the empty register",
    "workflow/reports/check.py": "writes the check of a report",
    "workflow/reports/footing.py": "writes the checks that a report prints",
    "workflow/reports/layout.py": "writes the heading of a report",
    "workflow/reports/word_excel.py": "writes the report as workbook and document",
    "workflow/reports/terminal.py": "writes the report as text",
}
"""The modules beside the doors that put things into words, each with the document that it writes."""


def test_only_the_doors_and_writers_of_documents_put_things_into_words(house: Any) -> None:
    arrows = [arrow for arrow in house.figures(house.ROOT).part_arrows if arrow.end == "notifications/messages"]
    files = {file.partition(" -> ")[0] for arrow in arrows for file in arrow.files}
    doors = ("workflow/cli/", "workflow/web/", "workflow/__init__.py")
    assert {file for file in files if file.startswith("workflow/") and not file.startswith(doors)} == WRITERS.keys()


LAZY = """
_HOME = {"cases.move": ("move", "MoveRequest"), "clock": ("now")}
def __getattr__(name): ...
"""
EAGER = """
from .cases.move import move, MoveRequest
from disclosure.workflow.clock import now as now
"""


@pytest.mark.parametrize("face", [LAZY, EAGER, "if TYPE_CHECKING:" + EAGER.replace("\n", "\n    ") + LAZY])
def test_what_a_face_hands_on_counts_for_its_home(count: Count, face: str) -> None:
    found = count(
        {
            "workflow/__init__.py": face + "version = 1",
            "workflow/cases/move.py": "",
            "workflow/clock.py": "",
            "workflow/cli/a.py": "from disclosure.workflow import move, MoveRequest, version, unknown",
            "workflow/web/b.py": "from .. import now",
        }
    )
    assert arrows(found) == {("workflow/cli", "workflow/cases"), ("workflow/web", "workflow/clock")}


def test_a_face_may_hand_on_from_another_face(count: Count) -> None:
    found = count(
        {
            "workflow/__init__.py": '_HOME = {"cases": ("move",)}',
            "workflow/cases/__init__.py": "from ..kernel.moves import move",
            "workflow/kernel/moves.py": "def move(): ...",
            "workflow/cli/a.py": "from disclosure.workflow import move",
        }
    )
    assert ("workflow/cli", "workflow/kernel") in arrows(found)


def test_a_floor_is_the_longest_way_down(count: Count) -> None:
    found = count(
        {
            "states/a.py": "",
            "states/b.py": "from . import a",
            "states/c.py": "from . import a, b",
            "workflow/d.py": "from . import e\nfrom ..states import c",
            "workflow/e.py": "from . import d",
            "workflow/f.py": "from . import d",
        }
    )
    assert found.parts == {
        "states/a": 1,
        "states/b": 2,
        "states/c": 3,
        "workflow/d": 4,
        "workflow/e": 4,
        "workflow/f": 5,
    }


def test_an_arrow_up_goes_against_the_three_floors(count: Count) -> None:
    found = count(
        {"states/law/a.py": "from disclosure.notifications.formats import b", "notifications/formats/b.py": ""}
    )
    assert [(arrow.start, arrow.end) for arrow in found.arrows_up] == [("states/law", "notifications/formats")]
    assert found.room_circles == []


FLOORS = '[tool.disclosure.house]\nfloors = [["kernel"], ["workflow/cases", "approvals"], ["gone"]]\n'


def test_an_arrow_up_goes_against_the_floors_that_are_told(count: Count) -> None:
    found = count(
        {
            "pyproject.toml": FLOORS,
            "workflow/kernel/a.py": "from ..cases import b",
            "workflow/cases/b.py": "from ..approvals import c",
            "workflow/approvals/c.py": "",
        }
    )
    assert [(arrow.start, arrow.end) for arrow in found.arrows_up] == [("workflow/kernel", "workflow/cases")]
    assert found.placed_but_missing == ["workflow/gone"]


def test_where_no_floors_are_told_each_arrow_of_a_circle_goes_up(count: Count) -> None:
    found = count(
        {
            "workflow/kernel/a.py": "from ..cases import b",
            "workflow/cases/b.py": "from ..kernel import c",
            "workflow/kernel/c.py": "",
            "workflow/cli/d.py": "from ..cases import b",
        }
    )
    assert {(arrow.start, arrow.end) for arrow in found.arrows_up} == {
        ("workflow/kernel", "workflow/cases"),
        ("workflow/cases", "workflow/kernel"),
    }
    assert found.room_circles == [["workflow/cases", "workflow/kernel"]]
    assert found.file_circles == []  # the files go round no circle, only their rooms


def test_a_circle_of_files_is_listed_once_with_its_files(count: Count) -> None:
    found = count(
        {
            "workflow/cases/a.py": "from . import b",
            "workflow/cases/b.py": "def f():\n    from .c import x",
            "workflow/cases/d.py": "from . import a",
            "workflow/cases/c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .a import y",
        }
    )
    assert found.file_circles == [["workflow/cases/a.py", "workflow/cases/b.py", "workflow/cases/c.py"]]
    assert found.room_circles == []


def test_six_parameters_are_fine_and_seven_are_counted(count: Count) -> None:
    six = "def six(a, b, /, c, d, *rest, e, f, **more): ...\n"
    seven = "async def seven(a, b, /, c, d, *rest, e, f, g, **more): ...\n"
    methods = "class A:\n    def fine(self, a, b, c, d, e, f): ...\n    def wide(cls, a, b, c, d, e, f, g): ...\n"
    found = count({"states/law/a.py": six + seven + methods})
    assert [(place.number, place.name) for place in found.wide_functions] == [(7, "seven"), (7, "wide")]


def test_45_lines_are_fine_and_46_are_counted(count: Count) -> None:
    def function(name: str, lines: int) -> str:
        return f"@decorator\ndef {name}():\n" + "    x = 1\n" * (lines - 1)

    found = count(
        {
            "states/law/a.py": function("fine", 45) + function("long", 46),
            "workflow/kernel/migrations/b.py": function("old", 90),
        }
    )
    assert [(place.number, place.name, place.line) for place in found.long_functions] == [(46, "long", 48)]
    assert found.longest_function.name == "long"


def test_nesting_counts_blocks_in_blocks(count: Count) -> None:
    shallow = "def chain(x):\n    if x:\n        y\n    elif z:\n        y\n    elif w:\n        y\n"
    inner = "def outer():\n    if a:\n        def inner():\n            if b:\n                c\n"
    deep = "def deep(x):\n    for a in x:\n        try:\n            b\n        except E:\n            if c:\n                d\n"
    branch = "def branch(x):\n    if a:\n        b\n    else:\n        if c:\n            d\n"
    found = count({"states/law/a.py": shallow + inner + deep})
    assert (found.deepest_function.number, found.deepest_function.name) == (3, "deep")
    assert count({"states/law/a.py": shallow + inner + branch}).deepest_function.name == "branch"


def test_any_and_skips_are_counted_in_the_three_folders_only(count: Count) -> None:
    text = "from typing import Any\nx: dict[str, Any] = {}  # fmt: skip\nAnything = 1\ndef f(y: Any) -> list[dict[str, Any]]: ...\n"
    found = count({"states/law/a.py": text, "workflow/cases/b.py": "Any", "tests/c.py": text})
    assert (found.any, found.dict_any, found.fmt_skip) == (5, 2, 1)
    assert [(item.path, item.any, item.dict_any) for item in found.worst_files] == [
        ("states/law/a.py", 4, 2),
        ("workflow/cases/b.py", 1, 0),
    ]


def test_check_fails_when_a_bound_is_exceeded(house: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(build(tmp_path, {"workflow/cases/a.py": ""}))
    assert house.main(["--root", root, "--check"]) == 0
    build(tmp_path, {"workflow/clock.py": ""})
    assert house.main(["--root", root]) == 0
    assert house.main(["--root", root, "--check"]) == 1
    assert "modules in workflow" in capsys.readouterr().out
    assert house.main(["--root", root, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["exceeded"] == ["modules_in_workflow"] and told["measures"].keys() == house.BOUNDS.keys()


def test_the_walk_is_bounded_by_its_files(house: Any, tmp_path: Path) -> None:
    files = {f"workflow/cases/{number}.py": ["f", "g"] for number in range(14)}
    assert house.figures(tmp_path, files).exceeded() == ["walk_files"]
    assert "The last approval enters 28 functions in 14 files" in list(house.report(house.figures(tmp_path, files)))


def test_the_product_keeps_its_bounds() -> None:
    run = [sys.executable, str(COMMAND), "--walk", "--check"]
    done = subprocess.run(run, capture_output=True, text=True)  # noqa: S603 - this project's own command
    assert done.returncode == 0, done.stdout + done.stderr
