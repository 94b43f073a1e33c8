"""The steps in which the features are told."""

import re
from datetime import date
from typing import Any

import pytest
from parse import with_pattern
from procedure import APPLICANT, Procedure
from pytest_bdd import given, parsers, then, when

from disclosure.notifications.documents.kinds import due_notices, kinds
from disclosure.notifications.messages.catalogue import message_keys, say
from disclosure.states.calendar.calendar import Overlay
from disclosure.states.errors import BadData, CalendarUnknown, DisclosureError, LawUnknown
from disclosure.states.procedure.counting import counted, counted_as
from disclosure.states.procedure.deadlines import deadline
from disclosure.states.procedure.history import timeline
from disclosure.states.procedure.silence import silence_periods
from disclosure.states.rules.fees import fee
from disclosure.states.rules.forms import form_for
from disclosure.states.rules.outcomes import outcome_rows, outcomes
from disclosure.states.rules.remedies import remedy_route, review_organ, silence_route
from disclosure.states.rules.rules import rule, rules
from disclosure.states.rules.settings import Settings, questions

CHANNELS = {
    "当面": "in_person",
    "口头": "oral",
    "签收邮寄": "signed_mail",
    "平常信函": "ordinary_mail",
    "网络": "online",
    "传真": "fax",
}
COUNTERPARTS = {"第三方": "third_party", "共同制作机关": "co_author", "其他机关": "other_organ"}
OPINIONS = {"同意": "agrees", "不同意": "objects", "部分同意": "partly"}
REFUSALS = {
    "期限还没有届满": "period_running",
    "期限已经届满": "period_lapsed",
    "已经告知过补正": "already_corrected",
    "已经延长过": "already_extended",
    "没有经过批准": "not_approved",
    "超过上限": "beyond_cap",
    "缺少最后一日": "missing",
    "收费办法还没有施行": "fees_not_in_force",
    "没有可以争议的行为": "nothing_to_contest",
    "没有正在进行的复议": "no_pending_review",
    "案件所处的状态不允许": "move_not_allowed",
    "日期早于上一步": "out_of_order",
    "最后一日不在办理日之后": "not_after_at",
    "早于现在的截止日": "before_due",
    "编号已经用过": "id_taken",
    "已经有了结果": "remedy_over",
    "没有这样的结果": "not_one_of",
    "没有法律可以适用": "law_unknown",
}
WARNINGS = {
    "告知补正已经超过法定期限": "late_correction_notice",
    "已经超过期限": "applicant_late",
    "答复已经逾期": "reply_late",
    "还没有认可理由": "reasons_missing",
    "法定意见期限不能由机关改变": "statutory_term_kept",
    "已经登记过送达": "served_already",
}


def names(prefix: str) -> dict[str, str]:
    """Chinese names of the catalogue and their keys."""
    return {say(key): key.removeprefix(f"{prefix}_") for key in message_keys() if key.startswith(f"{prefix}_")}


