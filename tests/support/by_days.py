"""A second count of a whole life, from its events alone: every last day, and whether and when the reply was missed.

It shares no code and no table with the product: the numbers of the law stand here, and the days off are those of the
package ``chinesecalendar``. It goes through a life day by day and believes what it is told in the order of the days;
what live work wrote down after a missed day it believes only once the head has confirmed it.

Law: 条例 arts. 30-35; 国办函〔2020〕109号 art. 6; 国办公开办函〔2016〕235号 points 2, 4; 民法典 arts. 200-203.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, Protocol

from chinese_calendar.constants import holidays, workdays

NEW_REGULATIONS = date(2019, 5, 15)
AT_ONCE = ("in_person", "oral", "signed_mail")
BY_HAND = ("in_person", "hand", "entrusted")
"""Ways by which a paper is signed for: by hand or through another organ."""
ELECTRONIC = ("online", "fax", "email", "phone", "sms")
"""Ways by which what was sent has been received."""
PUBLISHED = timedelta(days=30)
"""After so many days a public notice has reached whom it is for."""
RESEND = 3
"""Working days within which a letter that came back is sent again."""
ONE_DAY = timedelta(days=1)
FAR = date(2035, 1, 1)


class Told(Protocol):
    """One event of a life, whatever class it has."""

    seq: int
    move: str
    on: date
    data: dict[str, Any]
    live: bool
    recorded_on: date | None


@cache
def works(day: date) -> bool:
    """Whether people are at work."""
    return day in workdays or (day.weekday() < 5 and day not in holidays)


@cache
def after(start: date, number: int) -> date:
    """The last of so many working days after a day."""
    day = start
    while number > 0:
        day += ONE_DAY
        number -= works(day)
    return day


def rolled(day: date) -> date:
    """That day, or the next on which people work."""
    while not works(day):
        day += ONE_DAY
    return day


@dataclass
class Trip:
    """One time that a paper was sent: when, whether from hand to hand, and when it came back."""

    sent: date
    way: str
    by_hand: bool
    back: date | None = None
    bounced: bool = False


@dataclass
class Paper:
    """A paper that went out or has to, with the term that it sets: a day, or working days from its service."""

    made: date
    live: bool
    fixed: date | None = None
    days: int = 0
    trips: list[Trip] = field(default_factory=list)
    served: date | None = None
    sent_alone: bool = False

    @property
    def first(self) -> date | None:
        """The first day on which it was sent otherwise than from hand to hand, and did not bounce."""
        return min((trip.sent for trip in self.trips if not trip.by_hand and not trip.bounced), default=None)

    @property
    def told(self) -> date | None:
        """The day on which its addressee was told: what bounced told nobody."""
        days = [trip.sent for trip in self.trips if not trip.by_hand and not trip.bounced]
        return min((day for day in (*days, self.served) if day is not None), default=None)

    @property
    def left(self) -> date | None:
        """The day on which it left the house; from hand to hand, on which it was taken."""
        sent = [trip.sent for trip in self.trips if not trip.by_hand]
        return min((day for day in (*sent, self.served) if day is not None), default=None)

    def had_by(self, day: date) -> bool:
        """Whether the addressee had it on a day."""
        return self.served is not None and self.served <= day

    @property
    def due(self) -> date | None:
        """The last day of its term; None while it waits for its service."""
        start = self.served or (None if self.live else self.made)
        return self.fixed or (None if start is None else after(start, self.days))


@dataclass
class Asked:
    """A consultation: its letters, of which the last sets the term, and its end."""

    counterpart: str
    at: date
    letters: list[Paper]
    ended: date | None = None
    over: bool = False
    silent: date | None = None

    @property
    def due(self) -> date | None:
        """The last day of the opinion; None while the letter waits for its service."""
        return self.letters[-1].due

    def left_out(self) -> set[date]:
        """The days that do not count for the reply: while a letter is out, as long as its own term."""
        found: set[date] = set()
        end = min(self.due or FAR, self.ended or FAR)
        for paper in self.letters:
            if not paper.live:
                found |= _days(self.at, paper.due or FAR)
                continue
            for trip in paper.trips:
                if not trip.by_hand:
                    found |= _days(trip.sent, self._until(trip, paper))
            if paper.served is not None:
                found |= _days(paper.served, paper.due or FAR)
        return {day for day in found if day <= end}

    def _until(self, trip: Trip, paper: Paper) -> date:
        if trip.back is None:
            return paper.due or after(trip.sent, 15)
        again = min((day for day in self._sent() if day >= trip.back), default=FAR)
        return again if again <= after(trip.back, RESEND) else trip.back

    def _sent(self) -> list[date]:
        posted = [trip.sent for paper in self.letters for trip in paper.trips if not trip.by_hand]
        return posted + [paper.served for paper in self.letters if paper.served is not None]


def _days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range(1, (last - first).days + 1)}


@dataclass
class Term:
    """The applicant's time to correct or to pay, with the notices of which the last sets it."""

    letters: list[Paper]

    @property
    def due(self) -> date | None:
        """Its last day; None while the notice waits for its service."""
        last = self.letters[-1]
        return rolled(last.fixed) if last.fixed is not None else last.due

    def out(self, on: date) -> bool:
        """Whether it has run out before a day."""
        return self.due is not None and self.due < on

    def too_early(self, on: date) -> bool:
        """Whether the request was given up on a day on which the applicant still had time, or never had any."""
        last = self.letters[-1]
        unfair = last.fixed is not None and last.served is not None and last.served > rolled(last.fixed)
        return (last.live and last.served is None) or self.due is None or on <= self.due or unfair

    def stands(self) -> tuple[set[date], date | None]:
        """The days on which the reply stood still for it, and since when it does: from a notice's leaving to its return.

        Of the past since the notice was made; what is sent again in time has been out all along, and what replaced
        another and left in time, too.
        """
        if not self.letters[0].live:
            return set(), self.letters[0].made
        out: set[date] = set()
        since: date | None = None
        for paper in self.letters:
            had = paper.served or FAR
            posted = [trip for trip in paper.trips if not trip.by_hand and not trip.bounced and trip.sent < had]
            left = min([trip.sent for trip in posted] + [had])
            if since is not None and left > after(paper.made, RESEND):
                out |= _days(since, paper.made)
                since = None
            for place, trip in enumerate(posted):
                since = since or trip.sent
                later = [one.sent for one in posted[place + 1 :]] + [had]
                again = min((day for day in later if trip.back is not None and day >= trip.back), default=FAR)
                if trip.back is not None and again > after(trip.back, RESEND):
                    out |= _days(since, trip.back)
                    since = None
            since = since or paper.served
        return out, since


