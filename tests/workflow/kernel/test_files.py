"""Files that somebody names: what cannot be read says which file it was, and why."""

from pathlib import Path

import pytest

from disclosure.states.errors import SetupError
from disclosure.workflow.kernel.files import read_bytes, read_text


def code(path: Path) -> str:
    """The code with which both readers refuse a file."""
    found = set()
    for read in (read_bytes, read_text):
        with pytest.raises(SetupError) as refused:
            read(path)
        assert refused.value.fields["path"] == str(path)
        found.add(refused.value.code)
    (one,) = found
    return one


def test_what_is_no_file_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    assert code(tmp_path / "nothing") == "file_missing"
    for path in (tmp_path, tmp_path / "x" / "y", tmp_path / ("x" * 300), tmp_path / "\0"):
        assert code(path) == "file_unreadable"


def test_a_text_has_to_be_utf_8_and_may_begin_with_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes("王".encode("gb18030"))
    with pytest.raises(SetupError, match="file_unreadable"):
        read_text(path)
    path.write_bytes(b"\xef\xbb\xbf" + "王".encode())
    assert read_text(path) == "王"
