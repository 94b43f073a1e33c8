"""The steps in which the features tell how a request is handled, from its submission to its end."""

from datetime import date

from answers import USUAL
from office import CLERK, HEAD
from procedure import APPLICANT, Procedure, attempt
from pytest_bdd import given, parsers, when
from telling import choice, key_of, pattern, step

from disclosure.states.errors import DisclosureError
from disclosure.states.rules.forms import form_for
from disclosure.states.rules.outcomes import outcome_rows, outcomes
from disclosure.states.rules.outcomes import row_of as row_of_reply
from disclosure.states.rules.service import ways
from disclosure.states.rules.settings import questions
from disclosure.workflow import move

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


@step("另一申请人于{on:日}以{channel:词}方式提出申请")
def submitted_by_another(procedure: Procedure, on: date, channel: str) -> None:
    procedure.case = "A-2"
    procedure.do("submit", on, channel=key_of(CHANNELS, channel), applicant=APPLICANT, information="某文件")


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


@step("机关于{on:日}撤销补正")
def correction_cancelled(procedure: Procedure, on: date) -> None:
    procedure.do("cancel_correction", on, reason="已经查到所指的文件")


@step("机关于{on:日}告知补正，补正期限到{due_on:日}")
def correction_requested(procedure: Procedure, on: date, due_on: date) -> None:
    procedure.do("request_correction", on, items=["文件名称"], due_on=due_on)


PAPERS = {
    "补正告知书": "correction",
    "收费通知书": "fee",
    "延期告知书": "extension",
    "说明理由通知书": "reasons",
    "延迟答复告知书": "deferral",
    "答复书": "reply",
    "不再处理告知书": "discontinuation",
    "终止告知书": "discontinuation",
}
RETURNS = {"拒收": "refused", "地址有误": "wrong_address", "家中无人": "absent", "存放驿站": "kept", "退信": "bounced"}
_PAPER = choice(PAPERS)
WAYS = {item.label: item.key for item in ways()}


@step("机关于{on:日}寄出{paper:文书}", 文书=_PAPER)
def posted(procedure: Procedure, on: date, paper: str) -> None:
    procedure.do("dispatch", on, of=paper, method="post", carrier="ems")


@step("机关于{on:日}通知申请人来领取{paper:文书}", 文书=_PAPER)
def laid_out(procedure: Procedure, on: date, paper: str) -> None:
    procedure.do("dispatch", on, of=paper, method="in_person")


@step("机关于{on:日}以其他快递寄出{paper:文书}", 文书=_PAPER)
def posted_privately(procedure: Procedure, on: date, paper: str) -> None:
    procedure.do("dispatch", on, of=paper, method="post", carrier="other")


@step("机关于{on:日}把{paper:文书}发到申请人选定的电子邮箱", 文书=_PAPER)
def mailed(procedure: Procedure, on: date, paper: str) -> None:
    procedure.do("dispatch", on, of=paper, method="email")


@step(
    "机关于{on:日}以电话告知{paper:文书}的内容，{record:有无}通话记录",
    文书=_PAPER,
    有无=choice({"有": True, "没有": False}),
)
def called(procedure: Procedure, on: date, paper: str, record: bool) -> None:
    procedure.do("dispatch", on, of=paper, method="phone", **({"proof": "通话录音"} if record else {}))


@step("{paper:文书}于{on:日}送达", 文书=_PAPER)
def paper_served(procedure: Procedure, on: date, paper: str) -> None:
    procedure.do("serve", on, of=paper)


@when(pattern("在{today:日}登记{paper:文书}于{on:日}送达", 文书=_PAPER))
def paper_served_ahead(procedure: Procedure, today: date, paper: str, on: date) -> None:
    procedure.warnings = list(move(procedure.on(today), procedure.case, "serve", {"of": paper}, at=on).warnings)


@step("在{today:日}登记机关于{on:日}寄出{paper:文书}", 文书=_PAPER)
def paper_posted_ahead(procedure: Procedure, today: date, on: date, paper: str) -> None:
    told = {"of": paper, "method": "post"}
    procedure.warnings = list(move(procedure.on(today), procedure.case, "dispatch", told, at=on).warnings)


