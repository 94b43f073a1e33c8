"""Notices as they would be issued."""

import pytest
from counter import DAY, REPLIED, Counter, problems

from disclosure.states.errors import BadData
from disclosure.workflow import ADMINISTRATOR, Context, drafts


def written(counter, *asked):
    with counter.sessions() as session:
        return drafts(Context(session.connection(), ADMINISTRATOR), "A-1", *asked)


def test_a_case_has_the_papers_that_it_has_given_rise_to_by_a_day(sessions):
    counter = Counter(sessions).replied()
    assert "reply" not in {draft.kind for draft in written(counter, DAY)}
    (reply,) = (draft for draft in written(counter, REPLIED) if draft.kind == "reply")
    assert (reply.on, reply.missing) == (REPLIED, ())
    assert any(fact.name == "court" and fact.origin for fact in reply.traces)


def test_a_paper_that_no_move_gives_rise_to_is_written_when_asked_for(sessions):
    counter = Counter(sessions).replied()
    (form,) = written(counter, REPLIED, "registration")
    assert "A-1" in form.text
    assert list(written(counter, REPLIED, "extension")) == []


@pytest.mark.parametrize("asked", [("nonsense",), ("reply", "1")])
def test_what_there_is_not_is_refused(sessions, asked):
    counter = Counter(sessions).replied()
    with pytest.raises(BadData) as caught:
        written(counter, REPLIED, *asked)
    assert problems(caught) <= {"not_one_of", "no_service_record"}
