"""Random lives of a case, live or of the past, drawn from a seed: each step is one that the law takes on its day.

Live work writes some things down late; a record of the past takes its steps in order, some with a reason for coming late.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from histories import LAW

from disclosure.states.errors import DisclosureError
from disclosure.states.procedure.advance import advance, fold
from disclosure.states.procedure.case import FINISHED, Case
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.letters import Letter
from disclosure.states.procedure.machine import sources

CHANNELS = ("in_person", "oral", "signed_mail", "ordinary_mail", "online", "fax")
APPLICANT = {"kind": "org_other", "name": "某公司", "phone": "0000-1234567", "address": "湖城市滨河路1号"}
ANSWERS: tuple[dict[str, Any], ...] = (
    {"answer": "O02"},
    {"answer": "O02"},
    {"answer": "O07", "ground": "涉及商业秘密"},
    {"answer": "O15", "ground": "补正后仍不明确"},
    {"answer": "O19", "ground": "说明的理由不合理"},
    {"answer": "O12", "ground": "经检索没有", "search": "检索了档案系统，没有"},
)
"""Answers of which some rest on a consultation, a correction or reasons."""
FACTS = ("dispatch", "serve", "fail_service")
WEIGHTS = {
    "confirm": 8,
    "accept": 8,
    "request_correction": 3,
    "correct": 5,
    "cancel_correction": 1,
    "abandon": 6,
    "consult": 5,
    "opinion": 4,
    "lapse_consultation": 8,
    "cancel_consultation": 2,
    "extend": 4,
    "demand_reasons": 2,
    "give_reasons": 4,
    "defer": 1,
    "charge": 3,
    "pay": 5,
    "cancel_charge": 1,
    "renew_term": 3,
    "decide": 1.2,
    "withdraw_decision": 3,
    "reply": 1.5,
    "withdraw": 0.15,
    "discontinue": 0.15,
    "annul": 0.12,
    "close": 0.5,
    "reopen": 1.5,
    "dispatch": 14,
    "serve": 10,
    "fail_service": 5,
    "lift_breach": 30,
    "reassign": 0.2,
}
AFTER_THE_END = {"dispatch": 1.5, "serve": 2, "fail_service": 0.7, "reopen": 2.5}
UNPAID = {"renew_term": 25}
"""A fee notice can be written anew only until it has been received, so that few lives come to it."""
NOTICE = "public_notice"
PAPER_OF = {"correction": "correction", "payment": "fee"}


@dataclass
class RandomLife:
    """A life as it is being drawn."""

    random: Random
    live: bool
    case: Case = field(default_factory=lambda: Case("一件"))
    events: list[Event] = field(default_factory=list)

    def run(self, first: date, last: date, steps: int) -> list[Event]:
        """The events of one life."""
        today = first + timedelta(days=self.random.randrange((last - first).days))
        submit = {"channel": self.random.choice(CHANNELS), "applicant": APPLICANT, "information": "某文件"}
        self.make("submit", today, today, submit)
        for _ in range(self.random.randint(2, steps)):
            today = self.later(today)
            self.step(today)
        return self.events

    def later(self, today: date) -> date:
        """Some days on, or about a last day: there the law changes its mind."""
        running = [item for item in self.case.periods if item.ended_on is None and not item.awaits]
        ends = [item.due_on for item in running if item.due_on >= today]
        if ends and self.random.random() < 0.3:
            return max(today, self.random.choice(ends) + timedelta(days=self.random.choice((1, 0, -1, 2))))
        return today + timedelta(days=self.random.choice((0, 0, 1, 1, 2, 3, 5, 8, 12, 20)))

    def step(self, today: date) -> None:
        """One of the moves that lead on from where the case stands, if the law takes it."""
        weights = WEIGHTS | (AFTER_THE_END if self.case.state in FINISHED else {})
        weights |= UNPAID if self.case.state == "awaiting_payment" else {}
        possible = [move for move in WEIGHTS if self.case.state in sources("case", move)]
        for _ in range(4 if possible else 0):
            (move,) = self.random.choices(possible, [weights[move] for move in possible])
            on = self.dated(move, today)
            data = self.data(move, on)
            if data is not None and self.make(move, on, today, data):
                return

    def dated(self, move: str, today: date) -> date:
        """Today; now and then an earlier day, for which a step that is no fact says why."""
        started = self.case.submitted_on or today
        if move not in FACTS or not self.live or self.random.random() > 0.35:
            return today if self.random.random() > 0.1 else self.back(today, started)
        return self.back(today, started)

    def back(self, today: date, started: date) -> date:
        return max(started, today - timedelta(days=self.random.choice((1, 2, 3, 5, 10, 20))))

    def make(self, move: str, on: date, today: date, data: dict[str, Any]) -> bool:
        """Whether the law has taken it."""
        if self.case.last_on is not None and on < self.case.last_on and not (self.live and move in FACTS):
            data = data | {"late_reason": "漏登"}
        seq = len(self.events) + 1
        event = Event(seq, move, on, data=data, live=self.live, recorded_on=today if self.live else None)
        try:
            self.case = advance(self.case, event, LAW, lambda: self.events).case
        except DisclosureError:
            if self.case.seq == seq:  # only what it would do was refused: a day that no calendar reaches
                self.case = folded_life(self.events)
            return False
        self.events.append(event)
        return True

    def data(self, move: str, on: date) -> dict[str, Any] | None:
        """Lawful data of a move; None where nothing can be told."""
        told = getattr(self, f"_{move}", None)
        found: dict[str, Any] | None = told(on) if told is not None else {}
        return found if found is None else {"reason": "某原因"} | found

    def day(self, on: date, least: int = 1, most: int = 40) -> str:
        return (on + timedelta(days=self.random.randint(least, most))).isoformat()

    def maybe(self, chance: float, **told: Any) -> dict[str, Any]:
        return told if self.random.random() < chance else {}

    def term(self, on: date) -> dict[str, Any]:
        return {"due_on": self.day(on)} if self.random.random() < 0.5 else {"days": self.random.randint(1, 20)}

    def _request_correction(self, on: date) -> dict[str, Any]:
        return {"items": ["某处"]} | self.term(on) | self.maybe(0.7, override="无法答复")

    def _consult(self, on: date) -> dict[str, Any]:
        kind = self.random.choice(("third_party", "third_party", "co_author", "other_organ"))
        told = {"id": f"c{len(self.case.consultations)}", "with": kind, "name": "某方"}
        served = self.maybe(0.15, served_on=self.day(on, -2, 5))
        due = {"due_on": self.day(on)} if kind == "other_organ" or self.random.random() < 0.1 else {}
        return told | served | due | self.maybe(0.7, override="无法答复")

    def _open(self) -> str | None:
        waiting = [item.id for item in self.case.consultations if item.ended_on is None]
        return self.random.choice(waiting) if waiting else None

    def _opinion(self, on: date) -> dict[str, Any] | None:
        named = self._open()
        return {"id": named, "opinion": "objects"} if named else None

    def _lapse_consultation(self, on: date) -> dict[str, Any] | None:
        named = self._open()
        return {"id": named} if named else None

    def _cancel_consultation(self, on: date) -> dict[str, Any] | None:
        named = self._open()
        return {"id": named} | self.maybe(0.5, undeliverable="邮寄、上门均未送达") if named else None

    def _extend(self, on: date) -> dict[str, Any]:
        return {"days": self.random.randint(1, 15), "approved_by": "主任"}

    def _demand_reasons(self, on: date) -> dict[str, Any]:
        return {"due_on": self.day(on)} | self.maybe(0.7, override="无法答复")

    def _give_reasons(self, on: date) -> dict[str, Any]:
        return {"accepted": self.random.random() < 0.5}

    def _defer(self, on: date) -> dict[str, Any]:
        return {"until": self.day(on, 20, 90)}

    def _charge(self, on: date) -> dict[str, Any]:
        return {"basis": "items", "quantity": 10 + self.random.randint(1, 50)} | self.maybe(
            0.15, served_on=self.day(on, -2, 5)
        )

    def _reassign(self, on: date) -> dict[str, Any]:
        return {"department": "办公室"}

    def _delivery(self) -> str:
        return self.random.choice(("post", "in_person", "entrusted", "online", "email"))

    def _decide(self, on: date) -> dict[str, Any]:
        answer = {} if self.case.state == "decided" else self.random.choice(ANSWERS)
        return {"delivery": self._delivery()} | answer

    _reply = _decide

    def _reopen(self, on: date) -> dict[str, Any]:
        return {"reason": "自行检查发现答复有误"} | self.maybe(0.4, due_on=self.day(on, 5, 60))

    def _lift_breach(self, on: date) -> dict[str, Any] | None:
        claims = self.case.claims
        return {"seq": self.random.choice(claims), "proof": "邮政收据"} if claims else None

    def _renew_term(self, on: date) -> dict[str, Any] | None:
        if self.case.state == "awaiting_reasons":
            return {"of": "reasons", "due_on": self.day(on, 5, 60)}
        of = {"awaiting_correction": "correction", "awaiting_payment": "fee"}.get(self.case.state, "consultation")
        named = self._open() if of == "consultation" else None
        return {"of": of} | ({"id": named} if named else {}) | self.term(on)

    def _about(self) -> dict[str, Any] | None:
        """A paper of which something may be told: of what is waited for first."""
        waiting = [PAPER_OF[item.rule] for item in self.case.periods if item.rule in PAPER_OF and item.ended_on is None]
        waiting += ["extension"] * 3 if self.case.pending is not None else []
        waiting += ["deferral"] * 3 if self.case.deferral or (self.case.deferred and not self.live) else []
        waiting += ["reply"] * 2 if self.case.state in ("decided", "replied") else []
        asked = [item.id for item in self.case.consultations if item.ended_on is None]
        waiting += ["consultation"] * len(asked)
        others = ["reply", "extension", "correction", "fee", "consultation"]
        of = self.random.choice(waiting if waiting and self.random.random() < 0.93 else others)
        if of != "consultation":
            return {"of": of}
        if not self.case.consultations:
            return None
        every = [item.id for item in self.case.consultations]
        return {"of": of, "id": self.random.choice(asked if asked and self.random.random() < 0.9 else every)}

    def _dispatch(self, on: date) -> dict[str, Any] | None:
        found = self._about()
        if found is None:
            return None
        method = self.random.choice(("post", "post", "hand", "email", "online", "entrusted", "phone", NOTICE))
        if method == "phone" and found["of"] not in ("extension", "correction"):
            method = "post"
        more = {"proof": "记录"} if method == "phone" else {}
        carrier = {"carrier": self.random.choice(("ems", "ems", "ems", "other"))} if method == "post" else {}
        return found | {"method": method} | more | carrier

    def _serve(self, on: date) -> dict[str, Any] | None:
        """What stops the reply is served once: a second record would say that the first was wrong."""
        found = self._about()
        letter = self.case.letter(found["of"]) if found is not None else None
        again = letter is not None and letter.served_on is not None and letter.of in ("correction", "fee")
        return None if again or found is None else found | self.maybe(0.04, method=NOTICE)

    def _fail_service(self, on: date) -> dict[str, Any] | None:
        """What left and of whose arrival nothing is known, or what was sent through the network."""
        out = [item for item in self.case.letters if item.trips and item.trips[-1].back_on is None]
        out = [item for item in out if item.served_on is None or _by_sending(item)]
        if not out:
            return None
        letter = self.random.choice(out)
        bounced = _by_sending(letter) or letter.trips[-1].way in ("email", "online")
        why = "bounced" if bounced else self.random.choice(("refused", "wrong_address", "absent", "kept"))
        return {"of": letter.of, "reason": why} | ({"id": letter.ref} if letter.ref else {})


def _by_sending(letter: Letter) -> bool:
    """Whether nothing but its sending through the network proves that it was received."""
    last = letter.trips[-1]
    return last.way in ("email", "online") and letter.served_on == last.sent_on


def random_life(seed: int, live: bool, steps: int = 24) -> list[Event]:
    """The life of that seed; one in ten under the Regulations of 2008."""
    return drawn_life(seed, live, steps).events


def drawn_life(seed: int, live: bool, steps: int = 24) -> RandomLife:
    """The same with the case that its steps have made one after the other."""
    random = Random(seed)  # noqa: S311 - lives for tests, drawn again by their number
    first, last = (date(2012, 1, 1), date(2018, 12, 1)) if seed % 10 == 0 else (date(2019, 4, 20), date(2025, 3, 1))
    life = RandomLife(random, live)
    life.run(first, last, steps)
    return life


def folded_life(events: list[Event]) -> Case:
    """The case that a life makes."""
    return fold("一件", events, LAW)[0]
