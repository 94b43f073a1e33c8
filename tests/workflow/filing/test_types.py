"""What a file is by its content, and the names that lie about it."""

import io

import pytest
from attached import EACH, OLE, PDF, zipped

from disclosure.notifications.messages.catalogue import message_keys
from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData
from disclosure.workflow.filing.types import PORTION, TYPES, claim_of, portions, type_of


def judged(name: str, content: bytes) -> str:
    """The key of the type, or what is wrong."""
    try:
        return type_of(name, io.BytesIO(content)).key
    except BadData as error:
        (fault,) = error.faults
        assert "None" not in describe(error) and "{" not in describe(error)
        return str(fault["problem"])


def test_there_is_a_content_of_each_type_and_each_has_its_words():
    assert EACH.keys() == TYPES.keys()
    assert {f"file_type_{key}" for key in TYPES} <= set(message_keys())


@pytest.mark.parametrize("key", TYPES)
def test_each_type_is_known_by_its_content_under_each_of_its_endings(key):
    for suffix in TYPES[key].suffixes:
        assert judged(f"材料.{suffix.upper()}", EACH[key]) == key


@pytest.mark.parametrize("key", TYPES)
def test_a_name_that_claims_another_type_is_refused(key):
    other = "png" if key == "pdf" else "pdf"
    assert judged(f"材料.{other}", EACH[key]) == "other_type"


def test_the_refusal_tells_what_it_is_and_what_to_call_it():
    with pytest.raises(BadData) as refused:
        type_of("照片.png", io.BytesIO(PDF))
    assert describe(refused.value) == (
        "文件名以 .png 结尾，内容却是“PDF 文件”；请改用 .pdf 结尾的文件名，或者核对是不是选错了文件"
    )


@pytest.mark.parametrize(
    "name", ["扫描件", "2024.3.5收到", "情况说明v2.1", "a.b.c.附件", "第3.5条", ".", "合同.副本文件"]
)
def test_a_name_that_claims_nothing_is_taken(name):
    assert claim_of(name) == ""
    assert judged(name, PDF) == "pdf"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("安装.exe", b"MZ\x90\x00"),
        ("安装.exe ", b"MZ\x90\x00"),
        ("安装.exe.", PDF),
        ("申请.pdf.js", b"alert(1)"),
        ("申请.txt", b"MZ\x90\x00\x03"),
        ("申请", b"\x7fELF\x02\x01"),
        ("申请.txt", b"#!/bin/sh\nrm -rf /\n"),
        ("申请.txt", b"  <!DOCTYPE html><html><script>1</script>"),
        ("图.txt", b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg onload="x()"/>'),
        ("页面.html", b"<p>text</p>"),
        ("表.xlsm", zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")),
        ("表.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")),
        ("材料.zip", zipped("a.pdf", "子目录/木马.EXE")),
        ("材料.zip", zipped("META-INF/MANIFEST.MF", "a/B.class")),
        ("捷径.lnk", b"L\x00\x00\x00\x01\x14\x02\x00"),
    ],
)
def test_what_runs_is_refused_whatever_it_is_called(name, content):
    assert judged(name, content) in ("file_runs", "content_runs")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (bytes(range(256)), "type_unknown"),
        (b"\x00" * 2000, "type_unknown"),
        (b"PK\x03\x04" + b"x" * 100, "zip_damaged"),
        (EACH["docx"][:-30], "zip_damaged"),
        ("申请".encode("gb18030") * 100, "text"),
        ("申请".encode("utf-16"), "text"),
        ("刘䶮".encode(), "text"),
        (("甲" * PORTION).encode(), "text"),
        (b"a" * PORTION + b"\x00", "type_unknown"),
        (b"Dear Sir: nothing\n\ntext", "text"),
        (zipped("申请书.docx", content=EACH["docx"]), "zip"),
    ],
)
def test_what_has_no_signature_is_text_to_its_end_or_unknown(content, found):
    assert judged("申请", content) == found


def test_a_zip_whose_list_of_entries_would_fill_the_memory_is_refused():
    assert judged("多.zip", zipped(*(f"{place:0200}" for place in range(5000)))) == "zip_damaged"


def test_files_of_wps_look_alike_and_their_name_tells_which_one():
    assert judged("旧文件", OLE) == "doc"
    assert judged("旧文件.et", OLE) == "et"


def test_a_content_is_given_from_its_beginning_a_portion_at_a_time():
    content = io.BytesIO(b"x" * (PORTION + 1))
    content.seek(7)
    assert [len(portion) for portion in portions(content)] == [PORTION, 1]
