"""Every rule of law is held by a scenario, and the page that says so is fresh."""

from coverage_page import PAGE, known, page, tagged


def test_every_rule_outcome_and_question_has_a_scenario():
    held = {id for id, _, _ in tagged()}
    assert set(known()) - held == set()


def test_every_tag_names_a_rule():
    assert {id for id, _, _ in tagged()} - set(known()) == set()


def test_the_page_is_fresh():
    assert PAGE.read_text("utf-8") == page(), "run: python tests/support/coverage_page.py"
