"""Erasure: first the list, then the act by another person, of archived cases only, and by who may."""

from datetime import date

import pytest
import rows as t
from approvals import directory_text
from erasing import LATER, SECOND, set_retention
from office import ADMIN, CLERK
from sqlalchemy import select

from disclosure.states.errors import DisclosureError, NotPermitted, SetupError, UnknownCase
from disclosure.workflow import (
    ADMINISTRATOR,
    Actor,
    Context,
    FixedClock,
    RoleAuthorizer,
    SystemClock,
    erase,
    list_erasure,
    set_directory,
    show,
    verify,
)
from disclosure.workflow.kernel.context import StatedDay, entered_at, stamp

ON = date(2024, 3, 1)


@pytest.fixture
def closed(work):
    work("A-1", ("submit", ON), ("withdraw", ON, {"reason": "不要了"}), ("close", ON))
    work("A-2", ("submit", ON))


def at(session, actor, on=LATER):
    return Context(session, actor, clock=FixedClock(on))


def code(sessions, verb, actor, number="A-1", on=LATER):
    """What a verb is refused with; empty where it is done, and then it is committed."""
    try:
        with sessions() as session, session.begin():
            verb(at(session, actor, on), number)
    except DisclosureError as error:
        return error.code
    return ""


def test_only_an_archived_case_is_erased(closed, sessions):
    set_retention(sessions)
    for verb in (list_erasure, erase):
        with sessions() as session, pytest.raises(SetupError) as caught:
            verb(at(session, ADMIN), "A-2")
        assert caught.value.code == "not_archived"
        with sessions() as session, pytest.raises(UnknownCase):
            verb(at(session, ADMIN), "A-9")


def test_who_may_not_erase_neither_lists_nor_erases(closed, sessions):
    set_retention(sessions)
    for verb in (list_erasure, erase):
        with sessions() as session, session.begin(), pytest.raises(NotPermitted):
            verb(at(session, CLERK), "A-1")
    with sessions() as session:
        assert all(session.execute(select(t.private.c.payload)).scalars())
        assert session.execute(select(t.erasure)).all() == []


def test_a_list_is_recorded_and_takes_nothing_away(closed, sessions):
    set_retention(sessions)
    with sessions() as session, session.begin():
        found = list_erasure(at(session, ADMIN), "A-1")
    assert {item.table: item.rows for item in found.items} == {"dsc_outbox": 3, "dsc_pair": 13, "dsc_private": 2}
    assert (found.by, found.on, found.left) == ("root", LATER, 0)
    with sessions() as session:
        assert all(session.execute(select(t.private.c.payload)).scalars())
        (link,) = session.execute(select(t.erasure)).all()
    assert (link.act, link.user_id, link.list_hash) == ("listed", "root", found.hash)


def test_nothing_is_erased_without_a_list_nor_twice_by_one(closed, sessions):
    set_retention(sessions)
    assert code(sessions, erase, ADMIN) == "not_listed"
    assert code(sessions, list_erasure, ADMIN) == ""
    assert code(sessions, erase, ADMIN) == ""  # nobody is on record here
    assert code(sessions, erase, ADMIN) == "not_listed"


def test_where_people_are_on_record_another_than_who_listed_erases(closed, sessions):
    set_retention(sessions)
    with sessions() as session, session.begin():
        set_directory(Context(session, ADMIN), directory_text())
    assert code(sessions, list_erasure, ADMIN) == ""
    assert code(sessions, erase, ADMIN) == "lister_erases"
    assert code(sessions, erase, SECOND) == ""


def test_a_case_that_has_changed_is_listed_again(closed, sessions, work):
    set_retention(sessions)
    assert code(sessions, list_erasure, ADMIN) == ""
    work("A-1", ("amend", ON, {"seq": 2, "reason": "写错了", "data": {"reason": "另有原因"}}))
    assert code(sessions, erase, SECOND) == "changed_since_listed"
    assert code(sessions, list_erasure, ADMIN) == ""
    assert code(sessions, erase, SECOND) == ""


def test_an_erased_case_is_shown_and_its_chain_stays_whole(closed, sessions):
    set_retention(sessions)
    assert code(sessions, list_erasure, ADMIN) == code(sessions, erase, SECOND) == ""
    with sessions() as session:
        context = Context(session, ADMINISTRATOR)
        found = show(context, "A-1", LATER, unmasked=True)
        assert found.ground == found.applicant["name"] == "（已按保存期限删除）"
        audit = verify(context)
    assert (audit.erasures, audit.faults) == (2, ())


ARCHIVIST = Actor(user_id="da1", name="档案员", department="办公室", roles=("archivist",))
ROLES = RoleAuthorizer({"archivist": ("see_all", "erase"), "administrator": ("see_all", "erase", "administer")})


@pytest.mark.parametrize("verb", [list_erasure, erase])
def test_a_stated_day_makes_no_retention_pass_but_for_who_could_shorten_it(closed, sessions, verb):
    set_retention(sessions)
    assert code(sessions, list_erasure, ADMIN) == ""

    def on(actor, clock):
        return Context(session, actor, clock=clock, authorizer=ROLES)

    with sessions() as session:
        with pytest.raises(NotPermitted) as caught:
            verb(on(ARCHIVIST, StatedDay(LATER)), "A-1")
        assert caught.value.code == "day_stated"
        with pytest.raises(SetupError) as running:
            verb(on(ARCHIVIST, FixedClock(ON)), "A-1")
        assert running.value.code == "retention_running"
        assert verb(on(ARCHIVIST, FixedClock(LATER)), "A-1").case == "A-1"
        session.rollback()
        assert verb(on(SECOND, StatedDay(LATER)), "A-1").case == "A-1"
        session.rollback()


def test_an_erasure_on_a_stated_day_holds_the_real_moment(closed, sessions):
    set_retention(sessions)
    before = stamp(SystemClock())
    with sessions() as session, session.begin():
        list_erasure(Context(session, ADMIN, clock=StatedDay(LATER)), "A-1")
        (actor,) = session.execute(select(t.erasure.c.actor)).scalars()
    assert before <= entered_at(actor) <= stamp(SystemClock())
