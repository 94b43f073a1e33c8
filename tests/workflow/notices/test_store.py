"""Issued papers in the database: found by place or number, their acts in one chain."""

import pytest
from counter import REPLIED, Counter, problems

from disclosure.states.errors import BadData
from disclosure.workflow.kernel.chains import GENESIS
from disclosure.workflow.notices.store import act_hash, acts_of, find_notice, next_no, notices_of, proofs_of


@pytest.fixture
def counter(sessions):
    made = Counter(sessions).replied()
    made.issue("A-1", "receipt")
    made.issue("A-1", "registration")
    return made


def test_a_paper_is_found_by_its_place_or_its_number(counter):
    with counter.sessions() as session:
        connection = session.connection()
        first, second = notices_of(connection, 1)
        assert find_notice(connection, 1, "1") == find_notice(connection, 1, first.name) == first
        assert (second.number, second.name, next_no(connection, 1)) == (None, second.title, 3)
        with pytest.raises(BadData) as caught:
            find_notice(connection, 1, "9")
    assert problems(caught) == {"unknown_notice"}
    assert first.name in caught.value.faults[0]["choices"]


def test_each_act_is_bound_to_the_one_before(counter):
    counter.serve("1", "signed", {"method": "in_person", "signed_by": "本人"}, on=REPLIED)
    with counter.sessions() as session:
        acts = acts_of(session.connection(), 1)
        (proof,) = proofs_of(session.connection(), 1)
    assert [act.act for act in acts] == ["issued", "issued", "signed"]
    assert [act.prev_hash for act in acts] == [GENESIS, *(act.hash for act in acts[:-1])]
    assert all(act.hash == act_hash("default", "A-1", act) for act in acts)
    assert (proof.seq, proof.details, acts[-1].method) == (3, {"signed_by": "本人"}, "in_person")
