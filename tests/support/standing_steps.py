"""The steps in which the features tell what follows: how the case stands, what was refused, what is due."""

from datetime import date

from answers import (
    breach_of,
    is_listed_late,
    is_provisional,
    last_safe_of,
    ledger_of,
    listed,
    opinion_of,
    papers_of,
    pending_of,
    period_of,
    periods_of,
    receipt_of,
    stage_of,
    state_of,
    ways_on,
)
from answers import (
    explained as explanation_of,
)
from procedure import Procedure, code_of
from pytest_bdd import parsers, then
from telling import choice, key_of, named, pattern

from disclosure.notifications.messages.catalogue import say

REFUSALS = {
    "期限还没有届满": "period_running",
    "期限已经届满": "period_lapsed",
    "还没有送达": "service_unproved",
    "送达早于文书作出": "served_before_made",
    "逾期以后办理没有写明理由": "override_needed",
    "收费通知应当在答复期限内发出": "charged_too_late",
    "晚于最后一日，视为放弃不受影响": "given_up_already",
    "没有等待核销的步骤": "nothing_to_lift",
    "所依据的登记还没有核销": "breach_unconfirmed",
    "不能核销自己登记的步骤": "own_claim",
    "已经决定了另一种答复": "decided_already",
    "送到时已经过了它自己的最后一日": "served_too_late",
    "文书已经按时送达": "served_in_time",
    "没有这份文书": "no_such_paper",
    "没有寄出过": "never_dispatched",
    "没有登记得过早的步骤": "nothing_to_reopen",
    "最后一日和天数只能填一个": "day_and_number",
    "已经告知过补正": "already_corrected",
    "已经延长过": "already_extended",
    "没有经过批准": "not_approved",
    "法律已经定了收到之日": "received_already",
    "没有写明是哪一种答复": "answer_needed",
    "一项不予公开而整件答复不是不予公开或者部分公开": "withheld_under_other_answer",
    "超过上限": "beyond_cap",
    "缺少最后一日": "missing",
    "收费办法还没有施行": "fees_not_in_force",
    "已经收取过信息处理费": "charged_already",
    "按标准不用缴费": "nothing_to_pay",
    "填写的件数与台账不同，没有写明理由": "already_differs",
    "页数不与其他申请累计": "pages_not_added_up",
    "没有可以争议的行为": "nothing_to_contest",
    "没有正在进行的复议": "no_pending_review",
    "案件所处的状态不允许": "move_not_allowed",
    "日期早于上一步": "out_of_order",
    "逾期的事实应当保留": "missed_day_stays",
    "最后一日不在办理日之后": "not_after_at",
    "早于现在的截止日": "before_due",
    "编号已经用过": "id_taken",
    "送达日期早于文书作出的日期": "served_before_made",
    "没有法律可以适用": "law_unknown",
}
WARNINGS = {
    "告知补正已经超过法定期限": "late_correction_notice",
    "已经超过期限": "applicant_late",
    "答复已经逾期": "reply_late",
    "等待核销": "breach_claimed",
    "按这一步已经逾期": "late_by_this",
    "还没有认可理由": "reasons_missing",
    "法定意见期限不能由机关改变": "statutory_term_kept",
    "已经登记过送达": "served_already",
    "告知延长晚于最后一日": "extension_told_late",
    "告知延迟晚于最后一日": "deferral_told_late",
    "先前的一步登记得过早": "premature_step",
    "先前的一步失去依据": "step_undone",
    "答复书在撤回决定以前已经送出": "withdrawn_too_late",
    "以回应的当日算作收到": "service_inferred",
    "不知道复议决定书何时送达": "service_unproved",
    "不知道裁判文书何时送达": "service_unproved",
    "送达日期是推定的": "service_assumed",
    "日期还没有到": "dated_ahead",
    "登记为已经作出的答复还没有作出": "reply_not_made",
    "邮寄应当通过邮政企业": "not_the_postal_enterprise",
    "没有先用其他方式送达": "other_ways_not_tried",
    "这种方式不能用于这份文书": "way_not_for_paper",
    "没有记录的不算送达": "way_needs_record",
    "没有登记申请人选定电子送达": "way_not_chosen",
    "没有用两种方式送过": "attempts_missing",
    "填写的件数与台账不同": "already_differs",
    "姓名和电话相同而证件号码不同的申请没有计入": "two_ledgers",
    "证件号码相同而姓名不同的申请已经计入": "one_number_two_names",
    "无法认定申请人以前的申请": "applicant_not_told",
    "没有写明件数的按台账计算": "counted_by_ledger",
}
OPINIONS = {"同意公开": "agrees", "没有意见，由机关决定": "silent"}
COUNTED = {"计入": True, "不计入": False}
VERB_ENTRIES = {"期限": choice(named("rule")), "情况": choice(named("status"))}


