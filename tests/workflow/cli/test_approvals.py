"""Approvals on the command line: who acts, what is printed, which exit status."""

import pytest
from approvals import directory_text, procedure_text

SUBMIT = (
    "--data",
    "channel=in_person",
    "--data",
    "applicant.kind=natural_person",
    "--data",
    "applicant.name=欧阳小明",
    "--data",
    "applicant.id_number=110101199003078888",
    "--data",
    "information=某文件",
)
GRANTED = ("--data", "answer=O02", "--data", "delivery=post")


@pytest.fixture
def office(cli):
    """People, a procedure, and a request that waits for its reply."""
    cli.today = "2024-03-05"
    people, procedure = cli.folder / "people.toml", cli.folder / "procedure.toml"
    people.write_text(directory_text(), "utf-8")
    procedure.write_text(
        procedure_text("head disclosure_head any 10", "leader leader any 20", seal="seal_keeper"), "utf-8"
    )
    cli.json("directory", "--load", str(people))
    cli.json("procedure", "--load", str(procedure), "--as", "root")
    cli.json("move", "A-1", "submit", "--at", "2024-03-01", "--as", "u1", *SUBMIT)
    cli.json("move", "A-1", "accept", "--at", "2024-03-01", "--as", "u1")
    return cli


@pytest.mark.wheel
def test_a_reply_goes_from_hand_to_hand(office):
    proposed = office.json("propose", "A-1", "reply", "--as", "u1", *GRANTED)
    assert (proposed["sheet"], proposed["status"], proposed["waiting_for"]) == ("A-1#1", "running", ["李四"])
    listed = office.json("todo", "--as", "u2")
    assert [(item["sheet"], item["light"], item["days_left"]) for item in listed["entries"]] == [("A-1#1", "green", 18)]
    assert office.json("approve", "A-1", "--as", "u2", "--opinion", "同意")["moved"] is None
    done = office.json("approve", "A-1", "--as", "u3")
    assert (done["status"], done["moved"]["state"]) == ("done", "replied")
    shown = office.json("show", "A-1", "--as", "u1")
    assert shown["state"] == "replied"
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


def test_substitutes_and_handover(office):
    office.json("substitute", "u2", "u4", "--from", "2024-03-04", "--until", "2024-03-08", "--as", "u2")
    office.json("propose", "A-1", "reply", "--as", "u1", *GRANTED)
    assert office.json("todo", "--as", "u4")["entries"][0]["on_behalf_of"] == "u2"
    done = office.json("handover", "u2", "u5", "--opinion", "调离", "--as", "root")
    assert done["sheets"] == ["A-1#1"]
    assert office.json("approve", "A-1", "--as", "u5")["waiting_for"] == ["王五"]


def test_where_no_text_is_on_record_nothing_is_printed_as_one(cli):
    for command in ("procedure", "channels"):
        found = cli(command, "--text")
        assert (found.status, found.out) == (0, "")
        assert "还没有" in found.err


def test_a_procedure_with_faults_is_refused_whole(office):
    bad = office.folder / "bad.toml"
    bad.write_text(
        'title = "x"\n[[route]]\nmoves = ["extend", "teleport"]\n[[route.step]]\nkey = "a"\ntitle = "签"\nrole = "nobody"\n',
        "utf-8",
    )
    for option, status in (("--check", 1), ("--load", 2)):
        answer = office("procedure", option, str(bad), "--as", "root")
        assert answer.status == status, answer
        for word in ("teleport", "第三十三条"):
            assert word in answer.err + answer.out
