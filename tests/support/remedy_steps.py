"""The steps in which the features tell of administrative review and litigation."""

from datetime import date, timedelta

from answers import outcome_of, period_of, periods_of, route_of, suit_of
from case_steps import received, replied, row_of
from procedure import Procedure
from pytest_bdd import then, when
from telling import AGENCY_KINDS, choice, key_of, pattern, step

from disclosure.states import deadline, review_organ

STEPS = {"受理复议": "accept_review", "中止复议": "suspend_review", "恢复复议": "resume_review"}
PROCEDURES = {"普通": "ordinary", "简易": "simplified"}
INSTANCES = {"一审": 1, "二审": 2, "再审": 3, "再审后二审": 4}
PARTIES = {"申请人": "applicant", "本机关": "agency", "第三人": "third_party"}
RESULTS = {
    "撤销": "revoked",
    "变更": "changed",
    "确认违法": "unlawful",
    "责令履行": "ordered",
    "确认无效": "void",
    "撤回": "withdrawn",
    "维持": "upheld",
}
REVIEW_RESULTS = RESULTS | {
    "驳回请求": "claim_rejected",
    "驳回申请": "application_rejected",
    "不予受理": "not_accepted",
    "终止": "terminated",
    "调解": "mediated",
    "部分变更": "partly_changed",
}
SUIT_RESULTS = RESULTS | {
    "驳回诉讼请求": "claim_dismissed",
    "判令给付": "paid",
    "驳回起诉": "suit_rejected",
    "不予立案": "not_docketed",
    "撤诉": "withdrawn",
    "驳回上诉": "appeal_dismissed",
    "撤回上诉": "appeal_withdrawn",
    "撤回起诉": "suit_withdrawn",
    "发回重审": "remanded",
    "终结诉讼": "terminated",
}
ROUTES = {"先申请复议": "review_first", "可以选择": "choice", "分部分处理": "by_part"}


@step("申请人于{on:日}申请行政复议")
def review_filed(procedure: Procedure, on: date) -> None:
    procedure.do("file_review", on, id="复议")


@step("复议机关于{on:日}{move:步}", 步=choice(STEPS))
def review_step(procedure: Procedure, on: date, move: str) -> None:
    procedure.do(move, on, id="复议")


@step("复议机关于{on:日}按{kind:词}程序受理复议")
def review_accepted(procedure: Procedure, on: date, kind: str) -> None:
    procedure.do("accept_review", on, id="复议", procedure=key_of(PROCEDURES, kind))


@step("机关于{on:日}收到{kind:词}程序的复议答复通知")
def review_notified(procedure: Procedure, on: date, kind: str) -> None:
    procedure.do("notify_review", on, id="复议", procedure=key_of(PROCEDURES, kind))


@when(pattern("机关于{on:日}提交复议答复"))
def review_answered(procedure: Procedure, on: date) -> None:
    procedure.do("answer_review", on, id="复议")


@step("复议机关于{on:日}决定“{result}”")
def review_decided(procedure: Procedure, on: date, result: str) -> None:
    procedure.do("decide_review", on, id="复议", result=key_of(REVIEW_RESULTS, result))


@step("复议机关于{on:日}决定“{result}”，复议决定书于{served_on:日}送达申请人")
def review_decided_and_served(procedure: Procedure, on: date, result: str, served_on: date) -> None:
    procedure.today = max(procedure.today, served_on)
    procedure.do("decide_review", on, id="复议", result=key_of(REVIEW_RESULTS, result), served_on=served_on)


@step("补记复议机关于{on:日}决定“{result}”")
def review_decided_in_the_past(procedure: Procedure, on: date, result: str) -> None:
    procedure.record("decide_review", on, id="复议", result=key_of(REVIEW_RESULTS, result))


@when(pattern("机关于{on:日}在第{seq:数}步补填送达日期{served_on:日}"))
def service_learnt(procedure: Procedure, on: date, seq: int, served_on: date) -> None:
    procedure.do("amend", on, seq=seq, data={"served_on": served_on.isoformat()}, reason="收到送达回证")


@step("申请人于{on:日}在复议之后提起行政诉讼")
def suit_filed_after_review(procedure: Procedure, on: date) -> None:
    procedure.do("file_suit", on, id="诉讼", after_review="复议")


@step("申请人于{on:日}提起行政诉讼")
def suit_filed(procedure: Procedure, on: date) -> None:
    procedure.do("file_suit", on, id="诉讼")


@step("机关于{on:日}收到起诉状副本")
def suit_notified(procedure: Procedure, on: date) -> None:
    procedure.do("notify_suit", on, id="诉讼")


@step("机关于{on:日}收到起诉状副本，法院确定的举证期限到{due_on:日}")
def suit_notified_with_term(procedure: Procedure, on: date, due_on: date) -> None:
    procedure.do("notify_suit", on, id="诉讼", due_on=due_on.isoformat())


@when(pattern("机关于{on:日}提交答辩状和证据"))
def suit_answered(procedure: Procedure, on: date) -> None:
    procedure.do("answer_suit", on, id="诉讼")


