"""Samples: complete for every kind of paper, and a dictionary of facts."""

from papers import paper

from disclosure.notifications.customization.sample import facts_of
from disclosure.notifications.documents.kinds import kinds

KINDS = [item.key for item in kinds()]


def test_every_sample_is_complete():
    for kind in KINDS:
        notice = paper(kind)
        assert notice.missing == (), kind
        for name in next(item.needs for item in kinds() if item.key == kind):
            values = notice.facts.values[name]
            for value in [values] if isinstance(values, str) else values:
                assert value in notice.text, (kind, name)


def test_the_dictionary_holds_every_fact_that_a_paper_must_show():
    for item in kinds():
        assert set(item.needs) <= set(facts_of(item.key)), item.key
