"""Approvals in journals: people are looked up, duties hold, nothing is sent."""

import json
from datetime import date

import pytest
import rows as t
from approvals import Office, procedure_text
from office import ADMIN, SUBMIT
from sqlalchemy import select

from disclosure.notifications.messages.sentences import describe
from disclosure.workflow import ADMINISTRATOR, Context, replay, show, show_sheet, verify
from disclosure.workflow.register.journal import JournalLine

GRANTED = {"answer": "O02", "delivery": "post"}
HISTORY = [
    {"case": "A-1", "move": "submit", "at": "2024-03-01", "by": "u1", "data": SUBMIT},
    {"case": "A-1", "move": "accept", "at": "2024-03-01", "by": "u1"},
    {"case": "A-1", "move": "propose", "at": "2024-03-05", "by": "u1", "data": {"move": "reply", "data": GRANTED}},
    {"case": "A-1", "move": "approve", "at": "2024-03-06T09:30:00+08:00", "by": "u2", "data": {"opinion": "同意"}},
    {"case": "A-1", "move": "approve", "at": "2024-03-07", "by": "u3", "data": {"sheet": 1}},
]


@pytest.fixture
def office(sessions):
    return Office(sessions, text=procedure_text("head disclosure_head any 10", "leader leader any 20"))


def told(office, lines):
    read = [JournalLine("journal", number, content) for number, content in enumerate(lines, 1)]
    with office.sessions() as session, session.begin():
        return replay(Context(session, ADMIN, clock=office.clock), read)


def test_a_journal_carries_a_whole_approval(office):
    result = told(office, HISTORY)
    assert (result.applied, result.refused) == (5, [])
    shown = office.ask(show_sheet, "u1", "A-1#1")
    assert [(item.verb, item.on.isoformat(), item.by) for item in shown.actions] == [
        ("propose", "2024-03-05", "u1"),
        ("send", "2024-03-05", "u1"),
        ("approve", "2024-03-06", "u2"),
        ("approve", "2024-03-07", "u3"),
        ("carry_out", "2024-03-07", "u3"),
    ]
    with office.sessions() as session:
        history = show(Context(session.connection(), ADMINISTRATOR), "A-1", date(2024, 3, 31)).history
        assert (history[-1].move, history[-1].at) == ("reply", "2024-03-07")
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
        assert session.execute(select(t.outbox)).all() == [], "a journal sends nothing"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"by": "u1"}, "no_task"),
        ({"by": "u3"}, "no_task"),
        ({"by": "u99"}, "unknown_user"),
        ({"by": "u2", "at": "2024-03-04"}, "out_of_order"),
        ({"by": "u2", "data": {"sheet": 7}}, "unknown_sheet"),
        ({"by": "u2", "data": {"sheet": 1, "opinions": "x"}}, "bad_data"),
        ({"by": "u2", "move": "return"}, "bad_data"),
        ({"by": "u1", "move": "propose", "data": {}}, "bad_data"),
        ({"by": "u1", "move": "propose", "data": {"move": "reply", "data": GRANTED}}, "sheet_open"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_refused_line_of_an_approval_changes_nothing(office, line, code):
    told(office, HISTORY[:3])
    with office.sessions() as session:
        before = [session.execute(select(table)).all() for table in (t.sheet, t.task, t.action, t.event)]
    result = told(office, [{"case": "A-1", "move": "approve", "at": "2024-03-06"} | line])
    assert [item.code for item in result.refused] == [code], result
    assert describe(result.refused[0].remark)
    with office.sessions() as session:
        assert [session.execute(select(table)).all() for table in (t.sheet, t.task, t.action, t.event)] == before


def test_an_edit_line_voids_what_was_signed(office):
    edit = {
        "case": "A-1",
        "move": "edit",
        "at": "2024-03-06",
        "by": "u1",
        "data": {"data": GRANTED | {"delivery": "email"}},
    }
    result = told(office, [*HISTORY[:3], HISTORY[3] | {"at": "2024-03-06"}, edit])
    assert result.refused == []
    assert office.ask(show_sheet, "u1", "A-1#1").steps[0].state == "active"


def test_lines_survive_the_text_form(office):
    lines = [json.loads(json.dumps(line, ensure_ascii=False)) for line in HISTORY]
    assert told(office, lines).refused == []


def test_a_poisoned_line_is_refused_by_itself(sessions):
    def line(case, **more):
        return {"case": case, "move": "submit", "at": "2024-03-01", "by": "u1", "data": SUBMIT} | more

    lines = [
        line("J-1"),
        line("J-2", data=SUBMIT | {"information": "某\x00路"}),
        line("J-3", data=SUBMIT | {"information": "某\ud800路"}),
        line("J-4", data=SUBMIT | {"applicant": {"kind": "natural_person", "name": "刘\ue863"}}),
        line("J\n5"),
        line("J\ud8006"),
        line("J-7", by="u\x00"),
        line("J-8", move="sub\ud800mit"),
        line("Ｊ－１\u200b"),
        line("2024/017"),
        line("../../evil"),
    ]
    with sessions() as session, session.begin():
        read = [JournalLine("journal", number, content) for number, content in enumerate(lines, 1)]
        result = replay(Context(session, ADMIN), read)
        assert [item.code for item in result.refused] == ["bad_data"] * 6 + ["unknown_move", "duplicate_case"]
        assert result.applied == 3
        json.dumps([item.model_dump() for item in result.refused], ensure_ascii=False).encode()
        stored = session.execute(select(t.case.c.case_no).order_by(t.case.c.id)).scalars().all()
        assert stored == ["J-1", "2024/017", "../../evil"]
