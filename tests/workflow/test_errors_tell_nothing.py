"""No error tells what is personal: a marker in every personal text, commands that fail in many ways, and no marker in
an error, its traceback, its JSON or its sentence, on standard error, or in a line of the log."""

import copy
import json
import logging
import traceback
from datetime import date

import pytest
from approvals import Office, person
from counter import Counter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from office import ADMIN, SUBMIT
from sqlalchemy import insert
from sqlalchemy.orm import sessionmaker

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, DisclosureError
from disclosure.states.procedure.catalogue import fields_of, moves
from disclosure.workflow import (
    Change,
    Context,
    FixedClock,
    ProofFile,
    Proposal,
    ServiceEvent,
    edit,
    issue,
    move,
    propose,
    record_service,
    sign,
    void,
)
from disclosure.workflow.approvals.catalogue import VERBS
from disclosure.workflow.kernel.database import open_engine
from disclosure.workflow.kernel.personal_data import hide
from disclosure.workflow.kernel.tables import kernel

MARK = "欧阳隐秘之名"
DAY = date(2024, 3, 5)
SHAPES = st.sampled_from(
    [
        MARK,
        f"{MARK}\x00",
        f"{MARK}\ud800",
        MARK * 4000,
        [MARK],
        [[MARK]],
        {"name": MARK, "kind": MARK},
        [{"part": MARK, "outcome": MARK}],
        {MARK: MARK},
        True,
        None,
    ]
)
PHASES = (Phase.explicit, Phase.generate)


def told(error):
    """Everything that an error tells, in whatever way."""
    yield str(error)
    yield repr(error)
    yield "".join(traceback.format_exception(error))
    for inner in behind(error):  # what a host's own handler of errors may print, whatever is suppressed
        yield f"{inner} {inner!r} {vars(inner)} {getattr(inner, 'object', '')}"
    if isinstance(error, DisclosureError):
        yield json.dumps(error.fields, ensure_ascii=False, default=str)
        yield describe(error)


def behind(error):
    """The errors while which it was raised, and its causes."""
    for inner in (error.__context__, error.__cause__):
        if inner is not None:
            yield inner
            yield from behind(inner)


def tells_nothing(call):
    try:
        call()
    except DisclosureError as error:
        found = [text for text in told(error) if MARK in text]
        assert not found, found[0][:600]


