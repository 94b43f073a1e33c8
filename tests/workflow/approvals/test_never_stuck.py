"""Offices of one to four people with whatever posts: no matter is ever stuck, and the law's floor holds on the way.

Where nobody can go on, the administrator's list names the post that somebody has to be given; once it is recorded, the
matter goes on to its end.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

import pytest
from approvals import ROLES, Office, directory_text, person
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from office import ADMIN
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import BadData, DisclosureError
from disclosure.workflow import (
    Acting,
    Context,
    StandIn,
    TomlDirectory,
    appoint,
    appoint_acting,
    set_directory,
    show_sheet,
    stuck,
    verify,
    why_sheet,
)
from disclosure.workflow.approvals.acting import acting_appointments
from disclosure.workflow.approvals.procedure import REVIEWS, check_people, parse_procedure, shipped
from disclosure.workflow.approvals.store import load_sheet

DAY = date(2024, 3, 5)
POSTS = ("staff", "disclosure_head", "department_head", "leader", *REVIEWS)
TEXTS = {item.key: item.text for item in shipped()}
MATTERS = {
    "grant": ("reply", {"answer": "O02", "delivery": "post"}),
    "refusal": ("reply", {"outcome": "denied_internal", "delivery": "post", "ground": "16.1"}),
    "extension": ("extend", {"days": 10, "reason": "需要核对多份档案"}),
}
MOST = 60
PHASES = (Phase.explicit, Phase.generate)
"""Without shrinking, which would take minutes."""
_numbers = count(1)
SMALL_OFFICE = st.lists(
    st.tuples(st.sets(st.sampled_from(POSTS), max_size=4), st.sampled_from(["办公室", "业务科"])),
    min_size=1,
    max_size=4,
)


@dataclass
class Walk:
    """One matter in one small office, until it is done."""

    office: Office
    data: st.DataObject
    drafter: str
    left: set[str] = field(default_factory=set)
    recorded: int = 0

    def ask(self, question, user, *rest):
        return self.office.ask(question, user, *rest)

    @property
    def here(self):
        return [user for user in self.office.people if user not in self.left]

    @property
    def sheet(self):
        with self.office.sessions() as session:
            return load_sheet(session.connection(), self.office.agency, "A-1#1").sheet

    def people_now(self):
        with self.office.sessions() as session, session.begin():
            text = directory_text(self.office.people, self.left)
            set_directory(Context(session, ADMIN, **self.office.shared), text)

    def run(self):
        for _ in range(MOST):
            self.floor_holds()
            if self.sheet.status == "done":
                return
            self.somebody_leaves()
            self.a_reviewer_comes()
            if self.sent_anew():
                continue
            offers = [user for user in self.here if self.may(user)]
            if offers:
                self.office.do(self.data.draw(st.sampled_from(offers), "who signs"), "approve", "A-1#1")
                continue
            if not self.passed_on():
                self.settle()
        raise AssertionError(f"not done after {MOST} acts: {self.sheet}")

    def may(self, user):
        (answer,) = self.ask(why_sheet, user, "A-1#1", "approve") if self.takes_part(user) else (None,)
        return answer is not None and answer.allowed

    def takes_part(self, user):
        try:
            self.ask(why_sheet, user, "A-1#1", "approve")
        except DisclosureError:
            return False
        return True

    def somebody_leaves(self):
        gone = self.data.draw(
            st.sampled_from([None] * 6 + [user for user in self.here if user not in ("p0", "root")]), "who leaves"
        )
        if gone is not None and self.recorded < 3:
            self.left.add(gone)
            self.people_now()

    def a_reviewer_comes(self):
        """The office gets a review that it did not have, whoever has signed already."""
        post = self.data.draw(st.sampled_from([None] * 8 + list(REVIEWS)), "who comes")
        if post is not None and self.recorded < 3:
            self.recorded += 1
            self.hired(post)

    def sent_anew(self):
        """Whether the sheet, which misses a review that the office has by now, has gone back and is sent anew."""
        if self.sheet.status == "returned":
            return self.sheet.drafter in self.here and self.tried(
                lambda: self.office.do(self.sheet.drafter, "send", "A-1#1")
            )
        told = [user for user in self.here if self.refusal(user) == "review_missing"]
        return bool(told) and self.tried(lambda: self.office.do(told[0], "return", "A-1#1", opinion="须经审查"))

    def refusal(self, user):
        (answer,) = self.ask(why_sheet, user, "A-1#1", "approve") if self.takes_part(user) else (None,)
        return answer.refusal.code if answer is not None and answer.refusal is not None else None

    def passed_on(self):
        """Whether somebody who may not sign has given the task to somebody who may."""
        holders = {task.user_id for task in self.sheet.tasks if task.state == "open" and task.kind == "approve"}
        for holder in sorted(holders & set(self.here)):
            for to in self.here:
                if self.tried(lambda by=holder, to=to: self.office.do(by, "transfer", "A-1#1", to=to, opinion="请办")):
                    return True
        return False

    def tried(self, act):
        try:
            act()
        except DisclosureError:
            return False
        return True

    def settle(self):
        """What the administrator's list names is recorded; then the sheet goes on."""
        (entry,) = self.ask(stuck, "root")
        assert entry.remedy
        self.recorded += 1
        for user in [user for user in self.here if user != "root"]:
            if entry.post is not None and entry.post not in self.office.people[user][2]:
                self.tried(lambda user=user: self.acts(user, entry.post))
            if self.tried(lambda user=user: self.assign(user)):
                return
        self.assign(self.hired(entry.post or "leader", *["staff"] * (entry.trouble == "drafter_gone")))

    def hired(self, *posts):
        user = f"n{next(_numbers)}"
        self.office.people[user] = (user, "办公室", posts, None)
        self.people_now()
        return user

    def acts(self, user, post):
        with self.office.sessions() as session, session.begin():
            wanted = Acting(user, post, DAY, DAY + timedelta(9), "会议纪要〔2024〕3号")
            appoint_acting(Context(session, person("root", self.office.people), **self.office.shared), wanted)

    def assign(self, user):
        self.office.do("root", "assign", "A-1#1", to=user, opinion="无人可办")

    def floor_holds(self):
        sheet = self.sheet
        with self.office.sessions() as session:
            context = Context(session, person("root", self.office.people), **self.office.shared)
            acting = {(item.user, item.post) for item in acting_appointments(context)}
        by_step = {}
        for task in sheet.signatures():
            step = sheet.step_of(task)
            posts = self.office.people[task.acted_by][2]
            assert task.acted_by not in sheet.authors, "somebody has approved the own draft"
            if step.plan.floor:
                assert step.plan.role in posts or (task.acted_by, step.plan.role) in acting, "signed without the post"
            assert task.acted_by not in by_step.setdefault(step.no, set()), "a step was signed twice by one person"
            by_step[step.no].add(task.acted_by)
        reviewers = [by_step.get(step.no, set()) for step in sheet.ordered() if step.plan.role in REVIEWS]
        assert len(reviewers) < 2 or not reviewers[0] & reviewers[1], "one person has signed both reviews"
        for step in self.ask(show_sheet, self.drafter, "A-1#1").steps:
            assert (step.state == "left_out") == bool(step.left_out_for), "the sheet does not say why"


