"""The page that lists every move with its law, its fields and the papers that it raises, from the moves' declarations.

``python tests/support/moves_page.py`` writes ``docs/moves.md`` afresh.
"""

from pathlib import Path

from disclosure.notifications.documents.kinds import kind
from disclosure.notifications.messages.catalogue import say
from disclosure.states.procedure.catalogue import Declared, Field, declared, fields_of
from disclosure.states.procedure.description import article

PAGE = Path(__file__).parents[2] / "docs" / "moves.md"
_PRIVACY = {"public": "公开", "office": "内部", "personal": "个人信息"}


def page() -> str:
    """The page as Markdown: one section for each step of the Regulations."""
    lines = [
        "# 办理事项一览",
        "",
        "按条例的顺序列出每一个事项：依据、从哪些状态可以办、要填什么、引出哪些文书。",
        "本页由 `python tests/support/moves_page.py` 从程序自己的声明生成。",
        "",
        "命令行里事项、字段和可选值既可以写代码，也可以写中文名称。隐私类别：公开；内部（机关以外不提供）；"
        "个人信息（与办理经过分开保存，到期可以删除）。每个事项都可以填 `late_reason`（迟录原因）。",
    ]
    title = ""
    for item in declared():
        if item.step.title != title:
            title = item.step.title
            lines += ["", f"## {title}"]
        lines += ["", *_move(item)]
    return "\n".join(lines) + "\n"


def _move(item: Declared) -> list[str]:
    move = item.move
    sources = dict.fromkeys(state for arrow in move.arrows for state in arrow.sources)
    lines = [f"### {move.title} `{move.name}`", "", move.description, "", f"- 依据：{article(move.article)}"]
    if sources:
        lines.append("- 可以办的状态：" + "、".join(say(f"state_{state}") for state in sources))
    if move.papers:
        lines.append("- 引出的文书：" + "、".join(kind(paper).title for paper in move.papers))
    fields = [field for field in fields_of(move.name) if field.key != "late_reason"]
    if fields:
        lines += ["", "| 字段 | 名称 | 必填 | 可选值或者说明 | 隐私类别 |", "|---|---|---|---|---|"]
        lines += [_row(field) for field in fields]
    return lines


def _row(field: Field) -> str:
    required = field.when.words if field.when else "是" if field.required else ""
    told = "、".join(f"{label} `{key}`" for key, label in field.choices.items()) or field.description
    return f"| `{field.key}` | {field.title} | {required} | {told} | {_PRIVACY[field.privacy]} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
