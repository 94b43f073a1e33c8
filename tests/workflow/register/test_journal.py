"""Approvals in journals: people are looked up, duties hold, nothing is sent."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import rows as t
from approvals import Office, person, procedure_text
from audited import faults, tamper
from office import ADMIN, SUBMIT
from sqlalchemy import select, update

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import NotPermitted
from disclosure.workflow import (
    ADMINISTRATOR,
    Change,
    Context,
    FixedClock,
    Proposal,
    ReplayResult,
    bundle,
    edit,
    issue,
    move,
    propose,
    replay,
    show,
    show_sheet,
    sign,
    take_in,
    verify,
)
from disclosure.workflow.kernel.context import stamp
from disclosure.workflow.register.journal import JournalLine, read_journal

DATA = Path(__file__).parents[2] / "data"
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


def told(office, lines, recorder=ADMIN):
    read = [JournalLine("journal", number, content) for number, content in enumerate(lines, 1)]
    with office.sessions() as session, session.begin():
        return replay(Context(session, recorder, clock=office.clock), read)


def test_a_journal_carries_a_whole_approval(office):
    result = told(office, HISTORY)
    assert (result.applied, result.refused) == (5, ())
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


def test_nobody_but_an_administrator_records_another_ones_signature(office):
    clerk = person("u1").model_copy(update={"roles": ("staff", "recorder")})
    forged = [
        HISTORY[3] | {"by": "u2"},
        {"case": "A-2", "move": "submit", "at": "2024-03-06", "by": "u9", "data": SUBMIT},
        HISTORY[4] | {"by": "u3"},
    ]
    result = told(office, [*HISTORY[:3], *forged], clerk)
    assert [(item.line, item.code) for item in result.refused] == [
        (4, "signature_of_another"),
        (6, "signature_of_another"),
    ]
    assert (result.applied, result.cases) == (4, 2), "the journal goes on"
    assert office.ask(show_sheet, "u1", "A-1#1").steps[0].state == "active"


def test_who_signed_in_fact_records_it_without_an_administrator(office):
    told(office, HISTORY[:3])
    head = person("u2").model_copy(update={"roles": ("disclosure_head", "recorder")})
    assert told(office, HISTORY[3:4], head).refused == ()
    approved = office.ask(show_sheet, "u1", "A-1#1").actions[-1]
    assert (approved.by, approved.name, approved.recorder) == ("u2", "李四", "李四")


def test_every_row_says_who_recorded_it_and_when(office):
    office.clock.moment = FixedClock(date(2024, 5, 6)).moment
    told(office, HISTORY)
    recorded = stamp(office.clock)
    with office.sessions() as session:
        history = show(Context(session.connection(), ADMINISTRATOR, clock=office.clock), "A-1").history
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
        papers = bundle(Context(session, ADMINISTRATOR, clock=office.clock), "A-1")
    assert {(item.recorder, item.recorded_at, item.live) for item in history} == {("管理员", recorded, False)}
    assert [item.by for item in history] == ["u1", "u1", "王五"]
    actions = office.ask(show_sheet, "u1", "A-1#1").actions
    assert {(item.recorder, item.at) for item in actions} == {("管理员", recorded)}
    assert [(item.name, item.on.isoformat()) for item in actions][2:4] == [
        ("李四", "2024-03-06"),
        ("王五", "2024-03-07"),
    ]
    with ZipFile(BytesIO(papers)) as archive:
        assert any("王五（管理员补录）".encode() in archive.read(name) for name in archive.namelist())


def test_who_recorded_a_step_is_bound_to_it(office):
    told(office, HISTORY[:2])
    with office.sessions() as session:
        actor = session.execute(select(t.event.c.actor).where(t.event.c.seq == 2)).scalar_one()
    assert json.loads(actor)["recorder"]["user_id"] == ADMIN.user_id
    tamper(office.sessions, update(t.event).where(t.event.c.seq == 2).values(actor='{"user_id":"u1","name":"u1"}'))
    assert ("step_altered", "A-1") in faults(office.sessions)


def test_a_recorder_records_what_that_person_may_see_line_by_line(office):
    told(office, HISTORY[:1])
    stranger = person("u7").model_copy(update={"roles": ("staff", "recorder")})
    with office.sessions() as session, session.begin():
        session.execute(update(t.case).values(department="办公室"))
    line = {"case": "B-1", "move": "submit", "at": "2024-03-01", "by": "u7", "data": SUBMIT}
    result = told(office, [HISTORY[1], HISTORY[2] | {"by": "u7"}, line], stranger)
    assert [item.code for item in result.refused] == ["not_permitted", "not_permitted"]
    assert result.applied == 1


@pytest.mark.parametrize("roles", [("staff",), ("disclosure_head",), ("leader",), ("operator",)])
def test_recording_the_past_is_a_permission_of_its_own(office, roles):
    actor = person("u1").model_copy(update={"roles": roles})
    with office.sessions() as session:
        past = Context(session, actor, clock=office.clock, past=True)
        for attempt in (
            lambda: replay(past, []),
            lambda: take_in(past, "register.xlsx"),
            lambda: move(past, "A-1", "submit", SUBMIT, at="2024-03-01"),
            lambda: propose(past, "A-1", Proposal(move="reply", data=GRANTED)),
            lambda: edit(past, "A-1#1", Change(data=GRANTED)),
            lambda: sign(past, "A-1#1", "approve"),
            lambda: issue(past, "A-1", "receipt"),
        ):
            with pytest.raises(NotPermitted):
                attempt()


def test_a_live_act_is_the_act_of_who_is_there(office):
    office.accept()
    with office.sessions() as session, session.begin():
        context = Context(session, person("u1"), clock=office.clock, by=person("u2"), day=date(2024, 3, 1))
        move(context, "A-1", "withdraw", {"reason": "不要了"})
        last = show(Context(session, ADMINISTRATOR, clock=office.clock), "A-1").history[-1]
    assert (last.by, last.recorder, last.at, last.live) == ("张三", "张三", "2024-03-05", True)


def test_an_edit_line_voids_what_was_signed(office):
    edit = {
        "case": "A-1",
        "move": "edit",
        "at": "2024-03-06",
        "by": "u1",
        "data": {"data": GRANTED | {"delivery": "email"}},
    }
    result = told(office, [*HISTORY[:3], HISTORY[3] | {"at": "2024-03-06"}, edit])
    assert result.refused == ()
    assert office.ask(show_sheet, "u1", "A-1#1").steps[0].state == "active"


def test_what_a_journal_approved_is_amended_by_approval_in_a_journal_too(office):
    told(office, HISTORY)
    refusal = {"seq": 3, "data": {"answer": "O08", "ground": "《条例》第十六条第一款"}, "reason": "应为不予公开"}
    line = {"case": "A-1", "at": "2024-03-08", "by": "u1"}
    for recorder in (ADMIN, person("u2").model_copy(update={"roles": ("disclosure_head", "recorder")})):
        result = told(office, [line | {"move": "amend", "data": refusal}], recorder)
        assert [item.code for item in result.refused] == ["approval_needed"]
    handler = {"seq": 2, "data": {"handler": "u1"}, "reason": "漏填"}
    assert told(office, [line | {"move": "amend", "data": handler}]).refused == (), "nobody had to approve that step"
    hands = [line | {"move": "approve", "by": by, "data": {"sheet": 2}} for by in ("u4", "u6", "u2", "u3")]
    result = told(office, [line | {"move": "propose", "data": {"move": "amend", "data": refusal}}, *hands])
    assert (result.applied, result.refused) == (5, ())
    with office.sessions() as session:
        assert show(Context(session, ADMINISTRATOR), "A-1").answer == "O08"
        assert verify(Context(session, ADMINISTRATOR)).faults == ()


def test_on_a_case_of_live_work_a_recorder_decides_nothing_that_needs_approval(office):
    """What happened on paper before is recorded as it was; beside live work its signatures are recorded, too."""
    office.accept("A-1")
    at = office.clock.now().date().isoformat()
    recorder = person("u2").model_copy(update={"roles": ("staff", "recorder")})
    line = {"case": "A-1", "move": "reply", "at": at, "by": "u3", "data": GRANTED}
    assert [item.code for item in told(office, [line], recorder).refused] == ["approval_needed"]
    old = [item | {"case": "B-1"} for item in HISTORY[:2]] + [line | {"case": "B-1", "at": "2024-03-07"}]
    assert told(office, old, recorder).refused == ()


def test_lines_survive_the_text_form(office):
    lines = [json.loads(json.dumps(line, ensure_ascii=False)) for line in HISTORY]
    assert told(office, lines).refused == ()


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


@pytest.mark.parametrize(
    ("name", "stored", "refused"),
    [
        (
            "journal_hostile_case_numbers",
            ["/elsewhere/abs", "../../evil", "2026/017", "2026-018"],
            [(10, "bad_data"), (12, "duplicate_case"), (13, "duplicate_case"), (14, "bad_data")],
        ),
        ("journal_noncharacter", [], [(1, "bad_data"), (2, "unknown_case"), (3, "unknown_case")]),
        ("journal_nul", ["J-1", "J-3"], [(2, "bad_data")]),
    ],
)
def test_a_hostile_journal_is_refused_line_by_line_and_alike_on_every_database(sessions, name, stored, refused):
    with sessions() as session, session.begin():
        done = replay(Context(session, ADMIN), read_journal(DATA / f"{name}.jsonl"))
        assert [(item.line, item.code) for item in done.refused] == refused
        assert session.execute(select(t.case.c.case_no).order_by(t.case.c.id)).scalars().all() == stored


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


@pytest.mark.parametrize(
    "line",
    [
        '{"case":"A-1","move":"accept","at":"2024-03-01","data":' + nested(41) + "}",
        '{"case":"A-1","move":"accept","at":"2024-03-01","data":' + nested(300) + "}",
        '{"case":"A-1","move":"accept","at":"2024-03-01","data":{"x":' + "[" * 20_000 + "]" * 20_000 + "}}",
        '{"case":"A-1","move":"accept","at":"0001-01-01T00:00:00+08:00"}',
        '{"case":"A-1","move":"accept","at":"9999-12-31T23:59:00-23:00"}',
        '{"case":"A-1","move":"amend","at":"2024-03-02","data":{"seq":1,"reason":"r","at":"0001-01-01T00:00:00+08:00"}}',
        '{"case":"A-1","move":"amend","at":"2024-03-02","data":{"reason":"r","seq":"' + "9" * 5_000 + '"}}',
        '{"case":"A-1","move":"accept","at":"2024-03-01","data":{"x":' + "9" * 5_000 + "}}",
    ],
    ids=["41 levels", "300 levels", "20,000 levels", "first day", "last day", "amended day", "step", "number"],
)
def test_a_line_that_cannot_be_held_is_refused_by_itself(sessions, tmp_path, line):
    path = tmp_path / "journal.jsonl"
    path.write_text("\n".join([json.dumps(HISTORY[0]), line, json.dumps(HISTORY[1])]), "utf-8")
    with sessions() as session, session.begin():
        done = replay(Context(session, ADMIN), read_journal(path))
    assert (done.applied, [(item.line, item.code) for item in done.refused]) == (2, [(2, "bad_data")])


def test_portions_add_to_the_result_before_them_and_leave_that_as_it_was(office):
    def portion(lines, result):
        with office.sessions() as session, session.begin():
            return replay(Context(session, ADMIN, clock=office.clock), lines, result=result)

    lines = [
        JournalLine("甲", n, {"case": f"B-{n}", "move": "submit", "at": "2024-03-01", "data": SUBMIT}) for n in (1, 2)
    ]
    bad = JournalLine("甲", 3, {"case": "B-3", "move": "fly", "at": "2024-03-01"})
    first = portion([lines[0], bad], ReplayResult())
    second = portion(lines[1:], first)
    assert (first.lines, first.applied, first.cases, len(first.refused)) == (2, 1, 1, 1)
    assert (second.lines, second.applied, second.cases, second.refused) == (3, 2, 2, first.refused)
