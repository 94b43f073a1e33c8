"""The page that lists every rule of law with the scenarios that hold it.

``python tests/support/coverage_page.py`` writes ``docs/coverage.md`` afresh.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from disclosure.notifications.messages.catalogue import say
from disclosure.states.rules.dated import Confidence
from disclosure.states.rules.outcomes import outcomes
from disclosure.states.rules.rules import Rule, rules
from disclosure.states.rules.settings import questions

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "coverage.md"
_SCENARIO = re.compile(r"^\s*(?:场景|场景大纲):\s*(.+?)\s*$")
_ID = re.compile(r"@([A-Z]+\d+[a-z]?)(?=\s|$)")


def tagged() -> Iterator[tuple[str, str, str]]:
    """Rule id, file and scenario for every tag that names a rule."""
    for path in sorted((ROOT / "features").glob("*.feature")):
        own: list[str] = []
        for line in path.read_text("utf-8").splitlines():
            if line.strip().startswith("@"):
                own = _ID.findall(line)
            elif match := _SCENARIO.match(line):
                yield from ((id, path.name, match[1]) for id in own)
                own = []


class Known(NamedTuple):
    """A rule, an outcome or an open question: its name and source, and how sure its parts are."""

    name: str
    source: str
    number: str
    start: str


def known() -> dict[str, Known]:
    """Every rule, outcome and open question by its id, each in its newest version."""
    found: dict[str, Known] = {}
    for rule in rules():
        start = f"{rule.start}：{say(f'confidence_{rule.start_confidence}')}" if rule.start_confidence else "—"
        found[rule.id] = Known(rule.name, rule.source, _number(rule), start)
    for outcome in outcomes():
        basis = outcome.basis(outcome.versions[-1].since)
        number = f"条文：{say(f'confidence_{basis.confidence}')}；列入的行：{say(f'confidence_{outcome.confidence}')}"
        found[outcome.code] = Known(outcome.label, basis.source if basis.cited else basis.article, number, "—")
    for question in questions():
        newest = question.newest
        found[question.id] = Known(question.title, newest.source, f"推荐的理解：{newest.confidence}", "—")
    return found


def _number(rule: Rule) -> str:
    """Number and unit with how sure they are; what is verified says so of itself alone where its start is not."""
    length = f"{rule.length}{say(f'unit_{rule.unit}')}：" if rule.length is not None else ""
    half = rule.confidence is Confidence.VERIFIED and rule.start_confidence not in (None, Confidence.VERIFIED)
    return f"{length}{say(f'confidence_{rule.confidence}')}{'（从何起算没有核实）' if half else ''}"


def in_force() -> dict[str, tuple[str, ...]]:
    """The days from which the versions of each period and rule are in force, by its key."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in rules():
        found[rule.key] = (*found.get(rule.key, ()), rule.since.isoformat())
    return found


def _days() -> Iterator[str]:
    names = {rule.key: f"{rule.id} {rule.name}" for rule in rules()}
    yield from ("", "## 各版本从哪一天起施行", "", "| 规则 | 键 | 从何日起 |", "|---|---|---|")
    for key, days in in_force().items():
        yield f"| {names[key]} | `{key}` | {'、'.join(days)} |"


def page() -> str:
    """The page as Markdown, in Chinese."""
    scenarios: dict[str, list[tuple[str, str]]] = {}
    for id, file, name in tagged():
        scenarios.setdefault(id, []).append((file, name))
    lines = [
        "# 规则与情形对照表",
        "",
        "每条规则、每种结果、每个争议问题，都列出依据（现行版本）、核对到什么程度，以及 `features/` 里写明它的情形。",
        "“已核实”只管它所在的那一栏：期限的数字和单位是一栏，从哪一件事起算是另一栏；没有期限的规则，管的是条文本身。",
        "数字已核实而起算没有核实的，数字那一栏也写明。各规则每个版本从哪一天起施行，列在文末。",
        "本页由 `python tests/support/coverage_page.py` 生成；缺少情形的规则通不过测试。",
        "",
        "| 编号 | 规则 | 依据 | 数字和单位，或者条文 | 从何起算 | 情形 |",
        "|---|---|---|---|---|---|",
    ]
    for id, item in known().items():
        held = "<br>".join(f"[{name}](../features/{file})" for file, name in scenarios.get(id, []))
        lines.append(f"| {id} | {' | '.join(item)} | {held} |")
    return "\n".join((*lines, *_days())) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
