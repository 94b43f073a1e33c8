"""Eight processes on the same sheets of one PostgreSQL: each thing is done once, and nothing is lost."""

import multiprocessing

import rows as t
from approvals import Office, procedure_text
from racing import SHEETS, SIGNERS, propose_once, sign_all
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, verify


def test_eight_processes_on_the_same_sheets_have_one_winner_each(postgresql_engine):
    office = Office(
        sessionmaker(postgresql_engine), text=procedure_text("check legal_reviewer any 10", "leader leader any 10")
    )
    for number in range(SHEETS):
        office.accept(f"A-{number}")
        office.propose(case=f"A-{number}")
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(len(SIGNERS)), spawn.Queue()
    url = postgresql_engine.url.render_as_string(hide_password=False)
    processes = [spawn.Process(target=sign_all, args=(url, place, barrier, results)) for place in range(len(SIGNERS))]
    for process in processes:
        process.start()
    ends = [results.get(timeout=120) for _ in range(len(SIGNERS) * SHEETS)]
    for process in processes:
        process.join(timeout=60)
    assert [process.exitcode for process in processes] == [0] * len(processes)
    for number in range(SHEETS):
        of_sheet = [end for end in ends if end[0] == f"A-{number}#1"]
        assert len([end for end in of_sheet if end[3] == "done"]) == 1, of_sheet
        assert {end[3] for end in of_sheet} <= {"done", "conflict", "task_gone", "sheet_status"}
        for end in of_sheet:
            if end[3] in ("task_gone", "sheet_status"):
                assert end[4]["by"] in ("赵六", "钱七"), "the loser is not told who"
                assert end[4]["at"], "the loser is not told when"
    with office.sessions() as session:
        done = select(func.count()).where(t.action.c.verb.in_(("approve", "return")))
        assert session.execute(done).scalar_one() == SHEETS
        assert verify(Context(session, ADMINISTRATOR)).faults == ()


def test_eight_processes_propose_the_same_matter_and_one_sheet_is_opened(postgresql_engine):
    office = Office(sessionmaker(postgresql_engine)).accept()
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(8), spawn.Queue()
    url = postgresql_engine.url.render_as_string(hide_password=False)
    processes = [spawn.Process(target=propose_once, args=(url, place, barrier, results)) for place in range(8)]
    for process in processes:
        process.start()
    ends = sorted(results.get(timeout=120) for _ in processes)
    for process in processes:
        process.join(timeout=60)
    assert ends.count("done") == 1, ends
    assert set(ends) <= {"done", "conflict", "sheet_open"}
    with office.sessions() as session:
        assert session.execute(select(func.count()).select_from(t.sheet)).scalar_one() == 1