@then(pattern("收到之日是{on:日}"))
def received_on(procedure: Procedure, on: date) -> None:
    assert procedure.refused is None, procedure.refused
    assert receipt_of(procedure.at()) == on


@then("收到之日还没有确定")
def not_received(procedure: Procedure) -> None:
    assert receipt_of(procedure.at()) is None
    assert periods_of(procedure.at(), "reply") == []


@then(pattern("{rule:期限}的最后一日是{on:日}", **VERB_ENTRIES))
def due_on(procedure: Procedure, rule: str, on: date) -> None:
    assert procedure.refused is None, procedure.refused
    assert period_of(procedure.at(), rule).due_on == on


@then(pattern("到{on:日}，{rule:期限}{status:情况}", **VERB_ENTRIES))
def stands(procedure: Procedure, on: date, rule: str, status: str) -> None:
    assert procedure.refused is None, procedure.refused
    assert period_of(procedure.at(on), rule).status == status
    assert is_listed_late(procedure.at(on), rule) in (status == "missed", None)


@then(pattern("案件自{on:日}起逾期"))
def breached(procedure: Procedure, on: date) -> None:
    assert procedure.refused is None, procedure.refused
    assert breach_of(procedure.at()) == on


@then("案件没有逾期")
def not_breached(procedure: Procedure) -> None:
    assert procedure.refused is None, procedure.refused
    assert breach_of(procedure.at()) is None


@then(parsers.parse("办理环节是“{stage}”"))
def at_stage(procedure: Procedure, stage: str) -> None:
    assert procedure.refused is None, procedure.refused
    assert stage_of(procedure.at()) == key_of(named("stage"), stage)


@then("没有待办的环节")
def at_no_stage(procedure: Procedure) -> None:
    assert procedure.refused is None, procedure.refused
    assert stage_of(procedure.at()) is None


@then(pattern("到{on:日}，案件{known:在否}待办清单上", 在否=choice({"在": True, "不在": False})))
def on_the_list(procedure: Procedure, on: date, known: bool) -> None:
    assert procedure.refused is None, procedure.refused
    assert (listed(procedure.at(on)) is not None) == known


@then("待办清单指明可以重新办理，并作废已经发出的文书")
def way_named(procedure: Procedure) -> None:
    found = listed(procedure.at())
    assert found is not None
    assert found.way_on == ("reopen", "void_paper")


@then(pattern("待办清单写明最迟{on:日}告知延期"))
def told_by(procedure: Procedure, on: date) -> None:
    found = listed(procedure.at())
    assert found is not None
    assert found.tell_by == on


@then(pattern("到{on:日}，案件的灯是“{light:文}”"))
def has_light(procedure: Procedure, on: date, light: str) -> None:
    assert procedure.refused is None, procedure.refused
    found = listed(procedure.at(on))
    assert found is not None
    assert found.bucket == key_of(named("bucket"), light)


@then(pattern("到{on:日}，待办清单指明可以“{move:文}”"))
def has_way_on(procedure: Procedure, on: date, move: str) -> None:
    found = listed(procedure.at(on))
    assert found is not None
    assert key_of(named("move"), move) in found.way_on


@then(pattern("到{on:日}，待办清单没有要办的"))
def has_nothing_to_do(procedure: Procedure, on: date) -> None:
    found = listed(procedure.at(on))
    assert found is not None
    assert found.to_do == ()


@then(pattern("{on:日}的巡查提醒一件答复还没有送出"))
def reminded(procedure: Procedure, on: date) -> None:
    (found,) = procedure.swept(on)
    assert (found["case"], found["levels"], found["propose"]) == (procedure.case, ["handler"], None)


