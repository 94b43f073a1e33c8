"""What a paper must show, whoever wrote its template.

Law: 条例 arts. 30-42; 复议法 arts. 20, 23.
"""

from collections.abc import Iterable, Iterator

from ..messages.catalogue import say
from .facts import clean
from .kinds import NoticeKind
from .render import Notice


def not_shown(kind: NoticeKind, notice: Notice) -> Iterator[dict[str, object]]:
    """Each fact that the kind ``needs`` and the text does not hold; the title and a numbered paper's number too."""
    text = notice.text
    always = ("title",) if kind.suffix is None else ("title", "document_number")
    for name in (*always, *kind.needs):
        values = notice.facts.values.get(name, "")
        for value in values if isinstance(values, list) else [values]:
            if value and clean(str(value)) not in text:
                yield {"field": name, "problem": "element_not_shown", "value": str(value)[:60]}


def gap_labels(names: Iterable[str]) -> frozenset[str]:
    """What the gaps of facts are called in a paper."""
    return frozenset(say(f"fact_{name}") for name in names)


def without_remedy(kind: NoticeKind, notice: Notice) -> Iterator[dict[str, object]]:
    """A decision that does not name review and suit as they were computed."""
    if not kind.decides:
        return
    sentences = notice.facts.values.get("remedy")
    if not isinstance(sentences, list) or not sentences or any(item not in notice.text for item in sentences):
        yield {"field": "remedy", "problem": "remedy_missing"}
