"""A file appears whole or not at all, and an earlier one stays until then."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from disclosure.notifications.files import appearing, write_whole

FULL = """
import resource, signal, sys
from pathlib import Path
from disclosure.notifications.files import write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_whole(Path(sys.argv[1]), b"new" * 9000)
except OSError:
    sys.exit(7)
"""
"""A process on whose disk no file of more than a page has room."""


@pytest.mark.parametrize("earlier", [b"old" * 9000, None])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, earlier: bytes | None) -> None:
    path = tmp_path / "bundle.zip"
    if earlier is not None:
        path.write_bytes(earlier)
    done = subprocess.run([sys.executable, "-c", FULL, str(path)], check=False)  # noqa: S603 - our own text
    assert done.returncode == 7
    assert {item.name: item.read_bytes() for item in tmp_path.iterdir()} == (
        {path.name: earlier} if earlier is not None else {}
    )


def test_a_new_file_takes_the_place_and_the_rights_of_the_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "paper.txt"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)
    assert list(tmp_path.iterdir()) == [path]


def test_a_first_file_has_the_rights_that_the_process_gives_or_those_asked_for(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write_whole(tmp_path / "a", b"")
    write_whole(tmp_path / "b", b"", 0o600)
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "a", "b")}
    assert (modes["a"], modes["b"]) == (modes["plain"], 0o600)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "far").write_bytes(b"old")
    (tmp_path / "near").symlink_to("far")
    write_whole(tmp_path / "near", b"new")
    assert (tmp_path / "near").is_symlink() and (tmp_path / "far").read_bytes() == b"new"


def test_what_is_no_file_is_written_to_and_a_folder_is_refused(tmp_path: Path) -> None:
    write_whole(Path(os.devnull), b"new")
    assert not stat.S_ISREG(Path(os.devnull).stat().st_mode)
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, b"new")


def test_what_writes_a_file_by_itself_leaves_none_that_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    with pytest.raises(ValueError, match="half"), appearing(path) as unfinished:
        unfinished.write_bytes(b"half")
        raise ValueError("half")
    assert list(tmp_path.iterdir()) == []
    with appearing(path, 0o600) as unfinished:
        unfinished.write_bytes(b"whole")
        assert not path.exists()
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"whole", 0o600)