@step("{paper:文书}于{on:日}以“{way}”送达", 文书=_PAPER)
def paper_served_so(procedure: Procedure, on: date, paper: str, way: str) -> None:
    procedure.do("serve", on, of=paper, method=key_of(WAYS, way))


@step(
    "{paper:文书}于{on:日}以“留置送达”送达，{record:见证}",
    文书=_PAPER,
    见证=choice({"没有见证": "", "有见证人": "社区工作人员见证"}),
)
def paper_left(procedure: Procedure, on: date, paper: str, record: str) -> None:
    procedure.do("serve", on, of=paper, method="left", **({"proof": record} if record else {}))


@step("机关于{on:日}把{paper:文书}发到申请人同意接收的电子邮箱", 文书=_PAPER)
def mailed_with_consent(procedure: Procedure, on: date, paper: str) -> None:
    procedure.do("dispatch", on, of=paper, method="email", consent="送达地址确认书")


@step("{paper:文书}于{on:日}退回，原因是“{why:词}”", 文书=_PAPER)
def paper_back(procedure: Procedure, on: date, paper: str, why: str) -> None:
    procedure.do("fail_service", on, of=paper, reason=key_of(RETURNS, why))


@step("机关于{on:日}寄出给“{name}”的征求意见书")
def letter_posted(procedure: Procedure, on: date, name: str) -> None:
    procedure.do("dispatch", on, of="consultation", id=name, method="post", carrier="ems")


@step("机关于{on:日}派人送给“{name}”征求意见书，没有找到")
def letter_carried_in_vain(procedure: Procedure, on: date, name: str) -> None:
    procedure.do("dispatch", on, of="consultation", id=name, method="in_person")
    procedure.do("fail_service", on, of="consultation", id=name, reason="absent")


@step("给“{name}”的征求意见书于{on:日}送达")
def letter_served(procedure: Procedure, on: date, name: str) -> None:
    procedure.do("serve", on, of="consultation", id=name)


@step("给“{name}”的征求意见书于{on:日}退回，原因是“{why:词}”")
def letter_back(procedure: Procedure, on: date, name: str, why: str) -> None:
    procedure.do("fail_service", on, of="consultation", id=name, reason=key_of(RETURNS, why))


@when(pattern("到{today:日}才登记：给“{name}”的征求意见书于{on:日}退回，原因是“{why:词}”"))
def letter_back_and_noted_later(procedure: Procedure, today: date, name: str, on: date, why: str) -> None:
    procedure.today = max(procedure.today, today)
    letter_back(procedure, on, name, why)


@when(pattern("到{today:日}才登记：“{name}”于{on:日}答复{opinion:词}公开"))
def answered_and_noted_later(procedure: Procedure, today: date, name: str, on: date, opinion: str) -> None:
    procedure.today = max(procedure.today, today)
    answered(procedure, name, on, opinion)


@when(pattern("到{today:日}才登记：申请人于{on:日}{answer:回应}", 回应=choice({"缴费": "pay", "补正": "correct"})))
def applicant_answered_and_noted_later(procedure: Procedure, today: date, on: date, answer: str) -> None:
    procedure.today = max(procedure.today, today)
    procedure.do(answer, on)


@when(pattern("因为无法送达，机关于{on:日}撤回对“{name}”的征求意见"))
def never_reached(procedure: Procedure, on: date, name: str) -> None:
    tried = "先邮寄，后派人上门，都没有找到"
    procedure.do("cancel_consultation", on, id=name, reason="无法送达", undeliverable=tried)


@step("机关于{on:日}告知补正，补正期限是收到之日起{days:数}个工作日")
def correction_in_days(procedure: Procedure, on: date, days: int) -> None:
    procedure.do("request_correction", on, items=["文件名称"], days=days)


