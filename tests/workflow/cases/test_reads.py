"""The log of reads: who saw personal data is noted before anything is shown, and the log tells when it was changed."""

import zipfile
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
import rows as t
from approvals import Office, person
from audited import tamper
from counter import REPLIED, Counter
from erasing import erased
from office import ADMIN, CLERK
from sqlalchemy import create_engine, delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from disclosure.states.errors import BadData, NotPermitted, SetupError
from disclosure.workflow import (
    ADMINISTRATOR,
    Context,
    FixedClock,
    bundle,
    drafts,
    read_log,
    reprint,
    show,
    show_sheet,
    verify,
)
from disclosure.workflow.casefile.verifier import SUMS

NAME = "欧阳小明"


@pytest.fixture
def counter(sessions):
    """A case with its reply, and the paper of it."""
    found = Counter(sessions).replied()
    found.issue()
    return found


def log(sessions, number="A-1"):
    with sessions() as session:
        return read_log(Context(session, ADMIN), number)


def faults(sessions):
    with sessions() as session:
        found = verify(Context(session, ADMINISTRATOR))
    return found.reads, [(fault.code, fault.seq) for fault in found.faults]


def test_what_shows_personal_data_is_noted_with_who_and_why_and_what_is_masked_is_not(counter, sessions):
    before = datetime.now(UTC)
    assert counter.do(show, "A-1").applicant["name"] != NAME
    assert log(sessions) == ()
    assert counter.do(show, "A-1", unmasked=True, why="核对身份").applicant["name"] == NAME
    assert NAME in counter.do(drafts, "A-1", kind="reply")[0].text
    counter.do(reprint, "A-1", "1", "text", why="当事人补领")
    archive = zipfile.ZipFile(BytesIO(counter.do(bundle, "A-1", why="复议答复")))
    listed = sha256(archive.read(SUMS)).hexdigest()
    found = log(sessions)
    assert [(item.seq, item.what, item.about, item.why) for item in found] == [
        (1, "case", "", "核对身份"),
        (2, "draft", "reply", ""),
        (3, "paper", "1 text", "当事人补领"),
        (4, "bundle", listed, "复议答复"),
    ]
    assert {(item.by, item.name) for item in found} == {("u017", "张三")}
    moments = [datetime.fromisoformat(item.at) for item in found]
    assert before - timedelta(seconds=1) <= moments[0] <= moments[-1] <= datetime.now(UTC)  # not the clock of 2024
    assert faults(sessions) == (4, [])


def test_only_an_administrator_reads_the_log(counter, sessions):
    with sessions() as session, pytest.raises(NotPermitted):
        read_log(Context(session, CLERK), "A-1")


def test_a_reason_that_may_not_enter_shows_nothing(counter, sessions):
    with pytest.raises(BadData):
        counter.do(show, "A-1", unmasked=True, why="\ud800")
    assert log(sessions) == ()


def test_what_the_host_takes_back_was_not_noted(counter, sessions):
    with sessions() as session:
        show(Context(session, CLERK), "A-1", unmasked=True)
        session.rollback()
    assert log(sessions) == ()


def test_the_log_refuses_to_be_changed(counter, sessions):
    counter.do(show, "A-1", unmasked=True)
    for change in (update(t.read).values(what="draft"), delete(t.read)):
        with sessions() as session, pytest.raises(DBAPIError, match="append-only"):
            session.execute(change)


CHANGES = {
    "another person": (update(t.read).where(t.read.c.seq == 2).values(actor='{"user_id":"u1"}'), ("read_altered", 2)),
    "another moment": (update(t.read).where(t.read.c.seq == 2).values(recorded_at="2024"), ("read_altered", 2)),
    "another thing": (update(t.read).where(t.read.c.seq == 2).values(what="draft"), ("read_altered", 2)),
    "another paper": (update(t.read).where(t.read.c.seq == 2).values(about="2 text"), ("read_altered", 2)),
    "without a reason": (update(t.read).where(t.read.c.seq == 2).values(why_hash=""), ("read_altered", 2)),
    "another reason": (update(t.read_why).where(t.read_why.c.seq == 2).values(payload="好奇"), ("read_why_altered", 2)),
    "no reason": (delete(t.read_why).where(t.read_why.c.seq == 2), ("read_why_altered", 2)),
    "gone": (delete(t.read).where(t.read.c.seq == 2), ("reads_cut", 3)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_audit_finds_what_was_changed_behind_its_back(counter, sessions, change):
    for why in ("一", "二", "三"):
        counter.do(show, "A-1", unmasked=True, why=why)
    statement, fault = CHANGES[change]
    tamper(sessions, statement)
    assert fault in faults(sessions)[1]


def test_erasing_takes_the_reasons_and_keeps_who_has_read(counter, sessions):
    counter.do(show, "A-1", unmasked=True, why="欧阳小明本人来问")
    counter.do(show, "A-1", unmasked=True)
    counter.make("A-1", "close", on=REPLIED)
    erased(sessions, "A-1")
    assert [(item.by, item.why) for item in log(sessions)] == [("u017", None), ("u017", "")]
    assert faults(sessions) == (2, [])


def test_a_sheet_is_noted_for_who_has_nothing_to_sign_on_it(sessions):
    office = Office(sessions).accept()
    office.propose()
    for by in ("u1", "u2", "root"):
        with sessions() as session, session.begin():
            show_sheet(Context(session, person(by), **office.shared), "A-1#1")
    assert [(item.by, item.what, item.about) for item in log(sessions)] == [
        ("u1", "sheet", "A-1#1"),
        ("root", "sheet", "A-1#1"),
    ]


@pytest.fixture
def reader(engine, counter):
    """A connection to the same data that cannot write."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        closed = create_engine(f"sqlite:///file:{engine.url.database}?mode=ro&uri=true")
    else:
        closed = create_engine(engine.url, execution_options={"postgresql_readonly": True})
    yield closed
    closed.dispose()


def test_a_connection_that_cannot_write_shows_what_is_masked_and_refuses_the_rest(reader):
    with Session(reader) as session:
        desk = Context(session, CLERK, clock=FixedClock(date(2024, 3, 25)))
        for ask in (
            lambda: show(desk, "A-1", unmasked=True),
            lambda: drafts(desk, "A-1"),
            lambda: reprint(desk, "A-1", "1", "text"),
            lambda: bundle(desk, "A-1"),
        ):
            with pytest.raises(SetupError) as refused:
                ask()
            assert refused.value.code == "read_only"
        assert show(desk, "A-1").applicant["name"] != NAME
