"""The items of one applicant in a month: who is one, which requests count, and what staff are told about it."""

from datetime import date

import pytest
from office import ADMIN, SUBMIT
from sqlalchemy import inspect, text

from disclosure.states.errors import BadData
from disclosure.workflow import Actor, Context, FixedClock, MoveRequest, move, preview, show
from disclosure.workflow.cases.recompute import recompute

WHO = {"kind": "natural_person", "name": "欧阳小明", "id_number": "110101199003078888", "phone": "13800138000"}
ITEM = {"basis": "items", "quantity": 1}
ELEVEN = {"quantity": 11}
"""The first number that costs something where nothing was asked for before."""
OTHER = Actor(user_id="u7", name="周九", department="业务科", roles=("staff",))


@pytest.fixture
def month(sessions, work):
    """Requests, each received and accepted; a charge of one, what it was charged, what staff were told."""

    class Month:
        def enter(self, number, on="2024-03-01", agency="default", **applicant):
            who = {key: value for key, value in (WHO | applicant).items() if value is not None}
            work(number, ("submit", on, SUBMIT | {"applicant": who}), ("accept", on), agency=agency)

        def charge(self, number, data=None, at="2024-03-11", *, past=False, actor=ADMIN):
            with sessions() as session, session.begin():
                context = Context(session, actor, clock=FixedClock(date(2024, 3, 20)), past=past)
                return move(context, number, "charge", ITEM | (data or {}), at=at)

        def charges(self, number):
            with sessions() as session:
                context = Context(session, ADMIN, clock=FixedClock(date(2024, 3, 20)))
                return [(item.already, item.amount) for item in show(context, number).charges]

    return Month()


def codes(result):
    return [item.code for item in result.warnings]


def test_the_number_is_kept_with_the_step_and_the_fold_gives_the_same(sessions, month):
    for n in range(1, 12):
        month.enter(f"A-{n}")
    assert codes(month.charge("A-11")) == []
    month.enter("A-0", "2024-02-29")
    assert month.charges("A-11") == [(10, "100.00")]
    with sessions() as session:
        assert recompute(Context(session, ADMIN)).differences == ()
        data = session.execute(text("SELECT data FROM dsc_event WHERE move = 'charge'")).scalar_one()
    assert '"already":10' in data.replace(" ", "")


@pytest.mark.parametrize(
    ("own", "other", "same"),
    [
        ({}, {}, True),
        ({}, {"name": "欧阳小敏", "phone": None}, True),
        ({}, {"id_number": "１１０１０１ 19900307 8888"}, True),
        ({}, {"id_number": "110101199003079999"}, False),
        ({}, {"id_number": None}, True),
        ({"id_number": None}, {}, True),
        ({"id_number": None}, {"phone": "138-0013-8000", "name": "欧阳 小明"}, True),
        ({"id_number": None}, {"id_number": None, "phone": "13900139000"}, False),
        ({"id_number": None}, {"id_number": None, "name": "欧阳小敏"}, False),
        ({"id_number": None, "phone": None}, {"id_number": None, "phone": None}, False),
        ({"id_number": None, "name": None}, {"id_number": None, "name": None}, False),
    ],
)
def test_who_is_one_applicant(month, own, other, same):
    month.enter("A-1", **other)
    month.enter("A-2", **own)
    month.charge("A-2", ELEVEN)
    assert month.charges("A-2") == [(int(same), "200.00" if same else "100.00")]


def test_another_agency_has_a_ledger_of_its_own(month):
    month.enter("A-1", agency="county")
    month.enter("A-2")
    month.charge("A-2", ELEVEN)
    assert month.charges("A-2") == [(0, "100.00")]


def test_an_amended_applicant_is_another_one(month, work):
    month.enter("A-1")
    month.enter("A-2")
    other = WHO | {"id_number": "110101198001011234", "name": "司马大明"}
    work("A-1", ("amend", "2024-03-15", {"seq": 1, "data": {"applicant": other}, "reason": "登记错了"}))
    month.charge("A-2", ELEVEN)
    assert month.charges("A-2") == [(0, "100.00")]


def test_a_day_of_receipt_that_was_amended_counts(month, work):
    month.enter("A-1", "2024-02-29")
    month.enter("A-2", "2024-03-01")
    work("A-1", ("amend", "2024-03-15", {"seq": 2, "at": "2024-03-01", "reason": "日期录错"}))
    work("A-1", ("amend", "2024-03-15", {"seq": 1, "at": "2024-03-01", "reason": "日期录错"}))
    month.charge("A-2", ELEVEN)
    assert month.charges("A-2") == [(1, "200.00")]


@pytest.mark.parametrize(
    ("other", "code", "counted"),
    [
        ({"id_number": "110101199003079999"}, "two_ledgers", 0),
        ({"name": "欧阳小敏"}, "one_number_two_names", 1),
    ],
)
def test_two_who_may_be_one_are_told_and_named_to_who_may_see_them(month, other, code, counted):
    month.enter("A-1", **other)
    month.enter("A-2")
    (told,) = month.charge("A-2", ELEVEN).warnings
    assert (told.code, told.text, told.fields) == (code, "", {"count": 1, "cases": "A-1"})
    assert told.source == "《政府信息公开信息处理费管理办法》第四条"
    assert month.charges("A-2") == [(counted, "200.00" if counted else "100.00")]


