"""The anchor finds what somebody who holds the whole database can do: rewrite, remove, go back to an old backup."""

import shutil
from datetime import date

import pytest
import rows as t
from audited import faults as chain_faults
from audited import unguarded
from office import ADMIN, CLERK
from sqlalchemy import create_engine, delete
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import NotPermitted, SetupError
from disclosure.workflow import Context
from disclosure.workflow.casefile.anchor import check_anchor, make_anchor, read_anchor
from disclosure.workflow.kernel.linking import link_up

ON = date(2024, 3, 1)
KEY = bytes(range(32))
AT = "2024-03-01T00:00:00.000+00:00"


def anchored(sessions, clock, key=KEY):
    with sessions() as session, session.begin():
        return make_anchor(Context(session, ADMIN, clock=clock), key)


def found(sessions, anchor):
    with sessions() as session:
        return [fault.code for fault in check_anchor(Context(session, ADMIN), anchor)]


@pytest.fixture
def anchor(sessions, work, clock):
    work("A-1", ("submit", ON), ("accept", ON))
    return anchored(sessions, clock)


def test_a_register_that_went_on_agrees_with_its_anchor(sessions, work, anchor):
    assert found(sessions, anchor) == []
    work("A-1", ("withdraw", ON, {"reason": "不要了"}))
    link_up(sessions, AT)
    assert found(sessions, anchor) == []
    assert read_anchor(anchor.model_dump_json(), "anchor.json") == anchor
    assert anchor.ends["case"] == 1


def test_a_register_that_was_written_anew_as_a_whole_is_found_though_its_chains_are_whole(sessions, work, anchor):
    with sessions() as session, session.begin(), unguarded(session.connection()):
        for table in (t.link, t.checkpoint, t.counter, t.private, t.pair, t.outbox, t.event, t.case):
            if table is t.counter:
                session.execute(delete(table).where(table.c.name != "settings"))
            else:
                session.execute(delete(table))
    work("A-1", ("submit", ON), ("accept", ON))
    link_up(sessions, AT)
    assert chain_faults(sessions) == []
    assert found(sessions, anchor) == ["anchor_differs"]


def test_an_old_backup_in_the_place_of_the_database_is_found(sqlite_engine, tmp_path, clock):
    sessions = sessionmaker(sqlite_engine)
    anchored(sessions, clock)
    sqlite_engine.dispose()
    shutil.copy(tmp_path / "cases.db", tmp_path / "old.db")
    with sessions() as session, session.begin():
        from disclosure.workflow import set_profile

        set_profile(Context(session, ADMIN), {"name": "某局"})
    later = anchored(sessions, clock)
    old = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    assert chain_faults(sessionmaker(old)) == []
    assert found(sessionmaker(old), later) == ["anchor_rolled_back"]
    old.dispose()


@pytest.mark.parametrize(
    "change", [{"checkpoints": 0}, {"hash": "0" * 64}, {"made_at": "x"}, {"ends": {}}, {"public_key": "0" * 64}]
)
def test_an_anchor_that_was_altered_is_no_proof(sessions, anchor, change):
    assert found(sessions, anchor.model_copy(update=change)) == ["anchor_forged"]


def test_an_anchor_by_a_key_that_is_not_on_record_is_told(sessions, anchor, clock, tmp_path):
    from disclosure.workflow.casefile.signing import public_half, sign

    other = anchor.model_copy(update={"public_key": public_half(bytes(32))})
    other = other.model_copy(update={"signature": sign(bytes(32), other.signed())})
    assert found(sessions, other) == ["anchor_key_unknown"]


@pytest.mark.parametrize("text", ["", "{}", "[]", "\x00", '{"format": "other"}', "9" * 5000])
def test_what_is_no_anchor_is_refused(text):
    with pytest.raises(SetupError) as refused:
        read_anchor(text, "anchor.json")
    assert refused.value.code == "not_an_anchor"


def test_who_may_not_operate_neither_makes_nor_checks_one(sessions, anchor):
    with sessions() as session:
        for attempt in (lambda context: make_anchor(context, KEY), lambda context: check_anchor(context, anchor)):
            with pytest.raises(NotPermitted):
                attempt(Context(session, CLERK))
