"""Sections three and four as text, JSON, HTML, Excel or Word.

The same figures always give the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape

from ...notifications.messages.catalogue import say
from ...states.errors import BadData
from ...states.rules.forms import Form, form_for
from . import layout
from .tables import ReportTables, to_json

FORMATS = ("text", "json", "html", "xlsx", "docx")

Checks = Sequence[Mapping[str, str]]


def render(tables: ReportTables, fmt: str, checks: Checks) -> bytes:
    """The report in one of ``FORMATS``; the first three are UTF-8.

    Raises:
        BadData: another format.
    """
    form = form_for(tables.year)
    if fmt == "text":
        from .terminal import as_text

        return as_text(form, tables, checks).encode()
    if fmt == "json":
        return (json.dumps(to_json(tables, checks), ensure_ascii=False, indent=2) + "\n").encode()
    if fmt == "html":
        return as_html(form, tables, checks).encode()
    if fmt in ("xlsx", "docx"):
        from . import office

        return (office.as_xlsx if fmt == "xlsx" else office.as_docx)(form, tables)
    raise BadData({"field": "format", "problem": "not_one_of", "allowed": list(FORMATS)})


def as_html(form: Form, tables: ReportTables, checks: Checks) -> str:
    """A whole document that needs nothing beside it; the checks are shown but not printed."""
    heading = escape(layout.heading(tables))
    three = layout.section3(form, tables.section3)
    four = layout.section4(form, tables.section4)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>{heading}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{_STYLE}</style>\n'
        f"</head>\n<body>\n<h1>{heading}</h1>\n{_table(three)}{_table(four)}{_checks(checks)}</body>\n</html>\n"
    )


def _table(grid: layout.Grid) -> str:
    lines = [_line(cells, grid) for cells in grid.by_row()]
    head, body = "".join(lines[: grid.header_rows]), "".join(lines[grid.header_rows :])
    shape = "rows" if grid.label_columns else "flat"
    return (
        f"<section>\n<h2>{escape(grid.title)}</h2>\n"
        f'<div class="sheet"><table class="{shape}">\n<thead>\n{head}</thead>\n<tbody>\n{body}</tbody>\n'
        "</table></div>\n</section>\n"
    )


def _line(cells: list[layout.Cell], grid: layout.Grid) -> str:
    return "<tr>" + "".join(_cell(cell, grid) for cell in cells) + "</tr>\n"


def _cell(cell: layout.Cell, grid: layout.Grid) -> str:
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    text = escape(cell.text)
    if cell.kind == "figure":
        return f"<td{spans}>{text}</td>"
    if cell.kind == "note":
        return f'<td class="note"{spans}>{text}</td>'
    groups = cell.row_span if cell.kind == "label" else cell.column_span
    scope = ("row" if cell.kind == "label" else "col") + ("group" if groups > 1 else "")
    narrow = cell.kind == "label" and cell.column + cell.column_span < grid.label_columns
    return f'<th scope="{scope}"{" class=group" if narrow else ""}{spans}>{text}</th>'


def _checks(checks: Checks) -> str:
    if not checks:
        return ""
    items = "".join(
        f'<li class="{escape(check["status"])}">{escape(check["id"])} {escape(check["message"])}</li>\n'
        for check in checks
    )
    return f'<section class="checks">\n<h2>{escape(say("report_checks"))}</h2>\n<ul>\n{items}</ul>\n</section>\n'


_STYLE = """
body{margin:2em auto;max-width:64em;padding:0 1em;color:#000;background:#fff;
 font-family:"SimSun","宋体","Songti SC","Noto Serif CJK SC",serif;line-height:1.4}
h1,h2{font-family:"SimHei","黑体","Heiti SC","Noto Sans CJK SC",sans-serif;font-weight:normal}
h1{text-align:center;font-size:1.5em}
h2{font-size:1.15em;margin:1.5em 0 .5em}
.sheet{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9em}
th,td{border:1px solid #000;padding:.25em .4em;font-weight:normal;vertical-align:middle}
td{text-align:center;font-variant-numeric:tabular-nums}
tbody th{text-align:left}
tbody th.group{width:7em;text-align:center}
table.rows thead th{min-width:3em;text-wrap:balance}
td.note{text-align:left;width:20em}
table.flat th,table.flat td{padding:.25em .15em}
.checks li{margin:.2em 0}
.checks .failed{color:#b00020}
.checks .warning{color:#8a5a00}
@page{size:A4 portrait;margin:15mm 12mm}
@media print{
 body{margin:0;max-width:none;padding:0;font-size:9pt}
 h1{font-size:15pt;margin:0 0 .5em}
 h2{font-size:11pt;margin:.8em 0 .3em;break-after:avoid}
 .sheet{overflow:visible}
 thead{display:table-header-group}
 tr{break-inside:avoid}
 .checks{display:none}
}
"""
