"""The steps in which the features tell of papers: issued, numbered, served."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from answers import Asked, history_of, last_safe_of, period_of, periods_of
from approval_steps import step, told
from case_steps import reply_named
from counter import PROFILE, Counter
from office import ADMIN, CLERK, SUBMIT
from pytest_bdd import given, then, when
from sqlalchemy.orm import sessionmaker
from telling import AGENCY_KINDS, choice, named, pattern

from disclosure.notifications.documents.facts import written_day
from disclosure.notifications.documents.kinds import kinds
from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, DisclosureError
from disclosure.states.procedure.description import key_of
from disclosure.workflow import (
    ADMINISTRATOR,
    Context,
    issued_papers,
    reprint,
    set_numbering,
    set_profile,
    verify,
    void,
)
from disclosure.workflow.kernel.database import open_engine
from disclosure.workflow.notices.papers import IssuedPaper

STANDING = {"期限": choice(named("rule")), "情况": choice(named("status"))}
CASE, LATER = "A-1", date(2025, 12, 31)
PROBLEMS = {
    "内容有缺": "gap_in_notice",
    "收到之日没有证明": "receipt_unproved",
    "没有检索记录": "search_missing",
    "没有依据的条款": "ground_without_article",
    "先前的答复没有送达": "earlier_not_served",
    "告知书没有送达": "notice_not_served",
    "已经签发过": "issued_already",
    "没有写明理由": "empty",
    "已经送达": "served_not_void",
    "没有机关代字": "number_code_missing",
    "不是邮政企业": "not_the_postal_enterprise",
    "缺少内容": "missing",
    "还没有发出": "not_dispatched",
    "上一次还没有结果": "under_way",
    "早于上一步": "before_last_act",
    "申请人的期限没有届满": "term_not_over",
    "不用缴费": "nothing_to_pay",
    "延长没有效力": "extension_without_effect",
    "不是更正的申请": "no_rectification",
    "改派的是另一个单位": "delegate_is_another",
    "已经办结": "delegation_too_late",
    "没有这样的决定": "nothing_to_issue",
    "不是更正申请的答复种类": "no_rectifying_answer",
    "没有交给受委托的单位": "not_delegated",
    "原来的答复没有撤销": "earlier_reply_stands",
    "已经由复议机关或者法院撤销": "taken_away_already",
    "没有登记复议或者诉讼的结果": "nothing_ordered",
    "没有先告知第三方": "third_party_not_told",
    "先前的答复已经不在": "earlier_not_standing",
    "申请人已经收到答复": "answer_received",
    "取代的答复已经送达": "replaces_other_answer",
    "本机关不能复议自己": "review_organ_itself",
}
PATTERN_FAULTS = {"year_brackets", "token_needed", "unknown_token"}
FIELDS = {"管辖法院": "court", "复议机关": "review_organ", "机关代字": "code"}
ROUTES = {"可以选择": "也可以自收到之日起", "应当先复议": "如不服本决定，应当先申请行政复议"}
PERIODS = {"申请复议期限": "review_application", "起诉期限": "suit"}
SEARCH = {
    "systems": "档案系统",
    "keywords": "供水",
    "range": "近十年",
    "person": "张三",
    "on": "2024-03-18",
    "result": "没有",
}
PARTS = [{"part": "会议纪要", "outcome": "O02"}, {"part": "讨论记录", "outcome": "O09", "ground": "讨论记录"}]


class Desk:
    """The counter of one office, what was issued last, and what was refused last."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_engine(f"sqlite:///{folder / 'papers.db'}")
        self.counter = Counter(sessionmaker(self.engine), on=LATER)
        self.problems: set[str] = set()
        self.issued: Any = None
        self.service: Any = None
        self.before = ""

    def profile(self, **fields: str) -> None:
        with self.counter.sessions() as session, session.begin():
            set_profile(Context(session, ADMIN), fields)

    def decided(
        self, received: date, day: date, code: str, submit: dict[str, Any] = SUBMIT, proof: str = "电话", **data: Any
    ) -> None:
        """A case that was received and decided."""
        self.counter.make(CASE, "submit", submit, received)
        if submit["channel"] == "online":
            self.counter.make(CASE, "confirm", {"proof": proof} if proof else {}, received)
        self.counter.make(CASE, "accept", {}, received)
        code = reply_named(code)["answer"]
        body: dict[str, Any] = {"answer": code, "delivery": "post", "ground": "依照《档案法》第十条等规定办理"}
        if code == "O07":
            asked = {"id": "c", "with": "third_party", "name": "湖城供水公司"}
            self.counter.make(CASE, "consult", asked, received + timedelta(3))
            self.counter.make(CASE, "opinion", {"id": "c", "opinion": "objects"}, received + timedelta(12))
        if code == "O03":
            body["items"] = PARTS
        if code == "O12":
            body["search"] = SEARCH | {"on": day.isoformat()}
        self.counter.make(CASE, "reply", {key: value for key, value in (body | data).items() if value is not None}, day)

    def attempt(self, call: Callable[[], Any]) -> Any:
        """Does something; what is refused leaves nothing."""
        before = self.papers()
        try:
            found = call()
        except DisclosureError as error:
            assert isinstance(error, BadData), error
            self.problems = {fault["problem"] for fault in error.faults}
            assert self.papers() == before, "what was refused has left something"
            return None
        self.problems = set()
        with self.counter.sessions() as session:
            assert verify(Context(session, ADMINISTRATOR)).faults == ()
        return found

    def issue(self, title: str, **more: Any) -> None:
        kind = next(item.key for item in kinds() if item.title == title)
        self.issued = self.attempt(lambda: self.counter.issue(CASE, kind, **more))

    def papers(self) -> tuple[IssuedPaper, ...]:
        with self.counter.sessions() as session:
            try:
                return issued_papers(Context(session.connection(), ADMINISTRATOR), CASE)
            except DisclosureError:
                return ()

    @property
    def text(self) -> str:
        """The paper that was issued last, as it stands in the database."""
        assert self.issued is not None, self.problems
        with self.counter.sessions() as session:
            return reprint(Context(session.connection(), ADMINISTRATOR), CASE, str(self.issued.notice), "text").decode()

    def serve(self, number: int, act: str, day: date, **data: str) -> None:
        self.service = self.attempt(lambda: self.counter.serve(str(number), act, data, on=day))

    def asked(self, question: Callable[[Asked], Any], on: date = LATER) -> Any:
        """What the product answers about the case, at the end of a day."""
        with self.counter.sessions() as session:
            return question(Asked(Context(session.connection(), ADMINISTRATOR), CASE, on))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A counter at work."""
    found = Desk(tmp_path)
    yield found
    found.engine.dispose()


@given(told("本局是设区的市人民政府的工作部门，机关资料齐全"))
def office_is_known(desk: Desk) -> None:
    desk.profile(**PROFILE)


@given(told("本局的种类是“{kind:文}”，没有填写复议机关名称"))
def office_without_organ(desk: Desk, kind: str) -> None:
    desk.profile(kind=AGENCY_KINDS[kind], review_organ="")


@given(told("本局的种类是“{kind:文}”"))
def office_of_kind(desk: Desk, kind: str) -> None:
    desk.profile(kind=AGENCY_KINDS[kind])


@given(told("本局的种类是“{kind:文}”，所在地是“{place:文}”"))
def office_of_kind_at(desk: Desk, kind: str, place: str) -> None:
    desk.profile(kind=AGENCY_KINDS[kind], review_organ_also=place)


@given(told("本局的种类是“{kind:文}”，复议机关是本机关"))
def office_that_reviews_itself(desk: Desk, kind: str) -> None:
    desk.profile(kind=AGENCY_KINDS[kind], review_organ=PROFILE["name"])


@given(told("机关资料缺少“{field:文}”"))
def office_lacks(desk: Desk, field: str) -> None:
    desk.profile(**{FIELDS[field]: ""}, **({"kind": ""} if field == "复议机关" else {}))


@when(told("机关资料的管辖法院改为“{name:文}”"))
def court_changes(desk: Desk, name: str) -> None:
    desk.before = desk.text
    desk.profile(court=name)


@then("再打印与签发时完全相同")
def same_again(desk: Desk) -> None:
    assert desk.text == desk.before


@given(told("{received:日}受理的申请，在{day:日}决定“{code:文}”"))
def decided(desk: Desk, received: date, day: date, code: str) -> None:
    desk.decided(received, day, code)


@given(told("{received:日}受理的更正自身信息的申请，在{day:日}决定“{code:文}”"))
def decided_to_rectify(desk: Desk, received: date, day: date, code: str) -> None:
    desk.decided(received, day, code, submit=SUBMIT | {"kind": "rectification"})


@given(told("在{day:日}答复“{code:文}”"))
def replied(desk: Desk, day: date, code: str) -> None:
    desk.counter.make(CASE, "reply", {"delivery": "post", "ground": "可以公开", **reply_named(code)}, day)


@given(told("{on:日}自行纠正，{again:日}重新答复“{code:文}”"))
def corrected_by_itself(desk: Desk, on: date, again: date, code: str) -> None:
    desk.counter.make(CASE, "reopen", {"reason": "适用法律错误"}, on)
    desk.counter.make(CASE, "reply", {"delivery": "post", "ground": "可以公开", **reply_named(code)}, again)


@given(told("{on:日}行政复议“{result:文}”，{again:日}根据复议决定重新办理"))
def overturned(desk: Desk, on: date, result: str, again: date) -> None:
    desk.counter.make(CASE, "file_review", {"id": "复议1号"}, on - timedelta(7))
    ended = {"id": "复议1号", "result": key_of(result, "decide_review", "result")}
    desk.counter.make(CASE, "decide_review", ended, on)
    desk.counter.make(CASE, "reopen", {"ordered_by": "湖城市人民政府行政复议决定书"}, again)


@when(told("{on:日}根据“{ordered_by:文}”重新办理"))
def ordered(desk: Desk, on: date, ordered_by: str) -> None:
    desk.attempt(lambda: desk.counter.make(CASE, "reopen", {"ordered_by": ordered_by}, on))


@given(told("{received:日}受理的申请，在{day:日}决定“{code:文}”，还没有寄出"))
def decided_only(desk: Desk, received: date, day: date, code: str) -> None:
    desk.counter.make(CASE, "submit", SUBMIT, received)
    desk.counter.make(CASE, "accept", {}, received)
    decided_anew(desk, day, code)


@when(told("在{day:日}重新决定“{code:文}”，还没有寄出"))
def decided_anew(desk: Desk, day: date, code: str) -> None:
    desk.counter.make(CASE, "decide", {"delivery": "post", "ground": "可以公开", **reply_named(code)}, day)


@when(told("以“{reason:文}”撤回决定"))
def decision_withdrawn(desk: Desk, reason: str) -> None:
    desk.attempt(lambda: desk.counter.make(CASE, "withdraw_decision", {"reason": reason}, date(2024, 3, 21)))


@then(told("第{number:数}份文书{void:作废否}"))
def is_void(desk: Desk, number: int, void: str) -> None:
    assert desk.papers()[number - 1].void == bool(void)


@given(told("{received:日}受理的申请，在{day:日}决定“{code:文}”，以网络送达"))
def decided_online(desk: Desk, received: date, day: date, code: str) -> None:
    desk.decided(received, day, code, delivery="online")


@given(told("{received:日}受理的申请，在{day:日}决定“{code:文}”，没有检索记录"))
def decided_without_search(desk: Desk, received: date, day: date, code: str) -> None:
    desk.decided(received, day, code, search=None)


@given(told("{received:日}受理的申请，在{day:日}决定“{code:文}”，理由是“{ground:文}”"))
def decided_because(desk: Desk, received: date, day: date, code: str, ground: str) -> None:
    desk.decided(received, day, code, ground=ground)


@given(told("{received:日}受理的申请，在{day:日}决定“{code:文}”，有一部分没有处理"))
def decided_in_part(desk: Desk, received: date, day: date, code: str) -> None:
    desk.decided(received, day, code, items=[*PARTS, {"part": "附图"}])


@given(told("{received:日}受理的申请，在{day:日}决定“{code:文}”，先前的答复{done:送达否}"))
def decided_again(desk: Desk, received: date, day: date, code: str, done: bool) -> None:
    counter = desk.counter
    counter.make("B-1", "submit", SUBMIT, date(2024, 1, 2))
    counter.make("B-1", "accept", {}, date(2024, 1, 2))
    counter.make("B-1", "reply", {"answer": "O02", "delivery": "post"}, date(2024, 1, 10))
    if done:
        counter.make("B-1", "serve", {}, date(2024, 1, 12))
    desk.decided(received, day, code, earlier="B-1")


@given(told("先前的答复在{on:日}自行纠正，重新办理"))
def earlier_handled_again(desk: Desk, on: date) -> None:
    desk.counter.make("B-1", "reopen", {"reason": "适用法律错误"}, on)


@given(told("先前的答复在{on:日}被复议决定撤销"))
def earlier_revoked(desk: Desk, on: date) -> None:
    desk.counter.make("B-1", "file_review", {"id": "f1"}, on - timedelta(15))
    desk.counter.make("B-1", "decide_review", {"id": "f1", "result": "revoked"}, on)


@given(told("{received:日}经网络收到、没有确认证明的申请，在{day:日}决定“{code:文}”"))
def decided_unproved(desk: Desk, received: date, day: date, code: str) -> None:
    desk.decided(received, day, code, submit=SUBMIT | {"channel": "online"}, proof="")


_STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "告知补正": ("request_correction", {"items": ["写明文号"]}),
    "延长期限": ("extend", {"days": 10, "reason": "需要核对多份档案", "approved_by": "赵局长"}),
    "通知缴费": ("charge", {"basis": "items", "quantity": 31}),
    "改派给受委托的单位": ("reassign", {"department": "供水管理处", "reason": "委托供水管理处答复"}),
    "延长期限，没有告知": ("extend", {"days": 10, "reason": "需要核对多份档案", "approved_by": "赵局长"}),
    "通知缴费，件数与台账不同": (
        "charge",
        {"basis": "items", "quantity": 1, "already": 20, "reason": "另有二十件登记在旧台账"},
    ),
    "通知按页缴费": ("charge", {"basis": "pages", "quantity": 119}),
}


@given(told("{received:日}受理的申请，已经“{name:文}”"))
def under_way(desk: Desk, received: date, name: str) -> None:
    desk.counter.make(CASE, "submit", SUBMIT, received)
    desk.counter.make(CASE, "accept", {}, received)
    move, data = _STEPS[name]
    more = {"due_on": (received + timedelta(20)).isoformat()} if move == "request_correction" else {}
    desk.counter.make(CASE, move, data | more, received + timedelta(3))
    if name == "延长期限":
        told_of = {"of": "extension", "method": "post", "carrier": "ems"}
        desk.counter.make(CASE, "dispatch", told_of, received + timedelta(3))


@given(told("{received:日}受理的申请，在{day:日}终止办理，没有写明条款"))
def ended_without_article(desk: Desk, received: date, day: date) -> None:
    ended_by_article(desk, received, day, "")


@given(told("{received:日}受理的申请，在{day:日}根据“{ground:文}”终止办理"))
def ended_by_article(desk: Desk, received: date, day: date, ground: str) -> None:
    desk.counter.make(CASE, "submit", SUBMIT, received)
    desk.counter.make(CASE, "accept", {}, received)
    why = {"reason": "申请人死亡，没有继承其权利的人"} | ({"ground": ground} if ground else {})
    desk.counter.make(CASE, "discontinue", why, day)


@given(told("{received:日}受理的申请，过去已经登记为通知按件缴费，数量{n:数}"))
def charged_in_the_past(desk: Desk, received: date, n: int) -> None:
    desk.counter.make(CASE, "submit", SUBMIT, received)
    desk.counter.make(CASE, "accept", {}, received)
    desk.counter.record(CASE, "charge", {"basis": "items", "quantity": n}, received + timedelta(3))


@given(told("{received:日}受理的申请，第三方不同意公开，仍在{day:日}决定公开"))
def overruled(desk: Desk, received: date, day: date) -> None:
    make = desk.counter.make
    make(CASE, "submit", SUBMIT, received)
    make(CASE, "accept", {}, received)
    make(CASE, "consult", {"id": "c", "with": "third_party", "name": "湖城供水公司"}, received + timedelta(3))
    make(CASE, "opinion", {"id": "c", "opinion": "objects", "reason": "商业秘密"}, received + timedelta(12))
    make(
        CASE,
        "reply",
        {
            "answer": "O02",
            "delivery": "post",
            "overruled": "公众饮水安全，公共利益需要公开",
            "overruled_for": "public_interest",
        },
        day,
    )


@given(told("{received:日}受理的申请，补正告知书已经签发、已经送达，逾期没有补正"))
def not_corrected(desk: Desk, received: date) -> None:
    under_way(desk, received, "告知补正")
    clock = desk.counter.clock
    desk.counter.at(received + timedelta(3))  # written down on its day: later it would wait for its proof
    desk.issue("政府信息公开申请补正告知书")
    desk.serve(1, "signed", received + timedelta(3), method="in_person", signed_by="本人")
    desk.counter.clock = clock
    desk.counter.make(CASE, "abandon", {}, received + timedelta(30))


@given(told("{received:日}受理的申请，补正告知书已经签发、没有送达，过去已经登记为视为放弃"))
def given_up_in_the_past(desk: Desk, received: date) -> None:
    days = (received, received, received + timedelta(3))
    correction = {"items": ["写明文号"], "due_on": (received + timedelta(20)).isoformat()}
    submit = SUBMIT | {"department": CLERK.department}
    moves = (("submit", submit), ("accept", {}), ("request_correction", correction))
    for day, (move, data) in zip(days, moves, strict=True):
        desk.counter.record(CASE, move, data, day)
    desk.issue("政府信息公开申请补正告知书")
    desk.counter.record(CASE, "abandon", {}, received + timedelta(30))


@step("签发“{title:文}”")
def issued(desk: Desk, title: str) -> None:
    desk.issue(title)


@when(told("签发“{title:文}”，写明记录、证据和处理结果"))
def rectified(desk: Desk, title: str) -> None:
    desk.issue(title, given={"record": "出生日期有误", "evidence": "户口簿", "finding": "予以更正"})


@given(told("{filed:日}提起的行政诉讼，{on:日}收到起诉状副本"))
def sued(desk: Desk, filed: date, on: date) -> None:
    desk.counter.make(CASE, "file_suit", {"id": "诉讼1号"}, filed)
    desk.counter.make(CASE, "notify_suit", {"id": "诉讼1号"}, on)


@given(told("{filed:日}申请的行政复议，{on:日}收到答复通知"))
def reviewed(desk: Desk, filed: date, on: date) -> None:
    desk.counter.make(CASE, "file_review", {"id": "复议1号"}, filed)
    desk.counter.make(CASE, "notify_review", {"id": "复议1号", "procedure": "ordinary"}, on)


@when(told("{on:日}签发“{title:文}”，写明证据、依据和请求"))
def defended(desk: Desk, on: date, title: str) -> None:
    given = {"facts_proved": "证据目录第1至3号", "legal_grounds": "《条例》第三十六条", "request": "驳回请求"}
    desk.counter.at(on)
    desk.issue(title, given=given)


@then(told("文书的日期是{on:日}"))
def dated(desk: Desk, on: date) -> None:
    assert desk.issued.issued_on == on
    assert written_day(on.isoformat()) in desk.text.splitlines()


@when(told("签发“{title:文}”，写明受委托的单位"))
def delegated(desk: Desk, title: str) -> None:
    delegated_to(desk, title, "湖城市供水管理处")


@when(told("签发“{title:文}”，写明受委托的是“{name:文}”"))
def delegated_to(desk: Desk, title: str, name: str) -> None:
    desk.issue(title, given={"delegate": name, "delegated_under": "《湖城市供水条例》第五条"}, actor=ADMIN)


@when(told("签发“{title:文}”，写明撤销的理由"))
def revoked(desk: Desk, title: str) -> None:
    desk.issue(title, given={"reason": "适用法律错误"})


@when("机关资料的复议机关改为本机关")
def reviews_itself(desk: Desk) -> None:
    desk.attempt(lambda: desk.profile(review_organ=PROFILE["name"]))


@then("登记成功")
def taken_down(desk: Desk) -> None:
    assert desk.problems == set()


@step("签发取代第{number:数}份的“{title:文}”")
def corrected(desk: Desk, number: int, title: str) -> None:
    desk.issue(title, replaces=str(number))


def otherwise(code: str) -> dict[str, Any]:
    return {"seq": 3, "data": {**reply_named(code), "ground": "依照《条例》第十六条"}, "reason": "写错"}


@when(told("把答复更正登记为“{code:文}”"))
def amended(desk: Desk, code: str) -> None:
    desk.attempt(lambda: desk.counter.make(CASE, "amend", otherwise(code), date(2024, 3, 25)))


@given(told("把答复补录更正为“{code:文}”"))
def amended_of_the_past(desk: Desk, code: str) -> None:
    desk.counter.record(CASE, "amend", otherwise(code), date(2024, 3, 25))


@when(told("以“{reason:文}”作废第{number:数}份文书"))
def voided(desk: Desk, number: int, reason: str) -> None:
    desk.attempt(lambda: desk.counter.do(void, CASE, str(number), reason))


@given(told("文书窗口办理的日子是{day:日}"))
def today(desk: Desk, day: date) -> None:
    desk.counter.at(day)


@step("到{today:日}，以“{reason:文}”作废第{number:数}份文书")
def voided_on(desk: Desk, today: date, reason: str, number: int) -> None:
    desk.counter.at(today)
    voided(desk, number, reason)


@then(pattern("到{on:日}，这一件的{rule:期限}{status:情况}", **STANDING))
def stands(desk: Desk, on: date, rule: str, status: str) -> None:
    assert desk.problems == set()
    assert desk.asked(lambda asked: period_of(asked, rule).status, on) == status


@then(pattern("这一件的{rule:期限}的最后一日是{on:日}", **STANDING))
def last_day(desk: Desk, rule: str, on: date) -> None:
    assert desk.problems == set()
    assert desk.asked(lambda asked: period_of(asked, rule).due_on) == on


@when(told("不写理由作废第{number:数}份文书"))
def voided_without_reason(desk: Desk, number: int) -> None:
    voided(desk, number, "")


@given(told("延长答复期限告知书的文号格式是“{pattern:文}”，序列是“{series:文}”"))
def numbered(desk: Desk, pattern: str, series: str) -> None:
    text = f'[kind.extension]\npattern = "{pattern}"\nseries = "{series}"\n'
    desk.counter.do(set_numbering, text, actor=ADMIN)


@when(told("把文号格式设为“{pattern:文}”"))
def pattern_set(desk: Desk, pattern: str) -> None:
    desk.attempt(lambda: desk.counter.do(set_numbering, f'[default]\npattern = "{pattern}"\n', actor=ADMIN))


@then(told("救济途径是“{route:文}”"))
def route_is(desk: Desk, route: str) -> None:
    text = desk.text
    if route == "按部分":
        assert "对其中不予公开的部分" in text and "对其余部分不服的" in text
        return
    other = next(words for name, words in ROUTES.items() if name != route)
    assert ROUTES[route] in text
    assert other not in text


@then(told("文书写明“{words:文}”"))
def says(desk: Desk, words: str) -> None:
    assert words in desk.text


@then(told("文书没有“{words:文}”"))
def says_not(desk: Desk, words: str) -> None:
    assert words not in desk.text


@then(told("不能签发，因为“{reason:文}”"))
@then(told("不能登记，因为“{reason:文}”"))
def refused(desk: Desk, reason: str) -> None:
    if reason == "文号格式不对":
        assert desk.problems and desk.problems <= PATTERN_FAULTS, desk.problems
    else:
        assert desk.problems == {PROBLEMS[reason]}


@then(told("文号是“{number:文}”"))
def number_is(desk: Desk, number: str) -> None:
    assert desk.issued is not None, desk.problems
    assert desk.issued.number == number
    assert number in desk.text


@then("没有文号")
def no_number(desk: Desk) -> None:
    assert desk.issued.number is None


@then(told("用过的文号依次是“{numbers:文}”"))
def numbers_used(desk: Desk, numbers: str) -> None:
    assert "、".join(item.number or "" for item in desk.papers()) == numbers


@step("第{number:数}份文书在{day:日}交“{carrier:文}”邮寄")
def posted(desk: Desk, number: int, day: date, carrier: str) -> None:
    desk.serve(number, "dispatched", day, method="post", carrier=carrier, waybill="E100", address="某路1号")


@when(told("第{number:数}份文书在{day:日}交“{carrier:文}”邮寄，没有邮件号码"))
def posted_without_number(desk: Desk, number: int, day: date, carrier: str) -> None:
    desk.serve(number, "dispatched", day, method="post", carrier=carrier, address="某路1号")


@step("第{number:数}份文书在{day:日}发到“{address:文}”")
def mailed(desk: Desk, number: int, day: date, address: str) -> None:
    desk.serve(number, "dispatched", day, method="email", address=address)


@step("第{number:数}份文书在{day:日}当面签收")
def taken(desk: Desk, number: int, day: date) -> None:
    desk.serve(number, "signed", day, method="in_person", signed_by="本人")


@step("第{number:数}份文书在{day:日}当面送出")
def carried_out(desk: Desk, number: int, day: date) -> None:
    desk.serve(number, "dispatched", day, method="in_person")


@step("第{number:数}份文书在{day:日}签收")
def signed_for(desk: Desk, number: int, day: date) -> None:
    desk.serve(number, "signed", day, signed_by="本人")


@when(told("第{number:数}份文书在{day:日}签收，没有写明签收人"))
def signed_by_nobody(desk: Desk, number: int, day: date) -> None:
    desk.serve(number, "signed", day)


@step("第{number:数}份文书在{day:日}妥投")
def arrived(desk: Desk, number: int, day: date) -> None:
    desk.serve(number, "delivered", day)


@step("第{number:数}份文书在{day:日}退回")
def came_back(desk: Desk, number: int, day: date) -> None:
    desk.serve(number, "returned", day, reason="查无此人")


@when(told("第{number:数}份文书在{day:日}退回，没有写明原因"))
def came_back_unexplained(desk: Desk, number: int, day: date) -> None:
    desk.serve(number, "returned", day)


@when(told("第{number:数}份文书在{day:日}被拒收，有见证人"))
def turned_away(desk: Desk, number: int, day: date) -> None:
    desk.serve(number, "refused", day, reason="拒绝签收", witness="社区工作人员")


@when(told("第{number:数}份文书在{day:日}被拒收，没有见证人"))
def turned_away_unseen(desk: Desk, number: int, day: date) -> None:
    desk.serve(number, "refused", day, reason="拒绝签收")


@then(told("提醒“{words:文}”"))
def warned(desk: Desk, words: str) -> None:
    assert any(words in describe(warning) for warning in desk.service.warnings), desk.service.warnings


@then(told("没有提醒“{words:文}”"))
def not_warned(desk: Desk, words: str) -> None:
    assert not any(words in describe(warning) for warning in desk.service.warnings)


@then(told("最迟{day:日}交邮"))
def safe_until(desk: Desk, day: date) -> None:
    assert desk.asked(last_safe_of, day) == {"post_by": day, "signed_by": day}
    assert desk.asked(last_safe_of, day + timedelta(1)) == {}


@then("没有最迟的一天")
def safe_now(desk: Desk) -> None:
    assert desk.asked(last_safe_of) == {}


@then(told("“{name:文}”从{day:日}起算"))
def runs_from(desk: Desk, name: str, day: date) -> None:
    found = desk.asked(lambda asked: periods_of(asked, PERIODS[name]))
    assert [item.starts_on for item in found] == [day]


@then("案件没有登记送达")
def not_served(desk: Desk) -> None:
    assert "serve" not in [item.move for item in desk.asked(history_of)]


@then(told("这是第{attempt:数}次送达"))
def attempt_is(desk: Desk, attempt: int) -> None:
    assert desk.service.attempt == attempt
    (paper,) = desk.papers()
    assert [act.data["attempt"] for act in paper.acts] == [1, 1, 2]
