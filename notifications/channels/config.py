"""An office's channels, routes, quiet hours and reminders, read from one TOML text.

Passwords and keys never stand in it: it names the environment variables that hold them.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SerializeAsAny,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from ...states.calendar.dates import SHANGHAI
from ...states.errors import BadData
from ..messages.catalogue import message_keys
from .port import Channel, NotDelivered
from .registry import channel_kinds, settings_of
from .settings import ChannelSettings, MailAddress, refusal

Topic = Literal["case.due", "case.moved", "notice.issued", "todo.changed", "audit.anchor"]
Level = Literal["handler", "head", "leader"]
LEVELS: tuple[Level, ...] = get_args(Level)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_SECRETS = ("password", "secret", "token", "key", "address")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Route(_Part):
    """These messages go over these channels; ``to`` narrows whom of the case they go to."""

    topics: tuple[Topic, ...] = Field(min_length=1)
    channels: tuple[str, ...] = Field(min_length=1)
    to: tuple[Level, ...] = ()

    @field_validator("channels")
    @classmethod
    def _known(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known: Sequence[str] | None = (info.context or {}).get("channels")
        unknown = [name for name in names if known is not None and name not in known]
        if unknown:
            raise refusal("unknown_channel", value="、".join(unknown), choices="、".join(known or ()))
        return names

    @field_validator("to")
    @classmethod
    def _entries_have_their_person(cls, levels: tuple[Level, ...], info: ValidationInfo) -> tuple[Level, ...]:
        if levels and "todo.changed" in info.data.get("topics", ()):
            raise refusal("entries_name_their_person")
        return levels


class Quiet(_Part):
    """Quiet hours, by the clock in China, in which people get no messages; with ``rest_days`` also days off."""

    begins: time
    ends: time
    rest_days: bool = False

    @field_validator("begins", "ends")
    @classmethod
    def _by_the_clock_in_china(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise refusal("time_with_offset")
        return value

    @field_validator("ends")
    @classmethod
    def _not_always(cls, value: time, info: ValidationInfo) -> time:
        if value == info.data.get("begins"):
            raise refusal("always_quiet")
        return value

    def until(self, moment: datetime, working: Callable[[date], bool]) -> datetime | None:
        """When a message of this moment may go out; None for at once."""
        at = moment.astimezone(SHANGHAI)
        while (end := self._end(at, working)) is not None:
            at = end
        return at if at > moment else None

    def _end(self, at: datetime, working: Callable[[date], bool]) -> datetime | None:
        """When the quiet hours that hold at that moment end; None where none hold."""
        day, clock = at.date(), at.time()
        if self.rest_days and not working(day):
            return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
        overnight = self.begins > self.ends
        if overnight and clock >= self.begins:
            return datetime.combine(day + timedelta(days=1), self.ends, SHANGHAI)
        if clock < self.ends and (overnight or clock >= self.begins):
            return datetime.combine(day, self.ends, SHANGHAI)
        return None


class Reminders(_Part):
    """Working days before the last day from which each level is reminded; a level left out is not."""

    handler: int | None = Field(default=None, ge=0, le=60)
    head: int | None = Field(default=None, ge=0, le=60)
    leader: int | None = Field(default=None, ge=0, le=60)

    @model_validator(mode="after")
    def _who_is_below_first(self) -> Self:
        days = list(self.thresholds().values())
        if days != sorted(days, reverse=True):
            raise refusal("reminded_before_the_one_below")
        return self

    def thresholds(self) -> dict[Level, int]:
        """Working days by level, the handler first."""
        found: dict[Level, int | None] = {"handler": self.handler, "head": self.head, "leader": self.leader}
        return {level: days for level, days in found.items() if days is not None}


class Roles(_Part):
    """The roles of each level; the first that somebody holds counts, a department head being that of the case."""

    head: tuple[str, ...] = ("department_head", "disclosure_head")
    leader: tuple[str, ...] = ("leader", "top_leader")


class Plan(_Part):
    """An office's settings for sending: channels, routes, quiet hours, reminders, roles and contacts."""

    channel: dict[str, SerializeAsAny[ChannelSettings]] = Field(default_factory=dict)
    route: tuple[Route, ...] = ()
    quiet: Quiet | None = None
    reminders: Reminders | None = None
    roles: Roles = Roles()
    contacts: dict[str, MailAddress] = Field(default_factory=dict)
    _unregistered: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def unregistered(self) -> Mapping[str, str]:
        """The channels on record that this process cannot open, each with its kind, which nobody registered here."""
        return self._unregistered

    def open(self, name: str, env: Mapping[str, str]) -> Channel:
        """The channel of that name, with its secrets from the environment.

        Raises:
            NotDelivered: channel_gone, secret_missing, webhook_address.
        """
        settings = self.channel.get(name)
        if settings is None:
            raise NotDelivered("channel_gone", channel=name)
        return settings.open({field: _secret(env, name, variable) for field, variable in settings.variables()})

    def missing(self, env: Mapping[str, str]) -> list[tuple[str, str]]:
        """Channels and the environment variables that they lack here."""
        return [
            (name, variable)
            for name, settings in self.channel.items()
            for _, variable in settings.variables()
            if not env.get(variable)
        ]


