"""Published figures as their room verifies them: of one agency or all, and untouched by a case that is erased."""

import pytest
import rows as t
from audited import unguarded
from office import ADMIN
from sqlalchemy import select, update

from disclosure.workflow import CaseRow, Context, IntegrityFault, Verified, freeze, set_profile
from disclosure.workflow.reports import owner

CASE = CaseRow(1, "default", "A-1")
WHOLE = Verified({"published": 1}, ())


@pytest.fixture
def session(sessions, clock):
    """Figures of one year, published twice by one agency and once by another."""
    with sessions() as found, found.begin():
        set_profile(Context(found, ADMIN, agency="county", clock=clock), {"name": "county"})
        for agency in ("default", "county", "default"):
            freeze(Context(found, ADMIN, agency=agency, clock=clock), 2023)
        yield found


def alter(session, of, **values):
    where = (t.frozen.c.agency == of, t.frozen.c.revision == 1)
    with unguarded(session.connection()):
        session.execute(update(t.frozen).where(*where).values(values))


def test_every_revision_is_verified_of_one_agency_or_of_all(session):
    connection = session.connection()
    assert owner.verify(connection, None) == Verified({"published": 3}, ())
    assert owner.verify(connection, "default") == Verified({"published": 2}, ())
    assert owner.verify(connection, "county") == WHOLE
    assert owner.verify(connection, "nobody") == Verified({"published": 0}, ())


@pytest.mark.parametrize("values", [{"figures": "{}"}, {"places": "{1}"}, {"year": 2022}, {"hash": "0" * 64}])
def test_what_was_altered_is_named_with_its_agency_year_and_revision(session, values):
    alter(session, "default", **values)
    year = values.get("year", 2023)
    faults = (IntegrityFault("figures_altered", f"default {year}", 1),)
    assert owner.verify(session.connection(), None) == Verified({"published": 3}, faults)
    assert owner.verify(session.connection(), "county") == WHOLE


def test_figures_given_to_another_agency_are_found(session):
    alter(session, "county", agency="city")
    (fault,) = owner.verify(session.connection(), None).faults
    assert fault.where == "city 2023"


def test_a_case_that_is_erased_or_moves_leaves_what_was_published(session):
    before = session.execute(select(t.frozen)).all()
    owner.erase(Context(session, ADMIN), CASE)
    owner.follow(session.connection(), CASE)
    owner.follow(session.connection(), None)
    assert session.execute(select(t.frozen)).all() == before
