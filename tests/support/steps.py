"""Random steps on a register, whatever the hands do: moves, amendments, repeats, papers, sweeps, deliveries, settings.

    python tests/support/steps.py URL STEPS SEED

Prints one JSON document: steps made, moves that the law took, faults found. The database has the tables and nothing in
them. What is refused leaves no trace, what is repeated is done once, and every chain and figure holds in the end.
"""

import json
import sys
from datetime import date, timedelta
from itertools import count
from random import Random

import rows as t
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from office import ADMIN, HEAD, operator
from random_lives import APPLICANT, CHANNELS, RandomLife, folded_life
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import DisclosureError
from disclosure.workflow import (
    Context,
    FixedClock,
    IssueOptions,
    annual_report,
    change_settings,
    due,
    issue,
    move,
    recompute,
    relay,
    set_profile,
    tick,
    verify,
    void,
)
from disclosure.workflow.cases.steps import history
from disclosure.workflow.kernel.database import open_engine

FIRST = date(2024, 1, 2)
STEPS_OF_A_RUN = 50
PROFILE = {"name": "湖城市水务局", "code": "湖水公开", "address": "湖城市水利路1号", "phone": "0000-12345"}
SEEDS = st.integers(0, 2**32)
_numbers = count(1)


def chance(seed: int) -> Random:
    """What a life draws its steps from."""
    return Random(seed)  # noqa: S311 - nothing secret


