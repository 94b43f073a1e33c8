"""Laying overlays over the national calendar: which, in what order, and where they contradict."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from ..errors import BadData, Fault
from .holidays import DayKind, Mark, Marks, holiday_law, works
from .overlays import Overlay


def lay(
    national: Marks, first: date, until: date, overlays: Iterable[Overlay]
) -> tuple[Marks, date, tuple[Overlay, ...]]:
    """Applies overlays to the national calendar: the named days, the last announced day, the overlays that mattered.

    Years are laid in order, a year's amendments after its notice, local closures last.

    Raises:
        BadData: all overlays that leave a gap, touch unannounced days or contradict each other.
    """
    layers = _Layers(first, until, until, dict(national))
    ordered = sorted(set(overlays), key=_order)
    for year, group in groupby(ordered, key=lambda one: one.year):
        if year is not None:
            layers.lay_year(year, list(group))
        else:
            for closure in group:
                layers.lay_closure(closure)
    if layers.faults:
        raise BadData(*layers.faults)
    return layers.marks, layers.until, tuple(sorted(layers.kept, key=_order))


def _order(overlay: Overlay) -> tuple[object, ...]:
    return (
        overlay.year is None,
        overlay.year or 0,
        overlay.amends,
        overlay.published_on or date.min,
        overlay.source,
        overlay.holidays,
        overlay.local,
    )


@dataclass(slots=True)
class _Layers:
    """The marks of days while overlays are applied."""

    first: date
    national_until: date
    until: date
    marks: dict[date, Mark]
    closed: dict[date, bool] = field(default_factory=dict)
    kept: list[Overlay] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, overlay: Overlay, problem: str, **details: object) -> None:
        self.faults.append(
            {
                "field": "closure" if overlay.year is None else "notice",
                "problem": problem,
                "source": overlay.source,
                "origin": overlay.origin,
                **details,
            }
        )

    def lay_year(self, year: int, group: list[Overlay]) -> None:
        """All that overlays say about one year: its notice, where the package lacks it, then amendments."""
        notices = [one for one in group if not one.amends]
        amendments = [one for one in group if one.amends]
        announced = self.first.year <= year <= self.until.year
        if not announced and (not notices or year != self.until.year + 1):
            for overlay in group:
                self.fault(
                    overlay, "gap" if notices else "not_announced", year=year, announced_until=self.until.isoformat()
                )
            return
        marks = self.marks
        for notice in notices:
            laid = self.with_notice(notice)
            if notice is not notices[0]:
                self.compare(notice, marks, laid)
            marks = laid
        if not notices:
            amendments = [one for one in amendments if not self.held(one)]
        for amendment in amendments:
            marks = self.with_amendment(amendment, marks)
        if announced and notices:
            self.compare(notices[0], self.marks, marks)
            if year in holiday_law().notices:
                return
        self.marks = marks
        self.until = max(self.until, date(year, 12, 31))
        self.kept += notices + amendments

    def held(self, amendment: Overlay) -> bool:
        """Whether the package already contains that amendment; then both must agree."""
        numbers = {change.number for change in holiday_law().amendments}
        if amendment.source not in numbers or (amendment.year or 0) > self.national_until.year:
            return False
        self.compare(amendment, self.marks, self.with_amendment(amendment, self.marks))
        return True

    def compare(self, overlay: Overlay, before: Marks, after: Marks) -> None:
        """Notes the days that two layings give differently."""
        days = sorted(day for day in {*before, *after} if works(before, day) != works(after, day))
        if days:
            self.fault(overlay, "conflict", days=[day.isoformat() for day in days])

    def with_notice(self, notice: Overlay) -> dict[date, Mark]:
        """The marks with that year's own ones replaced by the notice's."""
        others = {day: mark for day, mark in self.marks.items() if mark.year != notice.year}
        return self.named(notice, others)

    def with_amendment(self, amendment: Overlay, marks: Marks) -> dict[date, Mark]:
        """The marks with those holidays' days of the amended year replaced."""
        names = {name for span in amendment.holidays for name in span.names}
        others = {
            day: mark for day, mark in marks.items() if mark.year != amendment.year or names.isdisjoint(mark.holidays)
        }
        return self.named(amendment, others)

    def named(self, overlay: Overlay, marks: dict[date, Mark]) -> dict[date, Mark]:
        """The marks with those that an overlay names applied to them."""
        law, clashes = holiday_law(), []
        for span in overlay.holidays:
            for kind, days in ((DayKind.HOLIDAY, span.days()), (DayKind.MAKE_UP_DAY, span.make_up)):
                mark = law.mark(kind, overlay.source, span.names, overlay.year or 0)
                for day in days:
                    if day in marks and marks[day].working != mark.working:
                        clashes.append(day.isoformat())
                    marks[day] = mark
        if clashes:
            self.fault(overlay, "conflict", days=sorted(clashes))
        return marks

    def lay_closure(self, closure: Overlay) -> None:
        """Days that one place works otherwise than the notices say; the rest of its span stays as it was."""
        for local in closure.local:
            if local.first < self.first or local.last > self.until:
                self.fault(
                    closure,
                    "not_announced",
                    first=local.first.isoformat(),
                    last=local.last.isoformat(),
                    announced_until=self.until.isoformat(),
                )
                continue
            kind = DayKind.MAKE_UP_DAY if local.working else DayKind.REST_DAY
            for day in local.days():
                if self.closed.setdefault(day, local.working) != local.working:
                    self.fault(closure, "conflict", days=[day.isoformat()])
                elif works(self.marks, day) != local.working:
                    self.marks[day] = Mark(kind, closure.source)
        self.kept.append(closure)