@then(pattern("{on:日}的巡查没有答复要送出"))
def not_reminded(procedure: Procedure, on: date) -> None:
    assert procedure.swept(on) == []


@then(pattern("{on:日}的巡查{how:提议}改为邮寄", 提议=choice({"提议": "post", "不提议": None})))
def post_proposed(procedure: Procedure, on: date, how: str | None) -> None:
    (found,) = procedure.swept(on)
    assert found["propose"] == how


TO_DO = {say(f"word_{what}"): what for what in ("to_confirm", "to_confirm_receipt", "came_too_late", "term_over")} | {
    "一直没有登记签收": "unanswered"
}


@then(pattern("{on:日}的巡查提醒本机关办理，因为“{what:文}”"))
def reminded_to_act(procedure: Procedure, on: date, what: str) -> None:
    (found,) = procedure.swept(on)
    assert (found["case"], found["bucket"], found["levels"]) == (procedure.case, "act", ["handler"])
    assert key_of(TO_DO | named("stage"), what) in found["to_do"]


@then(pattern("{on:日}的巡查没有要本机关办理的"))
def not_reminded_to_act(procedure: Procedure, on: date) -> None:
    assert [item for item in procedure.swept(on) if item["bucket"] == "act"] == []


@then("待办清单没有要告知的延期")
def nothing_to_tell(procedure: Procedure) -> None:
    found = listed(procedure.at())
    assert found is not None
    assert found.tell_by is None


@then("待办清单写明案件待确认")
def to_confirm(procedure: Procedure) -> None:
    found = listed(procedure.at())
    assert found is not None
    assert found.to_confirm


@then(pattern("延长{n:数}个工作日还没有告知申请人，告知以后的最后一日还不能确定"))
def pending_while_it_stands(procedure: Procedure, n: int) -> None:
    told = {"days": n, "due_on": None, "tell_by": None}
    assert pending_of(procedure.at()) == explanation_of(procedure.at(), "reply")["pending"] == told


@then(pattern("延长{n:数}个工作日还没有告知申请人，告知以后最后一日是{due_on:日}，最迟{tell_by:日}告知"))
def pending(procedure: Procedure, n: int, due_on: date, tell_by: date) -> None:
    assert pending_of(procedure.at()) == {"days": n, "due_on": due_on.isoformat(), "tell_by": tell_by.isoformat()}


@then(pattern("{rule:期限}还没有开始，没有最后一日", **VERB_ENTRIES))
def not_begun(procedure: Procedure, rule: str) -> None:
    assert procedure.refused is None, procedure.refused
    found = period_of(procedure.at(), rule)
    assert (found.due_on, found.status) == (None, "awaiting_service")


@then(pattern("{rule:期限}的逐日说明写明还没有开始", **VERB_ENTRIES))
def explained_as_not_begun(procedure: Procedure, rule: str) -> None:
    found = explanation_of(procedure.at(), rule)
    assert (found["status"], found["starts_on"], found["due_on"], found["days"]) == ("awaiting_service", None, None, [])


@then(pattern("{rule:期限}的逐日说明写明自{on:日}起停止计算，何时恢复还没有确定", **VERB_ENTRIES))
def explained_as_standing_still(procedure: Procedure, rule: str, on: date) -> None:
    found = explanation_of(procedure.at(), rule)
    assert (found["standstill"]["since"], found["standstill"]["until"]) == (on.isoformat(), None)
    assert found["standstill"]["source"]
    late = [item for item in found["days"] if item["date"] >= on.isoformat()]
    assert {item["why"] for item in late} == {"suspended"}


@then(pattern("答复期限的逐日说明旁写明延长{n:数}个工作日还没有告知，告知以后最后一日是{due_on:日}，最迟{by:日}告知"))
def explained_with_the_untold_extension(procedure: Procedure, n: int, due_on: date, by: date) -> None:
    told = {"days": n, "due_on": due_on.isoformat(), "tell_by": by.isoformat()}
    assert explanation_of(procedure.at(), "reply")["pending"] == told


@then(pattern("{rule:期限}从{on:日}起算", **VERB_ENTRIES))
def starts_on(procedure: Procedure, rule: str, on: date) -> None:
    assert period_of(procedure.at(), rule).starts_on == on


