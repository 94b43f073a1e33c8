"""A command lives inside the host's transaction, and leaves either everything or nothing."""

import threading
from datetime import date

import pytest
import rows as t
from office import ADMIN, CLERK, SUBMIT
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import (
    BadData,
    Conflict,
    DuplicateCase,
    MoveRefused,
    NotPermitted,
    UnknownCase,
    UnknownMove,
)
from disclosure.workflow import (
    ADMINISTRATOR,
    Actor,
    Context,
    FixedClock,
    MoveRequest,
    Proposal,
    move,
    preview,
    propose,
    show,
    verify,
)
from disclosure.workflow.cases.commands import preview_moves

ON = date(2024, 3, 1)


def rows(session: Session) -> dict[str, int]:
    """How many rows each table holds."""
    return {
        table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (t.case, t.event, t.private, t.outbox, t.remedy, t.idempotency)
    }


def test_nothing_is_kept_until_the_host_commits(sessions):
    with sessions() as session:
        move(Context(session, CLERK), "A-1", "submit", SUBMIT, at=ON)
        session.rollback()
    with sessions() as session:
        assert set(rows(session).values()) == {0}
        move(Context(session, CLERK), "A-1", "submit", SUBMIT, at=ON)
        session.commit()
    with sessions() as session:
        assert rows(session) == {
            "dsc_case": 1,
            "dsc_event": 1,
            "dsc_private": 1,
            "dsc_outbox": 1,
            "dsc_remedy": 0,
            "dsc_idempotency": 0,
        }


def test_a_field_that_was_left_blank_was_not_given(sessions):
    form = SUBMIT | {"applicant": SUBMIT["applicant"] | {"name": " "}, "late_reason": ""}
    with sessions() as session, session.begin():
        move(Context(session, CLERK), "A-1", "submit", form, at=ON)
        move(Context(session, CLERK), "A-1", "accept", {"handler": ""}, at=ON)
        shown = show(Context(session, ADMINISTRATOR), "A-1", ON, unmasked=True)
    assert "name" not in shown.applicant
    assert [step.data for step in shown.history][1] == {}
    assert set(shown.history[0].data) == set(SUBMIT)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (SUBMIT | {"information": " "}, "information"),
        (SUBMIT | {"channel": ""}, "channel"),
        (SUBMIT | {"applicant": {"kind": "", "name": ""}}, "applicant"),
    ],
)
def test_a_field_that_must_be_there_is_missing_when_it_is_blank(sessions, form, field):
    with sessions() as session, pytest.raises(BadData) as refused:
        move(Context(session, CLERK), "A-1", "submit", form, at=ON)
    assert [(item["field"], item["problem"]) for item in refused.value.faults] == [(field, "missing")]


def test_the_hosts_own_rows_share_the_transaction(sessions):
    with sessions() as session:
        move(Context(session, CLERK), "A-1", "submit", SUBMIT, at=ON)
        with pytest.raises(MoveRefused):
            move(Context(session, CLERK), "A-1", "pay", at=ON)
        assert session.in_transaction()
        move(Context(session, CLERK), "A-1", "accept", at=ON)
        session.commit()
    with sessions() as session:
        assert rows(session)["dsc_event"] == 2


@pytest.mark.parametrize("broken", range(1, 9))
def test_a_command_that_fails_at_any_statement_leaves_no_trace_even_if_the_host_commits(
    engine, sessions, work, clock, broken
):
    work("A-1", ("submit", ON), ("accept", ON))
    with sessions() as session:
        before = rows(session)
    seen = []

    def fail(connection, cursor, statement, parameters, context, many):
        if statement.startswith(("INSERT", "UPDATE", "SELECT", "DELETE")):
            seen.append(statement)
            if len(seen) == broken:
                raise OperationalError(statement, parameters, Exception("disk full"))

    with sessions() as session:
        session.connection()
        event.listen(engine, "before_cursor_execute", fail)
        try:
            move(
                Context(session, CLERK, clock=clock),
                "A-1",
                "consult",
                {"id": "c", "with": "third_party", "name": "某公司"},
                at=ON,
                idempotency_key="k",
            )
            failed = False
        except OperationalError:
            failed = True
        finally:
            event.remove(engine, "before_cursor_execute", fail)
        session.commit()
    with sessions() as session:
        assert (rows(session) == before) == failed
        assert failed == (len(seen) >= broken)
        assert verify(Context(session, ADMINISTRATOR)).faults == ()


def test_a_stale_version_is_refused_with_who_did_what(sessions, work):
    first = work("A-1", ("submit", ON))
    work("A-1", ("accept", ON))
    with sessions() as session, pytest.raises(Conflict) as refused:
        move(Context(session, CLERK), "A-1", "accept", at=ON, expected_version=first.version)
    assert refused.value.fields["by"] == "张三"
    assert refused.value.fields["move"] == "accept"


