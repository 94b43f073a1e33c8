"""Sections three and four from cases: every figure is a set of cases, whatever their histories."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import rows as t
from answers import USUAL
from audited import unguarded
from hypothesis import given, settings
from hypothesis import strategies as st
from office import ADMIN, CLERK, HEAD
from published_report import COLUMNS, GROUPS4, PARTS, PARTS4
from sqlalchemy import update
from sqlalchemy.orm import Session

from disclosure.states.errors import NotPermitted, SetupError
from disclosure.states.rules.forms import form_for
from disclosure.states.rules.outcomes import outcome_rows
from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, move, verify
from disclosure.workflow.kernel.agencies import set_profile
from disclosure.workflow.kernel.database import open_engine
from disclosure.workflow.kernel.registered import is_registered
from disclosure.workflow.reports.annual import (
    CaseBehind,
    CaseChange,
    RemedyBehind,
    Restatement,
    all_reports,
    annual_report,
    cell,
    freeze,
    parse_cell,
    previous_report,
    report_checks,
    restatement,
)
from disclosure.workflow.reports.footing import findings
from disclosure.workflow.reports.tables import ReportTables, empty_section3, empty_section4

YEARS = range(2019, 2025)
CLOCK = FixedClock(date(2026, 1, 5))
"""After the last day on which a drawn history ends."""


class Office:
    """Cases of a database, made as staff make them."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def connection(self) -> Any:
        return self.session.connection()

    def work(self, number: str, *moves: tuple[str, str | date, dict[str, Any]], agency: str = "default") -> None:
        for name, at, data in moves:
            today = FixedClock(at if isinstance(at, date) else date.fromisoformat(at))
            move(Context(self.session, HEAD, agency=agency, clock=today), number, name, data, at=at)

    def open(
        self,
        number: str,
        at: str | date,
        *,
        kind: str = "natural_person",
        agency: str = "default",
        channel: str = "in_person",
    ) -> None:
        if not is_registered(self.connection, agency):
            set_profile(Context(self.session, ADMIN, agency=agency), {"name": agency})
        data = {"channel": channel, "applicant": {"kind": kind, "name": "甄一禾"}, "information": "规划批复"}
        self.work(number, ("submit", at, data), agency=agency)

    def reply(
        self, number: str, at: str | date, outcome: str = "granted", agency: str = "default", **more: Any
    ) -> None:
        named = {"answer": USUAL[outcome]} if outcome in USUAL else {"outcome": outcome}
        self.work(number, ("reply", at, {**named, "delivery": "post"} | more), agency=agency)

    def report(self, year: int, agency: str = "default") -> ReportTables:
        return annual_report(Context(self.connection, ADMINISTRATOR, agency=agency), year)

    def cell(self, year: int, row: str, column: str = "total", agency: str = "default") -> list[Any]:
        return cell(Context(self.connection, ADMINISTRATOR, agency=agency), year, row, column)

    def cases(self, year: int, row: str, column: str = "total") -> list[str]:
        return [item.case for item in self.cell(year, row, column)]

    def freeze(self, year: int) -> Any:
        return freeze(Context(self.session, ADMIN, clock=CLOCK), year)

    def restatement(self, year: int) -> Restatement:
        return restatement(Context(self.connection, ADMINISTRATOR), year)


@contextmanager
def an_office() -> Iterator[Office]:
    """An empty database in memory."""
    engine = open_engine("sqlite://")
    with Session(engine) as session:
        yield Office(session)
    engine.dispose()


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as found:
        yield found


# --- the form -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2024, 2031])
def test_an_empty_database_reports_zeros_in_every_row_and_column(office: Office, year: int) -> None:
    tables, form = office.report(year), form_for(year)
    assert (tables.year, tables.form, tables.scope) == (year, "2019" if year < 2021 else "2021", "agency")
    assert tables.section3 == empty_section3(form)
    assert tables.section4 == empty_section4(form)
    assert len(tables.section3) == (23 if year < 2021 else 25)
    assert all_reports(Context(office.connection, ADMINISTRATOR), year) == {}


@pytest.mark.parametrize("year", [2018, 2008, 1])
def test_a_year_before_the_forms_is_refused(office: Office, year: int) -> None:
    for ask in (
        office.report,
        lambda wanted: all_reports(Context(office.connection, ADMINISTRATOR), wanted),
        office.freeze,
    ):
        with pytest.raises(SetupError) as caught:
            ask(year)
        assert (caught.value.code, caught.value.fields) == ("report_year", {"year": year, "first": 2019})


