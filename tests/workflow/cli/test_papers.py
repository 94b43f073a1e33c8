"""Papers on the command line: issued, shown, printed again, served, voided."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from carriers import json_carrier
from desk import opened, work

DATA = Path(__file__).parents[2] / "data"
OFFICE = ("name=湖城市水务局", "kind=department", "code=湖水公开", "address=滨河路1号", "phone=0000-1")
OFFICE += ("court=湖城市中级人民法院", "review_organ=湖城市人民政府")
POST = ("--data", "method=post", "--data", "carrier=EMS", "--data", "waybill=E1", "--data", "address=某路1号")


@pytest.mark.wheel
def test_a_reply_goes_out_and_comes_back_signed(cli, replied):
    done = cli.json("issue", "A-1", "reply", "--carrier", "text", "--carrier", "docx", "--to", str(cli.folder / "out"))
    assert done["number"] == "湖水公开〔2024〕1号"
    assert sorted(path.name for path in (cli.folder / "out").iterdir()) == ["A-1-1.docx", "A-1-1.txt"]
    assert cli("papers", "A-1", "1").out == (cli.folder / "out" / "A-1-1.txt").read_text("utf-8")
    cli.json("serve-proof", "A-1", "1", "dispatched", "--on", "2024-05-20", *POST)
    signed = cli.json("serve-proof", "A-1", done["number"], "signed", "--on", "2024-05-23", "--data", "signed_by=本人")
    assert signed["moved"]["move"] == "serve"
    shown = cli("papers", "A-1").out
    assert "湖水公开〔2024〕1号" in shown
    assert "签收 2024-05-23" in shown
    assert cli("audit", "verify").status == 0


def test_a_hosts_own_carrier_is_known_to_every_command(cli, replied):
    out = cli.folder / "out"
    assert cli("issue", "A-1", "reply", "--carrier", "json").status == 2
    with json_carrier():
        assert "json" in cli("issue", "--help").out
        cli.json("issue", "A-1", "reply", "--carrier", "json", "--to", str(out))
        assert json.loads((out / "A-1-1.json").read_text("utf-8"))["own"] is False
        assert cli("papers", "A-1", "1", "--carrier", "json", "--to", str(out / "again.json")).status == 0
        assert cli("template", "preview", "fee", "--carrier", "json", "--to", str(out / "fee.json")).status == 0
    assert (out / "again.json").read_bytes() == (out / "A-1-1.json").read_bytes()
    assert json.loads((out / "fee.json").read_text("utf-8"))["title"]


def test_what_was_issued_is_printed_again_where_its_carrier_is_not_registered(cli, replied):
    out = cli.folder / "out"
    with json_carrier():
        cli.json("issue", "A-1", "reply", "--carrier", "json", "--to", str(out))
    again = cli("papers", "A-1", "1", "--carrier", "json", "--to", str(out / "again.json"))
    assert (again.status, (out / "again.json").read_bytes()) == (0, (out / "A-1-1.json").read_bytes())
    other = cli("papers", "A-1", "1", "--carrier", "md")
    assert other.status == 2
    assert "签发时没有生成“md”格式" in other.err


def test_what_stands_against_issuing_is_told_at_once_and_nothing_is_kept(cli, replied):
    cli("agency", "--set", "court=", "--set", "code=")
    answer = cli("issue", "A-1", "reply")
    assert answer.status == 2
    assert "管辖法院" in answer.err and "代字" in answer.err
    assert cli.json("papers", "A-1")["papers"] == []


def test_a_paper_is_voided_with_a_reason_and_its_number_kept(cli, replied):
    cli.json("issue", "A-1", "reply", "--carrier", "text")
    assert cli("issue", "A-1", "--void", "1").status == 2
    assert cli("issue", "A-1", "--void", "1", "--reason", "打印错误").status == 0
    assert cli.json("issue", "A-1", "reply", "--carrier", "text")["number"] == "湖水公开〔2024〕2号"
    assert [item["void"] for item in cli.json("papers", "A-1")["papers"]] == [True, False]


@pytest.mark.parametrize("arguments", [(), ("reply", "--void", "1")])
def test_one_thing_at_a_time(cli, replied, arguments):
    assert cli("issue", "A-1", *arguments).status == 2


def test_patterns_are_loaded_and_shown(cli, replied):
    path = cli.folder / "numbers.toml"
    path.write_text('[default]\npattern = "{代字}告〔{年}〕{序}号"\n', "utf-8")
    assert "{代字}告〔{年}〕{序}号" in cli("numbering", "--load", str(path)).out
    assert cli.json("issue", "A-1", "reply", "--carrier", "text")["number"] == "湖水公开告〔2024〕1号"
    path.write_text('[default]\npattern = "{序}号"\n', "utf-8")
    assert cli("numbering", "--load", str(path)).status == 2


def test_a_form_is_written_when_asked_for(cli, replied):
    (found,) = cli.json("notice", "A-1", "registration")["notices"]
    assert found["paper"] == "P03"
    assert "A-1" in found["text"]
    assert cli.json("notice", "A-1", "extension")["notices"] == []


def test_the_evidence_of_a_case_in_one_file(cli, replied):
    cli.json("issue", "A-1", "reply", "--carrier", "text")
    path = cli.folder / "证据.zip"
    done = cli.json("bundle", "A-1", "--to", str(path))
    assert done["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    with zipfile.ZipFile(path) as archive:
        assert "verify.py" in archive.namelist()
    assert cli("bundle", "A-9").status == 2
    assert cli("bundle", "A-1", "--to", str(cli.folder / "no" / "x.zip")).status == 2


@pytest.mark.parametrize("number", ["../../evil", "/elsewhere/abs", "2024/017"])
def test_every_file_stays_in_its_folder_whatever_the_number(cli, replied, number, monkeypatch):
    moves = [json.loads(line) for line in cli.folder.joinpath("journal.jsonl").read_text("utf-8").splitlines()]
    cli.replay(*({**line, "case": number} for line in moves))
    inside = cli.folder / "one" / "two" / "out"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    before = {path for path in cli.folder.rglob("*") if path.is_file()}
    assert cli("issue", number, "reply", "--carrier", "text", "--to", str(inside)).status == 0
    assert cli("bundle", number).status == 0
    made = {path for path in cli.folder.rglob("*") if path.is_file()} - before
    assert len(made) == 2 and {path.parent for path in made} == {inside}


def test_the_papers_of_a_journal_with_hostile_numbers_stay_where_they_are_sent(cli, monkeypatch):
    cli.today = "2026-04-10"
    cli("agency", *(part for item in OFFICE for part in ("--set", item)))
    assert cli("replay", str(DATA / "journal_hostile_case_numbers.jsonl")).status == 1
    inside = cli.folder / "one" / "two"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    before = {path for path in cli.folder.rglob("*") if path.is_file()}
    for number in ("/elsewhere/abs", "../../evil", "2026/017"):
        told = ("seq=3", "data.answer=O02", "data.ground=可以公开", "reason=补记答复种类")
        cli.json("move", number, "amend", *(part for item in told for part in ("--data", item)))
        cli.json("issue", "--to", "o2", number, "reply", "--carrier", "text")
    made = {path for path in cli.folder.rglob("*") if path.is_file()} - before
    assert len(made) == 3 and {path.parent for path in made} == {inside / "o2"}
    assert not Path("/elsewhere").exists()


def test_the_stage_of_a_reply_follows_its_paper(cli):
    cli("agency", *(part for item in OFFICE for part in ("--set", item)))
    opened(cli, "A-1", "2024-05-06")
    work(cli, "A-1", ("decide", "2024-05-20", "answer=O02", "delivery=post"))

    def stages() -> tuple[str, str]:
        (found,) = cli.json("due", today="2024-05-20")["cases"]
        return found["stage"], cli.json("show", "A-1")["stage"]

    assert stages() == ("to_issue", "to_issue")
    cli.json("issue", "A-1", "reply")
    assert stages() == ("to_dispatch", "to_dispatch")
    assert "待寄出" in cli("due").out
    assert "办理环节：待寄出" in cli("show", "A-1").out
    assert cli("issue", "A-1", "--void", "1", "--reason", "打印错误").status == 0
    assert stages() == ("to_issue", "to_issue")


def test_what_became_of_a_paper_is_typed_as_clerks_say_it(cli):
    opened(cli, "A-1", "2024-05-06")
    work(cli, "A-1", ("decide", "2024-05-20", "answer=O02", "delivery=post"))

    def told(word: str, at: str, *data: str) -> tuple[str, str]:
        given = [part for item in ("文书=答复书", *data) for part in ("--data", item)]
        done = cli.json("move", "A-1", word, "--at", at, *given)
        return done["move"], cli.json("show", "A-1")["stage"]

    assert told("寄出", "2024-05-21", "送达方式=邮寄", "承运单位=EMS") == ("dispatch", "awaiting_receipt")
    assert told("退回", "2024-05-27", "退回的原因=无人签收") == ("fail_service", "returned")
    assert told("寄出", "2024-05-28", "送达方式=邮寄") == ("dispatch", "awaiting_receipt")
    assert told("签收", "2024-05-30") == ("serve", None)


def test_an_issued_paper_is_served_in_the_same_words_and_as_a_move_too(cli):
    cli("agency", *(part for item in OFFICE for part in ("--set", item)))
    opened(cli, "A-1", "2024-05-06")
    work(cli, "A-1", ("decide", "2024-05-20", "answer=O02", "delivery=post"))
    cli.json("issue", "A-1", "reply", today="2024-05-20")
    post = ("--data", "method=邮寄", *POST[2:])
    sent = cli.json("serve-proof", "A-1", "1", "寄出", "--on", "2024-05-21", *post)
    back = cli.json("serve-proof", "A-1", "1", "退回", "--on", "2024-05-27", "--data", "reason=拒收")
    assert [item["moved"]["move"] for item in (sent, back)] == ["dispatch", "fail_service"]
    again = cli.json("move", "A-1", "寄出", "--at", "2024-05-28", "--data", "of=答复书", "--data", "method=邮寄")
    assert again["state"] == "replied"
    cli.json("serve-proof", "A-1", "1", "寄出", "--on", "2024-05-28", *post)
    signed = cli.json("serve-proof", "A-1", "1", "签收", "--on", "2024-05-30", "--data", "signed_by=本人")
    assert (signed["act"], signed["moved"]["move"]) == ("signed", "serve")


def test_a_case_is_registered_under_the_number_that_is_offered(cli):
    told = ("--data", "channel=当面提交", "--data", "applicant.kind=自然人", "--data", "applicant.name=某某")
    body = (*told, "--data", "information=某事项", "--at", "2024-03-01")
    pattern = cli.json("numbering", "--case-pattern", "依申请〔{year}〕{serial}号", "--next-case", "58")
    assert pattern["cases"] == {"pattern": "依申请〔{year}〕{serial}号", "next": "依申请〔2024〕58号"}
    assert cli.json("submit", *body)["case"] == "依申请〔2024〕58号"
    assert "下一个是 依申请〔2024〕59号" in cli("numbering").out
    refused = cli("move", "依申请〔2024〕58号", "submit", *body)
    assert (refused.status, "依申请〔2024〕59号" in refused.err) == (1, True)
    for wrong in ("{year}", "号" * 300):
        assert cli("numbering", "--case-pattern", wrong).status == 2
    assert cli("submit", "--data", "channel=当面提交").status == 1
