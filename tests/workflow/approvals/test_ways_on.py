"""From every state a closed case is within reach through the commands, by what ``why`` names: alone or as two, and with approvals."""

from datetime import date, timedelta

import pytest
from approvals import EXTENSION, ROLES, Office, person, steps
from office import HEAD, SUBMIT
from sqlalchemy.orm import sessionmaker
from ways_on import CALLING_OFF, MOST, TO_THE_END, next_end

from disclosure.workflow import Context, FixedClock, move, why
from disclosure.workflow.cases.store import load_case
from disclosure.workflow.kernel.database import open_engine

OPENED, BEGUN = date(2024, 3, 1), date(2024, 3, 5)
STATES = {
    "received": (),
    "accepted": (("accept", {}),),
    "awaiting_correction": (("request_correction", {"items": ["文号"], "days": 10}),),
    "awaiting_payment": (("accept", {}), ("charge", {"basis": "items", "quantity": 31})),
    "awaiting_reasons": (("accept", {}), ("demand_reasons", {"due_on": "2024-03-20"})),
    "consulting": (("accept", {}), ("consult", {"id": "c", "with": "third_party", "name": "湖城供水公司"})),
    "decided": (("accept", {}), ("decide", {"answer": "O02", "delivery": "post"})),
    "discontinued": (("withdraw", {"reason": "申请人撤回"}),),
}
TWO = {"u1": ROLES["u1"], "u2": (*ROLES["u2"][:3], None), "root": ROLES["root"]}
MOVES = '["reply", "decide", "discontinue", "consult", "charge", "request_correction", "cancel_correction"]'
PROCEDURE = "\n".join(
    (
        'title = "试验"',
        "urge_hours = 24",
        EXTENSION,
        f"[[route]]\nmoves = {MOVES}\n" + steps("head disclosure_head any 10"),
    )
)


class Alone:
    """One person who does everything, in an office without a procedure."""

    def __init__(self, sessions) -> None:
        self.sessions = sessions
        self.clock = FixedClock(OPENED)

    def context(self, session) -> Context:
        return Context(session, HEAD, clock=self.clock)

    def make(self, name, data) -> None:
        with self.sessions() as session, session.begin():
            move(self.context(session), "A-1", name, data)

    def go(self, name, data, approval) -> None:
        assert not approval
        self.make(name, data)

    def at(self, day) -> None:
        self.clock = FixedClock(day)

    def ask(self):
        """The case, and what ``why`` names as possible now, with what needs an approval."""
        with self.sessions() as session:
            context = self.context(session)
            case = load_case(context.connection, context.agency, "A-1").case
            return case, {item.move: item.approval for item in why(context, "A-1") if item.available}


class AsTwo(Alone):
    """One who drafts and the head who signs."""

    def __init__(self, sessions) -> None:
        super().__init__(sessions)
        self.office = Office(sessions, on=OPENED, text=PROCEDURE, people=TWO)

    def context(self, session) -> Context:
        return Context(session, person("u1", TWO), **self.office.shared)

    def at(self, day) -> None:
        self.office.clock.moment = FixedClock(day).moment

    def go(self, name, data, approval) -> None:
        if not approval:
            self.make(name, data)
            return
        told = {key: value for key, value in data.items() if key != "approved_by"}
        sheet = self.office.propose("u1", "A-1", name, told).sheet
        self.office.do("u2", "approve", sheet)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("ways", [CALLING_OFF, TO_THE_END], ids=["called off", "run to the end"])
@pytest.mark.parametrize("office", [Alone, AsTwo], ids=["alone", "as two"])
def test_a_closed_case_is_within_reach(office, ways, state):
    engine = open_engine("sqlite://")
    at_work = office(sessionmaker(engine))
    at_work.make("submit", SUBMIT)
    at_work.at(BEGUN)
    for name, data in STATES[state]:
        at_work.go(name, data, at_work.ask()[1].get(name))
    assert at_work.ask()[0].state == state
    day, made = BEGUN, []
    while (found := at_work.ask())[0].state != "closed":
        case, offered = found
        step = next(((name, told(case)) for name, told in ways.items() if name in offered and told(case)), None)
        if step is None:
            day = max(day, next_end(case, day)) + timedelta(days=1)
            at_work.at(day)
            continue
        at_work.go(*step, offered[step[0]])
        made.append(step[0])
        assert len(made) <= MOST, made
    engine.dispose()
