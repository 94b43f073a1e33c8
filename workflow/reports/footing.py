"""Cross-footing (勾稽关系): what the figures of a report must add up to.

Three identities are printed in the form or follow from its labels; the one that ties two years
together is custom and only ever warns. A figure that is not there counts as zero; a sum with a figure that
could not be read is not judged.

Law: 国办公开办函〔2021〕30号, and 〔2019〕60号 before it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ...notifications.messages.catalogue import say
from ...states.rules.forms import Form
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

Place = tuple[str | None, str]
"""Row and column of a figure; no row in section four."""

UNKNOWN_ROW = "?"
"""The row of a ``Place`` whose label is not known: a result may stand there in each column."""

_TOTAL_SUFFIX = "_total"
_NO_ROW: Row = {}


Severity = Literal["error", "warning", "doubt"]
Status = Literal["ok", "failed", "warning", "not_checked"]
"""``warning``: custom is broken, which is no fault; ``not_checked``: the figures of the year before are missing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or doubtful in a report's figures.

    ``row`` and ``column`` are keys of the form, None where the finding concerns a whole column or row.
    """

    id: str
    severity: Severity
    row: str | None
    column: str | None
    expected: int | None
    found: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Check:
    """What became of one check of a report, with all that it found."""

    id: str
    status: Status
    message: str


def row_label(form: Form, key: str) -> str:
    """A row's printed label after its group's; the only row outside a form is the undivided one."""
    for row in form.rows:
        if row.key == key:
            return "".join((*row.path[1:], row.label))
    if key != UNDIVIDED_OTHER:
        raise KeyError(key)
    return say("check_undivided_other")


def column_label(form: Form, key: str) -> str:
    """A section-three column's printed label, with its group where it has one."""
    column = next(column for column in form.columns if column.key == key)
    return f"{column.group}·{column.label}" if column.group else column.label


def section4_label(form: Form, key: str) -> str:
    """A section-four column's printed label, with its groups."""
    column = next(column for column in form.section4 if column.key == key)
    return "·".join((*column.group_path, column.label))


@dataclass(frozen=True, slots=True)
class _Identity:
    """One sum: the places that are added up, and the places that must come to the same."""

    id: str
    row: str | None
    column: str
    parts: tuple[Place, ...]
    whole: tuple[Place, ...]


def findings(
    form: Form, section3: Section3, section4: Section4, hidden: Collection[Place] = frozenset()
) -> list[Finding]:
    """Every identity that the figures break, section three first, all as errors.

    No sum with a ``hidden`` place is judged.
    """
    broken = []
    for sum_ in (*_section3(form, section3), *_section4(form)):
        if any(place in hidden for place in (*sum_.parts, *sum_.whole)):
            continue
        expected, found = (
            sum((section4 if row is None else section3.get(row, _NO_ROW)).get(column) or 0 for row, column in places)
            for places in (sum_.parts, sum_.whole)
        )
        if expected != found:
            text = _message(form, sum_, expected, found)
            broken.append(Finding(sum_.id, "error", sum_.row, sum_.column, expected, found, text))
    return broken


def _section3(form: Form, section3: Section3) -> Iterator[_Identity]:
    columns = [column.key for column in form.columns]
    results = [*form.result_rows]
    if UNDIVIDED_OTHER in section3 and UNDIVIDED_OTHER not in results:
        results.append(UNDIVIDED_OTHER)
    for key in columns:
        whole = ((RESULTS_TOTAL, key), (CARRY_OUT, key))
        yield _Identity(BALANCE, None, key, ((NEW, key), (CARRY_IN, key)), whole)
    for key in columns:
        parts = tuple((row, key) for row in (*results, UNKNOWN_ROW))
        yield _Identity(DOWN, RESULTS_TOTAL, key, parts, ((RESULTS_TOTAL, key),))
    for row in section3:
        parts = tuple((row, key) for key in columns if key != TOTAL)
        yield _Identity(ACROSS, row, TOTAL, parts, ((row, TOTAL),))


def _section4(form: Form) -> Iterator[_Identity]:
    for total in form.section4:
        if total.key.endswith(_TOTAL_SUFFIX):
            group = [column.key for column in form.section4 if column.group_path == total.group_path]
            parts = tuple((None, key) for key in group if key != total.key)
            yield _Identity(REMEDIES, None, total.key, parts, ((None, total.key),))


def _message(form: Form, sum_: _Identity, expected: int, found: int) -> str:
    if sum_.id == REMEDIES:
        path = next(column.group_path for column in form.section4 if column.key == sum_.column)
        return say("check_remedies", group="·".join(path), expected=expected, found=found)
    if sum_.id == ACROSS and sum_.row is not None:
        return say("check_across", row=row_label(form, sum_.row), expected=expected, found=found)
    key = "check_balance" if sum_.id == BALANCE else "check_down"
    return say(key, column=column_label(form, sum_.column), expected=expected, found=found)


def carried(
    form: Form, section3: Section3, previous3: Section3, hidden: Collection[Place] = frozenset()
) -> list[Finding]:
    """Columns whose carried-in figure differs from last year's carried-out one: custom, so a warning.

    A figure of either year that could not be read is not held against the other.
    """
    brought, left = section3.get(CARRY_IN, _NO_ROW), previous3.get(CARRY_OUT, _NO_ROW)
    differing = []
    for column in form.columns:
        expected, found = left.get(column.key), brought.get(column.key) or 0
        if expected is None or expected == found or (CARRY_IN, column.key) in hidden:
            continue
        text = say("check_years", column=column_label(form, column.key), expected=expected, found=found)
        differing.append(Finding(YEARS, "warning", CARRY_IN, column.key, expected, found, text))
    return differing


def checks(form: Form, tables: ReportTables, previous3: Section3 | None = None) -> list[Check]:
    """What became of each check, in their order; ``previous3`` is section three of the year before."""
    found = findings(form, tables.section3, tables.section4)
    if previous3 is not None:
        found += carried(form, tables.section3, previous3)
    broken: dict[str, list[str]] = {}
    for finding in found:
        broken.setdefault(finding.id, []).append(finding.message)
    return [_check(id_, broken.get(id_, []), previous3 is not None) for id_ in CHECK_IDS]


def _check(id_: str, broken: list[str], has_previous: bool) -> Check:
    if broken:
        return Check(id_, "warning" if id_ == YEARS else "failed", "".join(broken))
    if id_ == YEARS and not has_previous:
        return Check(id_, "not_checked", say("check_not_checked"))
    return Check(id_, "ok", say("check_ok"))
