"""The ways of serving a paper and what the acts must tell, on each side of a day, and what the table refuses."""

from datetime import date

import pytest

from disclosure.states.errors import BadData, LawUnknown
from disclosure.states.law.files import LawFiles, law_text, using
from disclosure.states.procedure.law_faults import law_faults
from disclosure.states.rules.service import goes_online, made_basis, needs_of, service_keys, ways, ways_on

ON = date(2024, 3, 20)
FIRST = date(2024, 7, 1)
LAST_OF_OLD = date(2024, 6, 30)
ADDED = """
[[ways.email.versions]]
since = 2024-07-01
made_on = "delivered"

[ways.residence]
label = "留置送达"
rule = "reply_made_on"
[[ways.residence.versions]]
since = 2024-07-01
until = 2025-01-01
made_on = "signed"

[[acts.returned.versions]]
since = 2024-07-01
needs = []
"""


def write(folder, text):
    (folder / "service.toml").write_text(text, "utf-8")
    return LawFiles(folder)


@pytest.mark.parametrize(
    ("way", "made_on", "handed", "online", "needs"),
    [
        ("post", "dispatched", False, False, ("waybill", "address")),
        ("in_person", "signed", True, False, ()),
        ("entrusted", "signed", True, False, ()),
        ("online", "dispatched", False, True, ("address",)),
        ("fax", "dispatched", False, False, ("address",)),
        ("email", "dispatched", False, True, ("address",)),
    ],
)
def test_each_way_has_the_act_that_makes_the_reply_and_what_its_dispatch_must_tell(way, made_on, handed, online, needs):
    found = ways_on(ON)[way]
    assert (found.made_on, found.handed, found.online, found.needs) == (made_on, handed, online, needs)
    assert goes_online(way, ON) == online


@pytest.mark.parametrize(
    ("carrier", "taken"), [("EMS", True), ("ems特快", True), ("中国邮政", True), ("某快递", False), ("", False)]
)
def test_a_letter_goes_through_the_postal_enterprise_and_what_is_handed_over_by_anybody(carrier, taken):
    assert ways_on(ON)["post"].may_carry(carrier) == taken
    assert ways_on(ON)["entrusted"].may_carry(carrier)


def test_a_way_that_the_law_does_not_know_goes_nowhere():
    assert "pigeon" not in ways_on(ON) and not goes_online("pigeon", ON)


def test_before_the_first_regulations_there_is_no_way_and_nothing_is_known_of_an_act():
    assert tuple(ways_on(date(2008, 5, 1))) == tuple(way.key for way in ways())
    assert ways_on(date(2008, 4, 30)) == {}
    with pytest.raises(LawUnknown):
        needs_of("signed", date(2008, 4, 30))


def test_each_act_tells_what_the_law_wants_and_one_of_which_it_says_nothing_needs_nothing():
    assert needs_of("signed", ON) == ("signed_by",)
    assert needs_of("refused", ON) == ("reason", "witness")
    assert needs_of("returned", ON) == ("reason",)
    assert needs_of("delivered", ON) == ()


def test_a_new_law_holds_from_its_first_day_and_a_way_that_ends_is_gone_on_its_last(tmp_path):
    with using(write(tmp_path, law_text("service.toml") + ADDED)):
        assert (ways_on(LAST_OF_OLD)["email"].made_on, ways_on(FIRST)["email"].made_on) == ("dispatched", "delivered")
        assert (goes_online("email", LAST_OF_OLD), goes_online("email", FIRST)) == (True, False)
        assert (needs_of("returned", LAST_OF_OLD), needs_of("returned", FIRST)) == (("reason",), ())
        known = ["residence" in ways_on(day) for day in (LAST_OF_OLD, FIRST, date(2024, 12, 31), date(2025, 1, 1))]
        assert known == [False, True, True, False]
    assert ways_on(FIRST)["email"].made_on == "dispatched"


def test_the_day_on_which_a_reply_is_made_rests_on_the_circular_from_its_own_day():
    assert made_basis(date(2016, 12, 7)) == "国办公开办函〔2016〕235号第四条"
    assert made_basis(date(2016, 12, 6)) == "通行做法：解释施行以前未作规定，照此掌握"


def told(folder, text):
    """Each fault of a text with the line at which it stands."""
    lines = text.splitlines()
    return [
        (item["field"], item["problem"], lines[int(str(item["line"])) - 1])
        for item in law_faults(write(folder, text))
        if item["origin"] == "service.toml"
    ]


