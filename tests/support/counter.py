"""A counter from which papers go out: a database, a case and a reply, in a module that processes can import."""

from datetime import date

import pytest
import rows as t
from office import ADMIN, CLERK, HEAD, SUBMIT
from sqlalchemy import func, select

from disclosure.states.errors import BadData
from disclosure.workflow import (
    Context,
    FixedClock,
    IssueOptions,
    ServiceEvent,
    issue,
    move,
    record_service,
    set_profile,
)

DAY = date(2024, 3, 1)
REPLIED = date(2024, 3, 20)
PROFILE = {
    "name": "湖城市水务局",
    "kind": "department",
    "office": "办公室",
    "address": "湖城市滨河路1号",
    "phone": "0000-1234567",
    "review_organ": "湖城市人民政府",
    "court": "湖城市中级人民法院",
    "code": "湖水公开",
    "representative": "赵局长",
    "payment": "非税收入缴款书",
    "online_review": "复议申请平台",
}
REGISTRAR = ADMIN.model_copy(update={"department": CLERK.department, "roles": (*ADMIN.roles, *HEAD.roles)})
"""Who takes a request in, for the clerk's department."""
TEXT_ONLY = ("text",)
GRANTED = {"answer": "O02", "delivery": "post", "ground": "可以公开"}


class Counter:
    """Cases of one office, and what its clerk does with their papers."""

    def __init__(self, sessions, on=REPLIED) -> None:
        self.sessions = sessions
        self.clock = FixedClock(on)
        with sessions() as session, session.begin():
            set_profile(Context(session, ADMIN), PROFILE)

    def at(self, on):
        self.clock = FixedClock(on)
        return self

    def make(self, case, name, data=None, on=DAY):
        with self.sessions() as session, session.begin():
            return move(Context(session, REGISTRAR, clock=FixedClock(max(on, REPLIED))), case, name, data or {}, at=on)

    def record(self, case, name, data=None, on=DAY):
        """A move of the past."""
        with self.sessions() as session, session.begin():
            past = Context(session, REGISTRAR, clock=FixedClock(max(on, REPLIED)), past=True)
            return move(past, case, name, data or {}, at=on)

    def replied(self, case="A-1", on=REPLIED, submit=SUBMIT, **reply):
        self.make(case, "submit", submit)
        self.make(case, "accept")
        self.make(case, "reply", GRANTED | reply, on)
        return self

    def do(self, verb, *args, actor=CLERK, **more):
        with self.sessions() as session, session.begin():
            return verb(Context(session, actor, clock=self.clock), *args, **more)

    def issue(self, case="A-1", kind="reply", *, actor=CLERK, key=None, **more):
        options = IssueOptions(**{"carriers": TEXT_ONLY} | more)
        return self.do(issue, case, kind, options, actor=actor, idempotency_key=key)

    def serve(self, notice, act, data=None, *, case="A-1", key=None, **more):
        event = ServiceEvent(act=act, data=data or {}, **more)
        return self.do(record_service, case, notice, event, idempotency_key=key)


def problems(caught):
    return {item["problem"] for item in caught.value.faults}


def refused(counter, case="A-1", kind="reply", **more):
    """The problems told, and nothing of the attempt left."""
    with counter.sessions() as session:
        before = [
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (t.notice, t.serial, t.paper_act, t.outbox)
        ]
    with pytest.raises(BadData) as caught:
        counter.issue(case, kind, **more)
    with counter.sessions() as session:
        after = [
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (t.notice, t.serial, t.paper_act, t.outbox)
        ]
    assert before == after
    return problems(caught)