@pytest.fixture(scope="module")
def sessions(tmp_path_factory):
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('errors') / 'cases.db'}")
    yield sessionmaker(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def office(sessions):
    office = Office(sessions).accept("A-1").accept("A-2")
    office.propose(case="A-1", draft=f"致{MARK}")
    with sessions() as session, session.begin():
        submit = {**SUBMIT, "applicant": {"kind": "natural_person", "name": MARK}, "information": MARK}
        move(Context(session, ADMIN, clock=FixedClock(DAY)), "A-3", "submit", submit, at=DAY)
    return office


def tried(office, who, command):
    def call():
        with office.sessions() as session:
            command(Context(session, person(who), **office.shared))

    tells_nothing(call)


@settings(max_examples=150, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(data=st.data(), name=st.sampled_from(sorted(moves())), case=st.sampled_from(["A-1", "A-2", "A-3", "A-9"]))
def test_a_move_that_is_refused_tells_nothing_personal(office, data, name, case):
    body = {}
    for item in fields_of(name):
        if item.privacy == "personal" and data.draw(st.booleans()):
            outer, _, inner = item.key.rpartition(".")
            shape = copy.deepcopy(data.draw(SHAPES))
            if not outer:
                body[item.key] = shape
            elif isinstance(body.setdefault(outer, {}), dict):
                body[outer][inner] = shape
    for command in (
        lambda c: move(c, case, name, body, at=DAY),
        lambda c: propose(c, case, Proposal(move=name, data=body, draft=MARK)),
        lambda c: edit(c, "A-1#1", Change(data=body, draft=MARK, opinion=MARK), expected_version=7),
    ):
        tried(office, "u1", command)


@settings(max_examples=80, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(data=st.data(), verb=st.sampled_from(sorted(VERBS)), who=st.sampled_from(["u1", "u2", "u3", "root"]))
def test_a_verb_that_is_refused_tells_nothing_personal(office, data, verb, who):
    given_with = {"opinion": data.draw(SHAPES)} | ({"to": ["nobody"]} if data.draw(st.booleans()) else {})
    tried(office, who, lambda c: sign(c, "A-1#1", verb, given_with))


@settings(max_examples=40, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(
    act=st.sampled_from(["dispatched", "signed", "refused", "returned", "other"]),
    text=st.sampled_from([MARK, f"{MARK}\x00"]),
)
def test_a_record_of_service_that_is_refused_tells_nothing_personal(office, act, text):
    keys = ("address", "waybill", "signed_by", "proxy", "witness", "reason", "method", "nothing")
    event = ServiceEvent(act=act, data=dict.fromkeys(keys, text), file=ProofFile("回执.pdf", b"x"))
    for command in (
        lambda c: record_service(c, "A-1", "1", event),
        lambda c: void(c, "A-1", "1", text),
        lambda c: issue(c, "A-3", "reply"),
    ):
        tried(office, "u2", command)


def test_what_was_not_approved_is_named_with_the_persons_in_it_masked(sqlite_engine):
    office = Office(sessionmaker(sqlite_engine))
    counter = Counter(office.sessions, on=DAY)
    submit = {**SUBMIT, "applicant": {"kind": "natural_person", "name": MARK}}
    with office.sessions() as session, session.begin():
        for name, body in (("submit", submit), ("accept", {})):
            move(Context(session, person("u1"), **office.shared), "A-1", name, body, at=date(2024, 3, 1))
    office.propose(draft="另一份文稿")
    office.do("u2", "approve")
    office.do("u3", "approve")
    with office.sessions() as session, pytest.raises(BadData) as caught:
        issue(Context(session, ADMIN, clock=counter.clock), "A-1", "reply")
    assert {fault["problem"] for fault in caught.value.faults} == {"not_as_approved", "approved_left_out"}
    assert any("欧****名" in fault["line"] for fault in caught.value.faults)
    assert not [text for text in told(caught.value) if MARK in text]


def test_the_longest_personal_text_is_masked_first():
    assert hide("致欧阳小明：", ["欧阳", "欧阳小明", "", "明"]) == "致欧***："


def test_an_engine_of_the_product_shows_no_values_of_a_failing_statement(sessions):
    row = {"agency": "a", "request_key": "k", "request_hash": "h", "result": MARK, "created_at": "x"}
    with sessions() as session, pytest.raises(Exception, match="UNIQUE") as caught:
        session.execute(insert(kernel.idempotency), row)
        session.execute(insert(kernel.idempotency), row)
    assert not [text for text in told(caught.value) if MARK in text]


def test_a_journal_that_is_refused_and_the_command_line_tell_nothing_personal(tmp_path, capsys, caplog):
    from disclosure.workflow.cli.main import run

    caplog.set_level(logging.DEBUG)
    db = ("--db", str(tmp_path / "cases.db"))
    lines = [
        {"case": "A-1", "move": "submit", "at": "2024-03-01", "data": {**SUBMIT, "applicant": MARK}},
        {"case": "A-1", "move": "submit", "at": "2024-03-01", "data": MARK},
        {"case": "A-2", "move": "submit", "at": "2024-03-01", "data": {**SUBMIT, "information": MARK}},
        {
            "case": "A-2",
            "move": "propose",
            "at": "2024-03-02",
            "data": {"move": "reply", "data": MARK, "draft": [MARK]},
        },
        {"case": "A-2", "move": "reply", "at": "2024-03-02", "data": {"ground": [MARK], "items": MARK}},
    ]
    journal = tmp_path / "journal.jsonl"
    broken = f'{{"case": "A-3", "data": "{MARK}"\n'
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines) + broken, "utf-8")
    for arguments in (
        ("replay", str(journal)),
        ("replay", str(journal), "--format", "json"),
        ("move", "A-2", "reply", "--data", MARK),
        ("move", "A-2", "reply", "--data", f"ground={MARK}", "--data", f"ground.x={MARK}"),
        ("move", "A-2", "reply", "--data", f"answer={MARK}", "--data", f"ground={MARK}"),
        ("move", "A-2", "submit", "--data", f"applicant.name={MARK}"),
        ("propose", "A-2", "reply", "--data", f"ground={MARK}"),
    ):
        status = run([*arguments, *db])
        out, err = capsys.readouterr()
        assert status != 0, arguments
        assert MARK not in out + err, arguments
    assert MARK not in caplog.text
