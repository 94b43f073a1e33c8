"""What an office sets for one channel: the base of every kind's settings, and the kinds of fields that they share."""

import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from .port import Channel

Audience = Literal["person", "group", "system"]
"""Who reads a channel: one person at an address, a group of people, or another system."""
_ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


def refusal(problem: str, **fields: object) -> PydanticCustomError:
    """The fault that a validator of a field raises, by its code; ``field`` names another field that is to be mended."""
    return PydanticCustomError(problem, problem, fields)


def _mail_address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise refusal("not_an_address", value=text)
    return text


def _variable(text: str) -> str:
    if text and not _VARIABLE.fullmatch(text):
        raise refusal("not_a_variable")  # it may be the secret itself, and is not repeated
    return text


MailAddress = Annotated[str, AfterValidator(_mail_address)]
"""One address."""
Variable = Annotated[str, AfterValidator(_variable)]
"""The name of an environment variable, or nothing."""
RequiredVariable = Annotated[str, Field(min_length=1), AfterValidator(_variable)]
"""The name of an environment variable."""


class ChannelSettings(BaseModel):
    """The settings of one channel, which open it; a host's own kind of channel has a subclass of this.

    A field whose name ends in ``_env`` names the environment variable that holds a secret. ``quiet`` says whether
    the office's quiet hours hold for the channel.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    audience: ClassVar[Audience] = "system"

    type: str
    quiet: bool = False

    @abstractmethod
    def open(self, secrets: Mapping[str, str]) -> Channel:
        """The channel; ``secrets`` holds the value of each variable, by the name of its ``_env`` field."""

    def address_of(self, user: str, contacts: Mapping[str, str]) -> str | None:
        """Where a person is reached over this channel; None where that is not known."""
        return contacts.get(user)

    def own_address(self) -> str:
        """Where a test goes if the person who makes it has no address; empty where that is nowhere."""
        return ""

    def variables(self) -> list[tuple[str, str]]:
        """Each ``_env`` field with the variable that it names."""
        named = ((field, str(getattr(self, field))) for field in type(self).model_fields if field.endswith("_env"))
        return [(field, variable) for field, variable in named if variable]
