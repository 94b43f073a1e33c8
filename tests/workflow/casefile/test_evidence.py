"""The rows behind a case, as a verifier gets them."""

import json
from datetime import date

from counter import REPLIED, Counter

from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, checkpoint
from disclosure.workflow.casefile.evidence import Enclosed, as_text, chains
from disclosure.workflow.cases.store import load_case

NOTHING = Enclosed(papers={}, proofs={}, attachments=[])


def found(counter, number="A-1"):
    with counter.sessions() as session, session.begin():
        checkpoint(Context(session, ADMINISTRATOR, clock=FixedClock(REPLIED)))
        connection = session.connection()
        return chains(connection, "default", load_case(connection, "default", number), NOTHING)


def test_our_own_keys_stay_here_and_days_are_the_texts_that_are_hashed(sessions):
    counter = Counter(sessions).replied()
    counter.issue()
    told = found(counter)
    for row in (*told.events, *told.paper_acts):
        assert not {"id", "case_id"} & row.keys()
        assert date.fromisoformat(str(row["on_date"]))
    assert told.head_hash == told.events[-1]["hash"]


def test_of_other_cases_there_are_numbers_and_hashes_alone(sessions):
    counter = Counter(sessions).replied("A-1").replied("B-7")
    told = found(counter)
    (point,) = told.checkpoints
    assert {ref for kind, ref, *_ in point.ends if kind == "case"} == {1, 2}
    assert b"B-7" not in as_text(told)
    assert list(json.loads(as_text(told)))[:4] == ["agency", "case", "case_id", "head_hash"]