@then(pattern("{rule:期限}的逐日说明写明自{on:日}起逾期", **VERB_ENTRIES))
def explained_as_breached(procedure: Procedure, rule: str, on: date) -> None:
    assert explanation_of(procedure.at(), rule)["breached_on"] == on.isoformat()


@then(pattern("到{on:日}，提示最迟{day:日}交邮"))
def safe_until(procedure: Procedure, on: date, day: date) -> None:
    assert last_safe_of(procedure.at(on)) == {"post_by": day, "signed_by": day}


@then(pattern("到{on:日}，不提示最迟交邮的一日"))
def no_safe_day(procedure: Procedure, on: date) -> None:
    assert last_safe_of(procedure.at(on)) == {}


UNTOLD = {"还可以告知": "in_time", "没有告知，不延长期限": "no_effect", "没有告知，告知以后仍延长": "effective"}


@then(pattern("到{on:日}，延期{how:告知}", 告知=choice(UNTOLD)))
def extension_untold(procedure: Procedure, on: date, how: str) -> None:
    asked = procedure.at(on)
    found = listed(asked)
    assert found is not None
    assert found.untold == how
    assert (pending_of(asked) is None) == (how == "no_effect")


@then(pattern("没有{rule:期限}", **VERB_ENTRIES))
def no_period(procedure: Procedure, rule: str) -> None:
    assert periods_of(procedure.at(), rule) == []


@then(parsers.parse("案件的状态是“{state}”"))
def in_state(procedure: Procedure, state: str) -> None:
    assert procedure.refused is None, procedure.refused
    assert state_of(procedure.at()) == key_of(named("state"), state)


@then(parsers.parse("这一步不能办理，因为{reason}"))
def refused(procedure: Procedure, reason: str) -> None:
    assert procedure.refused is not None, "这一步办成了"
    assert code_of(procedure.refused) == key_of(REFUSALS, reason)
    procedure.refused = None


@then(parsers.parse("要办“{move}”，可以先做“{ways}”"))
def told_what_to_do_first(procedure: Procedure, move: str, ways: str) -> None:
    known = named("move")
    assert ways_on(procedure.at(), key_of(known, move)) == [key_of(known, way) for way in ways.split("、")]


@then("这一步可以办理")
def allowed(procedure: Procedure) -> None:
    assert procedure.refused is None, procedure.refused
    assert procedure.warnings == []


@then(parsers.parse("这一步照样登记，并提醒{text}"))
def warned(procedure: Procedure, text: str) -> None:
    assert procedure.refused is None, procedure.refused
    assert key_of(WARNINGS, text) in {item.code for item in procedure.warnings}


@then(pattern("{rule:期限}的逐日说明中，{on:日}{counted:词}，原因是“{why}”", **VERB_ENTRIES))
def explained(procedure: Procedure, rule: str, on: date, counted: str, why: str) -> None:
    found = ledger_of(procedure.at(), rule)[on]
    assert found.counted is key_of(COUNTED, counted)
    assert say(f"why_{found.why}").startswith(why), say(f"why_{found.why}")
    assert found.source


@then(pattern("{rule:期限}一共计入{n:数}日", **VERB_ENTRIES))
def counted_days(procedure: Procedure, rule: str, n: int) -> None:
    found = list(ledger_of(procedure.at(), rule).values())
    assert found[-1].n == n
    assert sum(item.counted for item in found) == n


@then(pattern("{rule:期限}是暂定的", **VERB_ENTRIES))
def provisional(procedure: Procedure, rule: str) -> None:
    assert is_provisional(procedure.at(), rule)


@then(pattern("{rule:期限}不再是暂定的", **VERB_ENTRIES))
def not_provisional(procedure: Procedure, rule: str) -> None:
    assert not is_provisional(procedure.at(), rule)


@then(parsers.parse("意见视为{opinion}"))
def opinion_is(procedure: Procedure, opinion: str) -> None:
    assert opinion_of(procedure.at()) == key_of(OPINIONS, opinion)


@then(parsers.parse("应当发出“{title}”"))
def notice_is_due(procedure: Procedure, title: str) -> None:
    assert title in papers_of(procedure.at())