@dataclass
class Reply:
    """One reply period."""

    start: date
    length: int
    fixed: date | None = None
    extra: int = 0
    ordered: bool = False
    asked: list[Asked] = field(default_factory=list)
    waits: Term | None = None
    missed: date | None = None
    made: date | None = None
    over: bool = False
    kept: date | None = None

    def due(self) -> date:
        """Its last day, counted one day at a time; of one that is over, as it stood at its end."""
        if self.kept is not None or self.fixed is not None:
            return self.kept or self.fixed or FAR
        out: set[date] = set()
        for item in self.asked:
            out |= item.left_out()
        if self.waits is not None:
            out |= self.waits.stands()[0]
        day, left = self.start, self.length + self.extra
        while left:
            day += ONE_DAY
            left -= works(day) and day not in out
        return day

    def look(self, on: date) -> None:
        """Sees at the beginning of a day whether the last day has passed without a reply."""
        if self.over or self.missed is not None:
            return
        due = self.due()
        stood = self.waits.stands()[1] if self.waits is not None else None
        if due < on and (stood is None or stood > due):
            self.missed = due

    def late(self) -> date | None:
        """The last day that passed without a reply."""
        if self.missed is None and self.made is not None and self.due() < self.made:
            return self.due()
        return self.missed


@dataclass
class Life:
    """A life as it has been told so far."""

    received: date | None = None
    submitted: date | None = None
    channel: str = ""
    state: str = ""
    stood: str = "accepted"
    before: str = ""
    replies: list[Reply] = field(default_factory=list)
    asked: dict[str, Asked] = field(default_factory=dict)
    correction: Term | None = None
    payment: Term | None = None
    telling: Paper | None = None
    answer: Paper | None = None
    pending: int = 0
    lengthened: int = 0
    fixed_before: date | None = None
    putting: Paper | None = None
    put_to: date | None = None
    was_put: bool = False
    put_before: date | None = None
    granted: int = 0
    by: str = ""
    given_up: tuple[str, date] | None = None

    @property
    def old(self) -> bool:
        return (self.received or self.submitted or FAR) < NEW_REGULATIONS

    @property
    def reply(self) -> Reply | None:
        """The period that runs."""
        return self.replies[-1] if self.replies and not self.replies[-1].over else None

    def begin(self, on: date) -> None:
        """A reply period from the next day on, with the days of an extension that has been granted."""
        self.replies.append(Reply(on, 15 if self.old else 20, extra=self.granted))

    def end(self) -> None:
        if self.reply is not None:
            self.reply.kept = self.reply.due()
            self.reply.over = True

    def finish(self, on: date) -> None:
        for item in self.asked.values():
            item.over = True
        self.end()
        self.pending, self.put_to = 0, None

    def tell(self, event: Told) -> None:
        """Takes one event in, whose day has come."""
        for period in self.replies:
            period.look(event.on)
        getattr(self, f"on_{event.move}", _nothing)(event)

    def on_submit(self, event: Told) -> None:
        self.submitted, self.channel = event.on, event.data["channel"]
        online_then = self.channel == "online" and event.on < NEW_REGULATIONS
        self.state = "received" if self.channel in AT_ONCE or online_then else "submitted"
        if self.state == "received":
            self.received = rolled(event.on) if online_then else event.on
            self.begin(self.received)

    def on_confirm(self, event: Told) -> None:
        network_then = self.channel in ("online", "fax") and (self.submitted or FAR) < NEW_REGULATIONS
        self.end()
        self.replies = [period for period in self.replies if period.missed]
        self.received = rolled(event.on) if network_then else event.on
        self.state = "received"
        self.begin(self.received)

    def on_accept(self, event: Told) -> None:
        self.state = "accepted"

    def aside(self, state: str) -> None:
        if self.state != state:
            self.stood = "extended" if self.state == "extended" else "accepted"
        self.state = state

    def wait(self, event: Told, term: Term) -> None:
        if self.reply is not None:
            self.reply.waits = term

    def on_request_correction(self, event: Told) -> None:
        self.aside("awaiting_correction")
        self.correction = Term([_paper(event)])
        self.wait(event, self.correction)

    def on_charge(self, event: Told) -> None:
        self.aside("awaiting_payment")
        self.payment = Term([Paper(event.on, event.live, days=20, served=_day(event, "served_on"))])
        self.wait(event, self.payment)

    def on_cancel_correction(self, event: Told) -> None:
        """As if nothing had been asked; where the answer had come before, nothing."""
        if self.state != "awaiting_correction":
            return
        self.state = self.stood
        self.correction = None
        if self.reply is not None:
            self.reply.waits = None

    def on_cancel_charge(self, event: Told) -> None:
        """As if nothing had been charged; where it had been paid before, nothing."""
        if self.state != "awaiting_payment":
            return
        self.state, self.payment = self.stood, None
        if self.reply is not None:
            self.reply.waits = None

    def answered(self, event: Told, term: Term | None) -> None:
        assert term is not None
        paper = term.letters[-1]
        if paper.live and paper.served is None:
            paper.served = event.on
        self.state, self.stood = "accepted", "accepted"
        self.pending = self.granted = self.lengthened = 0
        self.put_to, self.was_put = None, False
        self.end()
        self.begin(event.on)

    def on_correct(self, event: Told) -> None:
        self.answered(event, self.correction)

    def on_pay(self, event: Told) -> None:
        self.answered(event, self.payment)

    def on_abandon(self, event: Told) -> None:
        if self.state not in ("awaiting_correction", "awaiting_payment"):
            return
        self.given_up = (self.state, event.on)
        self.finish(event.on)
        self.state = "discontinued"

    def on_consult(self, event: Told) -> None:
        self.aside("consulting")
        kind, told = event.data["with"], _day(event, "due_on")
        fixed = told if kind == "other_organ" or self.old else None
        paper = Paper(event.on, event.live, fixed, 15, served=_day(event, "served_on"))
        item = Asked(kind, event.on, [paper])
        self.asked[event.data["id"]] = item
        self.leave_out(item)

    def leave_out(self, item: Asked) -> None:
        """Leaves the days of a consultation out of the period that runs; before 2019 a third party's alone."""
        counts = item.counterpart == "third_party" or not self.old
        if counts and self.reply is not None and all(one is not item for one in self.reply.asked):
            self.reply.asked.append(item)

    def end_asking(self, item: Asked, on: date) -> None:
        item.ended, item.over = on, True
        if all(one.over for one in self.asked.values()):
            self.state = self.stood

    def on_opinion(self, event: Told) -> None:
        item = self.asked[event.data["id"]]
        paper = item.letters[-1]
        if paper.live and paper.served is None:
            paper.served = event.on
        self.end_asking(item, event.on)

    def on_lapse_consultation(self, event: Told) -> None:
        item = self.asked[event.data["id"]]
        if item.over:
            return
        item.silent = event.on
        self.end_asking(item, min(event.on, item.due or FAR))

    def on_cancel_consultation(self, event: Told) -> None:
        item = self.asked[event.data["id"]]
        if item.over:
            return
        back = [trip.back for trip in item.letters[-1].trips if trip.back is not None]
        self.end_asking(item, max(back) if back and event.data.get("undeliverable") else event.on)

    def on_renew_term(self, event: Told) -> None:
        of, paper = event.data["of"], _paper(event)
        if of == "consultation":
            item = self.asked[event.data["id"]]
            if item.over:
                return
            item.letters.append(paper if item.counterpart == "other_organ" else Paper(event.on, event.live, days=15))
        elif of == "correction" and self.correction is not None:
            if self.state == "awaiting_correction":
                self.correction.letters.append(paper)
        elif of == "fee" and self.payment is not None and self.state == "awaiting_payment":
            self.payment.letters.append(Paper(event.on, event.live, days=20))

    def on_extend(self, event: Told) -> None:
        self.pending += event.data["days"]
        self.telling = Paper(event.on, event.live)
        if not event.live:
            self.lengthened, self.fixed_before = self.pending, self.reply.fixed if self.reply is not None else None
            self.lengthen()

    def lengthen(self) -> None:
        self.granted += self.pending
        if self.reply is not None:
            self.reply.extra = self.granted
            if self.reply.fixed is not None and not self.reply.ordered:
                self.reply.fixed = after(self.reply.fixed, self.pending)
        self.pending = 0
        self.stood = "extended"
        if self.state in ("received", "accepted"):
            self.state = "extended"
        if self.before in ("received", "accepted"):
            self.before = "extended"

    def on_demand_reasons(self, event: Told) -> None:
        self.aside("awaiting_reasons")

    def on_give_reasons(self, event: Told) -> None:
        self.state = self.stood

    def on_defer(self, event: Told) -> None:
        self.putting = Paper(event.on, event.live)
        self.put_to = _day(event, "until")
        if not event.live:
            self.put_off()

    def put_off(self) -> None:
        """Lets a deferral count; a day that the reply has anyway changes nothing."""
        assert self.put_to is not None
        if self.reply is not None and self.put_to >= self.reply.due():
            self.was_put, self.put_before, self.reply.fixed = True, self.reply.fixed, self.put_to
        self.put_to = None

    def on_decide(self, event: Told) -> None:
        self.by = event.data.get("delivery", self.by)
        if self.state != "decided":
            self.before, self.state = self.state, "decided"
            self.answer = Paper(event.on, event.live)

    def on_withdraw_decision(self, event: Told) -> None:
        """Back to before the decision; what had gone out by then is handled again."""
        if self.state == "replied":
            self.on_reopen(event)
            return
        self.state, self.by = self.before, ""

    def on_reply(self, event: Told) -> None:
        if self.state != "decided":
            self.before, self.answer = self.state, Paper(event.on, event.live)
        self.by = event.data["delivery"]
        self.make(event.on)
        assert self.answer is not None
        if event.live and self.by in BY_HAND:
            self.answer.served = event.on

    def make(self, on: date) -> None:
        if self.reply is not None:
            self.reply.made = on
        self.finish(on)
        self.state = "replied"

    def drop(self, on: date) -> None:
        """Lets go of a term that nothing awaits any more; one that has run out stays on record."""
        if self.state == "awaiting_correction" and self.correction and not self.correction.out(on):
            self.correction = None
        if self.state == "awaiting_payment" and self.payment and not self.payment.out(on):
            self.payment = None

    def on_withdraw(self, event: Told) -> None:
        self.drop(event.on)
        self.finish(event.on)
        self.state = "discontinued"

    on_discontinue = on_withdraw

    def on_annul(self, event: Told) -> None:
        if self.state == "awaiting_correction":
            self.correction = None
        if self.state == "awaiting_payment":
            self.payment = None
        self.finish(event.on)
        self.state = "annulled"

    def on_close(self, event: Told) -> None:
        if self.state in ("replied", "discontinued"):
            self.state = "closed"

    def on_reopen(self, event: Told) -> None:
        """Back to before a step that came too early, else a new period."""
        if self.state == "discontinued" and self.given_up is not None:
            waited, on = self.given_up
            term = self.correction if waited == "awaiting_correction" else self.payment
            assert term is not None
            if term.too_early(on):
                self.state, self.given_up = waited, None
                self.replies[-1].over, self.replies[-1].kept = False, None
                return
        if self.state in ("replied", "discontinued", "closed"):
            self.state, self.stood, self.by, self.before = "accepted", "accepted", "", ""
            self.granted, self.lengthened, self.given_up, told = 0, 0, None, _day(event, "due_on")
            self.was_put = False
            length = 15 if event.on < NEW_REGULATIONS else 20
            self.replies.append(Reply(event.on, length, fixed=told, ordered=True))
            return
        early = [item for item in self.asked.values() if item.silent is not None]
        early = [item for item in early if item.due is None or (item.silent or FAR) <= item.due]
        if early:
            self.aside("consulting")
        for item in early:
            item.silent, item.ended, item.over = None, None, False
            self.leave_out(item)

    def on_dispatch(self, event: Told) -> None:
        paper, way = self.paper(event), event.data["method"]
        if paper is None:
            return
        by_hand = way in BY_HAND or event.data.get("carrier") == "other"
        paper.trips.append(Trip(event.on, way, by_hand))
        if way in ELECTRONIC and paper.served is None:
            paper.served, paper.sent_alone = event.on, True
        if way == "public_notice" and paper.served is None:
            paper.served, paper.sent_alone = event.on + PUBLISHED, True
        self.follow(event, sent=not by_hand)

    def on_serve(self, event: Told) -> None:
        paper = self.paper(event)
        if paper is not None:
            paper.served, paper.sent_alone = event.on, False
            if event.data.get("method") == "public_notice":
                published = [trip.sent for trip in paper.trips if trip.way == "public_notice"]
                paper.served = min(published, default=event.on) + PUBLISHED
            self.follow(event)

    def on_fail_service(self, event: Told) -> None:
        paper, why, of = self.paper(event), event.data["reason"], event.data["of"]
        if paper is None:
            return
        failed = [trip for trip in paper.trips if why != "bounced" or trip.way in ELECTRONIC] or paper.trips
        if failed:
            failed[-1].back, failed[-1].bounced = event.on, why == "bounced"
        if why == "bounced":
            paper.served, paper.sent_alone = None if paper.sent_alone else paper.served, False
        elif why in ("refused", "wrong_address") and of != "consultation" and paper.served is None:
            by_courier = bool(failed) and failed[-1].way == "post" and failed[-1].by_hand
            paper.served = None if by_courier else event.on
        if why == "bounced" and of == "extension":
            self.take_back(paper)
        if why == "bounced" and of == "deferral":
            self.take_back_putting(paper)
        if why == "bounced" and of == "reply":
            self.unsend(paper)
        self.follow(event)

    def unsend(self, paper: Paper) -> None:
        """Undoes a reply that a mail alone had made, which bounced."""
        last = self.replies[-1] if self.replies else None
        if last is None or last.made is None or not paper.live or self.state != "replied" or self.by not in ELECTRONIC:
            return
        if paper.told is None:
            last.made, last.over, last.kept, self.state = None, False, None, "decided"
        elif paper.told > last.made:
            last.made = paper.told

    def take_back(self, paper: Paper, *, again: bool = True) -> None:
        """Undoes an extension of which a mail that bounced had told, where nothing else told of it in time.

        So does a record of the past by which the applicant was told too late.
        """
        if not self.lengthened or not self.replies:
            return
        last = self.replies[-1]
        kept, last.kept = last.kept, None
        last.extra -= self.lengthened
        moved, last.fixed = last.fixed, (self.fixed_before or last.fixed) if last.fixed is not None else None
        if paper.told is not None and paper.told <= last.due():
            last.extra, last.fixed, last.kept = last.extra + self.lengthened, moved, kept
            return
        last.kept = last.due() if kept is not None else None
        self.granted -= self.lengthened
        self.pending, self.lengthened = 0 if last.over or not again else self.pending + self.lengthened, 0
        if self.granted == 0:
            self.stood = "accepted"
            self.state = "accepted" if self.state == "extended" else self.state
            self.before = "accepted" if self.before == "extended" else self.before

    def take_back_putting(self, paper: Paper, *, again: bool = True) -> None:
        """Undoes a deferral of which nobody was told in time."""
        if not self.was_put or not self.replies:
            return
        last = self.replies[-1]
        kept, moved = last.kept, last.fixed
        last.kept, last.fixed = None, self.put_before
        if paper.told is not None and paper.told <= last.due():
            last.kept, last.fixed = kept, moved
            return
        last.kept = last.due() if kept is not None else None
        self.was_put = False
        if not last.over and again and self.put_to is None:
            self.put_to = moved

    def follow(self, event: Told, *, sent: bool = False) -> None:
        """What a fact of a paper does beside starting the terms: it tells of an extension, or makes the reply."""
        of, paper = event.data.get("of", "reply"), self.paper(event)
        assert paper is not None
        if of == "extension" and self.pending and paper.told is not None:
            if self.reply is not None and paper.told <= self.reply.due():
                self.lengthened, self.fixed_before = self.pending, self.reply.fixed
                self.lengthen()
            self.pending = 0
        if of == "deferral" and self.put_to is not None and paper.told is not None:
            if self.reply is not None and paper.told <= self.reply.due():
                self.put_off()
            self.put_to = None
        if of == "deferral" and not paper.live and paper.told is not None:
            self.take_back_putting(paper, again=False)
        if of == "extension" and not paper.live and paper.told is not None:
            self.take_back(paper, again=False)
        if of != "reply":
            return
        if self.state == "decided" and (sent or paper.served):
            way = paper.trips[-1].way if paper.trips else self.by
            self.by = {"hand": "in_person", "public_notice": self.by}.get(way, way)
            self.make(event.on)
            return
        last = self.replies[-1] if self.replies else None
        if last is None or last.made is None:
            return
        to_sign = event.move == "dispatch" and paper.first is None and paper.served is None
        if to_sign and paper.live and self.state == "replied":
            last.made, last.over, last.kept, self.state = None, False, None, "decided"
            return
        if paper.live and sent and paper.first == event.on > last.made and not paper.had_by(last.made):
            last.made = event.on
        signed = self.by in BY_HAND or (paper.trips and paper.first is None)
        if paper.live and signed and not sent and paper.served == event.on:
            last.made = max(last.made, paper.first or event.on)
        if not paper.live and self.by in BY_HAND and paper.served == event.on and paper.first is None:
            last.made = max(last.made, paper.served)

    def paper(self, event: Told) -> Paper | None:
        """The paper that a fact is about."""
        of = event.data.get("of", "reply")
        if of == "consultation":
            named = event.data.get("id") or next(iter(self.asked))
            return self.asked[named].letters[-1]
        if of in ("correction", "fee"):
            term = self.correction if of == "correction" else self.payment
            return term.letters[-1] if term is not None else None
        return {"extension": self.telling, "deferral": self.putting, "reply": self.answer}.get(of)


