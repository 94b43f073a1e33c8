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
    assert fault == {"field": "fax", "problem": "part_of_law_missing", "origin": "receipt.toml"}


def test_looking_at_other_files_leaves_the_law_in_use_as_it_is(tmp_path):
    before = rules()
    assert told(tmp_path, periods=("length = 7\n", "length = 8\n")) == []
    assert rules() is before
