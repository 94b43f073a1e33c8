"""Numbers and texts of cases: what enters is found again unchanged, what may not enter leaves no trace."""

from datetime import date

import pytest
import rows as t
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import ADMIN, CLERK, SUBMIT
from sqlalchemy import select, update

from disclosure.states.admission import values
from disclosure.states.errors import BadData, DuplicateCase, MoveRefused
from disclosure.workflow import Actor, Context, FixedClock, move, show
from disclosure.workflow.cases.store import history, load_case, opened, private_data

ON = "2024-03-01"
TABLES = (t.case, t.event, t.private, t.outbox, t.idempotency)


def submit(session, number="A-1", data=SUBMIT, **more):
    return move(Context(session, CLERK), number, "submit", data, at=ON, **more)


def everything(session):
    return [session.execute(select(table)).all() for table in TABLES]


@pytest.mark.parametrize("typed", ["２０２４－００１", "2024-001\u200b", " 2024\u2011001"])
def test_a_number_that_looks_alike_is_the_same_case(sessions, typed):
    with sessions() as session, session.begin():
        assert submit(session, "2024-001").case == "2024-001"
        with pytest.raises(DuplicateCase):
            submit(session, typed)
        assert move(Context(session, CLERK), typed, "accept", at=ON).case == "2024-001"
        assert show(Context(session, ADMIN), typed).case == "2024-001"


def test_a_new_number_is_stored_in_its_one_form(sessions):
    with sessions() as session, session.begin():
        assert submit(session, "２０２４／１７ ").case == "2024/17"
        assert session.execute(select(t.case.c.case_no)).scalar_one() == "2024/17"


def test_a_case_that_was_stored_under_another_form_is_still_found(sessions):
    with sessions() as session, session.begin():
        submit(session, "2024-1")
        session.execute(update(t.case).values(case_no="2024（1）"))
        assert load_case(session.connection(), "default", "2024（1）").id
        assert move(Context(session, CLERK), "2024（1）", "accept", at=ON).version == 2
        assert show(Context(session, ADMIN), "2024（1）").state


def test_what_is_stored_already_is_not_judged_when_it_is_read(sqlite_engine):
    with sqlite_engine.begin() as connection:
        submit(connection)
        payload = connection.execute(select(t.private.c.payload)).scalar_one()
        connection.execute(update(t.private).values(payload=payload.replace("欧阳", "欧\ue863")))
        shown = show(Context(connection, ADMIN), "A-1", unmasked=True)
        assert "欧\ue863" in shown.model_dump_json()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": "A\n1"}, "case"),
        ({"number": "A\x001"}, "case"),
        ({"number": "\ud800"}, "case"),
        ({"number": " "}, "case"),
        ({"number": "9" * 129}, "case"),
        ({"idempotency_key": "k\x00"}, "idempotency_key"),
        ({"idempotency_key": "k" * 129}, "idempotency_key"),
        ({"data": SUBMIT | {"information": "某\x00路"}}, "information"),
        ({"data": SUBMIT | {"applicant": SUBMIT["applicant"] | {"name": "刘\ue863"}}}, "applicant.name"),
        ({"data": SUBMIT | {"scan": b"%PDF"}}, "scan"),
        ({"data": SUBMIT | {"scan": {"x": {1}}}}, "scan.x"),
    ],
)
def test_what_may_not_enter_leaves_no_trace(sessions, change, field):
    with sessions() as session, session.begin():
        before = everything(session)
        with pytest.raises(BadData) as refused:
            submit(session, **change)
        assert refused.value.faults[0]["field"] == field
        assert everything(session) == before


@pytest.mark.parametrize(
    ("who", "agency"),
    [(Actor(user_id="u\x00", roles=("staff",)), "default"), (CLERK, "a\nb"), (CLERK, "9" * 65), (CLERK, "")],
)
def test_nobody_acts_under_an_id_that_cannot_be_stored(sessions, who, agency):
    with sessions() as session, session.begin(), pytest.raises(BadData):
        move(Context(session, who, agency), "A-1", "submit", SUBMIT, at=ON)


ANY_TEXT = st.text(st.characters(exclude_categories=()), min_size=1).filter(str.strip) | st.sampled_from(
    [
        "刘䶮",
        "刘\ue863",
        "\U00020087",
        "a\x00",
        "\ud800",
        "\uffff",
        "\x01",
        "e\u0301",
        "👨\u200d👩",
        "\\u0000",
        "sealed",
    ]
)