def test_requests_of_other_departments_are_counted_and_not_named(sessions, month, clock):
    month.enter("A-1", id_number="110101199003079999")
    with sessions() as session, session.begin():
        context = Context(session, OTHER, clock=clock)
        move(context, "B-1", "submit", SUBMIT | {"applicant": WHO}, at="2024-03-01")
        move(context, "B-1", "accept", at="2024-03-01")
    (told,) = month.charge("B-1", ELEVEN, actor=OTHER).warnings
    assert (told.code, told.text, told.fields) == ("two_ledgers", "two_ledgers_elsewhere", {"count": 1})


def test_who_is_not_known_again_is_told(month):
    month.enter("A-1", id_number=None, phone=None)
    assert codes(month.charge("A-1", ELEVEN)) == ["applicant_not_told"]


def test_particulars_that_were_erased_count_for_nobody_and_this_is_told(sessions, month):
    month.enter("A-1")
    month.enter("A-2")
    with sessions() as session, session.begin():
        erased = "UPDATE dsc_private SET payload = NULL, salt = NULL, erased_at = 'x' WHERE case_id = 1"
        session.execute(text(erased))
    (told,) = month.charge("A-2", ELEVEN).warnings
    assert (told.code, told.fields) == ("ledger_erased", {"count": 1})
    assert month.charges("A-2") == [(0, "100.00")]


def test_a_typed_number_that_is_not_that_of_the_register_wants_a_reason(month):
    month.enter("A-1")
    month.enter("A-2")
    with pytest.raises(BadData) as refused:
        month.charge("A-2", {"already": 10})
    assert refused.value.faults == [{"field": "reason", "problem": "already_differs", "value": 10, "counted": 1}]
    assert codes(month.charge("A-2", {"already": 10, "reason": "旧系统九件"})) == ["counted_by_hand", "already_differs"]
    assert month.charges("A-2") == [(10, "100.00")]


def test_a_typed_number_that_is_that_of_the_register_needs_none(month):
    month.enter("A-1")
    month.enter("A-2")
    assert codes(month.charge("A-2", ELEVEN | {"already": 1})) == []


def test_a_number_left_blank_is_counted(month):
    month.enter("A-1")
    month.enter("A-2")
    month.charge("A-2", {"already": " ", "reason": ""} | ELEVEN)
    assert month.charges("A-2") == [(1, "200.00")]


def test_a_record_of_the_past_is_not_refused_for_its_number(month):
    month.enter("A-1")
    month.enter("A-2")
    assert codes(month.charge("A-2", {"already": 10}, past=True)) == ["already_differs"]
    assert month.charges("A-2") == [(10, "100.00")]


def test_a_record_of_the_past_that_tells_no_number_is_counted_and_told_so(month):
    month.enter("A-1")
    month.enter("A-2")
    (told,) = month.charge("A-2", past=True).warnings
    assert (told.code, told.fields) == ("counted_by_ledger", {"counted": 1})


def test_a_preview_counts_as_the_move_does(sessions, month):
    for n in range(1, 12):
        month.enter(f"A-{n}")
    with sessions() as session:
        context = Context(session, ADMIN, clock=FixedClock(date(2024, 3, 20)))
        found = preview(
            context,
            "A-11",
            MoveRequest("charge", ITEM | {"quantity": 2, "already": 9, "reason": "一件不算"}, "2024-03-11"),
        )
    assert [item.code for item in found.warnings][:2] == ["counted_by_hand", "already_differs"]


def test_a_charge_that_is_refused_is_refused_for_its_state_first(month):
    month.enter("A-1")
    month.charge("A-1", ELEVEN)
    with pytest.raises(Exception, match="move_not_allowed"):
        month.charge("A-1", ELEVEN | {"already": 5})


@pytest.mark.parametrize(
    ("first", "changed", "charge"),
    [
        ({"basis": "pages", "quantity": 31}, {"basis": "items", "quantity": 1}, (10, "100.00")),
        (ITEM, {"basis": "pages", "quantity": 31}, (0, "10.00")),
        (ITEM, {"quantity": 2}, (10, "200.00")),
        (ITEM, {"already": 30}, (30, "200.00")),
        ({"already": 30, "reason": "旧系统"}, {"already": None}, (10, "100.00")),
    ],
)
def test_an_amended_charge_goes_on_from_the_number_that_its_basis_has(month, work, first, changed, charge):
    for n in range(1, 12):
        month.enter(f"A-{n}")
    month.charge("A-11", first)
    work("A-11", ("amend", "2024-03-15", {"seq": 3, "data": changed, "reason": "核对以后更正"}))
    assert month.charges("A-11") == [charge]


def test_a_second_charge_of_the_past_on_one_request_goes_on_from_the_first(month, work):
    month.enter("A-1")
    month.charge("A-1", ELEVEN)
    work("A-1", ("pay", "2024-03-12"))
    month.charge("A-1", at="2024-03-13", past=True)
    month.enter("A-2", "2024-03-02")
    month.charge("A-2")
    assert month.charges("A-1") == [(0, "100.00"), (11, "100.00")]
    assert month.charges("A-2") == [(12, "100.00")]


def test_the_month_is_found_by_an_index(sessions, month):
    month.enter("A-1")
    with sessions() as session:
        names = {item["name"] for item in inspect(session.connection()).get_indexes("dsc_case")}
    assert "ix_dsc_case_received" in names