@step("法院于{on:日}{instance:词}裁判“{result}”")
def judged(procedure: Procedure, on: date, instance: str, result: str) -> None:
    procedure.do("judge", on, id="诉讼", instance=key_of(INSTANCES, instance), result=key_of(SUIT_RESULTS, result))


@step("法院于{on:日}{instance:词}裁判“{result}”，裁判文书于{served_on:日}送达")
def judged_and_served(procedure: Procedure, on: date, instance: str, result: str, served_on: date) -> None:
    procedure.today = max(procedure.today, served_on)
    told = {"instance": key_of(INSTANCES, instance), "result": key_of(SUIT_RESULTS, result)}
    procedure.do("judge", on, id="诉讼", **told, served_on=served_on)


@step("一方于{on:日}上诉")
def appealed(procedure: Procedure, on: date) -> None:
    procedure.do("appeal", on, id="诉讼")


@step("{party:词}于{on:日}提出上诉")
def appealed_by(procedure: Procedure, party: str, on: date) -> None:
    procedure.do("appeal", on, id="诉讼", by=key_of(PARTIES, party))


@step("补记法院于{on:日}{instance:词}裁判“{result}”")
def judged_in_the_past(procedure: Procedure, on: date, instance: str, result: str) -> None:
    told = {"instance": key_of(INSTANCES, instance), "result": key_of(SUIT_RESULTS, result)}
    procedure.record("judge", on, id="诉讼", **told)


# What follows


@then(pattern("诉讼现在有效的裁判是“{result}”"))
def result_in_force(procedure: Procedure, result: str) -> None:
    assert suit_of(procedure.at()).result == key_of(SUIT_RESULTS, result)


@then("诉讼现在没有有效的裁判")
def no_result_in_force(procedure: Procedure) -> None:
    assert suit_of(procedure.at()).result is None


@then(pattern("诉讼有{n:数}次裁判，第{number:数}次由{party:词}上诉"))
def instances_are(procedure: Procedure, n: int, number: int, party: str) -> None:
    found = suit_of(procedure.at()).appealed_by
    assert len(found) == n
    assert found[number - 1] == key_of(PARTIES, party)


@then(pattern("到{on:日}，复议逾期没有决定，可以起诉到{due:日}"))
def silent_review(procedure: Procedure, on: date, due: date) -> None:
    opened_by_silence(procedure, "suit", on, due)


@then(pattern("到{on:日}，复议还没有逾期"))
def review_not_silent(procedure: Procedure, on: date) -> None:
    assert periods_of(procedure.at(on), "suit") == []


@then(pattern("{on:日}期满仍不答复，救济途径的依据是“{text}”"))
def silence_source_is(procedure: Procedure, on: date, text: str) -> None:
    start = next(day for day in (on - timedelta(n) for n in range(90)) if deadline("reply", day).due_on == on)
    received(procedure, start)
    _, source = route_of(procedure.at(on + timedelta(1)))
    assert text in source
    assert "若干问题的解释" not in source


@then(pattern("{on:日}作出的决定，“{kind}”也可以由“{organ}”复议"))
def other_organ_is(on: date, kind: str, organ: str) -> None:
    assert review_organ(key_of(AGENCY_KINDS, kind), on).also == ("" if organ == "没有别的机关" else organ)


@then(pattern("{on:日}作出的“{outcome}”，救济途径是{route:词}"))
def route_is(procedure: Procedure, on: date, outcome: str, route: str) -> None:
    if procedure.today < on:  # the scenario has told of no request yet: one that is decided on the day it comes in
        received(procedure, on)
        replied(procedure, on, outcome)
    assert (procedure.today, outcome_of(procedure.at())) == (on, row_of(outcome))
    assert_route(procedure, on, route)


@then(pattern("{on:日}期满仍不答复，救济途径是{route:词}"))
def silence_route_is(procedure: Procedure, on: date, route: str) -> None:
    start = next(day for day in (on - timedelta(n) for n in range(90)) if deadline("reply", day).due_on == on)
    received(procedure, start)
    assert period_of(procedure.at(), "reply").due_on == on
    assert_route(procedure, on + timedelta(1), route)


def assert_route(procedure: Procedure, on: date, route: str) -> None:
    found, source = route_of(procedure.at(on))
    assert found == key_of(ROUTES, route)
    assert source


@then(pattern("到{on:日}，对逾期不答复可以申请复议到{due:日}"))
def silence_review(procedure: Procedure, on: date, due: date) -> None:
    opened_by_silence(procedure, "review_application", on, due)


@then(pattern("到{on:日}，对逾期不答复可以起诉到{due:日}"))
def silence_suit(procedure: Procedure, on: date, due: date) -> None:
    opened_by_silence(procedure, "suit", on, due)


def opened_by_silence(procedure: Procedure, rule: str, on: date, due: date) -> None:
    assert periods_of(procedure.at(on - timedelta(1)), rule) == []
    (found,) = periods_of(procedure.at(on), rule)
    assert found.due_on == due


@then(pattern("{on:日}作出的决定，“{kind}”的复议机关是“{organ}”"))
def organ_is(on: date, kind: str, organ: str) -> None:
    assert review_organ(key_of(AGENCY_KINDS, kind), on).text == organ
