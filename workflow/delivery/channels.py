"""An agency's settings for sending: storing, reading, and testing them channel by channel."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from logging import INFO, WARNING

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from ...notifications.channels.config import Plan, Reminders, parse_channels
from ...notifications.channels.port import Message
from ...notifications.channels.registry import Settings, registered
from ...notifications.channels.settings import ChannelSettings
from ...states import admission
from ...states.errors import BadData
from ...states.remark import Remark
from ..cases.recompute import apply_version
from ..kernel.context import Context, Directory
from ..kernel.directory import people_of
from ..kernel.unit import Done, Key, once
from ..kernel.versions import add_version, latest, text_at
from .log import record, remark_of
from .recipients import nobody_on_record
from .texts import test_message

TOPIC = "channels"
"""Under which its text is on record."""


def set_channels(
    context: Context, text: str, *, name: str = "channels.toml", idempotency_key: str | None = None
) -> Plan:
    """Puts channels, routes, quiet hours and reminders in force; every version is kept.

    Raises:
        NotPermitted; SetupError: the agency is not known; BadData: every fault of the text, by itself and against the
        people of the office.
    """
    context.require("configure")
    plan = parse_channels(admission.file(text, name), name)

    def work() -> Done:
        connection = context.connection
        faults = list(_people_faults(plan, people_of(context), context.today))
        if faults:
            raise BadData(*faults)
        version = add_version(connection, TOPIC, {context.agency: text}, context.actor.user_id, context.stamp)
        apply_version(connection, version)
        return Done()

    once(context, Key.of(context, idempotency_key, "set_channels", text), Done, work)
    return plan


def _people_faults(plan: Plan, people: Directory, on: date) -> Iterator[dict[str, object]]:
    """Contacts of unknown people and roles that nobody holds; none where the office has no people on record."""
    if nobody_on_record(people):
        return
    for user in plan.contacts:
        if people.person(user, on) is None:
            yield {"field": f"contacts.{user}", "problem": "unknown_person", "value": user}
    for level in plan.roles.model_fields_set:
        roles = getattr(plan.roles, level)
        if not any(people.holders(role, None, on) for role in roles):
            yield {"field": f"roles.{level}", "problem": "nobody_holds", "value": "、".join(roles)}


@lru_cache(maxsize=64)
def _parsed(text: str, kinds: tuple[tuple[str, Settings | str], ...]) -> Plan:
    """A text on record, read with these kinds of channels registered."""
    return parse_channels(text, on_record=True)


def channels_of(connection: Connection, agency: str) -> Plan | None:
    """The agency's settings for sending; None where it has none."""
    text = text_at(connection, latest(connection), TOPIC, agency)
    return _parsed(text, registered()) if text else None


def reminders_of(connection: Connection, config_id: int, agency: str) -> Reminders | None:
    """The working days before which an agency reminds each level; None where it keeps to the lamps."""
    text = text_at(connection, config_id, TOPIC, agency)
    return _parsed(text, registered()).reminders if text else None


class ChannelTest(BaseModel):
    """What became of the test of one channel; ``remark`` tells staff."""

    model_config = ConfigDict(frozen=True)
    channel: str
    delivered: bool
    remark: Remark


def check_delivery(plan: Plan, user: str, env: Mapping[str, str], at: datetime) -> list[ChannelTest]:
    """Sends a test message over every channel: to that person's address, or to the channel's own.

    A channel whose kind is not registered in this process fails its test.
    """
    found = []
    for channel, settings in plan.channel.items():
        try:
            plan.open(channel, env).send(_test_message(channel, settings, user, plan, at), at)
        except Exception as error:  # a channel may raise anything
            remark = remark_of(error)
            record(WARNING, "channel_test", channel=channel, outcome="failed", error=remark.code)
            found.append(ChannelTest(channel=channel, delivered=False, remark=remark))
        else:
            record(INFO, "channel_test", channel=channel, outcome="sent")
            found.append(ChannelTest(channel=channel, delivered=True, remark=Remark(code="channel_test_delivered")))
    for channel, kind in plan.unregistered.items():
        record(WARNING, "channel_test", channel=channel, outcome="failed", error="channel_gone")
        remark = Remark(code="channel_unregistered", fields={"channel": channel, "kind": kind})
        found.append(ChannelTest(channel=channel, delivered=False, remark=remark))
    return found


def _test_message(channel: str, settings: ChannelSettings, user: str, plan: Plan, at: datetime) -> Message:
    address = settings.address_of(user, plan.contacts) or settings.own_address()
    to = (address,) if settings.audience == "person" and address else ()
    key = f"test>{channel}/{at.isoformat()}"
    text = test_message(channel)
    return Message(key, text.subject, text.body, to, {"topic": "channel.test"})
