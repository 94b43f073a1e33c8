"""The steps in which the features tell of approvals, people and permissions."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rows as t
from answers import Asked, StepTold, history_of
from approvals import REVIEWS, ROLES, Office, directory_text, person, procedure_text, steps
from office import ADMIN, operator
from pytest_bdd import then
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from telling import choice, named, pattern
from telling import step as step_of

from disclosure.notifications.messages.catalogue import say
from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, DisclosureError
from disclosure.workflow import (
    ADMINISTRATOR,
    Acting,
    Actor,
    Context,
    FixedClock,
    RoleAuthorizer,
    StandIn,
    annual_report,
    annulled,
    appoint,
    appoint_acting,
    check_seen,
    counters,
    due,
    hand_over,
    replay,
    set_directory,
    set_procedure,
    show_sheet,
    stuck,
    tick,
    worklist,
)
from disclosure.workflow.approvals.queries import approval_form
from disclosure.workflow.approvals.store import load_sheet
from disclosure.workflow.kernel.database import open_engine
from disclosure.workflow.register.journal import JournalLine

REASONS = {
    "须先审批": "approval_needed",
    "案件所处的状态不允许": "move_not_allowed",
    "已被别人办理": "task_gone",
    "版本已经变化": "sheet_conflict",
    "还没有轮到": "not_your_turn",
    "不具备法定职务": "signer_without_post",
    "接手后无人可以签批": "drafter_alone_signs",
    "是自己拟的稿件": "own_draft",
    "不需要审批": "no_route",
    "已有同一事项的审批单": "sheet_open",
    "没有权限": "not_permitted",
    "早于审批同意的日子": "before_approval",
    "不能替别人补录签字": "signature_of_another",
    "不是拟稿人": "not_the_drafter",
    "不是管理员": "not_an_administrator",
    "审批单所处的状态不允许": "sheet_status",
    "没有要办的事项": "no_task",
    "意见还没有回复": "advice_pending",
    "内容已有改动": "content_changed",
    "环节还没有通过": "step_not_done",
    "下一环节已经看过或者办过": "next_step_touched",
    "没有可以撤回的办理": "nothing_to_recall",
    "接手的人参与过拟稿": "signer_drafted",
    "接手的人没有权限": "signer_may_not",
    "没有参与办理": "not_taking_part",
    "刚刚催办过": "urged_recently",
    "还有人可以办理": "not_stuck",
    "要用印的不是签过的文本": "seal_of_another_text",
    "还没有办结": "not_approved_yet",
    "没有用印权限": "may_not_seal",
    "已经用过印": "sealed_already",
    "内容不符合规定": "bad_data",
    "延长缺少负责人": "extension_without_head",
    "拒绝公开缺少审查": "refusal_without_review",
    "没有经过机关现在设有的审查": "review_missing",
    "已签另一项法定审查": "both_reviews",
    "这一环节已经签过": "signed_already",
    "加签的人已经办理": "added_has_acted",
    "没有加签过": "added_nobody",
}
REFUSED = {"answer": "O08", "outcome": None, "ground": "《条例》第十六条第一款"}
GRANTED = {"answer": "O02", "delivery": "post"}
DENIED = {"outcome": "denied_internal", "delivery": "post", "ground": "16.1"}
DATA: dict[str, dict[str, Any]] = {
    "reply": GRANTED,
    "extend": {"days": 10, "reason": "需要核对多份档案"},
    "withdraw": {"reason": "申请人撤回"},
    "reassign": {"department": "业务科", "reason": "由业务科掌握"},
    "send_back": {"reason": "不归业务科掌握"},
    "annul": {"reason": "重复登记"},
    "dispatch": {"of": "reply", "method": "post", "carrier": "ems"},
}
IDS = {name: user for user, (name, *_) in ROLES.items()}
CASE, LATER = "A-1", date(2025, 12, 31)
_PLAIN = {
    "同意": "approve",
    "送审": "send",
    "看过": "read",
    "撤回": "recall",
    "催办": "urge",
    "作废": "void",
    "特殊办结": "complete",
    "退回": "return",
}
TYPES = {
    "人": choice(IDS),
    "原因": choice(REASONS),
    "列表": choice(named("box")),
    "步": choice(named("move")),
    "可否": choice({"可以": "yes", "不可以": ""}),
    "送达否": choice({"已经送达": "yes", "没有送达": ""}),
    "作废否": choice({"已经作废": "yes", "没有作废": ""}),
    "意见": choice({"同意公开": "agrees", "不同意公开": "objects", "部分同意公开": "partly"}),
    "办": choice(_PLAIN),
    "前后": choice({"之前": "before", "之后": "after"}),
}


def told(text: str) -> Any:
    """A pattern of a step, with the types above."""
    return pattern(text, **TYPES)


def step(text: str) -> Any:
    """A step that may be given as well as happen, with the types above."""
    return step_of(text, **TYPES)


class Story:
    """An office, the day, and what was refused last."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_engine(f"sqlite:///{folder / 'cases.db'}")
        self.on = date(2024, 3, 5)
        self.rows: tuple[str, ...] = ()
        self.seal = ""
        self.refused: DisclosureError | None = None
        self.remembered: Any = None
        self.kept_back: tuple[tuple[str, str], ...] = ()
        self.people = dict(ROLES)
        self.grants: dict[str, tuple[str, ...]] = {}
        self._office: Office | None = None

    @property
    def office(self) -> Office:
        """The office, made when it is first needed."""
        if self._office is None:
            self._office = Office(sessionmaker(self.engine), on=self.on, text=self.procedure())
        return self._office

    def procedure(self) -> str:
        """What the procedure in force says."""
        return procedure_text(*self.rows, seal=self.seal)

    def renewed(self) -> None:
        """Puts another procedure in force, where there is an office already."""
        if self._office is not None:
            with self.office.sessions() as session, session.begin():
                set_procedure(Context(session, ADMIN, **self.office.shared), self.procedure())

    def attempt(self, call: Callable[[], Any]) -> Any:
        """Does something; what is refused must leave no trace, and the host commits all the same."""
        before = self.trace()
        try:
            found = call()
        except DisclosureError as error:
            self.refused = error
            assert self.trace() == before, "what was refused has left a trace"
            return None
        self.refused = None
        return found

    def trace(self) -> Any:
        """Everything that is on record of sheets and cases."""
        with self.office.sessions() as session:
            return [
                session.execute(select(table)).all()
                for table in (t.case, t.event, t.sheet, t.step, t.task, t.action, t.urge, t.outbox)
            ]

    def do(self, who: str, verb: str, **data: Any) -> None:
        """One verb on the newest sheet."""
        opinion = {"opinion": "意见"} if verb in ("return", "transfer", "assign", "complete", "advise") else {}
        self.attempt(lambda: self.office.do(who, verb, self.sheet, **(opinion | data)))

    @property
    def sheet(self) -> str:
        """The name of the newest sheet."""
        with self.office.sessions() as session:
            number = session.execute(select(t.sheet.c.sheet_no).order_by(t.sheet.c.id.desc())).scalar()
        return f"{CASE}#{number}"

    @property
    def state(self) -> Any:
        """The newest sheet as it stands."""
        with self.office.sessions() as session:
            return load_sheet(session.connection(), "default", self.sheet).sheet

    def shown(self, who: str) -> dict[str, Any]:
        """The newest sheet as one of the people sees it."""
        found: dict[str, Any] = self.office.ask(show_sheet, who, self.sheet).model_dump(mode="json")
        return found

    def actor(self, who: str) -> Actor:
        """One of the people with what was granted."""
        return person(who).model_copy(update={"grants": self.grants.get(who, ())})


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """An office at work."""
    found = Story(tmp_path)
    yield found
    found.engine.dispose()


