"""Numbers of documents: no gap and no double, counted for each year and series."""

from datetime import date

import pytest
import racing
from counter import GRANTED, REPLIED, Counter, problems
from forked import FORKS, LEVELS, outcome
from office import ADMIN, SUBMIT
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import BadData
from disclosure.workflow import ADMINISTRATOR, Context, IssueOptions, issue, verify
from disclosure.workflow.notices.numbers import Pattern, parse_numbering, set_numbering


def test_a_rolled_back_host_leaves_no_gap(sessions):
    counter = Counter(sessions).replied("A-1").replied("A-2")
    with sessions() as session:
        issue(Context(session, ADMIN, clock=counter.clock), "A-1", "reply", IssueOptions(carriers=("text",)))
        session.rollback()
    assert counter.issue("A-2").number == "湖水公开〔2024〕1号"


def test_each_year_and_each_series_counts_for_itself(sessions):
    counter = Counter(sessions, date(2025, 1, 10))
    patterns = '[default]\npattern = "{代字}〔{年}〕{序}号"\n[kind.extension]\nseries = "ext"\npattern = "{代字}〔{年}〕{序}号-{后缀}"\n'
    counter.do(set_numbering, patterns, actor=ADMIN)
    counter.replied("A-1", REPLIED)
    counter.make("A-2", "submit", SUBMIT, date(2024, 12, 20))
    counter.make("A-2", "accept", {}, date(2024, 12, 20))
    counter.make("A-2", "extend", {"days": 10, "reason": "需要核对档案", "approved_by": "主任"}, date(2024, 12, 27))
    counter.make("A-2", "dispatch", {"of": "extension", "method": "post"}, date(2024, 12, 27))
    counter.make("A-2", "reply", GRANTED, date(2025, 1, 10))
    found = [counter.issue("A-1").number, counter.issue("A-2", "extension").number, counter.issue("A-2").number]
    assert found == ["湖水公开〔2024〕1号", "湖水公开〔2024〕1号-延", "湖水公开〔2025〕1号"]


@pytest.mark.parametrize(
    ("text_", "expected"),
    [
        ('[default]\npattern = "{代字}[{年}]{序}号"', {"year_brackets"}),
        ('[default]\npattern = "{代字}〔{年}〕号"', {"token_needed"}),
        ('[default]\npattern = "{代字}〔{年}〕{序}{字}号"', {"unknown_token"}),
        ("[kind.registration]\nseries = 'a'", {"kind_without_number"}),
        ("[kind.nonsense]\nseries = 'a'", {"kind_without_number"}),
        ("[default]\nseries = ''", {"empty"}),
        ("[default]\nserie = 'a'", {"not_a_field"}),
        ("[default", {"broken_toml"}),
        ('[default]\npattern = "{年}"\nseries = 3', {"token_needed", "year_brackets", "empty"}),
    ],
)
def test_faulty_patterns_are_told_at_once_and_not_kept(sqlite_engine, text_, expected):
    counter = Counter(sessionmaker(sqlite_engine)).replied()
    with pytest.raises(BadData) as caught:
        counter.do(set_numbering, text_, actor=ADMIN)
    assert problems(caught) == expected
    assert counter.issue().number == "湖水公开〔2024〕1号"


@FORKS
@pytest.mark.parametrize("level", LEVELS)
def test_eight_processes_take_forty_numbers_without_gap_or_double(postgresql_engine, level):
    counter = Counter(sessionmaker(postgresql_engine))
    for place in range(8):
        for number in range(racing.PAPERS):
            counter.replied(f"P{place}-{number}")
    url = postgresql_engine.url.render_as_string(hide_password=False)
    numbers = [end["code"] for end in outcome(racing, url, level, "issue")]
    assert sorted(numbers) == sorted(f"湖水公开〔2024〕{serial}号" for serial in range(1, 41))
    with counter.sessions() as session:
        assert verify(Context(session, ADMINISTRATOR)).faults == ()


def test_a_kind_takes_from_the_default_what_it_does_not_say_itself():
    found = parse_numbering('[default]\nseries = "all"\n[kind.fee]\npattern = "{代字}费〔{年}〕{序}号"\n')
    assert found.default == Pattern(series="all")
    assert found.of("fee") == Pattern("{代字}费〔{年}〕{序}号", "all")
    assert found.of("reply") == found.default
    assert found.of("fee").number("湖水公开", 2024, 7, "A-1", "费") == "湖水公开费〔2024〕7号"
