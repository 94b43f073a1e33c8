"""Plain text: for the screen, for a draft to be approved, for a mail's body."""

from collections.abc import Sequence

from ..documents.paragraphs import BAR, Mark, Paragraph

_INDENTED = frozenset({Mark.HEADING, Mark.SUBHEADING, Mark.BODY, Mark.ITEM, Mark.REMEDY, Mark.ATTACHMENT})
_APART = frozenset({Mark.ADDRESSEE, Mark.SIGNER, Mark.NOTE, Mark.HEADER_ROW})
_INDENT = "　　"


def to_text(items: Sequence[Paragraph]) -> str:
    """The notice as lines, one a paragraph; blank lines before the addressee, the signature and the notes."""
    lines: list[str] = []
    last: Mark | None = None
    for item in items:
        mark = item.mark
        if lines and mark in _APART and mark is not last:
            lines.append("")
        if mark in _INDENTED:
            lines.append(_INDENT + item.text)
        else:
            lines.append(f" {BAR} ".join(item.cells) if item.cells else item.text)
        last = mark
    return "\n".join(lines) + "\n"
