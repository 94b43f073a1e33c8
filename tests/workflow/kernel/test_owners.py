"""A host's owner of tables: erased, followed and audited with the cases, and on record for those who lack it."""

from datetime import date

import pytest
import rows as t
from erasing import SECOND, erased
from office import ADMIN, CLERK
from sqlalchemy import select

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import NotPermitted, SetupError
from disclosure.workflow import (
    ADMINISTRATOR,
    CaseRow,
    Context,
    Holding,
    IntegrityFault,
    Verified,
    erase,
    forget_owner,
    register_owner,
    verify,
)
from disclosure.workflow.kernel import owners

ON = date(2024, 3, 1)


@pytest.fixture
def closed(work):
    work("A-1", ("submit", ON), ("withdraw", ON, {"reason": "不要了"}), ("close", ON))
    work("A-2", ("submit", ON))


class Visits:
    """A host's table of visits, kept beside the cases."""

    def __init__(self):
        self.erased, self.followed = [], []

    def holdings(self, context, case):
        return (Holding("oa_visit", 2, "来访登记"),)

    def erase(self, context, case):
        self.erased.append((case, context.actor.user_id))

    def verify(self, connection, agency):
        faults = (
            IntegrityFault("visit_gone", "A-1", message="来访登记少了一条"),
            IntegrityFault("visit_late", "A-2", 3),
        )
        return Verified({"visits": 4, "cases": 99}, faults)

    def follow(self, connection, case):
        self.followed.append(case)


@pytest.fixture
def visits():
    found = Visits()
    register_owner(found)
    register_owner(found)
    yield found
    owners.remove_owner(found)


def test_a_host_s_own_rows_are_erased_with_the_case(closed, sessions, visits):
    done = erased(sessions, "A-1")
    assert [(item.words, item.rows) for item in done.items if item.table == "oa_visit"] == [("来访登记", 2)]
    assert visits.erased == [(CaseRow(1, "default", "A-1"), SECOND.user_id)]


def test_a_host_s_owner_follows_each_move(work, visits):
    work("A-1", ("submit", ON), ("accept", ON))
    assert visits.followed == [CaseRow(1, "default", "A-1")] * 2


def test_a_host_s_rows_are_audited_beside_ours(closed, sessions, visits):
    with sessions() as session:
        found = verify(Context(session, ADMINISTRATOR))
    assert (found.cases, found.others) == (2, {"visits": 4, "cases": 99})
    assert [describe(item.remark) for item in found.faults] == [
        "来访登记少了一条",
        "A-2：其他系统的记录与登记时不一致（visit_late）",
    ]


def test_a_process_that_lacks_an_owner_on_record_erases_nothing_and_the_audit_says_so(closed, work, sessions, visits):
    work("A-3", ("submit", ON), ("accept", ON))
    owners.remove_owner(visits)
    name = owners.name_of(visits)
    with sessions() as session, pytest.raises(SetupError) as caught:
        erase(Context(session, ADMIN), "A-1")
    assert (caught.value.code, caught.value.fields["owners"]) == ("owner_missing", name)
    with sessions() as session, session.begin():
        assert all(session.execute(select(t.private.c.payload)).scalars())
        assert [item.where for item in verify(Context(session, ADMINISTRATOR)).faults] == [name]
        with pytest.raises(NotPermitted):
            forget_owner(Context(session, CLERK), name)
        forget_owner(Context(session, ADMIN), name)
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
        with pytest.raises(SetupError, match="owner_unknown"):
            forget_owner(Context(session, ADMIN), name)
    assert erased(sessions, "A-1").case == "A-1"


def test_an_owner_is_put_on_record_once_and_again_when_it_comes_back(closed, work, sessions, visits):
    def noted():
        with sessions() as session:
            return session.execute(select(t.config.c.name, t.config.c.value).where(t.config.c.topic == "owner")).all()

    name = owners.name_of(visits)
    work("A-3", ("submit", ON), ("accept", ON))
    assert noted() == [(name, "registered")]
    with sessions() as session, session.begin():
        forget_owner(Context(session, ADMIN), name)
    work("A-3", ("withdraw", ON, {"reason": "不要了"}))
    assert [value for _, value in noted()] == ["registered", "gone", "registered"]


def test_an_owner_goes_by_its_own_name_or_by_that_of_its_module_or_class():
    class Named(Visits):
        name = "oa.visits"

    assert owners.name_of(Named()) == "oa.visits"
    assert owners.name_of(owners) == "disclosure.workflow.kernel.owners"
    assert owners.name_of(Visits()) == owners.name_of(Visits) == f"{__name__}.Visits"


def test_an_owner_that_cannot_verify_is_refused():
    class Careless:
        def erase(self, context, case): ...

    with pytest.raises(TypeError, match="holdings, verify, follow"):
        register_owner(Careless())
