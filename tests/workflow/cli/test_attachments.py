"""Attachments on the command line: filed, listed, taken out, proved."""

import io
import subprocess
import sys

import pytest
from attached import EACH, PDF

from disclosure.notifications.messages.catalogue import say
from disclosure.workflow.cli.attachments import ROLES, typed_role
from disclosure.workflow.filing import entries

REQUEST = {
    "case": "A-1",
    "move": "submit",
    "at": "2024-06-03",
    "by": "u1",
    "data": {
        "channel": "in_person",
        "applicant": {"kind": "natural_person", "name": "欧阳小明"},
        "information": "规划批复",
    },
}


@pytest.fixture
def case(cli):
    """A case, and a scan beside it."""
    assert cli.replay(REQUEST).status == 0
    (cli.folder / "欧阳小明身份证.pdf").write_bytes(PDF)
    return cli


def scan(case, *options):
    return case.json("attach", "A-1", str(case.folder / "欧阳小明身份证.pdf"), *options)


@pytest.mark.wheel
def test_a_file_is_filed_listed_taken_out_and_proved(case):
    made = scan(case, "--role", "identity")
    assert list(made) == ["number", "name", "role", "type", "size", "sha256", "on", "at", "by", "case"]
    assert (made["number"], made["name"], made["type"]) == (1, "欧阳小明身份证.pdf", "application/pdf")
    (listed,) = case.json("attachments", "A-1")["attachments"]
    assert (listed["name"], listed["role"], listed["size"]) == ("欧***.pdf", "identity", len(PDF))
    taken = case.json("attachments", "A-1", "1", "--to", str(case.folder / "out.pdf"), "--why", "核对")
    assert (taken["name"], taken["sha256"]) == ("欧阳小明身份证.pdf", made["sha256"])
    assert (case.folder / "out.pdf").read_bytes() == PDF
    audit = case.json("audit", "verify")
    assert (audit["attachments"], audit["faults"]) == (1, [])
    (read,) = case.json("audit", "reads", "A-1")["reads"]
    assert (read["what"], read["about"], read["why"]) == ("attachment", "1", "核对")


def test_show_has_attachments_with_names_masked_unless_they_are_asked_for(case):
    scan(case)
    (masked,) = case.json("show", "A-1")["attachments"]
    (clear,) = case.json("show", "A-1", "--unmask")["attachments"]
    assert (masked["name"], clear["name"]) == ("欧***.pdf", "欧阳小明身份证.pdf")
    assert case.json("show", "A-1", "--as-of", "2024-06-03")["attachments"] == [masked]
    out = case("show", "A-1").out
    assert "申请材料" in out and "欧阳" not in out


def test_a_case_without_attachments_says_so(case):
    assert case.json("attachments", "A-1") == {"case": "A-1", "attachments": []}
    assert case("attachments", "A-1").out == "没有附件\n"
    assert case.json("show", "A-1")["attachments"] == []


def test_each_role_is_typed_by_its_key_or_any_of_its_words(case):
    assert ROLES == entries.ROLES
    for key in ROLES:
        words = [key, say(f"attachment_role_{key}"), *say(f"attachment_words_{key}").split("、")]
        assert {typed_role(word) for word in words} == {key}
    assert scan(case, "--role", "身份证")["role"] == "identity"
    refused = case("attach", "A-1", str(case.folder / "欧阳小明身份证.pdf"), "--role", "别的")
    assert (refused.status, "附件的用途" in refused.err, "送达回证" in refused.err) == (2, True, True)


def test_the_name_may_be_another_one_and_is_refused_as_a_path(case):
    assert scan(case, "--name", "身份证（正面）.pdf")["name"] == "身份证（正面）.pdf"
    path = str(case.folder / "欧阳小明身份证.pdf")
    for name, told in (("../a.pdf", "第 3 个字符"), ("名" * 300, "最多 255 个字")):
        refused = case("attach", "A-1", path, "--name", name)
        assert (refused.status, told in refused.err) == (2, True), refused.err


def test_a_file_that_lies_or_runs_or_is_not_there_is_told_in_one_line(case):
    for name, content in (("照片.png", PDF), ("木马.exe", b"MZ\x90\0"), ("空.txt", b"")):
        (case.folder / name).write_bytes(content)
        refused = case("attach", "A-1", str(case.folder / name))
        assert (refused.status, refused.out, refused.err.count("\n")) == (2, "", 1), refused
        assert refused.err.startswith("bad_data: ")
    for path in (case.folder / "没有.pdf", case.folder):
        refused = case("attach", "A-1", str(path))
        assert (refused.status, refused.err.count("\n")) == (2, 1)
        assert refused.err.startswith("file_")
    assert case.json("attachments", "A-1")["attachments"] == []


def test_what_is_changed_in_the_folder_is_found_and_does_not_come_out(case, monkeypatch):
    monkeypatch.setenv("DISCLOSURE_ATTACHMENTS", str(case.folder / "contents"))
    case.json("settings", "--set", "attachment_store=folder")
    scan(case)
    (file,) = [path for path in (case.folder / "contents").rglob("*") if path.is_file()]
    told = case.json("backup", str(case.folder / "copy.db"))
    assert told["outside"] == {"folder": 1}
    assert "1 件附件" in case("backup", str(case.folder / "copy.db")).err
    file.write_bytes(PDF + b"x")
    target = case.folder / "out.pdf"
    target.write_bytes(b"earlier")
    refused = case("attachments", "A-1", "1", "--to", str(target))
    assert (refused.status, refused.err.startswith("attachment_altered:")) == (2, True)
    assert target.read_bytes() == b"earlier"
    found = case("audit", "verify")
    assert (found.status, "第 1 件附件" in found.out) == (1, True)


def test_a_copy_of_the_database_holds_what_lies_in_it(case):
    (case.folder / "表.xlsx").write_bytes(EACH["xlsx"])
    case.json("attach", "A-1", str(case.folder / "表.xlsx"))
    assert case.json("backup", str(case.folder / "copy.db"))["outside"] == {}
    case.db = str(case.folder / "back.db")
    case.json("restore", str(case.folder / "copy.db"))
    case.json("attachments", "A-1", "1", "--to", str(case.folder / "out.xlsx"))
    assert (case.folder / "out.xlsx").read_bytes() == EACH["xlsx"]


def test_without_a_file_to_write_the_content_goes_to_standard_output(case):
    scan(case)
    command = [sys.executable, "-c", "from disclosure.workflow.cli.main import main; main()"]
    done = subprocess.run(  # noqa: S603
        [*command, "attachments", "A-1", "1", "--db", case.db], capture_output=True, check=True, timeout=60
    )
    assert done.stdout == PDF


def test_a_stream_of_text_is_no_place_for_a_content(case, monkeypatch):
    scan(case)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert case("attachments", "A-1", "1").err.startswith("output_needed:")