@step("机关于{on:日}重新发出{paper:文书}，期限是收到之日起{days:数}个工作日", 文书=_PAPER)
def term_renewed(procedure: Procedure, on: date, paper: str, days: int) -> None:
    procedure.do("renew_term", on, of=paper, days=days, reason="送到时已经过期")


@step("机关于{on:日}自行纠正，重新办理")
def corrected_itself(procedure: Procedure, on: date) -> None:
    procedure.do("reopen", on, reason="登记得过早")


@step("机关于{on:日}告知补正，当日送达，补正期限到{due_on:日}")
def correction_requested_and_served(procedure: Procedure, on: date, due_on: date) -> None:
    correction_requested(procedure, on, due_on)
    warnings = procedure.warnings
    procedure.do("serve", on, of="correction", method="in_person")
    procedure.warnings = warnings


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
    procedure.today = max(procedure.today, served_on)
    consult(procedure, on, kind, name, served_on=served_on)


@step("机关于{on:日}向{kind:词}“{name}”征求意见，当日送达")
def consulted_at_once(procedure: Procedure, on: date, kind: str, name: str) -> None:
    consult(procedure, on, kind, name, served_on=on)


@step("机关于{on:日}向{kind:词}“{name}”征求意见，当日送达，要求{due_on:日}以前回复")
def consulted_until(procedure: Procedure, on: date, kind: str, name: str, due_on: date) -> None:
    consult(procedure, on, kind, name, due_on=due_on, served_on=on)


@step("“{name}”于{on:日}答复{opinion:词}公开")
def answered(procedure: Procedure, name: str, on: date, opinion: str) -> None:
    procedure.do("opinion", on, id=name, opinion=key_of(OPINIONS, opinion))


@step("机关于{on:日}登记“{name}”逾期没有意见")
def silent(procedure: Procedure, on: date, name: str) -> None:
    procedure.do("lapse_consultation", on, id=name)


@when(pattern("机关于{on:日}撤回对“{name}”的征求意见"))
def called_off(procedure: Procedure, on: date, name: str) -> None:
    procedure.do("cancel_consultation", on, id=name, reason="不再需要")


EXTENSION = {"reason": "需要核对多份档案", "approved_by": "工作机构负责人"}


@step("机关于{on:日}经批准延长答复期限{n:数}个工作日")
def extended(procedure: Procedure, on: date, n: int) -> None:
    procedure.do("extend", on, days=n, **EXTENSION)


@step("机关于{on:日}经批准延长答复期限{n:数}个工作日，当日告知申请人")
def extended_and_told(procedure: Procedure, on: date, n: int) -> None:
    extended(procedure, on, n)
    warnings = procedure.warnings
    if procedure.refused is None:
        procedure.do("dispatch", on, of="extension", method="post")
        procedure.warnings = warnings


@when(pattern("机关于{on:日}未经批准延长答复期限{n:数}个工作日"))
def extended_alone(procedure: Procedure, on: date, n: int) -> None:
    procedure.do("extend", on, days=n, reason="需要核对多份档案")


@step("机关补记{on:日}经批准延长答复期限{n:数}个工作日")
def extended_late(procedure: Procedure, on: date, n: int) -> None:
    procedure.do("extend", on, days=n, **EXTENSION, late_reason="当日没有登记")


@step("以前的记录写明，机关于{on:日}经批准延长答复期限{n:数}个工作日")
def extended_in_the_past(procedure: Procedure, on: date, n: int) -> None:
    procedure.record("extend", on, days=n, **EXTENSION)


@step("以前的记录写明，机关于{on:日}寄出{paper:文书}", 文书=_PAPER)
def told_in_the_past(procedure: Procedure, on: date, paper: str) -> None:
    procedure.record("dispatch", on, of=paper, method="post")


@step("机关于{on:日}要求申请人在{due_on:日}以前说明理由")
def reasons_demanded(procedure: Procedure, on: date, due_on: date) -> None:
    procedure.do("demand_reasons", on, due_on=due_on)


