"""What single kinds of papers lack: a term that has run out, an amount, the step on which they rest."""

from datetime import date

import pytest
from counter import GRANTED, PROFILE, REPLIED, Counter, refused
from office import ADMIN, SUBMIT

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData
from disclosure.workflow import ADMINISTRATOR, Context, reprint, set_profile, void

LATER = date(2024, 6, 28)
BY_HAND = {"method": "in_person", "signed_by": "本人"}


def text_of(counter, notice, case="A-1"):
    with counter.sessions() as session:
        return reprint(Context(session.connection(), ADMINISTRATOR), case, str(notice), "text").decode()


def accepted(sessions, **submit):
    counter = Counter(sessions, on=LATER)
    counter.make("A-1", "submit", SUBMIT | submit)
    counter.make("A-1", "accept")
    return counter


def given_up(sessions, **term):
    counter = accepted(sessions)
    counter.make("A-1", "request_correction", {"items": ["文号"], **term}, date(2024, 3, 4))
    counter.at(REPLIED).issue(kind="correction")
    counter.serve("1", "signed", BY_HAND, on=date(2024, 3, 4))
    counter.make("A-1", "abandon", {}, date(2024, 4, 10))
    return counter.at(LATER)


TERMS = [{"due_on": "2024-03-20"}, {"days": 10}]


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_a_request_is_given_up_on_the_notice_that_is_in_force(sessions, term):
    counter = given_up(sessions, **term)
    counter.issue(kind="correction", replaces="1")
    assert refused(counter, kind="abandonment_correction") == {"notice_not_served"}
    counter.serve("2", "signed", BY_HAND, on=date(2024, 4, 9))
    assert refused(counter, kind="abandonment_correction") == {"term_not_over"}


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_a_term_that_has_run_out_since_the_newer_notice_was_served_is_enough(sessions, term):
    counter = given_up(sessions, **term)
    counter.issue(kind="correction", replaces="1")
    counter.serve("2", "signed", BY_HAND, on=date(2024, 3, 6))
    assert counter.issue(kind="abandonment_correction").paper == "D21"


def test_a_newer_notice_that_was_voided_changes_nothing(sessions):
    counter = given_up(sessions, days=10)
    newer = counter.issue(kind="correction", replaces="1")
    counter.do(void, "A-1", str(newer.notice), "写错了")
    assert counter.issue(kind="abandonment_correction").paper == "D21"


def charged(sessions, quantity, **more):
    counter = accepted(sessions)
    counter.make("A-1", "charge", {"basis": "items", "quantity": quantity} | more, date(2024, 3, 5))
    return counter


def test_a_fee_of_nothing_is_not_asked_for_and_nobody_gives_up_for_want_of_it(sessions):
    counter = accepted(sessions)
    counter.record("A-1", "charge", {"basis": "items", "quantity": 10}, date(2024, 3, 5))
    assert refused(counter, kind="fee") == {"nothing_to_pay"}
    counter.make("A-1", "serve", {"of": "fee"}, date(2024, 3, 6))
    counter.make("A-1", "abandon", {}, date(2024, 5, 6))
    assert refused(counter, kind="abandonment_payment") == {"nothing_to_pay"}


def test_no_paper_tells_of_a_fee_of_nothing_and_its_payment(sessions):
    counter = Counter(sessions, on=LATER)
    counter.record("A-1", "submit", SUBMIT | {"department": "办公室"})
    counter.record("A-1", "accept")
    counter.record("A-1", "charge", {"basis": "items", "quantity": 10}, date(2024, 3, 5))
    counter.record("A-1", "pay", {}, date(2024, 3, 8))
    counter.record("A-1", "reply", GRANTED, date(2024, 3, 20))
    told = text_of(counter, counter.issue().notice)
    assert "缴费" not in told
    assert "信息处理费" not in told


def test_a_fee_of_something_is_asked_for(sessions):
    assert charged(sessions, 11).issue(kind="fee").paper == "P15"


def test_a_fee_that_was_counted_otherwise_than_the_register_says_why(sessions):
    counter = charged(sessions, 1, already=30, reason="另有三十件收于旧系统")
    assert "更正的理由：另有三十件收于旧系统" in text_of(counter, counter.issue(kind="fee").notice)


