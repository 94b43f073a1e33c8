"""Random people do random things with random templates: nothing is ever stuck, forged or lost."""

from datetime import timedelta
from itertools import count

import pytest
import rows as t
from approvals import ROLES, Office, directory_text, person, procedure_text
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from office import ADMIN, operator
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import DisclosureError
from disclosure.workflow import (
    ADMINISTRATOR,
    Change,
    Context,
    Proposal,
    StandIn,
    appoint,
    edit,
    escalate,
    hand_over,
    move,
    propose,
    set_directory,
    sign,
    stuck,
    verify,
    why_sheet,
)
from disclosure.workflow.approvals.catalogue import VERBS
from disclosure.workflow.approvals.store import load_sheet

USERS = st.sampled_from(sorted(ROLES))
SIGNERS = ["disclosure_head", "leader", "[department_head]", "legal_reviewer"]
STEP = st.tuples(st.sampled_from(SIGNERS), st.sampled_from(["any", "all", "sequence"]))
CARRIED_OUT = {"reply": "decide"}
"""What the last signature makes of a proposed move that waits to go out."""
MOVES = {
    "reply": st.sampled_from(
        [
            {"answer": "O02", "delivery": "post"},
            {"outcome": "denied_internal", "delivery": "email", "ground": "16.1"},
        ]
    ),
    "extend": st.just({"days": 10, "reason": "检索量大"}),
    "discontinue": st.just({"reason": "申请人要求终止"}),
}
PHASES = (Phase.explicit, Phase.generate)
"""Without shrinking: a failing run of forty steps would be made smaller for minutes."""
NONE = "A-1#99"
_numbers = count(1)


