"""Cross-footing (勾稽关系): what the figures of a report must add up to.

Three identities are printed in the form or follow from its labels; the one that ties two years
together is custom and only ever warns. A figure that could not be read counts as zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ...notifications.wording import say
from ...states.forms import Form
from .tables import CARRY_IN, CARRY_OUT, NEW, RESULTS_TOTAL, TOTAL, UNDIVIDED_OTHER, ReportTables

BALANCE = "S3-BAL"
DOWN = "S3-VSUM"
ACROSS = "S3-HSUM"
YEARS = "S3-XYEAR"
REMEDIES = "S4-SUM"
CHECK_IDS = (BALANCE, DOWN, ACROSS, YEARS, REMEDIES)

Row = Mapping[str, int | None]
Section3 = Mapping[str, Row]
Section4 = Mapping[str, int | None]

_TOTAL_SUFFIX = "_total"
_NO_ROW: Row = {}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found; ``severity`` is ``error``, ``warning`` or ``doubt``.

    ``row`` and ``column`` are keys of the form, None where the finding concerns a whole column or row.
    """

    id: str
    severity: str
    row: str | None
    column: str | None
    expected: int | None
    found: int | None
    message: str


def row_label(form: Form, key: str) -> str:
    """A row's printed label after its group's; the only row outside a form is the undivided one."""
    for row in form.rows:
        if row.key == key:
            return "".join((*row.path[1:], row.label))
    return say("check_undivided_other")


def column_label(form: Form, key: str) -> str:
    """A section-three column's printed label, with its group where it has one."""
    column = next(column for column in form.columns if column.key == key)
    return f"{column.group}·{column.label}" if column.group else column.label


def section4_label(form: Form, key: str) -> str:
    """A section-four column's printed label, with its groups."""
    column = next(column for column in form.section4 if column.key == key)
    return "·".join((*column.group_path, column.label))


def findings(form: Form, section3: Section3, section4: Section4) -> list[Finding]:
    """Every identity that the figures break, section three first, all as errors."""
    return [
        *_balance(form, section3),
        *_down(form, section3),
        *_across(form, section3),
        *_remedies(form, section4),
    ]


def _balance(form: Form, section3: Section3) -> list[Finding]:
    received, left = section3.get(NEW, _NO_ROW), section3.get(CARRY_IN, _NO_ROW)
    results, carried = section3.get(RESULTS_TOTAL, _NO_ROW), section3.get(CARRY_OUT, _NO_ROW)
    broken = []
    for column in form.columns:
        key = column.key
        expected = (received.get(key) or 0) + (left.get(key) or 0)
        found = (results.get(key) or 0) + (carried.get(key) or 0)
        if expected != found:
            text = say("check_balance", column=column_label(form, key), expected=expected, found=found)
            broken.append(Finding(BALANCE, "error", None, key, expected, found, text))
    return broken


def _down(form: Form, section3: Section3) -> list[Finding]:
    totals = section3.get(RESULTS_TOTAL, _NO_ROW)
    rows = [section3[key] for key in form.result_rows if key in section3]
    if UNDIVIDED_OTHER in section3 and UNDIVIDED_OTHER not in form.result_rows:
        rows.append(section3[UNDIVIDED_OTHER])
    broken = []
    for column in form.columns:
        key = column.key
        expected = sum([row.get(key) or 0 for row in rows])
        found = totals.get(key) or 0
        if expected != found:
            text = say("check_down", column=column_label(form, key), expected=expected, found=found)
            broken.append(Finding(DOWN, "error", RESULTS_TOTAL, key, expected, found, text))
    return broken


def _across(form: Form, section3: Section3) -> list[Finding]:
    parts = [column.key for column in form.columns if column.key != TOTAL]
    broken = []
    for name, row in section3.items():
        expected = sum([row.get(part) or 0 for part in parts])
        found = row.get(TOTAL) or 0
        if expected != found:
            text = say("check_across", row=row_label(form, name), expected=expected, found=found)
            broken.append(Finding(ACROSS, "error", name, TOTAL, expected, found, text))
    return broken


def _remedies(form: Form, section4: Section4) -> list[Finding]:
    sums: dict[tuple[str, ...], int] = {}
    totals: list[tuple[tuple[str, ...], str]] = []
    for column in form.section4:
        if column.key.endswith(_TOTAL_SUFFIX):
            totals.append((column.group_path, column.key))
        else:
            sums[column.group_path] = sums.get(column.group_path, 0) + (section4.get(column.key) or 0)
    broken = []
    for group, key in totals:
        expected, found = sums[group], section4.get(key) or 0
        if expected != found:
            text = say("check_remedies", group="·".join(group), expected=expected, found=found)
            broken.append(Finding(REMEDIES, "error", None, key, expected, found, text))
    return broken


def carried(form: Form, section3: Section3, previous3: Section3) -> list[Finding]:
    """Columns whose carried-in figure differs from last year's carried-out one: custom, so a warning.

    A figure of last year's that could not be read is not held against this year's.
    """
    brought, left = section3.get(CARRY_IN, _NO_ROW), previous3.get(CARRY_OUT, _NO_ROW)
    differing = []
    for column in form.columns:
        expected, found = left.get(column.key), brought.get(column.key) or 0
        if expected is None or expected == found:
            continue
        text = say("check_years", column=column_label(form, column.key), expected=expected, found=found)
        differing.append(Finding(YEARS, "warning", CARRY_IN, column.key, expected, found, text))
    return differing


def checks(form: Form, tables: ReportTables, previous3: Section3 | None = None) -> list[dict[str, str]]:
    """What became of each check, in order: ``{"id", "status", "message"}``.

    ``status`` is ``ok``, ``failed`` or ``not_checked`` (no figures of the year before).
    """
    found = findings(form, tables.section3, tables.section4)
    if previous3 is not None:
        found += carried(form, tables.section3, previous3)
    broken: dict[str, list[str]] = {}
    for finding in found:
        broken.setdefault(finding.id, []).append(finding.message)
    results = []
    for check in CHECK_IDS:
        if check in broken:
            status, message = "failed", "".join(broken[check])
        elif check == YEARS and previous3 is None:
            status, message = "not_checked", say("check_not_checked")
        else:
            status, message = "ok", say("check_ok")
        results.append({"id": check, "status": status, "message": message})
    return results
