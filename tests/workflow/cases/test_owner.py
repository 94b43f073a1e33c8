"""The chain of a case proves itself: whatever is altered, removed or cut off is found."""

from datetime import date

import pytest
import rows as t
from audited import checkpointed, faults, tamper
from erasing import erased
from sqlalchemy import delete, update

from disclosure.workflow.cases.owner import verify

ON = date(2024, 3, 1)


@pytest.fixture
def office(sessions, work, clock):
    return checkpointed(sessions, work, clock, ON)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("on_date", date(2024, 2, 1)),
        ("data", '{"outcome":"partial"}'),
        ("actor", '{"user_id":"x"}'),
        ("move", "serve"),
        ("recorded_at", "2024-01-01T00:00:00.000+00:00"),
        ("hash", "0" * 64),
        ("live", 0),
    ],
)
def test_an_altered_step_is_found(office, column, value):
    case = t.event.c.case_id == 1
    tamper(office, update(t.event).where(case, t.event.c.seq == 2).values({column: value}))
    assert ("step_altered", "A-1") in faults(office)


def test_a_step_taken_out_is_found(office):
    tamper(office, delete(t.event).where(t.event.c.case_id == 1, t.event.c.seq == 2))
    assert ("step_missing", "A-1") in faults(office)


def test_steps_cut_off_at_the_end_are_found(office):
    tamper(office, delete(t.event).where(t.event.c.case_id == 2, t.event.c.seq == 3))
    assert ("end_missing", "A-2") in faults(office)


def test_altered_personal_data_are_found_and_erased_ones_are_not_a_fault(office, work, clock):
    tamper(
        office,
        update(t.private)
        .where(t.private.c.case_id == 2, t.private.c.seq == 1)
        .values(payload='{"applicant.name":"别人"}'),
    )
    assert faults(office) == [("private_altered", "A-2")]
    work("A-1", ("close", date(2024, 3, 2)))
    erased(office, "A-1")
    assert faults(office) == [("private_altered", "A-2")]


def test_one_agency_is_verified_without_the_others(office, work):
    work("B-1", ("submit", ON), agency="water")
    tamper(office, update(t.event).where(t.event.c.case_id == 1).values(actor='{"user_id":"x"}'))
    with office() as session:
        connection = session.connection()
        found = {agency: verify(connection, agency) for agency in (None, "default", "water")}
    counted = {agency: (item.counts["cases"], len(item.faults)) for agency, item in found.items()}
    assert counted == {None: (3, 1), "default": (2, 1), "water": (1, 0)}


def test_a_chain_that_broke_is_told_once_at_the_first_step_that_does_not_fit(office):
    tamper(office, update(t.event).where(t.event.c.case_id == 1, t.event.c.seq >= 2).values(actor='{"user_id":"x"}'))
    with office() as session:
        (fault,) = verify(session.connection(), "default").faults
    assert (fault.code, fault.where, fault.seq) == ("step_altered", "A-1", 2)