@step("申请人于{on:日}说明理由，机关{view:词}")
def reasons_given(procedure: Procedure, on: date, view: str) -> None:
    procedure.do("give_reasons", on, accepted=key_of(VIEWS, view))


@step("机关于{on:日}决定延迟到{until:日}答复")
def deferred(procedure: Procedure, on: date, until: date) -> None:
    procedure.do("defer", on, until=until)


@step("以前的记录写明，机关于{on:日}决定延迟到{until:日}答复")
def deferred_in_the_past(procedure: Procedure, on: date, until: date) -> None:
    procedure.record("defer", on, until=until.isoformat())


@step("机关于{on:日}通知{basis:计费}收费，数量{n:数}", 计费=BASES)
def charged(procedure: Procedure, on: date, basis: str, n: int) -> None:
    procedure.do("charge", on, basis=basis, quantity=n)


@step("机关于{on:日}通知{basis:计费}收费，数量{n:数}，当日送达", 计费=BASES)
def charged_at_once(procedure: Procedure, on: date, basis: str, n: int) -> None:
    procedure.do("charge", on, basis=basis, quantity=n, served_on=on)


@step("机关于{on:日}通知{basis:计费}收费，数量{n:数}，{served_on:日}送达", 计费=BASES)
def charged_served(procedure: Procedure, on: date, basis: str, n: int, served_on: date) -> None:
    procedure.today = max(procedure.today, served_on)
    procedure.do("charge", on, basis=basis, quantity=n, served_on=served_on)


@step("机关于{on:日}答复“{outcome}”")
def replied(procedure: Procedure, on: date, outcome: str) -> None:
    procedure.do("reply", on, delivery="post", **reply_named(outcome))


@step("机关于{on:日}以“{way}”答复“{outcome}”")
def replied_so(procedure: Procedure, on: date, way: str, outcome: str) -> None:
    procedure.do("reply", on, delivery=key_of(WAYS, way), **reply_named(outcome))


@step("机关补记{on:日}答复“{outcome}”")
def replied_in_the_past(procedure: Procedure, on: date, outcome: str) -> None:
    procedure.record("reply", on, delivery="post", **reply_named(outcome))


@step("机关补记{paper:文书}于{on:日}送达", 文书=_PAPER)
def paper_served_in_the_past(procedure: Procedure, on: date, paper: str) -> None:
    procedure.record("serve", on, of=paper)


@step("机关于{on:日}决定“{outcome}”，以“{way}”送达")
def decided(procedure: Procedure, on: date, outcome: str, way: str) -> None:
    procedure.do("decide", on, delivery=key_of(WAYS, way), **reply_named(outcome))


@step("机关于{on:日}把送达方式改为“{way}”")
def way_changed(procedure: Procedure, on: date, way: str) -> None:
    procedure.do("decide", on, delivery=key_of(WAYS, way))


@step("到{today:日}才登记：机关于{on:日}答复“{outcome}”")
def replied_and_noted_later(procedure: Procedure, today: date, on: date, outcome: str) -> None:
    procedure.today = max(procedure.today, today)
    replied(procedure, on, outcome)


@when(pattern("到{today:日}才登记：机关于{on:日}以“{way}”答复“{outcome}”"))
def replied_so_and_noted_later(procedure: Procedure, today: date, on: date, way: str, outcome: str) -> None:
    procedure.today = max(procedure.today, today)
    replied_so(procedure, on, way, outcome)


@step("到{today:日}才登记：机关于{on:日}寄出{paper:文书}", 文书=_PAPER)
def posted_and_noted_later(procedure: Procedure, today: date, on: date, paper: str) -> None:
    procedure.today = max(procedure.today, today)
    posted(procedure, on, paper)


@step("到{today:日}才登记：{paper:文书}于{on:日}送达", 文书=_PAPER)
def served_and_noted_later(procedure: Procedure, today: date, paper: str, on: date) -> None:
    procedure.today = max(procedure.today, today)
    paper_served(procedure, on, paper)


