"""Papers of a sample case."""

from datetime import date

from histories import LAW

from disclosure.notifications.customization.sample import NUMBER, sample
from disclosure.notifications.documents.paragraphs import Mark, Paragraph
from disclosure.notifications.documents.render import Notice, notice_for
from disclosure.notifications.formats.pdf import to_pdf
from disclosure.states.errors import SetupError

__all__ = ["can_print", "paper", "to_pdf"]
ON = date(2024, 3, 1)


def paper(kind: str, information: str = "示例信息", name: str = "", **more) -> Notice:
    """The paper of that kind."""
    found = sample(kind, ON, LAW, information=information, name=name, **more)
    return notice_for(NUMBER, found.events, found.ref, LAW, found.agency, given=found.given)


def can_print() -> bool:
    """Whether this machine can make a PDF at all."""
    try:
        to_pdf([Paragraph(Mark.BODY, "字")])
    except SetupError:
        return False
    return True
