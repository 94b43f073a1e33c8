"""Files that can't be read as a whole."""

import zipfile
from pathlib import Path

import pytest
from register_book import (
    FULL,
    TODAY,
    book,
    rewrite,
    table,
)

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import SetupError
from disclosure.workflow.register.columns import limits
from disclosure.workflow.register.reading import read_register


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.xlsx"


def compound(content: bytes) -> bytes:
    return bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + content


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"a,b,c\n1,2,3\n", "not_a_workbook"),
        (b"PK\x03\x04 nonsense", "not_a_workbook"),
        (compound(b"Workbook"), "legacy_format"),
        (compound("EncryptedPackage".encode("utf-16-le")), "encrypted"),
    ],
)
def test_files_of_another_kind_are_refused_with_a_reason(path: Path, content: bytes, problem: str) -> None:
    path.write_bytes(content)
    refuses(path, problem)


def refuses(path: Path, problem: str) -> None:
    with pytest.raises(SetupError) as caught:
        read_register(path, today=TODAY)
    assert caught.value.code == "unreadable_workbook"
    assert caught.value.fields["problem"] == problem
    assert caught.value.fields["path"] == str(path)
    assert describe(caught.value).endswith("。")


def test_a_missing_file_and_a_folder_are_refused(path: Path) -> None:
    refuses(path, "missing")
    refuses(path.parent, "not_a_file")


def test_an_archive_that_is_no_workbook_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    refuses(path, "not_a_workbook")


@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_damaged_workbook_is_refused(path: Path, member: str) -> None:
    book(path, ("台账", table(FULL)))
    rewrite(path, member, lambda xml: xml[: len(xml) // 2])
    refuses(path, "damaged")


def test_a_file_that_is_too_big_is_refused(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(limits().file_megabytes * 1024 * 1024 + 1)
    refuses(path, "too_big")


def test_a_workbook_that_unpacks_to_a_flood_is_refused(path: Path) -> None:
    book(path, ("台账", table(FULL)))
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/media/flood.bin", "w", force_zip64=True) as flood,
    ):
        for _ in range(limits().unpacked_megabytes + 1):
            flood.write(bytes(1024 * 1024))
    assert path.stat().st_size < limits().file_megabytes * 1024 * 1024
    refuses(path, "too_big_unpacked")