@step("今天是{on:日}")
def today_is(story: Story, on: date) -> None:
    story.on = on
    if story._office is not None:
        story.office.clock.moment = FixedClock(on).moment


_MODES = {"任一人签": "any", "全部会签": "all", "依次签": "sequence"}


@step("审批环节依次是“{rows:文}”")
def steps_are(story: Story, rows: str) -> None:
    found = []
    for place, row in enumerate(rows.split("、"), 1):
        mode = next((words for words in _MODES if row.endswith(words)), "")
        role = named("role")[row.removesuffix(mode)]
        found.append(f"s{place} {role} {_MODES.get(mode, 'any')} 10")
    story.rows = tuple(found)
    story.renewed()


@step("答复文件由印章保管人用印")
def sealed_by_keeper(story: Story) -> None:
    story.seal = "seal_keeper"
    story.renewed()


@step("{who:人}已经受理一件{on:日}收到的申请")
def accepted(story: Story, who: str, on: date) -> None:
    story.office.accept(CASE, on, by=who)


@step("{who:人}拟稿送审“{move:步}”")
def proposed(story: Story, who: str, move: str) -> None:
    story.attempt(lambda: story.office.propose(who, CASE, move, DATA.get(move, {"reason": "核对"})))


@step("{who:人}拟稿送审“{move:步}”，决定不予公开")
def proposed_refusal(story: Story, who: str, move: str) -> None:
    story.attempt(lambda: story.office.propose(who, CASE, move, DENIED))