def test_other_handling_is_one_row_of_the_older_form_and_three_of_the_newer(office: Office) -> None:
    for year in (2020, 2021):
        for outcome in ("other_no_correction", "other_no_payment", "other_misc", "granted"):
            office.open(f"{year}-{outcome}", f"{year}-03-02")
            office.reply(f"{year}-{outcome}", f"{year}-03-10", outcome)
    older, newer = office.report(2020).section3, office.report(2021).section3
    assert older["other"]["total"] == 3
    assert {key: newer[key]["total"] for key in newer if key.startswith("other_")} == {
        "other_no_correction": 1,
        "other_no_payment": 1,
        "other_misc": 1,
    }
    assert office.cases(2020, "other") == ["2020-other_misc", "2020-other_no_correction", "2020-other_no_payment"]
    assert office.cases(2021, "other_misc") == ["2021-other_misc"]


@pytest.mark.parametrize("outcome", outcome_rows())
def test_each_outcome_is_counted_in_its_own_row_and_the_total(office: Office, outcome: str) -> None:
    office.open("A", "2024-03-01", kind="org_research")
    office.reply("A", "2024-03-08", outcome)
    filled = {(row, column) for row, cells in office.report(2024).section3.items() for column, n in cells.items() if n}
    assert filled == {
        (row, column) for row in ("new", outcome, "results_total") for column in ("org_research", "total")
    }


# --- over the year's end --------------------------------------------------------------------------------


def test_a_case_is_carried_over_each_years_end_until_its_result(office: Office) -> None:
    office.open("A", "2022-12-30")
    office.reply("A", "2024-01-02", "partial")
    rows = {year: {row for row, cells in office.report(year).section3.items() if cells["total"]} for year in YEARS}
    assert rows == {
        2019: set(),
        2020: set(),
        2021: set(),
        2022: {"new", "carry_out"},
        2023: {"carry_in", "carry_out"},
        2024: {"carry_in", "partial", "results_total"},
    }


def test_the_last_day_of_a_year_is_in_it_and_the_first_of_the_next_is_not(office: Office) -> None:
    office.open("A", "2023-12-31")
    office.open("B", "2024-01-01")
    assert (office.cases(2023, "new"), office.cases(2024, "new")) == (["A"], ["B"])
    assert office.cases(2024, "carry_in") == ["A"]


def test_a_case_is_counted_once_by_its_first_result(office: Office) -> None:
    office.open("A", "2023-03-01")
    office.reply("A", "2023-03-10", "denied_process")
    office.work("A", ("reopen", "2024-02-01", {"reason": "自行检查发现答复有误"}))
    office.reply("A", "2024-02-20", "granted")
    assert office.cases(2023, "denied_process") == ["A"]
    assert office.report(2024).section3 == empty_section3(form_for(2024))


def test_a_request_that_is_not_received_yet_counts_nowhere(office: Office) -> None:
    office.open("A", "2023-12-29", channel="online")
    assert office.report(2023).section3 == empty_section3(form_for(2023))
    office.work("A", ("confirm", "2024-01-02", {}))
    assert office.report(2023).section3 == empty_section3(form_for(2023))
    assert office.cases(2024, "new") == office.cases(2024, "carry_out") == ["A"]


# --- random histories -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Remedy:
    """A review or suit of a case, as the test knows it: filed and decided so many days after the reply."""

    group: str
    filed: int
    decided: int | None
    result: int


@dataclass(frozen=True)
class History:
    """A case's history, as the test knows it."""

    agency: str
    kind: str
    opened: date
    ending: str
    days: int
    outcome: str
    remedies: tuple[Remedy, ...]

    @property
    def ended(self) -> date | None:
        return None if self.ending == "open" else self.opened + timedelta(self.days)

    @property
    def row(self) -> str:
        return {"reply": self.outcome, "withdraw": "other_misc", "abandon": "other_no_correction"}.get(self.ending, "")


RESULTS: dict[str, tuple[tuple[str, str], ...]] = {
    "review": (("upheld", "upheld"), ("claim_rejected", "upheld"), ("revoked", "corrected"), ("withdrawn", "other")),
    "suit": (("claim_dismissed", "upheld"), ("ordered", "corrected"), ("suit_rejected", "other")),
}
remedies = st.builds(
    Remedy, st.sampled_from(GROUPS4), st.integers(0, 400), st.none() | st.integers(0, 500), st.integers(0, 2)
)
histories = st.builds(
    History,
    st.sampled_from(["default", "B"]),
    st.sampled_from(PARTS),
    st.dates(date(2019, 6, 1), date(2023, 12, 31)),
    st.sampled_from(["reply", "reply", "open", "withdraw", "abandon"]),
    st.integers(20, 700),
    st.sampled_from(outcome_rows()),
    st.lists(remedies, max_size=2).map(tuple),
)


