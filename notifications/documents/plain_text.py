"""A notice as plain text: on the screen, in a draft to be approved, in the body of a mail."""

from collections.abc import Sequence

from .paragraphs import BAR, Mark, Paragraph

_INDENTED = frozenset({Mark.HEADING, Mark.SUBHEADING, Mark.BODY, Mark.ITEM, Mark.REMEDY, Mark.ATTACHMENT})
_APART = frozenset({Mark.ADDRESSEE, Mark.SIGNER, Mark.NOTE, Mark.HEADER_ROW})
_INDENT = "　　"


def to_text(items: Sequence[Paragraph]) -> str:
    """One line for each paragraph; a blank line before the addressee, the signature, the notes and a table."""
    lines: list[str] = []
    last: Mark | None = None
    for item in items:
        mark = item.mark
        if lines and mark in _APART and mark is not last:
            lines.append("")
        if mark in _INDENTED:
            lines.append(_INDENT + ("附件：" if mark is Mark.ATTACHMENT else "") + item.text)
        else:
            lines.append(f" {BAR} ".join(item.cells) if item.cells else item.text)
        last = mark
    return "\n".join(lines) + "\n"