@step("{who:人}拟稿“{move:步}”，决定不予公开，先不送审")
def drafted_refusal(story: Story, who: str, move: str) -> None:
    story.attempt(lambda: story.office.propose(who, CASE, move, DENIED, send=False))


@step("{who:人}拟稿送审“{move:步}”{n:数}个工作日")
def proposed_extension(story: Story, who: str, move: str, n: int) -> None:
    story.attempt(lambda: story.office.propose(who, CASE, move, DATA[move] | {"days": n}))


@step("{who:人}拟稿“{move:步}”，先不送审")
def drafted(story: Story, who: str, move: str) -> None:
    story.attempt(lambda: story.office.propose(who, CASE, move, DATA[move], send=False))


@step("{who:人}直接办理“{move:步}”")
def made(story: Story, who: str, move: str) -> None:
    story.attempt(lambda: story.office.make(who, CASE, move, DATA[move], story.on))


@step("{who:人}修改内容")
def edited(story: Story, who: str) -> None:
    story.attempt(lambda: story.office.edit(who, story.sheet, GRANTED | {"delivery": "email"}))


@step("{who:人}原样保存")
def saved_as_it_was(story: Story, who: str) -> None:
    shown = story.shown(who)
    story.attempt(lambda: story.office.edit(who, story.sheet, shown["data"], draft=shown["draft"]))


@step("{who:人}{verb:办}")
def plain_verb(story: Story, who: str, verb: str) -> None:
    story.do(who, verb)


@step("{who:人}不写意见就退回")
def returned_without_word(story: Story, who: str) -> None:
    story.do(who, "return", opinion="")


@step("{who:人}退回到“{title:文}”")
def returned_to(story: Story, who: str, title: str) -> None:
    role = named("role")[title]
    key = next(item.plan.key for item in story.state.ordered() if item.plan.role == role)
    story.do(who, "return", to=key)


@step("{who:人}记下了审批单的版本")
def noted_version(story: Story, who: str) -> None:
    story.remembered = story.shown(who)["version"]


@step("{who:人}按记下的版本同意")
def approved_version(story: Story, who: str) -> None:
    story.do(who, "approve", expected_version=story.remembered)


@step("{who:人}记下了文本校验码")
def noted_content(story: Story, who: str) -> None:
    story.remembered = story.shown(who)["content"]


@step("{who:人}按记下的文本同意")
def approved_content(story: Story, who: str) -> None:
    story.do(who, "approve", content=story.remembered)


@step("{who:人}对记下的文本用印")
def sealed_noted(story: Story, who: str) -> None:
    story.do(who, "seal", content=story.remembered)


@step("{who:人}对审批单上的文本用印")
def sealed(story: Story, who: str) -> None:
    story.do(who, "seal", content=story.state.content_hash)


@step("{who:人}暂存意见“{text:文}”")
def saved(story: Story, who: str, text: str) -> None:
    story.do(who, "save", opinion=text)


@step("{who:人}转办给{to:人}")
def transferred(story: Story, who: str, to: str) -> None:
    story.do(who, "transfer", to=to)


@step("{who:人}转办给编号是“{to:文}”的人")
def transferred_to_stranger(story: Story, who: str, to: str) -> None:
    story.do(who, "transfer", to=to)


@step("{who:人}委派{to:人}提出意见")
def delegated(story: Story, who: str, to: str) -> None:
    story.do(who, "delegate", to=to)


@step("{who:人}回复“{text:文}”")
def advised(story: Story, who: str, text: str) -> None:
    story.do(who, "advise", opinion=text)


@step("{who:人}在自己{where:前后}加签“{names:文}”")
def signer_added(story: Story, who: str, where: str, names: str) -> None:
    story.do(who, "add_signer", where=where, to=[IDS[name] for name in names.split("、")])


