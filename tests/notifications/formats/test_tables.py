"""Tables as a web page: what is told of a cell, and nothing unescaped."""

from disclosure.notifications.formats.tables import PageTable, TableCell, tables_page

HEAD = [[TableCell("说明", style="note", row_span=2), TableCell("申请人", "colgroup", column_span=2)]]
BODY = [[TableCell("（一）", "row"), TableCell("1"), TableCell("2")]]


def test_cells_are_headings_or_figures_with_their_spans() -> None:
    page = tables_page("年度报告", [PageTable("三", "rows", HEAD, BODY)])
    assert '<tr><td class="note" rowspan="2">说明</td><th scope="colgroup" colspan="2">申请人</th></tr>' in page
    assert '<tr><th scope="row">（一）</th><td>1</td><td>2</td></tr>' in page
    assert page.count("<thead>") == page.count("<h2>") == 1
    assert page.startswith("<!DOCTYPE html>") and page.endswith("</html>\n")


def test_every_text_is_escaped() -> None:
    text = "<script>\"&'"
    page = tables_page(text, [PageTable(text, "flat", [], [[TableCell(text), TableCell(text, "col")]])])
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 5
