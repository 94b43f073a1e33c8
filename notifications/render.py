"""Notices as text: sandboxed templates over the gathered facts, nothing undefined.

A notice bears the day of its step, so that printing it again gives the same text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from jinja2 import FunctionLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..states.fold import Event
from ..states.periods import Law
from .agency import Agency
from .facts import Trace, gather, scene
from .kinds import NoticeRef, kind
from .wording import say

_BLANK = "\ue000"
"""How a template asks for a blank line; data never bear this character."""
_FOLDER = "disclosure.notifications.templates"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: its text, what is still missing in it, and where each fact comes from."""

    kind: str
    title: str
    seq: int
    on: date
    text: str
    missing: tuple[str, ...]
    traces: tuple[Trace, ...]


def _source(name: str) -> str | None:
    entry = resources.files(_FOLDER).joinpath(name)
    return entry.read_text("utf-8") if entry.is_file() else None


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The sandbox in which every template is rendered."""
    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(_source),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _set(text: str) -> str:
    """Paragraphs without blank lines between them, but for those that the template asks for."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "".join(("" if line == _BLANK else line) + "\n" for line in lines)


def notice_for(number: str, events: Sequence[Event], ref: NoticeRef, law: Law, agency: Agency) -> Notice:
    """The notice of one step, from the case's history with its personal data.

    Raises:
        KeyError: no such kind; BadData: no such step.
    """
    facts = gather(ref.kind, scene(number, events, ref.seq, ref.ref, law, agency))
    title = kind(ref.kind).title
    text = environment().get_template(f"{ref.kind}.j2").render(facts.values, title=title)
    missing = tuple(label for label in dict.fromkeys(facts.missing) if say("notice_gap", label=label) in text)
    return Notice(ref.kind, title, ref.seq, ref.on, _set(text), missing, tuple(facts.traces))
