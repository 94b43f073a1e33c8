"""PDF: lines, pages and typefaces."""

import io

import pytest
from papers import can_print, paper, to_pdf
from pypdf import PdfReader

from disclosure.notifications.documents.paragraphs import Mark, Paragraph
from disclosure.notifications.formats import pdf

pytestmark = pytest.mark.skipif(not can_print(), reason="PDF needs the Pango libraries and a Chinese font")


def test_a_pdf_page_holds_22_lines_of_28_letters():
    items = [Paragraph(Mark.ADDRESSEE, "字" * 28 * 22 * 2)]
    pages = [page.extract_text().strip().splitlines() for page in PdfReader(io.BytesIO(to_pdf(items))).pages]
    lines = [[line for line in page if "字" in line] for page in pages]
    assert [len(page) for page in lines] == [22, 22]
    assert {len(line.strip()) for page in lines for line in page} == {28}


@pytest.mark.parametrize("kind", ["correction", "consultation_third_party"])
def test_the_signature_never_stands_on_a_page_without_text(kind):
    """However long the text is: a page with the date bears a line of the body or the addressee, and the note with it."""
    for lines in range(0, 22, 2):
        notice = paper(kind, information="字" * (28 * lines + 4))
        pages = [page.extract_text().split() for page in PdfReader(io.BytesIO(to_pdf(notice.paragraphs))).pages]
        (place,) = [number for number, page in enumerate(pages) if notice.paragraphs[-2].text in page]
        shown = [word for word in pages[place] if word not in ("—", "2", "3")]
        closing = 3 if kind == "correction" else 4
        assert len(shown) > closing, (lines, shown)
        assert any(word.startswith("联系") for word in shown), (lines, shown)


@pytest.mark.parametrize(
    ("fonts", "missing"),
    [
        (("Noto Serif CJK SC",), ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312")),
        (("仿宋", "SimHei", "KaiTi", "FZXiaoBiaoSong-B05S"), ()),
        (("仿宋", "Noto Sans CJK SC"), ("方正小标宋简体", "黑体", "楷体_GB2312")),
        (("?",), ()),
    ],
)
def test_typefaces_that_another_stands_in_for_are_told(monkeypatch, fonts, missing):
    monkeypatch.setattr(pdf, "chinese_fonts", lambda: fonts)
    assert pdf.stood_in() == missing


def test_the_page_escapes_what_it_is_given_and_heads_wide_tables():
    rows = [Paragraph(Mark.HEADER_ROW, "", ("序号", "<b>名称</b>", "日期")), Paragraph(Mark.ROW, "", ("1", "甲 & 乙"))]
    shown = pdf.to_html([Paragraph(Mark.TITLE, "<script>"), *rows], "题 & 名")
    assert "<title>题 &amp; 名</title>" in shown
    assert '<p class="title">&lt;script&gt;</p>' in shown
    assert "<thead><tr><td>序号</td><td>&lt;b&gt;名称&lt;/b&gt;</td><td>日期</td></tr></thead>" in shown
    assert "<tr><td>1</td><td>甲 &amp; 乙</td><td></td></tr></table>" in shown
