"""The log of deliveries and sweeps: fields that a machine reads, and nobody's data."""

import json
import logging
import subprocess
import sys
from datetime import date, datetime

import pytest
import rows as t
from office import operator
from sending import CONTACTS, ENV, NIGHT, REMINDERS, folder, hook, mail, route
from sqlalchemy import select

from disclosure.notifications.channels.port import NotDelivered
from disclosure.states.calendar.dates import SHANGHAI
from disclosure.workflow import Dispatcher, FixedClock, relay, tick
from disclosure.workflow.delivery.channels import check_delivery
from disclosure.workflow.delivery.dispatcher import send_all
from disclosure.workflow.delivery.log import LOGGER, channel_in, code_of, logged_key, record

HIDDEN = (
    "欧阳小明",
    "110101199003078888",
    "13800138000",
    "滨河路",
    "张三",
    "zhang@example.gov.cn",
    "example.gov.cn",
    "某个密钥",
)
NAMED = "章某某13900001111"
"""A handler whom an office knows by name and telephone number only; the name becomes part of the key."""


@pytest.fixture(autouse=True)
def listening(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "disclosure.delivery")


def records(caplog, event: str) -> list[dict[str, object]]:
    """The fields of every record of an event."""
    plain = vars(logging.makeLogRecord({}))
    found = [vars(item) for item in caplog.records if item.name == "disclosure.delivery" and item.event == event]
    return [
        {name: value for name, value in item.items() if name not in plain | {"message": 1, "asctime": 1}}
        for item in found
    ]


def everything(caplog) -> str:
    """Whatever a handler could write: messages, arguments, fields, traces."""
    return json.dumps([vars(item) for item in caplog.records], default=str, ensure_ascii=False) + caplog.text


def test_a_delivery_is_told_with_topic_key_channel_attempt_and_outcome(case, setup, at, box, caplog):
    setup(mail(box), route("mail"), REMINDERS, CONTACTS)
    at(22)
    (delivery,) = [item for item in records(caplog, "delivery") if item["topic"] == "message.send"]
    assert delivery == {
        "event": "delivery",
        "topic": "message.send",
        "key": "mail>due:1:reply:2024-03-29:handler",
        "channel": "mail",
        "attempt": 1,
        "outcome": "sent",
    }
    (spread,) = [item for item in records(caplog, "spread") if item["topic"] == "case.due"]
    assert (spread["key"], spread["outcome"], spread["deliveries"]) == ("due:1:reply:2024-03-29:handler", "spread", 1)
    (dispatch,) = records(caplog, "dispatch")
    assert (dispatch["topic"], dispatch["channel"], dispatch["outcome"]) == ("case.due", "mail", "sent")
    assert records(caplog, "relay")[-1] == {"event": "relay", "sent": 1, "failed": 0, "left": 0, "dead": 0}


def test_a_failure_is_told_by_its_code_and_attempt_until_it_is_given_up(case, setup, at, web, caplog):
    setup(hook(web), route("oa"), REMINDERS)
    web.status = 500
    for hour in (9, 10):
        at(22, hour, attempts=2)
    failed, dead = [item for item in records(caplog, "delivery") if item["outcome"] not in ("sent", "spread")]
    assert (failed["outcome"], failed["attempt"], failed["error"]) == ("failed", 1, "webhook_refused")
    assert (dead["outcome"], dead["attempt"], dead["error"]) == ("dead", 2, "webhook_refused")
    levels = [
        item.levelname for item in caplog.records if item.event == "delivery" and item.outcome in ("failed", "dead")
    ]
    assert levels == ["WARNING", "ERROR"]


def test_a_night_is_told_as_a_delivery_put_off(case, setup, at, box, caplog):
    setup(mail(box), route("mail"), REMINDERS, CONTACTS, NIGHT)
    at(22, 21)
    assert "postponed" in [item["outcome"] for item in records(caplog, "delivery")]


