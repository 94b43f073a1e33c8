"""Replaying journals: what is applied, what is refused and in which order it is judged."""

import json
from datetime import date

import pytest
from register_book import CORRECTION, FULL, book, table


def test_a_journal_is_applied_and_counted(cli, line):
    answer = cli.replay(
        line("A-1", "submit", "2024-03-01"), line("A-1", "accept", "2024-03-04"), line("A-2", "submit", "2024-03-05")
    )
    assert answer.status == 0
    assert answer.json | {"warnings": []} == {"lines": 3, "applied": 3, "cases": 2, "refused": [], "warnings": []}


def test_a_refused_line_changes_nothing_and_the_lines_after_it_go_on(cli, line):
    answer = cli.replay(
        line("A-1", "submit", "2024-03-01"),
        line("A-1", "pay", "2024-03-02"),
        line("A-1", "accept", "2024-03-04"),
    )
    assert answer.status == 1
    assert (answer.json["lines"], answer.json["applied"]) == (3, 2)
    refused = answer.json["refused"][0]
    assert set(refused) == {"file", "line", "case", "move", "code", "message"}
    assert (refused["line"], refused["case"], refused["move"]) == (2, "A-1", "pay")
    assert refused["code"] == "move_not_allowed"
    assert [item["move"] for item in cli.json("show", "A-1")["history"]] == ["submit", "accept"]


def test_stop_ends_at_the_first_refusal(cli, line):
    answer = cli.replay(line("A-1", "accept", "2024-03-01"), line("A-2", "submit", "2024-03-02"), options=("--stop",))
    assert answer.status == 1
    assert (answer.json["lines"], answer.json["applied"]) == (1, 0)


REFUSALS = [
    ("not json", "bad_data"),
    ('["a list"]', "bad_data"),
    ('{"case": "A-1", "case": "A-2", "move": "accept", "at": "2024-03-05"}', "bad_data"),
    ('{"case": "A-1", "move": "accept", "at": "2024-03-05", "data": {"days": NaN}}', "bad_data"),
    ({"move": "accept", "at": "2024-03-05"}, "bad_data"),
    ({"case": "A-1", "at": "2024-03-05"}, "bad_data"),
    ({"case": "A-1", "move": "accept"}, "bad_data"),
    ({"case": "A-1", "move": "accept", "at": "2024-02-30"}, "bad_data"),
    ({"case": "A-1", "move": "accept", "at": "2024-03-05T09:00:00"}, "bad_data"),
    ({"case": "A-1", "move": "accept", "at": 20240305}, "bad_data"),
    ({"case": "A-1", "move": "accept", "at": "2024-03-05", "data": []}, None),
    ({"case": "A-1", "move": "accept", "at": "2024-03-05", "data": [1]}, "bad_data"),
    ({"case": "A-1", "move": "approve", "at": "2024-03-05"}, "unknown_move"),
    ({"case": "no such", "move": "approve", "at": "2024-03-05"}, "unknown_move"),
    ({"case": "no such", "move": "accept", "at": "2000-03-05"}, "unknown_case"),
    ({"case": "A-1", "move": "submit", "at": "2000-03-05", "data": {}}, "duplicate_case"),
    ({"case": "A-1", "move": "pay", "at": "2024-02-29"}, "out_of_order"),
    ({"case": "A-1", "move": "defer", "at": "2024-03-05", "data": {}}, "move_not_allowed"),
    ({"case": "A-1", "move": "reply", "at": "2024-03-05", "data": {"outcome": "nonsense"}}, "bad_data"),
    ({"case": "A-9", "move": "submit", "at": "2024-03-05", "data": {"channel": "pigeon"}}, "bad_data"),
    (
        {
            "case": "A-9",
            "move": "submit",
            "at": "1999-03-05",
            "data": {"channel": "oral", "applicant": {"kind": "natural_person"}, "information": "x"},
        },
        "law_unknown",
    ),
]


@pytest.mark.parametrize(("content", "code"), REFUSALS)
def test_a_line_is_judged_in_the_order_of_the_contract(cli, line, content, code):
    answer = cli.replay(line("A-1", "submit", "2024-03-01"), content, line("A-1", "accept", "2024-03-06"))
    refused = answer.json["refused"]
    expected = [] if code is None else [code]
    assert [item["code"] for item in refused if item["line"] == 2] == expected
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in item["message"]) for item in refused)


def test_every_fault_of_a_line_is_told_at_once(cli):
    answer = cli.replay({"case": "A-1", "move": "submit", "at": "2024-03-01", "data": {"channel": "pigeon"}})
    message = answer.json["refused"][0]["message"]
    assert all(word in message for word in ("channel", "applicant", "information"))