def with_missing_posts(people, text, data):
    """The people with the posts that the procedure asks for, as its check tells the administrator."""
    for _ in range(20):
        directory = TomlDirectory.parse(directory_text(people))
        try:
            check_people(parse_procedure(text), directory, DAY)
        except BadData as error:
            for fault in error.faults:
                user = data.draw(st.sampled_from(sorted(set(people) - {"root"})))
                name, department, roles, above = people[user]
                people[user] = (name, department, (*roles, fault["value"]), above)
        else:
            return people
    raise AssertionError("the procedure never fits")


@pytest.mark.parametrize("matter", MATTERS)
@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=25, phases=PHASES)
@given(data=st.data(), posts=SMALL_OFFICE, key=st.sampled_from(sorted(TEXTS)))
def test_no_small_office_is_ever_stuck(sqlite_engine, matter, data, posts, key):
    people = {f"p{n}": (f"甲{n}", where, tuple(sorted(roles)), None) for n, (roles, where) in enumerate(posts)}
    people["root"] = ("郑管", "信息中心", ("administrator",), None)
    people["p0"] = (*people["p0"][:2], (*people["p0"][2], "staff"), None)
    people = with_missing_posts(people, TEXTS[key], data)
    sessions = sessionmaker(sqlite_engine)
    office = Office(sessions, agency=f"x{next(_numbers)}", text=TEXTS[key], people=people)
    drafters = [user for user in people if {"staff", "disclosure_head", "department_head"} & set(people[user][2])]
    drafter = data.draw(st.sampled_from(drafters), "who drafts")
    office.accept(by=drafter)
    for principal, stand_in in data.draw(st.lists(st.tuples(*[st.sampled_from(sorted(people))] * 2), max_size=3)):
        with sessions() as session, session.begin():
            context = Context(session, person("root", people), **office.shared)
            try:
                appoint(context, StandIn(principal, stand_in, DAY, DAY + timedelta(9)))
            except DisclosureError:
                continue
    office.propose(drafter, "A-1", *MATTERS[matter])
    Walk(office, data, drafter).run()
    with sessions() as session:
        assert verify(Context(session, ADMIN), office.agency).faults == ()


def test_in_an_office_of_two_an_amendment_by_its_head_is_approved_by_who_acts_in_the_post(sessions):
    """The head does not approve alone: the administrator records who acts, and the sheet names that appointment."""
    people = {user: (*ROLES[user][:3], None) for user in ("u1", "u2", "root")}
    office = Office(sessions, on=DAY, text=TEXTS["two_person"], people=people).accept()
    office.propose()
    office.do("u2", "approve", "A-1#1")
    office.propose(by="u2", name="amend", data={"seq": 3, "data": {"delivery": "email"}, "reason": "登记有误"})
    with pytest.raises(DisclosureError):
        office.do("u2", "approve", "A-1#2")
    (entry,) = office.ask(stuck, "root")
    assert (entry.sheet, entry.remedy.code) == ("A-1#2", "remedy_signer")
    with sessions() as session, session.begin():
        wanted = Acting("u1", "disclosure_head", DAY, DAY, "会议纪要〔2024〕3号")
        appoint_acting(Context(session, person("root", people), **office.shared), wanted)
    office.do("root", "assign", "A-1#2", to="u1", opinion="负责人自己更正，由代理人审批")
    assert office.do("u1", "approve", "A-1#2").moved.move == "amend"
    (signed,) = [act for act in office.ask(show_sheet, "u1", "A-1#2").actions if act.verb == "approve"]
    assert (signed.by, signed.data["acting"]["post"]) == ("u1", "disclosure_head")
