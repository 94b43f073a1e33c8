"""Every file that the product names itself gets its name from one function, and every writer of files is known."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("states", "notifications", "workflow")
WRITERS = {
    "notifications/channels/folder.py": "the messages of a folder, named by their keys",
    "notifications/files.py": "`write_whole`: the file that its caller names",
    "workflow/cli/attachments.py": "an attachment in the file that is typed",
    "workflow/cli/auditing.py": "the office's key, and anchors, in the files that are typed",
    "workflow/cli/options.py": "`write_out`: the file that is typed, or one that its caller names",
    "workflow/cli/papers.py": "papers in the folder that is typed, and a bundle",
    "workflow/cli/reports.py": "a report in the file that is typed",
    "workflow/cli/templates.py": "templates in the folder that is typed",
    "workflow/delivery/relay.py": "messages at the end of the file that is typed",
    "workflow/filing/stores.py": "contents in the office's folder, under keys of the product's own",
    "workflow/kernel/backup.py": "a copy in the file that is typed, or in the place of a database",
    "workflow/web/resources/reports.py": "an upload in a folder of its own, under a name of the product's own",
    "workflow/register/template.py": "the empty register in the file that is typed",
}
"""Modules that write files, each with what it writes and under whose name."""
_WHOLE = {"write_whole", "write_portions", "write_out", "appearing"}
"""What puts a file in place, whole or in portions, its door for commands, and the same for what writes it by itself."""
_WRITING = _WHOLE | {"write_text", "write_bytes", "mkstemp", "NamedTemporaryFile", "copyfile", "extractall"}
UNFINISHED = "f'.unfinished-{secrets.token_hex(8)}'"
"""The name of a file that is not whole yet: made of no key."""
_OPENING = {"open", "fdopen"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """The product's own code."""
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def called(node: ast.Call) -> str:
    """The last part of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def writes(node: ast.AST) -> bool:
    """Whether this writes a file of the machine; an archive in memory is none."""
    if not isinstance(node, ast.Call):
        return False
    if called(node) in _WRITING:
        return True
    modes = [
        item.value
        for item in [*node.args[:2], *(word.value for word in node.keywords if word.arg == "mode")]
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    ]
    return called(node) in _OPENING and any(set(mode) <= set("rwaxbt+") and set(mode) & set("wax+") for mode in modes)


def test_every_writer_of_files_is_known() -> None:
    assert {name for name, tree in modules() if any(writes(node) for node in ast.walk(tree))} == WRITERS.keys()


def test_one_function_puts_files_in_place_whole_or_not_at_all() -> None:
    """The relay writes at the end of a file, and takes back what it could not end."""
    other = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if writes(node) and isinstance(node, ast.Call) and called(node) not in _WHOLE
    }
    assert other == {"notifications/files.py", "workflow/delivery/relay.py"}


def test_a_document_is_saved_in_memory_first() -> None:
    """A library's own ``save`` to a path would leave half a file; ``getvalue`` tells that it was memory."""
    for name, tree in modules():
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            read = {ast.unparse(node.func) for node in calls}
            saved = [node.args[0] for node in calls if called(node) == "save" and len(node.args) == 1]
            assert [name for item in saved if f"{ast.unparse(item)}.getvalue" not in read] == []


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_puts_into_a_folder_what_the_one_function_has_named(name: str) -> None:
    """What is put behind a folder is the call itself: ``folder / file_name(...)``."""
    tree = ast.parse((ROOT / name).read_text("utf-8"))
    joined = [node.right for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]
    joined += [
        item
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in ("joinpath", "with_name")
        for item in node.args
    ]
    others = [ast.unparse(item) for item in joined if not (isinstance(item, ast.Call) and called(item) == "file_name")]
    assert [name for name in others if name != UNFINISHED] == []


def test_one_function_makes_file_names() -> None:
    made = [
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.strip("_") in ("file_name", "filename", "safe_name")
    ]
    assert made == ["states/admission.py"]


def test_what_stands_in_an_archive_is_named_by_it_too() -> None:
    """Titles and the names of scans become paths in the bundle."""
    tree = ast.parse((ROOT / "workflow/casefile/bundle.py").read_text("utf-8"))
    named = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    paths = [text for text in named if "/" in text and "bundle_" in text]
    assert len(paths) == 4 and all("file_name(" in text for text in paths)
