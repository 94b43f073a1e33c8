"""Notices from templates: filled in a sandbox with the document context, nothing undefined.

A notice carries the day of its step, so that writing it again gives the same paragraphs.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from hashlib import sha256
from importlib import resources
from types import MappingProxyType
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Template, nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ...states.errors import BadData
from ..messages.catalogue import say
from .agency import Agency
from .context import document_context
from .facts import NOTHING, CaseHistory, Facts, Trace, situation
from .kinds import NoticeKind, NoticeRef, kind
from .paragraphs import Paragraph, paragraphs, prepared
from .plain_text import to_text

_FOLDER = "disclosure.notifications.documents.templates"
SUFFIX = ".j2"
NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: its paragraphs, what is still missing in it, and where each fact comes from."""

    kind: str
    paper: str
    title: str
    seq: int
    on: date
    paragraphs: tuple[Paragraph, ...]
    missing: tuple[str, ...]
    facts: Facts
    template: str

    @property
    def text(self) -> str:
        """The notice as plain text."""
        return to_text(self.paragraphs)

    @property
    def traces(self) -> tuple[Trace, ...]:
        """Each fact with where it comes from."""
        return tuple(self.facts.traces)


@cache
def _shipped() -> dict[str, dict[date, str]]:
    """The product's own templates and parts: of each the text by the day of law from which it is used."""
    found: dict[str, dict[date, str]] = {}
    for entry in resources.files(_FOLDER).iterdir():
        if entry.name.endswith(SUFFIX):
            name, _, since = entry.name.removesuffix(SUFFIX).partition(".")
            day = date.fromisoformat(since) if since else date.min
            found.setdefault(name, {})[day] = entry.read_text("utf-8")
    return found


def shipped(name: str, law_on: date = date.max) -> str | None:
    """The product's own template or part of that name (without suffix), as the law of a day wants it.

    A file ``reply.2030-01-01.j2`` takes the place of ``reply.j2`` for requests under the law from that day on.
    """
    texts = _shipped().get(name, {})
    since = max((day for day in texts if day <= law_on), default=None)
    return None if since is None else texts[since]


def shipped_names() -> tuple[str, ...]:
    """The product's own templates and parts."""
    return tuple(sorted(_shipped()))


@cache
def _wording_days() -> tuple[date, ...]:
    """The days of law from which some template has been reworded."""
    return tuple(sorted({day for texts in _shipped().values() for day in texts}))


class Templates:
    """The templates in force for one office and the law of one day: its own over the product's."""

    def __init__(self, overrides: Mapping[str, str] = NO_OVERRIDES, law_on: date = date.max) -> None:
        self._overrides = overrides
        self._law_on = law_on
        self._versions: dict[str, str] = {}
        self.environment = sandbox(self._source)

    def source(self, name: str) -> str | None:
        """A template or part as it was written."""
        return self._overrides.get(name) or shipped(name, self._law_on)

    def _source(self, name: str) -> str | None:
        text = self.source(name)
        return None if text is None else prepared(text, lambda part: self.source("_" + part))

    def template(self, name: str) -> Template:
        """A template, compiled once."""
        return self.environment.get_template(name)

    def version(self, name: str) -> str:
        """The hash of all the text that a template is made of."""
        if name not in self._versions:
            self._versions[name] = sha256((self._source(name) or "").encode()).hexdigest()
        return self._versions[name]