WAY = '\n[ways.air]\nlabel = "空投"\nrule = "{rule}"\n'
VERSION = '[[ways.air.versions]]\nsince = {since}\nmade_on = "{made_on}"\n'


@pytest.mark.parametrize(
    ("added", "field", "problem", "line"),
    [
        (WAY.format(rule="airmail"), "ways.air.rule", "unknown_rule", 'rule = "airmail"'),
        (WAY.format(rule="reply_made_on"), "ways.air", "no_version", "[ways.air]"),
        (
            WAY.format(rule="reply_made_on") + VERSION.format(since="2024-01-01", made_on="thrown"),
            "ways.air.versions[0].made_on",
            "not_one_of",
            'made_on = "thrown"',
        ),
        (
            WAY.format(rule="reply_made_on")
            + VERSION.format(since="2024-01-01", made_on="signed")
            + VERSION.format(since="2023-01-01", made_on="signed"),
            "ways.air.versions[1]",
            "versions_overlap",
            "[[ways.air.versions]]",
        ),
        (
            WAY.format(rule="reply_made_on")
            + VERSION.format(since="2023-01-01", made_on="signed")
            + "until = 2023-06-01\n"
            + VERSION.format(since="2024-01-01", made_on="signed"),
            "ways.air.versions[1]",
            "versions_gap",
            "[[ways.air.versions]]",
        ),
        (
            WAY.format(rule="reply_made_on") + VERSION.format(since="2008-04-30", made_on="signed"),
            "ways.air.versions[0]",
            "rule_not_in_force",
            "[[ways.air.versions]]",
        ),
        (
            WAY.format(rule="reply_made_on")
            + VERSION.format(since="2024-01-01", made_on="signed")
            + 'needs = ["address", "parachute"]\n',
            "ways.air.versions[0].needs[1]",
            "not_one_of",
            'needs = ["address", "parachute"]',
        ),
        (
            WAY.format(rule="reply_made_on")
            + VERSION.format(since="2024-01-01", made_on="signed")
            + 'carriers = ["空军"]\n',
            "ways.air.carrier_rule",
            "missing",
            "[ways.air]",
        ),
        (
            WAY.format(rule="reply_made_on")
            + 'carrier_rule = "channels_open"\n'
            + VERSION.format(since="2015-01-01", made_on="signed")
            + "until = 2016-01-01\n"
            + VERSION.format(since="2016-01-01", made_on="signed")
            + 'carriers = ["空军"]\n',
            "ways.air.versions[1]",
            "rule_not_in_force",
            "[[ways.air.versions]]",
        ),
        (
            '\n[acts.thrown]\nrule = "reply_made_on"\n[[acts.thrown.versions]]\nsince = 2024-01-01\n',
            "acts.thrown.key",
            "not_one_of",
            "[acts.thrown]",
        ),
        ('\n[acts.delivered]\nrule = "arrival"\n', "acts.delivered.rule", "unknown_rule", 'rule = "arrival"'),
        (
            '\n[[acts.signed.versions]]\nsince = 2024-01-01\nneeds = ["thumb"]\n',
            "acts.signed.versions[1].needs[0]",
            "not_one_of",
            'needs = ["thumb"]',
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(tmp_path, added, field, problem, line):
    assert (field, problem, line) in told(tmp_path, law_text("service.toml") + added)


HANDED = ("in_person", "family", "receipt_office", "agent", "left", "called_in", "entrusted")


def test_every_fault_of_the_table_is_told_at_once(tmp_path):
    text = law_text("service.toml")
    broken = text.replace('made_on = "signed"', 'made_on = "thrown"').replace('needs = ["reason"]', 'needs = ["x"]')
    found = told(tmp_path, broken.replace('rule = "reply_made_online"', 'rule = "wire"', 1))
    assert [(field, problem) for field, problem, _ in found] == [
        *((f"ways.{way}.versions[0].made_on", "not_one_of") for way in HANDED),
        ("ways.online.rule", "unknown_rule"),
        ("acts.returned.versions[0].needs[0]", "not_one_of"),
    ]
    with using(write(tmp_path, broken)), pytest.raises(BadData):
        ways()


def test_a_way_or_an_act_that_the_program_asks_for_may_not_go(tmp_path):
    text = law_text("service.toml")
    files = write(tmp_path, text[: text.index("[acts.returned]")])
    (fault,) = law_faults(files)
    assert (fault["field"], fault["problem"]) == ("acts.returned", "part_of_law_missing")
    assert {"ways.post", "acts.returned"} <= set(service_keys())
