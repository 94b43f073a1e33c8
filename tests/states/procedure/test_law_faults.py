"""The law's files are judged before they are used: alone, together, and against what the program asks for."""

import tomllib
from datetime import date

import pytest

from disclosure.states.errors import BadData
from disclosure.states.law.files import LawFiles, law_names, law_text, using
from disclosure.states.procedure.deadlines import deadline
from disclosure.states.procedure.law_faults import law_faults
from disclosure.states.rules.dated import instruments
from disclosure.states.rules.fees import fee
from disclosure.states.rules.outcomes import outcomes
from disclosure.states.rules.remedies import review_organ
from disclosure.states.rules.rules import rules
from disclosure.states.rules.settings import Settings


def told(folder, **changed):
    """The faults of the law with some files written otherwise: (old, new) in each."""
    for name, (old, new) in changed.items():
        text = law_text(f"{name}.toml")
        assert old in text
        (folder / f"{name}.toml").write_text(text.replace(old, new, 1), "utf-8")
    return [(fault["origin"], fault["field"], fault["problem"]) for fault in law_faults(LawFiles(folder))]


def test_the_law_of_the_package_is_in_order():
    assert law_faults() == []


def test_a_file_that_takes_the_place_of_none_is_told_with_the_names_that_there_are(tmp_path):
    (tmp_path / "period.toml").write_text("", "utf-8")
    (fault,) = law_faults(LawFiles(tmp_path))
    assert (fault["field"], fault["problem"]) == ("period.toml", "no_such_law_file")
    assert fault["choices"] == "、".join(law_names())


def test_faults_of_several_files_are_told_at_once_and_each_once(tmp_path):
    changed = {"periods": ('id = "T05"\n', ""), "outcomes": ('confidence = "V"', 'confidence = "sure"')}
    found = told(tmp_path, **changed)
    assert sorted(found) == [
        ("outcomes.toml", "O01.confidence", "not_one_of"),
        ("periods.toml", "correction_notice.id", "missing"),
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "problem"),
    [
        ("outcomes", 'row = "granted"', 'row = "nowhere"', "O01.row", "no_such_row"),
        ("periods", 'id = "T06"', 'id = "T05"', "correction.id", "number_taken"),
        ("fees", 'rule_pages = "fee_pages"', 'rule_pages = "fee_sheets"', "versions[0].rule_pages", "unknown_rule"),
    ],
)
def test_files_in_order_by_themselves_that_do_not_fit_together_are_told(tmp_path, file, old, new, field, problem):
    assert set(told(tmp_path, **{file: (old, new)})) == {(f"{file}.toml", field, problem)}


def test_a_part_of_the_law_that_the_program_asks_for_may_not_go(tmp_path):
    text = law_text("receipt.toml")
    (tmp_path / "receipt.toml").write_text(text[: text.index("[fax]")], "utf-8")
    (fault,) = law_faults(LawFiles(tmp_path))
    assert fault == {"field": "fax", "problem": "part_of_law_missing", "origin": "receipt.toml", "line": 1}


def test_looking_at_other_files_leaves_the_law_in_use_as_it_is(tmp_path):
    before = rules()
    assert told(tmp_path, periods=("length = 7\n", "length = 8\n")) == []
    assert rules() is before


BROKEN = {
    "fees": ("band = 10", "band = 0"),
    "forms": ("title3 = ", "title5 = "),
    "holiday_notices": ('confidence = "', 'confidenze = "'),
    "instruments": ('document = "国务院令第711号"\n', ""),
    "outcomes": ('confidence = "V"', 'confidence = "sure"'),
    "periods": ('id = "T05"\n', ""),
    "questions": ('title = "期限的开始当日是否计入"\n', ""),
    "receipt": ('received = "on_submission"', 'received = "on_friday"'),
    "remedies": ('withheld = "choice"', 'withheld = "none"'),
    "service": ('made_on = "dispatched"', 'made_on = "thrown"'),
    "statements": ('id = "F04"\n', ""),
}