class _Template(Template):
    """A template that begins to count anew each time it is written."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """The text."""
        _turns.set(MAX_TURNS)
        return super().render(*args, **kwargs)


class _Bounded(ImmutableSandboxedEnvironment):
    """A sandbox in which no template runs on and on: turns of loops and products are counted, at each issue too."""

    intercepted_binops = frozenset(("*", "**"))
    template_class = _Template

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Lets each turn of each loop be counted."""
        found = super()._parse(source, name, filename)
        for loop in found.find_all(nodes.For):
            count = nodes.Call(nodes.EnvironmentAttribute("turn"), [], [], None, None)
            loop.body.insert(0, nodes.ExprStmt(count).set_lineno(loop.lineno))
        found.set_environment(self)
        return found

    def turn(self) -> None:
        """Counts one turn of a loop.

        Raises:
            TemplateTooLong.
        """
        left = _turns.get() - 1
        if left < 0:
            raise TemplateTooLong(f"more than {MAX_TURNS} turns of loops")
        _turns.set(left)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiplies numbers, and texts as far as a paper can hold them.

        Raises:
            TemplateTooLong.
        """
        text, times = (left, right) if isinstance(left, Sequence) else (right, left)
        repeated = isinstance(text, Sequence) and isinstance(times, int)
        if operator == "**" or (repeated and len(text) * times > MAX_LETTERS):
            raise TemplateTooLong("a product that no paper can hold")
        return super().call_binop(context, operator, left, right)


class TemplateTooLong(ValueError):
    """A template that does not come to an end in the turns that a paper needs."""


MAX_TURNS = 100_000
"""Turns of loops in one paper: the longest, a page of the register, has some thousands."""
MAX_LETTERS = 500_000
"""Characters of one paper, and so of one text in it."""
_turns: ContextVar[int] = ContextVar("disclosure_turns", default=MAX_TURNS)


def sandbox(source: Callable[[str], str | None]) -> ImmutableSandboxedEnvironment:
    """The Jinja environment of every template: an undefined name is an error, and only the facts can be reached."""
    made = _Bounded(
        loader=FunctionLoader(source),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals.clear()
    return made


@lru_cache(maxsize=64)
def _compiled(overrides: tuple[tuple[str, str], ...], wording: date) -> Templates:
    return Templates(dict(overrides), wording)


def templates_of(overrides: Mapping[str, str] = NO_OVERRIDES, law_on: date = date.max) -> Templates:
    """The templates of an office for the law of a day; what has been compiled is kept for its next notice."""
    wording = _wording_days()[bisect_right(_wording_days(), law_on) - 1]
    return _compiled(tuple(sorted(overrides.items())), wording)


def notice_for(
    history: CaseHistory,
    ref: NoticeRef,
    agency: Agency,
    *,
    given: Mapping[str, object] = NOTHING,
    overrides: Mapping[str, str] = NO_OVERRIDES,
) -> Notice:
    """The notice of one step, from the case's history with its personal data.

    ``given`` are facts from outside the history: the number of the document, what the issuer adds.
    Raises:
        KeyError: no such kind; BadData: no such step, a text longer than a notice can hold.
    """
    at = situation(history, ref, agency, given)
    return written(kind(ref.kind), document_context(ref.kind, at), ref, templates_of(overrides, at.case.law_on))


def _filled_in(key: str, values: Mapping[str, object], templates: Templates) -> str:
    """Renders a template; whatever goes wrong in it is raised as a fault of the template."""
    fault = {"field": key + SUFFIX, "value": key}
    try:
        return templates.template(key).render(values)
    except SecurityError as error:
        raise BadData(fault | {"problem": "template_unsafe", "value": str(error)[:200]}) from None
    except UndefinedError as error:
        raise BadData(fault | {"problem": "fact_not_always_there", "reason": str(error.message)[:200]}) from None
    except TemplateSyntaxError as error:
        raise BadData(fault | {"problem": "template_syntax", "reason": str(error.message)[:200]}) from None
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise BadData(fault | {"problem": "template_fails", "reason": reason}) from None


_STOPS = re.compile("[。！？；，][。；，]+")


def _one_stop(item: Paragraph, quoted: str) -> Paragraph:
    """A paragraph without the second stop where what staff typed brings its own; what the applicant wrote stays."""

    def one(found: re.Match[str]) -> str:
        first = found[0][0]
        return "。" if "。" in found[0] and first not in "！？" else first

    def once(text: str) -> str:
        parts = text.split(quoted) if quoted else [text]
        return quoted.join(_STOPS.sub(one, part) for part in parts)

    return item._replace(text=once(item.text), cells=tuple(map(once, item.cells)))


def written(basis: NoticeKind, facts: Facts, ref: NoticeRef, templates: Templates) -> Notice:
    """The paragraphs of a notice from its facts.

    Raises:
        BadData: an office's own template reaches for what is not there.
    """
    values = facts.values
    values["title"] = basis.title_of(str(values.get("outcome", "")))
    quoted = str(values.get("information", ""))
    items = [_one_stop(item, quoted) for item in paragraphs(_filled_in(basis.key, values, templates))]
    text = "".join(item.text + "".join(item.cells) for item in items)
    missing = tuple(label for label in dict.fromkeys(facts.missing) if say("notice_gap", label=label) in text)
    return Notice(
        kind=basis.key,
        paper=basis.paper_of(str(values.get("outcome", ""))),
        title=str(values["title"]),
        seq=ref.seq,
        on=ref.on,
        paragraphs=tuple(items),
        missing=missing,
        facts=facts,
        template=templates.version(basis.key),
    )