def test_a_past_fee_that_contradicts_the_register_is_issued_with_a_reason_only(sessions):
    counter = Counter(sessions, on=LATER)
    counter.record("A-1", "submit", SUBMIT | {"department": "办公室"})
    counter.record("A-1", "accept")
    fee = {"basis": "items", "quantity": 1, "already": 30}
    counter.record("A-1", "charge", fee, date(2024, 3, 5))
    assert refused(counter, kind="fee") == {"already_differs"}
    reason = {"seq": 3, "data": {"reason": "另有三十件收于旧系统"}, "reason": "补记"}
    counter.make("A-1", "amend", reason, date(2024, 3, 20))
    assert counter.issue(kind="fee").paper == "P15"


@pytest.mark.parametrize(
    ("ground", "told"),
    [({}, "gap_in_notice"), ({"ground": "没有继承人"}, "ground_without_article")],
)
def test_nothing_is_ended_for_another_reason_on_a_paper_that_names_no_article(sessions, ground, told):
    counter = accepted(sessions)
    counter.make("A-1", "discontinue", {"reason": "申请人死亡"} | ground, date(2024, 3, 5))
    assert refused(counter, kind="discontinuation") == {told}


def test_a_paper_that_ends_the_handling_cites_the_article_and_tells_why(sessions):
    counter = accepted(sessions)
    told = {"reason": "申请人死亡，没有继承人", "ground": "《民法典》第十三条"}
    counter.make("A-1", "discontinue", told, date(2024, 3, 5))
    assert "根据《民法典》第十三条，因申请人死亡，没有继承人，本机关" in text_of(
        counter, counter.issue(kind="discontinuation").notice
    )


RECORD = {"record": "出生日期有误", "evidence": "户口簿", "finding": "予以更正"}


def test_a_decision_on_rectification_belongs_to_a_request_for_it(sessions):
    assert refused(accepted(sessions), kind="rectification", given=RECORD) == {"no_rectification"}


def test_a_request_for_rectification_has_it(sessions):
    counter = accepted(sessions, kind="rectification")
    assert refused(counter, kind="rectification", given=RECORD) == {"nothing_to_issue"}
    counter.make("A-1", "reply", GRANTED | {"answer": "O23"}, date(2024, 3, 20))
    assert refused(counter) == {"nothing_to_issue"}
    assert counter.issue(kind="rectification", given=RECORD).paper == "D24"


def delegated(sessions):
    counter = accepted(sessions)
    counter.make("A-1", "reassign", {"department": "供水管理处", "reason": "受委托答复"}, date(2024, 3, 5))
    return counter.at(LATER)


UNDER = {"delegate": "湖城市供水管理处", "delegated_under": "《湖城市供水条例》第五条"}


def test_a_reply_by_another_rests_on_the_case_having_been_given_to_it(sessions):
    assert refused(accepted(sessions), kind="delegated_reply", given=UNDER) == {"not_delegated"}


def test_a_delegation_names_whom_the_case_was_given_to_and_its_article_and_is_told_once(sessions):
    counter = delegated(sessions)
    wrong = {"delegate": "湖城市档案馆", "delegated_under": "局务会议"}
    told = {"kind": "delegated_reply", "actor": ADMIN}
    assert refused(counter, given=wrong, **told) == {"delegate_is_another", "ground_without_article"}
    done = counter.issue(given=UNDER, **told)
    assert "根据《湖城市供水条例》第五条，本件申请由湖城市供水管理处以本机关名义" in text_of(counter, done.notice)
    counter.make("A-1", "extend", {"days": 5, "reason": "需要核对", "approved_by": "赵局长"}, date(2024, 3, 6))
    assert refused(counter, given=UNDER, **told) == {"issued_already"}


def test_no_delegation_is_told_after_the_reply(sessions):
    counter = delegated(sessions)
    counter.make("A-1", "reply", GRANTED, date(2024, 3, 20))
    assert refused(counter, kind="delegated_reply", given=UNDER, actor=ADMIN) == {"delegation_too_late"}


def corrected_by_itself(sessions):
    counter = Counter(sessions, on=LATER).replied(on=date(2024, 3, 20))
    first = counter.issue()
    counter.make("A-1", "reopen", {"reason": "自行纠正"}, date(2024, 4, 1))
    return counter, first


def test_a_new_reply_waits_for_the_old_one_to_be_revoked(sessions):
    counter, _ = corrected_by_itself(sessions)
    counter.make("A-1", "reply", GRANTED, date(2024, 4, 10))
    assert refused(counter) == {"earlier_reply_stands"}
    counter.issue(kind="revocation", given={"reason": "适用法律错误"})
    assert counter.issue().number


def test_a_revocation_names_the_reply_that_it_revokes(sessions):
    counter, first = corrected_by_itself(sessions)
    told = text_of(counter, counter.issue(kind="revocation", given={"reason": "适用法律错误"}).notice)
    assert f"本机关曾作出《公开政府信息告知书》（{first.number}）" in told