def test_one_fault_in_every_file_and_every_file_is_told_with_its_lines_and_nothing_else(tmp_path):
    assert {f"{name}.toml" for name in BROKEN} == set(law_names())
    alone = []
    for name, change in BROKEN.items():
        (tmp_path / name).mkdir()
        alone += told(tmp_path / name, **{name: change})
    assert {origin for origin, _, _ in alone} == set(law_names())
    together = told(tmp_path, **BROKEN)
    assert sorted(together) == sorted(alone)
    assert all("line" in fault for fault in law_faults(LawFiles(tmp_path)))


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("content", [b"[torn", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_told_alone_and_hides_no_fault_of_another(tmp_path, name, content):
    other = "outcomes" if name != "outcomes" else "questions"
    expected = told(tmp_path, **{other: BROKEN[other]})
    (tmp_path / f"{name}.toml").write_bytes(content)
    faults = law_faults(LawFiles(tmp_path))
    assert [fault["problem"] for fault in faults if fault["origin"] == f"{name}.toml"] in (
        ["broken_toml"],
        ["file_unreadable"],
    )
    rest = [fault for fault in faults if fault["origin"] != f"{name}.toml"]
    assert [(fault["origin"], fault["field"], fault["problem"]) for fault in rest] == expected


def test_what_does_not_fit_together_is_told_beside_the_faults_of_the_files_with_its_line(tmp_path):
    text = law_text("outcomes.toml").replace('row = "granted"', 'row = "nowhere"', 1)
    (tmp_path / "outcomes.toml").write_text(text, "utf-8")
    assert told(tmp_path, forms=BROKEN["forms"], periods=BROKEN["periods"])
    (fault,) = (item for item in law_faults(LawFiles(tmp_path)) if item["problem"] == "no_such_row")
    assert text.splitlines()[int(str(fault["line"])) - 1] == 'row = "nowhere"'


@pytest.mark.parametrize(("years", "problem"), [("2022", "years_gap"), ("2020", "versions_overlap")])
def test_years_without_a_form_or_with_two_are_told_at_their_line(tmp_path, years, problem):
    text = law_text("forms.toml").replace("years_from = 2021", f"years_from = {years}")
    (tmp_path / "forms.toml").write_text(text, "utf-8")
    (fault,) = law_faults(LawFiles(tmp_path))
    assert (fault["field"], fault["problem"]) == ("2021.years_from", problem)
    assert text.splitlines()[int(str(fault["line"])) - 1] == f"years_from = {years}"


DAY = date(2024, 3, 1)
USES = {
    "deadline": lambda: deadline("reply", DAY),
    "fee": lambda: fee("items", 3, DAY),
    "outcomes": outcomes,
    "organ": lambda: review_organ("department", DAY),
    "reading": lambda: Settings().reading("extensions", DAY),
}


@pytest.mark.parametrize("use", USES)
def test_whoever_uses_any_table_first_is_refused_with_every_fault_of_every_file(tmp_path, use):
    told(tmp_path, **BROKEN)
    files = LawFiles(tmp_path)
    for _ in range(2):  # and again: no part of such a law is used
        with using(files), pytest.raises(BadData) as refused:
            USES[use]()
        assert refused.value.faults == law_faults(LawFiles(tmp_path))
    assert {fault["origin"] for fault in refused.value.faults} == set(law_names())
    assert all("line" in fault for fault in refused.value.faults)


def test_the_law_in_use_stays_when_another_is_refused(tmp_path):
    told(tmp_path, **BROKEN)
    with using(LawFiles(tmp_path)), pytest.raises(BadData):
        rules()
    assert deadline("reply", DAY).due_on == date(2024, 3, 29)


BROUGHT = """
[instruments.REG30]
title = "《条例》（2030年修订）"
document = "虚构"
since = 2030-01-01
copies = "虚构"
"""


@pytest.mark.parametrize("name", sorted(set(BROKEN) - {"instruments"}))
def test_each_file_may_bring_the_instruments_of_what_stands_in_it(tmp_path, name):
    (tmp_path / f"{name}.toml").write_text(law_text(f"{name}.toml") + BROUGHT, "utf-8")
    files = LawFiles(tmp_path)
    assert law_faults(files) == []
    with using(files):
        assert instruments()["REG30"].title == "《条例》（2030年修订）"
        assert len(instruments()) == len(tomllib.loads(law_text("instruments.toml"))) + 1
        assert deadline("reply", DAY).due_on == date(2024, 3, 29)
    assert "REG30" not in instruments()


def test_faults_of_instruments_that_a_file_brings_are_told_with_that_file_and_line(tmp_path):
    brought = BROUGHT.replace("since = 2030-01-01\n", "") + BROUGHT.replace("REG30", "REG19")
    outcomes = law_text("outcomes.toml") + brought
    (tmp_path / "outcomes.toml").write_text(outcomes, "utf-8")
    assert told(tmp_path, receipt=BROKEN["receipt"]) == [
        ("outcomes.toml", "instruments.REG30.since", "missing"),
        ("outcomes.toml", "instruments.REG19", "instrument_twice"),
        ("receipt.toml", "in_person.versions[0].received", "not_one_of"),
    ]
    lines = [outcomes.splitlines()[int(str(fault["line"])) - 1] for fault in law_faults(LawFiles(tmp_path))[:2]]
    assert lines == ["[instruments.REG30]", "[instruments.REG19]"]


def test_an_instrument_that_two_files_bring_is_told_at_the_second(tmp_path):
    for name in ("periods", "statements"):
        (tmp_path / f"{name}.toml").write_text(law_text(f"{name}.toml") + BROUGHT, "utf-8")
    (fault,) = law_faults(LawFiles(tmp_path))
    assert (fault["origin"], fault["field"], fault["other"]) == ("statements.toml", "instruments.REG30", "periods.toml")


def test_what_rests_on_a_brought_instrument_that_cannot_be_read_is_not_blamed_for_it(tmp_path):
    version = """
[[reply.versions]]
since = 2030-01-01
length = 25
unit = "working_day"
start = "收到申请之日"
start_confidence = "V"
instrument = "REG30"
article = "第三十三条"
confidence = "V"
"""
    text = law_text("periods.toml") + version + BROUGHT.replace("copies", "copied")
    (tmp_path / "periods.toml").write_text(text, "utf-8")
    assert {fault["field"] for fault in law_faults(LawFiles(tmp_path))} == {
        "instruments.REG30.copied",
        "instruments.REG30.copies",
    }


def test_instruments_that_are_no_table_are_told(tmp_path):
    (tmp_path / "fees.toml").write_text("instruments = 3\n" + law_text("fees.toml"), "utf-8")
    (fault,) = law_faults(LawFiles(tmp_path))
    assert fault == {"field": "instruments", "problem": "not_an_object", "origin": "fees.toml", "line": 1}
