"""Numbers of cases: the office's pattern, the next one without gap or double, whatever else is typed or taken in."""

from datetime import date

import pytest
import racing
from forked import FORKS, LEVELS, outcome
from office import ADMIN, CLERK, SUBMIT
from sqlalchemy.orm import sessionmaker

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, DuplicateCase, NotPermitted
from disclosure.workflow import Actor, Context, FixedClock, case_numbering, move, set_case_numbering, submit
from disclosure.workflow.cases.numbers import parse_pattern

DAY = date(2026, 11, 3)


class Desk:
    """Registers requests, each committed."""

    def __init__(self, sessions, on=DAY, agency="default"):
        self.sessions, self.clock, self.agency = sessions, FixedClock(on), agency

    def do(self, command, *given, actor=CLERK, past=False, **more):
        with self.sessions() as session, session.begin():
            return command(Context(session, actor, self.agency, self.clock, past=past), *given, **more)

    def submit(self, **more):
        return self.do(submit, SUBMIT, **more).case

    def typed(self, number, on=DAY, past=False):
        return self.do(move, number, "submit", SUBMIT, at=on, past=past, actor=ADMIN if past else CLERK)

    def next(self):
        return self.do(case_numbering).next


@pytest.fixture
def desk(sessions):
    return Desk(sessions)


def test_the_number_that_is_offered_is_the_one_that_is_taken(desk):
    assert [(desk.next(), desk.submit()) for _ in range(2)] == [("2026-001", "2026-001"), ("2026-002", "2026-002")]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{year}-{serial:04}", "2026-0001"),
        ("{year}-{serial:03d}", "2026-001"),
        ("依申请〔{year}〕{serial}号", "依申请〔2026〕1号"),
        ("依申请〔{年}〕{序:2}号", "依申请〔2026〕01号"),
        ("{serial}/{year}", "1/2026"),
        ("｛year｝－｛serial：０４｝", "2026-0001"),
    ],
)
def test_an_office_sets_its_own_pattern(desk, pattern, expected):
    assert desk.do(set_case_numbering, pattern, actor=ADMIN).next == expected
    assert desk.submit() == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{year}", {"part_needed"}),
        ("{serial}", {"part_needed"}),
        ("{year}-{serial}-{serial}", {"part_needed"}),
        ("{year}-{serial}-{处}", {"unknown_word"}),
        ("{year}-{serial:x}", {"unknown_width"}),
        ("{year:2}-{serial}", {"unknown_width"}),
        ("{year}-{serial}}", {"open_braces"}),
        ("依申请", {"part_needed"}),
        ("{year}-{serial}" + "号" * 300, {"too_long"}),
        ("{year}#{serial}", {"mark_of_sheets"}),
        ("А{year}-{serial}", {"looks_like_another"}),
        ("{year}-{serial}\n号", {"bad_character"}),
        ("", {"empty"}),
        (7, {"not_a_text"}),
    ],
)
def test_a_pattern_that_makes_no_numbers_is_refused_in_words_and_not_kept(sqlite_engine, pattern, expected):
    desk = Desk(sessionmaker(sqlite_engine))
    with pytest.raises(BadData) as caught:
        desk.do(set_case_numbering, pattern, actor=ADMIN)
    assert {fault["problem"] for fault in caught.value.faults} == expected
    assert "problem" not in describe(caught.value) and "{'" not in describe(caught.value)
    assert desk.next() == "2026-001"


def test_whoever_may_not_configure_sets_no_pattern(desk):
    with pytest.raises(NotPermitted):
        desk.do(set_case_numbering, "{year}-{serial}", actor=CLERK)


def test_a_number_of_300_characters_is_refused_by_its_length(desk):
    with pytest.raises(BadData) as caught:
        desk.typed("号" * 300)
    assert caught.value.faults[0]["text"] == "key_too_long"


def test_each_year_and_each_agency_counts_for_itself(sessions, work):
    work("x", agency="county")
    desk, county = Desk(sessions), Desk(sessions, agency="county")
    assert (desk.submit(), county.submit(), desk.submit()) == ("2026-001", "2026-001", "2026-002")
    county.do(set_case_numbering, "县〔{year}〕{serial}号", actor=ADMIN)
    assert (desk.next(), county.next()) == ("2026-003", "县〔2026〕2号"), "the count of the year goes on"
    desk.clock.advance(days=90)
    assert desk.submit() == "2027-001"
    assert desk.submit(at="2026-12-31") == "2026-003", "by the year of the submission"


