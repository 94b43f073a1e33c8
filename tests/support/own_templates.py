"""An office's own templates and letterheads, and what the validation finds in them."""

import io
import zipfile

import pytest
from docx import Document
from docx.oxml import OxmlElement

from disclosure.notifications.customization.validation import validate_templates
from disclosure.notifications.documents.render import shipped
from disclosure.notifications.formats.letterhead import default_letterhead
from disclosure.states.errors import BadData

REPLY = shipped("reply")


LINE = REPLY.rstrip().count("\n") + 2


def faults(seconds: float = 60.0, **files) -> list[tuple[str, str]]:
    """The places and problems that the validation tells of files, named reply for reply.j2."""
    content = {f"{name}.j2": text.encode() for name, text in files.items()}
    with pytest.raises(BadData) as caught:
        validate_templates(content, seconds)
    return [(fault["field"], fault["problem"]) for fault in caught.value.faults]


def reply_with(text: str, seconds: float = 60.0) -> list[tuple[str, str]]:
    return faults(seconds, reply=f"{REPLY.rstrip()}\n{text}\n")


def letterhead(change=lambda document: None, **entries: bytes) -> bytes:
    document = Document(io.BytesIO(default_letterhead()))
    change(document)
    file = io.BytesIO()
    document.save(file)
    with zipfile.ZipFile(file, "a") as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def tag(text):
    return lambda document: document.add_paragraph(text)


def relation(kind: str, target: str = "http://x.example/a"):
    """A relation of the letterhead to the outside."""
    return lambda document: document.part.relate_to(
        target, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}", is_external=True
    )


def field(*texts: str):
    """A field, its code in so many runs."""

    def add(document):
        paragraph = document.add_paragraph()
        for text in texts:
            code = OxmlElement("w:instrText")
            code.text = text
            paragraph.add_run()._element.append(code)

    return add


def in_the_header(document):
    """A picture in the header that is fetched when the file is opened."""
    document.sections[0].header.is_linked_to_previous = False
    document.sections[0].header.part.relate_to(
        "http://x.example/a.png",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
        is_external=True,
    )
