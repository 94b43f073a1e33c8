"""The earlier reply that a repeated request cites: of the same applicant, of another case, of a day that has come."""

from datetime import date

import pytest
from counter import Counter, refused
from office import SUBMIT

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