def reviewed(sessions, result):
    """A reply on which a review has been decided, and the handling again that follows from it."""
    counter = Counter(sessions, on=LATER).replied(on=date(2024, 3, 20))
    first = counter.issue()
    counter.make("A-1", "file_review", {"id": "复议1号"}, date(2024, 3, 25))
    counter.make("A-1", "decide_review", {"id": "复议1号", "result": result}, date(2024, 4, 1))
    counter.make("A-1", "reopen", {"ordered_by": "湖城市政府行政复议决定书"}, date(2024, 4, 2))
    return counter, first


@pytest.mark.parametrize("result", ["revoked", "changed", "void"])
def test_what_the_review_organ_has_taken_away_is_not_revoked_again(sessions, result):
    counter, _ = reviewed(sessions, result)
    assert refused(counter, kind="revocation", given={"reason": "适用法律错误"}) == {"taken_away_already"}
    counter.make("A-1", "reply", GRANTED, date(2024, 4, 10))
    assert counter.issue().number


def test_what_was_found_unlawful_and_left_standing_is_revoked_on_that_decision(sessions):
    counter, first = reviewed(sessions, "unlawful")
    told = text_of(counter, counter.issue(kind="revocation", given={"reason": "已被确认违法"}).notice)
    assert f"（{first.number}）。根据湖城市政府行政复议决定书，已被确认违法，现决定撤销" in told


def test_a_review_of_the_first_reply_takes_nothing_away_from_the_second(sessions):
    counter, _ = reviewed(sessions, "revoked")
    counter.make("A-1", "reply", GRANTED, date(2024, 4, 10))
    second = counter.issue()
    counter.make("A-1", "reopen", {"reason": "自行检查发现适用法律错误"}, date(2024, 5, 6))
    counter.make("A-1", "reply", GRANTED, date(2024, 5, 10))
    assert refused(counter) == {"earlier_reply_stands"}
    assert second.number in text_of(counter, counter.issue(kind="revocation").notice)


def test_an_order_rests_on_a_review_or_suit_with_a_result(sessions):
    counter = Counter(sessions, on=LATER).replied(on=date(2024, 3, 20))
    again = {"ordered_by": "湖城市政府行政复议决定书"}
    with pytest.raises(BadData) as caught:
        counter.make("A-1", "reopen", again, date(2024, 4, 1))
    assert "没有登记行政复议或者行政诉讼的结果" in describe(caught.value)
    counter.record("A-1", "reopen", again, date(2024, 4, 1))


def test_a_reply_from_before_its_papers_is_revoked_by_its_day(sessions):
    counter = Counter(sessions, on=LATER).replied(on=date(2024, 3, 20))
    counter.make("A-1", "reopen", {"reason": "适用法律错误"}, date(2024, 4, 1))
    told = text_of(counter, counter.issue(kind="revocation").notice)
    assert "本机关曾作出2024年3月20日的决定。经自行检查，适用法律错误，现决定撤销该答复" in told


def test_a_reply_that_was_voided_does_not_stand(sessions):
    counter, first = corrected_by_itself(sessions)
    counter.do(void, "A-1", str(first.notice), "没有送出")
    counter.make("A-1", "reply", GRANTED, date(2024, 4, 10))
    assert counter.issue().number


def test_an_abandonment_that_was_taken_back_is_revoked_as_a_reply_is(sessions):
    counter = given_up(sessions, days=10)
    gone = counter.issue(kind="abandonment_correction")
    counter.make("A-1", "reopen", {"reason": "申请人说明了正当理由"}, date(2024, 4, 12))
    counter.make("A-1", "reply", GRANTED, date(2024, 4, 15))
    assert refused(counter) == {"earlier_reply_stands"}
    told = text_of(counter, counter.issue(kind="revocation", given={"reason": "有正当理由"}).notice)
    assert gone.number in told


@pytest.mark.parametrize(
    ("kind", "itself"), [("department", False), ("", False), ("province", True), ("ministry", True)]
)
def test_an_agency_reviews_itself_only_where_the_law_says_so(sessions, kind, itself):
    counter = Counter(sessions, on=LATER)
    profile = {"kind": kind, "review_organ": PROFILE["name"]}
    with sessions() as session, session.begin():
        if not itself:
            with pytest.raises(BadData) as caught:
                set_profile(Context(session, ADMIN), profile)
            assert [fault["problem"] for fault in caught.value.faults] == ["review_organ_itself"]
            return
        set_profile(Context(session, ADMIN), profile)
    assert counter.replied().issue().number