def test_who_may_not_see_a_case_is_not_told_its_version(sessions, work):
    work("A-1", ("submit", ON), ("accept", ON))
    stranger = CLERK.model_copy(update={"user_id": "u7", "department": "业务科"})
    for version in (1, 2):
        with sessions() as session, pytest.raises(NotPermitted):
            move(Context(session, stranger), "A-1", "close", at=ON, expected_version=version)


def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(engine, sessions, work, clock):
    work("A-1", ("submit", ON), ("accept", ON))
    ready, results = threading.Barrier(2), []

    def act(outcome: str) -> None:
        with sessions() as session:
            ready.wait()
            try:
                move(
                    Context(session, CLERK, clock=clock),
                    "A-1",
                    "reply",
                    {"outcome": outcome, "delivery": "post"},
                    at=ON,
                )
                session.commit()
                results.append("won")
            except (Conflict, MoveRefused, OperationalError) as error:
                session.rollback()
                results.append(type(error).__name__)

    threads = [threading.Thread(target=act, args=(outcome,)) for outcome in ("denied_internal", "partial")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("won") == 1
    with sessions() as session:
        assert rows(session)["dsc_event"] == 3
        assert verify(Context(session, ADMINISTRATOR)).faults == ()


def test_two_who_open_the_same_case_at_once_make_one(sessions):
    ready, results = threading.Barrier(2), []

    def act() -> None:
        with sessions() as session:
            ready.wait()
            try:
                move(Context(session, CLERK), "A-1", "submit", SUBMIT, at=ON)
                session.commit()
                results.append("won")
            except (DuplicateCase, Conflict):
                session.rollback()
                results.append("told")

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["told", "won"]


def test_writers_of_different_cases_do_not_wait_for_each_other(postgresql_engine):
    with Session(postgresql_engine) as session:
        for number in ("A-1", "A-2"):
            move(Context(session, CLERK), number, "submit", SUBMIT, at=ON)
        session.commit()
    with Session(postgresql_engine) as first, Session(postgresql_engine) as second:
        move(Context(first, CLERK), "A-1", "accept", at=ON)
        move(Context(second, CLERK), "A-2", "accept", at=ON)
        second.commit()
        first.commit()
    with Session(postgresql_engine) as session:
        assert rows(session)["dsc_event"] == 4


def test_a_repeated_request_gives_the_first_result_and_changes_nothing(sessions, work):
    work("A-1", ("submit", ON))
    results = []
    for _ in range(2):
        with sessions() as session, session.begin():
            results.append(move(Context(session, CLERK), "A-1", "accept", at=ON, idempotency_key="click-1"))
    assert [item.repeated for item in results] == [False, True]
    assert results[0].model_dump(exclude={"repeated"}) == results[1].model_dump(exclude={"repeated"})
    with sessions() as session:
        assert rows(session)["dsc_event"] == 2


def test_a_key_used_for_another_request_is_refused(sessions, work):
    work("A-1", ("submit", ON))
    with sessions() as session, session.begin():
        move(Context(session, CLERK), "A-1", "accept", at=ON, idempotency_key="click-1")
    with sessions() as session, pytest.raises(Conflict):
        move(Context(session, CLERK), "A-1", "withdraw", {"reason": "x"}, at=ON, idempotency_key="click-1")


def test_nobody_may_do_anything_without_a_role(sessions):
    with sessions() as session, pytest.raises(NotPermitted):
        move(Context(session, Actor(user_id="u1")), "A-1", "submit", SUBMIT, at=ON)


def test_unknown_names_are_refused_before_anything_is_read(sessions):
    with sessions() as session:
        with pytest.raises(UnknownMove):
            move(Context(session, CLERK), "A-1", "approve", at=ON)
        with pytest.raises(UnknownCase):
            move(Context(session, CLERK), "A-1", "accept", at=ON)
        with pytest.raises(BadData):
            move(Context(session, CLERK), "A-1", "submit", SUBMIT, at="2024-02-30")


def test_several_moves_are_tried_and_nothing_is_written(sessions, work, clock):
    work("A-1", ("submit", ON), ("accept", ON))
    with sessions() as session:
        before = rows(session)
        asked = {"id": "c", "with": "third_party", "name": "某公司", "served_on": "2024-03-04"}
        steps = [
            MoveRequest("consult", asked, date(2024, 3, 4)),
            MoveRequest("opinion", {"id": "c", "opinion": "agrees"}, date(2024, 3, 11)),
            MoveRequest("amend", {"seq": 1, "at": "2024-02-29", "reason": "x"}, date(2024, 3, 12)),
        ]
        tried = preview_moves(Context(session, ADMINISTRATOR, clock=clock), "A-1", steps)
        session.commit()
        assert rows(session) == before
    assert tried.before.last_period("reply").due_on == date(2024, 3, 29)
    assert tried.after.last_period("reply").due_on == date(2024, 4, 7)
    assert tried.after.state == "accepted"


def test_personal_data_stand_apart_from_history_snapshot_and_outbox(sessions, work):
    work(
        "A-1",
        ("submit", ON),
        ("accept", ON),
        ("consult", ON, {"id": "c", "with": "third_party", "name": "绝密物业公司"}),
    )
    work(
        "A-1",
        (
            "amend",
            date(2024, 3, 2),
            {"seq": 1, "reason": "姓名录错", "data": {"applicant": {"kind": "natural_person", "name": "欧阳大明"}}},
        ),
    )
    with sessions() as session:
        for table in (t.case, t.event, t.outbox, t.idempotency):
            for row in session.execute(select(table)):
                for secret in ("欧阳", "110101199003078888", "13800138000", "滨河路", "绝密物业"):
                    assert secret not in str(tuple(row)), table.name
        shown = show(Context(session.connection(), ADMINISTRATOR), "A-1", ON, unmasked=True)
        assert shown.applicant["name"] == "欧阳大明"


def test_the_session_is_left_as_it_was(sessions, work):
    work("A-1", ("submit", ON))
    with sessions() as session:
        session.info["mine"] = 1
        options = session.connection().get_execution_options()
        move(Context(session, ADMIN), "A-1", "accept", at=ON)
        assert session.connection().get_execution_options() == options
        assert session.in_transaction()
        assert session.info == {"mine": 1}
        session.rollback()


def test_an_answer_that_only_the_ground_told_stays_when_the_ground_is_put_aside(sessions, work):
    told = {"outcome": "unable_not_held", "delivery": "post", "ground": "O12 经检索没有"}
    work("A-1", ("submit", date(2024, 3, 1)))
    with sessions() as session, session.begin():
        with pytest.raises(BadData):  # live work names the answer itself
            move(Context(session, CLERK), "A-1", "reply", told, at=date(2024, 3, 4))
        move(Context(session, ADMINISTRATOR, past=True), "A-1", "reply", told, at=date(2024, 3, 4))
    with sessions() as session:
        kept = session.execute(select(t.event.c.data).where(t.event.c.seq == 2)).scalar_one()
        snapshot = session.execute(select(t.case.c.snapshot)).scalar_one()
    assert '"answer":"O12"' in kept and '"answer":"O12"' in snapshot
    assert "检索" not in kept + snapshot


@pytest.mark.parametrize(
    "changed",
    [{"at": "2024-03-20"}, {"at": "2024-02-29"}, {"data": {"channel": "online"}}],
    ids=["a later day", "an earlier day", "its channel"],
)
def test_a_day_that_was_missed_waits_for_the_head_whoever_amends_it(sessions, work, changed):
    data = {"seq": 1, "reason": "误"} | changed
    work("A-1", ("submit", ON))
    head = Actor(user_id="u2", name="李四", department="公开办", roles=("disclosure_head",))
    recorder = CLERK.model_copy(update={"roles": ("staff", "recorder")})
    late = FixedClock(date(2024, 4, 10))
    with sessions() as session, session.begin():
        with pytest.raises(MoveRefused) as refused:
            move(Context(session, recorder, clock=late, past=True), "A-1", "amend", data)
        assert "2024-03-29" in describe(refused.value)
    for who in (recorder, head):
        with sessions() as session:
            made = move(Context(session, who, clock=late), "A-1", "amend", data)
            assert [(item.code, item.fields) for item in made.warnings] == [("breach_claimed", {"claim": 1})]
            assert show(Context(session, ADMINISTRATOR, clock=late), "A-1").breached_on == date(2024, 3, 30)
            session.rollback()
    with sessions() as session:
        assert show(Context(session, ADMINISTRATOR, clock=late), "A-1").version == 1
        text = {"seq": 1, "reason": "误", "data": {"information": "全文"}}
        move(Context(session, CLERK, clock=late), "A-1", "amend", text)
        session.rollback()
        move(Context(session, CLERK, clock=FixedClock(date(2024, 3, 29))), "A-1", "amend", data)


@pytest.mark.parametrize("past", [False, True])
@pytest.mark.parametrize(
    "value",
    [b"%PDF", {"a"}, object(), float("nan"), {"x": [b""]}],
    ids=["bytes", "set", "object", "no number", "bytes inside"],
)
def test_what_is_no_json_is_refused_as_data_with_its_field_and_changes_nothing(sessions, past, value):
    with sessions() as session, session.begin():
        context = Context(session, ADMIN, clock=FixedClock(date(2024, 3, 5)), past=past)
        move(context, "A-1", "submit", SUBMIT)
        data = {"reason": "不要了", "scan": value}
        wanted = MoveRequest("withdraw", data)
        for work in (
            lambda: move(context, "A-1", "withdraw", data),
            lambda: preview(context, "A-1", wanted),
            lambda: propose(context, "A-1", Proposal(move="withdraw", data=data)),
        ):
            with pytest.raises(BadData) as refused:
                work()
            (fault,) = refused.value.faults
            assert (str(fault["field"]).partition(".")[0], fault["problem"]) == ("scan", "not_json_value")
        assert [item.move for item in show(context, "A-1").history] == ["submit"]
