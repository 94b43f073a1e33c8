"""An approval is bound to the text that its signer has read: one that was changed since is not signed unseen."""

from datetime import date

import pytest
import rows as t
from approvals import Office, person
from office import ADMIN
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import SheetRefused
from disclosure.workflow import Context, StandIn, appoint, drafts, preview_verb, show_sheet, sign

DAY = date(2024, 3, 5)
OTHER = {"answer": "O01", "delivery": "post"}


@pytest.fixture
def office(sessions):
    office = Office(sessions).accept()
    office.propose()
    return office


def look(office, user, question=show_sheet, *about):
    with office.sessions() as session, session.begin():
        return question(Context(session, person(user), **office.shared), *(about or ("A-1#1",)))


def refused(office, user, **data):
    with pytest.raises(SheetRefused) as caught:
        office.do(user, "approve", **data)
    assert caught.value.code == "content_changed"
    return describe(caught.value)


def test_a_text_that_was_changed_after_it_was_read_is_not_approved_unseen(office):
    look(office, "u2")
    office.edit("u1", "A-1#1", OTHER)
    told = refused(office, "u2")
    assert "张三" in told
    look(office, "u2")
    assert office.do("u2", "approve").waiting_for == ("王五",)
    refused(office, "u3")


def test_each_change_has_to_be_read_anew_also_by_who_has_signed_before(office):
    office.edit("u1", "A-1#1", OTHER)
    look(office, "u2")
    office.do("u2", "approve")
    office.edit("u1", "A-1#1", {**OTHER, "delivery": "email"})
    refused(office, "u2")
    look(office, "u2")
    office.do("u2", "approve")


def test_a_first_text_is_approved_by_who_has_it_from_elsewhere(office):
    assert office.do("u2", "approve").waiting_for == ("王五",)
    with office.sessions() as session:
        assert session.execute(select(t.shown)).all() == []


def test_who_names_the_text_signs_it_without_having_been_shown_it_here(office):
    before = look(office, "u1").content
    done = office.edit("u1", "A-1#1", OTHER)
    refused(office, "u2", content=before)
    assert office.do("u2", "approve", content=done.content).waiting_for == ("王五",)


def test_the_eyes_of_a_stand_in_are_not_those_of_the_principal(office):
    with office.sessions() as session, session.begin():
        appoint(Context(session, ADMIN, clock=office.clock), StandIn("u3", "u2", DAY, DAY))
    office.edit("u1", "A-1#1", OTHER)
    look(office, "u2")
    office.do("u2", "approve")
    office.edit("u1", "A-1#1", {**OTHER, "delivery": "email"})
    look(office, "u3")
    refused(office, "u2")
    look(office, "u2")
    office.do("u2", "approve")
    assert office.do("u2", "approve").status == "done"


def test_the_printed_form_shows_the_text_too(office):
    office.edit("u1", "A-1#1", OTHER)
    look(office, "u2", drafts, "A-1", None, "approval_form")
    assert office.do("u2", "approve").waiting_for == ("王五",)


def test_who_marks_a_sheet_as_read_has_not_been_shown_it(office):
    office.edit("u1", "A-1#1", OTHER)
    office.do("u2", "read")
    refused(office, "u2")
    look(office, "u2")
    assert office.do("u2", "approve").waiting_for == ("王五",)


def test_a_preview_is_refused_as_the_approval_would_be(office):
    office.edit("u1", "A-1#1", OTHER)
    with pytest.raises(SheetRefused) as caught:
        office.ask(preview_verb, "u2", "A-1#1", "approve")
    assert "张三" in describe(caught.value)
    look(office, "u2")
    assert office.ask(preview_verb, "u2", "A-1#1", "approve").waiting_for == ("王五",)


def test_a_record_of_the_past_tells_of_papers_that_were_read(office):
    office.edit("u1", "A-1#1", OTHER)
    with office.sessions() as session, session.begin():
        past = Context(session, ADMIN, by=person("u2"), day=DAY, past=True, clock=office.clock)
        assert sign(past, "A-1#1", "approve").waiting_for == ("王五",)


def test_on_a_connection_that_cannot_write_a_sheet_is_shown_and_not_signed_for_it(office, tmp_path):
    office.edit("u1", "A-1#1", OTHER)
    file = tmp_path / "copy.db"
    with office.sessions() as session:
        raw = session.connection().connection
        if session.connection().dialect.name != "sqlite":
            pytest.skip("a read-only connection to a copy of the file")
        raw.execute(f"VACUUM INTO '{file}'")
    engine = create_engine(f"sqlite:///file:{file}?mode=ro&uri=true", hide_parameters=True)
    with Session(engine) as session:
        shown = show_sheet(Context(session, person("u2"), **office.shared), "A-1#1")
    engine.dispose()
    assert shown.revision == 2
    refused(office, "u2")