def test_who_rolls_back_leaves_no_gap(desk):
    desk.submit()
    with desk.sessions() as session:
        assert submit(Context(session, CLERK, clock=desk.clock), SUBMIT).case == "2026-002"
        session.rollback()
    assert desk.submit() == "2026-002"


def test_who_is_refused_leaves_no_gap(desk):
    with pytest.raises(BadData):
        desk.do(submit, {"channel": "in_person"})
    assert desk.submit() == "2026-001"


def test_a_year_that_began_on_paper_goes_on_behind_the_highest_number(desk):
    for number in ("2026-041", "2026-057", "2025-900", "信访-88", "2026-58"):
        desk.typed(number, date(2026, 3, 2), past=True)
    assert desk.next() == "2026-058"
    assert desk.submit() == "2026-058"


def test_what_is_typed_or_taken_in_keeps_its_number_and_the_count_passes_it_over(desk):
    assert desk.submit() == "2026-001"
    desk.typed("2026-002")
    desk.typed("2026-004", past=True)
    assert [desk.submit() for _ in range(2)] == ["2026-003", "2026-005"], "none twice, and none left out"


def test_a_slip_of_the_finger_moves_the_count_nowhere(desk):
    desk.submit()
    desk.typed("2026-9999")
    assert desk.submit() == "2026-002"


def test_many_numbers_in_a_row_are_passed_over(desk):
    desk.submit()
    for serial in range(2, 120):
        desk.typed(f"2026-{serial:03}", past=True)
    assert desk.submit() == "2026-120"


def test_an_administrator_says_where_the_year_goes_on(desk):
    assert desk.do(set_case_numbering, next_serial=58, actor=ADMIN).next == "2026-058"
    assert desk.submit() == "2026-058"
    with pytest.raises(BadData) as caught:
        desk.do(set_case_numbering, next_serial=58, actor=ADMIN)
    assert caught.value.faults == [{"field": "next_serial", "problem": "case_number_taken", "value": "2026-058"}]
    for wrong in (0, 10**9, True):
        with pytest.raises(BadData):
            desk.do(set_case_numbering, next_serial=wrong, actor=ADMIN)
    assert desk.next() == "2026-059"


def test_a_number_that_is_used_is_refused_with_its_case_and_the_next_one(desk):
    desk.typed("2026-001")
    desk.submit()
    with pytest.raises(DuplicateCase) as caught:
        desk.typed("2026-001")
    assert (caught.value.fields["on"], caught.value.fields["next"]) == ("2026-11-03", "2026-003")
    assert "2026-003" in describe(caught.value)


def test_who_does_not_see_that_case_is_told_no_more_than_that_it_is_taken(desk):
    desk.typed("2026-001")
    other = Actor(user_id="u9", name="外人", department="规划科", roles=("staff",))
    with pytest.raises(DuplicateCase) as caught:
        desk.do(move, "2026-001", "submit", SUBMIT, actor=other)
    assert "on" not in caught.value.fields
    assert "2026-11-03" not in describe(caught.value)


def test_a_repeated_key_gives_the_first_number_again(desk):
    assert [desk.submit(idempotency_key="k") for _ in range(2)] == ["2026-001", "2026-001"]
    assert desk.submit() == "2026-002"


def test_a_pattern_knows_its_own_numbers_and_no_others():
    _, pattern = parse_pattern("依申请〔{year}〕{serial:3}号")
    assert pattern.serial("依申请〔2026〕012号", 2026) == 12
    for other in ("依申请〔2026〕12号", "依申请〔2026〕000号", "依申请〔2025〕012号", "依申请〔2026〕012号 ", "012"):
        assert pattern.serial(other, 2026) is None
    assert pattern.before_serial(2026) == "依申请〔2026〕"


@FORKS
@pytest.mark.parametrize("level", LEVELS)
def test_eight_processes_register_forty_cases_without_gap_or_double(postgresql_engine, level):
    url = postgresql_engine.url.render_as_string(hide_password=False)
    numbers = [end["code"] for end in outcome(racing, url, level, "submit")]
    assert sorted(numbers) == [f"2024-{serial:03}" for serial in range(1, 41)]
