"""On which day a request is received, by the way in which it was submitted.

Law: 条例 art. 31; before 2019 国办公开办函〔2015〕207号.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator

from ..errors import LawUnknown
from ..law import read_entries
from ..law.files import law_text, of_law
from ..law.model import Day, Listed, Table, Words
from .dated import follow_each_other, in_force
from .rules import Rule, known_rule, known_rules, rule


class ReceiptRule(Table):
    """How the day of receipt is found from a day on.

    ``received``: on submission, or on confirmation by both sides. ``rest_day``: whether an arrival on a rest day
    counts that day, or as the open question is read. ``corrected``: a later confirmation corrects the day.
    """

    since: Day
    until: Day | None = None
    received: Literal["on_submission", "on_confirmation"]
    rest_day: Literal["same_day", "by_reading"]
    corrected: bool = False

    @property
    def at_once(self) -> bool:
        """Whether the request is received by being submitted."""
        return self.received == "on_submission"


class _Channel(Table):
    key: Words
    label: Words
    words: Listed[Words] = ()
    rule: Words
    versions: Annotated[Listed[ReceiptRule], Field(validate_default=True)] = ()

    _rule_known = field_validator("rule")(known_rule)

    @field_validator("versions")
    @classmethod
    def _follow_each_other(cls, versions: tuple[ReceiptRule, ...]) -> tuple[ReceiptRule, ...]:
        follow_each_other(versions)
        return versions


@of_law
def _channels() -> dict[str, _Channel]:
    return read_entries(_Channel, law_text("receipt.toml"), "receipt.toml", "key", known_rules())


def channels() -> tuple[str, ...]:
    """The ways of submitting that the law tells apart."""
    return tuple(_channels())


def channel_words() -> dict[str, tuple[str, ...]]:
    """Each way of submitting with its label and the words that can be typed for it."""
    return {key: (channel.label, *channel.words) for key, channel in _channels().items()}


def receipt_rule(channel: str, submitted_on: date) -> ReceiptRule:
    """How the day of receipt is found for what is submitted in that way on that day.

    Raises:
        LawUnknown: no law on that day.
        KeyError: no such way.
    """
    return in_force(_channels()[channel].versions, submitted_on, _channels()[channel].rule)


def received_at_once(channel: str, submitted_on: date) -> bool:
    """Whether a request is received by being submitted in that way; what the law does not know is confirmed."""
    return channel in _channels() and receipt_rule(channel, submitted_on).at_once


def confirmed_later(channel: str, submitted_on: date) -> bool:
    """Whether a later confirmation corrects the day of receipt that the law gives."""
    return channel in _channels() and receipt_rule(channel, submitted_on).corrected


def handed_over(channel: str) -> bool:
    """Whether submission and receipt are one act, in the presence of both."""
    return channel in _channels() and _channels()[channel].rule == "receipt_in_person"


def receipt_basis(channel: str, on: date) -> Rule:
    """The rule of law that makes a day the day of receipt; the reply period's own where the law had none."""
    try:
        return rule(_channels()[channel].rule, on)
    except LawUnknown:
        return rule("reply", on)
