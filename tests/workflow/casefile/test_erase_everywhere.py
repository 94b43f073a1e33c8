"""After erasing, no text that anybody typed about a case is left anywhere, whatever its history was."""

from datetime import date
from tempfile import TemporaryDirectory

import pytest
import rows as t
from approvals import Office
from erasing import LATER, erased
from hypothesis import given, settings
from marked import MARK, MOVES, OF_OFFICE, STEPS, Life, places
from office import ADMIN, SUBMIT
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import (
    ADMINISTRATOR,
    Context,
    FixedClock,
    annual_report,
    bundle,
    clear_traces,
    create_schema,
    recompute,
    replay,
    show,
    verify,
)
from disclosure.workflow.approvals.catalogue import VERB_ENTRIES
from disclosure.workflow.kernel.database import open_engine
from disclosure.workflow.kernel.personal_data import ERASED
from disclosure.workflow.register.journal import JournalLine

START = date(2024, 3, 5)
EXAMPLES = max(8, settings.default.max_examples // 5)


def lived(engine, steps, channel="in_person") -> Life:
    """A whole life, its erasure, and that the rest of it can still be read and is whole."""
    life = Life(engine, START, channel)
    for step in steps:
        life.step(*step)
    life.end()
    assert {"dsc_private.payload"} <= places(engine)
    leaves_nothing(life, engine)
    return life


def leaves_nothing(life, engine) -> None:
    """Erased, the case has the mark nowhere, and all that is left is whole."""
    erased(life.sessions, "A-1")
    assert places(engine) == set()
    assert places(engine, OF_OFFICE) <= OF_NO_CASE.keys()
    with life.sessions() as session:
        pairs = select(t.pair.c.pair).join(t.case, t.case.c.id == t.pair.c.case_id).where(t.case.c.case_no == "A-1")
        assert session.scalars(pairs).all() == [], "what its texts are found by, too"
        context = Context(session, ADMINISTRATOR, clock=FixedClock(LATER))
        assert verify(context).faults == ()
        assert recompute(context).differences == ()
        assert MARK not in str(show(context, "A-1", unmasked=True))
        assert MARK.encode() not in bundle(context, "A-1")
        assert annual_report(context, 2024).section3 is not None


OF_NO_CASE = {
    "dsc_acting.basis": "the document by which somebody acts in a post: it is about the office's people, and no case",
    "dsc_action.data": "the same, beside the signature that it allows: without it the signature proves nothing",
    "dsc_idempotency.result": "the same, as the answer to a request that may be repeated",
}
"""Where what was typed about the office's own people stays."""


@settings(max_examples=EXAMPLES)
@given(STEPS)
def test_nothing_is_left_in_a_sqlite_file_nor_in_its_log(steps):
    with TemporaryDirectory() as folder:
        path = f"{folder}/cases.db"
        engine = open_engine(f"sqlite:///{path}")
        lived(engine, steps)
        assert clear_traces(engine)
        for name in (path, f"{path}-wal"):
            with open(name, "rb") as file:
                assert MARK.encode() not in file.read(), name
        engine.dispose()


@settings(max_examples=EXAMPLES)
@given(STEPS)
def test_no_row_of_a_server_holds_it(databases, steps):
    address = databases.take()
    engine = create_engine(address)
    try:
        lived(engine, steps)
    finally:
        engine.dispose()
        databases.give_back(address)


FULL = [
    ("propose", "reply", True),
    ("sign", "save", False),
    ("sign", "return", True),
    ("edit", "", True),
    ("move", "reply", True),
    ("issue", "receipt", True),
    ("void", "", False),
    ("issue", "receipt", True),
    ("service", "dispatched", True),
    ("attach", "evidence", True),
    ("relay", "", True),
    ("move", "amend", True),
    ("move", "file_review", False),
    ("read", "show", False),
    ("journal", "accept_review", False),
]
"""A history that leaves the mark wherever it can stand."""


def test_a_history_with_everything_in_it_had_the_mark_in_every_place_that_erasing_clears(engine):
    life = Life(engine, START)
    for step in FULL:
        life.step(*step)
    assert places(engine) == {
        "dsc_case.handler",
        "dsc_case.snapshot",
        "dsc_private.payload",
        "dsc_read_why.payload",
        "dsc_aside.payload",
        "dsc_notice.facts",
        "dsc_carrier.content",
        "dsc_proof.payload",
        "dsc_proof.file_name",
        "dsc_proof.file_content",
        "dsc_attached.name",
        "dsc_content.portion",
        "dsc_outbox.failure",
        "dsc_idempotency.result",
    }
    life.end()
    leaves_nothing(life, engine)


def test_the_lines_of_a_paper_that_the_result_of_a_request_keeps_go_too(engine):
    life = Life(engine, START)
    life.step("propose", "reply", True)
    for _ in range(4):
        life.step("sign", "approve", False)
    life.step("issue", "reply", True)
    assert "dsc_idempotency.result" in places(engine)
    life.end()
    leaves_nothing(life, engine)


def moved(*names):
    return [("wait" if name == "wait" else "move", name, False) for name in names]


def signed(*names):
    return [("sign", name, False) for name in names]


REMEDIES = moved(
    *("file_review", "accept_review", "notify_review", "suspend_review", "resume_review", "answer_review"),
    *("decide_review", "file_suit", "notify_suit", "answer_suit", "judge", "appeal"),
)
LIVES = {
    "replied": moved(
        *("request_correction", "cancel_correction", "request_correction", "correct"),
        *("consult", "opinion", "demand_reasons", "give_reasons", "defer"),
        *("charge", "cancel_charge", "charge", "pay", "extend", "reply", "serve"),
    )
    + REMEDIES
    + moved("amend", "reassign", "send_back"),
    "withdrawn": moved("consult", "cancel_consultation", "withdraw", "reopen", "discontinue"),
    "lapsed": moved("consult", "wait", "lapse_consultation", "request_correction", "wait", "abandon"),
    "decided": moved("decide", "withdraw_decision", "decide", "dispatch", "fail_service"),
    "renewed": moved("request_correction", "renew_term", "cancel_correction"),
    "kept after all": [("late", "withdraw", True)],
    "annulled": moved("annul"),
    "confirmed": moved("accept"),
    "signed": [
        ("propose", "reply", False),
        *signed("send", "read", "save", "urge", "return"),
        ("edit", "", True),
        *signed("send", "add_signer", "remove_signer", "copy", "transfer", "delegate", "advise"),
        *signed(*(["approve"] * 6)),
    ],
    "sealed": [("propose", "consult", True), *signed("approve", "approve", "seal")],
    "recalled": [("propose", "reply", True), *signed("recall", "void")],
    "completed": [("propose", "reply", True), *signed("complete")],
    "stuck": [("propose", "consult", True), ("leave", "u2", False), *signed("assign"), ("hand_over", "u1", True)],
    "handed over": [
        ("propose", "reply", True),
        ("appoint_acting", "legal_reviewer", True),
        ("hand_over", "u2", True),
        *signed("approve", "approve"),
    ],
}
"""Lives in which every move and every verb is done, not only tried."""


def test_nothing_is_left_of_lives_in_which_every_move_and_every_verb_is_done():
    done = set()
    for name, steps in LIVES.items():
        engine = create_engine("sqlite://")
        create_schema(engine)
        done |= lived(engine, steps, "online" if name == "confirmed" else "in_person").made
        engine.dispose()
    verbs = {item.name for item in VERB_ENTRIES} - {"acting", "handover", "substitute"}
    assert (MOVES.keys() | verbs | {"appoint_acting", "hand_over"}) - done == set()


def told(session, number):
    """What of a case its lists and its history say, and what stands in its row."""
    context = Context(session, ADMIN, clock=FixedClock(START))
    row = session.execute(select(t.case.c.handler, t.case.c.department)).one()
    shown = show(context, number, unmasked=True)
    return {line.by for line in shown.history}, (row.handler, row.department)


@pytest.fixture
def desk(engine):
    """An office that has people on record."""
    sessions = sessionmaker(engine)
    Office(sessions, START)
    return sessions


def recorded(sessions, *lines):
    journal = [JournalLine("j", 1, {"case": "A-1", "at": "2024-03-01"} | line) for line in lines]
    with sessions() as session, session.begin():
        assert replay(Context(session, ADMIN, clock=FixedClock(START)), journal).refused == ()


def test_who_and_where_of_nobody_known_is_listed_until_the_case_is_erased(desk):
    recorded(
        desk,
        {"move": "submit", "by": "毛某", "data": SUBMIT | {"department": "已撤并的科"}},
        {"move": "accept", "by": "毛某", "data": {"handler": "毛某的外甥"}},
        {"move": "amend", "data": {"seq": 2, "data": {"handler": "毛某的侄子"}, "reason": "写错"}},
    )
    with desk() as session:
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
        assert recompute(Context(session, ADMINISTRATOR)).differences == ()
        assert told(session, "A-1") == ({"毛某", "管理员"}, ("毛某的侄子", "已撤并的科"))
    recorded(desk, {"move": "withdraw", "data": {"reason": "不要了"}}, {"move": "close"})
    assert places(desk.kw["bind"], "毛某") == {"dsc_case.handler", "dsc_case.snapshot", "dsc_private.payload"}
    erased(desk, "A-1")
    assert places(desk.kw["bind"], "毛某") == places(desk.kw["bind"], "已撤并") == set()
    with desk() as session:
        assert told(session, "A-1") == ({ERASED, "管理员"}, (ERASED, ERASED))
        context = Context(session, ADMINISTRATOR, clock=FixedClock(LATER))
        assert (verify(context).faults, recompute(context).differences) == ((), ())


def test_people_and_departments_of_the_office_stay_with_the_record_of_what_it_did(desk):
    recorded(
        desk,
        {"move": "submit", "by": "u1", "data": SUBMIT | {"department": "业务科"}},
        {"move": "accept", "by": "u1", "data": {"handler": "张三"}},
        {"move": "withdraw", "data": {"reason": "不要了"}},
        {"move": "close"},
    )
    erased(desk, "A-1")
    with desk() as session:
        assert told(session, "A-1") == ({"u1", "管理员"}, ("张三", "业务科"))


def test_the_hash_in_the_place_of_who_acted_is_verified_like_the_others(desk):
    recorded(desk, {"move": "submit", "by": "毛某", "data": SUBMIT})
    with desk() as session:
        payload = session.execute(select(t.private.c.payload)).scalar_one()
        session.execute(update(t.private).values(payload=payload.replace("毛某", "别人")))
        assert [fault.code for fault in verify(Context(session, ADMINISTRATOR)).faults] == ["private_altered"]
