"""The journal made up for a published table gives that table back, with lawful dates."""

import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from city_journal import CITY, journal_for, write

from disclosure.states.calendar.calendar import Calendar

CITY_TABLES = json.loads(CITY.read_text("utf-8"))
YEAR = CITY_TABLES["year"]
IN_REPORT = {
    "upheld": {"upheld", "claim_rejected", "claim_dismissed"},
    "corrected": {"revoked", "ordered", "unlawful", "changed", "void", "paid"},
    "other": {"withdrawn", "application_rejected", "terminated", "mediated", "suit_rejected", "not_docketed"},
}


def by_case(tables: dict[str, Any], year: int) -> dict[str, list[dict[str, Any]]]:
    cases: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in journal_for(tables, year):
        cases[line["case"]].append(line)
    return cases


def counted(cases: dict[str, list[dict[str, Any]]], year: int) -> tuple[Counter[Any], Counter[Any]]:
    """Sections three and four, counted from the lines by nothing but their days and names."""
    three: Counter[Any] = Counter()
    four: Counter[Any] = Counter()
    for lines in cases.values():
        kind, received = lines[0]["data"]["applicant"]["kind"], lines[0]["at"]
        end = next((line for line in lines if line["move"] in ("reply", "abandon", "withdraw")), None)
        if end is None or end["at"] >= f"{year}":
            three["new" if received >= f"{year}" else "carry_in", kind] += 1
            three["carry_out" if end is None else outcome(lines, end), kind] += 1
        count_remedies(lines, four)
    return three, four


def outcome(lines: list[dict[str, Any]], end: dict[str, Any]) -> str:
    if end["move"] == "reply":
        return str(end["data"]["outcome"])
    if end["move"] == "withdraw":
        return "other_misc"
    asked = {line["move"] for line in lines}
    return "other_no_correction" if "request_correction" in asked else "other_no_payment"


def count_remedies(lines: list[dict[str, Any]], four: Counter[Any]) -> None:
    for filed in (line for line in lines if line["move"] in ("file_review", "file_suit")):
        route = "review" if filed["move"] == "file_review" else "suit_direct"
        if "after_review" in filed["data"]:
            assert filed["data"]["after_review"] in {
                line["data"]["id"] for line in lines if line["move"] == "decide_review"
            }
            route = "suit_after_review"
        result = next(
            (
                line["data"]["result"]
                for line in lines
                if line["move"] in ("decide_review", "judge") and line["data"]["id"] == filed["data"]["id"]
            ),
            None,
        )
        column = next((name for name, results in IN_REPORT.items() if result in results), "pending")
        four[f"{route}_{column}"] += 1


@pytest.fixture(scope="module")
def city() -> dict[str, list[dict[str, Any]]]:
    return by_case(CITY_TABLES, YEAR)


def test_the_city_has_every_request_of_its_table(city: dict[str, list[dict[str, Any]]]) -> None:
    assert len(city) == 3153


def test_every_published_cell_comes_out_of_the_journal(city: dict[str, list[dict[str, Any]]]) -> None:
    three, four = counted(city, YEAR)
    for row, cells in CITY_TABLES["section3"].items():
        for kind, published in cells.items():
            if kind != "total" and row != "results_total":
                assert three[row, kind] == published, (row, kind)
    for column, published in CITY_TABLES["section4"].items():
        if not column.endswith("total"):
            assert four[column] == published, column


def test_within_a_case_days_never_go_back(city: dict[str, list[dict[str, Any]]]) -> None:
    for lines in city.values():
        days = [line["at"] for line in lines]
        assert days == sorted(days)


def test_every_reply_is_in_time_and_nothing_is_abandoned_within_its_period(
    city: dict[str, list[dict[str, Any]]],
) -> None:
    calendar = Calendar.official()
    for lines in city.values():
        on = {line["move"]: date.fromisoformat(line["at"]) for line in lines}
        if "reply" in on:
            assert on["reply"] <= calendar.add(on["submit"], 20)
        if "request_correction" in on:
            due = next(line["data"]["due_on"] for line in lines if line["move"] == "request_correction")
            assert on["request_correction"] <= calendar.add(on["submit"], 7)
            assert on["abandon"] > date.fromisoformat(due)
        if "charge" in on:
            assert on["abandon"] > calendar.add(on["charge"], 20)


def test_after_the_year_of_the_report_nothing_but_its_last_replies_arrives(
    city: dict[str, list[dict[str, Any]]],
) -> None:
    later = {line["move"] for lines in city.values() for line in lines if line["at"] > f"{YEAR}-12-31"}
    assert later == {"serve"}


def test_the_journal_is_the_same_every_time(tmp_path: Path) -> None:
    assert write(tmp_path / "one.jsonl") == write(tmp_path / "two.jsonl")
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_remedies_without_enough_replies_get_cases_of_the_year_before() -> None:
    rows = {row: dict.fromkeys(cells, 0) for row, cells in CITY_TABLES["section3"].items()}
    rows["new"]["natural_person"] = rows["granted"]["natural_person"] = 2
    remedies = dict.fromkeys(CITY_TABLES["section4"], 0)
    remedies |= {"review_upheld": 3, "suit_direct_pending": 2, "suit_after_review_other": 5}
    three, four = counted(by_case({"section3": rows, "section4": remedies}, 2023), 2023)
    assert three == {("new", "natural_person"): 2, ("granted", "natural_person"): 2}
    assert four["suit_direct_pending"] == 2
    assert four["suit_after_review_other"] == 5


def test_a_table_that_does_not_balance_is_refused() -> None:
    rows = {row: dict(cells) for row, cells in CITY_TABLES["section3"].items()}
    rows["new"]["org_other"] += 1
    with pytest.raises(ValueError, match="org_other"):
        list(journal_for({**CITY_TABLES, "section3": rows}, YEAR))
