"""The steps in which the features tell how a request is handled, from its submission to its end."""

from datetime import date

from answers import USUAL
from procedure import APPLICANT, Procedure
from pytest_bdd import given, parsers, when
from telling import choice, key_of, pattern, step

from disclosure.states.rules.forms import form_for
from disclosure.states.rules.outcomes import outcome_rows, outcomes
from disclosure.states.rules.outcomes import row_of as row_of_reply
from disclosure.states.rules.settings import questions

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
VIEWS = {"认可": True, "不认可": False}
MOVES = {
    "受理": "accept",
    "确认收到": "confirm",
    "收到补正": "correct",
    "视为放弃": "abandon",
    "收到缴费": "pay",
    "送达答复": "serve",
    "归档": "close",
}
BASES = choice({"按件": "items", "按页": "pages"})


ANSWERS = {word: item.code for item in outcomes() for word in (item.label, *item.words)}
ROWS = {row.label: row.key for row in form_for(2024).rows if row.key in outcome_rows()}


def reply_named(name: str) -> dict[str, str]:
    """What a reply says: the answer by one of its names, or the row by its label, with the usual answer."""
    if name in ANSWERS:
        return {"answer": ANSWERS[name]}
    row = str(key_of(ROWS, name))
    return {"answer": USUAL[row]} if row in USUAL else {"outcome": row}


def row_of(name: str) -> str:
    """The report row of an answer or of a row's label."""
    return row_of_reply(reply_named(name))


@given(parsers.parse("对争议问题{id}采用“{reading}”"))
def chosen(procedure: Procedure, id: str, reading: str) -> None:
    question = next(item for item in questions() if item.id == id)
    assert question.key is not None, f"{id}不能选择"
    procedure.choose(question.key, key_of({text: value for value, text in question.readings}, reading))


@step("申请人于{on:日}以{channel:词}方式提出申请")
def submitted(procedure: Procedure, on: date, channel: str) -> None:
    procedure.do("submit", on, channel=key_of(CHANNELS, channel), applicant=APPLICANT, information="某文件")


@step("机关于{on:日}收到并受理一件申请")
def received(procedure: Procedure, on: date) -> None:
    submitted(procedure, on, "当面")
    procedure.do("accept", on)
    assert procedure.refused is None


@step("机关于{on:日}{move:办理}", 办理=choice(MOVES))
def plain_move(procedure: Procedure, on: date, move: str) -> None:
    procedure.do(move, on)


@step("机关于{on:日}告知补正，补正期限到{due_on:日}")
def correction_requested(procedure: Procedure, on: date, due_on: date) -> None:
    procedure.do("request_correction", on, items=["文件名称"], due_on=due_on)


@when(pattern("机关于{on:日}再次告知补正，补正期限到{due_on:日}，理由是“{reason}”"))
def correction_requested_again(procedure: Procedure, on: date, due_on: date, reason: str) -> None:
    procedure.do("request_correction", on, items=["文件名称"], due_on=due_on, override=reason)


def consult(procedure: Procedure, on: date, kind: str, name: str, **days: date) -> None:
    """Asks somebody for an opinion; ``days`` are those that the sentence tells."""
    procedure.do("consult", on, **{"id": name, "with": key_of(COUNTERPARTS, kind), "name": name}, **days)


@step("机关于{on:日}向{kind:词}“{name}”征求意见")
def consulted(procedure: Procedure, on: date, kind: str, name: str) -> None:
    consult(procedure, on, kind, name)


@step("机关于{on:日}向{kind:词}“{name}”征求意见，{served_on:日}送达")
def consulted_served(procedure: Procedure, on: date, kind: str, name: str, served_on: date) -> None:
    consult(procedure, on, kind, name, served_on=served_on)


@step("机关于{on:日}向{kind:词}“{name}”征求意见，要求{due_on:日}以前回复")
def consulted_until(procedure: Procedure, on: date, kind: str, name: str, due_on: date) -> None:
    consult(procedure, on, kind, name, due_on=due_on)


@step("“{name}”于{on:日}答复{opinion:词}公开")
def answered(procedure: Procedure, name: str, on: date, opinion: str) -> None:
    procedure.do("opinion", on, id=name, opinion=key_of(OPINIONS, opinion))


@when(pattern("机关于{on:日}登记“{name}”逾期没有意见"))
def silent(procedure: Procedure, on: date, name: str) -> None:
    procedure.do("lapse_consultation", on, id=name)


@when(pattern("机关于{on:日}撤回对“{name}”的征求意见"))
def called_off(procedure: Procedure, on: date, name: str) -> None:
    procedure.do("cancel_consultation", on, id=name, reason="不再需要")


