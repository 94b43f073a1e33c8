"""Where a case and its remedies stand in the annual report, for every year at once.

Law: 条例 arts. 49, 50; 国办公开办函〔2021〕30号. Each figure of the report is a set of cases. A case is
new in the year of its receipt, carried in and out in the years between, and has its result in the year
of its first result: so each column balances whatever the history is.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from ..rules.remedies import Route, counts_as, meant, remedy_route, results, silence_route
from ..rules.settings import Settings
from .case import Case, Period, Remedy, State
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


def remedy_group(remedy: Remedy, case: Case | None = None, settings: Settings | None = None) -> str:
    """The column group of section four; with the case, by what became of the review before a suit.

    A suit after a review that was not taken up is one after review where review had to come first; else the texts
    leave it open (Q32).
    """
    if remedy.kind == "review":
        return "review"
    if not remedy.after_review:
        return "suit_direct"
    before = review_before(remedy, case) if case is not None else None
    unheard = before is not None and before.result in results("review") and results("review")[before.result].unheard
    if settings is None or not unheard or review_had_to_come_first(remedy, settings):
        return "suit_after_review"
    direct = settings.reading("suit_after_unheard_review", remedy.filed_on) == "direct"
    return "suit_direct" if direct else "suit_after_review"


def review_before(suit: Remedy, case: Case) -> Remedy | None:
    """The review that came before a suit: the one that it names, else the last one of the case until then."""
    if suit.review_id:
        return case.remedy(suit.review_id, "review")
    found = [item for item in case.remedies if item.kind == "review" and item.filed_on <= suit.filed_on]
    return found[-1] if found else None


def review_had_to_come_first(suit: Remedy, settings: Settings) -> bool:
    """Whether what a suit contests had to be reviewed before, as a whole or in one of its parts.

    Law: 复议法 art. 23 para 1 item 4; before 2024 by the day of the act or of the suit (Q28).
    """
    return contested_route(suit, settings) not in (None, Route.CHOICE)


def contested_route(suit: Remedy, settings: Settings) -> Route | None:
    """The route of remedy against what a suit contests; None where it contests nothing yet."""
    if suit.contested_on is None:
        return None
    by_act = settings.reading("review_first_day", suit.filed_on) == "decided"
    on = suit.contested_on if by_act else max(suit.contested_on, suit.filed_on)
    found = remedy_route(suit.contested, on, settings) if suit.contested else silence_route(on, settings)
    return found.route


def counted_remedies(case: Case, law: Law) -> list[CountedRemedy]:
    """Every remedy's places in section four; none where the registration of the case has been annulled."""
    if case.state == State.ANNULLED:
        return []
    return [place for remedy in case.remedies for place in remedy_places(remedy, law.settings, case)]


def remedy_places(remedy: Remedy, settings: Settings, case: Case | None = None) -> list[CountedRemedy]:
    """Years and columns of one remedy: pending at the end of each year until its result, then that result once.

    A result that is appealed in the same year stays pending; appealed later, the case is pending again.
    """
    group = remedy_group(remedy, case, settings)
    places: list[CountedRemedy] = []
    pending_from: int | None = remedy.filed_on.year
    for year, column in _columns(remedy, settings, case):
        if column == "pending":
            pending_from = year if pending_from is None else pending_from
            continue
        if pending_from is not None and pending_from < year:
            places.append(CountedRemedy(remedy.id, remedy.kind, f"{group}_pending", pending_from, year - 1))
        pending_from = None
        if column is not None:
            places.append(CountedRemedy(remedy.id, remedy.kind, f"{group}_{column}", year, year))
        elif places:
            places.clear()
    if pending_from is not None:
        places.append(CountedRemedy(remedy.id, remedy.kind, f"{group}_pending", pending_from, OPEN))
    return places


def _columns(remedy: Remedy, settings: Settings, case: Case | None) -> list[tuple[int, str | None]]:
    """Where it stands at the end of each year in which that changes; None: it does not count.

    A judgment that was sent back is pending again; one on an appeal that failed counts as the one before it.
    """
    by_year: dict[int, str | None] = {}
    terms = iter(_appeal_terms(remedy, case))
    earlier: str | None = "other"
    for step in remedy.steps:
        counts = settings.reading("suit_first_instance", step.on)
        if step.move == "appeal" and counts != "always":
            by_year[step.on.year] = "pending"
        if not step.result:
            continue
        first = step.at_first or step.instance == 1
        appealable = step.at_first and not results("suit")[step.result].no_appeal
        term = next(terms, None) if appealable else None
        column = counts_as(remedy.kind, meant(remedy.kind, step.result, step.instance), settings, _year_end(step.on))
        earlier = earlier if column in ("earlier", "pending") else column
        column = earlier if column == "earlier" else column
        if first and counts == "in_force" and term is not None:
            by_year |= {step.on.year: "pending"}
            if not term.awaits:
                by_year[(term.due_on + timedelta(days=1)).year] = column
        elif not first or counts != "never" or column == "pending":
            by_year[step.on.year] = column
    return sorted(by_year.items())


def _year_end(on: date) -> date:
    return date(on.year, 12, 31)


def _appeal_terms(remedy: Remedy, case: Case | None) -> list[Period]:
    """The terms to appeal against its judgments, in the order of these."""
    return [item for item in case.periods if (item.rule, item.ref) == ("appeal", remedy.id)] if case is not None else []


def counted_as(remedy: Remedy, settings: Settings, on: date, case: Case | None = None) -> str | None:
    """The column in which the remedy stands at that day's year end; None where it does not count."""
    found = remedy_places(remedy, settings, case)
    for place in found:
        if place.from_year <= on.year <= place.to_year:
            return place.column
    places = [place for place in found if place.to_year < on.year]
    return places[-1].column if places else None
