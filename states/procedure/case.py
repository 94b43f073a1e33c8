"""What a case is at a moment: plain values folded from its history.

The moves' effects change these values and ``periods`` computes their days; what many effects do to a case
or a period stands here.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Literal

from .letters import Letter
from .stages import AT_ONCE, Stage, shown

if TYPE_CHECKING:
    from pydantic import TypeAdapter

NEVER = date.max
"""The last day of a period that has not begun."""


class State(StrEnum):
    """The states of a case, in the order of the procedure."""

    SUBMITTED = "submitted"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    AWAITING_CORRECTION = "awaiting_correction"
    AWAITING_REASONS = "awaiting_reasons"
    CONSULTING = "consulting"
    AWAITING_PAYMENT = "awaiting_payment"
    EXTENDED = "extended"
    DECIDED = "decided"
    REPLIED = "replied"
    DISCONTINUED = "discontinued"
    CLOSED = "closed"
    ANNULLED = "annulled"


ARCHIVED = frozenset({State.CLOSED, State.ANNULLED})
"""States in which the file of a case rests until its retention has passed."""
FINISHED = frozenset({State.REPLIED, State.DISCONTINUED, State.CLOSED, State.ANNULLED})
"""States in which the request itself has its result, or never was one."""

REVIEW_ORDER = ("filed", "accepted", "notified", "answered")
SUIT_ORDER = ("filed", "notified", "answered", "judged", "appealed")
REMEDY_STATES = {"review": (*REVIEW_ORDER, "suspended", "decided"), "suit": (*SUIT_ORDER, "closed")}
"""The states of reviews and suits; of each the last is its end."""

AGENCY_DUTIES = ("reply", "review_answer", "suit_answer")
"""Periods whose lapse is the agency's fault."""

Ending = Literal["met", "missed", "lapsed", "cancelled"]


@dataclass(slots=True)
class Span:
    """Days that a period leaves out: after ``after``, up to and including ``until`` (None: still open)."""

    after: date
    until: date | None
    why: str
    ref: str = ""


@dataclass(slots=True)
class Period:
    """One statutory period of a case.

    ``key`` names the rule of law and ``law_on`` the day by which it was looked up; ``length`` is the
    rule's own, in its unit; ``extra`` days that were granted come on top. ``fixed_on`` is a last day that a notice or a
    decision has set; then nothing is counted. ``served``: its first day is that of a recorded service; ``awaits``: it
    starts with one that is not recorded yet. ``missed_due`` is the last day of a reply period that passed without a
    reply, whatever was recorded later; ``claims`` are the steps by which it was kept after all, to be confirmed.
    """

    rule: str
    key: str
    law_on: date
    starts_on: date
    due_on: date
    length: int | None
    extra: int = 0
    fixed_on: date | None = None
    spans: list[Span] = field(default_factory=list)
    ended_on: date | None = None
    ending: Ending | None = None
    ref: str = ""
    served: bool = False
    awaits: bool = False
    missed_due: date | None = None
    claims: list[int] = field(default_factory=list)

    @property
    def limit(self) -> date:
        """The day after which it is late: the one that has been missed, else the last one."""
        return self.missed_due or self.due_on

    def is_missed(self, on: date) -> bool:
        """Whether a reply period that runs is late at the end of a day; what stands still in time is not.

        What begins to stand still only when it has run out changes nothing.
        """
        return on > self.limit and self.presses

    @property
    def stands_still(self) -> bool:
        """Whether it stands still with no end in sight; what begins when it has run out changes nothing."""
        return any(span.until is None and span.after <= self.due_on for span in self.spans)

    @property
    def presses(self) -> bool:
        """Whether its last day is one to work by: it runs, or is late already, whatever it stands still for."""
        return self.missed_due is not None or not self.stands_still

    def ran_out_before(self, served_on: date | None) -> bool:
        """Whether its day was set by a paper that came after that day."""
        return self.fixed_on is not None and served_on is not None and served_on > self.due_on

    def was_early(self) -> bool:
        """Whether it ended before its last day, as its service is known now."""
        return self.ended_on is not None and self.ended_on < self.due_on

    def end(self, on: date, ending: Ending | None = None) -> None:
        """Ends the period if it runs; without ``ending`` it is met or missed by its day."""
        if self.ended_on is None:
            late = on > self.due_on or (self.missed_due is not None and on > self.missed_due)
            self.ended_on = on
            self.ending = ending or ("missed" if late else "met")

    def claim(self, seq: int, day: date) -> None:
        """Keeps it missed by a day for a step that is to be confirmed, whatever last day follows from that step."""
        self.missed_due = min(self.missed_due or day, day) if self.claims else day
        if seq not in self.claims:
            self.claims.append(seq)
        if self.ending in ("met", "cancelled"):
            self.ending = "missed"

    def shorten(self, ref: str, on: date) -> None:
        """Ends the time excluded for a consultation or for reasons, if it has not ended yet."""
        for span in self.spans:
            if span.ref == ref and span.until is not None:
                span.until = max(span.after, min(span.until, on))


