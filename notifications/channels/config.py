"""Channels, who is told what over which of them, and when: one TOML text of an office.

Passwords and keys never stand in it: it names the environment variables that hold them.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...states.calendar.dates import SHANGHAI
from ...states.errors import BadData
from .chat import ChatChannel, Service
from .folder import FolderChannel
from .mail import MailChannel, Security
from .port import Channel, NotDelivered
from .webhook import WebhookChannel, usable

Topic = Literal["case.due", "case.moved", "notice.issued", "todo.changed"]
Level = Literal["handler", "head", "leader"]
LEVELS: tuple[Level, ...] = get_args(Level)
_ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_SECRETS = ("password", "secret", "token", "key", "address")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MailSettings(_Part):
    """A mail server."""

    type: Literal["mail"]
    host: str = Field(min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Security = "starttls"
    sender: str
    user: str = ""
    password_env: str = ""
    ca_file: str = ""
    quiet: bool = True


class WebhookSettings(_Part):
    """A system that takes signed JSON; an address that is itself a secret stands in the environment."""

    type: Literal["webhook"]
    url: str = ""
    url_env: str = ""
    secret_env: str
    ca_file: str = ""
    quiet: bool = False


class FolderSettings(_Part):
    """A folder."""

    type: Literal["folder"]
    path: str = Field(min_length=1)
    quiet: bool = False


class ChatSettings(_Part):
    """A group chat."""

    type: Literal["chat"]
    service: Service
    address_env: str
    limit: int | None = Field(default=None, ge=64, le=20_000)
    quiet: bool = True


Settings = MailSettings | WebhookSettings | FolderSettings | ChatSettings
_TYPES: dict[str, type[Settings]] = {
    "mail": MailSettings,
    "webhook": WebhookSettings,
    "folder": FolderSettings,
    "chat": ChatSettings,
}


class Route(_Part):
    """These messages go over these channels; ``to`` narrows whom of the case they go to."""

    topics: tuple[Topic, ...] = Field(min_length=1)
    channels: tuple[str, ...] = Field(min_length=1)
    to: tuple[Level, ...] = ()


class Quiet(_Part):
    """Hours, by the clock in China, in which nobody is disturbed; ``rest_days``: nor on days off."""

    begins: time
    ends: time
    rest_days: bool = False

    def until(self, moment: datetime, working: Callable[[date], bool]) -> datetime | None:
        """When a message of this moment may go out; None for at once."""
        at = moment.astimezone(SHANGHAI)
        while (end := self._end(at, working)) is not None:
            at = end
        return at if at > moment else None

    def _end(self, at: datetime, working: Callable[[date], bool]) -> datetime | None:
        """When the silence of that moment ends; None where there is none."""
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

    def thresholds(self) -> dict[Level, int]:
        """Working days by level, the handler first."""
        found: dict[Level, int | None] = {"handler": self.handler, "head": self.head, "leader": self.leader}
        return {level: days for level, days in found.items() if days is not None}


class Roles(_Part):
    """Who the levels are: the first role that somebody holds; department heads are those of the case's own."""

    head: tuple[str, ...] = ("department_head", "disclosure_head")
    leader: tuple[str, ...] = ("leader", "top_leader")


class Plan(_Part):
    """All that an office has set about sending."""

    channel: dict[str, Settings] = Field(default_factory=dict)
    route: tuple[Route, ...] = ()
    quiet: Quiet | None = None
    reminders: Reminders | None = None
    roles: Roles = Roles()
    contacts: dict[str, str] = Field(default_factory=dict)

    def open(self, name: str, env: Mapping[str, str]) -> Channel:
        """The channel of that name, with its secrets from the environment.

        Raises:
            NotDelivered: channel_gone, secret_missing, webhook_address.
        """
        settings = self.channel.get(name)
        if settings is None:
            raise NotDelivered("channel_gone", channel=name)
        values = {field: _secret(env, name, variable) for field, variable in _variables(settings)}
        return _open(settings, values)

    def missing(self, env: Mapping[str, str]) -> list[tuple[str, str]]:
        """Channels and the environment variables that they lack here."""
        return [
            (name, variable)
            for name, settings in self.channel.items()
            for _, variable in _variables(settings)
            if not env.get(variable)
        ]


def _variables(settings: Settings) -> list[tuple[str, str]]:
    named = ((field, str(getattr(settings, field))) for field in type(settings).model_fields if field.endswith("_env"))
    return [(field, variable) for field, variable in named if variable]


def _secret(env: Mapping[str, str], channel: str, variable: str) -> str:
    if not env.get(variable):
        raise NotDelivered("secret_missing", channel=channel, name=variable)
    return env[variable]


def _open(settings: Settings, secrets: Mapping[str, str]) -> Channel:
    if isinstance(settings, MailSettings):
        return MailChannel(
            settings.host,
            settings.sender,
            port=settings.port,
            security=settings.security,
            user=settings.user,
            password=secrets.get("password_env", ""),
            ca_file=settings.ca_file,
        )
    if isinstance(settings, WebhookSettings):
        address = secrets.get("url_env") or settings.url
        return WebhookChannel(address, secrets["secret_env"], ca_file=settings.ca_file)
    if isinstance(settings, FolderSettings):
        return FolderChannel(Path(settings.path))
    return ChatChannel(settings.service, secrets["address_env"], limit=settings.limit)


