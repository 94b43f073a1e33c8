"""What a paper must show, whoever wrote its template."""

from dataclasses import replace

import pytest
from papers import paper

from disclosure.notifications.documents.elements import not_shown, without_remedy
from disclosure.notifications.documents.kinds import kind, kinds


@pytest.mark.parametrize("item", kinds(), ids=lambda item: item.key)
def test_the_shipped_templates_show_all_that_they_must(item):
    notice = paper(item.key)
    assert list(not_shown(item, notice)) == []
    assert list(without_remedy(item, notice)) == []


def test_an_element_that_the_text_lacks_is_named_with_its_value():
    notice = paper("receipt")
    shorter = replace(notice, paragraphs=tuple(item for item in notice.paragraphs if notice.title not in item.text))
    assert {"field": "title", "problem": "element_not_shown", "value": notice.title} in list(
        not_shown(kind("receipt"), shorter)
    )


def test_a_decision_without_its_remedy_is_told_and_a_step_on_the_way_needs_none():
    for key, faults in (("reply", ["remedy_missing"]), ("receipt", [])):
        notice = replace(paper(key), paragraphs=())
        assert [fault["problem"] for fault in without_remedy(kind(key), notice)] == faults
