"""Papers of a sample case."""

from datetime import date

from histories import LAW

from disclosure.notifications.customization.sample import APPLICANT, sample
from disclosure.notifications.documents.paragraphs import Mark, Paragraph
from disclosure.notifications.documents.render import Notice
from disclosure.notifications.formats.pdf import to_pdf
from disclosure.states.errors import SetupError

__all__ = ["can_print", "paper", "to_pdf"]
ON = date(2024, 3, 1)


def paper(kind: str, information: str = "示例信息", name: str = "", **more) -> Notice:
    """The paper of that kind."""
    applicant = APPLICANT | ({"name": name} if name else {})
    replied = more.pop("replied", False)
    submitted = {"information": information, "applicant": applicant}
    return sample(kind, ON, LAW, submitted=submitted, data=more, replied=replied).notice()


def can_print() -> bool:
    """Whether this machine can make a PDF at all."""
    try:
        to_pdf([Paragraph(Mark.BODY, "字")])
    except SetupError:
        return False
    return True
