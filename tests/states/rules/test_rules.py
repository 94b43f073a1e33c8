"""The law as data: looked up by its day, refused without unit, source and confidence, complete."""

from datetime import date, timedelta

import pytest

from disclosure.states.errors import BadData, LawUnknown
from disclosure.states.rules.dated import Confidence, instruments, read_instruments
from disclosure.states.rules.rules import Unit, read_rules, rule, rules

INSTRUMENTS = '[X]\ntitle = "《某法》"\ndocument = "某号"\nsince = 2008-05-01\ncopies = "全文一份"\n'
REPEALED = INSTRUMENTS.replace("[X]", "[Z]") + "until = 2020-01-01\n"
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
start = "收到之日"
start_confidence = "S"
instrument = "X"
article = "第一条"
confidence = "V"
"""


def faults(text: str) -> set[tuple[str, str]]:
    with pytest.raises(BadData) as refused:
        read_rules(text, read_instruments(INSTRUMENTS + REPEALED))
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
        ('start = "收到之日"\n', "", ("start", "missing")),
        ('start_confidence = "S"\n', "", ("start_confidence", "missing")),
        ('article = "第一条"\n', "", ("article", "missing")),
        ('\nconfidence = "V"', "", ("confidence", "missing")),
        ('\nconfidence = "V"', '\nconfidence = "sure"', ("confidence", "not_one_of")),
        ('instrument = "X"', 'instrument = "Y"', ("instrument", "not_one_of")),
        ('bound = "agency"', 'bound = "me"', ("bound", "not_one_of")),
        ("since = 2008-05-01", 'since = "2008"', ("since", "not_a_date")),
        ('id = "T99"\n', "", ("id", "missing")),
        ('keyed_to = "received_on"', 'keyed_to = "today"', ("keyed_to", "not_one_of")),
        ("since = 2008-05-01\n", "", ("since", "missing")),
        ("since = 2008-05-01\n", "until = 2009-01-01\n", ("since", "missing")),
        ("since = 2008-05-01", "since = 2008-05-01T00:00:00", ("since", "not_a_date")),
        ("since = 2008-05-01", 'since = 2008-05-01\nuntil = "later"', ("until", "not_a_date")),
        ("since = 2008-05-01", "since = 2008-05-01\nuntil = 2008-05-01", ("until", "ends_before_it_begins")),
        ("since = 2008-05-01", "since = 2008-04-30", ("since", "not_in_force")),
        ("length = 5", "length = true", ("length", "out_of_range")),
        ("length = 5", 'length = "5"', ("length", "out_of_range")),
        ('unit = "working_day"', 'unit = ["working_day"]', ("unit", "not_one_of")),
        ('\nconfidence = "V"', '\nconfidence = ["V"]', ("confidence", "not_a_text")),
        ('article = "第一条"', "article = 1", ("article", "not_a_text")),
        ('name = "某期限"', 'name = ""', ("name", "missing")),
        ("since = 2008-05-01", "since = 2008-05-01\nuntill = 2009-01-01", ("untill", "unknown_field")),
        ('section = "1a"', 'section = "1a"\nlenght = 5', ("lenght", "unknown_field")),
    ],
)
def test_a_rule_without_its_law_is_refused(old, new, fault):
    assert old in GOOD
    assert fault in faults(GOOD.replace(old, new))


def test_a_rule_does_not_begin_after_its_text_was_repealed_nor_outlive_it():
    text = GOOD.replace('"X"', '"Z"')
    assert faults(text) == {("versions[0]", "outlives_its_text")}
    assert faults(text.replace("since = 2008-05-01", "since = 2020-01-01")) == {("since", "not_in_force")}
    ended = text.replace("since = 2008-05-01", "since = 2008-05-01\nuntil = 2020-01-01")
    assert len(read_rules(ended, read_instruments(INSTRUMENTS + REPEALED))) == 1


def test_a_gap_between_versions_is_refused_with_its_days():
    ended = GOOD.replace("since = 2008-05-01", "since = 2008-05-01\nuntil = 2010-01-01")
    later = "[[some.versions]]" + GOOD.split("[[some.versions]]")[1].replace("2008-05-01", "2011-01-01")
    assert faults(ended + later) == {("versions[1]", "versions_gap")}


def test_every_fault_of_a_file_is_told_at_once():
    broken = GOOD.replace('unit = "working_day"\n', "").replace('article = "第一条"\n', "").replace('"agency"', '"me"')
    assert faults(broken) == {("length", "length_needs_unit"), ("article", "missing"), ("bound", "not_one_of")}


def test_versions_that_overlap_or_are_missing_are_refused():
    version = GOOD.split("[[some.versions]]")[1]
    assert ("versions[1]", "versions_overlap") in faults(GOOD + "[[some.versions]]" + version)
    assert ("some", "no_version") in faults(GOOD.split("[[some.versions]]")[0])


def test_a_version_that_begins_before_the_one_before_it_ends_is_refused():
    first, second = "since = 2008-05-01\nuntil = 2010-01-01", "[[some.versions]]" + GOOD.split("[[some.versions]]")[1]
    text = GOOD.replace("since = 2008-05-01", first)
    assert ("versions[1]", "versions_overlap") in faults(text + second.replace("2008-05-01", "2009-12-31"))
    assert len(read_rules(text + second.replace("2008-05-01", "2010-01-01"), read_instruments(INSTRUMENTS))) == 2


@pytest.mark.parametrize("text", ["some = 5", "[some]\nversions = 5", "[some]\nversions = [5]"])
def test_a_rule_of_another_shape_is_refused(text):
    assert faults(text) & {("some", "not_an_object"), ("versions", "not_a_list")}


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


READ_ON = date(2026, 1, 1)
"""The day of which the rulebook tells; a later law does not change it."""
RULEBOOK = {  # id: length, unit, confidence; as each stands today
    "T01": (None, None, "S"),
    "T02": (None, None, "S"),
    "T03": (None, None, "S"),
    "T04": (None, None, "S"),
    "T05": (7, "working_day", "V"),
    "T06": (None, None, "V"),
    "T07": (20, "working_day", "V"),
    "T08": (15, "working_day", "V"),
    "T09": (15, "working_day", "V"),
    "T10": (20, "working_day", "V"),
    "T11": (20, "working_day", "V"),
    "T12": (None, None, "V"),
    "T13": (None, None, "V"),
    "T14": (20, "working_day", "V"),
    "T15": (None, None, "V"),
    "T16": (None, None, "V"),
    "F01": (None, None, "S"),
    "F02": (20, "working_day", "S"),
    "F03": (20, "working_day", "M"),
    "F04": (None, None, "V"),
    "R01": (60, "calendar_day", "V"),
    "R02": (60, "calendar_day", "S"),
    "R03": (5, "working_day", "V"),
    "R04": (5, "working_day", "V"),
    "R05": (10, "working_day", "V"),
    "R06": (7, "working_day", "V"),
    "R06s": (3, "working_day", "V"),
    "R07": (10, "working_day", "V"),
    "R07s": (5, "working_day", "V"),
    "R08": (60, "calendar_day", "V"),
    "R08x": (30, "calendar_day", "V"),
    "R09": (30, "calendar_day", "V"),
    "R10": (None, None, "V"),
    "R11": (60, "calendar_day", "V"),
    "R12": (15, "calendar_day", "V"),
    "L01": (15, "calendar_day", "V"),
    "L02": (6, "month", "V"),
    "L03": (6, "month", "V"),
    "L04": (7, "calendar_day", "V"),
    "L05": (5, "calendar_day", "V"),
    "L06": (15, "calendar_day", "V"),
    "L07": (6, "month", "V"),
    "L08": (45, "calendar_day", "V"),
    "L09": (15, "calendar_day", "V"),
    "L09r": (10, "calendar_day", "V"),
    "L10": (3, "month", "V"),
    "L11": (20, "working_day", "V"),
    "L12": (12, "month", "S"),
    "L13": (60, "month", "V"),
    "C01": (None, None, "V"),
    "C02": (None, None, "V"),
    "C03": (None, None, "V"),
    "C04": (None, None, "C"),
    "C05": (None, None, "V"),
    "C06": (None, None, "V"),
    "C07": (None, None, "S"),
    "C08": (None, None, "V"),
}
BOUND = {  # whose term it is
    "applicant": {"T06", "T12", "F02", "R01", "R02", "R05", "R12", "L01", "L02", "L03", "L12", "L13"},
    "agency": {
        "T05",
        "T07",
        "T10",
        "T11",
        "T13",
        "T14",
        "T15",
        "T16",
        "T17",
        "F01",
        "F03",
        "R07",
        "R07s",
        "R11",
        "L06",
        "L11",
    },
    "third_party": {"T08"},
    "co_author": {"T09"},
}


def test_every_number_of_the_law_has_its_length_its_unit_and_its_confidence():
    then = {item.id: item for item in rules() if item.since <= READ_ON and (item.until is None or item.until > READ_ON)}
    found = {id: then[id] for id in RULEBOOK}
    assert {
        id: (item.length, item.unit and str(item.unit), str(item.confidence)) for id, item in found.items()
    } == RULEBOOK


def test_the_old_regulations_have_their_own_term_until_their_last_day():
    (old,) = (item for item in rules() if item.id == "T17")
    assert (old.length, str(old.unit), str(old.confidence), old.until) == (15, "working_day", "V", date(2019, 5, 15))


def test_every_term_binds_whom_the_law_binds():
    found = {item.id: item.bound for item in rules()}
    assert {bound: {id for id in BOUND[bound] if found[id] == bound} for bound in BOUND} == BOUND


def test_ten_days_of_an_answer_were_calendar_days_until_the_law_named_them_working_days():
    for key in ("review_answer_ordinary", "review_answer_simplified"):
        assert rule(key, date(2023, 12, 31)).unit is Unit.CALENDAR_DAY
        assert rule(key, date(2024, 1, 1)).unit is Unit.WORKING_DAY


def test_an_id_names_one_rule():
    keys = {item.id: {other.key for other in rules() if other.id == item.id} for item in rules()}
    assert {id: found for id, found in keys.items() if len(found) > 1} == {}


def test_no_rule_rests_on_a_text_before_it_was_in_force_or_after_its_repeal():
    for item in rules():
        basis = instruments()[item.instrument]
        assert basis.since <= item.since
        assert basis.until is None or (item.until is not None and item.until <= basis.until), (item.key, item.since)


def test_every_day_of_a_rule_has_exactly_one_version():
    for item in rules():
        assert rule(item.key, item.since) == item
        if item.until is not None:
            assert rule(item.key, item.until - timedelta(days=1)) == item


def test_a_rule_past_its_last_version_is_unknown():
    assert rule("reply_2008", date(2019, 5, 14)).length == 15
    with pytest.raises(LawUnknown) as unknown:
        rule("reply_2008", date(2019, 5, 15))
    assert unknown.value.fields == {"rule": "reply_2008", "on": date(2019, 5, 15)}
    with pytest.raises(KeyError):
        rule("nonsense", date(2024, 1, 1))


def test_every_rule_names_its_instrument_and_how_well_it_is_confirmed():
    for item in rules():
        assert item.instrument in instruments()
        assert item.confidence in set(Confidence)
        assert item.source.startswith(instruments()[item.instrument].title)