class Approvals(RuleBasedStateMachine):
    """One agency, two cases, a week of work."""

    sessions: sessionmaker

    @initialize(rows=st.lists(STEP, min_size=1, max_size=4))
    def open_office(self, rows):
        named = [f"s{place} {role} {mode} 10" for place, (role, mode) in enumerate(rows)]
        if all(row.split()[1].startswith("[") for row in named):
            named.append("last leader any 10")
        self.people = dict(ROLES)
        self.left = set()
        self.office = Office(
            self.sessions,
            agency=f"x{next(_numbers)}",
            text=procedure_text(*named, moves='["reply", "discontinue"]', seal="seal_keeper"),
        )
        self.office.accept("A-1").accept("A-2", by="u7")
        self.office.propose("u1", "A-1")
        self.office.propose("u7", "A-2", "extend", {"days": 10, "reason": "检索量大"})

    def attempt(self, call):
        """Whatever is refused must leave no trace: the invariants look after each step."""
        with self.sessions() as session:
            try:
                call(session)
            except DisclosureError:
                session.rollback() if self.coin else session.commit()
            else:
                session.commit()

    coin = True

    @rule(by=USERS, case=st.sampled_from(["A-1", "A-2"]), data=st.data(), send=st.booleans())
    def propose(self, by, case, data, send):
        name = data.draw(st.sampled_from(sorted(MOVES)))
        body = data.draw(MOVES[name])
        self.attempt(
            lambda session: propose(
                Context(session, person(by), **self.office.shared), case, Proposal(move=name, data=body, send=send)
            )
        )

    @rule(by=USERS, data=st.data())
    def do_something(self, by, data):
        sheet = self.some_sheet(data)
        verb = data.draw(st.sampled_from(sorted(VERBS)))
        self.sign(by, sheet, verb, data)

    @rule(data=st.data(), n=st.integers(2, 6))
    def work_goes_on(self, data, n):
        """What people find in their lists is what they mostly do: random hands hardly ever meet a task."""
        for _ in range(n):
            self.somebody_goes_on(data)

    @rule(data=st.data(), n=st.integers(2, 6))
    def work_goes_on_well(self, data, n):
        """Everybody agrees."""
        for _ in range(n):
            self.somebody_goes_on(data, agree=True)

    @rule(data=st.data())
    def one_goes_on(self, data):
        self.somebody_goes_on(data)

    def somebody_goes_on(self, data, agree=False):
        with self.sessions() as session:
            rows = session.execute(
                select(t.sheet.c.case_no, t.sheet.c.sheet_no, t.task.c.user_id, t.task.c.kind)
                .join_from(t.task, t.sheet, t.sheet.c.id == t.task.c.sheet_id)
                .where(t.task.c.agency == self.office.agency, t.task.c.box == "todo")
                .order_by(t.sheet.c.id, t.task.c.no)
            ).all()
        if not rows:
            return
        row = data.draw(st.sampled_from(rows))
        verbs = {
            "approve": ["approve"] * 4
            + ["return", "transfer", "delegate", "add_signer", "remove_signer", "read", "save"],
            "advise": ["advise", "transfer"],
            "revise": ["send", "transfer"],
            "seal": ["seal"],
        }
        verb = verbs[row.kind][0] if agree else data.draw(st.sampled_from(verbs[row.kind]))
        self.sign(row.user_id, f"{row.case_no}#{row.sheet_no}", verb, data, self.content)

    def sign(self, by, sheet, verb, data, content=None):
        given = {}
        fields = VERBS[verb].data.model_fields
        if ("opinion" in fields and data.draw(st.booleans())) or fields["opinion"].is_required():
            given["opinion"] = "意见"
        if "to" in fields and fields["to"].is_required():
            given["to"] = data.draw(USERS)
        elif "to" in fields and data.draw(st.booleans()):
            given["to"] = data.draw(st.sampled_from(["s0", "s1", "legal"]))
        if "where" in fields:
            given |= {
                "where": data.draw(st.sampled_from(["before", "after"])),
                "mode": data.draw(st.sampled_from(["any", "all", "sequence"])),
            }
        if "content" in fields and (verb == "seal" or data.draw(st.booleans())):
            given["content"] = self.content(sheet) if content or data.draw(st.integers(0, 9)) else "0" * 64
        self.attempt(lambda session: sign(Context(session, person(by), **self.office.shared), sheet, verb, given))

    @rule(data=st.data())
    def somebody_takes_back(self, data):
        """Who has acted tries to take it back."""
        sheet = self.some_sheet(data)
        with self.sessions() as session:
            acted = (
                session.execute(
                    select(t.action.c.user_id)
                    .join(t.sheet, t.sheet.c.id == t.action.c.sheet_id)
                    .where(t.sheet.c.agency == self.office.agency, t.sheet.c.case_no == sheet.split("#")[0])
                    .order_by(t.action.c.id.desc())
                    .limit(4)
                )
                .scalars()
                .all()
            )
        if acted:
            self.sign(
                data.draw(st.sampled_from([user for user in acted if user in ROLES] or ["u1"])), sheet, "recall", data
            )

    @rule(data=st.data(), verb=st.sampled_from(["assign", "assign", "assign", "assign", "complete", "void"]))
    def the_administrator_settles(self, data, verb):
        self.sign("root", self.some_sheet(data), verb, data)

    @rule(by=USERS, data=st.data())
    def edit(self, by, data):
        sheet = self.some_sheet(data)
        if sheet == NONE:
            return
        with self.sessions() as session:
            found = load_sheet(session.connection(), self.office.agency, sheet).sheet
        body = data.draw(MOVES[found.move])
        by = found.drafter if data.draw(st.booleans()) else by
        draft = data.draw(st.sampled_from([None, "另一稿"]))
        self.attempt(
            lambda session: edit(
                Context(session, person(by), **self.office.shared), sheet, Change(data=body, draft=draft)
            )
        )

    @rule(principal=USERS, stand_in=USERS)
    def stands_in(self, principal, stand_in):
        day = self.office.clock.now().date()
        self.attempt(
            lambda session: appoint(
                Context(session, person(principal), **self.office.shared),
                StandIn(principal, stand_in, day, day + timedelta(3)),
            )
        )

    @precondition(lambda self: not self.left)
    @rule(user=st.sampled_from(["u2", "u3", "u4", "u5", "u7"]))
    def somebody_leaves(self, user):
        self.left.add(user)
        self.people_now()

    @precondition(lambda self: self.left)
    @rule()
    def somebody_comes_back(self):
        self.left.pop()
        self.people_now()

    def people_now(self):
        text = directory_text(self.people, self.left)
        self.attempt(lambda session: set_directory(Context(session, ADMIN, **self.office.shared), text))

    @rule(leaver=USERS, successor=USERS)
    def work_is_handed_over(self, leaver, successor):
        self.attempt(
            lambda session: hand_over(Context(session, person("root"), **self.office.shared), leaver, successor, "离岗")
        )

    @rule(days=st.integers(1, 3))
    def days_go_by(self, days):
        self.office.clock.advance(days=days)
        escalate(operator(self.sessions, self.office.clock))

    @rule(case=st.sampled_from(["A-1", "A-2"]), really=st.integers(0, 9))
    def the_case_moves_on(self, case, really):
        if really:
            return
        day = self.office.clock.now().date()
        self.attempt(
            lambda session: move(
                Context(session, person("u1"), **self.office.shared), case, "withdraw", {"reason": "撤回"}, at=day
            )
        )

    def some_sheet(self, data):
        with self.sessions() as session:
            rows = session.execute(
                select(t.sheet.c.case_no, t.sheet.c.sheet_no)
                .where(t.sheet.c.agency == self.office.agency)
                .order_by(t.sheet.c.id)
            ).all()
        return data.draw(st.sampled_from([f"{row.case_no}#{row.sheet_no}" for row in rows])) if rows else NONE

    def content(self, sheet):
        with self.sessions() as session:
            return (
                session.execute(
                    select(t.sheet.c.content_hash).where(
                        t.sheet.c.agency == self.office.agency,
                        t.sheet.c.case_no == sheet.split("#")[0],
                        t.sheet.c.sheet_no == int(sheet.split("#")[1]),
                    )
                ).scalar()
                or "0" * 64
            )

    @invariant()
    def all_is_well(self):
        with self.sessions() as session:
            shelved = {item.sheet for item in stuck(Context(session, person("root"), **self.office.shared))}
            names = session.execute(
                select(t.sheet.c.case_no, t.sheet.c.sheet_no).where(t.sheet.c.agency == self.office.agency)
            ).all()
            for case, number in names:
                sheet = load_sheet(session.connection(), self.office.agency, f"{case}#{number}").sheet
                self.signatures_hold(sheet)
                self.somebody_can_act(session, sheet, shelved)
                self.rows_agree(session, sheet)
            if (
                session.get_bind().dialect.name == "sqlite"
            ):  # of a server's only at the end: most of the time was theirs
                self.chains_hold(session)

    def chains_hold(self, session):
        assert verify(Context(session, ADMINISTRATOR), self.office.agency).faults == ()

    def signatures_hold(self, sheet):
        for task in sheet.signatures():
            assert task.signed == sheet.content_hash, "a signature has survived an edit"
            assert task.user_id not in sheet.authors and task.acted_by not in sheet.authors, "a drafter has approved"
        if sheet.status == "done":
            assert all(step.state in ("done", "left_out") for step in sheet.ordered())
            assert all(sheet.signers_of(step) for step in sheet.ordered() if step.state == "done")

    def somebody_can_act(self, session, sheet, shelved):
        if sheet.status != "running" or sheet.ref in shelved:
            return
        holders = [task for task in sheet.tasks if task.state == "open" and task.box == "todo"]
        here = [task for task in holders if task.user_id not in self.left]
        assert here, f"{sheet.ref} waits on nobody"
        offered = {
            item.verb
            for task in here
            for item in why_sheet(Context(session, person(task.user_id), **self.office.shared), sheet.ref)
            if item.allowed
        }
        assert offered & {"approve", "return", "advise", "recall"}, f"{sheet.ref} offers nothing"

    def rows_agree(self, session, sheet):
        case = session.execute(select(t.case).where(t.case.c.id == sheet.case_id)).one()
        going = session.execute(
            select(func.count()).where(t.sheet.c.case_id == sheet.case_id, t.sheet.c.is_open == 1)
        ).scalar_one()
        assert case.open_sheets == going
        if sheet.is_open:
            assert sheet.due_on == case.due_on
            days = session.execute(select(t.task.c.due_on).where(t.task.c.sheet_id == sheet.id)).scalars()
            assert set(days) <= {case.due_on}
        made = session.execute(
            select(t.event.c.move).where(t.event.c.case_id == sheet.case_id, t.event.c.seq == sheet.event_seq)
        ).scalar()
        assert made == (CARRIED_OUT.get(sheet.move, sheet.move) if sheet.status == "done" else None)

    def teardown(self):
        if hasattr(self, "office"):
            self.every_covered_move_has_its_sheet()
            with self.sessions() as session:
                self.chains_hold(session)

    def every_covered_move_has_its_sheet(self):
        with self.sessions() as session:
            events = session.execute(
                select(t.event.c.case_id, t.event.c.seq)
                .join(t.case, t.case.c.id == t.event.c.case_id)
                .where(
                    t.case.c.agency == self.office.agency, t.event.c.move.in_(sorted({*MOVES, *CARRIED_OUT.values()}))
                )
            ).all()
            sheets = session.execute(
                select(t.sheet.c.case_id, t.sheet.c.event_seq).where(
                    t.sheet.c.agency == self.office.agency, t.sheet.c.status == "done"
                )
            ).all()
        assert sorted(map(tuple, events)) == sorted(map(tuple, sheets))


@pytest.mark.parametrize("swallowed", [False, True], ids=["rolled-back", "swallowed"])
def test_random_hands_never_leave_a_sheet_stuck_forged_or_lost(engine, swallowed):
    """``swallowed``: the host commits although a command failed, so that a trace of it would stay."""
    kind = type("Bound", (Approvals,), {"sessions": sessionmaker(engine), "coin": not swallowed})
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=settings().max_examples // 4,
            phases=PHASES,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
