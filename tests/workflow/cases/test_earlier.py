"""The earlier reply that a repeated request cites: of the same applicant, of another case, of a day that has come."""

from datetime import date

import pytest
from counter import GRANTED, Counter, refused
from office import SUBMIT

from disclosure.workflow import ADMINISTRATOR, Context, reprint, void

OTHER = {"kind": "natural_person", "name": "李某", "id_number": "110101199003077777", "phone": "13900139000"}
RENAMED = {"kind": "natural_person", "name": "欧阳晓明", "id_number": "110101199003078888", "phone": "1"}
NAMESAKE = {"kind": "natural_person", "name": "欧阳小明"}


def repeated(sessions, earlier, applicant=None, answer="O17", **more):
    """A case whose reply has been served, and another one that cites it; and the number of the first one's paper."""
    counter = Counter(sessions)
    first = SUBMIT | ({"applicant": applicant} if applicant else {})
    counter.replied("B-1", on=date(2024, 3, 5), submit=first)
    number = counter.issue("B-1").number
    counter.make("B-1", "serve", {}, date(2024, 3, 7))
    cited = earlier(number) if callable(earlier) else earlier
    return counter.replied("A-1", answer=answer, ground="依照条例第三十六条第六项", earlier=cited, **more)


@pytest.mark.parametrize("earlier", ["B-1", lambda number: number], ids=["case", "number"])
@pytest.mark.parametrize("applicant", [None, RENAMED, NAMESAKE], ids=["same", "renamed", "nothing_but_the_name"])
def test_the_served_reply_to_the_same_applicant_is_cited(sessions, earlier, applicant):
    assert repeated(sessions, earlier, applicant).issue().paper == "D15"


def test_the_reply_to_another_applicant_is_no_earlier_reply(sessions):
    assert refused(repeated(sessions, "B-1", OTHER)) == {"earlier_of_another"}


def test_a_representative_who_was_among_the_applicants_is_the_same(sessions):
    joint = {"applicant": OTHER, "applicants": [OTHER, SUBMIT["applicant"] | {"representative": True}]}
    counter = Counter(sessions).replied("B-1", on=date(2024, 3, 5), submit=SUBMIT | joint)
    counter.make("B-1", "serve", {}, date(2024, 3, 7))
    assert counter.replied("A-1", answer="O17", ground="已经答复", earlier="B-1").issue().paper == "D15"


def test_a_case_does_not_repeat_itself(sessions):
    counter = Counter(sessions).replied("A-1", answer="O17", ground="已经答复", earlier="A-1")
    counter.make("A-1", "serve", {}, date(2024, 3, 22))
    assert refused(counter) == {"earlier_is_itself"}


def outside(number, on):
    return {"number": number, "on": on, "scan": "旧卷第3件.pdf"}


def test_a_reply_from_before_the_system_is_of_a_day_that_has_come(sessions):
    assert refused(repeated(sessions, outside("旧〔2016〕1号", "2024-03-21"))) == {"earlier_ahead"}
    assert repeated_again(sessions, outside("旧〔2016〕1号", "2024-03-20")).issue("C-1").number


def repeated_again(sessions, earlier):
    return Counter(sessions).replied("C-1", answer="O17", ground="已经答复", earlier=earlier)


@pytest.mark.parametrize("typed", ["湖水公开〔2024〕1号", "湖水公开[2024]1号", "湖水公开（２０２４） 1号", "B-1"])
def test_what_stands_in_the_system_is_not_typed_as_if_it_came_from_outside(sessions, typed):
    assert refused(repeated(sessions, outside(typed, "2024-03-05"))) == {"earlier_in_system"}


def test_a_part_that_repeats_is_judged_as_the_whole(sessions):
    parts = [{"part": "甲", "answer": "O02"}, {"part": "乙", "answer": "O17", "ground": "已答复", "earlier": "B-1"}]
    assert refused(repeated(sessions, None, OTHER, answer="O03", items=parts)) == {"earlier_of_another"}


