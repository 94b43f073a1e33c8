"""A channel of the host's own: reminders go to pagers, which the engine knows nothing of.

    python examples/own_channel.py

Prints:
    6017 【到期提醒】2026-017 答复期限：4 个工作日
    delivered 1, left 0
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, Literal

from embed import REQUEST
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from disclosure.notifications.channels.port import Channel, Message, NotDelivered
from disclosure.notifications.channels.registry import register_channel
from disclosure.notifications.channels.settings import Audience, ChannelSettings
from disclosure.workflow import (
    ADMINISTRATOR,
    Actor,
    Context,
    Dispatcher,
    FixedClock,
    Operator,
    create_schema,
    move,
    send_all,
    set_channels,
    set_directory,
    tick,
)

NUMBERS = {"u017": "6017"}  # who carries which pager, as the host knows it


class Pager:
    """One pager gateway; this one is the screen."""

    def send(self, message: Message, at: datetime) -> None:
        """Shows the number and the subject; whatever is raised here, the message is kept and tried again."""
        if not message.to:
            raise NotDelivered("no_address")
        print(message.to[0], message.subject)


class PagerSettings(ChannelSettings):
    """What an office sets for it; the office's text names the kind as ``type``."""

    audience: ClassVar[Audience] = "person"
    type: Literal["pager"] = "pager"

    def open(self, secrets: Mapping[str, str]) -> Channel:
        """The channel; ``secrets`` holds the value of each field that ends in ``_env``."""
        return Pager()

    def address_of(self, user: str, contacts: Mapping[str, str]) -> str | None:
        """Where the person is reached; None where that is not known."""
        return NUMBERS.get(user)


PEOPLE = """
[[person]]
id = "u017"
name = "张三"
department = "办公室"
roles = ["staff", "administrator"]
"""
ROBOT = Actor(user_id="scheduler", name="定时任务", roles=("operator",))  # the scheduler's account
CHANNELS = """
[channel.pager]
type = "pager"

[[route]]
topics = ["case.due"]
channels = ["pager"]

[reminders]
handler = 5
"""


def main() -> None:
    """A case falls due within five working days, and its handler's pager tells so."""
    register_channel("pager", PagerSettings)  # once, in every process that sends
    engine = create_engine("sqlite://")
    create_schema(engine)
    sessions = sessionmaker(engine)
    with Session(engine) as session, session.begin():
        desk = Context(session, ADMINISTRATOR, clock=FixedClock(date(2026, 3, 6)))
        set_directory(desk, PEOPLE)
        set_channels(desk, CHANNELS)
        move(desk, "2026-017", "submit", REQUEST)
        move(desk, "2026-017", "accept", {"handler": "u017"})
    operator = Operator(sessions, ROBOT, FixedClock(date(2026, 3, 30)))
    tick(operator)  # writes the reminders that are due
    result = send_all(operator, Dispatcher(operator))
    print(f"delivered {result.sent}, left {result.left}")


if __name__ == "__main__":
    main()
