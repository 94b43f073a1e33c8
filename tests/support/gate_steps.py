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
from disclosure.states.procedure.description import key_of
from disclosure.states.procedure.moves.reply import ENDANGERS
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
    "没有写明先前的答复": "earlier_missing",
    "内容有缺": "gap_in_notice",
    "第三方同意公开": "third_party_agreed",
    "没有写明保护的是谁": "whose_rights",
    "没有公开的部分": "nothing_given",
    "没有不公开的部分": "nothing_withheld",
    "要由视为放弃办理": "given_by_step",
    "检索晚于文书": "searched_after",
    "检索早于申请": "searched_before",
    "检索找到了信息": "search_found",
    "检索记录写明没有检索": "search_denied",
    "日期认不出来": "not_a_date",
    "写了没有选定的一项": "endangers_other",
    "没有写明不采纳第三方意见的理由": "overruled_missing",
    "没有写明不采纳属于哪一种": "overruled_for_missing",
    "先前的答复是本件自己": "earlier_is_itself",
    "先前答复的日期还没有到": "earlier_ahead",
    "理由写的事没有登记": "said_not_recorded",
    "说明理由的期限没有届满": "reasons_awaited",
    "说明理由通知书送到时过期": "reasons_came_late",
}
FIELDS = {
    "检索记录": "search",
    "可能危及的利益": "endangers",
    "保护的第三方": "protects",
    "不采纳第三方意见的理由": "overruled",
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


@when(told("{who:人}拟稿送审“答复”，决定“{name:文}”，先前的答复是本件"))
def proposed_of_itself(story: Story, who: str, name: str) -> None:
    proposed(story, who, decided(name, earlier=CASE))


@when(told("{who:人}拟稿送审“答复”，决定“{name:文}”，理由写了“{words:文}”"))
def proposed_saying(story: Story, who: str, name: str, words: str) -> None:
    proposed(story, who, decided(name, ground=f"依照《条例》第十六条，{words}"))


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


def in_parts(name: str, part: str, **more: Any) -> dict[str, Any]:
    second = {"part": "乙部分", "ground": GROUND, **reply_named(part)} | more
    return decided(name, items=[{"part": "甲部分", "answer": "O02"}, second])


@when(told("{who:人}拟稿送审“{name:文}”，第2部分“{part:文}”"))
def proposed_in_parts(story: Story, who: str, name: str, part: str) -> None:
    proposed(story, who, in_parts(name, part))


@when(told("{who:人}拟稿送审“{name:文}”，第2部分“{part:文}”，“{field:文}”写明“{value:文}”"))
def proposed_in_parts_with(story: Story, who: str, name: str, part: str, field: str, value: str) -> None:
    proposed(story, who, in_parts(name, part, **{FIELDS[field]: value}))


@when(told("{who:人}拟稿送审“{name:文}”，第1部分“{first:文}”，第2部分“{part:文}”"))
def proposed_in_two(story: Story, who: str, name: str, first: str, part: str) -> None:
    items = [
        {"part": place, "ground": GROUND, **reply_named(answer)} for place, answer in (("甲", first), ("乙", part))
    ]
    proposed(story, who, decided(name, items=items))


@when(told("{who:人}拟稿送审“答复”，决定“{name:文}”，检索日期是{on:日}，检索结果是“{result:文}”"))
def proposed_searched(story: Story, who: str, name: str, on: date, result: str) -> None:
    search = {"systems": "档案系统", "person": "张三", "on": on.isoformat(), "result": result}
    proposed(story, who, decided(name, search=search))


@when(told("{who:人}拟稿送审“答复”，决定“{name:文}”，检索日期写成“{on:文}”"))
def proposed_searched_some_day(story: Story, who: str, name: str, on: str) -> None:
    proposed(story, who, decided(name, search={"systems": "档案系统", "on": on, "result": "没有"}))


@when(told("{who:人}拟稿送审“答复”，决定“{name:文}”，选定“{interest:文}”，理由是“{ground:文}”"))
def proposed_endangered(story: Story, who: str, name: str, interest: str, ground: str) -> None:
    chosen = {label: key for key, label in ENDANGERS.labels.items()}[interest]
    proposed(story, who, decided(name, endangers=chosen, ground=ground))


@when(told("{who:人}拟稿送审“答复”，决定“{name:文}”，“{field:文}”写明“{value:文}”"))
def proposed_with(story: Story, who: str, name: str, field: str, value: str) -> None:
    proposed(story, who, decided(name, **{FIELDS[field]: value}))


@when(told("{who:人}拟稿送审“答复”，决定“{name:文}”，不采纳的理由是“{reason:文}”，属于“{why:文}”"))
def proposed_overruling(story: Story, who: str, name: str, reason: str, why: str) -> None:
    chosen = key_of(why, "reply", "overruled_for")
    proposed(story, who, decided(name, overruled=reason, overruled_for=chosen))


@when(
    told(
        "{who:人}拟稿送审“答复”，决定“{name:文}”，对“{one:文}”不采纳的理由是“{first:文}”，对“{other:文}”是“{second:文}”"
    )
)
def proposed_overruling_each(story: Story, who: str, name: str, one: str, first: str, other: str, second: str) -> None:
    each = [{"id": one, "reason": first}, {"id": other, "reason": second}]
    proposed(story, who, decided(name, overruled=each, overruled_for="public_interest"))


@given(told("{who:人}要求说明理由，申请人作了说明，{who_:人}填写“{word:文}”"))
def reasons_judged(story: Story, who: str, who_: str, word: str) -> None:
    replies_alone_are_approved(story)
    make(story, who, "demand_reasons", date(2024, 3, 4), due_on="2024-03-12")
    make(story, who_, "give_reasons", date(2024, 3, 5), accepted=key_of(word, "give_reasons", "accepted"))


@given(told("{who:人}要求说明理由，最后一日是{due_on:日}，通知书在{served:日}送到"))
def reasons_asked_for(story: Story, who: str, due_on: date, served: date) -> None:
    replies_alone_are_approved(story)
    make(story, who, "demand_reasons", date(2024, 3, 1), due_on=due_on.isoformat())
    make(story, who, "serve", served, of="reasons")


@given(told("{who:人}征求“{one:文}”和“{other:文}”的意见，“{first:文}”{said:意见}，“{second:文}”{answer:意见}"))
def two_asked(story: Story, who: str, one: str, other: str, first: str, said: str, second: str, answer: str) -> None:
    replies_alone_are_approved(story)
    for name in (one, other):
        make(story, who, "consult", date(2024, 3, 4), **ASKED | {"id": name, "name": name})
        make(story, who, "dispatch", date(2024, 3, 4), of="consultation", id=name, method="post", carrier="ems")
    for name, told_ in ((first, said), (second, answer)):
        make(story, who, "opinion", date(2024, 3, 5), id=name, opinion=told_, reason="商业秘密")


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


@then(told("提示写明是“{words:文}”"))
def told_where(story: Story, words: str) -> None:
    assert story.refused is not None
    assert words in describe(story.refused)


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