@with_pattern(r"\d{4}年\d{1,2}月\d{1,2}日")
def day(text: str) -> date:
    """2024年3月1日 as a date."""
    year, month, of_month = map(int, re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日", text).groups())  # type: ignore[union-attr]
    return date(year, month, of_month)


@with_pattern(r"\d+")
def number(text: str) -> int:
    """A whole number."""
    return int(text)


@with_pattern(r"[^，。“”\s]+")
def word(text: str) -> str:
    """A word without punctuation."""
    return text


def one_of(known: dict[str, Any]) -> Any:
    """A type for one of some names, read as its key."""

    def key(text: str) -> Any:
        return known[text]

    key.pattern = "|".join(sorted(map(re.escape, known), key=len, reverse=True))  # type: ignore[attr-defined]
    return key


def days(text: str) -> Any:
    """A pattern in which {…:日} is a date, {…:数} a number and {…:词} a word."""
    return parsers.cfparse(text, extra_types=TYPES)


MOVES = {
    "受理": "accept",
    "确认收到": "confirm",
    "收到补正": "correct",
    "视为放弃": "abandon",
    "收到缴费": "pay",
    "送达答复": "serve",
    "归档": "close",
}
TYPES = {
    "办理": one_of(MOVES),
    "日": day,
    "数": number,
    "词": word,
    "期限": one_of(names("rule")),
    "情况": one_of(names("status")),
    "计费": one_of({"按件": "items", "按页": "pages"}),
}


def key_of(known: dict[str, str], name: str) -> str:
    """The key of a Chinese name; a name that is not known fails the scenario."""
    assert name in known, f"不认识“{name}”，可用：{'、'.join(known)}"
    return known[name]


def row_of(name: str) -> str:
    """The report row of an outcome: by its code, its short name, or the row's label."""
    by_name = {item.code: item.row for item in outcomes()} | {item.label: item.row for item in outcomes()}
    by_name |= {row.label: row.key for row in form_for(2024).rows if row.key in outcome_rows()}
    return key_of(by_name, name)


def pytest_bdd_apply_tag(tag: str, function: Any) -> bool:
    """Tags are articles and rules for readers, not marks for pytest."""
    return True


@pytest.fixture
def procedure() -> Procedure:
    """A case that has not been submitted yet."""
    return Procedure()


# What is given


@given(days("申请人于{on:日}以{channel:词}方式提出申请"))
@when(days("申请人于{on:日}以{channel:词}方式提出申请"))
def submitted(procedure: Procedure, on: date, channel: str) -> None:
    procedure.do("submit", on, channel=key_of(CHANNELS, channel), applicant=APPLICANT, information="某文件")


@given(days("机关于{on:日}收到并受理一件申请"))
@when(days("机关于{on:日}收到并受理一件申请"))
def received(procedure: Procedure, on: date) -> None:
    submitted(procedure, on, "当面")
    procedure.do("accept", on)
    assert procedure.refused is None


@given(parsers.parse("对争议问题{id}采用“{reading}”"))
@when(parsers.parse("对争议问题{id}改为采用“{reading}”"))
def chosen(procedure: Procedure, id: str, reading: str) -> None:
    question = next(item for item in questions() if item.id == id)
    assert question.key is not None, f"{id}不能选择"
    procedure.readings[question.key] = key_of({text: value for value, text in question.readings}, reading)
    if procedure.events:
        procedure.again()


# What happens


@given(days("机关于{on:日}{move:办理}"))
@when(days("机关于{on:日}{move:办理}"))
def plain_move(procedure: Procedure, on: date, move: str) -> None:
    procedure.do(move, on)


@given(days("机关于{on:日}告知补正，补正期限到{due_on:日}"))
@when(days("机关于{on:日}告知补正，补正期限到{due_on:日}"))
def correction_requested(procedure: Procedure, on: date, due_on: date) -> None:
    procedure.do("request_correction", on, items=["文件名称"], due_on=due_on)


@when(days("机关于{on:日}再次告知补正，补正期限到{due_on:日}，理由是“{reason}”"))
def correction_requested_again(procedure: Procedure, on: date, due_on: date, reason: str) -> None:
    procedure.do("request_correction", on, items=["文件名称"], due_on=due_on, override=reason)


@given(days("机关于{on:日}向{kind:词}“{name}”征求意见"))
@when(days("机关于{on:日}向{kind:词}“{name}”征求意见"))
def consulted(procedure: Procedure, on: date, kind: str, name: str) -> None:
    procedure.do("consult", on, **{"id": name, "with": key_of(COUNTERPARTS, kind), "name": name})


@given(days("机关于{on:日}向{kind:词}“{name}”征求意见，{served_on:日}送达"))
@when(days("机关于{on:日}向{kind:词}“{name}”征求意见，{served_on:日}送达"))
def consulted_served(procedure: Procedure, on: date, kind: str, name: str, served_on: date) -> None:
    procedure.do(
        "consult", on, **{"id": name, "with": key_of(COUNTERPARTS, kind), "name": name, "served_on": served_on}
    )


@given(days("机关于{on:日}向{kind:词}“{name}”征求意见，要求{due_on:日}以前回复"))
@when(days("机关于{on:日}向{kind:词}“{name}”征求意见，要求{due_on:日}以前回复"))
def consulted_until(procedure: Procedure, on: date, kind: str, name: str, due_on: date) -> None:
    procedure.do("consult", on, **{"id": name, "with": key_of(COUNTERPARTS, kind), "name": name, "due_on": due_on})


@given(days("“{name}”于{on:日}答复{opinion:词}公开"))
@when(days("“{name}”于{on:日}答复{opinion:词}公开"))
def answered(procedure: Procedure, name: str, on: date, opinion: str) -> None:
    procedure.do("opinion", on, id=name, opinion=key_of(OPINIONS, opinion))


@when(days("机关于{on:日}登记“{name}”逾期没有意见"))
def silent(procedure: Procedure, on: date, name: str) -> None:
    procedure.do("lapse_consultation", on, id=name)


@when(days("机关于{on:日}撤回对“{name}”的征求意见"))
def called_off(procedure: Procedure, on: date, name: str) -> None:
    procedure.do("cancel_consultation", on, id=name, reason="不再需要")


@given(days("机关于{on:日}经批准延长答复期限{n:数}个工作日"))
@when(days("机关于{on:日}经批准延长答复期限{n:数}个工作日"))
def extended(procedure: Procedure, on: date, n: int) -> None:
    procedure.do("extend", on, days=n, reason="需要核对多份档案", approved_by="工作机构负责人")


@when(days("机关于{on:日}未经批准延长答复期限{n:数}个工作日"))
def extended_alone(procedure: Procedure, on: date, n: int) -> None:
    procedure.do("extend", on, days=n, reason="需要核对多份档案")


@given(days("机关于{on:日}要求申请人在{due_on:日}以前说明理由"))
@when(days("机关于{on:日}要求申请人在{due_on:日}以前说明理由"))
def reasons_demanded(procedure: Procedure, on: date, due_on: date) -> None:
    procedure.do("demand_reasons", on, due_on=due_on)


@given(days("申请人于{on:日}说明理由，机关{view:词}"))
@when(days("申请人于{on:日}说明理由，机关{view:词}"))
def reasons_given(procedure: Procedure, on: date, view: str) -> None:
    procedure.do("give_reasons", on, accepted={"认可": True, "不认可": False}[view])


@when(days("机关于{on:日}决定延迟到{until:日}答复"))
def deferred(procedure: Procedure, on: date, until: date) -> None:
    procedure.do("defer", on, until=until)


@given(days("机关于{on:日}通知{basis:计费}收费，数量{n:数}"))
@when(days("机关于{on:日}通知{basis:计费}收费，数量{n:数}"))
def charged(procedure: Procedure, on: date, basis: str, n: int) -> None:
    procedure.do("charge", on, basis=basis, quantity=n)


@given(days("机关于{on:日}通知{basis:计费}收费，数量{n:数}，{served_on:日}送达"))
@when(days("机关于{on:日}通知{basis:计费}收费，数量{n:数}，{served_on:日}送达"))
def charged_served(procedure: Procedure, on: date, basis: str, n: int, served_on: date) -> None:
    procedure.do("charge", on, basis=basis, quantity=n, served_on=served_on)


@given(days("机关于{on:日}答复“{outcome}”"))
@when(days("机关于{on:日}答复“{outcome}”"))
def replied(procedure: Procedure, on: date, outcome: str) -> None:
    procedure.do("reply", on, outcome=row_of(outcome), delivery="post")


@given(days("申请人于{on:日}撤回申请"))
@when(days("申请人于{on:日}撤回申请"))
def withdrawn(procedure: Procedure, on: date) -> None:
    procedure.do("withdraw", on, reason="不再需要")


@when(days("机关于{on:日}终止办理"))
def discontinued(procedure: Procedure, on: date) -> None:
    procedure.do("discontinue", on, reason="申请人死亡，没有继承其权利的人")


@given(days("机关于{on:日}根据“{ordered_by}”重新办理"))
@when(days("机关于{on:日}根据“{ordered_by}”重新办理"))
def reopened(procedure: Procedure, on: date, ordered_by: str) -> None:
    procedure.do("reopen", on, ordered_by=ordered_by)


@when(days("机关于{on:日}根据“{ordered_by}”重新办理，限{due_on:日}以前答复"))
def reopened_until(procedure: Procedure, on: date, ordered_by: str, due_on: date) -> None:
    procedure.do("reopen", on, ordered_by=ordered_by, due_on=due_on)


@when(days("机关于{on:日}把第{seq:数}步的日期更正为{at:日}"))
def amended(procedure: Procedure, on: date, seq: int, at: date) -> None:
    procedure.do("amend", on, seq=seq, at=at.isoformat(), reason="日期录错")


@when(days("机关补记{on:日}经批准延长答复期限{n:数}个工作日"))
def extended_late(procedure: Procedure, on: date, n: int) -> None:
    data = {"days": n, "reason": "需要核对多份档案", "approved_by": "工作机构负责人"}
    procedure.do("extend", on, **data, late_reason="当日没有登记")


@given(days("申请人于{on:日}申请行政复议"))
@when(days("申请人于{on:日}申请行政复议"))
def review_filed(procedure: Procedure, on: date) -> None:
    procedure.do("file_review", on, id="复议")


STEPS = {"受理复议": "accept_review", "中止复议": "suspend_review", "恢复复议": "resume_review"}


@given(days("复议机关于{on:日}{step:词}"))
@when(days("复议机关于{on:日}{step:词}"))
def review_step(procedure: Procedure, on: date, step: str) -> None:
    procedure.do(key_of(STEPS, step), on, id="复议")


@given(days("复议机关于{on:日}按{kind:词}程序受理复议"))
@when(days("复议机关于{on:日}按{kind:词}程序受理复议"))
def review_accepted(procedure: Procedure, on: date, kind: str) -> None:
    procedure.do("accept_review", on, id="复议", procedure={"普通": "ordinary", "简易": "simplified"}[kind])


@given(days("机关于{on:日}收到{kind:词}程序的复议答复通知"))
@when(days("机关于{on:日}收到{kind:词}程序的复议答复通知"))
def review_notified(procedure: Procedure, on: date, kind: str) -> None:
    procedure.do("notify_review", on, id="复议", procedure={"普通": "ordinary", "简易": "simplified"}[kind])


@when(days("机关于{on:日}提交复议答复"))
def review_answered(procedure: Procedure, on: date) -> None:
    procedure.do("answer_review", on, id="复议")


@given(days("复议机关于{on:日}决定“{result}”"))
@when(days("复议机关于{on:日}决定“{result}”"))
def review_decided(procedure: Procedure, on: date, result: str) -> None:
    procedure.do("decide_review", on, id="复议", result=result_of(result, "review"))


def result_of(name: str, kind: str) -> str:
    """The key of a result of a review or a suit."""
    both = {
        "撤销": "revoked",
        "变更": "changed",
        "确认违法": "unlawful",
        "责令履行": "ordered",
        "确认无效": "void",
        "撤回": "withdrawn",
        "维持": "upheld",
    }
    own = {
        "review": {
            "驳回请求": "claim_rejected",
            "驳回申请": "application_rejected",
            "不予受理": "not_accepted",
            "终止": "terminated",
            "调解": "mediated",
        },
        "suit": {
            "驳回诉讼请求": "claim_dismissed",
            "判令给付": "paid",
            "驳回起诉": "suit_rejected",
            "不予立案": "not_docketed",
            "撤诉": "withdrawn",
        },
    }[kind]
    return key_of(both | own, name)


@given(days("申请人于{on:日}提起行政诉讼"))
@when(days("申请人于{on:日}提起行政诉讼"))
def suit_filed(procedure: Procedure, on: date) -> None:
    procedure.do("file_suit", on, id="诉讼")


@given(days("申请人于{on:日}对复议决定提起行政诉讼"))
@when(days("申请人于{on:日}对复议决定提起行政诉讼"))
def suit_filed_after_review(procedure: Procedure, on: date) -> None:
    procedure.do("file_suit", on, id="诉讼", after_review="复议")


@given(days("机关于{on:日}收到起诉状副本"))
@when(days("机关于{on:日}收到起诉状副本"))
def suit_notified(procedure: Procedure, on: date) -> None:
    procedure.do("notify_suit", on, id="诉讼")


@when(days("机关于{on:日}提交答辩状和证据"))
def suit_answered(procedure: Procedure, on: date) -> None:
    procedure.do("answer_suit", on, id="诉讼")


@given(days("法院于{on:日}{instance:词}裁判“{result}”"))
@when(days("法院于{on:日}{instance:词}裁判“{result}”"))
def judged(procedure: Procedure, on: date, instance: str, result: str) -> None:
    number = {"一审": 1, "二审": 2}[instance]
    procedure.do("judge", on, id="诉讼", instance=number, result=result_of(result, "suit"))


@given(days("一方于{on:日}上诉"))
@when(days("一方于{on:日}上诉"))
def appealed(procedure: Procedure, on: date) -> None:
    procedure.do("appeal", on, id="诉讼")


# What follows


@then(days("收到之日是{on:日}"))
def received_on(procedure: Procedure, on: date) -> None:
    assert procedure.refused is None, procedure.refused
    assert procedure.case.received_on == on


@then(parsers.parse("收到之日还没有确定"))
def not_received(procedure: Procedure) -> None:
    assert procedure.case.received_on is None
    assert procedure.case.last_period("reply") is None


@then(days("{rule:期限}的最后一日是{on:日}"))
def due_on(procedure: Procedure, rule: str, on: date) -> None:
    assert procedure.refused is None, procedure.refused
    assert procedure.period(rule).due_on == on


@then(days("到{on:日}，{rule:期限}{state:情况}"))
def stands(procedure: Procedure, on: date, rule: str, state: str) -> None:
    assert procedure.refused is None, procedure.refused
    assert procedure.status(rule, on) == state


@then(days("没有{rule:期限}"))
def no_period(procedure: Procedure, rule: str) -> None:
    assert procedure.case.last_period(rule) is None


@then(parsers.parse("案件的状态是“{state}”"))
def in_state(procedure: Procedure, state: str) -> None:
    assert procedure.refused is None, procedure.refused
    assert procedure.case.state == key_of(names("state"), state)


@then(parsers.parse("这一步不能办理，因为{reason}"))
def refused(procedure: Procedure, reason: str) -> None:
    assert isinstance(procedure.refused, DisclosureError), "这一步办成了"
    assert procedure.code() == key_of(REFUSALS, reason)
    procedure.refused = None


@then(parsers.parse("这一步可以办理"))
def allowed(procedure: Procedure) -> None:
    assert procedure.refused is None, procedure.refused
    assert procedure.warnings == []


@then(parsers.parse("这一步照样登记，并提醒{text}"))
def warned(procedure: Procedure, text: str) -> None:
    assert procedure.refused is None, procedure.refused
    assert key_of(WARNINGS, text) in {item.unmet.code for item in procedure.warnings}


@then(days("{rule:期限}的逐日说明中，{on:日}{counted:词}，原因是“{why}”"))
def explained(procedure: Procedure, rule: str, on: date, counted: str, why: str) -> None:
    found = procedure.ledger(rule)[on]
    assert found.counted is {"计入": True, "不计入": False}[counted]
    assert say(f"why_{found.why}").startswith(why), say(f"why_{found.why}")
    assert found.source


@then(days("{rule:期限}一共计入{n:数}日"))
def counted_days(procedure: Procedure, rule: str, n: int) -> None:
    found = procedure.ledger(rule)
    assert [item.n for item in found.values()][-1] == n
    assert sum(item.counted for item in found.values()) == n


@then(days("{rule:期限}是暂定的"))
def provisional(procedure: Procedure, rule: str) -> None:
    due = procedure.period(rule).due_on
    assert procedure.law.calendar.is_provisional(due)


@then(parsers.parse("意见视为{opinion}"))
def opinion_is(procedure: Procedure, opinion: str) -> None:
    known = {"同意公开": "agrees", "没有意见，由机关决定": "silent"}
    assert procedure.case.consultations[-1].opinion == key_of(known, opinion)


@then(parsers.parse("年度报告计入“{label}”"))
def in_row(procedure: Procedure, label: str) -> None:
    place = counted(procedure.case, procedure.law.settings)
    assert place is not None
    assert place.row == key_of({row.label: row.key for row in form_for(2024).rows}, label)


@then(days("年度报告计入{year:数}年的“{label}”"))
def in_row_of_year(procedure: Procedure, year: int, label: str) -> None:
    place = counted(procedure.case, procedure.law.settings)
    assert place is not None
    form = form_for(year)
    row = next(row.key for row in form.rows if row.label == label)
    assert (place.done_year, form.row_of(place.row)) == (year, row)


@then(parsers.parse("年度报告不统计这一件"))
def not_counted(procedure: Procedure) -> None:
    assert counted(procedure.case, procedure.law.settings) is None


@then(days("到{year:数}年底，复议计入“{label}”"))
def review_in_column(procedure: Procedure, year: int, label: str) -> None:
    _in_column(procedure, "review", year, label)


@then(days("到{year:数}年底，诉讼计入“{label}”"))
def suit_in_column(procedure: Procedure, year: int, label: str) -> None:
    _in_column(procedure, "suit", year, label)


def _in_column(procedure: Procedure, kind: str, year: int, label: str) -> None:
    remedy = next(item for item in procedure.case.remedies if item.kind == kind)
    known = {"结果维持": "upheld", "结果纠正": "corrected", "其他结果": "other", "尚未审结": "pending"}
    found = counted_as(remedy, procedure.law.settings, date(year, 12, 31))
    if label == "不统计":
        assert found is None
    else:
        assert found is not None
        assert found.rsplit("_", 1)[1] == key_of(known, label)


ROUTES = {"先申请复议": "review_first", "可以选择": "choice", "分部分处理": "by_part"}


@then(days("{on:日}作出的“{outcome}”，救济途径是{route:词}"))
def route_is(procedure: Procedure, on: date, outcome: str, route: str) -> None:
    found = remedy_route(row_of(outcome), on, procedure.law.settings)
    assert found.route == key_of(ROUTES, route)
    assert found.source


@then(days("{on:日}期满仍不答复，救济途径是{route:词}"))
def silence_route_is(procedure: Procedure, on: date, route: str) -> None:
    assert silence_route(on, procedure.law.settings).route == key_of(ROUTES, route)


@then(parsers.parse("应当发出“{title}”"))
def notice_is_due(procedure: Procedure, title: str) -> None:
    known = {item.key: item.title for item in kinds()}
    found = {known[item.kind] for item in due_notices(procedure.case, timeline(procedure.events))}
    assert title in found


@then(days("{on:日}{basis:计费}{n:数}，收费{amount:词}元"))
def fee_is(on: date, basis: str, n: int, amount: str) -> None:
    assert str(fee(basis, n, on).amount) == amount


# Rules by themselves, the calendar, the annual report


@then(days("到{on:日}，对逾期不答复可以申请复议到{due:日}"))
def silence_review(procedure: Procedure, on: date, due: date) -> None:
    _silence(procedure, "review_application", on, due)


@then(days("到{on:日}，对逾期不答复可以起诉到{due:日}"))
def silence_suit(procedure: Procedure, on: date, due: date) -> None:
    _silence(procedure, "suit", on, due)


def _silence(procedure: Procedure, rule: str, on: date, due: date) -> None:
    assert silence_periods(procedure.case, on.replace(day=on.day - 1), procedure.law) == []
    found = {item.rule: item.due_on for item in silence_periods(procedure.case, on, procedure.law)}
    assert found[rule] == due


@then(days("自{start:日}起，“{name}”的最后一日是{due:日}"))
def rule_ends_on(start: date, name: str, due: date) -> None:
    found = deadline(next(item.key for item in rules() if item.name == name), start)
    assert found.due_on == due
    assert [day.date for day in found.days()][-1] == due


@then(days("{on:日}适用的“{name}”写明“{text}”"))
def rule_says(on: date, name: str, text: str) -> None:
    found = rule(next(item.key for item in rules() if item.name == name), on)
    assert text in found.remark
    assert found.source


@then(days("{on:日}作出的决定，“{kind}”的复议机关是“{organ}”"))
def organ_is(on: date, kind: str, organ: str) -> None:
    known = {
        "政府部门": "department",
        "下级政府": "government",
        "省级政府": "province",
        "国务院部门": "ministry",
        "垂直部门": "vertical",
        "司法行政": "justice",
        "派出机构": "branch",
    }
    assert review_organ(key_of(known, kind), on).text == organ


@then(days("{on:日}是{kind:词}"))
def day_is(procedure: Procedure, on: date, kind: str) -> None:
    known = {"工作日": "working_day", "休息日": "rest_day", "法定节假日": "holiday", "调休上班日": "make_up_day"}
    found = procedure.law.calendar.day(on)
    assert found.kind == key_of(known, kind)
    assert found.source


@then(days("{on:日}之后第{n:数}个工作日无法推算"))
def nothing_is_guessed(procedure: Procedure, on: date, n: int) -> None:
    with pytest.raises(CalendarUnknown):
        procedure.law.calendar.add(on, n)


@then(days("{rule_key:期限}不再是暂定的"))
def not_provisional(procedure: Procedure, rule_key: str) -> None:
    assert not procedure.law.calendar.is_provisional(procedure.period(rule_key).due_on)


CLOSURE = """\
[closure]
place = "湖城市"
reason = "台风停工"
decided_by = "湖城市人民政府"
[[closure.day]]
first = {first}
last = {last}
"""
HOLIDAYS = {
    "元旦": "first = 2027-01-01\nlast = 2027-01-03",
    "春节": "first = 2027-02-05\nlast = 2027-02-12\nmake_up = [2027-01-31, 2027-02-20]",
    "清明节": "first = 2027-04-03\nlast = 2027-04-05",
    "劳动节": "first = 2027-05-01\nlast = 2027-05-05\nmake_up = [2027-04-25, 2027-05-08]",
    "端午节": "first = 2027-06-09\nlast = 2027-06-09",
    "中秋节": "first = 2027-09-15\nlast = 2027-09-15",
    "国庆节": "first = 2027-10-01\nlast = 2027-10-07\nmake_up = [2027-09-26, 2027-10-09]",
}


def notice(**changes: str | None) -> str:
    """An invented notice for 2027, with some holidays written otherwise or left out."""
    head = '[notice]\nnumber = "国办发明电〔2026〕8号"\npublished_on = 2026-11-05\nyear = 2027\n'
    written = {name: text for name, text in (HOLIDAYS | changes).items() if text is not None}
    return head + "".join(f'[[holiday]]\nname = "{name}"\n{text}\n' for name, text in written.items())


@when(days("录入{first:日}至{last:日}停办的通知"))
def closed(procedure: Procedure, first: date, last: date) -> None:
    procedure.overlays.append(CLOSURE.format(first=first, last=last))
    procedure.again()


@when(parsers.parse("录入2027年元旦放假三天的放假通知"))
def announced(procedure: Procedure) -> None:
    procedure.overlays.append(notice())
    procedure.again()


MISTAKES: dict[str, dict[str, str | None]] = {
    "有圣诞节": {"圣诞节": "first = 2027-12-25\nlast = 2027-12-25"},
    "缺少春节": {"春节": None},
    "元旦写成十二月": {"元旦": "first = 2027-12-01\nlast = 2027-12-03"},
    "调休上班日不是周末": {"元旦": "first = 2027-01-01\nlast = 2027-01-03\nmake_up = [2027-01-06]"},
    "同一天写了两次": {
        "清明节": "first = 2027-04-03\nlast = 2027-04-05",
        "劳动节": "first = 2027-04-05\nlast = 2027-05-05",
    },
    "调休上班日在放假日之内": {"元旦": "first = 2027-01-01\nlast = 2027-01-03\nmake_up = [2027-01-02]"},
}


@when(parsers.parse("录入一份{mistake}的放假通知"), target_fixture="mistaken")
def announced_wrongly(mistake: str) -> str:
    return notice(**MISTAKES[mistake])


@then(parsers.parse("这份通知不能录入"))
def not_taken_in(mistaken: str) -> None:
    with pytest.raises(BadData) as refused:
        Overlay.parse(mistaken, "2027.toml")
    assert refused.value.faults


@then(days("{year:数}年度报告的“{label}”是{n:数}"))
def report_figure(procedure: Procedure, year: int, label: str, n: int) -> None:
    assert figures(procedure, year)[label] == n


@then(days("{first:数}年度和{second:数}年度报告都平衡"))
def reports_balance(procedure: Procedure, first: int, second: int) -> None:
    for year in (first, second):
        found = figures(procedure, year)
        new, carried, total, left = (found[label] for label in FOUR)
        assert new + carried == total + left


@then(days("{first:数}年度报告的“{one}”等于{second:数}年度报告的“{other}”"))
def figures_agree(procedure: Procedure, first: int, one: str, second: int, other: str) -> None:
    assert figures(procedure, first)[one] == figures(procedure, second)[other] == 1


FOUR = ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（七）总计", "四、结转下年度继续办理")


def figures(procedure: Procedure, year: int) -> dict[str, int]:
    """The column of the one case in section three, by the labels of the rows."""
    form = form_for(year)
    found = dict.fromkeys((row.label for row in form.rows), 0)
    place = counted(procedure.case, procedure.law.settings)
    if place is None or not place.received_year <= year <= place.done_year:
        return found
    label = {row.key: row.label for row in form.rows}
    found[label["new" if place.received_year == year else "carry_in"]] += 1
    if place.done_year == year:
        found[label["results_total"]] += 1
        found[label[form.row_of(place.row)]] += 1
    else:
        found[label["carry_out"]] += 1
    return found


@then(days("{year:数}年度没有可以使用的报表格式"))
def no_form(year: int) -> None:
    with pytest.raises(LawUnknown):
        form_for(year)


@then(parsers.parse("争议问题{id}默认采用“{reading}”，并写明来源和把握"))
def question_default(id: str, reading: str) -> None:
    question = next(item for item in questions() if item.id == id)
    assert dict(question.readings)[question.default] == reading
    assert question.source
    assert question.confidence in ("高", "中", "低")
    if question.key is not None:
        assert Settings.model_fields[question.key].default == question.default


@then(parsers.parse("争议问题{id}不提供选择，并写明原因"))
def question_fixed(id: str) -> None:
    question = next(item for item in questions() if item.id == id)
    assert not question.adjustable
    assert question.why_fixed
