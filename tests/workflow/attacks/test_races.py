"""Four processes make moves of the same cases at once, under each isolation level: each case goes one way, none is lost.

Short: 2,000 attempts over the three levels. Long, by hand: ``DISCLOSURE_ATTACKS=long pytest tests/workflow/attacks``.
"""

import multiprocessing
import os
from collections import Counter

import pytest
import rows as t
from office import HEAD, SUBMIT
from raced import ON, race
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, move, recompute, verify
from disclosure.workflow.delivery.sweep import tick
from disclosure.workflow.kernel.context import Operator

PROCESSES = 4
CASES = 84_000 if os.environ.get("DISCLOSURE_ATTACKS") == "long" else 168
LOST = {"conflict", "move_not_allowed"}
"""How an attempt ends that came too late."""


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_each_case_goes_one_way_and_who_lost_is_told_in_our_own_words(postgresql_engine, level):
    sessions = sessionmaker(postgresql_engine)
    with sessions() as session, session.begin():
        for number in range(CASES):
            move(Context(session, HEAD, clock=FixedClock(ON)), f"R-{number}", "submit", SUBMIT, at=ON)
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(PROCESSES), spawn.Queue()
    url = postgresql_engine.url.render_as_string(hide_password=False)
    processes = [
        spawn.Process(target=race, args=(url, level, place, CASES, barrier, results)) for place in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    ends = [end for _ in processes for end in results.get(timeout=120 + CASES)]
    for process in processes:
        process.join(timeout=60)
    assert len(ends) == PROCESSES * CASES
    assert {code for _, _, code in ends} <= LOST | {"done"}
    won = Counter((number, name) for number, name, code in ends if code == "done")
    assert set(won.values()) == {1}, "a move was made twice"
    assert {number for number, _ in won} == set(range(CASES))
    tick(Operator(sessions, ADMINISTRATOR, FixedClock(ON)))
    with sessions() as session:
        steps = session.execute(select(func.count()).select_from(t.event)).scalar_one()
        assert steps == CASES + len(won)
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
        assert recompute(Context(session, ADMINISTRATOR)).differences == ()
