"""Eight processes on the same sheets of one PostgreSQL: each thing is done once, and nothing is lost."""

import pytest
import racing
import rows as t
from approvals import Office, procedure_text
from forked import FORKS, LEVELS, outcome
from racing import SHEETS
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, verify

pytestmark = [FORKS, pytest.mark.parametrize("level", LEVELS)]


def ends_of(engine, level, what):
    return outcome(racing, engine.url.render_as_string(hide_password=False), level, what)


def test_eight_processes_on_the_same_sheets_have_one_winner_each(postgresql_engine, level):
    office = Office(
        sessionmaker(postgresql_engine), text=procedure_text("check legal_reviewer any 10", "leader leader any 10")
    )
    for number in range(SHEETS):
        office.accept(f"A-{number}")
        office.propose(case=f"A-{number}")
    ends = ends_of(postgresql_engine, level, "sign")
    for number in range(SHEETS):
        of_sheet = [end for end in ends if end["of"] == number]
        assert len(of_sheet) == 8
        assert len([end for end in of_sheet if end["code"] == "done"]) == 1, of_sheet
        assert {end["code"] for end in of_sheet} <= {"done", "conflict", "task_gone", "sheet_status"}
        for end in of_sheet:
            if end["code"] in ("task_gone", "sheet_status"):
                assert end["by"] in ("赵六", "钱七"), "the loser is not told who"
                assert end["at"], "the loser is not told when"
    with office.sessions() as session:
        done = select(func.count()).where(t.action.c.verb.in_(("approve", "return")))
        assert session.execute(done).scalar_one() == SHEETS
        assert verify(Context(session, ADMINISTRATOR)).faults == ()


def test_eight_processes_propose_the_same_matter_and_one_sheet_is_opened(postgresql_engine, level):
    office = Office(sessionmaker(postgresql_engine)).accept()
    ends = [end["code"] for end in ends_of(postgresql_engine, level, "propose")]
    assert (len(ends), ends.count("done")) == (8, 1), ends
    assert set(ends) <= {"done", "conflict", "sheet_open"}
    with office.sessions() as session:
        assert session.execute(select(func.count()).select_from(t.sheet)).scalar_one() == 1
