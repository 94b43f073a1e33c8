"""Word: in an office's letterhead, with nothing of the machine in it."""

import io
import zipfile

import pytest
from carried import restyled, word_text
from docx import Document
from papers import paper

from disclosure.notifications.formats.word import to_word
from disclosure.states.errors import BadData


def test_a_word_file_tells_nothing_of_machine_or_clock():
    with zipfile.ZipFile(io.BytesIO(to_word(paper("reply").paragraphs))) as file:
        assert {entry.date_time[:3] for entry in file.infolist()} == {(1980, 1, 1)}
        assert "python" not in file.read("docProps/core.xml").decode().lower()


def test_an_office_restyles_the_letterhead_and_the_text_stays():
    def change(document):
        document.styles["公文标题"].font.name = "隶书"

    items = list(paper("reply").paragraphs)
    made = to_word(items, restyled(change))
    assert made != to_word(items)
    assert word_text(made) == word_text(to_word(items))


def test_what_one_notice_fills_into_a_letterhead_is_not_in_the_next():
    first = to_word(paper("reply").paragraphs)
    assert word_text(to_word(paper("correction").paragraphs)) != word_text(first)
    assert to_word(paper("reply").paragraphs) == first


@pytest.mark.parametrize(
    ("letterhead", "problem"),
    [
        (b"not a zip", "letterhead_unreadable"),
        (restyled(lambda document: document.add_paragraph("{{ 没有 }}")), "letterhead_template"),
        (restyled(lambda document: document.add_paragraph("{{ ''.__class__.__mro__ }}")), "letterhead_template"),
        (restyled(lambda document: document.add_paragraph("{% if %}")), "letterhead_template"),
        (
            restyled(
                lambda document: document.paragraphs[2]._element.getparent().remove(document.paragraphs[2]._element)
            ),
            "letterhead_drops_text",
        ),
        (restyled(lambda document: document.add_paragraph("｛｛ 段 ｝｝")), "full_width_braces"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",  # its bytes tell the second in which it was made
)
def test_a_faulty_letterhead_is_told_and_gives_no_document(letterhead, problem):
    with pytest.raises(BadData) as caught:
        to_word(paper("reply").paragraphs, letterhead)
    assert caught.value.faults[0]["problem"] == problem


def test_in_word_the_text_before_the_signature_stays_with_it():
    document = Document(io.BytesIO(to_word(paper("correction").paragraphs)))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    signer = styles.index("署名")
    assert document.paragraphs[signer - 1].paragraph_format.keep_with_next
    assert document.styles["署名"].paragraph_format.keep_with_next
