"""Where a case and its remedies stand in the annual report, for every year at once.

Law: 条例 arts. 49, 50; 国办公开办函〔2021〕30号. Each figure of the report is a set of cases. A case is
new in the year of its receipt, carried in and out in the years between, and has its result in the year
of its first result: so each column balances whatever the history is.
"""

from dataclasses import dataclass
from datetime import date

from ..rules.remedies import section4_column
from ..rules.settings import Settings
from .case import Case, Remedy, State
from .periods import Law

OPEN = 9999
"""The year of a result that has not come yet."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A case's place in section three: year of receipt, year and row of its first result (``OPEN``: none)."""

    received_year: int
    done_year: int
    row: str


@dataclass(frozen=True, slots=True)
class CountedRemedy:
    """A remedy's place in section four from one year to another: group and column, such as ``review_upheld``."""

    id: str
    kind: str
    column: str
    from_year: int
    to_year: int


def counted(case: Case, settings: Settings) -> Counted | None:
    """The case's place in section three; None while it has not been received, or where it does not count.

    One whose registration has been annulled counts nowhere. A request withdrawn before receipt was confirmed counts as
    new in the year of its end.
    """
    if case.state == State.ANNULLED:
        return None
    if case.first_on is None:
        return None if case.received_on is None else Counted(case.received_on.year, OPEN, "")
    received = case.received_on or case.first_on
    row = case.first_outcome or ""
    if case.withdrawn and row == "other_misc" and settings.reading("withdrawal", case.first_on) == "not_counted":
        return None
    return Counted(min(received.year, case.first_on.year), case.first_on.year, row)


def remedy_group(remedy: Remedy) -> str:
    """The column group of section four."""
    if remedy.kind == "review":
        return "review"
    return "suit_after_review" if remedy.after_review else "suit_direct"


def counted_remedies(case: Case, law: Law) -> list[CountedRemedy]:
    """Every remedy's places in section four; none where the registration of the case has been annulled."""
    if case.state == State.ANNULLED:
        return []
    return [place for remedy in case.remedies for place in remedy_places(remedy, law.settings)]


def remedy_places(remedy: Remedy, settings: Settings) -> list[CountedRemedy]:
    """Years and columns of one remedy: pending at the end of each year until its result, then that result once.

    A result that is appealed in the same year stays pending; appealed later, the case is pending again.
    """
    group = remedy_group(remedy)
    places: list[CountedRemedy] = []
    pending_from: int | None = remedy.filed_on.year
    for year, result in _results(remedy, settings):
        if result is None:
            pending_from = year if pending_from is None else pending_from
            continue
        if pending_from is not None and pending_from < year:
            places.append(CountedRemedy(remedy.id, remedy.kind, f"{group}_pending", pending_from, year - 1))
        pending_from = None
        column = section4_column(remedy.kind, result, settings, date(year, 12, 31))
        if column is not None:
            places.append(CountedRemedy(remedy.id, remedy.kind, f"{group}_{column}", year, year))
        elif places:
            places.clear()
    if pending_from is not None:
        places.append(CountedRemedy(remedy.id, remedy.kind, f"{group}_pending", pending_from, OPEN))
    return places


def _results(remedy: Remedy, settings: Settings) -> list[tuple[int, str | None]]:
    """The status at each year's end: (year, result), None for pending again."""
    by_year: dict[int, str | None] = {}
    for step in remedy.steps:
        counts = settings.reading("suit_first_instance", step.on)
        if step.move == "appeal" and counts != "always":
            by_year[step.on.year] = None
        elif step.result and (step.instance != 1 or counts != "never"):
            by_year[step.on.year] = step.result
    return sorted(by_year.items())


def counted_as(remedy: Remedy, settings: Settings, on: date) -> str | None:
    """The column in which the remedy stands at that day's year end; None where it does not count."""
    for place in remedy_places(remedy, settings):
        if place.from_year <= on.year <= place.to_year:
            return place.column
    places = [place for place in remedy_places(remedy, settings) if place.to_year < on.year]
    return places[-1].column if places else None