def play(office: Office, number: str, history: History) -> None:
    """Makes the history's moves, those of the remedies in the order of their days."""
    agency, ended = history.agency, history.ended
    office.open(number, history.opened, kind=history.kind, agency=agency)
    if history.ending == "abandon":
        due = history.opened + timedelta(10)
        asked = {"items": ["写明名称"], "due_on": due.isoformat()}
        served = ("serve", history.opened, {"of": "correction"})
        moves = (("request_correction", history.opened, asked), served, ("abandon", ended, {}))
        office.work(number, *moves, agency=agency)
    elif history.ending == "withdraw":
        office.work(number, ("withdraw", ended, {"reason": "不再需要"}), agency=agency)
    elif history.ending == "reply":
        office.reply(number, ended, history.outcome, agency=agency)
    if ended is None:
        return
    moves: list[tuple[str, date, dict[str, Any]]] = []
    for place, remedy in enumerate(history.remedies):
        kind = "review" if remedy.group == "review" else "suit"
        given_, identity = ended + timedelta(remedy.filed), {"id": f"R{place}"}
        after = {"after_review": True} if remedy.group == "suit_after_review" else {}
        moves.append((f"file_{kind}", given_, identity | after))
        if remedy.decided is not None:
            result = {"result": RESULTS[kind][remedy.result][0]} | ({"instance": 2} if kind == "suit" else {})
            name = "judge" if kind == "suit" else "decide_review"
            moves.append((name, given_ + timedelta(remedy.decided), identity | result))
    office.work(number, *sorted(moves, key=lambda item: (item[1], not item[0].startswith("file"))), agency=agency)


