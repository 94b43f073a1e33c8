"""What a paper must show, whoever wrote its template.

Law: 条例 arts. 30-42; 复议法 arts. 20, 23.
"""

from collections.abc import Iterator
from typing import Any

from .facts import clean
from .kinds import NoticeKind
from .render import Notice


def not_shown(kind: NoticeKind, notice: Notice) -> Iterator[dict[str, Any]]:
    """Each fact that the kind ``needs`` and the text does not hold; the title and a numbered paper's number too."""
    text = notice.text
    always = ("title",) if kind.suffix is None else ("title", "document_number")
    for name in (*always, *kind.needs):
        values = notice.facts.values.get(name, "")
        for value in [values] if isinstance(values, str) else values:
            if value and clean(str(value)) not in text:
                yield {"field": name, "problem": "element_not_shown", "value": str(value)[:60]}


def without_remedy(kind: NoticeKind, notice: Notice) -> Iterator[dict[str, Any]]:
    """A decision that does not name review and suit as they were computed."""
    if not kind.decides:
        return
    sentences = notice.facts.values.get("remedy") or []
    if not sentences or any(sentence not in notice.text for sentence in sentences):
        yield {"field": "remedy", "problem": "remedy_missing"}
