"""Search: names of two characters and of one, subjects and numbers; what is amended or erased is found no more."""

from datetime import date

import pytest
import rows as t
from erasing import erased
from hypothesis import given
from hypothesis import strategies as st
from office import ADMIN, SUBMIT
from sqlalchemy import delete, func, insert, select

from disclosure.workflow import ADMINISTRATOR, CaseFilter, Context, FixedClock, list_cases, recompute
from disclosure.workflow.cases.lists.search import LONGEST, pairs_of, plain_text, words_of
from disclosure.workflow.cases.lists.texts import Registered

ON = date(2024, 3, 1)


def asked_by(name, information="河道治理工程的环评报告"):
    return SUBMIT | {"applicant": {"kind": "natural_person", "name": name}, "information": information}


@pytest.fixture
def found(sessions):
    def search(query, on=ON):
        with sessions() as session:
            page = list_cases(Context(session, ADMINISTRATOR, clock=FixedClock(on)), CaseFilter(query=query))
        return [item.case for item in page.items]

    return search


@pytest.mark.parametrize(
    ("query", "cases"),
    [
        ("李明", ["2024-001"]),
        ("明", ["2024-001", "2024-002"]),
        ("李", ["2024-001"]),
        ("赵", ["2024-003"]),
        ("明李", []),
        ("王小明", ["2024-002"]),
        ("河道", ["2024-001", "2024-003"]),
        ("治理，工程", ["2024-001", "2024-003"]),
        ("河道 赵", ["2024-003"]),
        ("2024-002", ["2024-002"]),
        ("２０２４－００２", ["2024-002"]),
        ("003", ["2024-003"]),
        ("abc", ["2024-002"]),
        ("ＡＢＣ公司", ["2024-002"]),
        ("李明 2024-002", []),
        ("《》", []),
    ],
)
def test_names_of_any_length_subjects_and_numbers_are_found(work, found, query, cases):
    work("2024-001", ("submit", ON, asked_by("李明")))
    work("2024-002", ("submit", ON, asked_by("王小明", "Abc 公司的许可")))
    work("2024-003", ("submit", ON, asked_by("赵")))
    assert found(query) == cases


def test_what_was_amended_is_found_by_what_it_says_now(work, found):
    work("A-1", ("submit", ON, asked_by("李明")), ("accept", ON))
    work("A-1", ("amend", ON, {"seq": 1, "data": {"information": "学校收费"}, "reason": "记错"}))
    assert (found("河道"), found("收费"), found("李明")) == ([], ["A-1"], ["A-1"])
    work("A-1", ("amend", ON, {"seq": 2, "data": {"handler": "u1"}, "reason": "漏填"}))
    assert (found("收费"), found("李明")) == (["A-1"], ["A-1"])


def test_of_an_erased_case_no_pair_is_left_and_it_is_found_by_its_number_alone(work, found, sessions):
    work("A-1", ("submit", ON, asked_by("李明")), ("withdraw", ON, {"reason": "不要了"}), ("close", ON))
    work("A-2", ("submit", ON, asked_by("李明")))
    erased(sessions, "A-1")
    assert (found("李明"), found("A-1")) == (["A-2"], ["A-1"])
    with sessions() as session:
        assert set(session.scalars(select(t.pair.c.case_id))) == {2}
        assert recompute(Context(session, ADMIN)).differences == ()


@pytest.mark.parametrize("damage", ["lost", "added"])
def test_pairs_that_are_not_those_of_the_registration_are_told_by_number_and_mended(work, found, sessions, damage):
    work("A-1", ("submit", ON, asked_by("李明")))
    lost = delete(t.pair).where(t.pair.c.pair == min(pairs_of("default", Registered(applicants=("李明",)))))
    with sessions() as session, session.begin():
        session.execute(lost if damage == "lost" else insert(t.pair).values(pair=7, case_id=1))
        count = session.scalar(select(func.count()).select_from(t.pair))
    with sessions() as session, session.begin():
        (told,) = recompute(Context(session, ADMIN), mend=True).differences
        assert (told.case, told.column) == ("A-1", "pairs")
        assert (told.stored, told.computed) == (("+0", "-1") if damage == "lost" else ("+1", "-0"))
        assert session.scalar(select(func.count()).select_from(t.pair)) != count
    assert found("李明") == ["A-1"]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)


@given(TEXTS, st.integers(0, 30), st.integers(1, 8))
def test_every_part_of_a_text_is_among_its_pairs(text, start, length):
    whole = pairs_of("a", Registered(information=text))
    part = plain_text(plain_text(text)[start : start + length])
    inner = sorted(pairs_of("a", Registered(information=part)) - whole)
    assert len(inner) <= 1, "only the end of the part may not be the end of the text"
    assert all(0 < pair < 2**63 for pair in whole)


def test_two_fields_and_two_agencies_share_no_pair():
    name, subject = Registered(applicants=("李明",)), Registered(information="李明")
    assert pairs_of("a", name).isdisjoint(pairs_of("a", subject))
    assert pairs_of("a", name).isdisjoint(pairs_of("b", name))


def test_a_long_subject_is_searched_by_its_beginning():
    assert len(pairs_of("a", Registered(information="".join(map(chr, range(0x4E00, 0x4E00 + 900)))))) == LONGEST


def test_words_are_told_apart_by_any_blank_and_each_counts_once():
    assert words_of(" 李明　河道\t李明 ") == ("李明", "河道")
