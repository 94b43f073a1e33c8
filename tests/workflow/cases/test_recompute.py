"""A new calendar or reading moves open cases and no others; what is stored is what the history gives."""

from datetime import date

import pytest
import rows as t
from directories import one
from erasing import erased
from histories import histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import ADMIN, CLERK, SCHEDULER, operator
from sqlalchemy import select, update

from disclosure.states.calendar.calendar import Calendar
from disclosure.states.calendar.overlay_files import read_overlay
from disclosure.states.errors import BadData, NotPermitted, SetupError
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.periods import Law
from disclosure.states.rules.settings import Settings
from disclosure.workflow import (
    ADMINISTRATOR,
    Context,
    change_settings,
    drafts,
    due,
    erase,
    explain,
    load_calendar,
    recompute,
    set_directory,
    show,
    tick,
)
from disclosure.workflow.cases.recompute import is_simple, recompute_periods

CLOSURE = """\
[closure]
place = "湖城市"
reason = "台风停工"
decided_by = "湖城市人民政府"
[[closure.day]]
first = 2024-03-20
last = 2024-03-21
"""
ON = date(2024, 3, 1)


def test_a_local_closure_moves_open_cases_and_leaves_finished_ones(sessions, work, clock):
    work("open", ("submit", ON), ("accept", ON))
    asked = {"id": "c", "with": "third_party", "name": "某公司", "served_on": ON.isoformat()}
    work("waiting", ("submit", ON), ("accept", ON), ("consult", ON, asked))
    work("done", ("submit", ON), ("reply", date(2024, 3, 28), {"answer": "O02", "delivery": "post"}))
    with sessions() as session, session.begin():
        impact = load_calendar(Context(session, ADMIN, clock=clock), CLOSURE, "closure.toml")
    moved = {(item.case, item.rule): (item.old_due_on, item.new_due_on, item.notices) for item in impact}
    assert moved["open", "reply"] == (date(2024, 3, 29), date(2024, 4, 2), ("receipt",))
    assert moved["waiting", "consultation"][:2] == (date(2024, 3, 22), date(2024, 3, 26))
    assert not any(case == "done" for case, _ in moved)
    with sessions() as session:
        connection = session.connection()
        assert explain(Context(connection, ADMINISTRATOR), "open", "reply", ON).due_on == date(2024, 4, 2)
        assert explain(Context(connection, ADMINISTRATOR), "done", "reply", ON).due_on == date(2024, 3, 29)
        listed = {
            item.case: item.due_on
            for item in due(Context(connection, ADMINISTRATOR), date(2024, 3, 15), date(2024, 3, 15))
        }
        assert listed["open"] == date(2024, 4, 2)
        texts = drafts(Context(connection, ADMINISTRATOR), "open", ON)
        assert "2024年4月2日" in texts[0].text
        assert recompute(Context(session, ADMINISTRATOR)).differences == ()


def test_a_reading_moves_what_it_concerns(sessions, work, clock):
    asked = date(2024, 3, 4)
    work("A-1", ("submit", ON), ("accept", ON), ("demand_reasons", asked, {"due_on": "2024-03-11"}))
    work("A-1", ("dispatch", asked, {"of": "reasons", "method": "post"}))
    work("A-2", ("submit", ON), ("accept", ON))
    with sessions() as session, session.begin():
        impact = change_settings(Context(session, ADMIN, clock=clock), {"reasons_stop_clock": "yes"})
    assert [(item.case, item.old_due_on, item.new_due_on) for item in impact] == [
        ("A-1", date(2024, 3, 29), date(2024, 4, 8))
    ]
    with sessions() as session:
        assert recompute(Context(session, ADMINISTRATOR)).differences == ()


def test_lamps_follow_their_settings_at_once(sessions, work, clock):
    work("A-1", ("submit", ON), ("accept", ON))
    today = date(2024, 3, 15)
    with sessions() as session, session.begin():
        assert due(Context(session.connection(), ADMINISTRATOR), today, today)[0].bucket == "green"
        assert change_settings(Context(session, ADMIN, clock=clock), {"red_days": "12", "yellow_days": "20"}) == []
    with sessions() as session:
        assert due(Context(session.connection(), ADMINISTRATOR), today, today)[0].bucket == "red"