@step("{who:人}减签“{names:文}”")
def signer_removed(story: Story, who: str, names: str) -> None:
    story.do(who, "remove_signer", to=[IDS[name] for name in names.split("、")])


@step("{who:人}抄送给{to:人}")
def copied(story: Story, who: str, to: str) -> None:
    story.do(who, "copy", to=[to])


@step("{who:人}指定{to:人}办理")
def assigned(story: Story, who: str, to: str) -> None:
    story.do(who, "assign", to=to)


def appointed(
    story: Story, who: str, principal: str, to: str, start: date, until: date, moves: tuple[str, ...] = ()
) -> None:
    with story.office.sessions() as session, session.begin():
        story.attempt(
            lambda: appoint(
                Context(session, person(who), **story.office.shared), StandIn(principal, to, start, until, moves)
            )
        )


@step("{who:人}委托{to:人}代理，从{start:日}到{until:日}")
def appointed_for_all(story: Story, who: str, to: str, start: date, until: date) -> None:
    appointed(story, who, who, to, start, until)


@step("{who:人}委托{to:人}代理“{move:步}”，从{start:日}到{until:日}")
def appointed_for_one(story: Story, who: str, to: str, move: str, start: date, until: date) -> None:
    appointed(story, who, who, to, start, until, (move,))


@step("{who:人}替{principal:人}委托{to:人}代理，从{start:日}到{until:日}")
def appointed_for_another(story: Story, who: str, principal: str, to: str, start: date, until: date) -> None:
    appointed(story, who, principal, to, start, until)


def acts_in_post(story: Story, by: str, who: str, role: str, start: date, until: date, basis: str) -> None:
    wanted = Acting(who, named("role")[role], start, until, basis)
    with story.office.sessions() as session, session.begin():
        story.attempt(lambda: appoint_acting(Context(session, person(by), **story.office.shared), wanted))


@step("{who:人}代理“{role:文}”，从{start:日}到{until:日}，依据“{basis:文}”")
def acting_recorded(story: Story, who: str, role: str, start: date, until: date, basis: str) -> None:
    acts_in_post(story, "root", who, role, start, until, basis)


@step("{by:人}自行登记{who:人}代理“{role:文}”")
def acting_recorded_by_another(story: Story, by: str, who: str, role: str) -> None:
    acts_in_post(story, by, who, role, story.on, story.on, "自行安排")


@step("{who:人}也担任“{role:文}”")
def has_another_post(story: Story, who: str, role: str) -> None:
    name, department, roles, superior = story.people[who]
    people_are(story, story.people | {who: (name, department, (*roles, named("role")[role]), superior)})


@step("机关只有张三、李四和管理员，李四兼任合法性审查、保密审查人员")
def office_of_two(story: Story) -> None:
    reviews = ("disclosure_head", "legal_reviewer", "confidentiality_reviewer")
    two = {"u1": (*ROLES["u1"][:3], None), "u2": ("李四", "办公室", reviews, None), "root": ROLES["root"]}
    people_are(story, two)


@step("机关还没有审查人员")
def without_reviewers(story: Story) -> None:
    people_are(
        story, {user: told for user, told in ROLES.items() if told[2][0].removesuffix("_reviewer") == told[2][0]}
    )
    new_template(story, story.procedure().replace(steps(*REVIEWS) + "\n", ""))


@step("机关登记了审查人员，启用了经过审查的审批程序")
def with_reviewers(story: Story) -> None:
    people_are(story, dict(ROLES))
    story.renewed()


def people_are(story: Story, people: dict[str, tuple[str, str, tuple[str, ...], str | None]]) -> None:
    story.people = people
    story.office.people = people
    with story.office.sessions() as session, session.begin():
        set_directory(Context(session, ADMIN, **story.office.shared), directory_text(people))


@step("{who:人}把{leaver:人}的工作移交给{to:人}")
def handed_over(story: Story, who: str, leaver: str, to: str) -> None:
    with story.office.sessions() as session, session.begin():
        done = story.attempt(
            lambda: hand_over(Context(session, person(who), **story.office.shared), leaver, to, "离岗")
        )
    story.kept_back = done.kept_back if done is not None else ()


@step("每天的例行检查已经做过")
def swept(story: Story) -> None:
    tick(operator(story.office.sessions, story.office.clock))