def _secret(env: Mapping[str, str], channel: str, variable: str) -> str:
    if not env.get(variable):
        raise NotDelivered("secret_missing", channel=channel, name=variable)
    return env[variable]


Fault = dict[str, object]


def parse_channels(text: str, name: str = "channels.toml", *, on_record: bool = False) -> Plan:
    """Reads a text; in one on record a channel whose kind this process has not registered is only named.

    Raises:
        BadData: every fault of it at once; the value of what looks like a secret is never repeated.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadData({"field": name, "problem": "broken_toml", "reason": str(error)}) from None
    faults: list[Fault] = []
    channels: dict[str, ChannelSettings] = {}
    unregistered: dict[str, str] = {}
    given = content.pop("channel", {})
    if not isinstance(given, dict):
        faults.append({"field": "channel", "problem": "not_an_object"})
        given = {}
    for key, fields in given.items():
        if on_record and isinstance(fields, dict) and settings_of(str(fields.get("type"))) is None:
            unregistered[key] = str(fields.get("type"))  # what goes over it is kept and tried again
            continue
        found = _channel(key, fields, faults)
        if found is not None:
            channels[key] = found
    rest = Plan()
    try:
        rest = Plan.model_validate(content, context={"channels": list(given)})
    except ValidationError as error:
        faults += [_fault((), item) for item in _first(error)]
    if faults:
        raise BadData(*faults)
    plan = rest.model_copy(update={"channel": channels})
    plan._unregistered = unregistered
    return plan


def _channel(name: str, fields: object, faults: list[Fault]) -> ChannelSettings | None:
    """One channel, read by the model of its kind; what is wrong with it goes to the faults."""
    where = f"channel.{name}"
    if not _NAME.fullmatch(name):
        faults.append({"field": where, "problem": "bad_channel_name", "value": name})
    if not isinstance(fields, dict):
        faults.append({"field": where, "problem": "not_an_object"})
        return None
    model = settings_of(str(fields.get("type", "")))
    if model is None:
        problem = "not_one_of" if "type" in fields else "missing"
        faults.append({"field": f"{where}.type", "problem": problem, "choices": "、".join(channel_kinds())})
        return None
    plain = [key for key in fields if key in _SECRETS and key not in model.model_fields]
    faults += [{"field": f"{where}.{key}", "problem": "secret_in_text"} for key in plain]
    try:
        return model.model_validate({key: value for key, value in fields.items() if key not in plain})
    except ValidationError as error:
        faults += [_fault(("channel", name), item) for item in _first(error)]
        return None


def _first(error: ValidationError) -> list[ErrorDetails]:
    """The faults of a channel without a second fault for a list that is short only because its items are wrong."""
    found = error.errors(include_url=False)
    inner = {item["loc"][:-1] for item in found}
    return [item for item in found if item["type"] != "too_short" or item["loc"] not in inner]


_PROBLEMS = {
    "missing": "missing",
    "extra_forbidden": "not_a_field",
    "literal_error": "not_one_of",
    "string_too_short": "empty",
    "too_short": "empty",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
}
"""What pydantic's own errors are called here; a validator of a model names its problem itself (``refusal``)."""


def _fault(before: Iterable[str], item: ErrorDetails) -> Fault:
    """An error of pydantic's as a fault."""
    details = dict(item.get("ctx", {}))
    parts = [*before, *item["loc"]]
    if "field" in details:
        parts[-1] = str(details.pop("field"))
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in parts)
    problem = _PROBLEMS.get(item["type"])
    if problem == "not_one_of":
        expected = str(details["expected"]).replace("'", "").replace(" or ", "、").replace(", ", "、")
        return {"field": place, "problem": problem, "choices": expected}
    if problem is not None:
        return {"field": place, "problem": problem}
    if f"problem_{item['type']}" in message_keys():
        return {"field": place, "problem": item["type"], **details}
    return {"field": place, "problem": "wrong_kind", "value": str(item["input"])[:60]}
