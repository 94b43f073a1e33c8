"""One text, three carriers: Word and PDF show what the plain text says, letter for letter and byte for byte."""

import io
import re
import zipfile
from collections import Counter

import pytest
from docx import Document
from papers import can_print, paper, to_pdf
from pypdf import PdfReader

from disclosure.notifications.documents.kinds import kinds
from disclosure.notifications.documents.paragraphs import Mark, Paragraph, paragraphs, prepared, same_text
from disclosure.notifications.documents.plain_text import to_text
from disclosure.notifications.formats import pdf
from disclosure.notifications.formats.letterhead import default_letterhead
from disclosure.notifications.formats.measures import signature_indents, width
from disclosure.notifications.formats.word import to_word
from disclosure.states.errors import BadData

pytestmark = pytest.mark.skipif(not can_print(), reason="PDF needs the Pango libraries and a Chinese font")
KINDS = [item.key for item in kinds()]
AWKWARD = '<&{{乙}} ]]> "引" {%x%} & ｛｛ ' + "很长的名称" * 40


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


@pytest.mark.parametrize("kind", KINDS)
def test_the_three_texts_agree(kind):
    items = list(paper(kind).paragraphs)
    attached = "附件：" if any(item.mark is Mark.ATTACHMENT for item in items) else ""
    wanted = same_text(items)
    assert same_text(items) == bare(plain(items)).replace("附件：", "", len(attached))
    assert word_text(to_word(items)).replace("附件：", "", len(attached)) == wanted
    printed, letters = Counter(pdf_text(to_pdf(items)).replace("附件：", "", len(attached))), Counter(wanted)
    heads = "".join("".join(item.cells) for item in items if item.mark is Mark.HEADER_ROW)
    assert letters - printed == Counter(), "nothing is lost"
    assert set(printed - letters) <= set(heads), "only the head of a table stands again on the next page"


@pytest.mark.parametrize("kind", ["receipt", "reply", "registration"])
def test_what_an_applicant_writes_comes_out_whole_in_every_carrier(kind):
    items = list(paper(kind, information=AWKWARD, name=AWKWARD).paragraphs)
    shown = re.sub(r"\s", "", AWKWARD)
    assert same_text(items).count(shown) == 2
    assert word_text(to_word(items)).count(shown) == 2
    assert sorted(pdf_text(to_pdf(items))) == sorted(same_text(items))


def test_twenty_thousand_letters_come_out_whole_and_one_more_is_refused():
    items = list(paper("receipt", information="鑫" * 20_000).paragraphs)
    assert word_text(to_word(items)).count("鑫") == 20_000
    assert pdf_text(to_pdf(items)).count("鑫") == same_text(items).count("鑫") == 20_000
    with pytest.raises(BadData) as caught:
        paper("receipt", information="鑫" * 20_001)
    assert caught.value.faults[0]["problem"] == "too_long"


def test_control_characters_and_breaks_make_no_paragraph():
    notice = paper("receipt", information="甲\n@题 假标题\t乙\f丙\x00丁\u2028戊")
    assert [item.text for item in notice.paragraphs if item.mark is Mark.TITLE] == [notice.title]
    assert "甲 @题 假标题 乙 丙丁 戊" in notice.text


def test_writing_again_gives_the_same_bytes():
    items = list(paper("reply").paragraphs)
    assert to_word(items) == to_word(items)
    assert to_pdf(items, "题") == to_pdf(items, "题")


def test_a_word_file_tells_nothing_of_machine_or_clock():
    with zipfile.ZipFile(io.BytesIO(to_word(paper("reply").paragraphs))) as file:
        assert {entry.date_time[:3] for entry in file.infolist()} == {(1980, 1, 1)}
        assert "python" not in file.read("docProps/core.xml").decode().lower()


def test_the_page_has_the_measures_of_the_standard():
    section = Document(io.BytesIO(to_word(paper("reply").paragraphs))).sections[0]
    assert [round(value.mm) for value in (section.page_width, section.page_height)] == [210, 297]
    assert [
        round(value.mm)
        for value in (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    ] == [37, 26, 35, 28]


def test_a_pdf_page_holds_22_lines_of_28_letters():
    items = [Paragraph(Mark.ADDRESSEE, "字" * 28 * 22 * 2)]
    pages = [page.extract_text().strip().splitlines() for page in PdfReader(io.BytesIO(to_pdf(items))).pages]
    lines = [[line for line in page if "字" in line] for page in pages]
    assert [len(page) for page in lines] == [22, 22]
    assert {len(line.strip()) for page in lines for line in page} == {28}


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("湖城市水务局", "2024年3月20日", (4 + (6.5 - 6) / 2, 4)),
        ("湖城市自然资源和规划局综合行政执法支队办公室", "2024年3月1日", (0, 4 + 22 / 2 - 6 / 2 - 4)),
    ],
)
def test_the_signer_stands_centred_over_the_date(name, day, expected):
    found = signature_indents([Paragraph(Mark.SIGNER, name), Paragraph(Mark.DATE, day)])
    assert found[0] + width(name) / 2 == pytest.approx(found[1] + width(day) / 2)
    assert (found[0], found[1]) == pytest.approx(expected)


def restyled(change) -> bytes:
    document = Document(io.BytesIO(default_letterhead()))
    change(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_an_office_restyles_the_letterhead_and_the_text_stays():
    def change(document):
        document.styles["公文标题"].font.name = "隶书"

    items = list(paper("reply").paragraphs)
    made = to_word(items, restyled(change))
    assert made != to_word(items)
    assert word_text(made) == word_text(to_word(items))


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
)
def test_a_faulty_letterhead_is_told_and_gives_no_document(letterhead, problem):
    with pytest.raises(BadData) as caught:
        to_word(paper("reply").paragraphs, letterhead)
    assert caught.value.faults[0]["problem"] == problem


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


def test_every_sample_is_complete():
    for kind in KINDS:
        notice = paper(kind)
        assert notice.missing == (), kind
        for name in next(item.needs for item in kinds() if item.key == kind):
            values = notice.facts.values[name]
            for value in [values] if isinstance(values, str) else values:
                assert value in notice.text, (kind, name)


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


def test_in_word_the_text_before_the_signature_stays_with_it():
    document = Document(io.BytesIO(to_word(paper("correction").paragraphs)))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    signer = styles.index("署名")
    assert document.paragraphs[signer - 1].paragraph_format.keep_with_next
    assert document.styles["署名"].paragraph_format.keep_with_next


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