def test_what_is_asked_for_again_is_cited_by_the_same_rule(sessions):
    assert refused(repeated(sessions, "B-1", OTHER, answer="O20")) == {"earlier_of_another"}


def text_of(counter, case="A-1"):
    issued = counter.issue(case)
    with counter.sessions() as session:
        return reprint(Context(session.connection(), ADMINISTRATOR), case, str(issued.notice), "text").decode()


@pytest.mark.parametrize("earlier", ["B-1", "湖水公开[2024]1号"], ids=["case", "number"])
def test_a_paper_cites_the_number_and_day_of_the_earlier_paper_however_it_was_typed(sessions, earlier):
    assert "作出过答复（湖水公开〔2024〕1号，2024年3月5日）" in text_of(repeated(sessions, earlier))
    parts = [{"part": "甲", "answer": "O02"}, {"part": "乙", "answer": "O17", "ground": "已答复", "earlier": earlier}]
    counter = Counter(sessions).replied("C-1", answer="O02", items=parts)
    assert "重复申请，不重复处理（湖水公开〔2024〕1号，2024年3月5日）" in text_of(counter, "C-1")


def test_one_that_was_issued_elsewhere_is_cited_by_its_day_and_the_number_of_its_case(sessions):
    counter = Counter(sessions).replied("B-1", on=date(2024, 3, 5))
    counter.make("B-1", "serve", {}, date(2024, 3, 7))
    counter.replied("A-1", answer="O17", ground="已经答复", earlier="B-1")
    assert "（2024年3月5日对登记编号B-1的答复）" in text_of(counter)


REVIEW = [
    ("file_review", {"id": "f1"}, 8),
    ("notify_review", {"id": "f1"}, 9),
]
SUIT = [("file_suit", {"id": "s1"}, 8), ("notify_suit", {"id": "s1"}, 9)]
TAKEN_AWAY = {
    "handled again": [("reopen", {"reason": "自行纠正"}, 8)],
    "review": [*REVIEW, ("decide_review", {"id": "f1", "result": "revoked"}, 15)],
    "judgment": [*SUIT, ("judge", {"id": "s1", "result": "revoked", "instance": 2}, 15)],
}


@pytest.mark.parametrize("steps", TAKEN_AWAY.values(), ids=TAKEN_AWAY.keys())
@pytest.mark.parametrize("earlier", ["B-1", "湖水公开〔2024〕1号"], ids=["case", "number"])
def test_a_reply_that_was_taken_away_is_no_earlier_reply(sessions, earlier, steps):
    counter = repeated(sessions, earlier)
    for name, data, day in steps:
        counter.make("B-1", name, data, date(2024, 3, day))
    assert refused(counter) == {"earlier_not_standing"}


def test_one_that_was_upheld_stands(sessions):
    counter = repeated(sessions, "B-1")
    for name, data, day in [*REVIEW, ("decide_review", {"id": "f1", "result": "upheld"}, 15)]:
        counter.make("B-1", name, data, date(2024, 3, day))
    assert counter.issue().paper == "D15"


def test_of_a_case_that_was_answered_again_the_new_reply_has_to_have_been_served(sessions):
    counter = repeated(sessions, "B-1")
    for name, data, day in TAKEN_AWAY["review"]:
        counter.make("B-1", name, data, date(2024, 3, day))
    counter.make("B-1", "reopen", {"ordered_by": "复议决定"}, date(2024, 3, 18))
    counter.make("B-1", "reply", GRANTED, date(2024, 3, 19))
    assert refused(counter) == {"earlier_not_served"}
    counter.make("B-1", "serve", {}, date(2024, 3, 20))
    newer = counter.issue("B-1").number
    assert f"（{newer}，2024年3月19日）" in text_of(counter)


def test_the_number_of_a_paper_that_was_replaced_is_not_cited(sessions):
    counter = repeated(sessions, "湖水公开〔2024〕1号")
    newer = counter.issue("B-1", replaces="1")
    assert refused(counter) == {"earlier_not_standing"}
    counter.do(void, "B-1", str(newer.notice), "写错了")
    assert counter.issue().paper == "D15"
