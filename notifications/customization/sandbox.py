"""The process in which an office's templates are run to find their faults; ``validation`` starts and bounds it.

It is started as ``python -m disclosure.notifications.customization.sandbox``, reads ``{"templates",
"letterhead"}`` as JSON from standard input, and writes one JSON line for each thing that it begins to check
(``{"at"}``) and for each fault.
"""

import base64
import json
import re
import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from jinja2 import meta, nodes
from jinja2.exceptions import TemplateSyntaxError

from ...states.errors import BadData
from ...states.procedure.periods import Law
from ..documents.elements import not_shown, without_remedy
from ..documents.kinds import kind, kinds
from ..documents.paragraphs import FULL_WIDTH, Paragraph
from ..documents.render import SUFFIX, Notice, Templates, sandbox
from ..messages.catalogue import message_keys, say
from .sample import Sample, facts_of, sample, sample_day, variants
from .validation import LETTERHEAD, place

_PART = re.compile(r"^[ \t　]*@用[ \t　]+(\S+)", re.MULTILINE)
_MEMORY = 1 << 30
_LONGEST = 500_000
"""Characters of one paper; the longest request is far below."""
_LETTERHEADS = ("reply", "receipt", "registration", "register_page")
"""Papers with which a letterhead is checked: one with parts, one without, a form, a table."""


def main() -> None:
    """Checks the templates that standard input holds."""
    _limit_memory()
    task = json.loads(sys.stdin.buffer.read())
    letterhead = base64.b64decode(task["letterhead"]) if task["letterhead"] else None
    for item in check_templates(task["templates"], letterhead):
        sys.stdout.write(json.dumps(item, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows; the time-out is still there
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def used_by(name: str, templates: Templates) -> list[str]:
    """The kinds of papers that a template or part is in."""

    def within(source: str | None, depth: int = 0) -> bool:
        parts = _PART.findall(source or "") if depth < len(kinds()) else []
        return any("_" + part == name or within(templates.source("_" + part), depth + 1) for part in parts)

    return [item.key for item in kinds() if item.key == name or within(templates.source(item.key))]


def _syntax_faults(name: str, text: str, users: Sequence[str]) -> Iterator[dict[str, object]]:
    try:
        tree = sandbox(lambda _: None).parse(text)
    except TemplateSyntaxError as error:
        yield {"field": f"{name}{SUFFIX}:{error.lineno}", "problem": "template_syntax", "reason": error.message or ""}
        return
    except RecursionError:
        yield {"field": name + SUFFIX, "problem": "template_syntax", "reason": say("template_too_deep")}
        return
    reached = [(node.lineno, node.attr) for node in tree.find_all(nodes.Getattr)]
    for node in tree.find_all(nodes.Getitem):
        if isinstance(node.arg, nodes.Const):
            reached.append((node.lineno, str(node.arg.value)))
    for number, wanted in reached:
        if wanted.startswith("_"):
            yield {"field": f"{name}{SUFFIX}:{number}", "problem": "template_unsafe", "value": wanted}
    known = set().union(*(facts_of(key) for key in users))
    try:
        undeclared = meta.find_undeclared_variables(tree)
    except TemplateSyntaxError as error:  # a filter or test that there is not
        yield {"field": f"{name}{SUFFIX}:{error.lineno}", "problem": "template_syntax", "reason": error.message or ""}
        return
    except (Exception, RecursionError) as error:  # it works out what is constant
        reason = type(error).__name__
        yield {"field": name + SUFFIX, "problem": "template_fails", "value": _named("plain"), "reason": reason}
        return
    for fact in sorted(undeclared - known):
        near = get_close_matches(fact, sorted(known), n=1, cutoff=0)[0]
        yield {"field": place(name, text, fact), "problem": "unknown_fact", "value": fact, "nearest": near}


def check_templates(templates: dict[str, str], letterhead: bytes | None) -> Iterator[dict[str, object]]:
    """Yields what is being checked, and each fault once."""
    law = Law.standard()
    day = sample_day(law)
    own, shipped = Templates(templates), Templates()
    broken = False
    for name, text in templates.items():
        yield {"at": name + SUFFIX}
        for fault in _template_faults(name, text, own):
            broken = True
            yield fault
    if broken:
        return
    seen: set[tuple[str, str, str]] = set()
    for item in kinds():
        if own.version(item.key) == shipped.version(item.key):
            continue
        yield {"at": item.key + SUFFIX}
        for name, found in variants(item.key, day, law):
            for fault in _faults(item.key, name, found, templates):
                mark = (str(fault["field"]), str(fault["problem"]), str(fault.get("reason", "")))
                if mark not in seen:
                    seen.add(mark)
                    yield fault
    if letterhead is not None:
        yield {"at": LETTERHEAD}
        yield from _letterhead_faults(letterhead, [sample(key, day, law) for key in _LETTERHEADS], templates)


def _template_faults(name: str, text: str, templates: Templates) -> Iterator[dict[str, object]]:
    users = used_by(name, templates)
    if users:
        yield from _syntax_faults(name, text, users)
    else:
        yield {"field": name + SUFFIX, "problem": "part_unused", "value": name.removeprefix("_")}


def _faults(key: str, variant: str, found: Sample, templates: dict[str, str]) -> Iterator[dict[str, object]]:
    try:
        notice = found.notice(templates)
    except BadData as error:
        yield from (fault | {"value": _named(variant)} if "reason" in fault else fault for fault in error.faults)
        return
    except (Exception, RecursionError) as error:  # whatever a template does
        reason = f"{type(error).__name__}: {error}"[:200]
        yield {"field": key + SUFFIX, "problem": "template_fails", "value": _named(variant), "reason": reason}
        return
    yield from _shown(key, variant, notice)


def _named(variant: str) -> str:
    """A variant of the sample, as staff read it; an outcome by its code."""
    return say(f"variant_{variant}") if f"variant_{variant}" in message_keys() else variant


def _shown(key: str, variant: str, notice: Notice) -> Iterator[dict[str, object]]:
    text = notice.text
    if len(text) > _LONGEST:
        yield {"field": key + SUFFIX, "problem": "paper_too_long", "value": len(text), "cap": _LONGEST}
    for fault in (*not_shown(kind(key), notice), *without_remedy(kind(key), notice)):
        yield fault | {"field": f"{key}{SUFFIX} {fault['field']}"}
    if variant == "plain":
        for brace in ("{{", "}}", "{%", "%}", *FULL_WIDTH):
            if brace in text:
                yield {"field": key + SUFFIX, "problem": "full_width_braces", "value": brace}


def _letterhead_faults(
    letterhead: bytes, samples: list[Sample], templates: dict[str, str]
) -> Iterator[dict[str, object]]:
    from ..formats.reaching import reaching
    from ..formats.word import to_word

    try:
        far = list(reaching(letterhead))
    except Exception as error:  # whatever a damaged file does to the reader
        yield {"field": LETTERHEAD, "problem": "letterhead_unreadable", "value": type(error).__name__}
        return
    for what in far:
        yield {"field": LETTERHEAD, "problem": "letterhead_fetches", "value": what}
    for found in [] if far else samples:
        items: list[Paragraph] = list(found.notice(templates).paragraphs)
        try:
            to_word(items, letterhead)
        except BadData as error:
            yield from (fault | {"field": LETTERHEAD} for fault in error.faults)
            return
        except (Exception, RecursionError) as error:
            reason = f"{type(error).__name__}: {error}"[:200]
            yield {"field": LETTERHEAD, "problem": "template_fails", "value": found.ref.kind, "reason": reason}
            return


if __name__ == "__main__":
    main()
