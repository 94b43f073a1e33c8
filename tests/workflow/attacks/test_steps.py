"""Random steps on a register in any order: what is refused leaves no trace, and every chain and figure holds in the end.

Short: 3,400 steps, beside the 1,600 of the verbs in ``approvals/test_machine.py``. Long, by hand:
``python tests/support/long_runs.py RESULTS steps steps-postgresql``.
"""

import steps
from sqlalchemy.orm import sessionmaker

STEPS = {"sqlite": 2_400, "postgresql": 1_000}


def test_random_steps_leave_a_register_in_which_everything_holds(engine):
    wanted = STEPS[engine.dialect.name]
    found = steps.run(sessionmaker(engine), wanted)
    assert found["faults"] == 0
    assert found["steps"] >= wanted
    assert found["moves"] > wanted // 50, "hardly anything has been done"
