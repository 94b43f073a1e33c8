"""The text of an office: every fault at once, no secret in it, quiet hours."""

import re
from datetime import date, datetime
from importlib import resources
from pathlib import Path

import pytest

import disclosure
from disclosure.notifications.channels.chat import ChatChannel
from disclosure.notifications.channels.config import Plan, parse_channels
from disclosure.notifications.channels.folder import FolderChannel
from disclosure.notifications.channels.mail import MailChannel
from disclosure.notifications.channels.port import NotDelivered
from disclosure.notifications.channels.webhook import WebhookChannel
from disclosure.notifications.messages.catalogue import message_keys
from disclosure.states.calendar.calendar import Calendar
from disclosure.states.calendar.dates import SHANGHAI
from disclosure.states.errors import BadData
from disclosure.workflow import describe

GOOD = """
[channel.mail]
type = "mail"
host = "smtp.example.gov.cn"
security = "ssl"
sender = "disclosure@example.gov.cn"
user = "disclosure"
password_env = "SMTP_PASSWORD"

[channel.oa]
type = "webhook"
url = "https://oa.example.gov.cn/hook"
secret_env = "OA_SECRET"

[channel.box]
type = "folder"
path = "out"

[channel.group]
type = "chat"
service = "wecom"
address_env = "WECOM_ADDRESS"

[[route]]
topics = ["case.due"]
channels = ["mail", "group"]

[[route]]
topics = ["todo.changed", "case.moved"]
channels = ["oa", "box"]

[quiet]
begins = 20:00:00
ends = 08:00:00

[reminders]
handler = 5
head = 3
leader = 1

[contacts]
u1 = "zhangsan@example.gov.cn"
"""
ENV = {"SMTP_PASSWORD": "word", "OA_SECRET": "key", "WECOM_ADDRESS": "wecombot://abc"}


def faults(text: str) -> dict[str, str]:
    """The faults of a text by field."""
    with pytest.raises(BadData) as caught:
        parse_channels(text)
    assert all(f"problem_{fault['problem']}" in message_keys() for fault in caught.value.faults)
    assert "？" not in describe(caught.value)
    return {fault["field"]: fault["problem"] for fault in caught.value.faults}


def test_each_kind_is_opened_with_its_secrets_from_the_environment():
    plan = parse_channels(GOOD)
    kinds = [type(plan.open(name, ENV)) for name in plan.channel]
    assert kinds == [MailChannel, WebhookChannel, FolderChannel, ChatChannel]
    assert plan.missing(ENV) == []
    assert plan.missing({"OA_SECRET": ""}) == [
        ("mail", "SMTP_PASSWORD"),
        ("oa", "OA_SECRET"),
        ("group", "WECOM_ADDRESS"),
    ]


def test_a_secret_that_is_not_there_is_named_and_nothing_is_opened():
    with pytest.raises(NotDelivered) as caught:
        parse_channels(GOOD).open("oa", {})
    assert (caught.value.code, caught.value.fields["name"]) == ("secret_missing", "OA_SECRET")


def test_every_fault_is_told_at_once():
    assert faults(
        """
        [channel.mail]
        type = "mail"
        host = ""
        port = 70000
        sender = "disclosure@example.gov.cn"
        colour = "red"

        [channel.other]
        type = "mail"
        host = "smtp.example.gov.cn"
        sender = "nobody"
        user = "x"

        [channel."Ä B"]
        type = "folder"
        path = "out"

        [channel.pigeon]
        type = "pigeon"

        [channel.nothing]

        [channel.hook]
        type = "webhook"
        url = "file:///x"
        secret_env = ""

        [[route]]
        topics = ["case.lost"]
        channels = []

        [quiet]
        begins = 20:00:00
        ends = 08:00:00

        [reminders]
        handler = -1
        """
    ) == {
        "channel.mail.host": "empty",
        "channel.mail.port": "out_of_range",
        "channel.mail.colour": "not_a_field",
        "channel.other.sender": "not_an_address",
        "channel.other.password_env": "missing",
        "channel.Ä B": "bad_channel_name",
        "channel.pigeon.type": "not_one_of",
        "channel.nothing.type": "missing",
        "channel.hook.url": "not_a_web_address",
        "channel.hook.secret_env": "empty",
        "route.1.topics.1": "not_one_of",
        "route.1.channels": "empty",
        "reminders.handler": "out_of_range",
    }