EXTENSION = {"reason": "需要核对多份档案", "approved_by": "工作机构负责人"}


@step("机关于{on:日}经批准延长答复期限{n:数}个工作日")
def extended(procedure: Procedure, on: date, n: int) -> None:
    procedure.do("extend", on, days=n, **EXTENSION)


@when(pattern("机关于{on:日}未经批准延长答复期限{n:数}个工作日"))
def extended_alone(procedure: Procedure, on: date, n: int) -> None:
    procedure.do("extend", on, days=n, reason="需要核对多份档案")


@when(pattern("机关补记{on:日}经批准延长答复期限{n:数}个工作日"))
def extended_late(procedure: Procedure, on: date, n: int) -> None:
    procedure.do("extend", on, days=n, **EXTENSION, late_reason="当日没有登记")


@when(pattern("公开工作机构负责人补记{on:日}经批准延长答复期限{n:数}个工作日"))
def extended_late_by_head(procedure: Procedure, on: date, n: int) -> None:
    procedure.by_head("extend", on, days=n, **EXTENSION, late_reason="当日没有登记")


@step("机关于{on:日}要求申请人在{due_on:日}以前说明理由")
def reasons_demanded(procedure: Procedure, on: date, due_on: date) -> None:
    procedure.do("demand_reasons", on, due_on=due_on)


@step("申请人于{on:日}说明理由，机关{view:词}")
def reasons_given(procedure: Procedure, on: date, view: str) -> None:
    procedure.do("give_reasons", on, accepted=key_of(VIEWS, view))


@when(pattern("机关于{on:日}决定延迟到{until:日}答复"))
def deferred(procedure: Procedure, on: date, until: date) -> None:
    procedure.do("defer", on, until=until)


@step("机关于{on:日}通知{basis:计费}收费，数量{n:数}", 计费=BASES)
def charged(procedure: Procedure, on: date, basis: str, n: int) -> None:
    procedure.do("charge", on, basis=basis, quantity=n)


@step("机关于{on:日}通知{basis:计费}收费，数量{n:数}，{served_on:日}送达", 计费=BASES)
def charged_served(procedure: Procedure, on: date, basis: str, n: int, served_on: date) -> None:
    procedure.do("charge", on, basis=basis, quantity=n, served_on=served_on)


@step("机关于{on:日}答复“{outcome}”")
def replied(procedure: Procedure, on: date, outcome: str) -> None:
    procedure.do("reply", on, delivery="post", **reply_named(outcome))


@step("机关于{on:日}答复“{outcome}”，没有写明是哪一种答复")
def replied_by_row(procedure: Procedure, on: date, outcome: str) -> None:
    procedure.do("reply", on, delivery="post", outcome=key_of(ROWS, outcome))


@step("机关于{on:日}答复“{outcome}”，其中一项“{part}”")
def replied_with_a_part(procedure: Procedure, on: date, outcome: str, part: str) -> None:
    items = [{"part": "附件", "answer": part}]
    procedure.do("reply", on, delivery="post", items=items, **reply_named(outcome))


@when(pattern("机关{today:日}登记申请人于{on:日}撤回申请"))
def withdrawal_entered_late(procedure: Procedure, today: date, on: date) -> None:
    procedure.today = max(procedure.today, today)
    procedure.do("withdraw", on, reason="申请人撤回")


@step("申请人于{on:日}撤回申请")
def withdrawn(procedure: Procedure, on: date) -> None:
    procedure.do("withdraw", on, reason="不再需要")


@when(pattern("机关于{on:日}终止办理"))
def discontinued(procedure: Procedure, on: date) -> None:
    procedure.do("discontinue", on, reason="申请人死亡，没有继承其权利的人")


@step("机关于{on:日}根据“{ordered_by}”重新办理")
def reopened(procedure: Procedure, on: date, ordered_by: str) -> None:
    procedure.do("reopen", on, ordered_by=ordered_by)


@when(pattern("机关于{on:日}根据“{ordered_by}”重新办理，限{due_on:日}以前答复"))
def reopened_until(procedure: Procedure, on: date, ordered_by: str, due_on: date) -> None:
    procedure.do("reopen", on, ordered_by=ordered_by, due_on=due_on)


@when(pattern("机关于{on:日}把第{seq:数}步的日期更正为{at:日}"))
def amended(procedure: Procedure, on: date, seq: int, at: date) -> None:
    procedure.do("amend", on, seq=seq, at=at, reason="日期录错")
