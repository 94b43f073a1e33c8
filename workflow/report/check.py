"""Checks somebody's published tables: what does not add up, and what can't be read.

An error is an identity of the form that is broken, a warning is custom and not law, and a doubt is a
figure that is blank, struck out, unreadable or missing, and was taken for zero.
"""

from pathlib import Path

from ...notifications.wording import say
from ...states.forms import Form
from .footing import (
    ACROSS,
    DOWN,
    REMEDIES,
    YEARS,
    Finding,
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
        SetupError: ``unreadable_report``, for either file.
    """
    published = read_tables(path, year)
    found = findings(published.form, published.section3, published.section4)
    doubts = [_doubt(published.form, doubt) for doubt in published.doubts]
    if previous is not None:
        before = read_tables(previous, None if year is None else year - 1)
        found += carried(published.form, published.section3, before.section3)
        doubts += _years(published, before)
    return found + doubts


def as_json(found: list[Finding]) -> dict[str, list[dict[str, object]]]:
    """The document that ``check --format json`` prints."""
    names = Finding.__slots__
    return {"findings": [{name: getattr(finding, name) for name in names} for finding in found]}


def _doubt(form: Form, doubt: Doubt) -> Finding:
    """A doubt bears the id of a sum that the figure takes part in."""
    if doubt.section == 4:
        check_id, where = REMEDIES, section4_label(form, doubt.column) if doubt.column else form.title4
    elif doubt.row is None:
        check_id, where = DOWN, form.title3
    else:
        check_id, where = DOWN if doubt.column is None else ACROSS, row_label(form, doubt.row)
        if doubt.column is not None:
            where = say("check_cell", row=where, column=column_label(form, doubt.column))
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