def _nothing(event: Told) -> None:
    """A step that changes no day."""


def _paper(event: Told) -> Paper:
    """The notice that a step writes, with the term that it sets."""
    return Paper(event.on, event.live, _day(event, "due_on"), event.data.get("days", 0))


def _day(event: Told, key: str) -> date | None:
    told = event.data.get(key)
    return None if told is None else date.fromisoformat(told)


@dataclass(frozen=True)
class Count:
    """What a life comes to at the end of a day; a term that waits for a service has no last day."""

    state: str
    reply: date | None
    breached: date | None
    correction: date | None
    payment: date | None
    consultations: dict[str, date | None]
    untold: bool


def _walk(events: Iterable[Told], until: date) -> Life:
    life = Life()
    order: list[Told] = []
    for event in events:
        place = len(order)
        while place and order[place - 1].on > event.on:
            place -= 1
        order.insert(place, event)
    for event in order:
        life.tell(event)
    for period in life.replies:
        period.look(until)
    return life


def _missed(events: Sequence[Told], until: date) -> set[date]:
    """The last days that have passed without a reply, whoever believes what was written down late."""
    return {day for period in _walk(events, until).replies if (day := period.late()) is not None and day < until}


def _unconfirmed(events: Sequence[Told]) -> set[date]:
    """The last days that would be kept by what was written down after them, as long as the head has not confirmed it.

    Each step answers for the days that were missed, as everything that had been written down before it tells, and as
    what came back since then leaves of that. A last day that has become an earlier one was missed as before.
    """
    claimed: dict[int, set[date]] = {}
    for place, event in enumerate(events):
        if event.move == "lift_breach":
            claimed.pop(event.data["seq"], None)
        if not event.live or event.recorded_on is None or event.recorded_on <= event.on:
            continue
        days: set[date] = set()
        for later in ([], events[place + 1 :]):
            known, kept = (_missed(_come_back(events[:end], later), event.recorded_on) for end in (place, place + 1))
            days |= {day for day in known - kept if not any(new <= day for new in kept - known)}
        if days:
            claimed[event.seq] = days
    return {day for days in claimed.values() for day in days}


def _come_back(events: Sequence[Told], later: Sequence[Told]) -> list[Told]:
    """Some events, and what came back later of the papers that had been sent by them."""
    sent = [(item.data["of"], item.data.get("id")) for item in events if item.move == "dispatch"]
    back = [item for item in later if item.move == "fail_service"]
    return [*events, *(item for item in back if (item.data["of"], item.data.get("id")) in sent)]


def counted(events: Sequence[Told], on: date) -> Count:
    """What a life comes to at the end of a day."""
    life = _walk(events, on)
    missed = _missed(events, on) | _unconfirmed(events)
    return Count(
        life.state,
        life.replies[-1].due() if life.replies else None,
        min(missed) + ONE_DAY if missed else None,
        life.correction.due if life.correction is not None else None,
        life.payment.due if life.payment is not None else None,
        {name: item.due for name, item in life.asked.items()},
        life.pending > 0,
    )
