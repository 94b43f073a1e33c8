"""What a reader finds in a Word file or a PDF."""

import io
import re

from docx import Document
from pypdf import PdfReader

from disclosure.notifications.documents.plain_text import to_text
from disclosure.notifications.formats.letterhead import default_letterhead


def bare(text: str) -> str:
    return re.sub(r"\s|—\d+—", "", text.replace("—\xa0", "—"))


def word_text(content: bytes) -> str:
    """Every letter of a Word file in its order, tables among the paragraphs."""
    body = Document(io.BytesIO(content)).element.body
    return bare("".join(node.text or "" for node in body.iter() if node.tag.endswith("}t")))


def pdf_text(content: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    return "".join(bare(re.sub(r"—\s*\d+\s*—", "", page)) for page in pages)


def plain(items) -> str:
    return bare(to_text(items).replace("｜", "")) if any(item.cells for item in items) else bare(to_text(items))


def restyled(change) -> bytes:
    document = Document(io.BytesIO(default_letterhead()))
    change(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
