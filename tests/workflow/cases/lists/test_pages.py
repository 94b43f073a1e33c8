"""Lists of cases: each case once, in order, with totals and lamps that agree with what is known of each case."""

from collections import Counter
from datetime import date

import pytest
from approvals import Office
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from listed_register import DEPARTMENTS, NAMES, fill, known, order, wanted
from office import ADMIN, CLERK, SUBMIT
from rows import case as t_case
from rows import read as t_read
from sqlalchemy import select

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, NotPermitted, SetupError
from disclosure.states.procedure.case import State
from disclosure.workflow import (
    ADMINISTRATOR,
    Actor,
    CaseFilter,
    Context,
    FixedClock,
    due,
    list_cases,
    move,
    read_log,
)
from disclosure.workflow.cases.due_list import BUCKETS
from disclosure.workflow.cases.lists import pages

ON = date(2024, 3, 1)
LAST_BEGUN = date(2025, 3, 2)
EXAMPLES = settings.default.max_examples


def maybe(*values):
    return st.one_of(st.none(), st.sampled_from(values))


DAYS = st.one_of(st.none(), st.dates(date(2019, 1, 1), date(2026, 12, 31)))
FILTERS = st.builds(
    CaseFilter,
    query=st.sampled_from(
        ["", "", *NAMES, "明", "小明", "河道", "河道治理 明", "2021-", "03", "2024年", "没有的", "2020-000"]
    ),
    state=maybe(*(str(state) for state in State)),
    bucket=maybe(*BUCKETS, "finished"),
    stage=maybe("to_issue", "to_dispatch", "awaiting_receipt", "returned", "to_correct"),
    handler=maybe("u1", "u2"),
    department=maybe(*filter(None, DEPARTMENTS)),
    received_from=DAYS,
    received_to=DAYS,
    year=maybe(2022, 2024),
    outcome=maybe("granted", "unable_not_held"),
)
ONE_EACH = st.builds(
    lambda whole, field: CaseFilter(**{field: getattr(whole, field)}),
    FILTERS,
    st.sampled_from([*CaseFilter.model_fields]),
)
"""Most filters ask for one thing: all at once find nothing."""


def pages_of(context, filter, sort, limit):
    """Every page of a list."""
    cursor, found = None, []
    while True:
        page = list_cases(context, filter, sort=sort, limit=limit, cursor=cursor)
        found.append(page)
        cursor = page.next
        if cursor is None:
            return found


def days_of(connection):
    """Days by which every case has been submitted, some of them before the last step of some."""
    due = connection.execute(select(t_case.c.due_on, t_case.c.breached_on, t_case.c.last_fact_on)).all()
    return sorted({day for row in due for day in row if day and LAST_BEGUN < day < date(2026, 12, 1)})


@pytest.mark.parametrize("few", [pages.FEW, 3], ids=["results one by one", "results by the database"])
def test_pages_hold_each_case_once_in_order_and_agree_with_what_is_known_of_it(engine, monkeypatch, few):
    monkeypatch.setattr(pages, "FEW", few)
    fill(engine, range(60))
    with engine.connect() as connection:
        rows = connection.execute(select(t_case)).all()
        days = days_of(connection)
        told = {}

        @settings(max_examples=EXAMPLES, phases=[Phase.generate])  # told as it was drawn: to shrink it takes minutes
        @given(
            st.one_of(FILTERS, ONE_EACH),
            st.sampled_from(days),
            st.sampled_from(pages.SORTS),
            st.sampled_from([1, 7, 7, 50, 50]),
        )
        def check(filter, on, sort, limit):
            context = Context(connection, ADMINISTRATOR, clock=FixedClock(on))
            if on not in told:
                told[on] = known(context, rows)
            found = pages_of(context, filter, sort, limit)
            all_ = [case for case in told[on] if wanted(filter, case)]
            bucket = None if filter.bucket == "finished" else filter.bucket
            expected = [case for case in all_ if filter.bucket is None or case.bucket == bucket]
            expected.sort(key=lambda case: order(sort, on, case))
            items = [item for page in found for item in page.items]
            assert [item.case for item in items] == [case.case for case in expected]
            shown = [(item.state, item.stage, item.bucket, item.due_on, item.days_left, item.handler) for item in items]
            assert shown == [
                (case.state, case.stage, case.bucket, case.due_on, case.days_left, case.handler) for case in expected
            ]
            assert {page.total for page in found} == {len(expected)}
            counted = Counter(case.bucket or "finished" for case in all_)
            assert {name: n for name, n in found[0].tabs.model_dump().items() if n and name != "all"} == counted
            assert found[0].tabs.all == len(all_)
            assert all(
                "？" not in describe(item.reason) and item.reason.code not in describe(item.reason) for item in items
            )

        check()


@pytest.fixture
def listed(sessions):
    """One page as somebody sees it on a day."""

    def ask(filter=None, actor=ADMINISTRATOR, on=ON, **more):
        with sessions() as session:
            return list_cases(Context(session, actor, clock=FixedClock(on)), filter, **more)

    return ask


def test_a_case_that_tells_of_a_day_to_come_is_listed_as_it_stands_today(work, listed, sessions):
    work("A-1", ("submit", ON), ("accept", ON))
    with sessions() as session, session.begin():
        context = Context(session, ADMINISTRATOR, clock=FixedClock(ON))
        move(context, "A-1", "reply", {"answer": "O02", "delivery": "in_person"}, at=date(2024, 3, 4))
    (item,) = listed().items
    assert (item.state, item.bucket, item.due_on) == ("accepted", "green", date(2024, 3, 29))
    assert listed(CaseFilter(state="replied")).items == ()
    assert [item.state for item in listed(on=date(2024, 3, 4)).items] == ["replied"]


