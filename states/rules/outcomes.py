"""Outcomes of a request, each with its article and its one row in the annual report.

Law: 条例 arts. 14-16, 30, 35-39, 42.
"""

from functools import cache

from ..law import law_text, read_entries
from ..law.model import Table, Words

APPLICANT_KINDS = (
    "natural_person",
    "org_commercial",
    "org_research",
    "org_public_interest",
    "org_legal_service",
    "org_other",
)
"""Kinds of applicants: the columns of section three, without the total."""


class Outcome(Table):
    """One way to end a request; ``withheld`` marks refusals under arts. 14 to 16."""

    code: Words
    label: Words
    article: Words
    row: Words
    confidence: Words
    withheld: bool = False

    @property
    def category(self) -> str:
        """granted, partial, denied, unable, noproc or other: the part of the report."""
        return self.row.split("_", 1)[0]


@cache
def outcomes() -> tuple[Outcome, ...]:
    """Every outcome, in the order of the report."""
    return tuple(read_entries(Outcome, law_text("outcomes.toml"), "outcomes.toml", "code").values())


@cache
def outcomes_of_row(row: str) -> tuple[Outcome, ...]:
    """The outcomes that are counted in a row of the newest form."""
    return tuple(item for item in outcomes() if item.row == row)


@cache
def outcome_rows() -> tuple[str, ...]:
    """The rows that hold results, in the order of the newest form."""
    return tuple(dict.fromkeys(item.row for item in outcomes()))


def row_label(row: str) -> str:
    """A row's outcome in a few Chinese words."""
    return "；".join(item.label for item in outcomes_of_row(row))


def refuses(row: str) -> bool:
    """Whether a result withholds information that exists, wholly or in part.

    Law: 条例 arts. 14-16, 37.
    """
    return row == "partial" or row.startswith("denied_")
