"""Finds what a Word file would fetch from elsewhere when it is opened."""

from collections.abc import Iterator
from io import BytesIO

from docx import Document
from docx.opc.part import Part
from docx.oxml.ns import qn
from lxml import etree

_FETCHING = ("INCLUDEPICTURE", "INCLUDETEXT", "DDE", "DDEAUTO", "LINK", "IMPORT", "DATABASE", "RD")
"""Field codes that read another file or program."""


def reaching(content: bytes) -> Iterator[str]:
    """Every external relation except hyperlinks, and every field that reads another file or program.

    Raises:
        whatever the reader of Word files makes of a damaged one.
    """
    package = Document(BytesIO(content)).part.package
    for part in package.iter_parts():
        for relation in part.rels.values():
            if relation.is_external and not relation.reltype.endswith("/hyperlink"):
                yield f"{part.partname} {relation.reltype.rpartition('/')[2]}"
        yield from (f"{part.partname} {code}" for code in _fields(part))


def _fields(part: Part) -> Iterator[str]:
    if not str(part.partname).endswith(".xml"):
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(part.blob, parser)
    codes = [node.get(qn("w:instr")) or "" for node in root.iter(qn("w:fldSimple"))]
    for paragraph in root.iter(qn("w:p")):
        codes.append("".join(node.text or "" for node in paragraph.iter(qn("w:instrText"))))
    for code in codes:
        words = code.upper().split()
        yield from (word for word in _FETCHING if word in words)