def test_applicant_and_subject_are_masked_and_who_sees_them_unmasked_is_noted_first(work, listed, sessions):
    work("A-1", ("submit", ON))
    work("A-2", ("submit", ON))
    masked = listed(CaseFilter(query="A-1"))
    name, information = SUBMIT["applicant"]["name"], SUBMIT["information"]
    assert name not in masked.model_dump_json() and information not in masked.model_dump_json()
    with sessions() as session, session.begin():
        context = Context(session, ADMIN, clock=FixedClock(ON))
        (item,) = list_cases(context, CaseFilter(query="A-1"), unmasked=True).items
        assert (item.applicant, item.information) == (name, information)
    with sessions() as session:
        assert [(read.what, read.by) for read in read_log(Context(session, ADMIN), "A-1")] == [("list", "root")]
        assert [row.case_id for row in session.execute(select(t_read))] == [1], "nobody else was seen"


def test_a_connection_that_may_only_read_shows_nobody_unmasked(work, engine):
    work("A-1", ("submit", ON))
    read_only = "PRAGMA query_only=ON" if engine.dialect.name == "sqlite" else "SET TRANSACTION READ ONLY"
    with engine.connect() as connection:
        connection.exec_driver_sql(read_only)
        context = Context(connection, ADMINISTRATOR, clock=FixedClock(ON))
        assert list_cases(context).total == 1
        with pytest.raises(SetupError, match="read_only"):
            list_cases(context, unmasked=True)
        connection.rollback()
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only=OFF")


def test_nobody_finds_a_case_of_another_department_by_whatever_is_asked(work, listed):
    work("A-1", ("submit", ON, SUBMIT | {"department": "规划科"}))
    work("A-2", ("submit", ON))
    stranger = Actor(user_id="u9", department="办公室", roles=("staff",))
    for query in ("", "A-1", "A-", SUBMIT["applicant"]["name"], SUBMIT["information"]):
        found = listed(CaseFilter(query=query), actor=stranger)
        assert "A-1" not in [item.case for item in found.items]
        assert found.total == found.tabs.all == len(found.items)
    assert listed(CaseFilter(department="规划科"), actor=stranger).total == 0
    assert listed(actor=stranger.model_copy(update={"grants": ("规划科",)})).total == 2
    with pytest.raises(NotPermitted):
        listed(actor=Actor(user_id="u9", department="办公室"))


def test_a_handler_and_a_department_that_name_nobody_known_are_masked(sessions):
    Office(sessions, ON)
    with sessions() as session, session.begin():
        recorder = Context(session, ADMIN, clock=FixedClock(ON), past=True)
        move(recorder, "A-9", "submit", SUBMIT | {"department": "已撤并的科"}, at=ON)
        move(recorder, "A-9", "accept", {"handler": "毛某的外甥"}, at=ON)
    with sessions() as session:
        (item,) = list_cases(Context(session, ADMIN, clock=FixedClock(ON)), CaseFilter(query="A-9")).items
    assert "外甥" not in (item.handler or "") and "撤并" not in (item.department or "")


def test_the_order_is_that_of_the_due_list_and_what_is_finished_comes_after(work, listed, sessions):
    for number, received in (("C", date(2024, 3, 8)), ("A", ON), ("B", date(2024, 3, 5))):
        work(number, ("submit", received), ("accept", received))
    work("D", ("submit", ON), ("withdraw", ON, {"reason": "不要了"}))
    work("E", ("submit", ON, SUBMIT | {"channel": "online"}))
    on = date(2024, 3, 15)
    with sessions() as session:
        urgent = [item.case for item in due(Context(session, ADMINISTRATOR, clock=FixedClock(on)))]
    assert [item.case for item in listed(on=on).items] == [*urgent, "D"] == ["E", "A", "B", "C", "D"]
    assert [item.case for item in listed(on=on, sort="received").items] == ["E", "C", "B", "D", "A"]


CURSORS = {
    "another filter": {"filter": CaseFilter(state="accepted")},
    "another order": {"sort": "received"},
    "another day": {"on": date(2024, 3, 4)},
    "another person": {"actor": CLERK},
}


@pytest.mark.parametrize("asked", CURSORS.values(), ids=CURSORS)
def test_a_cursor_of_another_list_is_refused(work, listed, asked):
    for number in ("A-1", "A-2"):
        work(number, ("submit", ON), ("accept", ON))
    following = listed(limit=1).next
    assert [item.case for item in listed(limit=5, cursor=following).items] == ["A-2"], "the size of a page may change"
    with pytest.raises(BadData) as refused:
        listed(cursor=following, **asked)
    assert refused.value.faults == [{"field": "cursor", "problem": "not_of_this_list"}]


def test_every_word_that_means_nothing_is_refused_at_once(listed):
    with pytest.raises(BadData) as refused:
        listed(CaseFilter(state="open", bucket="blue", stage="far", outcome="yes", year=0))
    assert [fault["field"] for fault in refused.value.faults] == ["state", "bucket", "stage", "outcome", "year"]
    with pytest.raises(BadData):
        listed(sort="name")
    with pytest.raises(BadData):
        listed(CaseFilter(query="李\x00明"))


def test_an_agency_sees_its_own_cases_alone(work, listed, sessions):
    work("A-1", ("submit", ON))
    work("A-1", ("submit", ON), agency="county")
    with sessions() as session:
        county = Context(session, ADMINISTRATOR, agency="county", clock=FixedClock(ON))
        found = [list_cases(county, CaseFilter(query=query)).total for query in ("", SUBMIT["applicant"]["name"])]
    assert found == [1, 1]
    assert listed().total == 1