def test_a_broken_file_and_an_unknown_reading_change_nothing(sessions, work, clock):
    work("A-1", ("submit", ON))
    with sessions() as session, session.begin():
        with pytest.raises(BadData):
            load_calendar(Context(session, ADMIN, clock=clock), "[closure]\nplace = 1\n", "x.toml")
        with pytest.raises(BadData) as refused:
            change_settings(Context(session, ADMIN, clock=clock), {"extension": "one", "red_days": "90"})
        assert len(refused.value.faults) == 2
        with pytest.raises(NotPermitted):
            change_settings(Context(session, CLERK, clock=clock), {"extensions": "several"})
    with sessions() as session:
        assert session.execute(select(t.config)).all() == []


def test_the_check_finds_a_stored_value_that_the_history_does_not_give(sessions, work):
    work("A-1", ("submit", ON), ("accept", ON))
    with sessions() as session, session.begin():
        assert recompute(Context(session, ADMINISTRATOR)).model_dump() == {"cases": 1, "differences": ()}
        session.execute(update(t.case).values(due_on=date(2024, 4, 30), row_key="granted"))
    with sessions() as session:
        found = recompute(Context(session, ADMINISTRATOR)).differences
    assert {(item.column, item.stored, item.computed) for item in found} == {
        ("due_on", "2024-04-30", "2024-03-29"),
        ("row_key", "granted", ""),
    }


def test_whatever_a_case_holds_of_its_history_is_mended(sessions, work):
    work("A-1", ("submit", ON), ("accept", ON))
    work("A-2", ("submit", ON), ("reply", ON, {"answer": "O02", "delivery": "post"}))
    work("A-2", ("dispatch", ON, {"of": "reply", "method": "post"}), ("serve", date(2024, 3, 5), {"of": "reply"}))
    work("A-2", ("file_review", date(2024, 3, 20), {"id": "r1"}))
    whole = select(t.case).order_by(t.case.c.id)
    places = select(*(column for column in t.remedy.c if column.name != "id"))
    with sessions() as session:
        before = [row._asdict() for row in session.execute(whole)]
        remedies = session.execute(places).all()
        assert remedies, "no remedy has a place in a report"
    with sessions() as session, session.begin():
        session.execute(
            update(t.case).values(department="别处", handler="别人", kind="org_other", due_on=ON, stage="x")
        )
        session.execute(t.remedy.delete())
        row = remedies[0]._asdict() | {"case_id": before[0]["id"]}
        session.execute(t.remedy.insert(), row)
        found = recompute(Context(session, ADMINISTRATOR), mend=True).differences
        assert {"department", "handler", "kind", "due_on", "stage", "remedies"} <= {item.column for item in found}
    with sessions() as session:
        assert recompute(Context(session, ADMINISTRATOR)).differences == ()
        assert session.execute(places).all() == remedies
        after = [row._asdict() | {"version": 0} for row in session.execute(whole)]
        assert after == [row | {"version": 0} for row in before]


def test_only_an_archived_case_is_erased_and_its_counts_stay(sessions, work, clock):
    work("A-1", ("submit", ON), ("reply", ON, {"answer": "O02", "delivery": "post"}))
    with sessions() as session, pytest.raises(SetupError):
        erase(Context(session, ADMIN, clock=clock), "A-1")
    work("A-1", ("close", ON))
    erased(sessions, "A-1")
    with sessions() as session:
        shown = show(Context(session.connection(), ADMINISTRATOR), "A-1", ON, unmasked=True)
        assert "欧阳" not in str(shown)
        assert "欧阳" not in str([tuple(row) for row in session.execute(select(t.private))])
        assert recompute(Context(session, ADMINISTRATOR)).differences == ()


