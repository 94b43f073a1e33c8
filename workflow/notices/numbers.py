"""Numbers of documents (文号): a pattern for each office and kind, gap-free in each year and series.

A number is taken in the transaction that issues the document and in no other; one that is voided is kept.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from ...notifications.documents.kinds import NoticeKind, kinds
from ...states import admission
from ...states.errors import BadData, Fault
from ..kernel.context import Context
from ..kernel.unit import Done, Key, once
from ..kernel.versions import add_version, latest, text_at

TOKENS = ("代字", "年", "序", "登记号", "后缀")
_TOKEN = re.compile(r"\{([^{}]*)\}")
_FIELDS = frozenset({"pattern", "series"})
_DEFAULT = "{代字}〔{年}〕{序}号"
_LONGEST_PATTERN, _LONGEST_SERIES = 80, 64


class Pattern(NamedTuple):
    """How the documents of a kind are numbered; those of one series share one count."""

    pattern: str = _DEFAULT
    series: str = "main"

    def number(self, code: str, year: int, serial: int, case: str, suffix: str) -> str:
        """The number as it stands on the document."""
        values = {"代字": code, "年": str(year), "序": str(serial), "登记号": case, "后缀": suffix}
        return _TOKEN.sub(lambda found: values[found[1]], self.pattern)


class Numbering(BaseModel):
    """The office's patterns: those of kinds that have their own, and ``default`` for the others."""

    model_config = ConfigDict(frozen=True)
    default: Pattern = Pattern()
    kind: Mapping[str, Pattern] = {}

    def of(self, kind: str) -> Pattern:
        """How documents of that kind are numbered."""
        return self.kind.get(kind, self.default)


def parse_numbering(text: str, name: str = "numbering.toml") -> Numbering:
    """The office's patterns, read from their text.

    Raises:
        BadData: every fault at once: unknown kinds or tokens, no year, no serial, brackets that are not 〔〕.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadData({"field": name, "problem": "broken_toml", "reason": str(error)}) from None
    faults = list(_faults(content))
    if faults:
        raise BadData(*faults)
    basis = Pattern()._replace(**content.get("default", {}))
    own = {key: basis._replace(**item) for key, item in content.get("kind", {}).items()}
    return Numbering(default=basis, kind=own)


def _faults(content: Mapping[str, object]) -> Iterator[Fault]:
    numbered = {item.key for item in kinds() if item.suffix is not None}
    for name in content.keys() - {"default", "kind"}:
        yield {"field": name, "problem": "not_a_field"}
    tables: dict[str, object] = {"default": content.get("default", {})}
    of_kinds = content.get("kind", {})
    for key, item in (of_kinds if isinstance(of_kinds, dict) else {}).items():
        if key not in numbered:
            yield {"field": f"kind.{key}", "problem": "kind_without_number", "value": key}
        tables[f"kind.{key}"] = item
    for where, item in tables.items():
        if not isinstance(item, dict):
            yield {"field": where, "problem": "not_an_object"}
            continue
        for name in item.keys() - _FIELDS:
            yield {"field": f"{where}.{name}", "problem": "not_a_field"}
        yield from _pattern_faults(f"{where}.pattern", item.get("pattern", _DEFAULT))
        series = item.get("series", "main")
        if not isinstance(series, str) or not 0 < len(series.strip()) <= _LONGEST_SERIES:
            yield {"field": f"{where}.series", "problem": "empty"}


def _pattern_faults(field: str, pattern: object) -> Iterator[Fault]:
    if not isinstance(pattern, str) or len(pattern) > _LONGEST_PATTERN:
        yield {"field": field, "problem": "not_a_text"}
        return
    found = _TOKEN.findall(pattern)
    for token in found:
        if token not in TOKENS:
            yield {"field": field, "problem": "unknown_token", "value": token, "choices": "、".join(TOKENS)}
    for token in ("年", "序"):
        if found.count(token) != 1:
            yield {"field": field, "problem": "token_needed", "value": token}
    if "〔{年}〕" not in pattern or _TOKEN.sub("", pattern).count("{") or _TOKEN.sub("", pattern).count("}"):
        yield {"field": field, "problem": "year_brackets", "value": pattern}


def set_numbering(
    context: Context, text: str, *, name: str = "numbering.toml", idempotency_key: str | None = None
) -> Numbering:
    """Puts the office's patterns in force for the documents that are issued from now on.

    Raises:
        NotPermitted; SetupError: the agency is not known; BadData: every fault of the text.
    """
    context.require("configure")
    found = parse_numbering(admission.file(text, name), name)

    def work() -> Done:
        add_version(context.connection, "numbers", {context.agency: text}, context.actor.user_id, context.stamp)
        return Done()

    once(context, Key.of(context, idempotency_key, "set_numbering", text), Done, work)
    return found


@lru_cache(maxsize=64)
def _parsed(text: str) -> Numbering:
    return parse_numbering(text)


def pattern_of(connection: Connection, agency: str, kind: NoticeKind) -> Pattern:
    """How the office numbers documents of that kind."""
    text = text_at(connection, latest(connection), "numbers", agency)
    return (_parsed(text) if text else Numbering()).of(kind.key)
