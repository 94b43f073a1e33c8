"""Working days and fees on the command line."""

import pytest
from desk import opened


def test_beyond_the_announced_years_there_is_no_date(cli):
    answer = cli("calendar", "add", "2026-12-25", "20", "--format", "json")
    assert answer.status == 1
    assert answer.json["error"]["code"] == "calendar_unknown"
    assert cli("calendar", "count", "2026-12-25", "2027-01-05").status == 1


def test_working_days_are_added_and_counted(cli):
    answer = cli("calendar", "add", "2024-03-01", "20")
    assert (answer.status, "2024-03-29" in answer.out) == (0, True)
    assert cli.json("calendar", "count", "2024-03-01", "2024-03-29")["days"] == 20


def test_the_calendar_is_exported_day_by_day(cli):
    found = cli.json("calendar", "export", "--from", "2024-04-26", "--to", "2024-05-01")
    assert [(day["date"], day["working"], day["kind"]) for day in found] == [
        ("2024-04-26", True, "working_day"),
        ("2024-04-27", False, "rest_day"),
        ("2024-04-28", True, "make_up_day"),
        ("2024-04-29", True, "working_day"),
        ("2024-04-30", True, "working_day"),
        ("2024-05-01", False, "holiday"),
    ]
    assert all(day["source"] for day in found)


@pytest.mark.parametrize(("option", "n", "amount"), [("--items", "31", "2200.00"), ("--pages", "2219", "83460.00")])
def test_the_fee_is_told_in_yuan(cli, option, n, amount):
    assert cli.json("fee", option, n)["amount"] == amount
    assert amount in cli("fee", option, n).out


def test_a_fee_goes_on_from_the_items_of_the_month(cli):
    found = cli.json("fee", "--items", "1", "--already", "30")
    assert (found["amount"], found["already"]) == ("200.00", 30)
    assert [(item["first"], item["last"], item["rate"]) for item in found["lines"]] == [(31, 31, "200")]


def test_a_loaded_calendar_moves_open_cases_and_says_which(cli, tmp_path):
    case = opened(cli, at="2026-08-03")
    closure = tmp_path / "closure.toml"
    closure.write_text(
        '[closure]\nplace = "湖城市"\nreason = "台风停工"\ndecided_by = "湖城市人民政府"\n'
        "[[closure.day]]\nfirst = 2026-08-13\nlast = 2026-08-14\n",
        "utf-8",
    )
    found = cli.json("calendar", "load", str(closure), today="2026-08-12")
    assert [(item["case"], item["old_due_on"], item["new_due_on"]) for item in found["impact"]] == [
        (case, "2026-08-31", "2026-09-02")
    ]
    assert cli.json("explain", case, today="2026-08-12")["due_on"] == "2026-09-02"
    assert cli.json("calendar", "add", "2026-08-03", "20")["date"] == "2026-09-02"
    broken = tmp_path / "broken.toml"
    broken.write_text(
        '[notice]\nyear = 2027\n[[holiday]]\nname = "圣诞节"\nfirst = 2027-12-25\nlast = 2027-12-25\n', "utf-8"
    )
    answer = cli("calendar", "load", str(broken))
    assert answer.status == 2
    assert "圣诞节" in answer.err


def test_days_asked_for_backwards_are_refused(cli):
    answer = cli("calendar", "export", "--from", "2024-05-01", "--to", "2024-04-30")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("days_backwards")
    assert len(cli.json("calendar", "export", "--from", "2024-05-01", "--to", "2024-05-01")) == 1
