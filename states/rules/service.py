"""The ways of serving a paper: the act that makes a reply, and what an office must tell of each act.

The key day of a way is the one on which the paper sets out: its dispatch, or the handing over where it is signed for
on the spot. A law that comes while a letter is under way does not change on which day the reply was made. What an act
must tell goes by the day of the act.

Law: 国办公开办函〔2016〕235号 points 2, 4; 民诉法 arts. 87-90.
"""

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import Field, ValidationInfo, field_validator

from ..law import law_table
from ..law.files import of_law
from ..law.model import Day, Listed, Table, Words, refusal
from .dated import UNWRITTEN, follow_each_other, in_force, instruments
from .rules import known_rule, known_rules, rest_on, rule

Act = Literal["dispatched", "delivered", "signed", "refused", "returned"]
Particular = Literal["address", "carrier", "waybill", "signed_by", "proxy", "witness", "reason", "proof", "consent"]
ACTS: tuple[Act, ...] = get_args(Act)
"""The acts of service, in their order."""
PARTICULARS: tuple[Particular, ...] = get_args(Particular)
"""What can be told of an act beside the way."""


class WayRule(Table):
    """How a paper is served by one way from a day on.

    ``made_on``: the act whose day is that on which a reply counts as made. ``handed``: it is given from hand to hand,
    so that it can be signed for without a dispatch. ``online``: it goes through the network. ``needs``: what a
    dispatch must tell. ``carriers``: words by which a carrier that may carry it is known, none where anybody may.
    ``sent_is_served``: what was sent counts as received that day, as long as it does not come back. ``papers``: the
    only papers for which the way will do, none where any. ``proof``: what proves it, ``recorded``: without which it
    counts for nothing. ``days_after``: what was published counts as received so many calendar days later, and is the
    last way, when others have failed.
    """

    since: Day
    until: Day | None = None
    made_on: Literal["dispatched", "delivered", "signed"]
    handed: bool = False
    online: bool = False
    sent_is_served: bool = False
    days_after: int = Field(default=0, ge=0)
    papers: Listed[Words] = ()
    recorded: bool = False
    proof: str = ""
    needs: Listed[Particular] = ()
    carriers: Listed[Words] = ()

    def will_do(self, paper: str) -> bool:
        """Whether a paper of that kind may go that way."""
        return not self.papers or paper in self.papers

    def may_carry(self, carrier: str) -> bool:
        """Whether somebody of that name may carry the paper."""
        return not self.carriers or any(word.upper() in carrier.upper() for word in self.carriers)


class _ActRule(Table):
    """What an act must tell from a day on."""

    since: Day
    until: Day | None = None
    needs: Listed[Particular] = ()


class Way(Table):
    """One way of serving a paper; ``in_reply`` tells whether a reply can name it."""

    key: Words
    label: Words
    words: Listed[Words] = ()
    in_reply: bool = False
    rule: Words
    carrier_rule: Words | None = None
    versions: Annotated[Listed[WayRule], Field(validate_default=True)] = ()

    _rules_known = field_validator("rule", "carrier_rule")(known_rule)

    @field_validator("versions")
    @classmethod
    def _rest_on_their_rules(cls, versions: tuple[WayRule, ...], info: ValidationInfo) -> tuple[WayRule, ...]:
        follow_each_other(versions)
        rest_on(info.data.get("rule"), versions)
        if not any(version.carriers for version in versions):
            return versions
        if info.data.get("carrier_rule", "") is None:
            raise refusal("missing", field="carrier_rule")
        rest_on(info.data.get("carrier_rule"), [version if version.carriers else None for version in versions])
        return versions


class _Act(Table):
    """One act of service."""

    key: Act
    rule: Words
    versions: Annotated[Listed[_ActRule], Field(validate_default=True)] = ()

    _rule_known = field_validator("rule")(known_rule)

    @field_validator("versions")
    @classmethod
    def _rest_on_the_rule(cls, versions: tuple[_ActRule, ...], info: ValidationInfo) -> tuple[_ActRule, ...]:
        follow_each_other(versions)
        rest_on(info.data.get("rule"), versions)
        return versions


class _Service(Table):
    ways: dict[str, Way]
    acts: dict[str, _Act]

    @field_validator("ways", "acts", mode="before")
    @classmethod
    def _named(cls, entries: object) -> object:
        """Every entry with its own name in the field ``key``."""
        if not isinstance(entries, dict):
            return entries
        return {name: {"key": name, **item} if isinstance(item, dict) else item for name, item in entries.items()}


@of_law
def _service() -> _Service:
    return law_table(_Service, "service.toml", known_rules())


def ways() -> tuple[Way, ...]:
    """Every way of serving a paper."""
    return tuple(_service().ways.values())


def service_keys() -> tuple[str, ...]:
    """The parts of the table, as a fault names them."""
    return (*(f"ways.{key}" for key in _service().ways), *(f"acts.{key}" for key in _service().acts))


def ways_on(on: date) -> dict[str, WayRule]:
    """The ways that the law has for a paper that sets out on a day, each with its rule."""
    return {way.key: in_force(way.versions, on, way.rule) for way in ways() if _holds(way, on)}


def way_on(key: str, on: date) -> WayRule | None:
    """The rule of one way for a paper that sets out on a day; None where the law has no such way then."""
    way = _service().ways.get(key)
    return in_force(way.versions, on, way.rule) if way is not None and _holds(way, on) else None


def _holds(way: Way, on: date) -> bool:
    first, last = way.versions[0], way.versions[-1]
    return first.since <= on and (last.until is None or on < last.until)


def needs_of(act: str, on: date) -> tuple[Particular, ...]:
    """What must be told of an act of that day, whatever the way; nothing where the law asks for nothing."""
    found = _service().acts.get(act)
    return in_force(found.versions, on, found.rule).needs if found is not None else ()


def goes_online(way: str, on: date) -> bool:
    """Whether a paper that sets out by that way on that day goes through the network."""
    found = way_on(way, on)
    return found is not None and found.online


def made_basis(on: date) -> str:
    """The number and article of the text that says on which day a reply is made; what is followed where none does."""
    found = rule("reply_made_on", on)
    basis = instruments()[found.instrument]
    return f"{basis.document}{found.article}" if basis.code != UNWRITTEN else found.source
