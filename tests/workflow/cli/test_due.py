"""What falls due on the command line: every open case once, the most urgent first."""

from datetime import date, timedelta

import pytest
from desk import SUBMIT, opened, work


@pytest.mark.parametrize("offset", range(-8, 4))
def test_every_open_case_is_in_exactly_one_bucket_on_every_day(cli, offset):
    for number, at in enumerate(("2024-03-01", "2024-03-04", "2024-03-05")):
        opened(cli, f"2024-{number}", at)
    work(cli, "2024-1", ("consult", "2024-03-10", "id=c", "with=third_party", "name=某公司", "served_on=2024-03-10"))
    cli(
        "move",
        "2024-9",
        "submit",
        "--at",
        "2024-03-05",
        "--data",
        "channel=online",
        "--data",
        "applicant.kind=natural_person",
        "--data",
        "information=x",
    )
    today = (date(2024, 3, 29) + timedelta(days=offset)).isoformat()
    found = cli.json("due", today=today)
    assert sorted(item["case"] for item in found["cases"]) == ["2024-0", "2024-1", "2024-2", "2024-9"]
    assert sum(found["counts"].values()) == 4
    buckets = {item["case"]: item["bucket"] for item in found["cases"]}
    assert buckets["2024-9"] == "act", "its receipt is to be confirmed"
    first = next(item for item in found["cases"] if item["case"] == "2024-0")
    shown = cli.json("show", "2024-0", today=today)["periods"][0]
    assert first["due_on"] == shown["due_on"]
    assert first["days_left"] == shown["days_left"]
    assert (first["bucket"] == "overdue") == (today > "2024-03-29") == (shown["status"] == "missed")
    assert (first["bucket"] == "today") == (today == "2024-03-29")


def test_the_list_is_in_order_of_urgency_and_within_leaves_out_the_rest(cli):
    for number, at in enumerate(("2024-03-20", "2024-03-01", "2024-03-11")):
        opened(cli, f"2024-{number}", at)
    found = cli.json("due", today="2024-03-29")
    assert [item["case"] for item in found["cases"]] == ["2024-1", "2024-2", "2024-0"]
    assert [item["case"] for item in cli.json("due", "--within", "0", today="2024-03-29")["cases"]] == ["2024-1"]


def test_a_count_is_of_all_that_is_open_even_where_the_list_is_cut_short(cli):
    opened(cli)
    found = cli.json("due", "--within", "0", today="2024-03-28")
    assert (found["cases"], sum(found["counts"].values())) == ([], 1)
    assert "没有" in cli("due", "--within", "0", today="2024-03-28").out
    assert "2024-017" in cli("due", "--within", "1", today="2024-03-28").out


def test_as_of_asks_for_another_day_than_today(cli):
    opened(cli)
    found = cli.json("due", "--as-of", "2024-03-29", today="2024-03-15")
    assert found["as_of"] == "2024-03-29"
    assert [(item["due_on"], item["bucket"]) for item in found["cases"]] == [("2024-03-29", "today")]


def test_the_list_tells_what_waits_and_where_it_leads_on(cli):
    opened(cli)
    asked = ("2024-03-05", "id=c", "with=third_party", "name=某公司")
    work(cli, "2024-017", ("consult", *asked), ("dispatch", "2024-03-05", "of=consultation", "method=post"))
    work(cli, "2024-017", ("serve", "2024-03-06", "of=consultation"), ("lapse_consultation", "2024-03-28", "id=c"))
    work(cli, "2024-017", ("serve", "2024-03-15", "of=consultation"))
    opened(cli, "2024-018", "2024-03-04")
    work(cli, "2024-018", ("extend", "2024-03-20", "days=10", "reason=数量较大", "approved_by=李主任"))
    found = cli("due", today="2024-03-29").out
    assert "需自行纠正" in found
    assert "“重新办理”" in found
    assert "延期未告知，最迟 2024-04-01 告知" in found
    assert "“重新办理”" in cli("show", "2024-017", today="2024-03-29").out


def test_a_short_list_keeps_what_has_to_be_done_today(cli):
    def at_work(*arguments, today):
        data = [part for pair in arguments for part in ("--data", pair) if "=" in pair]
        return cli("move", "2024-017", *(word for word in arguments if "=" not in word), *data, today=today)

    assert cli("move", "2024-017", *SUBMIT, today="2024-03-01").status == 0
    at_work("accept", today="2024-03-01")
    at_work("consult", "id=c", "with=third_party", "name=某公司", today="2024-03-05")
    found = cli("due", "--within", "0", today="2024-03-05").out
    assert "绿灯" in found and "待寄出" in found and "办理“寄出”" in found
    at_work("dispatch", "of=consultation", "method=post", today="2024-03-05")
    assert "2024-017" not in cli("due", "--within", "0", today="2024-03-05").out


def test_the_list_tells_what_waits_for_confirmation(cli):
    opened(cli)
    work(cli, "2024-017", ("reply", "2024-03-29", "answer=O02", "delivery=post"))
    (found,) = cli.json("due", today="2024-06-03")["cases"]
    assert (found["to_confirm"], found["breached_on"], found["rule"]) == (True, "2024-03-30", "reply")
    assert (found["bucket"], found["due_on"]) == ("overdue", "2024-03-29")
    text = cli("due", today="2024-06-03").out
    assert "待确认" in text
    assert "办理“核销逾期”" in text
