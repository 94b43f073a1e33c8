"""Checks somebody's published tables: what does not add up, and what can't be read.

An error is an identity of the form that is broken, a warning is custom and not law, and a doubt is a
figure that is blank, struck out, unreadable or missing. Only an error is a fault of the report.

Law: 国办公开办函〔2021〕30号, and 〔2019〕60号 before it.
"""

from pathlib import Path

from ...notifications.messages.catalogue import say
from ...states.rules.forms import Form
from .footing import (
    ACROSS,
    DOWN,
    REMEDIES,
    UNKNOWN_ROW,
    YEARS,
    Finding,
    Place,
    carried,
    column_label,
    findings,
    row_label,
    section4_label,
)
from .reading import Doubt, PublishedTables, read_tables
from .tables import CARRY_IN, CARRY_OUT


def check(path: Path | str, previous: Path | str | None = None, year: int | None = None) -> list[Finding]:
    """Everything found in a published report: errors, then warnings, then doubts.

    ``previous`` is the report of the year before, read for its carried-out figures only.

    Raises:
        SetupError: ``unreadable_report`` or ``report_year``, for either file.
    """
    published = read_tables(path, year)
    form, hidden = published.form, _hidden(published)
    found = findings(form, published.section3, published.section4, hidden)
    doubts = [_doubt(form, doubt) for doubt in published.doubts]
    if previous is not None:
        before = read_tables(previous)
        found += carried(form, published.section3, before.section3, hidden)
        doubts += _years(published, before)
    return found + doubts


def _hidden(published: PublishedTables) -> frozenset[Place]:
    """Places whose figure is there, or may be, but could not be read."""
    columns = [column.key for column in published.form.columns]
    hidden = {(doubt.row, doubt.column) for doubt in published.doubts if doubt.hides_a_figure and doubt.column}
    if any(doubt.reason == "unknown_row" for doubt in published.doubts):
        missing = [doubt.row for doubt in published.doubts if doubt.reason == "no_row"]
        hidden |= {(row, column) for row in (UNKNOWN_ROW, *missing) for column in columns}
    return frozenset(hidden)


def _doubt(form: Form, doubt: Doubt) -> Finding:
    """The finding for a doubt, under the id of a check that uses the figure."""
    if doubt.section == 4:
        check_id, where = REMEDIES, section4_label(form, doubt.column) if doubt.column else form.title4
    elif doubt.row is None:
        check_id, where = DOWN, form.title3
    elif doubt.column is None:
        check_id, where = DOWN, row_label(form, doubt.row)
    else:
        check_id = ACROSS
        where = say("check_cell", row=row_label(form, doubt.row), column=column_label(form, doubt.column))
    text = say(f"check_doubt_{doubt.reason}", where=where, text=doubt.text)
    return Finding(check_id, "doubt", doubt.row, doubt.column, None, None, text)


def _years(published: PublishedTables, before: PublishedTables) -> list[Finding]:
    """Why last year's carried-out figures could not be compared, or ought not to be."""
    doubts = []
    if published.year and before.year and published.year - before.year != 1:
        text = say("check_doubt_other_year", year=published.year, previous=before.year)
        doubts.append(Finding(YEARS, "doubt", None, None, None, None, text))
    left = before.section3.get(CARRY_OUT, {})
    for column in published.form.columns:
        if left.get(column.key) is None:
            text = say("check_doubt_previous", column=column_label(published.form, column.key))
            doubts.append(Finding(YEARS, "doubt", CARRY_IN, column.key, None, None, text))
    return doubts