@step("管理员启用一套由分管领导决定延长的审批程序")
def bad_extension(story: Story) -> None:
    text = '[[route]]\nmoves = ["extend"]\n[[route.step]]\nkey = "a"\ntitle = "签发"\nrole = "leader"\n'
    new_template(story, 'title = "试验"\n' + text)


@step("管理员启用一套拒绝公开只经分管领导的审批程序")
def bad_refusal(story: Story) -> None:
    text = story.procedure()
    new_template(story, text.replace('role = "legal_reviewer"', 'role = "leader"'))


def new_template(story: Story, text: str) -> None:
    with story.office.sessions() as session, session.begin():
        story.attempt(lambda: set_procedure(Context(session, ADMIN, **story.office.shared), text))


@step("{who:人}被授予“{department:文}”的案件")
def granted(story: Story, who: str, department: str) -> None:
    story.grants[who] = (department,)


def amended(story: Story, who: str, seq: int, **change: Any) -> None:
    story.attempt(lambda: story.office.make(who, CASE, "amend", {"seq": seq, "reason": "登记有误"} | change, story.on))


def proposed_amendment(story: Story, who: str, seq: int, **change: Any) -> None:
    body = {"seq": seq, "reason": "登记有误"} | change
    story.attempt(lambda: story.office.propose(who, CASE, "amend", body))


@step("{who:人}把第{seq:数}步更正为不予公开")
def amended_to_refusal(story: Story, who: str, seq: int) -> None:
    amended(story, who, seq, data=REFUSED)


@step("{who:人}把第{seq:数}步更正为延长{n:数}个工作日")
def amended_to_longer(story: Story, who: str, seq: int, n: int) -> None:
    amended(story, who, seq, data={"days": n})


@step("{who:人}把第{seq:数}步的承办人更正为{handler:人}")
def amended_handler(story: Story, who: str, seq: int, handler: str) -> None:
    amended(story, who, seq, data={"handler": handler})


@step("{who:人}拟稿送审第{seq:数}步的更正，改为不予公开")
def proposed_amendment_to_refusal(story: Story, who: str, seq: int) -> None:
    proposed_amendment(story, who, seq, data=REFUSED)


@step("{who:人}拟稿送审第{seq:数}步的更正，日期改为{on:日}")
def proposed_amended_day(story: Story, who: str, seq: int, on: date) -> None:
    proposed_amendment(story, who, seq, at=on.isoformat())


def recorded(story: Story, recorder: Actor, line: dict[str, Any]) -> None:
    """One line of a journal, which somebody records."""

    def record() -> None:
        with story.office.sessions() as session, session.begin():
            line_read = JournalLine("journal", 1, {"case": CASE, "at": story.on.isoformat()} | line)
            found = replay(Context(session, recorder, **story.office.shared), [line_read])
        for item in found.refused:
            raise DisclosureError(item.code)

    story.attempt(record)


@step("管理员补录，把第{seq:数}步更正为不予公开")
def recorded_amendment(story: Story, seq: int) -> None:
    body = {"seq": seq, "data": REFUSED, "reason": "登记有误"}
    recorded(story, ADMIN, {"move": "amend", "by": "u2", "data": body})


@step("管理员补录{by:人}的同意")
def recorded_by_administrator(story: Story, by: str) -> None:
    recorded(story, ADMIN, {"move": "approve", "by": by})


@step("{who:人}补录{by:人}的同意")
def recorded_by_somebody(story: Story, who: str, by: str) -> None:
    recorded(story, person(who), {"move": "approve", "by": by})


@step("有补录权限的{who:人}补录{by:人}的同意")
def recorded_by_recorder(story: Story, who: str, by: str) -> None:
    actor = person(who)
    recorder = actor.model_copy(update={"roles": (*actor.roles, "recorder")})
    recorded(story, recorder, {"move": "approve", "by": by})


def looked(story: Story, who: str, question: Callable[[Session], Any]) -> None:
    with story.office.sessions() as session, session.begin():
        story.attempt(lambda: question(session))


@step("{who:人}查看这件申请")
def case_looked_at(story: Story, who: str) -> None:
    looked(story, who, lambda session: check_seen(Context(session.connection(), story.actor(who)), CASE))


@step("{who:人}查看审批单")
def sheet_looked_at(story: Story, who: str) -> None:
    looked(
        story, who, lambda session: show_sheet(Context(session, story.actor(who), **story.office.shared), story.sheet)
    )