@given(histories(first=date(2024, 1, 20), last=date(2024, 3, 20), steps=5))
def test_the_short_way_gives_what_folding_gives_whatever_the_history(events):
    before, _ = fold("A", events, Law.standard())
    law = Law(Calendar.official().with_overlays(read_overlay(CLOSURE, "x.toml")), Settings())
    if is_simple(before, law) and recompute_periods(before, law):
        assert before == fold("A", events, law)[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    received=st.dates(date(2024, 2, 1), date(2024, 4, 30)),
    accepted=st.integers(0, 5),
    consulted=st.one_of(st.none(), st.sampled_from(["third_party", "co_author", "other_organ"])),
    extension=st.one_of(st.none(), st.integers(1, 20)),
    replied=st.one_of(st.none(), st.integers(6, 70)),
)
def test_the_short_way_gives_what_folding_gives(received, accepted, consulted, extension, replied):
    from datetime import timedelta

    events = [
        Event(1, "submit", received, data={"channel": "oral", "applicant": {"kind": "org_other"}, "information": "x"}),
        Event(2, "accept", received + timedelta(days=accepted)),
    ]
    if consulted is not None:
        due_on = (received + timedelta(days=20)).isoformat()
        data = {"id": "c", "with": consulted, "name": "某公司"} | (
            {"due_on": due_on} if consulted == "other_organ" else {}
        )
        events.append(Event(5, "consult", received + timedelta(days=5), data=data))
        replied = None
    if extension is not None:
        data = {"days": extension, "reason": "多", "approved_by": "主任"}
        events.append(Event(3, "extend", received + timedelta(days=5), data=data))
    if replied is not None:
        data = {"answer": "O02", "delivery": "post"}
        events.append(Event(4, "reply", received + timedelta(days=replied), data=data))
    before, _ = fold("A", events, Law.standard())
    law = Law(Calendar.official().with_overlays(read_overlay(CLOSURE, "x.toml")), Settings())
    assert is_simple(before, law) == (replied is None)
    if replied is None:
        assert recompute_periods(before, law)
        assert before == fold("A", events, law)[0]


def test_a_calendar_loaded_twice_changes_nothing_more(sessions, work, clock):
    work("A-1", ("submit", ON), ("accept", ON))
    found = []
    for _ in range(2):
        with sessions() as session, session.begin():
            found.append(load_calendar(Context(session, ADMIN, clock=clock), CLOSURE, "closure.toml"))
    assert [len(impact) for impact in found] == [1, 0]
    with sessions() as session:
        assert recompute(Context(session, ADMINISTRATOR)).differences == ()


def test_a_case_moved_by_the_old_law_during_a_change_is_caught_up_by_the_sweep(sessions, work, clock):
    work("A-1", ("submit", ON), ("accept", ON))
    with sessions() as session, session.begin():
        before = session.execute(select(t.case.c.due_on, t.case.c.snapshot, t.case.c.config_id)).one()
        load_calendar(Context(session, ADMIN, clock=clock), CLOSURE, "closure.toml")
        session.execute(update(t.case).values(before._asdict()))
    tick(operator(sessions, clock))
    with sessions() as session:
        assert session.execute(select(t.case.c.due_on)).scalar_one() == date(2024, 4, 2)
        assert recompute(Context(session, ADMINISTRATOR)).differences == ()


def test_text_that_reads_like_erased_data_is_refused(sessions, work):
    with pytest.raises(BadData) as refused:
        work("A-1", ("submit", ON), ("accept", ON, {"note": "sealed:abc"}))
    assert refused.value.faults[0]["problem"] == "reads_like_redacted"


def test_a_difference_masks_who_is_nobody_of_the_office(sessions, work, clock):
    work("A-1", ("submit", ON), ("accept", ON))
    with sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, clock=clock), one("u1", 'roles = ["administrator"]'))
        session.execute(update(t.case).values(handler="毛某的外甥", department="某村某某组"))
    with sessions() as session:
        found = recompute(Context(session, SCHEDULER)).differences
    assert {item.column: item.stored for item in found} == {"handler": "毛***甥", "department": "某***组"}