class Register(RuleBasedStateMachine):
    """An agency of its own in a register that others share, some cases, some months of work."""

    sessions: sessionmaker
    steps = 0
    taken = 0

    @initialize(seeds=st.lists(SEEDS, min_size=2, max_size=2))
    def open(self, seeds):
        self.agency, self.today = f"x{next(_numbers)}", FIRST
        self.lives: dict[str, RandomLife] = {}
        self.last = None
        self.attempt(lambda context: set_profile(context, PROFILE), ADMIN)
        for seed in seeds:
            self.a_request(seed)

    def attempt(self, call, actor=HEAD):
        """Does it in a transaction of its own, which is committed though it was refused; what came of it."""
        with self.sessions() as session, session.begin():
            before = session.execute(select(func.count()).select_from(t.event)).scalar_one()
            try:
                return call(Context(session, actor, agency=self.agency, clock=FixedClock(self.today)))
            except DisclosureError:
                assert session.execute(select(func.count()).select_from(t.event)).scalar_one() == before
                return None

    def made(self, case, name, data, at, key):
        self.last = (case, name, data, at, key)
        return self.attempt(lambda context: move(context, case, name, data, at=at, idempotency_key=key))

    @rule(seed=SEEDS)
    def a_request_comes(self, seed):
        self.a_request(seed)

    def a_request(self, seed):
        case = f"{self.today.year}-{len(self.lives) + 1}"
        data = {"channel": chance(seed).choice(CHANNELS), "applicant": APPLICANT, "information": "某文件"}
        assert self.made(case, "submit", data, self.today, f"{case}/1") is not None
        self.lives[case] = RandomLife(chance(seed), live=True)
        self.as_stored(case)

    @precondition(lambda self: self.lives)
    @rule(seed=SEEDS)
    def a_case_goes_on(self, seed):
        self.go_on(self.some_case(seed), seed)

    @precondition(lambda self: self.lives)
    @rule(seed=SEEDS)
    def the_last_case_goes_on(self, seed):
        self.go_on(list(self.lives)[-1], seed)

    @precondition(lambda self: self.lives)
    @rule(seed=SEEDS, days=st.integers(0, 12))
    def a_case_goes_on_later(self, seed, days):
        self.today += timedelta(days=days)
        self.go_on(self.some_case(seed), seed)

    def go_on(self, case, seed):
        """A step that the law takes; the office's own rules may refuse it."""
        life = self.lives[case]
        life.random = chance(seed)
        known = len(life.events)
        life.step(self.today)
        for event in life.events[known:]:
            found = self.made(case, event.move, dict(event.data), event.on, f"{case}/{event.seq}/{seed}")
            type(self).taken += found is not None
            self.as_stored(case)

    @precondition(lambda self: self.last)
    @rule()
    def a_request_is_repeated(self):
        """The first result comes again, or the refusal; nothing is done twice."""
        case, name, data, at, key = self.last
        before = len(self.lives[case].events)
        found = self.attempt(lambda context: move(context, case, name, data, at=at, idempotency_key=key))
        self.as_stored(case)
        assert found is None or found.repeated or len(self.lives[case].events) == before + 1

    @precondition(lambda self: self.lives)
    @rule(seed=SEEDS)
    def a_step_is_amended(self, seed):
        case = self.some_case(seed)
        data = {"seq": seed % len(self.lives[case].events) + 1, "data": {"reason": "另一原因"}, "reason": "笔误"}
        self.attempt(lambda context: move(context, case, "amend", data, at=self.today))
        self.as_stored(case)

    @precondition(lambda self: self.lives)
    @rule(seed=SEEDS, kind=st.sampled_from(["receipt", "reply", "extension"]))
    def a_paper_is_issued(self, seed, kind):
        case = self.some_case(seed)
        self.attempt(lambda context: issue(context, case, kind, IssueOptions(carriers=("text",))))
        if seed % 5 == 0:
            self.attempt(lambda context: void(context, case, "1", "写错"))
        self.as_stored(case)

    @rule(days=st.integers(1, 25), swept=st.integers(0, 2))
    def days_go_by(self, days, swept):
        self.today += timedelta(days=days)
        if not swept:
            tick(operator(self.sessions, FixedClock(self.today)))

    @rule(broken=st.booleans())
    def messages_leave(self, broken):
        def deliver(topic, key, payload):
            if broken:
                raise ConnectionError

        relay(operator(self.sessions, FixedClock(self.today)), deliver, limit=3)

    @rule(wanted=st.integers(0, 11), hashed=st.sampled_from(["sha256", "sm3"]))
    def settings_change(self, wanted, hashed):
        if wanted < 2:
            self.attempt(lambda context: change_settings(context, {"red_days": str(wanted + 2), "hash": hashed}), ADMIN)

    def some_case(self, seed):
        return sorted(self.lives)[seed % len(self.lives)]

    def as_stored(self, case):
        """Takes the case as the register has it."""
        life = self.lives[case]
        with self.sessions() as session:
            mine = (t.case.c.agency == self.agency, t.case.c.case_no == case)
            key = session.execute(select(t.case.c.id).where(*mine)).scalar_one()
            life.events = list(history(session.connection(), key))
        life.case = folded_life(life.events)

    @invariant()
    def the_list_can_be_read(self):
        type(self).steps += 1
        if self.lives:
            with self.sessions() as session:
                due(Context(session, HEAD, agency=self.agency), self.today, self.today, most=5)

    def teardown(self):
        if hasattr(self, "agency"):
            with self.sessions() as session:
                context = Context(session, ADMIN, agency=self.agency, clock=FixedClock(self.today))
                assert verify(context, self.agency).faults == ()
                annual_report(context, self.today.year)


def run(sessions: sessionmaker, steps: int, first: int | None = None) -> dict[str, int]:
    """Makes so many steps, those of a seed or the same ones each time, and judges the register; what was done."""
    kind = type("Bound", (Register,), {"sessions": sessions, "steps": 0, "taken": 0})
    while kind.steps < steps:
        runs = max(1, min(200, (steps - kind.steps) // STEPS_OF_A_RUN))
        if first is not None:
            seeded(f"{first}/{kind.steps}")(kind)
        run_state_machine_as_test(
            kind,
            settings=settings(
                max_examples=runs,
                derandomize=first is None,
                database=None,
                phases=(Phase.generate,),
                stateful_step_count=STEPS_OF_A_RUN,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    with sessions() as session:
        context = Context(session, ADMIN)
        faults = len(verify(context).faults) + len(recompute(context).differences)
    return {"steps": kind.steps, "moves": kind.taken, "faults": faults}


def main() -> int:
    """Makes the steps."""
    found = run(sessionmaker(open_engine(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(found))
    return int(bool(found["faults"]))


if __name__ == "__main__":
    sys.exit(main())