def test_what_a_senders_error_says_is_not_logged_but_its_class(sessions, work, clock, caplog):
    work("A-1", ("submit", date(2024, 3, 1)))

    def broken(topic: str, key: str, payload: str) -> None:
        raise ValueError(f"欧阳小明 13800138000 {payload}")

    assert relay(operator(sessions, clock), broken).failed == 1
    (delivery,) = records(caplog, "delivery")
    assert (delivery["topic"], delivery["key"], delivery["error"]) == ("case.moved", "default/A-1/1", "ValueError")
    assert "channel" not in delivery
    assert not [word for word in HIDDEN if word in everything(caplog)]


def test_a_sweep_is_told_with_what_it_did(case, setup, sessions, caplog):
    setup(REMINDERS)
    tick(operator(sessions, FixedClock(date(2024, 3, 22))))
    (sweep,) = records(caplog, "sweep")
    assert sweep["day"] == "2024-03-22"
    assert (sweep["outcome"], sweep["reminders"], sweep["escalated"]) == ("done", 1, 0)
    assert sweep["checkpointed"] >= 1


def test_the_test_of_channels_is_told_by_channel(setup, clock, box, web, caplog):
    plan = setup(mail(box), hook(web), CONTACTS)
    web.status = 500
    check_delivery(plan, "u2", ENV, clock.now())
    found = [(item["channel"], item["outcome"], item.get("error")) for item in records(caplog, "channel_test")]
    assert found == [("mail", "sent", None), ("oa", "failed", "webhook_refused")]


def test_nobodys_name_address_or_number_is_logged(case, setup, at, box, web, tmp_path, caplog):
    setup(mail(box), hook(web), folder(tmp_path / "out"), route("mail", "oa", "box"), REMINDERS, CONTACTS)
    box.refuses = {"li@example.gov.cn"}
    web.status = 500
    for day in (22, 26, 28):
        at(day)
    assert len(records(caplog, "delivery")) > 6
    assert not [word for word in HIDDEN if word in everything(caplog)]
    assert "payload" not in everything(caplog)


def test_a_handler_known_by_name_and_telephone_is_not_logged_either(work, setup, sessions, box, caplog):
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1), {"handler": NAMED}))
    setup(mail(box), route("mail"), REMINDERS, f'[contacts]\n"{NAMED}" = "nine@example.gov.cn"')
    clock = FixedClock(datetime(2024, 3, 22, 9, tzinfo=SHANGHAI))
    tick(operator(sessions, clock))
    assert send_all(operator(sessions, clock), Dispatcher(operator(sessions, clock), env=ENV)).sent == 1
    with sessions() as session:
        keys = session.execute(select(t.outbox.c.event_key).where(t.outbox.c.topic == "message.send")).scalars().all()
    assert [NAMED in key for key in keys] == [True]
    assert NAMED not in everything(caplog)
    assert "nine@" not in everything(caplog)


@pytest.mark.parametrize(
    ("key", "logged", "channel"),
    [
        ("mail:u1>due:7:reply", "mail>due:7:reply", "mail"),
        ("oa>default/A-1/3", "oa>default/A-1/3", "oa"),
        ("default/A-1/3", "default/A-1/3", None),
        ("default/A>1/3", "default/A>1/3", None),
        ("mail:u>1>due:7", "mail>due:7", "mail"),
    ],
)
def test_a_key_is_logged_without_its_person(key, logged, channel):
    assert (logged_key(key), channel_in(key)) == (logged, channel)


def test_an_error_is_logged_by_its_code():
    assert code_of(NotDelivered("no_address")) == "no_address"
    assert code_of(OSError("欧阳小明")) == "OSError"


def test_fields_that_do_not_apply_are_left_out(caplog):
    record(logging.INFO, "relay", topic=None, sent=1)
    assert records(caplog, "relay") == [{"event": "relay", "sent": 1}]
    assert caplog.messages == ["relay sent=1"]


def test_the_library_configures_nothing():
    assert [type(handler) for handler in LOGGER.handlers] == [logging.NullHandler]
    assert LOGGER.propagate
    code = (
        "import logging\n"
        "import disclosure.workflow.delivery.dispatcher, disclosure.workflow.delivery.log as log\n"
        "log.record(logging.ERROR, 'relay', sent=1)\n"
        "assert logging.getLogger().handlers == []\n"
        "assert log.LOGGER.level == logging.NOTSET and log.LOGGER.propagate\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)  # noqa: S603 - this interpreter
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
