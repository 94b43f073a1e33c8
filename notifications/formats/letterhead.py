"""The letterhead: a Word file whose look an office restyles in Word or WPS.

The letterhead names a style for every kind of paragraph and repeats one tagged paragraph for each; the agency's
name stands in its own paragraph over the red line. Measures: GB/T 9704-2012.
"""

import io
from functools import cache
from typing import cast

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from ..documents.paragraphs import Mark
from .measures import BODY_PT, BOTTOM_MM, LEFT_MM, LINE_PT, PAGE_MM, RIGHT_MM, TOP_MM

STYLES: dict[Mark, str] = {
    Mark.ORGAN: "发文机关",
    Mark.NUMBER: "文号",
    Mark.TITLE: "公文标题",
    Mark.ADDRESSEE: "主送",
    Mark.HEADING: "一级标题",
    Mark.SUBHEADING: "二级标题",
    Mark.BODY: "公文正文",
    Mark.ITEM: "分项",
    Mark.REMEDY: "救济途径",
    Mark.ATTACHMENT: "附件说明",
    Mark.SIGNER: "署名",
    Mark.DATE: "成文日期",
    Mark.NOTE: "附注",
}
CELL_STYLE = "表格文字"
_FANGSONG, _HEITI, _KAITI, _XIAOBIAOSONG, _SONGTI = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "宋体"
_TITLE_PT, _ORGAN_PT, _PAGE_PT = 22, 26, 14
_RED = RGBColor(0xC0, 0x00, 0x00)
_INDENTED = (Mark.HEADING, Mark.SUBHEADING, Mark.BODY, Mark.ITEM, Mark.REMEDY, Mark.ATTACHMENT, Mark.NOTE)
_FONTS = {Mark.HEADING: _HEITI, Mark.SUBHEADING: _KAITI, Mark.ORGAN: _XIAOBIAOSONG, Mark.TITLE: _XIAOBIAOSONG}


@cache
def default_letterhead() -> bytes:
    """The letterhead as shipped."""
    document = Document()
    _page(document)
    _base(_style_named(document, "Normal"))
    for mark, name in STYLES.items():
        _style(document, mark, name)
    cell = _added(document, CELL_STYLE)
    _font(cell, _FANGSONG, 14)
    _line(cell, 22)
    _footers(document)
    for paragraph in list(document.paragraphs):
        document.element.body.remove(paragraph._element)
    document.add_paragraph("{%p for 段 in 段落 %}")
    for mark, name in STYLES.items():
        document.add_paragraph(f"{{%p if 段.类 == '{mark}' %}}")
        document.add_paragraph("{{ 段.文 }}", style=name)
        document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p if 段.类 == '表' %}")
    document.add_paragraph("{{ 段.文 }}", style=CELL_STYLE)
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _added(document: WordDocument, name: str) -> ParagraphStyle:
    return cast(ParagraphStyle, document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))


def _style_named(document: WordDocument, name: str) -> ParagraphStyle:
    return cast(ParagraphStyle, document.styles[name])


def _page(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_MM), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP_MM), Mm(BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(LEFT_MM), Mm(RIGHT_MM)
    section.footer_distance = Mm(BOTTOM_MM - 7 - 5)
    section.different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(LINE_PT * 20)))


def _base(style: ParagraphStyle) -> None:
    _font(style, _FANGSONG, BODY_PT)
    _line(style, LINE_PT)
    fonts = style.element.rPr
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    fonts.append(language)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), "-5")  # a quarter of a point: 28 characters to the line
    fonts.append(spacing)


def _font(style: ParagraphStyle, name: str, size: float) -> None:
    style.font.size = Pt(size)
    style.font.name = name
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for place in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(place), name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def _line(style: ParagraphStyle, points: float) -> None:
    form = style.paragraph_format
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(points)
    form.space_before = form.space_after = Pt(0)


def _style(document: WordDocument, mark: Mark, name: str) -> None:
    style = _added(document, name)
    style.base_style = _style_named(document, "Normal")
    form = style.paragraph_format
    if mark in _FONTS:
        _font(style, _FONTS[mark], BODY_PT)
    if mark in _INDENTED:
        form.first_line_indent = Pt(2 * BODY_PT)
        form.widow_control = False
    if mark in (Mark.HEADING, Mark.SUBHEADING):
        form.keep_with_next = True
    if mark is Mark.ORGAN:
        _organ(style)
    elif mark is Mark.TITLE:
        style.font.size = Pt(_TITLE_PT)
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER
        form.line_spacing = Pt(35)
        form.space_before, form.space_after = Pt(LINE_PT), Pt(LINE_PT)
        form.keep_with_next = True
        _off_grid(style)
    elif mark is Mark.NUMBER:
        form.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        form.space_before = Pt(6)
    elif mark in (Mark.SIGNER, Mark.DATE):
        form.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        form.keep_together = True
        form.keep_with_next = True
        form.space_before = Pt(2 * LINE_PT) if mark is Mark.SIGNER else Pt(0)
    elif mark is Mark.NOTE:
        form.space_before = Pt(LINE_PT)
        form.keep_together = True
    elif mark is Mark.ATTACHMENT:
        form.space_before = Pt(LINE_PT)
        form.keep_with_next = True


def _organ(style: ParagraphStyle) -> None:
    """The agency's name in red, over a red line."""
    style.font.size = Pt(_ORGAN_PT)
    style.font.color.rgb = _RED
    form = style.paragraph_format
    form.alignment = WD_ALIGN_PARAGRAPH.CENTER
    form.line_spacing = Pt(40)
    _off_grid(style)
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "thickThinSmallGap"), ("sz", "24"), ("space", "4"), ("color", "C00000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc"
    )


def _off_grid(style: ParagraphStyle) -> None:
    properties = style.element.get_or_add_pPr()
    grid = OxmlElement("w:snapToGrid")
    grid.set(qn("w:val"), "0")
    properties.insert_element_before(grid, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")


def _footers(document: WordDocument) -> None:
    """Page numbers between dashes: right on odd pages, left on even ones, none on the first."""
    section = document.sections[0]
    section.footer.is_linked_to_previous = False
    section.even_page_footer.is_linked_to_previous = False
    _number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def _number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    form = paragraph.paragraph_format
    form.alignment = side
    form.line_spacing = Pt(18)
    indent = "right_indent" if side == WD_ALIGN_PARAGRAPH.RIGHT else "left_indent"
    setattr(form, indent, Pt(_PAGE_PT))
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        run.font.size = Pt(_PAGE_PT)
        run.font.name = _SONGTI
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _SONGTI)
        if text is None:
            for kind, content in (("begin", None), (None, "PAGE"), ("end", None)):
                _field(run, kind, content)


def _field(run: Run, kind: str | None, content: str | None) -> None:
    if kind is None:
        element = OxmlElement("w:instrText")
        element.set(qn("xml:space"), "preserve")
        element.text = content
    else:
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), kind)
    run._element.append(element)
