"""Agencies: known from when their particulars are set, named by their code until then."""

import pytest
from office import ADMIN, CLERK

from disclosure.notifications.documents.agency import Agency
from disclosure.states.errors import BadData, NotPermitted, SetupError
from disclosure.workflow import Context, set_profile
from disclosure.workflow.kernel.agencies import agency_name, agency_names, profile
from disclosure.workflow.kernel.registered import is_registered


def put(sessions, fields, agency="county", actor=ADMIN):
    with sessions() as session, session.begin():
        return set_profile(Context(session, actor, agency=agency), fields)


def test_an_agency_is_registered_by_its_name_and_the_default_one_always(sessions):
    with sessions() as session:
        assert is_registered(session.connection(), "default")
        assert not is_registered(session.connection(), "county")
    for nothing in ({}, {"phone": "0000-1"}, {"name": " "}):
        with pytest.raises(SetupError, match="unknown_agency"):
            put(sessions, nothing)
    put(sessions, {"name": "望湖县"})
    with sessions() as session:
        assert is_registered(session.connection(), "county")
        assert not is_registered(session.connection(), "count")


def test_fields_are_laid_over_those_there_are_and_other_agencies_keep_theirs(sessions):
    put(sessions, {"name": "望湖县", "phone": "0000-1"})
    put(sessions, {"name": "湖城市"}, agency="city")
    assert put(sessions, {"phone": "0000-2"}) == Agency(name="望湖县", phone="0000-2")
    with sessions() as session:
        of = {code: profile(Context(session, CLERK, agency=code)) for code in ("county", "city", "default")}
    assert of == {"county": Agency("望湖县", phone="0000-2"), "city": Agency("湖城市"), "default": Agency()}


def test_an_agency_without_a_name_goes_by_its_code_and_the_only_one_by_nothing(sessions):
    put(sessions, {"name": "望湖县"})
    put(sessions, {"name": ""})
    put(sessions, {"name": "湖城市"}, agency="city")
    with sessions() as session:
        connection = session.connection()
        assert [agency_name(connection, code) for code in ("county", "city", "default")] == ["county", "湖城市", ""]
        assert list(agency_names(connection).items()) == [("city", "湖城市"), ("county", "county")]


def test_every_fault_is_told_at_once_and_nothing_is_stored(sessions):
    with pytest.raises(BadData) as refused:
        put(sessions, {"nmae": "望湖县", "kind": "kingdom", "phone": "0000-1"})
    faults = {item["field"]: item for item in refused.value.faults}
    assert set(faults) == {"nmae", "agency_kind"}
    assert faults["nmae"]["nearest"] == "name"
    assert faults["agency_kind"]["value"] == "kingdom"
    with sessions() as session:
        assert not is_registered(session.connection(), "county")


def test_only_an_administrator_sets_particulars(sessions):
    with pytest.raises(NotPermitted):
        put(sessions, {"name": "望湖县"}, actor=CLERK)
