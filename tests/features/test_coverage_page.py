"""Every rule of law is held by a scenario, and the page that says so is fresh."""

from coverage_page import PAGE, in_force, known, page, tagged

from disclosure.states.rules.dated import Confidence
from disclosure.states.rules.rules import rules


def test_every_rule_outcome_and_question_has_a_scenario():
    held = {id for id, _, _ in tagged()}
    assert set(known()) - held == set()


def test_every_tag_names_a_rule():
    assert {id for id, _, _ in tagged()} - set(known()) == set()


def test_the_page_is_fresh():
    assert PAGE.read_text("utf-8") == page(), "run: python tests/support/coverage_page.py"


def test_no_number_is_called_verified_alone_where_the_event_that_starts_it_is_not():
    newest = {rule.id: rule for rule in rules()}
    half = {
        id
        for id, rule in newest.items()
        if rule.confidence is Confidence.VERIFIED and rule.start_confidence not in (None, Confidence.VERIFIED)
    }
    assert half, "or the page need not tell the two apart"
    assert {id for id in newest if known()[id].number.endswith("已核实（从何起算没有核实）")} == half
    for id in half:
        assert known()[id].start.startswith(f"{newest[id].start}：") and "已核实" not in known()[id].start


def test_the_page_names_every_rule_with_the_days_of_all_its_versions():
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and "`" in line]
    assert len(rows) == len({rule.key for rule in rules()})
    assert in_force()["reply"][:2] == ("2008-05-01", "2019-05-15")
    for rule in rules():
        (row,) = (line for line in rows if f"| `{rule.key}` |" in line)
        assert rule.since.isoformat() in row