@pytest.mark.parametrize(
    ("old", "new", "field", "problem"),
    [
        ('channels = ["mail", "group"]', 'channels = ["mail", "fax"]', "route.1.channels", "unknown_channel"),
        (
            'topics = ["todo.changed", "case.moved"]',
            'to = ["head"]\ntopics = ["todo.changed"]',
            "route.2.to",
            "entries_name_their_person",
        ),
        ("ends = 08:00:00", "ends = 20:00:00", "quiet.ends", "always_quiet"),
        ("ends = 08:00:00", 'ends = "08:00:00+08:00"', "quiet.ends", "time_with_offset"),
        ("head = 3", "head = 6", "reminders", "reminded_before_the_one_below"),
        ("zhangsan@example.gov.cn", "zhangsan@例子.cn", "contacts.u1", "not_an_address"),
        ("zhangsan@example.gov.cn", "a@example.cn,b@example.cn", "contacts.u1", "not_an_address"),
        ('url = "https', 'url_env = "X"\nurl = "https', "channel.oa.url", "url_or_variable"),
        ('url = "https://oa.example.gov.cn/hook"', "", "channel.oa.url", "url_or_variable"),
        ('path = "out"', "path = 3", "channel.box.path", "wrong_kind"),
        ('type = "folder"', 'type = ["folder"]', "channel.box.type", "not_one_of"),
    ],
)
def test_each_fault_of_the_whole_is_found(old, new, field, problem):
    assert old in GOOD
    assert faults(GOOD.replace(old, new, 1)) == {field: problem}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('password_env = "SMTP_PASSWORD"', 'password = "hidden-word"'),
        ('password_env = "SMTP_PASSWORD"', 'password_env = "hidden-word"'),
        ('secret_env = "OA_SECRET"', 'secret = "hidden-word"\nsecret_env = "OA_SECRET"'),
        ('address_env = "WECOM_ADDRESS"', 'address = "wecombot://hidden-word"'),
        ("https://oa.example.gov.cn/hook", "https://u:hidden-word@oa.example.gov.cn/hook"),
    ],
)
def test_a_secret_in_the_text_is_refused_and_not_repeated(old, new):
    with pytest.raises(BadData) as caught:
        parse_channels(GOOD.replace(old, new))
    assert "hidden-word" not in str(caught.value)
    assert "hidden-word" not in describe(caught.value)


def test_a_password_in_the_text_is_told_where_it_belongs():
    assert faults(GOOD.replace('password_env = "SMTP_PASSWORD"', 'password = "x"')) == {
        "channel.mail.password": "secret_in_text",
        "channel.mail.password_env": "missing",
    }


def test_what_is_no_toml_is_told_as_such():
    assert faults("[channel") == {"channels.toml": "broken_toml"}
    assert faults("channel = 3") == {"channel": "not_an_object"}
    assert faults("[channel]\nmail = 3") == {"channel.mail": "not_an_object"}


def until(day: int, hour: int, *, month: int = 3, minute: int = 0, text: str = GOOD) -> datetime | None:
    quiet = parse_channels(text).quiet
    assert quiet is not None
    return quiet.until(datetime(2024, month, day, hour, minute, tzinfo=SHANGHAI), Calendar.official().project_working)


@pytest.mark.parametrize(
    ("hour", "minute", "ends"),
    [(19, 59, None), (20, 0, (27, 8)), (23, 59, (27, 8)), (0, 0, (26, 8)), (7, 59, (26, 8)), (8, 0, None)],
)
def test_a_night_is_quiet_from_its_first_minute_to_its_last(hour, minute, ends):
    expected = None if ends is None else datetime(2024, 3, ends[0], ends[1], tzinfo=SHANGHAI)
    assert until(26, hour, minute=minute) == expected


def test_quiet_hours_within_a_day():
    text = GOOD.replace("20:00:00", "12:00:00").replace("08:00:00", "14:00:00")
    assert [until(26, hour, text=text) is None for hour in (11, 12, 13, 14)] == [True, False, False, True]


def test_rest_days_are_quiet_to_the_morning_of_the_next_working_day():
    text = GOOD.replace("[reminders]", "rest_days = true\n[reminders]")
    assert until(29, 21, text=text) == datetime(2024, 4, 1, 8, tzinfo=SHANGHAI)
    assert until(4, 12, month=4, text=text) == datetime(
        2024, 4, 7, 8, tzinfo=SHANGHAI
    )  # Qingming; the Sunday is worked
    assert until(30, 12) is None
    assert Calendar.official().project_working(date(2024, 4, 7))


def test_an_empty_text_sets_nothing():
    assert parse_channels("") == Plan()


def test_every_reason_has_its_sentence():
    folder = Path(str(resources.files(disclosure)))
    code = "".join(
        path.read_text("utf-8") for name in ("notifications", "workflow") for path in (folder / name).rglob("*.py")
    )
    found = set(re.findall(r'NotDelivered\(\s*"(\w+)"', code))
    assert len(found) > 8
    assert found <= message_keys()


def test_the_text_of_the_documents_can_be_used():
    page = (Path(__file__).parents[3] / "docs" / "channels.md").read_text("utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    plan = parse_channels(text)
    assert len(plan.channel) == 4
    assert len(plan.missing({})) == 3
