"""The page that lists every rule of law with the scenarios that hold it.

``python tests/support/coverage_page.py`` writes ``docs/coverage.md`` afresh.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from disclosure.notifications.messages.catalogue import say
from disclosure.states.rules.outcomes import outcomes
from disclosure.states.rules.rules import rules
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


def known() -> dict[str, tuple[str, str, str]]:
    """Every rule, outcome and open question: id, with name, source and confidence."""
    found: dict[str, tuple[str, str, str]] = {}
    for rule in rules():
        found[rule.id] = (rule.name, rule.source, say(f"confidence_{rule.confidence}"))
    for outcome in outcomes():
        found[outcome.code] = (outcome.label, outcome.article, say(f"confidence_{outcome.confidence}"))
    for question in questions():
        found[question.id] = (question.title, question.source, question.confidence)
    return found


def page() -> str:
    """The page as Markdown, in Chinese."""
    scenarios: dict[str, list[tuple[str, str]]] = {}
    for id, file, name in tagged():
        scenarios.setdefault(id, []).append((file, name))
    lines = [
        "# 规则与情形对照表",
        "",
        "每条规则、每种结果、每个争议问题，都列出依据（现行版本）、把握，以及 `features/` 里写明它的情形。",
        "本页由 `python tests/support/coverage_page.py` 生成；缺少情形的规则通不过测试。",
        "",
        "| 编号 | 规则 | 依据 | 把握 | 情形 |",
        "|---|---|---|---|---|",
    ]
    for id, (name, source, confidence) in known().items():
        held = "<br>".join(f"[{name}](../features/{file})" for file, name in scenarios.get(id, []))
        lines.append(f"| {id} | {name} | {source} | {confidence} | {held} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
