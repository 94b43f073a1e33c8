"""Every file or folder that a command is told to read is refused in one line where it cannot be read."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from approvals import directory_text
from doors import CASE, SHEET, House
from pytest import CaptureFixture, MonkeyPatch

from disclosure.workflow.cli.main import disclosure as program

COULD_NOT_RUN = 2
READ: dict[tuple[str, str], tuple[str, ...]] = {
    ("replay", "files"): ("replay", "@"),
    ("import", "register"): ("import", "@"),
    ("serve-proof", "file"): ("serve-proof", CASE, "1", "signed", "--file", "@"),
    ("propose", "draft"): ("propose", CASE, "extend", "--data", "days=5", "--data", "reason=多", "--draft", "@"),
    ("edit", "draft"): ("edit", SHEET, "--draft", "@"),
    ("directory", "load"): ("directory", "--load", "@"),
    ("directory", "check"): ("directory", "--check", "@"),
    ("procedure", "load"): ("procedure", "--load", "@"),
    ("procedure", "check"): ("procedure", "--check", "@"),
    ("numbering", "load"): ("numbering", "--load", "@"),
    ("channels", "file"): ("channels", "@"),
    ("calendar load", "file"): ("calendar", "load", "@"),
    ("audit verify", "anchor_file"): ("audit", "verify", "--anchor", "@"),
    ("audit anchor", "key_file"): ("audit", "anchor", "anchor.json", "--key", "@"),
    ("tick", "key_file"): ("tick", "--key", "@"),
    ("attach", "file"): ("attach", CASE, "@"),
    ("bundle", "key_file"): ("bundle", CASE, "--to", "bundle.zip", "--key", "@"),
    ("restore", "file"): ("restore", "@"),
    ("check", "file"): ("check", "@"),
    ("check", "previous"): ("check", "report.json", "--previous", "@"),
}
"""How each file that is read is typed; ``@`` is the file."""
READ_FOLDERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("law check", "folder"): ("law", "check", "@"),
    ("law impact", "folder"): ("law", "impact", "@"),
    ("template check", "folder"): ("template", "check", "@"),
    ("template install", "folder"): ("template", "install", "@"),
    ("template preview", "folder"): ("template", "preview", "reply", "--folder", "@"),
}
"""The same for folders."""
UNWRITABLE = {
    ("import", "template"): ("import", "--template", "@"),
    ("issue", "folder"): ("issue", CASE, "registration", "--carrier", "text", "--to", "@"),
    ("relay", "target"): ("relay", "--to", "@"),
    ("template export", "folder"): ("template", "export", "@"),
    ("attachments", "target"): ("attachments", CASE, "1", "--to", "@"),
    ("audit key", "file"): ("audit", "key", "@"),
    ("audit anchor", "file"): ("audit", "anchor", "@", "--key", "@office.key"),
    ("backup", "file"): ("backup", "@"),
}
"""How each that is written is typed."""
ELSEWHERE = {("serve", "config"): "tests/workflow/cli/test_serve.py: it goes by the clock alone, and takes no day"}
"""Those that are not asked here, with the place where they are."""
CODES = ("file_missing", "file_unreadable", "unreadable_workbook", "unreadable_report")
"""What such a file is refused with."""


def typed_files(found: click.Command = program, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every file or folder that a command takes, by the names of the command and of its parameter."""
    if not isinstance(found, click.Group):
        yield from ((" ".join(path), str(item.name)) for item in found.params if isinstance(item.type, click.Path))
        return
    at = click.Context(found)
    for name in found.list_commands(at):
        inner = found.get_command(at, name)
        assert inner is not None
        yield from typed_files(inner, (*path, name))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The office; nobody in this module may change anything in it."""
    found = House(tmp_path_factory.mktemp("house"))
    yield found
    found.engine.dispose()


def test_every_file_that_a_command_takes_is_known() -> None:
    assert set(typed_files()) == READ.keys() | READ_FOLDERS.keys() | UNWRITABLE.keys() | ELSEWHERE.keys()


def places(folder: Path) -> dict[str, Path]:
    """What may stand where a file is to be read, and cannot be read as one."""
    (folder / "there.toml").write_text(directory_text(), "utf-8")
    return {
        "missing": folder / "nothing.toml",
        "too long for a name": folder / ("长" * 300),
        "below a file": folder / "there.toml" / "x.toml",
    }


@pytest.mark.parametrize("place", ["folder", "missing", "too long for a name", "below a file"])
@pytest.mark.parametrize("way", READ.values(), ids=" ".join)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(
    house: House,
    way: tuple[str, ...],
    place: str,
    tmp_path: Path,
    capsys: CaptureFixture[str],
    monkeypatch: MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.json").write_text('{"year": 2024, "section3": {}, "section4": {}}', "utf-8")
    path = tmp_path if place == "folder" else places(tmp_path)[place]
    _refused(house, way, path, capsys)


@pytest.mark.parametrize("place", ["missing", "too long for a name", "below a file"])
@pytest.mark.parametrize("way", READ_FOLDERS.values(), ids=" ".join)
def test_a_folder_that_cannot_be_read_is_refused_in_one_line(
    house: House, way: tuple[str, ...], place: str, tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    _refused(house, way, places(tmp_path)[place], capsys)


def _refused(house: House, way: tuple[str, ...], path: Path, capsys: CaptureFixture[str]) -> None:
    before = house.rows()
    user = "root" if way[0] not in ("serve-proof", "propose", "edit") else "u1"
    assert house.run(tuple(str(path) if part == "@" else part for part in way), user) == COULD_NOT_RUN
    told = capsys.readouterr().err
    assert told.startswith(tuple(f"{code}:" for code in CODES)) and len(told.splitlines()) == 1, told
    assert house.rows() == before


@pytest.mark.parametrize("place", ["too long for a name", "below a file"])
@pytest.mark.parametrize("way", UNWRITABLE.values(), ids=" ".join)
def test_a_file_that_cannot_be_written_is_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory,
    way: tuple[str, ...],
    place: str,
    tmp_path: Path,
    capsys: CaptureFixture[str],
) -> None:
    house = House(tmp_path_factory.mktemp("house"))
    user = "u1" if way[0] == "issue" else "root"
    path = places(tmp_path)[place]
    assert house.run(tuple(str(path) if part == "@" else part for part in way), user) == COULD_NOT_RUN
    told = capsys.readouterr().err
    assert told.startswith(("file_unwritable:", "unwritable_workbook:")), told
    house.engine.dispose()
