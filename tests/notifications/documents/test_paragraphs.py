"""Paragraphs: marked by the template, never by what an applicant writes."""

import pytest
from papers import paper

from disclosure.notifications.documents.paragraphs import Mark, Paragraph, paragraphs, prepared
from disclosure.states.errors import BadData


def test_control_characters_and_breaks_make_no_paragraph():
    notice = paper("receipt", information="甲\n@题 假标题\t乙\f丙\x00丁\u2028戊")
    assert [item.text for item in notice.paragraphs if item.mark is Mark.TITLE] == [notice.title]
    assert "甲 @题 假标题 乙 丙丁 戊" in notice.text


def test_marks_come_from_the_template_alone():
    source = prepared("@题 {{ a }}\n{{ b }}\n@行 x｜{{ c }}\n", lambda name: None)
    filled = source.replace("{{ a }}", "@送 甲").replace("{{ b }}", "@题 乙").replace("{{ c }}", "丙｜丁")
    assert paragraphs(filled) == [
        Paragraph(Mark.TITLE, "@送 甲"),
        Paragraph(Mark.BODY, "@题 乙"),
        Paragraph(Mark.ROW, "", ("x", "丙｜丁")),
    ]


@pytest.mark.parametrize(
    ("source", "problem"),
    [("@用 nothing\n", "unknown_part"), ("@甲 x\n", "unknown_mark"), ("@用 self\n", "parts_in_a_circle")],
)
def test_a_faulty_mark_is_told(source, problem):
    with pytest.raises(BadData) as caught:
        prepared(source, {"self": "@用 self\n"}.get)
    assert caught.value.faults[0]["problem"] == problem
