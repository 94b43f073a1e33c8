"""Notices of one office: a request, its reply, and what is written of them."""

from datetime import date

from answers import USUAL
from histories import LAW

from disclosure.notifications.documents.agency import Agency
from disclosure.notifications.documents.facts import CaseHistory
from disclosure.notifications.documents.kinds import due_notices
from disclosure.notifications.documents.render import Notice, notice_for
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.history import Event, timeline
from disclosure.states.procedure.periods import Law

OFFICE = Agency(
    name="湖城市水务局",
    kind="department",
    office="办公室",
    address="湖城市滨河路1号",
    phone="0000-1234567",
    review_organ_also="东湖区人民政府",
    review_organ="湖城市人民政府",
    court="湖城市中级人民法院",
    online_review="https://fuyi.example",
    representative="赵局长",
    payment="非税收入缴款书",
)


ON = date(2024, 3, 1)


def submitted(on: date = ON, **more: object) -> Event:
    applicant = {"kind": "natural_person", "name": "欧阳小明"}
    return Event(
        1, "submit", on, data={"channel": "in_person", "applicant": applicant, "information": "规划批复"} | more
    )


def written(*events: Event, kind: str, office: Agency = OFFICE, law: Law = LAW) -> Notice:
    """The last notice of a kind that the events give rise to."""
    case, _ = fold("2024-017", events, law)
    ref = [item for item in due_notices(case, timeline(events)) if item.kind == kind][-1]
    return notice_for(CaseHistory("2024-017", events, law), ref, office)


def replied(outcome: str, on: date = date(2024, 3, 20), received: date = ON, **more: object) -> tuple[Event, ...]:
    data = {"outcome": outcome, "delivery": "post", "ground": "理由若干", "items": ["第一项"]} | more
    if outcome in USUAL and "answer" not in more:
        data["answer"] = USUAL[outcome]
    if data.get("answer") == "O06":
        data["endangers"] = "public_security"
    if outcome == "partial":
        data["items"] = [
            {"part": "第一项", "outcome": "O02"},
            {"part": "第二项", "outcome": "O09", "ground": "讨论记录"},
        ]
    return submitted(received), Event(2, "reply", on, data={k: value for k, value in data.items() if value is not None})
