"""Look-alikes at registration: the same applicant, a similar text, what was answered before."""

import sys
from datetime import date

import pytest
from office import ADMIN, SUBMIT

from disclosure.workflow import ADMINISTRATOR, Actor, Context, FixedClock, look_alikes, read_log
from disclosure.workflow.cases.lists.look_alikes import LEAST, likeness

ON = date(2024, 3, 1)
SUBJECT = "河道治理工程的环境影响评价报告"


def asked(name="李明", information=SUBJECT, **more):
    return SUBMIT | {"applicant": {"kind": "natural_person", "name": name, **more}, "information": information}


@pytest.fixture
def like(sessions):
    def find(applicant, information, actor=ADMINISTRATOR, **more):
        with sessions() as session:
            return look_alikes(Context(session, actor, clock=FixedClock(ON)), applicant, information, **more)

    return find


def test_an_earlier_request_is_found_with_its_answer_and_the_day_of_it(work, like):
    work("A-1", ("submit", ON, asked()), ("accept", ON))
    work("A-1", ("reply", date(2024, 3, 4), {"answer": "O02", "delivery": "in_person"}))
    work("A-2", ("submit", ON, asked("王伟", "学校收费标准")))
    work("A-3", ("submit", ON, asked("王伟", "河道治理工程环境影响评价报告")))
    found = like({"name": "李明"}, "河道治理工程的环评报告")
    assert [item.case for item in found] == ["A-1", "A-3"]
    first, other = found
    assert (first.same_applicant, first.outcome, first.answer) == (True, "granted", "O02")
    assert first.decided_on == date(2024, 3, 4)
    assert (other.same_applicant, other.outcome, other.answer, other.decided_on) == (False, None, None, None)
    assert first.likeness >= LEAST and "李明" not in first.applicant and "治理" not in first.information


@pytest.mark.parametrize(
    ("applicant", "same"),
    [
        ({"name": "李明"}, True),
        ({"name": "李明", "id_number": "110"}, True),
        ({"name": "李明", "id_number": "119"}, False),
        ({"name": "李小明", "id_number": "110"}, False),
        ({"name": "李明", "phone": "1"}, True),
    ],
)
def test_the_same_applicant_is_told_by_number_then_by_name(work, like, applicant, same):
    work("A-1", ("submit", ON, asked(id_number="110")))
    found = like(applicant, "学校收费标准")
    assert [item.case for item in found if item.same_applicant] == (["A-1"] if same else [])


def test_an_annulled_case_and_one_of_another_department_are_not_shown(work, like):
    work("A-1", ("submit", ON, asked()), ("annul", ON, {"reason": "重复登记"}))
    work("A-2", ("submit", ON, asked() | {"department": "规划科"}))
    clerk = Actor(user_id="u9", department="办公室", roles=("staff",))
    assert [item.case for item in like({"name": "李明"}, SUBJECT)] == ["A-2"]
    assert like({"name": "李明"}, SUBJECT, clerk) == ()


def test_unmasked_they_are_noted_first(work, sessions):
    work("A-1", ("submit", ON, asked()))
    with sessions() as session, session.begin():
        (item,) = look_alikes(Context(session, ADMIN, clock=FixedClock(ON)), {"name": "李明"}, "", unmasked=True)
        assert (item.applicant, item.information) == ("李明", SUBJECT)
    with sessions() as session:
        assert [read.what for read in read_log(Context(session, ADMIN), "A-1")] == ["list"]


@pytest.mark.parametrize("library", [True, False], ids=["with rapidfuzz", "without"])
def test_texts_are_like_with_and_without_the_library(monkeypatch, library):
    if not library:
        monkeypatch.setitem(sys.modules, "rapidfuzz", None)
        monkeypatch.setitem(sys.modules, "rapidfuzz.fuzz", None)
    near = likeness("河道治理工程的环境影响评价报告", "河道治理工程 环境影响评价报告。")
    assert likeness(SUBJECT, SUBJECT) == 100 > near >= 80
    assert likeness(SUBJECT, "学校收费标准") < LEAST
    assert likeness("", "") == 0
