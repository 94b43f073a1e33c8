"""The tables of the manual that follow from declarations, each between two markers in ``docs/manual.md``.

``python tests/support/manual_page.py`` writes them afresh and leaves the rest of the manual as it is.
"""

from pathlib import Path

from disclosure.workflow.approvals.catalogue import VERB_ENTRIES
from disclosure.workflow.approvals.names import verb_names

PAGE = Path(__file__).parents[2] / "docs" / "manual.md"
START, END = "<!-- 以下由 tests/support/manual_page.py 生成：{} -->", "<!-- 生成的部分到此为止 -->"


def page() -> str:
    """The manual with its tables as they are declared."""
    text = PAGE.read_text("utf-8")
    for name, table in {"审批命令": _verbs()}.items():
        before, _, rest = text.partition(START.format(name))
        _, _, after = rest.partition(END)
        text = "\n".join([before + START.format(name), *table, END]) + after
    return text


def _verbs() -> list[str]:
    """What can be done with a sheet: how it is typed, what it is called, when it is allowed."""
    typed = {item.name: item.typed for item in verb_names()}
    rows = [f"| {typed[item.name]} | {item.title} | {item.rule} |" for item in VERB_ENTRIES]
    return ["", "| 写法 | 意思 | 什么时候可以 |", "|---|---|---|", *rows, ""]


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
