"""Decisions in live work on one request, with what their papers and the gate's pure part say of them."""

from datetime import date

from histories import LAW
from notices import OFFICE, ON, submitted

from disclosure.notifications.documents.answer_faults import answer_faults
from disclosure.notifications.documents.claims import unproved
from disclosure.notifications.documents.facts import CaseHistory, Situation, situation
from disclosure.notifications.documents.kinds import NoticeRef
from disclosure.notifications.documents.render import Notice, notice_for
from disclosure.states.procedure.history import Event

REPLIED = date(2024, 3, 20)
GIVEN = {"part": "甲", "answer": "O02"}


def live(seq: int, move: str, on: date, **data: object) -> Event:
    return Event(seq, move, on, data=data, live=True)


START = (submitted(), live(2, "accept", ON))


def decided(seq: int, answer: str, **more: object) -> Event:
    data = {"answer": answer, "delivery": "post", "ground": "理由若干"} | more
    return Event(seq, "reply", REPLIED, data={k: v for k, v in data.items() if v is not None}, live=True)


def in_parts(seq: int, *items: object, answer: str = "O03", **more: object) -> Event:
    return decided(seq, answer, items=list(items), **more)


def asked(seq: int, ref: str, name: str = "某公司") -> tuple[Event, ...]:
    """A third party is asked, and the letter leaves."""
    return (
        live(seq, "consult", date(2024, 3, 4), id=ref, name=name, **{"with": "third_party"}),
        live(seq + 1, "dispatch", date(2024, 3, 4), of="consultation", id=ref, method="post"),
    )


def opinion(seq: int, ref: str, told: str) -> Event:
    return live(seq, "opinion", date(2024, 3, 8), id=ref, opinion=told, reason="理由")


def at_last(*events: Event) -> Situation:
    last = events[-1]
    return situation(CaseHistory("2024-017", events, LAW), NoticeRef("reply", last.seq, last.on), OFFICE)


def paper(*events: Event) -> Notice:
    last = events[-1]
    return notice_for(CaseHistory("2024-017", events, LAW), NoticeRef("reply", last.seq, last.on), OFFICE)


def faults(*events: Event) -> list[tuple[int, str]]:
    """What prevents the last of the events: the part (0: the whole) and the problem."""
    at, text = at_last(*events), paper(*events).text
    found = [*unproved(text, at), *answer_faults(at)]
    return [(int(str(fault.get("part", 0))), str(fault["problem"])) for fault in found]
