"""What stands against issuing a paper, all at once."""

from datetime import date

import pytest
import rows as t
from counter import GRANTED, REPLIED, Counter, refused
from office import ADMIN, CLERK, SUBMIT
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, set_profile
from disclosure.workflow.notices.papers import reprint


@pytest.mark.parametrize(
    ("profile", "problem"),
    [
        ({"court": ""}, "gap_in_notice"),
        ({"code": ""}, "number_code_missing"),
        ({"review_organ": "", "kind": ""}, "gap_in_notice"),
    ],
)
def test_an_office_that_has_not_told_of_itself_issues_nothing(sessions, profile, problem):
    counter = Counter(sessions).replied()
    with sessions() as session, session.begin():
        set_profile(Context(session, ADMIN), profile)
    assert problem in refused(counter)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"answer": "O12", "ground": "没有"}, {"search_missing"}),
        (
            {"answer": "O12", "ground": "没有", "search": {"systems": "档案系统", "result": "没有"}},
            set(),
        ),
        ({"answer": "O13", "ground": "由市自然资源局负责"}, set()),
        ({"answer": "O17", "ground": "已经答复"}, {"earlier_missing"}),
        ({"answer": "O17", "ground": "已经答复", "earlier": "A-0"}, {"earlier_not_served"}),
        ({"answer": "O20", "ground": "已经提供"}, {"ground_without_article"}),
        ({"answer": "O20", "ground": "根据条例第二条，不属于申请公开政府信息"}, set()),
        ({"answer": "O08", "ground": None}, {"gap_in_notice"}),
        ({"answer": "O03", "items": ["第一页", "第二页"]}, {"gap_in_notice"}),
        (
            {"answer": "O03", "items": [{"part": "甲", "answer": "O02"}, {"part": "乙", "answer": "O09"}]},
            {"gap_in_notice"},
        ),
        (
            {
                "answer": "O03",
                "items": [{"part": "甲", "answer": "O02"}, {"part": "乙", "answer": "O09", "ground": "讨论记录"}],
            },
            set(),
        ),
    ],
    ids=str,
)
def test_a_decision_needs_everything_it_rests_on(sqlite_engine, reply, expected):
    counter = Counter(sessionmaker(sqlite_engine)).replied(**{name: value for name, value in reply.items() if value})
    if "ground" in reply and reply["ground"] is None:
        counter.make("A-1", "amend", {"seq": 3, "data": {"ground": None}, "reason": "更正"}, date(2024, 3, 20))
    if expected:
        assert refused(counter) == expected
    else:
        assert counter.issue().number


def test_repeating_an_answer_needs_the_earlier_one_served(sessions):
    counter = Counter(sessions).replied("A-0").replied("A-1", answer="O17", ground="已经答复", earlier="A-0")
    assert refused(counter) == {"earlier_not_served"}
    counter.make("A-0", "serve", {"proof": "挂号信回执"}, date(2024, 3, 22))
    assert counter.issue().paper == "D15"


def test_the_day_of_receipt_must_be_proved_where_it_is_a_confirmation(sessions):
    counter = Counter(sessions)
    counter.make("A-1", "submit", SUBMIT | {"channel": "online"})
    counter.make("A-1", "confirm", {}, date(2024, 3, 4))
    counter.make("A-1", "reply", GRANTED, REPLIED)
    assert refused(counter) == {"receipt_unproved"}
    counter.make(
        "A-1",
        "amend",
        {"seq": 2, "data": {"proof": "3月4日10时电话13800138000与申请人确认"}, "reason": "补记"},
        REPLIED,
    )
    assert counter.issue().number
    with sessions() as session:
        stored = " ".join(row.data for row in session.execute(select(t.event.c.data)))
    assert "13800138000" not in stored, "what proves the day may name people: it is kept apart"


