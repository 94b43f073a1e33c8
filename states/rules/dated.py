"""What every part of the law has in common: versions, each with its days, its instrument and its article.

A part of the law is looked up by a day. A new law adds a version; the ones before stay as they are.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import Field, ValidationInfo, field_validator

from ..errors import Fault, LawUnknown
from ..law import INSTRUMENTS, Origin, read_entries
from ..law.files import law_names, law_text, of_law, refuse
from ..law.model import Day, OneOfTexts, Table, Words, refusal


class Confidence(StrEnum):
    """How well a rule is confirmed: two copies, one source, memory, or custom and inference."""

    VERIFIED = "V"
    SINGLE_SOURCE = "S"
    MEMORY = "M"
    CUSTOM = "C"


Sure = Annotated[Confidence, Field(strict=False), OneOfTexts]
UNWRITTEN = "PRACTICE"
"""The instrument of what no text says: it is followed and shown, and no paper cites it."""


def ends_after_it_begins(until: date | None, info: ValidationInfo) -> date | None:
    """The first day on which a version is no longer in force, which comes after its first day.

    Raises:
        PydanticCustomError: it does not.
    """
    since = info.data.get("since")
    if until is not None and since is not None and until <= since:
        raise refusal("ends_before_it_begins")
    return until


class Instrument(Table):
    """A law, regulation, interpretation or circular, with the days on which it is in force.

    ``copies`` are the texts by which it was read. ``day`` tells what is known of ``since``: the day in force,
    or only the day of publication, or neither.
    """

    code: Words
    title: Words
    document: Words
    since: Day
    until: Day | None = None
    day: Literal["in_force", "published", "unknown"] = "in_force"
    copies: Words

    _ends_later = field_validator("until")(ends_after_it_begins)


def source_of(instrument: Instrument, article: str) -> str:
    """The instrument's title with the article; where no text says it, with what is followed instead."""
    return f"{instrument.title}：{article}" if instrument.code == UNWRITTEN else instrument.title + article


class Version(Table):
    """One version of a part of the law; the instruments known are the context of reading it."""

    since: Day
    until: Day | None = None
    instrument: Words
    article: Words
    confidence: Sure

    _ends_later = field_validator("until")(ends_after_it_begins)

    @field_validator("instrument")
    @classmethod
    def _in_force(cls, code: str, info: ValidationInfo) -> str:
        """A version may not begin before its text does, nor after it was repealed."""
        known: Mapping[str, Instrument] = (info.context or {})["instruments"]
        if code not in known:
            raise refusal("not_one_of", choices="、".join(sorted(known)))
        since, basis = info.data.get("since"), known[code]
        if since and (since < basis.since or (basis.until is not None and since >= basis.until)):
            raise refusal("not_in_force", field="since", value=code)
        return code

    @property
    def source(self) -> str:
        """The instrument's title and the article."""
        return source_of(instruments()[self.instrument], self.article)

    @property
    def cited(self) -> bool:
        """Whether a text says it, so that a paper may cite it."""
        return self.instrument != UNWRITTEN


class Dated(Protocol):
    """What holds from one day to another."""

    @property
    def since(self) -> date: ...

    @property
    def until(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def follow_each_other(versions: Sequence[D]) -> None:
    """Checks that the versions of one part of the law come in their order, without overlap and without a gap.

    Raises:
        PydanticCustomError: no version, or which fault there is.
    """
    if not versions:
        raise refusal("no_version", field="")
    for number, (earlier, later) in enumerate(pairwise(versions), 1):
        if later.since <= earlier.since or (earlier.until is not None and later.since < earlier.until):
            raise refusal("versions_overlap", item=number)
        if earlier.until is not None and later.since > earlier.until:
            raise refusal("versions_gap", item=number, after=earlier.until.isoformat(), until=later.since.isoformat())


V = TypeVar("V", bound=Version)


def checked(versions: tuple[V, ...], info: ValidationInfo) -> tuple[V, ...]:
    """The versions of one part of the law, in order, and none longer in force than the text on which it rests.

    Raises:
        PydanticCustomError: which fault there is.
    """
    follow_each_other(versions)
    known: Mapping[str, Instrument] = (info.context or {})["instruments"]
    ends = [*(version.since for version in versions[1:]), None]
    for number, (version, end) in enumerate(zip(versions, ends, strict=True)):
        repealed, last = known[version.instrument].until, version.until or end
        if repealed is not None and (last is None or last > repealed):
            raise refusal("outlives_its_text", item=number, value=version.instrument, until=repealed.isoformat())
    return versions


def in_force(versions: Sequence[D], on: date, what: str) -> D:
    """The version that holds on a day.

    Raises:
        LawUnknown: none does.
    """
    found = next((item for item in reversed(versions) if item.since <= on), None)
    if found is None or (found.until is not None and on >= found.until):
        raise LawUnknown(rule=what, on=on)
    return found


_OWN_FILE = "instruments.toml"
_BRINGS = re.compile(rf"""^[\s\["']*{INSTRUMENTS}\b""", re.MULTILINE)
"""What a file holds that brings instruments along: only such a file is read for them."""


def read_instruments(text: str, name: str = _OWN_FILE) -> dict[str, Instrument]:
    """Instruments from TOML text.

    Raises:
        BadData: with every fault of the text: field, problem, origin, line.
    """
    return read_entries(Instrument, text, name, "code")


@of_law
def instruments() -> dict[str, Instrument]:
    """Every instrument, by its code: those of their own file, and those that any other file brings along.

    Raises:
        BadData: the faults of the first file that has one; an instrument that two files have.
    """
    found = read_instruments(law_text(_OWN_FILE))
    home = dict.fromkeys(found, _OWN_FILE)
    for name in law_names():
        text = law_text(name)
        if name == _OWN_FILE or not _BRINGS.search(text):
            continue
        for code, item in read_entries(Instrument, text, name, "code", part=INSTRUMENTS).items():
            if home.setdefault(code, name) != name:
                fault: Fault = {"field": f"{INSTRUMENTS}.{code}", "problem": "instrument_twice", "other": home[code]}
                refuse(Origin(name, text).mark(fault, (INSTRUMENTS, code)))
            found.setdefault(code, item)
    return found


M = TypeVar("M", bound=Table)


def dated_entries(model: type[M], name: str, key: str) -> dict[str, M]:
    """One of the law's files whose entries have versions.

    Raises:
        BadData: every fault of the file.
    """
    return read_entries(model, law_text(name), name, key, {"instruments": instruments()})