Fault = dict[str, Any]


def parse_channels(text: str, name: str = "channels.toml") -> Plan:
    """Reads a text.

    Raises:
        BadData: every fault of it at once; the value of what looks like a secret is never repeated.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadData({"field": name, "problem": "broken_toml", "reason": str(error)}) from None
    faults: list[Fault] = []
    channels: dict[str, Settings] = {}
    given = content.pop("channel", {})
    if isinstance(given, dict):
        for key, fields in given.items():
            found = _channel(key, fields, faults)
            if found is not None:
                channels[key] = found
    else:
        faults.append({"field": "channel", "problem": "not_an_object"})
        given = {}
    rest = Plan()
    try:
        rest = Plan.model_validate(content)
    except ValidationError as error:
        faults += [_fault((), item) for item in _first(error)]
    faults += _faults(rest, list(given))
    if faults:
        raise BadData(*faults)
    return rest.model_copy(update={"channel": channels})


def _channel(name: str, fields: Any, faults: list[Fault]) -> Settings | None:
    """One channel; what is wrong with it goes to the faults."""
    where = f"channel.{name}"
    if not _NAME.fullmatch(name):
        faults.append({"field": where, "problem": "bad_channel_name", "value": name})
    if not isinstance(fields, dict):
        faults.append({"field": where, "problem": "not_an_object"})
        return None
    model = _TYPES.get(str(fields.get("type", "")))
    if model is None:
        problem = "not_one_of" if "type" in fields else "missing"
        faults.append({"field": f"{where}.type", "problem": problem, "choices": "、".join(_TYPES)})
        return None
    plain = [key for key in fields if key in _SECRETS]
    faults += [{"field": f"{where}.{key}", "problem": "secret_in_text"} for key in plain]
    try:
        settings = model.model_validate({key: value for key, value in fields.items() if key not in plain})
    except ValidationError as error:
        faults += [_fault(("channel", name), item) for item in _first(error)]
        return None
    faults += _channel_faults(where, settings)
    return settings


def _channel_faults(where: str, settings: Settings) -> Iterator[Fault]:
    for field, variable in _variables(settings):
        if not _VARIABLE.fullmatch(variable):
            yield {"field": f"{where}.{field}", "problem": "not_a_variable"}
    for field in ("secret_env", "address_env"):
        if getattr(settings, field, None) == "":
            yield {"field": f"{where}.{field}", "problem": "empty"}
    if isinstance(settings, MailSettings):
        if not _ADDRESS.fullmatch(settings.sender):
            yield {"field": f"{where}.sender", "problem": "not_an_address", "value": settings.sender}
        if bool(settings.user) != bool(settings.password_env):
            yield {"field": f"{where}.password_env" if settings.user else f"{where}.user", "problem": "missing"}
    if isinstance(settings, WebhookSettings):
        if bool(settings.url) == bool(settings.url_env):
            yield {"field": f"{where}.url", "problem": "url_or_variable"}
        elif settings.url and not usable(settings.url):
            yield {"field": f"{where}.url", "problem": "not_a_web_address"}


def _faults(plan: Plan, known: list[str]) -> Iterator[Fault]:
    """What is wrong between the parts."""
    for place, route in enumerate(plan.route, 1):
        for name in route.channels:
            if name not in known:
                yield {
                    "field": f"route.{place}.channels",
                    "problem": "unknown_channel",
                    "value": name,
                    "choices": "、".join(known),
                }
        if route.to and "todo.changed" in route.topics:
            yield {"field": f"route.{place}.to", "problem": "entries_name_their_person"}
    if plan.quiet is not None:
        for field in ("begins", "ends"):
            if getattr(plan.quiet, field).tzinfo is not None:
                yield {"field": f"quiet.{field}", "problem": "time_with_offset"}
        if plan.quiet.begins == plan.quiet.ends:
            yield {"field": "quiet.ends", "problem": "always_quiet"}
    if plan.reminders is not None:
        days = list(plan.reminders.thresholds().values())
        if days != sorted(days, reverse=True):
            yield {"field": "reminders", "problem": "reminded_before_the_one_below"}
    for user, address in plan.contacts.items():
        if not _ADDRESS.fullmatch(address):
            yield {"field": f"contacts.{user}", "problem": "not_an_address", "value": address}


def _first(error: ValidationError) -> list[Any]:
    """Its faults; a list that is short only because its items are wrong is not told of twice."""
    found = error.errors()
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


def _fault(before: Iterable[str], item: Any) -> Fault:
    """A fault of pydantic's in the words of the project."""
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in (*before, *item["loc"]))
    fault = {"field": place, "problem": _PROBLEMS.get(item["type"], "wrong_kind")}
    if fault["problem"] == "wrong_kind":
        fault["value"] = str(item["input"])[:60]
    if item["type"] == "literal_error":
        fault["choices"] = str(item["ctx"]["expected"]).replace("'", "").replace(" or ", "、").replace(", ", "、")
    return fault
