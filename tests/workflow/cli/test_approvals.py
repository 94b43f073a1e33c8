"""Approvals on the command line: who acts, what is printed, which exit status."""

import pytest

GRANTED = ("--data", "answer=O02", "--data", "delivery=post")


@pytest.mark.wheel
def test_a_reply_goes_from_hand_to_hand(office):
    proposed = office.json("propose", "A-1", "reply", "--as", "u1", *GRANTED)
    assert (proposed["sheet"], proposed["status"], proposed["waiting_for"]) == ("A-1#1", "running", ["李四"])
    listed = office.json("todo", "--as", "u2")
    assert [(item["sheet"], item["light"], item["days_left"]) for item in listed["entries"]] == [("A-1#1", "green", 18)]
    assert office.json("approve", "A-1", "--as", "u2", "--opinion", "同意")["moved"] is None
    done = office.json("approve", "A-1", "--as", "u3")
    assert (done["status"], done["moved"]["state"]) == ("done", "decided")
    shown = office.json("show", "A-1", "--as", "u1")
    assert shown["state"] == "decided"
    assert [item["sheet"] for item in shown["approvals"]] == ["A-1#1"]
    sealed = office.json("seal", "A-1#1", "--as", "u8", "--content", done["content"][:12])
    assert sealed["verb"] == "seal"
    assert office.json("audit", "verify", "--as", "root")["sheets"] == 1


def test_without_a_name_nobody_acts_once_people_are_on_record(office):
    for command in (("show", "A-1"), ("todo",), ("move", "A-1", "withdraw", "--data", "reason=x"), ("report", "2024")):
        answer = office(*command)
        assert answer.status != 0, command
        assert "--as" in answer.err, command


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("approve", "A-1", "--as", "u1"), "no_task"),
        (("approve", "A-1", "--as", "u99"), "unknown_user"),
        (("return", "A-1", "--as", "u2"), "bad_data"),
        (("transfer", "A-1", "--as", "u2", "--to", "u1", "--opinion", "忙"), "signer_drafted"),
        (("seal", "A-1", "--as", "u8", "--content", "0" * 12), "not_approved_yet"),
        (("approve", "A-7", "--as", "u2"), "unknown_sheet"),
        (("move", "A-1", "reply", "--as", "u1", *GRANTED), "approval_needed"),
        (("propose", "A-1", "reply", "--as", "u1", *GRANTED), "sheet_open"),
        (("propose", "A-1", "teleport", "--as", "u1"), "unknown_move"),
        (("sheet", "A-1", "--as", "u7"), "not_permitted"),
        (("show", "A-1", "--as", "u7"), "not_permitted"),
        (("edit", "A-1", "--as", "u7", "--data", "delivery=nowhere"), "not_permitted"),
        (("edit", "A-1#9", "--as", "u7", "--data", "delivery=email"), "not_permitted"),
        (("edit", "A-1", "--as", "u2", "--data", "delivery=email"), "not_the_drafter"),
        (("stuck", "--as", "u2"), "not_permitted"),
        (("directory", "--load", "people.toml", "--as", "u2"), "not_permitted"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_refused_is_told_with_its_code_and_changes_nothing(office, arguments, code):
    office.json("propose", "A-1", "reply", "--as", "u1", *GRANTED)
    before = office.json("sheet", "A-1", "--as", "u1")
    answer = office(*arguments, "--format", "json")
    assert answer.status in (1, 2), answer
    assert code in answer.out, answer
    assert "Traceback" not in answer.err
    assert office.json("sheet", "A-1", "--as", "u1") == before


def test_a_question_is_answered_and_written_nowhere(office):
    office.json("propose", "A-1", "reply", "--as", "u1", *GRANTED)
    before = office.json("sheet", "A-1", "--as", "u2")
    would = office.json("return", "A-1", "--as", "u2", "--dry-run")
    assert would["status"] == {"before": "running", "after": "returned"}
    why = {item["verb"]: item for item in office.json("sheet", "A-1", "--as", "u1", "--why")["verbs"]}
    assert (why["approve"]["allowed"], why["approve"]["code"]) == (False, "no_task")
    assert why["recall"]["allowed"]
    assert office.json("sheet", "A-1", "--as", "u2") == before


def test_what_staff_read_is_chinese_and_tells_no_personal_data(office):
    office("propose", "A-1", "reply", "--as", "u1", *GRANTED)
    for command in (
        ("todo", "--as", "u2"),
        ("sheet", "A-1", "--as", "u2"),
        ("sheet", "A-1", "--as", "u2", "--why"),
        ("stuck", "--as", "root"),
    ):
        answer = office(*command)
        assert answer.status == 0, answer
        assert "110101199003078888" not in answer.out
    assert "待办" in office("todo", "--as", "u2").out + office("todo", "--help").out
    refused = office("approve", "A-1", "--as", "u1")
    assert refused.status == 1
    assert "没有需要您办理的事项" in refused.err + refused.out


def test_a_sheet_tells_what_is_decided_beside_its_draft(office):
    with open("own.txt", "w", encoding="utf-8") as file:
        file.write("延长五个工作日\n")
    office.json(
        "propose", "A-1", "extend", "--as", "u1", "--data", "days=20", "--data", "reason=x", "--draft", "own.txt"
    )
    text = office("sheet", "A-1", "--as", "u2").out
    assert "延长的工作日数：20" in text
    assert text.index("提醒：送审文稿与按拟办内容生成的文书不一致") < text.index("延长的工作日数：20")
    (warning,) = office.json("sheet", "A-1", "--as", "u2")["warnings"]
    assert warning["code"] == "draft_differs" and "20个工作日" in warning["message"]


def test_where_no_text_is_on_record_nothing_is_printed_as_one(cli):
    for command in ("procedure", "channels"):
        found = cli(command, "--text")
        assert (found.status, found.out) == (0, "")
        assert "还没有" in found.err


@pytest.mark.parametrize("hiding", ["改正\x1b[8m", "改正\u202e02"])
def test_what_would_hide_text_from_who_signs_is_not_taken(office, hiding):
    office.json("propose", "A-1", "reply", "--as", "u1", *GRANTED)
    before = office.json("sheet", "A-1", "--as", "u1")
    draft = office.folder / "draft.txt"
    draft.write_text(hiding, "utf-8")
    for given, field in ((("--opinion", hiding), "opinion"), (("--draft", str(draft)), "draft")):
        refused = office("edit", "A-1", "--as", "u1", "--data", "delivery=email", *given)
        assert refused.status in (1, 2) and refused.err.startswith("bad_data: ") and field in refused.err, refused
        assert "第 3 个字符" in refused.err and hiding[2] not in refused.err
    assert office.json("sheet", "A-1", "--as", "u1") == before
