"""The law as data: looked up by its day, refused without unit, source and confidence, complete."""

from datetime import date, timedelta

import pytest

from disclosure.states.errors import BadData, LawUnknown
from disclosure.states.rules import Confidence, Unit, instruments, read_instruments, read_rules, rule, rules

INSTRUMENTS = '[X]\ntitle = "《某法》"\ndocument = "某号"\nsince = 2008-05-01\n'
GOOD = """\
[some]
id = "T99"
section = "1a"
name = "某期限"
bound = "agency"
keyed_to = "received_on"
[[some.versions]]
since = 2008-05-01
length = 5
unit = "working_day"
instrument = "X"
article = "第一条"
confidence = "V"
"""


def faults(text: str) -> set[tuple[str, str]]:
    with pytest.raises(BadData) as refused:
        read_rules(text, read_instruments(INSTRUMENTS))
    return {(fault["field"].rsplit(".", 1)[-1], fault["problem"]) for fault in refused.value.faults}


def test_a_rule_bears_its_number_beside_its_law():
    (found,) = read_rules(GOOD, read_instruments(INSTRUMENTS))
    assert (found.length, found.unit, found.source) == (5, Unit.WORKING_DAY, "《某法》第一条")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('unit = "working_day"\n', "", ("length", "length_needs_unit")),
        ("length = 5\n", "", ("length", "length_needs_unit")),
        ("length = 5", "length = 0", ("length", "out_of_range")),
        ('"working_day"', '"fortnight"', ("unit", "not_one_of")),
        ('article = "第一条"\n', "", ("article", "missing")),
        ('confidence = "V"\n', "", ("confidence", "missing")),
        ('confidence = "V"', 'confidence = "sure"', ("confidence", "not_one_of")),
        ('instrument = "X"', 'instrument = "Y"', ("instrument", "not_one_of")),
        ('bound = "agency"', 'bound = "me"', ("bound", "not_one_of")),
        ("since = 2008-05-01", 'since = "2008"', ("since", "not_a_date")),
        ('id = "T99"\n', "", ("id", "missing")),
    ],
)
def test_a_rule_without_its_law_is_refused(old, new, fault):
    assert old in GOOD
    assert fault in faults(GOOD.replace(old, new))


def test_every_fault_of_a_file_is_told_at_once():
    broken = GOOD.replace('unit = "working_day"\n', "").replace('article = "第一条"\n', "").replace('"agency"', '"me"')
    assert faults(broken) == {("length", "length_needs_unit"), ("article", "missing"), ("bound", "not_one_of")}


def test_versions_that_overlap_or_are_missing_are_refused():
    version = GOOD.split("[[some.versions]]")[1]
    assert ("versions", "versions_overlap") in faults(GOOD + "[[some.versions]]" + version)
    assert ("some", "no_version") in faults(GOOD.split("[[some.versions]]")[0])


@pytest.mark.parametrize(
    ("key", "last", "before", "after"),
    [
        ("reply", date(2019, 5, 14), 15, 20),
        ("extension", date(2019, 5, 14), 15, 20),
        ("suit", date(2015, 4, 30), 3, 6),
        ("suit_answer", date(2015, 4, 30), 10, 15),
        ("review_decision_simplified", date(2023, 12, 31), 60, 30),
    ],
)
def test_a_rule_changes_on_its_day_and_no_other(key, last, before, after):
    assert (rule(key, last).length, rule(key, last + timedelta(days=1)).length) == (before, after)


def test_before_its_first_day_a_rule_is_unknown_and_never_guessed():
    for key, first in (("reply", date(2008, 5, 1)), ("payment", date(2021, 1, 1))):
        assert rule(key, first)
        with pytest.raises(LawUnknown):
            rule(key, first - timedelta(days=1))


LENGTHS = {  # the rulebook's numbers, by its ids, as they stand today
    "T05": (7, "working_day"), "T08": (15, "working_day"), "T09": (15, "working_day"), "T10": (20, "working_day"),
    "T11": (20, "working_day"), "T14": (20, "working_day"), "F02": (20, "working_day"), "R01": (60, "calendar_day"),
    "R02": (60, "calendar_day"), "R03": (5, "working_day"), "R04": (5, "working_day"), "R05": (10, "working_day"),
    "R06": (7, "working_day"), "R07": (10, "working_day"), "R08": (60, "calendar_day"), "R09": (30, "calendar_day"),
    "R11": (60, "calendar_day"), "R12": (15, "calendar_day"), "L01": (15, "calendar_day"), "L02": (6, "month"),
    "L03": (6, "month"), "L04": (7, "calendar_day"), "L05": (5, "calendar_day"), "L06": (15, "calendar_day"),
    "L07": (6, "month"), "L08": (45, "calendar_day"), "L09": (15, "calendar_day"), "L10": (3, "month"),
    "L11": (20, "working_day"),
}  # fmt: skip


def test_every_number_of_the_rulebook_is_there():
    today = {item.id: item for item in rules() if item.until is None}
    assert {id: (today[id].length, str(today[id].unit)) for id in LENGTHS} == LENGTHS
    assert {f"T{n:02d}" for n in range(1, 17)} <= set(today)


def test_every_rule_names_its_instrument_and_how_well_it_is_confirmed():
    for item in rules():
        assert item.instrument in instruments()
        assert item.confidence in set(Confidence)
        assert item.source.startswith(instruments()[item.instrument].title)