@pytest.mark.parametrize("database", ["sqlite_engine", "postgresql_engine"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(information=ANY_TEXT, name=ANY_TEXT, note=ANY_TEXT)
def test_any_text_that_enters_comes_back_unchanged(request, database, information, name, note):
    data = {**SUBMIT, "information": information, "applicant": SUBMIT["applicant"] | {"name": name, "note": note}}
    with request.getfixturevalue(database).connect() as connection, connection.begin() as transaction:
        before = everything(connection)
        try:
            submit(connection, data=data)
        except BadData:
            assert everything(connection) == before
            with pytest.raises(BadData):
                values(data)
        else:
            (case_id,) = connection.execute(select(t.case.c.id)).scalars()
            (found,) = opened(history(connection, case_id), private_data(connection, case_id))
            assert found == data == values(data)
        transaction.rollback()


@pytest.mark.parametrize(
    ("steps", "name", "data"),
    [
        (
            [("request_correction", {"items": ["地点"], "due_on": "2024-03-11"}), ("serve", {"of": "correction"})],
            "abandon",
            {},
        ),
        (
            [
                ("accept", {}),
                ("consult", {"id": "一", "with": "third_party", "name": "甲", "served_on": "2024-03-01"}),
            ],
            "lapse_consultation",
            {"id": "一"},
        ),
    ],
    ids=["abandonment", "silence"],
)
def test_nobody_steps_over_a_day_that_has_not_passed(sessions, steps, name, data):
    clock = FixedClock(date(2024, 3, 1))
    with sessions() as session:
        context = Context(session, CLERK, clock=clock)
        move(context, "A-1", "submit", SUBMIT)
        for step, given in steps:
            move(context, "A-1", step, given)
        with pytest.raises(BadData) as refused:
            move(context, "A-1", name, data, at="2024-05-06")
        assert [(item["field"], item["problem"]) for item in refused.value.faults] == [("at", "not_yet")]
        with pytest.raises(MoveRefused) as running:
            move(context, "A-1", name, data)
        assert running.value.code == "period_running"
        clock.moment = FixedClock(date(2024, 5, 6)).moment
        move(context, "A-1", name, data, at="2024-05-06")


@pytest.mark.parametrize(
    ("at", "amended", "field"),
    [("2024-03-04", None, "at"), (None, "2024-03-04", "data.at")],
    ids=["its day", "the step"],
)
def test_the_record_is_mended_for_no_day_ahead(sessions, at, amended, field):
    with sessions() as session:
        context = Context(session, CLERK, clock=FixedClock(date(2024, 3, 1)))
        move(context, "A-1", "submit", SUBMIT)
        with pytest.raises(BadData) as refused:
            move(context, "A-1", "amend", {"seq": 1, "reason": "误", "at": amended}, at=at)
        assert [(item["field"], item["problem"]) for item in refused.value.faults] == [(field, "not_yet")]


@pytest.mark.parametrize(
    ("name", "data", "at"),
    [
        ("dispatch", {"of": "fee", "method": "post"}, "2024-03-05"),
        ("serve", {"of": "fee"}, "2024-03-05"),
        ("amend", {"seq": 3, "data": {"served_on": "2024-03-05"}, "reason": "回证"}, None),
        ("charge", {"basis": "items", "quantity": 31, "served_on": "2024-03-05"}, None),
    ],
    ids=["dispatch", "service", "amended", "told with a step"],
)
def test_a_fact_that_is_told_of_a_day_ahead_is_recorded_with_a_warning(sessions, name, data, at):
    with sessions() as session:
        context = Context(session, CLERK, clock=FixedClock(date(2024, 3, 4)))
        move(context, "A-1", "submit", SUBMIT, at="2024-03-01")
        move(context, "A-1", "accept", at="2024-03-01")
        if name != "charge":
            move(context, "A-1", "charge", {"basis": "items", "quantity": 31})
        found = move(context, "A-1", name, data, at=at)
        ahead = [item.fields["on"] for item in found.warnings if item.code == "dated_ahead"]
        assert [str(day) for day in ahead] == ["2024-03-05"]
        clock = Context(session, CLERK, clock=FixedClock(date(2024, 3, 5)))
        again = move(clock, "A-1", "serve", {"of": "fee"})
        assert "dated_ahead" not in [item.code for item in again.warnings]


@pytest.mark.parametrize(
    ("number", "problem"),
    [("2024-1#2", "mark_of_sheets"), ("2024-＃1", "mark_of_sheets"), ("А-1", "looks_like_another")],
)
def test_a_new_number_that_would_not_be_found_again_is_refused_with_the_place(work, number, problem):
    with pytest.raises(BadData) as caught:
        work(number, ("submit", "2024-03-01"))
    (fault,) = caught.value.faults
    assert fault["problem"] == problem and fault["place"] >= 1