@step("机关于{on:日}告知补正，补正期限到{due_on:日}，逾期以后办理的理由是“{reason}”")
def corrected_after_breach(procedure: Procedure, on: date, due_on: date, reason: str) -> None:
    procedure.do("request_correction", on, items=["文件名称"], due_on=due_on, override=reason)
    procedure.do("serve", on, of="correction", method="in_person")


OTHER_HEAD = CLERK.model_copy(update={"user_id": "u018", "name": "李主任", "roles": ("disclosure_head",)})


@step("工作机构负责人于{on:日}凭邮政收据核销第{seq:数}步")
def lifted(procedure: Procedure, on: date, seq: int) -> None:
    procedure.by(OTHER_HEAD, "lift_breach", on, seq=seq, proof="邮政收据", reason="周末没有登记")


@step("另一名工作人员到{today:日}也登记：机关于{on:日}寄出答复书")
def dispatch_attested(procedure: Procedure, today: date, on: date) -> None:
    procedure.today = max(procedure.today, today)
    move(procedure.context(OTHER_HEAD), procedure.case, "dispatch", {"of": "reply", "method": "post"}, at=on)


@when(pattern("登记这一步的人于{on:日}自己核销第{seq:数}步"))
def lifted_by_its_author(procedure: Procedure, on: date, seq: int) -> None:
    told = {"seq": seq, "proof": "邮政收据", "reason": "周末没有登记"}
    procedure.today = max(procedure.today, on)
    found = attempt(lambda: move(procedure.context(HEAD), procedure.case, "lift_breach", told, at=on))
    procedure.refused = found if isinstance(found, DisclosureError) else None


@step("机关于{on:日}撤回决定")
def decision_withdrawn(procedure: Procedure, on: date) -> None:
    procedure.do("withdraw_decision", on, reason="引用的条款有误")


@step("机关于{on:日}改为答复“{outcome}”")
def answered_otherwise(procedure: Procedure, on: date, outcome: str) -> None:
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


@step("机关于{on:日}终止办理")
def discontinued(procedure: Procedure, on: date) -> None:
    procedure.do("discontinue", on, reason="申请人死亡，没有继承其权利的人")


@step("机关于{on:日}根据“{ordered_by}”重新办理")
def reopened(procedure: Procedure, on: date, ordered_by: str) -> None:
    procedure.do("reopen", on, ordered_by=ordered_by)


@when(pattern("机关于{on:日}根据“{ordered_by}”重新办理，限{due_on:日}以前答复"))
def reopened_until(procedure: Procedure, on: date, ordered_by: str, due_on: date) -> None:
    procedure.do("reopen", on, ordered_by=ordered_by, due_on=due_on)


@when(pattern("机关于{on:日}把提交方式更正为{channel:词}"))
def channel_amended(procedure: Procedure, on: date, channel: str) -> None:
    procedure.do("amend", on, seq=1, data={"channel": key_of(CHANNELS, channel)}, reason="提交方式录错")


@step("机关于{on:日}把第{seq:数}步的日期更正为{at:日}")
def amended(procedure: Procedure, on: date, seq: int, at: date) -> None:
    procedure.do("amend", on, seq=seq, at=at, reason="日期录错")


@given(pattern("另一名工作人员于{on:日}把第{seq:数}步登记为{at:日}"))
def amended_by_another(procedure: Procedure, on: date, seq: int, at: date) -> None:
    procedure.by(OTHER_HEAD, "amend", on, seq=seq, at=at, reason="核对凭证")


@given(pattern("负责人于{today:日}登记机关于{on:日}答复“{outcome}”"))
def replied_by_the_head(procedure: Procedure, today: date, on: date, outcome: str) -> None:
    procedure.today = max(procedure.today, today)
    procedure.by(HEAD, "reply", on, delivery="post", **reply_named(outcome))


@step("负责人于{on:日}把第{seq:数}步的日期更正为{at:日}")
def amended_by_the_head(procedure: Procedure, on: date, seq: int, at: date) -> None:
    procedure.by(HEAD, "amend", on, seq=seq, at=at, reason="日期录错")
