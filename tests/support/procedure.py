"""One case worked by the law alone: what the features tell, without a database."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from disclosure.states.calendar.calendar import Calendar, Overlay
from disclosure.states.errors import DisclosureError, MoveRefused
from disclosure.states.procedure.advance import Caution, fold
from disclosure.states.procedure.case import Case, Period
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.options import what_if
from disclosure.states.procedure.periods import Law, ledger, status
from disclosure.states.rules.settings import Settings

APPLICANT = {"kind": "natural_person", "name": "某人"}


@dataclass
class Procedure:
    """A case from its submission on; a refused move leaves everything as it was and is kept in ``refused``."""

    readings: dict[str, Any] = field(default_factory=dict)
    overlays: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    case: Case = field(default_factory=lambda: Case("一件申请"))
    refused: DisclosureError | None = None
    warnings: list[Caution] = field(default_factory=list)

    @property
    def law(self) -> Law:
        """The calendar and readings in force."""
        overlays = [Overlay.parse(text, f"{n}.toml") for n, text in enumerate(self.overlays)]
        return Law(Calendar.official().with_overlays(*overlays), Settings(**self.readings))

    def do(self, move: str, on: date, **data: Any) -> None:
        """Makes a move as the commands do: in order, or put in its place where it is recorded late or amended."""
        assert self.refused is None, f"上一步没有办成：{self.refused}"
        self.warnings = []
        seq = len(self.events) + 1
        event = Event(seq, move, on, data=data)
        try:
            _, self.warnings = what_if(self.again(), [event], self.law, self.events)
        except DisclosureError as error:
            self.refused = error
            return
        self.events.append(event)
        self.case, _ = fold(self.case.case, self.events, self.law)

    def again(self) -> Case:
        """The case folded anew, by the law as it is now."""
        self.case, _ = fold(self.case.case, self.events, self.law)
        return self.case

    def on(self, day: date) -> Case:
        """The case as it was at the end of a day."""
        return fold(self.case.case, self.events, self.law, until=day)[0]

    def period(self, rule: str, ref: str | None = None) -> Period:
        """The latest period of that kind."""
        found = self.case.last_period(rule, ref)
        assert found is not None, f"没有{rule}"
        return found

    def status(self, rule: str, on: date) -> str:
        """How that period stands at the end of a day, by what was known on that day."""
        period = self.on(on).last_period(rule)
        assert period is not None, f"到那一天还没有{rule}"
        return status(period, on)

    def ledger(self, rule: str) -> dict[date, Any]:
        """The day-by-day account of that period."""
        return {day.date: day for day in ledger(self.period(rule), self.law)}

    def code(self) -> str:
        """The code of the refusal, and for faults of the data the fault."""
        assert self.refused is not None, "没有被拒绝"
        if self.refused.code == "bad_data":
            return str(self.refused.fields["faults"][0]["problem"])
        if isinstance(self.refused, MoveRefused) and self.refused.fields.get("text"):
            return str(self.refused.fields["text"])
        return self.refused.code