def test_a_profile_that_named_itself_before_issues_no_decision(sessions):
    counter = Counter(sessions, on=LATER)
    with sessions() as session, session.begin():
        context = Context(session, ADMIN)
        set_profile(context, {"kind": "province", "review_organ": PROFILE["name"]})
        set_profile(context, {"kind": "department"})
    assert refused(counter.replied()) == {"review_organ_itself"}


def test_a_search_record_does_not_find_what_the_reply_says_is_not_held(sessions):
    search = {"systems": "档案系统", "keywords": "供水", "range": "近十年", "person": "张三", "on": "2024-03-18"}
    counter = Counter(sessions, on=LATER).replied(answer="O12", search=search | {"result": "没有"})
    given = {f"search_{name}": value for name, value in search.items()}
    assert refused(counter, kind="search_record", given=given | {"search_result": "找到3份"}) == {"search_found"}
    late = given | {"search_on": "2024-07-01", "search_result": "没有"}
    assert refused(counter, kind="search_record", given=late) == {"searched_after"}
    assert counter.issue(kind="search_record", given=given | {"search_result": "没有"}).paper == "I03"


def silent(sessions, served, replied, due_on=date(2024, 3, 12)):
    """Reasons were asked for, the notice was served that day, and the request is refused as one of too many."""
    counter = accepted(sessions)
    counter.make("A-1", "demand_reasons", {"due_on": due_on.isoformat()}, date(2024, 3, 4))
    counter.make("A-1", "serve", {"of": "reasons"}, served)
    counter.make("A-1", "reply", {"answer": "O19", "delivery": "post", "ground": "一个月三百件"}, replied)
    return counter


@pytest.mark.parametrize(
    ("served", "replied", "problem"),
    [
        (date(2024, 3, 12), date(2024, 3, 13), None),
        (date(2024, 3, 12), date(2024, 3, 12), "reasons_awaited"),
        (date(2024, 3, 13), date(2024, 3, 20), "reasons_came_late"),
    ],
)
def test_silence_about_reasons_needs_their_term_to_be_over_and_the_notice_to_have_come_in_it(
    sessions, served, replied, problem
):
    counter = silent(sessions, served, replied)
    if problem is None:
        assert counter.issue().paper == "D18"
    else:
        assert refused(counter) == {problem}


def test_a_part_is_refused_as_one_of_too_many_no_earlier_either(sessions):
    counter = accepted(sessions)
    counter.make("A-1", "demand_reasons", {"due_on": "2024-03-12"}, date(2024, 3, 4))
    counter.make("A-1", "serve", {"of": "reasons"}, date(2024, 3, 5))
    parts = [{"part": "甲", "answer": "O02"}, {"part": "乙", "answer": "O19", "ground": "一个月三百件"}]
    counter.make("A-1", "reply", {"answer": "O02", "delivery": "post", "items": parts}, date(2024, 3, 12))
    assert refused(counter) == {"reasons_awaited"}


def test_reasons_that_came_and_were_accepted_are_no_silence(sessions):
    counter = accepted(sessions)
    counter.make("A-1", "demand_reasons", {"due_on": "2024-03-12"}, date(2024, 3, 4))
    counter.make("A-1", "serve", {"of": "reasons"}, date(2024, 3, 5))
    counter.make("A-1", "give_reasons", {"accepted": True}, date(2024, 3, 11))
    counter.make("A-1", "reply", {"answer": "O19", "delivery": "post", "ground": "一个月三百件"}, date(2024, 3, 20))
    assert refused(counter) == {"reasons_not_asked"}


def test_a_new_last_day_for_reasons_lets_the_request_be_refused_after_it(sessions):
    counter = accepted(sessions)
    counter.make("A-1", "demand_reasons", {"due_on": "2024-03-12", "counts": "一个月三百件"}, date(2024, 3, 4))
    counter.make("A-1", "serve", {"of": "reasons"}, date(2024, 3, 13))
    anew = {"of": "reasons", "due_on": "2024-03-20", "reason": "送达时已经过期"}
    counter.make("A-1", "renew_term", anew, date(2024, 3, 14))
    paper = text_of(counter, counter.at(LATER).issue(kind="reasons").notice)
    assert "2024年3月20日" in paper and "一个月三百件" in paper
    counter.make("A-1", "serve", {"of": "reasons"}, date(2024, 3, 15))
    counter.make("A-1", "reply", {"answer": "O19", "delivery": "post", "ground": "一个月三百件"}, date(2024, 3, 21))
    assert counter.issue().paper == "D18"