def expected(all_: list[History], agency: str, year: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both tables, counted by the words of the form."""
    form = form_for(year)
    three, four = empty_section3(form), empty_section4(form)
    for history in all_:
        if history.agency != agency or history.opened.year > year:
            continue
        ended = history.ended
        if ended is None or ended.year >= year:
            here = ended is not None and ended.year == year
            rows = ["new" if history.opened.year == year else "carry_in", "results_total" if here else "carry_out"]
            if here:
                rows.append(history.row if history.row in three else "other")
            for row in rows:
                three[row][history.kind] += 1
                three[row]["total"] += 1
        for remedy in history.remedies if ended else ():
            filed = ended + timedelta(remedy.filed)
            decided = None if remedy.decided is None else filed + timedelta(remedy.decided)
            if filed.year > year or (decided is not None and decided.year < year):
                continue
            results = RESULTS["review" if remedy.group == "review" else "suit"]
            done = decided is not None and decided.year == year
            four[f"{remedy.group}_{results[remedy.result][1] if done else 'pending'}"] += 1
            four[f"{remedy.group}_total"] += 1
    return three, four


@settings(max_examples=40, deadline=None)
@given(st.lists(histories, min_size=1, max_size=8))
def test_any_histories_are_counted_by_the_words_of_the_form(all_: list[History]) -> None:
    with an_office() as office:
        set_profile(Context(office.session, ADMIN, agency="B"), {"name": "B"})
        for place, history in enumerate(all_):
            play(office, f"C{place}", history)
        for year in (*YEARS, 2025):
            together = all_reports(Context(office.connection, ADMINISTRATOR), year)
            for agency in ("default", "B"):
                tables = office.report(year, agency)
                assert (tables.section3, tables.section4) == expected(all_, agency, year)
                assert findings(form_for(year), tables.section3, tables.section4) == []
                if agency in together:
                    assert (together[agency].section3, together[agency].section4) == (tables.section3, tables.section4)
                else:
                    assert not any(cells["total"] for cells in tables.section3.values())
                check_cells(office, tables, agency)


def check_cells(office: Office, tables: ReportTables, agency: str) -> None:
    """Each figure is the number of cases behind it, each named once."""
    for row, cells in tables.section3.items():
        for column, n in cells.items() if cells["total"] else [("total", 0)]:
            behind = [item.case for item in office.cell(tables.year, row, column, agency)]
            assert len(behind) == len(set(behind)) == n, (row, column)
    for column, n in tables.section4.items():
        assert len(office.cell(tables.year, "section4", column, agency)) == n


@settings(max_examples=15, deadline=None)
@given(st.lists(histories, min_size=1, max_size=6))
def test_what_one_year_carries_out_the_next_carries_in(all_: list[History]) -> None:
    with an_office() as office:
        for place, history in enumerate(all_):
            play(office, f"C{place}", history)
        for year in YEARS:
            assert office.report(year).section3["carry_out"] == office.report(year + 1).section3["carry_in"]


# --- remedies -------------------------------------------------------------------------------------------


def test_a_remedy_is_pending_at_each_years_end_and_has_its_result_once(office: Office) -> None:
    office.open("A", "2021-03-01")
    office.reply("A", "2021-03-10", "denied_process")
    office.work(
        "A",
        ("file_review", "2021-11-01", {"id": "R1"}),
        ("decide_review", "2022-01-20", {"id": "R1", "result": "upheld"}),
        ("file_suit", "2022-02-01", {"id": "S1", "after_review": "R1"}),
        ("judge", "2024-05-01", {"id": "S1", "instance": 2, "result": "revoked"}),
    )
    filled = {year: {key for key, n in office.report(year).section4.items() if n} for year in (*YEARS, 2025)}
    assert filled == {
        2019: set(),
        2020: set(),
        2021: {"review_pending", "review_total"},
        2022: {"review_upheld", "review_total", "suit_after_review_pending", "suit_after_review_total"},
        2023: {"suit_after_review_pending", "suit_after_review_total"},
        2024: {"suit_after_review_corrected", "suit_after_review_total"},
        2025: set(),
    }
    assert office.cell(2022, "section4", "suit_after_review_total") == [
        RemedyBehind(case="A", remedy="S1", column="suit_after_review_pending")
    ]


def test_two_remedies_of_one_case_count_as_two(office: Office) -> None:
    office.open("A", "2024-03-01")
    office.reply("A", "2024-03-10")
    for name in ("S1", "S2"):
        office.work("A", ("file_suit", "2024-04-01", {"id": name}))
    assert office.report(2024).section4["suit_direct_pending"] == 2
    assert [item.remedy for item in office.cell(2024, "section4", "suit_direct_pending")] == ["S1", "S2"]


# --- cells ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2020, 2024])
def test_every_cell_of_the_form_can_be_asked_for(office: Office, year: int) -> None:
    form = form_for(year)
    wanted = [(row.key, column.key) for row in form.rows for column in form.columns]
    wanted += [("section4", column.key) for column in form.section4]
    for row, column in wanted:
        assert parse_cell(form, f"{row}:{column}") == (row, column)
        assert office.cell(year, row, column) == []


@pytest.mark.parametrize(
    "text", ["", "new", "new:", ":total", "new:review_total", "section4:total", "other:total", "unheard:total", "a:b:c"]
)
def test_a_cell_that_is_not_in_the_form_is_refused_with_those_that_are(text: str) -> None:
    with pytest.raises(SetupError) as caught:
        parse_cell(form_for(2024), text)
    assert caught.value.code == "bad_cell"
    assert "new" in caught.value.fields["rows"] and "total" in caught.value.fields["columns"]


def test_a_cell_lists_its_cases_by_day_with_what_staff_look_for(office: Office) -> None:
    office.open("B", "2024-03-05", kind="org_other")
    office.open("A", "2024-03-06", kind="org_other")
    assert office.cell(2024, "carry_out", "org_other") == [
        CaseBehind(case="B", kind="org_other", received_on=date(2024, 3, 5), state="received"),
        CaseBehind(case="A", kind="org_other", received_on=date(2024, 3, 6), state="received"),
    ]
    assert office.cell(2024, "carry_out", "natural_person") == []


# --- several agencies -----------------------------------------------------------------------------------


def test_each_agency_has_its_own_figures_and_one_without_a_case_has_zeros(office: Office) -> None:
    set_profile(Context(office.session, ADMIN, agency="B"), {"name": "乙局"})
    set_profile(Context(office.session, ADMIN, agency="C"), {"name": "丙局"})
    for agency in ("A", "B"):
        office.open("1", "2024-03-01", agency=agency)
    office.reply("1", "2024-03-10", agency="B")
    found = all_reports(Context(office.connection, ADMINISTRATOR), 2024)
    assert {agency: tables.agency_name for agency, tables in found.items()} == {"A": "A", "B": "乙局", "C": "丙局"}
    totals = {agency: tables.section3["results_total"]["total"] for agency, tables in found.items()}
    assert totals == {"A": 0, "B": 1, "C": 0}
    assert found["C"].section3 == empty_section3(form_for(2024))
    assert office.report(2024, "B") == found["B"]
    assert office.report(2024).agency_name == ""


# --- published figures ----------------------------------------------------------------------------------


def test_frozen_figures_differ_after_a_late_change_and_name_the_cases(office: Office) -> None:
    for number in ("A", "B"):
        office.open(number, "2023-12-01")
    office.reply("A", "2023-12-20")
    frozen = office.freeze(2023)
    assert (frozen.year, frozen.revision, frozen.by) == (2023, 1, "root")
    before = office.restatement(2023)
    assert (before.intact, before.figures, before.cases) == (True, (), ())
    assert before.hash == frozen.hash

    office.work("A", ("serve", "2024-01-05", {}))
    office.reply("B", "2024-01-03", "partial")
    assert office.restatement(2023).cases == (), "what happens in the next year changes nothing"
    office.work("B", ("amend", "2024-01-08", {"seq": 2, "at": "2023-12-29", "reason": "登记错误"}))
    after = office.restatement(2023)
    assert after.intact
    assert after.cases == (
        CaseChange(
            case="B",
            published=("carry_out:natural_person", "new:natural_person"),
            now=("new:natural_person", "partial:natural_person"),
        ),
    )
    changed = {(item.row, item.column): (item.published, item.now) for item in after.figures}
    assert changed == {
        (row, column): figures
        for row, figures in {"partial": (0, 1), "results_total": (1, 2), "carry_out": (1, 0)}.items()
        for column in ("natural_person", "total")
    }


def test_a_change_of_a_remedy_shows_as_well(office: Office) -> None:
    office.open("A", "2023-03-01")
    office.reply("A", "2023-03-10")
    office.freeze(2023)
    office.work("A", ("file_review", "2023-04-01", {"id": "R1"}))
    after = office.restatement(2023)
    assert {item.column for item in after.figures} == {"review_pending", "review_total"}
    assert [item.case for item in after.cases] == ["A"]


def test_frozen_again_it_is_a_new_revision_and_the_newest_counts(office: Office) -> None:
    office.open("A", "2023-12-01")
    first = office.freeze(2023)
    office.reply("A", "2023-12-20")
    second = office.freeze(2023)
    assert (first.revision, second.revision) == (1, 2)
    assert first.hash != second.hash
    assert office.restatement(2023).figures == ()


@pytest.mark.parametrize("column", ["figures", "places"])
def test_frozen_figures_that_were_altered_are_known_by_their_hash(office: Office, column: str) -> None:
    office.open("A", "2023-12-01")
    office.freeze(2023)
    row = office.connection.execute(t.frozen.select()).one()
    altered = getattr(row, column).replace("1", "2", 1).replace("carry_out", "results_total", 1)
    assert altered != getattr(row, column)
    with unguarded(office.connection):
        office.connection.execute(update(t.frozen).values({column: altered}))
    assert not office.restatement(2023).intact
    faults = verify(Context(office.session, ADMINISTRATOR)).faults
    assert [(item.code, item.seq) for item in faults if item.code == "figures_altered"] == [("figures_altered", 1)]


def test_a_year_that_was_never_frozen_has_no_differences_to_tell(office: Office) -> None:
    with pytest.raises(SetupError) as caught:
        office.restatement(2023)
    assert caught.value.code == "not_frozen"
    assert previous_report(Context(office.connection, ADMINISTRATOR), 2024) is None


def test_only_those_who_may_freeze(office: Office) -> None:
    with pytest.raises(NotPermitted):
        freeze(Context(office.session, CLERK, clock=CLOCK), 2023)


def test_the_next_years_report_is_compared_with_what_was_published(office: Office) -> None:
    office.open("A", "2023-12-01")
    assert statuses(office, 2024)["S3-XYEAR"] == "not_checked"
    office.freeze(2023)
    assert statuses(office, 2024) == dict.fromkeys(("S3-BAL", "S3-VSUM", "S3-HSUM", "S3-XYEAR", "S4-SUM"), "ok")
    office.reply("A", "2023-12-20")
    assert statuses(office, 2024)["S3-XYEAR"] == "warning"


def statuses(office: Office, year: int) -> dict[str, str]:
    checks = report_checks(office.report(year), previous_report(Context(office.connection, ADMINISTRATOR), year))
    return {item.id: item.status for item in checks}


def test_the_columns_are_those_of_the_form(office: Office) -> None:
    tables = office.report(2024)
    assert all(tuple(cells) == COLUMNS for cells in tables.section3.values())
    assert set(tables.section4) == {f"{group}_{part}" for group in GROUPS4 for part in (*PARTS4, "total")}
