"""The steps in which the features tell what follows: how the case stands, what was refused, what is due."""

from datetime import date

from answers import (
    is_listed_late,
    is_provisional,
    ledger_of,
    opinion_of,
    papers_of,
    period_of,
    periods_of,
    receipt_of,
    state_of,
    ways_on,
)
from procedure import Procedure, code_of
from pytest_bdd import parsers, then
from telling import choice, key_of, named, pattern

from disclosure.notifications.messages.catalogue import say

REFUSALS = {
    "期限还没有届满": "period_running",
    "期限已经届满": "period_lapsed",
    "已经告知过补正": "already_corrected",
    "已经延长过": "already_extended",
    "没有经过批准": "not_approved",
    "法律已经定了收到之日": "received_already",
    "没有写明是哪一种答复": "answer_needed",
    "一项不予公开而整件答复不是不予公开或者部分公开": "withheld_under_other_answer",
    "超过上限": "beyond_cap",
    "缺少最后一日": "missing",
    "收费办法还没有施行": "fees_not_in_force",
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
    "没有法律可以适用": "law_unknown",
}
WARNINGS = {
    "告知补正已经超过法定期限": "late_correction_notice",
    "已经超过期限": "applicant_late",
    "答复已经逾期": "reply_late",
    "还没有认可理由": "reasons_missing",
    "法定意见期限不能由机关改变": "statutory_term_kept",
    "已经登记过送达": "served_already",
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