@step("{who:人}查看停住的审批单")
def stuck_looked_at(story: Story, who: str) -> None:
    looked(story, who, lambda session: stuck(Context(session, story.actor(who), **story.office.shared)))


# What follows


@then("办理成功")
def went_well(story: Story) -> None:
    assert story.refused is None, describe(story.refused)


@then(told("不能这样办理，因为{code:原因}"))
def was_refused(story: Story, code: str) -> None:
    assert story.refused is not None, "办理成功了"
    problems = [fault["problem"] for fault in story.refused.faults] if isinstance(story.refused, BadData) else []
    assert code in (story.refused.code, *problems), describe(story.refused)


@then(told("提示里有“{text:文}”"))
def was_told(story: Story, text: str) -> None:
    assert story.refused is not None
    assert text in describe(story.refused)


@then(told("审批单的状态是“{status:文}”"))
def status_is(story: Story, status: str) -> None:
    assert story.state.status == named("sheet_status")[status]


@then(told("现在等“{names:文}”办理"))
def waits_for(story: Story, names: str) -> None:
    if story.refused is not None:
        raise AssertionError(describe(story.refused))
    assert sorted(holders(story)) == sorted(names.split("、"))


@then("现在没有人可以办理")
def waits_for_nobody(story: Story) -> None:
    assert holders(story) == []
    assert story.state.trouble is not None


def holders(story: Story) -> list[str]:
    return [task.name for task in story.state.tasks if task.state == "open" and task.box == "todo"]


@then(told("审批单的环节是“{titles:文}”"))
def steps_are_so(story: Story, titles: str) -> None:
    assert [item.plan.role for item in story.state.ordered()] == [named("role")[title] for title in titles.split("、")]


@then(told("最后一次办理写明由“{name:文}”补录"))
def recorded_by(story: Story, name: str) -> None:
    assert story.shown("root")["actions"][-1]["recorder"] == name


@then(told("案件由“{department:文}”承办"))
def handled_by(story: Story, department: str) -> None:
    with story.office.sessions() as session:
        assert session.execute(select(t.case.c.department)).scalar_one() == department


@then(told("作废的登记有{n:数}件，其中逾期的{overdue:数}件"))
def annulled_are(story: Story, n: int, overdue: int) -> None:
    with story.office.sessions() as session:
        context = Context(session, ADMINISTRATOR, **story.office.shared)
        found = annulled(context)
        assert due(context) == []
    assert (len(found), sum(item.overdue for item in found)) == (n, overdue)


@then(told("{year:数}年度的报告里没有案件"))
def reported_none(story: Story, year: int) -> None:
    with story.office.sessions() as session:
        figures = annual_report(Context(session, ADMINISTRATOR, **story.office.shared), year).section3
    assert all(cell == 0 for row in figures.values() for cell in row.values())


@then("没有有效的签字")
def nothing_signed(story: Story) -> None:
    assert story.state.signatures() == []


@then(told("“{name:文}”的签字有效"))
def signature_holds(story: Story, name: str) -> None:
    held = [task for task in story.state.signatures() if task.acted_by == IDS[name]]
    assert held, "没有这个人的签字"
    assert held[0].signed == story.state.content_hash


@then(told("“{name:文}”代“{principal:文}”签字有效"))
def signature_for_holds(story: Story, name: str, principal: str) -> None:
    held = [task for task in story.state.signatures() if task.acted_by == IDS[name] and task.user_id == IDS[principal]]
    assert held, "没有这样的签字"
    last = [item for item in story.shown("root")["actions"] if item["verb"] == "approve"][-1]
    assert (last["by"], last["on_behalf_of"]) == (IDS[name], IDS[principal])


@then(told("案件没有“{move:步}”"))
def not_made(story: Story, move: str) -> None:
    assert move not in [item.move for item in history(story)]


@then(told("案件在{on:日}由“{name:文}”办理了“{move:步}”"))
def made_on(story: Story, on: date, name: str, move: str) -> None:
    last = history(story)[-1]
    assert (last.move, last.on, last.by) == (move, on, name)


@then(told("案件的延期由“{name:文}”批准"))
def extension_by(story: Story, name: str) -> None:
    assert history(story)[-1].data["approved_by"] == name


def history(story: Story) -> list[StepTold]:
    """The moves of the case, whatever day they are dated."""
    with story.office.sessions() as session:
        return history_of(Asked(Context(session, ADMINISTRATOR), CASE, LATER))


