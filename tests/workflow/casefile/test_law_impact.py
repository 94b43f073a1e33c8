"""What another law would change for open cases, before it is in force; nothing is written."""

from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from office import ADMIN, CLERK
from sqlalchemy import func, select

import disclosure.states.law
from disclosure.states.errors import BadData, NotPermitted
from disclosure.workflow import Context
from disclosure.workflow.casefile.law_impact import law_impact
from disclosure.workflow.kernel.tables import cases as t

ON = date(2024, 3, 1)
OWN = Path(str(resources.files(disclosure.states.law)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A law under which replies have thirty working days since 2019, and nothing else differs."""
    place = tmp_path / "law"
    place.mkdir()
    text = (OWN / "periods.toml").read_text("utf-8")
    before, after = text.split("[[reply.versions]]\nsince = 2019-05-15\nlength = 20\n")
    (place / "periods.toml").write_text(
        f"{before}[[reply.versions]]\nsince = 2019-05-15\nlength = 30\n{after}", "utf-8"
    )
    return place


@pytest.fixture
def cases(work) -> None:
    """One open case, one that waits for a correction, one that is done."""
    work("A-1", ("submit", ON), ("accept", ON))
    asked = {"items": ["文号"], "due_on": "2024-03-20"}
    served = ("serve", date(2024, 3, 5), {"of": "correction"})
    work("A-2", ("submit", ON), ("request_correction", date(2024, 3, 5), asked), served)
    work("A-3", ("submit", ON), ("reply", ON, {"answer": "O02", "delivery": "post"}))


def test_open_cases_are_listed_with_their_days_and_papers(cases, sessions, folder):
    with sessions() as session:
        found = law_impact(Context(session, ADMIN), folder)
    assert [item.case for item in found] == ["A-1", "A-2"]
    (reply,) = found[0].periods
    assert (reply.rule, reply.old_due_on, reply.new_due_on) == ("reply", date(2024, 3, 29), date(2024, 4, 15))
    assert [(paper.paper, paper.seq) for paper in found[0].papers] == [("receipt", 1)]
    assert {item.error for item in found} == {None}


def test_the_law_in_force_changes_nothing(cases, sessions, tmp_path):
    with sessions() as session:
        assert law_impact(Context(session, ADMIN), tmp_path) == []


def test_nothing_is_written_and_the_law_in_force_stays(cases, sessions, folder):
    with sessions() as session:
        before = session.execute(select(t.case)).all()
        law_impact(Context(session, ADMIN), folder)
        assert session.execute(select(t.case)).all() == before
        assert session.execute(select(func.count()).select_from(t.event)).scalar_one() == 7
        assert law_impact(Context(session, ADMIN), folder)[0].periods[0].old_due_on == date(2024, 3, 29)


def test_a_case_that_the_other_law_does_not_know_is_told_with_the_reason(cases, sessions, folder):
    text = (OWN / "receipt.toml").read_text("utf-8")
    (folder / "receipt.toml").write_text(text.replace("since = 2008-05-01", "since = 2024-06-01", 1), "utf-8")
    with sessions() as session:
        found = law_impact(Context(session, ADMIN), folder)
    assert [item.case for item in found if item.error] == ["A-1", "A-2"]


def test_files_with_faults_are_refused_with_every_fault(cases, sessions, folder):
    path = folder / "periods.toml"
    path.write_text(path.read_text("utf-8").replace("length = 30", "length = 0"), "utf-8")
    (folder / "outcomes.toml").write_text("O01 = 7\n", "utf-8")
    with sessions() as session, pytest.raises(BadData) as refused:
        law_impact(Context(session, ADMIN), folder)
    assert {(fault["origin"], fault["problem"]) for fault in refused.value.faults} >= {
        ("periods.toml", "out_of_range"),
        ("outcomes.toml", "not_an_object"),
    }


def test_only_who_may_configure_may_ask(cases, sessions, folder):
    with sessions() as session, pytest.raises(NotPermitted):
        law_impact(Context(session, CLERK), folder)
