"""An approval is bound to the text that its signer has read: one that was changed since is not signed unseen."""

from datetime import date

import pytest
import rows as t
from approvals import Office, person
from office import ADMIN
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import SheetRefused
from disclosure.workflow import Context, FixedClock, StandIn, appoint, drafts, move, preview_verb, show_sheet, sign

DAY = date(2024, 3, 5)
OTHER = {"answer": "O01", "delivery": "post", "ground": "本局网站“政务公开”栏目"}


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


def test_on_a_connection_that_cannot_write_a_sheet_is_shown_and_not_signed_for_it(sqlite_engine, tmp_path):
    office = Office(sessionmaker(sqlite_engine)).accept()
    office.propose()
    office.edit("u1", "A-1#1", OTHER)
    file = tmp_path / "copy.db"
    with office.sessions() as session:
        session.connection().connection.execute(f"VACUUM INTO '{file}'")
    engine = create_engine(f"sqlite:///file:{file}?mode=ro&uri=true", hide_parameters=True)
    with Session(engine) as session:
        shown = show_sheet(Context(session, person("u2"), **office.shared), "A-1#1")
    engine.dispose()
    assert shown.revision == 2
    refused(office, "u2")


def replaced(office):
    """Another decision under the same case, after ``u2`` has read the first, which was voided."""
    look(office, "u2")
    office.do("u1", "void")
    return office.propose(data=OTHER)


def test_another_sheet_of_the_case_is_not_approved_unseen_under_the_name_of_the_case(office):
    assert replaced(office).sheet == "A-1#2"
    told = refused(office, "u2")
    assert "A-1#2" in told and "查看" in told
    with pytest.raises(SheetRefused) as caught:
        office.ask(preview_verb, "u2", "A-1", "approve")
    assert caught.value.code == "content_changed"
    look(office, "u2", show_sheet, "A-1")
    assert office.do("u2", "approve").waiting_for == ("王五",)


def test_who_names_the_number_or_the_text_of_a_later_sheet_means_it(office):
    done = replaced(office)
    assert office.do("u2", "approve", sheet="A-1#2").waiting_for == ("王五",)
    assert office.do("u3", "approve", content=done.content).status == "done"


def test_a_later_sheet_that_was_changed_is_read_whatever_it_is_called(office):
    replaced(office)
    office.edit("u1", "A-1#2", {**OTHER, "delivery": "email"})
    with pytest.raises(SheetRefused) as caught:
        office.do("u2", "approve", sheet="A-1#2")
    assert caught.value.code == "content_changed"


def test_the_printed_form_shows_a_later_sheet_too(office):
    replaced(office)
    look(office, "u2", drafts, "A-1", None, "approval_form")
    assert office.do("u2", "approve").waiting_for == ("王五",)


def test_who_marks_a_later_sheet_as_read_has_not_been_shown_it(office):
    replaced(office)
    office.do("u2", "read")
    refused(office, "u2")
    look(office, "u2", show_sheet, "A-1")
    assert office.do("u2", "approve").waiting_for == ("王五",)


def amended(office, **change):
    office.make("u1", "A-1", "amend", {"seq": 1, "data": change or {"information": "另一信息"}, "reason": "写错"})


def stale(office, user, **data):
    with pytest.raises(SheetRefused) as caught:
        office.do(user, "approve", **data)
    assert caught.value.code == "case_amended"
    return describe(caught.value)


def test_a_draft_of_before_an_amendment_is_not_signed_by_who_has_not_looked_again(office):
    look(office, "u3")
    office.do("u2", "approve")
    amended(office)
    assert "更正" in stale(office, "u3")
    stale(office, "u3", content=look(office, "u1").content)
    look(office, "u3")
    assert office.do("u3", "approve").status == "done"


def test_each_amendment_is_to_be_seen(office):
    amended(office)
    look(office, "u2", drafts, "A-1", None, "approval_form")
    amended(office, information="第三信息")
    stale(office, "u2")
    look(office, "u2")
    assert office.do("u2", "approve").waiting_for == ("王五",)


def test_a_text_that_was_written_after_the_amendment_knows_of_it(office):
    amended(office)
    done = office.edit("u1", "A-1#1", OTHER)
    refused(office, "u2")
    assert office.do("u2", "approve", content=done.content).waiting_for == ("王五",)
    office.do("u1", "void")
    office.propose()
    assert office.do("u2", "approve", sheet="A-1#2").waiting_for == ("王五",)


def test_what_no_text_tells_makes_no_draft_stale(office):
    with office.sessions() as session, session.begin():
        change = {"seq": 1, "data": {"department": "业务科"}, "reason": "误"}
        move(Context(session, ADMIN, clock=office.clock), "A-1", "amend", change)
    assert office.do("u2", "approve").waiting_for == ("王五",)


def test_a_day_that_is_stated_hides_no_amendment(office):
    office.clock.moment = FixedClock(date(2024, 3, 4)).moment
    amended(office)
    office.clock.moment = FixedClock(DAY).moment
    stale(office, "u2")
