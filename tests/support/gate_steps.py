"""The steps in which the features tell of what papers say and the cases lack."""

from datetime import date
from typing import Any

from approval_steps import CASE, Story, told
from approvals import person, procedure_text
from case_steps import reply_named
from counter import PROFILE
from office import ADMIN
from pytest_bdd import given, then, when

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData
from disclosure.workflow import Context, Proposal, propose, set_procedure, set_profile
from disclosure.workflow.casefile.views import preview
from disclosure.workflow.cases.commands import MoveRequest

PROBLEMS = {
    "没有征求第三方意见": "consultation_missing",
    "没有补正过": "correction_missing",
    "没有要求说明理由": "reasons_not_asked",
    "没有检索记录": "search_missing",
    "没有选定是哪一项": "endangers_missing",
    "先前的答复没有送达": "earlier_not_served",
    "内容有缺": "gap_in_notice",
}
GROUND = "依照《条例》第十四条、第十五条等规定"
ASKED = {"id": "c", "with": "third_party", "name": "湖城供水公司"}


def decided(name: str, **more: Any) -> dict[str, Any]:
    return {**reply_named(name), "delivery": "post", "ground": GROUND} | more


def proposed(story: Story, who: str, body: dict[str, Any], **more: Any) -> None:
    found = story.attempt(lambda: story.office.propose(who, CASE, "reply", body, **more))
    story.remembered = found


def make(story: Story, who: str, move: str, on: date, **data: Any) -> None:
    story.office.make(who, CASE, move, data, on)


@when(told("{who:人}拟稿送审“答复”，决定“{name:文}”"))
@given(told("{who:人}拟稿送审“答复”，决定“{name:文}”"))
def proposed_answer(story: Story, who: str, name: str) -> None:
    proposed(story, who, decided(name))


@given(told("{who:人}拟稿“答复”，决定“{name:文}”，先不送审"))
def kept(story: Story, who: str, name: str) -> None:
    proposed(story, who, decided(name), send=False)


@when(told("{who:人}拟稿送审“答复”，决定“{name:文}”，没有征求意见的理由是“{reason:文}”"))
def proposed_unconsulted(story: Story, who: str, name: str, reason: str) -> None:
    proposed(story, who, decided(name, unconsulted=reason))


@when(told("{who:人}拟稿送审“答复”，决定“{name:文}”，先前的答复是“{earlier:文}”"))
def proposed_repeated(story: Story, who: str, name: str, earlier: str) -> None:
    proposed(story, who, decided(name, earlier=earlier))


@when(told("{who:人}拟稿送审“答复”，决定“{name:文}”，先前的答复是{on:日}的“{number:文}”，有扫描件"))
def proposed_from_before(story: Story, who: str, name: str, on: date, number: str) -> None:
    proposed(story, who, decided(name, earlier={"number": number, "on": on.isoformat(), "scan": "旧卷第3件.pdf"}))


@when(told("{who:人}试办“答复”，决定“{name:文}”"))
def tried(story: Story, who: str, name: str) -> None:
    with story.office.sessions() as session:
        context = Context(session, person(who), **story.office.shared)
        story.attempt(lambda: preview(context, CASE, MoveRequest("reply", decided(name))))


@given(told("{who:人}征求第三方意见，又在没有寄出时撤回"))
def asked_and_dropped(story: Story, who: str) -> None:
    replies_alone_are_approved(story)
    make(story, who, "consult", date(2024, 3, 4), **ASKED)
    make(story, who, "cancel_consultation", date(2024, 3, 5), id="c", reason="不再需要")


@given(told("{who:人}征求第三方意见，第三方不同意公开"))
def objected(story: Story, who: str) -> None:
    replies_alone_are_approved(story)
    make(story, who, "consult", date(2024, 3, 4), **ASKED)
    make(story, who, "dispatch", date(2024, 3, 4), of="consultation", id="c", method="post", carrier="ems")
    make(story, who, "opinion", date(2024, 3, 5), id="c", opinion="objects", reason="商业秘密")


def replies_alone_are_approved(story: Story) -> None:
    with story.office.sessions() as session, session.begin():
        context = Context(session, ADMIN, **story.office.shared)
        set_procedure(context, procedure_text(*story.rows, moves='["reply"]'))


@given(told("管理员补录{who:人}的拟稿送审“答复”，决定“{name:文}”"))
def recorded(story: Story, who: str, name: str) -> None:
    with story.office.sessions() as session, session.begin():
        past = Context(session, person("root"), past=True, by=person(who), **story.office.shared)
        propose(past, CASE, Proposal(move="reply", data=decided(name)))


@given("机关资料只缺复议机关")
def no_review_organ(story: Story) -> None:
    with story.office.sessions() as session, session.begin():
        set_profile(Context(session, ADMIN), {**PROFILE, "kind": "", "review_organ": ""})


@then(told("文书不能通过，因为“{reason:文}”"))
def prevented(story: Story, reason: str) -> None:
    assert isinstance(story.refused, BadData), story.refused
    assert {fault["problem"] for fault in story.refused.faults} == {PROBLEMS[reason]}, describe(story.refused)


@then(told("拟稿写明“{words:文}”"))
def draft_says(story: Story, words: str) -> None:
    assert story.refused is None, describe(story.refused)
    assert words in story.shown("u2")["draft"]


@then(told("拟稿没有“{words:文}”"))
def draft_leaves_out(story: Story, words: str) -> None:
    assert words not in story.shown("u2")["draft"]


@then(told("送审成功，并提醒“{words:文}”"))
def sent_with_warning(story: Story, words: str) -> None:
    assert story.refused is None, describe(story.refused)
    assert any(words in describe(item) for item in story.remembered.warnings)