@dataclass(slots=True)
class Consultation:
    """One consultation of a third party, a co-making organ or another organ."""

    id: str
    counterpart: str
    sent_on: date
    due_on: date
    ended_on: date | None = None
    opinion: str = ""


@dataclass(slots=True)
class Pending:
    """An extension that was decided and of which the applicant has not been told yet.

    Once told, ``fixed_on`` keeps the day that a deferral had set before.
    """

    days: int
    decided_on: date
    fixed_on: date | None = None


@dataclass(slots=True)
class Deferral:
    """A deferred reply, until which day and when decided; once told, ``fixed_on`` keeps the day set before."""

    until: date
    decided_on: date
    fixed_on: date | None = None


@dataclass(slots=True)
class Charge:
    """One fee that was charged, in yuan; ``already`` is what the applicant had asked for before in that month."""

    seq: int
    basis: Literal["items", "pages"]
    quantity: int
    already: int
    amount: str


@dataclass(slots=True)
class RemedyStep:
    """One dated step in a review or suit."""

    move: str
    on: date
    result: str = ""
    instance: int = 0


@dataclass(slots=True)
class Remedy:
    """A review or a suit about a case."""

    id: str
    kind: Literal["review", "suit"]
    state: str
    filed_on: date
    after_review: bool = False
    procedure: str = "ordinary"
    result: str = ""
    stood: str = ""
    steps: list[RemedyStep] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether it has its last result."""
        return self.state in ("decided", "closed")


_HANGS_ON: dict[str, str] = {
    State.AWAITING_CORRECTION: "correction",
    State.AWAITING_PAYMENT: "fee",
    State.AWAITING_REASONS: "reasons",
    State.DECIDED: "reply",
    State.REPLIED: "reply",
    State.DISCONTINUED: "discontinuation",
}
"""The paper on which a case hangs in a state."""
_ANSWERED_IN: dict[str, str] = {
    State.AWAITING_CORRECTION: "correction",
    State.AWAITING_PAYMENT: "payment",
    State.AWAITING_REASONS: "reasons",
}
"""The period in which the applicant is to answer."""
_ENDED_BY_A_RESULT = (
    "consultation",
    "correction_notice",
    "correction",
    "payment",
    "reasons",
    "reply",
    "review_application",
    "suit",
)


@dataclass(slots=True)
class Case:
    """A request from receipt to its remedies, as its history up to ``seq`` makes it.

    ``department`` is the one that the moves name (else it is that of whoever registered the case). ``stood`` is the
    state that a side step goes back to, ``undecided`` the one before a decision; ``seq`` the number of the step that
    made the case what it is. ``charges`` are the fees that stand. ``first_*`` is the result that the annual report
    counts; ``outcome`` is the row of the one in force, or of the one that is decided and has not gone out, ``answer``
    its outcome where the reply named it. ``pending`` is an extension of which nobody has been told, ``told`` the last
    one that took effect in the reply period by being told; ``deferral`` and ``deferred`` are the same of a deferred
    reply. ``mail_chosen``: the applicant gave an e-mail address for the reply. ``live`` tells how the step that is
    being made, or was made last, is judged. ``unconfirmed`` are the numbers of what live work wrote down when the last
    day of a reply had passed, on which a period may come to rest. ``letters`` are papers on their way, ``premature``
    what was ended too early by the service that was recorded later: papers, consultations with their id.
    """

    case: str
    state: str = ""
    stood: str = State.ACCEPTED.value
    seq: int = 0
    last_on: date | None = None
    last_at: datetime | None = None
    channel: str = ""
    applicant_kind: str = ""
    mail_chosen: bool = False
    submitted_on: date | None = None
    received_on: date | None = None
    department: str = ""
    handler: str = ""
    outcome: str | None = None
    answer: str = ""
    delivery: str = ""
    undecided: str = ""
    decided_on: date | None = None
    served_on: date | None = None
    first_outcome: str | None = None
    first_on: date | None = None
    extended_days: int = 0
    pending: Pending | None = None
    told: Pending | None = None
    deferral: Deferral | None = None
    deferred: Deferral | None = None
    corrections: int = 0
    late_correction_notice: bool = False
    reasons_accepted: bool = False
    withdrawn: bool = False
    annulled_on: date | None = None
    annulled_for: str = ""
    live: bool = False
    unconfirmed: list[int] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    premature: list[str] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    consultations: list[Consultation] = field(default_factory=list)
    remedies: list[Remedy] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)

    @property
    def law_on(self) -> date:
        """The day that chooses the law of the handling periods: receipt, until then submission.

        Law: 条例 art. 31; no clause on transition, so the law in force on receipt.
        """
        on = self.received_on or self.submitted_on
        assert on is not None, "a case is opened by its submission"  # noqa: S101 - invariant of fold
        return on

    def last_period(self, rule: str, ref: str | None = None) -> Period | None:
        """The latest period of that rule (and of that consultation or remedy)."""
        for period in reversed(self.periods):
            if period.rule == rule and (ref is None or period.ref == ref):
                return period
        return None

    @property
    def last_fact_on(self) -> date | None:
        """The latest day of which a step tells something: on a day before it the case stands otherwise."""
        open_spans = (span for item in self.periods for span in item.spans if span.until is None)
        days = [self.last_on, *(span.after for span in open_spans)]
        return max((day for day in days if day is not None), default=None)

    def forget_after(self, on: date) -> None:
        """Takes away the standstills that only begin after a day, by a service that was told ahead."""
        for period in self.periods:
            period.spans = [span for span in period.spans if span.until is not None or span.after <= on]

    def is_late(self, on: date) -> bool:
        """Whether nothing had ended a duty of the agency by its last day, which lies before that day.

        It may be suspended. What was written down later, as of that day, has ended nothing until it is confirmed.
        """
        duties = [item for item in self.periods if item.rule in AGENCY_DUTIES and item.limit < on]
        return any(item.ended_on is None or item.ended_on > item.limit or item.ending == "missed" for item in duties)

    def consultation(self, id: str) -> Consultation | None:
        """The consultation of that id."""
        return next((item for item in self.consultations if item.id == id), None)

    def remedy(self, id: str, kind: str) -> Remedy | None:
        """The review or suit of that id."""
        return next((item for item in self.remedies if item.id == id and item.kind == kind), None)

    def letter(self, of: str, ref: str = "") -> Letter | None:
        """The latest paper of that kind (and of that consultation) of which something is known."""
        found = (item for item in reversed(self.letters) if item.of == of and item.ref == ref)
        return next(found, None)

    def write(self, of: str, on: date, ref: str = "") -> None:
        """Keeps a paper that has to go out; of one of the past nothing is kept until something is known."""
        if self.live or self.letter(of, ref) is not None:
            self.letters.append(Letter(of, on, ref, live=self.live))

    def mark_early(self, what: str, *, early: bool) -> None:
        """Marks a step that rested on another service than the one on record, or takes the mark away."""
        if early and what not in self.premature:
            self.premature.append(what)
        elif not early and what in self.premature:
            self.premature.remove(what)

    def keep_back(self, of: str) -> None:
        """Lets go of a paper that has not left and is to go nowhere."""
        letter = self.letter(of)
        if letter is not None and not letter.trips:
            self.letters.remove(letter)

    def has_open_consultation(self) -> bool:
        """Whether a consultation has not ended."""
        return any(item.ended_on is None for item in self.consultations)

    @property
    def is_open(self) -> bool:
        """Whether the request still waits for its result."""
        return self.state not in FINISHED and self.state != ""

    @property
    def waits_for_others(self) -> bool:
        """Whether the case waits for the applicant."""
        return self.state in (State.SUBMITTED, State.AWAITING_CORRECTION, State.AWAITING_PAYMENT)

    @property
    def standing(self) -> str:
        """The state to which the case returns after a consultation, a correction, a payment or reasons."""
        return State.EXTENDED.value if self.state == State.EXTENDED else State.ACCEPTED.value

    def keep_missed(self, on: date) -> None:
        """Keeps the reply period missed that is so at the end of a day, whatever a step of that day does to its days.

        Law: 条例 art. 33.
        """
        period = self.reply_period()
        if period is None or on <= period.due_on or period.stands_still:
            return
        if period.missed_due is None:
            period.missed_due = period.due_on

    def missed_replies(self, on: date) -> list[Period]:
        """The reply periods that are late at the end of a day."""
        return [item for item in self.periods if item.rule == "reply" and self._is_late(item, on)]

    def keep_claimed(self, seq: int, missed: Period) -> None:
        """Keeps a reply period missed, until the step after which it was missed no longer is confirmed.

        So it keeps those that have started again from it. One that the step takes away altogether is put back.
        Law: 条例 art. 33.
        """
        replies = [item for item in self.periods if item.rule == "reply"]
        if not replies:
            replies = [replace(missed, spans=list(missed.spans), claims=[])]
            self.periods[:0] = replies
        first = next((place for place, item in enumerate(replies) if item.starts_on == missed.starts_on), 0)
        ended_on = None
        for period in replies[first:]:
            if ended_on is not None and period.starts_on != ended_on:
                break
            period.claim(seq, missed.limit)
            ended_on = period.ended_on

    def breaches_on(self) -> date | None:
        """The first day on which a reply is late, as things stand; it may lie ahead. None where there is none."""
        late = [item.limit for item in self.periods if item.rule == "reply" and self._is_late(item, date.max)]
        first = min(late, default=NEVER)
        return first + timedelta(days=1) if first != NEVER else None

    def breached_on(self, on: date) -> date | None:
        """The day after the first reply period that ended without a reply in time, as known at the end of a day."""
        late = (item.limit for item in self.periods if item.rule == "reply" and self._is_late(item, on))
        first = min(late, default=None)
        return first + timedelta(days=1) if first is not None else None

    def _is_late(self, period: Period, on: date) -> bool:
        if period.ended_on is not None and period.ended_on <= on:
            return period.ending == "missed"
        return period.is_missed(on)

    def stage(self, *, approving: bool = False, issued: bool = False) -> Stage | None:
        """Where the case stands, given whether a sheet is open and the paper of its reply issued; None: nowhere."""
        gone = self._given_out() is not None
        decided = self.state == State.DECIDED
        return shown(self.by_papers(), decided=decided, gone=gone, approving=approving, issued=issued)

    def by_papers(self) -> Stage | None:
        """Where the case stands by its moves alone, as if the paper of a decided reply had been issued."""
        if self.state in ARCHIVED:
            return "returned" if self.state == State.CLOSED and self._bounced() else None
        if self.premature:
            return "to_correct"
        waiting = self._not_received()
        if any(letter.trips and letter.trips[-1].back_on is not None for letter in waiting):
            return "returned"
        if self.state == State.DECIDED:
            by_hand = self.delivery == "in_person" or self._given_out() is not None
            return "awaiting_receipt" if by_hand else "to_dispatch"
        live = [letter for letter in waiting if letter.live]
        if (self.is_open or self.state == State.DISCONTINUED) and any(not letter.trips for letter in live):
            return "to_dispatch"
        return "awaiting_receipt" if live else None

    def awaits_since(self, found: Stage | None) -> date | None:
        """Since when a receipt has been awaited, given ``by_papers``; None where nothing waits.

        ``AT_ONCE`` where somebody has to act.
        """
        unsent = found == "to_dispatch" and not self.is_open
        if unsent or found in ("to_correct", "returned") or (self.has_claims and self.state != State.ANNULLED):
            return AT_ONCE
        return self._given_out() if found == "awaiting_receipt" else None

    def acts_on(self, found: Stage | None) -> date | None:
        """From which day the house has to act, whatever its own periods say, given ``by_papers``; it may lie ahead.

        ``AT_ONCE`` for a paper that lies in the house, came back, went out too early or came too late, for a fact to be
        confirmed and for a receipt to be confirmed; the day after the last one of a term of somebody else. None: it is
        for others to act.
        Law: 条例 arts. 30-32, 34.
        """
        if not self.is_open:
            return None
        in_house = found in ("to_dispatch", "returned", "to_correct")
        terms = self._terms_of_others()
        renewed = [(term, letter) for term, letter in terms if term.rule != "reasons" and letter is not None]
        late = any(term.ran_out_before(letter.served_on) for term, letter in renewed)
        if in_house or late or self.has_claims or self.state == State.SUBMITTED:
            return AT_ONCE
        over = [term.due_on + timedelta(days=1) for term, _ in terms if term.due_on != NEVER]
        return min(over, default=None)

    def _terms_of_others(self) -> list[tuple[Period, Letter | None]]:
        """The terms in which the case waits for an answer of somebody else, each with the paper that asked for it."""
        asked = [("consultation", "consultation", item.id) for item in self.consultations if item.ended_on is None]
        if self.state in _ANSWERED_IN:
            asked = [(_ANSWERED_IN[self.state], _HANGS_ON[self.state], "")]
        terms = [(self.last_period(name, ref), self.letter(of, ref)) for name, of, ref in asked]
        return [(term, letter) for term, letter in terms if term is not None and term.ended_on is None]

    @property
    def has_claims(self) -> bool:
        """Whether a fact that was written down late waits for the proof that lifts a breach."""
        return any(period.claims for period in self.periods)

    @property
    def claims(self) -> list[int]:
        """The steps that wait for that proof."""
        return sorted({seq for period in self.periods for seq in period.claims})

    def tell_by(self) -> date | None:
        """The last day on which the applicant can be told of an extension or deferral that was decided; None: of none.

        Law: 条例 arts. 33 para 2, 35.
        """
        period = self.reply_period() if self.pending is not None or self.deferral is not None else None
        return period.due_on if period is not None else None

    def _not_received(self) -> list[Letter]:
        """The papers on which the case hangs as it stands, and of whose receipt nothing is known."""
        found = [self.letter(_HANGS_ON.get(self.state, ""))]
        if self.is_open and self.state != State.DECIDED:
            for of, untold in (("extension", self.pending), ("deferral", self.deferral)):
                letter = self.letter(of)
                found += [letter] if letter is not None and (untold is not None or letter.is_back) else []
            found += [self.letter("consultation", item.id) for item in self.consultations if item.ended_on is None]
        return [letter for letter in found if letter is not None and letter.served_on is None]

    def _bounced(self) -> bool:
        """Whether the reply of live work turns out never to have arrived; closing warns of what came back by post."""
        letter = self.letter("reply")
        return letter is not None and letter.live and letter.is_back and letter.trips[-1].why == "bounced"

    def _given_out(self) -> date | None:
        """The first day on which such a paper was given out of the house; a reply is given out when it is made."""
        sent = (letter.trips[-1].sent_on if letter.trips else self.decided_on for letter in self._not_received())
        return min((day for day in sent if day is not None), default=None)

    def reply_period(self) -> Period | None:
        """The reply period that runs."""
        period = self.last_period("reply")
        return period if period is not None and period.ended_on is None else None

    def stand_still(self, on: date, why: str) -> None:
        """Suspends the reply period without a known end."""
        period = self.reply_period()
        if period is not None:
            period.spans.append(Span(on, None, why))

    def end_last(self, on: date, rule: str, ending: Ending | None = None, ref: str | None = None) -> None:
        """Ends the latest period of that rule (and of that consultation or remedy), if it runs."""
        period = self.last_period(rule, ref)
        if period is not None:
            period.end(on, ending)

    def end_all(self, on: date, *rules: str) -> None:
        """Ends every running period of those rules without its act; what had lapsed by then stays lapsed."""
        for period in self.periods:
            if period.rule in rules and period.ended_on is None:
                lapsed = on > period.due_on and period.rule in ("correction_notice", "correction", "payment")
                missed = period.rule == "reply" and period.is_missed(on)
                period.end(on, "missed" if missed else "lapsed" if lapsed else "cancelled")

    def finish(self, on: date, outcome: str) -> None:
        """Sets the result of the request; nothing else is awaited."""
        for item in self.consultations:
            item.ended_on = item.ended_on or on
        self.end_all(on, *_ENDED_BY_A_RESULT)
        self.pending = self.deferral = None
        self.outcome, self.decided_on = outcome, on
        if self.first_on is None:
            self.first_on, self.first_outcome = on, outcome


@cache
def _adapter() -> "TypeAdapter[Case]":
    from pydantic import TypeAdapter

    return TypeAdapter(Case)


def dump(case: Case) -> str:
    """The case as JSON text, for a snapshot."""
    return _adapter().dump_json(case, exclude_defaults=True).decode()


def load(text: str) -> Case:
    """The case that ``dump`` wrote."""
    return _adapter().validate_json(text)


def as_json(value: object) -> object:
    """A date, an amount or None in the form that JSON output uses."""
    return value.isoformat() if isinstance(value, date) else value
