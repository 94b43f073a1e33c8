"""Registration, receipt and acceptance of a request.

Law: 条例 arts. 27-29, 31.
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from ...rules.receipt import channel_words, confirmed_later, receipt_basis, receipt_rule, received_at_once
from ..case import Case, Period, State
from ..declaration import Finding, Move, ProcedureStep, Question, condition, lead
from ..fields import Choice, Department, Label, MoveData, Text
from ..periods import Law, Term, open_period, restart_reply

STEP = ProcedureStep("登记、收到和受理", 10)

CHANNEL = Choice(**channel_words())
APPLICANT = Choice(
    natural_person=("自然人", "公民"),
    org_commercial="商业企业",
    org_research="科研机构",
    org_public_interest="社会公益组织",
    org_legal_service="法律服务机构",
    org_other=("其他组织", "其他"),
)


KIND = Choice(disclosure=("公开政府信息", "公开"), rectification=("更正自身信息", "更正"))


def _digits_as_text(value: object) -> object:
    return str(value) if type(value) is int else value


Particular = Annotated[str | None, BeforeValidator(_digits_as_text)]
"""What tells who or where somebody is: text, also where it was written as a number."""


class Applicant(BaseModel):
    """The applicant: only ``kind`` is public; all else is personal data, whatever it is called.

    Further particulars are kept under any name.
    Law: 条例 art. 29.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    kind: Annotated[str, APPLICANT, Label("申请人类别", "public", "年度报告表三按它分列")]
    name: Annotated[str | None, Label("名称", "personal", "公民的姓名，法人或者其他组织的名称")] = None
    id_number: Annotated[
        Particular, Label("证件号码", "personal", "公民的身份证件号码，法人或者其他组织的统一社会信用代码")
    ] = None
    phone: Annotated[Particular, Label("联系电话", "personal", "手机或固定电话")] = None
    address: Annotated[Particular, Label("通信地址", "personal", "寄送答复用的地址")] = None
    email: Annotated[Particular, Label("电子邮箱", "personal", "申请人要求以电子邮件答复的，填在这里")] = None


class Submit(MoveData):
    """A request as it was submitted: how, by whom, for what information, or which records are to be rectified.

    Law: 条例 arts. 29, 31, 41.
    """

    channel: Annotated[str, CHANNEL, Label("提交方式", "public", "申请是怎样提出的，决定哪一天算收到")]
    applicant: Annotated[Applicant, Label("申请人", "personal")]
    information: Annotated[Text, Label("申请内容", "personal", "照录申请人要求公开的政府信息")]
    kind: Annotated[
        Annotated[str, KIND] | None,
        Label("申请种类", "public", "要求公开政府信息，还是要求更正与自身相关的记录；不填的是公开"),
    ] = None
    evidence: Annotated[
        Text | None, Label("更正的证据", "personal", "要求更正的，申请人提供的证明记录不准确的证据")
    ] = None
    department: Annotated[
        Department | None,
        Label("承办部门", "office", "办理本件的部门；不填的，是登记人自己的部门", column="承办部门"),
    ] = None


class Confirm(MoveData):
    """The confirmed day of receipt; ``proof`` says who confirmed it, how and when.

    Law: 条例 art. 31.
    """

    proof: Annotated[Text | None, Label("确认的凭证", "personal", "谁、怎样、什么时候确认的")] = None


class Accept(MoveData):
    """The handler to whom an accepted case is given."""

    handler: Annotated[Text | None, Label("承办人", "office")] = None


@condition("receipt_in_person")
def not_received_yet(q: Question[Confirm]) -> Finding | None:
    """Refuses to confirm a day of receipt that the law itself has given.

    Law: 条例 art. 31.
    """
    case = q.case
    if case.state != State.RECEIVED or case.submitted_on is None or confirmed_later(case.channel, case.submitted_on):
        return None
    found = receipt_basis(case.channel, case.submitted_on)
    return Finding("move_not_allowed", {"received_on": case.received_on}, "received_already", found.source)


def open_case(case: Case, on: date, data: Submit, law: Law) -> None:
    """Opens the case; in some ways of submitting the request is received on that day.

    Law: 条例 art. 31 items 1, 2.
    """
    case.channel, case.applicant_kind, case.submitted_on = data.channel, data.applicant.kind, on
    case.department = data.department or ""
    case.mail_chosen = data.applicant.email is not None
    if received_at_once(data.channel, on):
        case.state = State.RECEIVED.value
        receive(case, arrival(case, on, law), law)
    else:
        case.state = State.SUBMITTED.value


def arrival(case: Case, on: date, law: Law) -> date:
    """The day on which an arrival counts: on a rest day, in some ways of submitting, the next working day (Q3)."""
    assert case.submitted_on is not None  # noqa: S101 - a case is opened by its submission
    moved = (
        receipt_rule(case.channel, case.submitted_on).rest_day == "by_reading"
        and law.settings.reading("rest_day_arrival", case.submitted_on) == "next_working_day"
    )
    return law.calendar.project_next_working(on) if moved else on


def receive(case: Case, on: date, law: Law) -> None:
    """Sets the day of receipt and opens the periods that run from it.

    A reply period that another day of receipt had opened is gone, unless it had been missed by then.
    Law: 条例 arts. 31, 33.
    """
    case.received_on, pending = on, case.pending
    restart_reply(case, on, law)
    case.pending = pending
    case.periods = [one for one in case.periods if one.rule != "correction_notice" and not _replaced(one)]
    open_period(case, "correction_notice", "correction_notice", Term(case.law_on, on), law)


def _replaced(period: Period) -> bool:
    return period.rule == "reply" and period.ending == "cancelled"


def confirm_receipt(case: Case, on: date, data: Confirm, law: Law) -> None:
    """Sets the day of receipt to the day of confirmation; a day that the system had given is corrected.

    Law: 条例 art. 31 items 2, 3; before 2019 国办公开办函〔2015〕207号.
    """
    receive(case, arrival(case, on, law), law)


def take_up(case: Case, on: date, data: Accept, law: Law) -> None:
    """Records that the agency has accepted the case."""
    case.handler = data.handler or case.handler


submit = Move(
    name="submit",
    title="登记申请",
    description="登记一件政府信息公开申请；当面、口头和签收邮寄的当日即为收到。",
    article="receipt_in_person",
    data=Submit,
    effect=open_case,
    papers=("receipt",),
    opens=True,
)
confirm = Move(
    name="confirm",
    title="确认收到",
    description="平常信函、网络、传真提交的，登记与申请人确认收到的日子，期限从此起算。",
    article="receipt_ordinary_mail",
    data=Confirm,
    arrows=lead([State.SUBMITTED, State.RECEIVED], State.RECEIVED),
    conditions=(not_received_yet,),
    effect=confirm_receipt,
    papers=("receipt",),
)
accept = Move(
    name="accept",
    title="受理",
    description="承办部门开始办理，交给承办人；不影响期限，也不改变承办部门。",
    article="reply",
    data=Accept,
    arrows=lead([State.RECEIVED], State.ACCEPTED),
    effect=take_up,
)
