"""Receivers of each kind."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from receivers import Mailbox, Web, mail_server, web_server

from disclosure.notifications.channels.port import Message
from disclosure.states.calendar.dates import SHANGHAI


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with mail_server() as box:
        yield box


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A web server, reached without a proxy."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with web_server() as found:
        yield found


@pytest.fixture
def at() -> datetime:
    """The moment of an attempt."""
    return datetime(2024, 3, 26, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
def message() -> Message:
    """A reminder."""
    return Message(
        "due:7:reply:2024-03-29:head",
        "【到期提醒】依申请〔2024〕17号",
        "登记号：依申请〔2024〕17号\n剩余：3 个工作日",
        ("lisi@example.gov.cn",),
        {"case": "依申请〔2024〕17号", "days_left": 3},
    )
