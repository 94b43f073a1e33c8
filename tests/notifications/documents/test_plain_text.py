"""A notice as plain text."""

from disclosure.notifications.documents.paragraphs import Mark, Paragraph
from disclosure.notifications.documents.plain_text import to_text


def test_each_paragraph_is_a_line_indented_and_set_apart_as_on_paper():
    items = [
        Paragraph(Mark.TITLE, "告知书"),
        Paragraph(Mark.ADDRESSEE, "某某："),
        Paragraph(Mark.BODY, "正文。"),
        Paragraph(Mark.HEADER_ROW, "", ("序号", "名称")),
        Paragraph(Mark.ROW, "", ("1", "甲")),
        Paragraph(Mark.SIGNER, "某局"),
        Paragraph(Mark.DATE, "2024年3月1日"),
    ]
    assert to_text(items) == ("告知书\n\n某某：\n　　正文。\n\n序号 ｜ 名称\n1 ｜ 甲\n\n某局\n2024年3月1日\n")


def test_nothing_is_an_empty_line():
    assert to_text([]) == "\n"
