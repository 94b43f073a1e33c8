"""The page that draws the states and moves of cases, reviews, suits and sheets from the machines' own tables.

``python tests/support/machine_page.py`` writes ``docs/machine.md`` afresh.
"""

from pathlib import Path

from disclosure.notifications.messages.catalogue import say
from disclosure.states.procedure.case import State
from disclosure.states.procedure.catalogue import fields_of, moves
from disclosure.states.procedure.declaration import MachineKind
from disclosure.states.procedure.machine import transitions
from disclosure.workflow.approvals.sheet import TRANSITIONS

PAGE = Path(__file__).parents[2] / "docs" / "machine.md"
_TITLES: dict[MachineKind, str] = {"case": "案件", "review": "行政复议", "suit": "行政诉讼"}


def mermaid(kind: MachineKind) -> str:
    """The machine as a Mermaid state diagram, drawn from its own arrows."""
    lines = ["stateDiagram-v2"]
    for arrow in transitions(kind):
        note = f" [{arrow.guard}]" if arrow.guard else ""
        lines.extend(f"    {source} --> {arrow.dest}: {arrow.move}{note}" for source in arrow.sources)
    return "\n".join(lines) + "\n"


def page() -> str:
    """The page as Markdown: names first, then one diagram each."""
    lines = ["# 状态和步骤", "", "本页由 `python tests/support/machine_page.py` 从程序自己的表生成。", ""]
    lines += ["| 状态 | 名称 |", "|---|---|"]
    lines += [f"| `{state}` | {say(f'state_{state}')} |" for state in State]
    lines += ["", "| 步骤 | 名称 | 要填的内容 |", "|---|---|---|"]
    for name, move in moves().items():
        needed = [item for item in fields_of(name) if item.required and not item.inner]
        shown = "、".join(f"`{item.key}` {item.title}" for item in needed)
        lines.append(f"| `{name}` | {move.title} | {shown} |")
    for kind, title in _TITLES.items():
        lines += ["", f"## {title}", "", "```mermaid", mermaid(kind).rstrip(), "```"]
    statuses = dict.fromkeys(state for _, sources, dest in TRANSITIONS for state in (*sources, dest))
    lines += ["", "## 审批单", "", "| 状态 | 名称 |", "|---|---|"]
    lines += [f"| `{status}` | {say(f'sheet_status_{status}')} |" for status in statuses]
    lines += ["", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {source} --> {dest}: {trigger}" for trigger, sources, dest in TRANSITIONS for source in sources]
    lines.append("```")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
