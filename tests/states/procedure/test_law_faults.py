"""The law's files are judged before they are used: alone, together, and against what the program asks for."""

import pytest

from disclosure.states.law.files import LawFiles, law_names, law_text
from disclosure.states.procedure.law_faults import law_faults
from disclosure.states.rules.rules import rules


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