def test_silence_counts_only_against_a_notice_that_was_served(sessions):
    counter = Counter(sessions)
    counter.record("A-1", "submit", SUBMIT | {"department": CLERK.department})
    counter.record("A-1", "request_correction", {"items": ["写明文号"], "due_on": "2024-03-12"}, date(2024, 3, 4))
    counter.record("A-1", "abandon", {}, REPLIED)
    assert refused(counter, kind="abandonment_correction") == {"notice_not_served"}
    first = counter.issue(kind="correction")
    sent = {"method": "post", "carrier": "EMS", "waybill": "E1", "address": "某路1号"}
    counter.serve("1", "dispatched", sent, on=date(2024, 3, 5))
    counter.serve("1", "signed", {"signed_by": "本人"}, on=date(2024, 3, 6))
    done = counter.issue(kind="abandonment_correction")
    with sessions() as session:
        assert (
            first.number
            in reprint(Context(session.connection(), ADMINISTRATOR), "A-1", str(done.notice), "text").decode()
        )


OVERRULED = {"overruled": "不公开会危害公众饮水", "overruled_for": "public_interest"}


def overruled(sessions, **reply):
    counter = Counter(sessions)
    counter.make("A-1", "submit", SUBMIT)
    counter.make("A-1", "accept")
    counter.make("A-1", "consult", {"id": "c", "with": "third_party", "name": "供水公司"}, date(2024, 3, 4))
    counter.make("A-1", "opinion", {"id": "c", "opinion": "objects", "reason": "商业秘密"}, date(2024, 3, 8))
    counter.make("A-1", "reply", GRANTED | (reply or OVERRULED), REPLIED)
    return counter


def test_a_third_party_is_told_that_it_was_overruled_before_the_applicant_is(sessions):
    counter = overruled(sessions)
    assert refused(counter) == {"third_party_not_told"}
    assert counter.issue(kind="third_party_decision").paper == "P16"
    assert counter.issue().paper == "D01"


def test_a_third_party_is_told_of_the_parts_that_are_disclosed(sessions):
    parts = [{"part": "批文", "answer": "O02"}, {"part": "会议纪要", "answer": "O09", "ground": "讨论记录"}]
    counter = overruled(sessions, answer="O03", items=parts, **OVERRULED)
    told = counter.issue(kind="third_party_decision")
    assert told.paper == "P16"
    with sessions() as session:
        text = reprint(Context(session.connection(), ADMINISTRATOR), "A-1", str(told.notice), "text").decode()
    assert "本机关决定公开：“批文”" in text and "会议纪要" not in text
    assert counter.issue().paper == "D03"


def test_who_objects_is_told_nothing_where_nothing_is_given_out(sessions):
    counter = overruled(sessions, answer="O01", ground="本机关网站“政府信息公开”栏目")
    assert counter.issue().paper == "D02"


def test_a_notice_to_the_third_party_that_is_on_record_as_sent_is_enough(sessions):
    counter = overruled(sessions)
    sent = {"of": "third_party_decision", "id": "c", "method": "post", "carrier": "ems"}
    counter.make("A-1", "dispatch", sent, REPLIED)
    assert counter.issue().paper == "D01"


def extended(sessions, on):
    counter = Counter(sessions, on=on)
    counter.make("A-1", "submit", SUBMIT)
    counter.make("A-1", "accept")
    counter.make("A-1", "extend", {"days": 10, "reason": "档案多", "approved_by": "赵局长"}, date(2024, 3, 20))
    return counter


def test_the_notice_of_an_extension_goes_out_while_the_period_runs(sessions):
    assert extended(sessions, date(2024, 3, 29)).issue(kind="extension").paper == "P07"


def test_afterwards_it_would_promise_a_day_that_has_no_effect(sessions):
    assert refused(extended(sessions, date(2024, 3, 30)), kind="extension") == {"extension_without_effect"}


def test_one_of_which_the_applicant_was_told_in_time_can_be_issued_later(sessions):
    counter = extended(sessions, date(2024, 4, 10))
    counter.make("A-1", "dispatch", {"of": "extension", "method": "post", "carrier": "ems"}, date(2024, 3, 29))
    assert counter.issue(kind="extension").paper == "P07"


def test_one_of_which_it_was_told_too_late_has_no_effect_either(sessions):
    counter = extended(sessions, date(2024, 4, 10))
    counter.make("A-1", "dispatch", {"of": "extension", "method": "post", "carrier": "ems"}, date(2024, 4, 1))
    assert refused(counter, kind="extension") == {"extension_without_effect"}