@then(told("审批单上的法定截止日是{on:日}"))
def due_is(story: Story, on: date) -> None:
    assert story.shown("u1")["due_on"] == on.isoformat()


@then(told("当前环节已用{length:数}个工作日中的{used:数}个"))
def cost_is(story: Story, length: int, used: int) -> None:
    (cost,) = [item["cost"] for item in story.shown("u1")["steps"] if item["cost"]]
    assert (cost["used"], cost["length"]) == (used, length)


@then(told("{who:人}的“{box:列表}”有{n:数}件"))
def list_holds(story: Story, who: str, box: str, n: int) -> None:
    page = story.office.ask(worklist, who, box)
    assert (page.total, len(page.entries)) == (n, n)
    assert getattr(story.office.ask(counters, who), box) == n


@then(told("{who:人}看到自己暂存的“{text:文}”"))
def sees_saved(story: Story, who: str, text: str) -> None:
    assert story.shown(who)["saved_opinion"] == text


@then(told("{who:人}看不到暂存的意见"))
def sees_no_saved(story: Story, who: str) -> None:
    shown = story.shown(who)
    assert shown["saved_opinion"] is None
    assert "再核一下附件" not in str(shown)


@then(told("对“{name:文}”的催办还没有看过"))
def urge_unread(story: Story, name: str) -> None:
    assert [item["read_at"] for item in story.shown("u1")["urges"] if item["user"] == IDS[name]] == [None]


@then(told("对“{name:文}”的催办已经看过"))
def urge_read(story: Story, name: str) -> None:
    assert all(item["read_at"] for item in story.shown("u1")["urges"] if item["user"] == IDS[name])


@then(told("管理员的列表里有这张审批单，因为“{text:文}”"))
def listed_as_stuck(story: Story, text: str) -> None:
    assert [(item.sheet, describe(item.remark)) for item in story.office.ask(stuck, "root")] == [(story.sheet, text)]


@then(told("管理员的列表里写明须有人担任“{role:文}”"))
def listed_with_post(story: Story, role: str) -> None:
    (found,) = story.office.ask(stuck, "root")
    assert found.post == named("role")[role]
    assert role in describe(found.remedy)


@then(told("“{title:文}”环节略去，因为“{name:文}”已签另一项法定审查"))
def review_left_out(story: Story, title: str, name: str) -> None:
    found = [step for step in story.shown("u1")["steps"] if step["state"] == "left_out"]
    assert [(step["key"], step["left_out_for"]) for step in found] == [("secrecy", [name])]
    assert named("role")[title] == "confidentiality_reviewer"


@then(told("“{name:文}”的签字写明代理“{role:文}”，依据“{basis:文}”"))
def signed_in_post(story: Story, name: str, role: str, basis: str) -> None:
    found = [item["data"].get("acting") for item in story.shown("u2")["actions"] if item["name"] == name]
    assert (named("role")[role], basis) in [(item["post"], item["basis"]) for item in found if item]
    with story.office.sessions() as session:
        case_id = session.execute(select(t.sheet.c.case_id)).scalar_one()
        form = approval_form(session.connection(), case_id, ["approve"])
    assert form is not None
    assert (name, named("role")[role], basis) in [(item.name, item.post, item.basis) for item in form.signatures]


@then(told("没有移交，因为“{text:文}”"))
def kept_back(story: Story, text: str) -> None:
    assert [say(f"kept_back_{code}") for _, code in story.kept_back] == [text]


@then(
    told(
        "“{role:文}”{see:可否}看案件，{propose:可否}拟稿，{approve:可否}审批，{seal:可否}用印，{report:可否}报送年报，{administer:可否}管理"
    )
)
def role_may(role: str, see: str, propose: str, approve: str, seal: str, report: str, administer: str) -> None:
    expected = {
        "see": see,
        "propose": propose,
        "approve": approve,
        "seal": seal,
        "report": report,
        "administer": administer,
    }
    someone = Actor(user_id="x", roles=(named("role").get(role, role),))
    allows = RoleAuthorizer().allows
    granted = {
        action: allows(someone, action, "default") for action in ("propose", "approve", "seal", "report", "administer")
    }
    granted["see"] = allows(someone, "see", "default") or allows(someone, "see_all", "default")
    assert granted == {action: bool(found) for action, found in expected.items()}
