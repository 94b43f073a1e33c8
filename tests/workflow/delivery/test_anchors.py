"""The anchor of the day goes out over the office's channels, once a day, and proves the register as a file of it does."""

import json
from datetime import date

import pytest
import rows as t
from audited import unguarded
from office import ADMIN, operator
from sending import CONTACTS, folder, mail, route
from sqlalchemy import delete, select

from disclosure.workflow import Context, FixedClock, set_profile, tick
from disclosure.workflow.casefile.anchor import check_anchor, read_anchor
from disclosure.workflow.casefile.signing import note_key
from disclosure.workflow.delivery.dispatcher import Dispatcher, send_all

KEY = bytes(range(32))
ANCHOR = '"audit.anchor"'
DAYS = [date(2024, 3, day) for day in (4, 5)]


@pytest.fixture
def key(sessions, case):
    with sessions() as session, session.begin():
        note_key(Context(session, ADMIN), KEY)
    return KEY


def swept(sessions, on, key):
    return tick(operator(sessions, FixedClock(on)), key=key)


def sent(sessions, on):
    host = operator(sessions, FixedClock(on))
    return send_all(host, Dispatcher(host, others=lambda topic, key, payload: None))


def anchors(sessions):
    with sessions() as session:
        columns = (t.outbox.c.agency, t.outbox.c.payload)
        return [tuple(row) for row in session.execute(select(*columns).where(t.outbox.c.topic == "audit.anchor"))]


def test_each_day_has_one_that_proves_the_register(sessions, setup, key, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    setup(folder(out), route("box", topics=ANCHOR))
    assert [swept(sessions, on, key).anchored for on in (DAYS[0], DAYS[0], DAYS[1])] == [True, False, True]
    sent(sessions, DAYS[1])
    files = sorted(out.iterdir())
    assert len(files) == 2
    with sessions() as session:
        found = [read_anchor(file.read_text("utf-8"), file.name) for file in files]
        assert [item for anchor in found for item in check_anchor(Context(session, ADMIN), anchor)] == []
        with unguarded(session.connection()):
            session.execute(delete(t.link))
            session.execute(delete(t.checkpoint))
        gone = {fault.code for anchor in found for fault in check_anchor(Context(session, ADMIN), anchor)}
    assert gone == {"anchor_rolled_back"}


def test_it_is_the_body_of_a_mail_to_the_head_of_the_office(sessions, setup, key, box):
    setup(mail(box), route("mail", topics=ANCHOR), CONTACTS)
    swept(sessions, DAYS[0], key)
    sent(sessions, DAYS[0])
    assert box.to == [["li@example.gov.cn"]]
    body = box.mails[0].get_content()
    with sessions() as session:
        assert check_anchor(Context(session, ADMIN), read_anchor(body, "mail")) == ()


def test_it_goes_to_each_agency_that_takes_it_and_to_no_other(sessions, setup, key, clock, tmp_path):
    for agency in ("a", "b"):
        with sessions() as session, session.begin():
            set_profile(Context(session, ADMIN, agency=agency, clock=clock), {"name": agency})
    setup(folder(tmp_path), route("box", topics=ANCHOR), agency="a")
    setup(folder(tmp_path), route("box"), agency="b")
    swept(sessions, DAYS[0], key)
    assert [agency for agency, _ in anchors(sessions)] == ["a"]


def test_where_nobody_has_channels_it_waits_for_the_hosts_own_sender(sessions, key):
    swept(sessions, DAYS[0], key)
    ((agency, payload),) = anchors(sessions)
    assert agency == "default"
    with sessions() as session:
        line = json.dumps({"topic": "audit.anchor", "key": "k", "payload": json.loads(payload)})
        assert check_anchor(Context(session, ADMIN), read_anchor(line, "line")) == ()


def test_without_a_key_there_is_none_and_one_that_is_not_on_record_is_told(sessions, case):
    assert not swept(sessions, DAYS[0], None).anchored
    found = swept(sessions, DAYS[0], KEY)
    assert (found.anchored, [remark.code for remark in found.warnings]) == (False, ["anchor_key_unknown"])
    assert anchors(sessions) == []