def test_the_refusals_of_an_extension_come_in_the_order_of_the_contract(cli, line):
    late = "2024-04-29"
    answer = cli.replay(
        line("A-1", "submit", "2024-03-01"),
        line("A-1", "accept", "2024-03-01"),
        line("A-1", "extend", "2024-03-05", days=21, reason="多"),
        line("A-1", "extend", "2024-03-05", days=20, reason="多"),
        line("A-1", "extend", "2024-03-05", days=20, reason="多", approved_by="主任"),
        line("A-1", "extend", late, days=21, reason="多", approved_by="主任"),
        line("A-1", "extend", late, days=5, reason="多"),
        line("A-1", "extend", late, days=5, reason="多", approved_by="主任"),
        line("B-1", "submit", "2024-03-01"),
        line("B-1", "accept", "2024-03-01"),
        line("B-1", "extend", "2024-03-29", days=5, reason="多", approved_by="主任"),
        line("C-1", "submit", "2024-03-01"),
        line("C-1", "accept", "2024-03-01"),
        line("C-1", "extend", "2024-03-30", days=5, reason="多", approved_by="主任"),
    )
    codes = [(item["line"], item["code"]) for item in answer.json["refused"]]
    assert codes == [
        (3, "bad_data"),
        (4, "not_approved"),
        (6, "bad_data"),
        (7, "not_approved"),
        (8, "already_extended"),
        (14, "period_lapsed"),
    ]
    periods = {item["rule"]: item for item in cli.json("show", "A-1")["periods"]}
    assert periods["reply"]["due_on"] == "2024-04-28"


def test_a_byte_order_mark_blank_lines_and_windows_line_ends_do_no_harm(cli, line, tmp_path):
    path = tmp_path / "bom.jsonl"
    lines = [json.dumps(line("A-1", "submit", "2024-03-01")), "", json.dumps(line("A-1", "accept", "2024-03-04")), ""]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    found = cli.json("replay", str(path))
    assert (found["lines"], found["applied"]) == (2, 2)


def test_a_line_of_another_encoding_is_refused_alone(cli, line, tmp_path):
    path = tmp_path / "gbk.jsonl"
    good = json.dumps(line("A-1", "submit", "2024-03-01"))
    path.write_bytes(b'{"case": "\xc4\xe3", "move": "submit"}\n' + good.encode() + b"\n")
    answer = cli("replay", str(path), "--format", "json")
    assert [item["code"] for item in answer.json["refused"]] == ["bad_data"]
    assert "UTF-8" in answer.json["refused"][0]["message"]
    assert answer.json["applied"] == 1


def test_a_second_replay_of_the_same_journal_changes_nothing(cli, line):
    lines = [line("A-1", "submit", "2024-03-01"), line("A-1", "accept", "2024-03-04")]
    cli.replay(*lines)
    before = cli.json("show", "A-1")
    again = cli.replay(*lines)
    assert [item["code"] for item in again.json["refused"]] == ["duplicate_case", "move_not_allowed"]
    assert cli.json("show", "A-1") == before


def test_several_files_are_one_journal_and_a_missing_one_stops_all(cli, line, tmp_path):
    first = cli.journal(line("A-1", "submit", "2024-03-01"), name="one.jsonl")
    second = cli.journal(line("A-1", "accept", "2024-03-04"), name="two.jsonl")
    missing = cli("replay", str(first), str(tmp_path / "none.jsonl"))
    assert missing.status == 2
    assert "none.jsonl" in missing.err
    assert cli.json("due")["cases"] == []
    assert cli.json("replay", str(first), str(second))["applied"] == 2


def test_a_journal_sends_nothing(cli, line):
    cli.replay(line("A-1", "submit", "2024-03-01"), line("A-1", "accept", "2024-03-04"))
    found = cli("relay", "--to", "sent.jsonl", "--format", "json")
    assert found.json["sent"] == 0
    cli("move", "A-1", "reply", "--at", "2024-03-20", "--data", "answer=O02", "--data", "delivery=post")
    assert cli("relay", "--to", "sent.jsonl", "--format", "json").json["sent"] == 1


def test_a_missing_preliminary_step_warns_and_is_applied(cli, line):
    answer = cli.replay(
        line("A-1", "submit", "2024-03-01"),
        line("A-1", "accept", "2024-03-01"),
        line("A-1", "defer", "2024-03-20", until="2024-05-10"),
    )
    assert answer.status == 0
    assert [item["code"] for item in answer.json["warnings"]] == ["reasons_missing"]


def test_people_are_kept_as_written(cli, line):
    cli.replay(line("A-1", "submit", "2024-03-01"))
    assert cli.json("show", "A-1")["history"][0]["by"] == "u017"


def test_a_field_that_the_move_does_not_know_is_kept_and_warned_of(cli, line):
    answer = cli.replay(line("A-1", "submit", "2024-03-01"), line("A-1", "accept", "2024-03-04", handlr="u1"))
    assert [(item["line"], item["code"]) for item in answer.json["warnings"]] == [(2, "unknown_field_kept")]
    assert "handlr" in answer.json["warnings"][0]["message"]


def test_a_row_that_the_procedure_refuses_is_told_with_its_step_and_what_leads_on(cli, tmp_path):
    late = {
        **FULL,
        **CORRECTION,
        "correction_served_on": date(2025, 3, 24),
        "ended_on": date(2025, 3, 25),
        "outcome": "逾期不补正",
    }
    answer = cli("import", str(book(tmp_path / "register.xlsx", ("台账", table(late)))))
    assert answer.status == 1
    assert "工作表“台账”第2行：2025-001 视为放弃：补正告知书在 2025-03-24 才送到" in answer.out
    assert "怎样满足：办理“重新确定期限”，重新发出" in answer.out
