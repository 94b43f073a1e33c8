"""The letterhead as shipped."""

import io

from docx import Document
from papers import paper

from disclosure.notifications.formats.word import to_word


def test_the_page_has_the_measures_of_the_standard():
    section = Document(io.BytesIO(to_word(paper("reply").paragraphs))).sections[0]
    assert [round(value.mm) for value in (section.page_width, section.page_height)] == [210, 297]
    assert [
        round(value.mm)
        for value in (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    ] == [37, 26, 35, 28]
