"""The fee, since when it is law, what a request adds to its month, and how it is dropped."""

from dataclasses import replace
from datetime import date

import pytest
from histories import LAW
from lives import ACCEPT, SUBMIT, codes, due, extend, folded, history, opened

from disclosure.states.errors import BadData, MoveRefused
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.history import Event
from disclosure.states.procedure.options import options


@pytest.mark.parametrize(("on", "codes_"), [("2020-12-31", ["move_not_allowed"]), ("2021-01-01", [])])
def test_fees_are_charged_from_the_day_of_the_tariff(on, codes_):
    submit = {"channel": "in_person", "applicant": {"kind": "org_other"}, "information": "x"}
    case = fold(
        "一件", [Event(1, "submit", date(2020, 12, 15), data=submit), Event(2, "accept", date(2020, 12, 15))], LAW
    )[0]
    assert codes(case, "charge", on) == codes_


def charged(on, **data):
    return on, "charge", data


TEN_ITEMS = {"basis": "items", "quantity": 10}
DROPPED = ("2024-03-11", "cancel_charge", {"reason": "数量没有明显超过合理范围"})


@pytest.mark.parametrize(
    ("data", "already", "amount"),
    [
        ({"basis": "items", "quantity": 31}, 0, "2200.00"),  # as it was written before the month was added up
        ({"basis": "items", "quantity": 31, "already": 0}, 0, "2200.00"),
        ({"basis": "items", "quantity": 1, "already": 9}, 9, "0.00"),
        ({"basis": "items", "quantity": 1, "already": 10}, 10, "100.00"),
        ({"basis": "items", "quantity": 1, "already": 30}, 30, "200.00"),
        ({"basis": "items", "quantity": 2, "already": "29"}, 29, "300.00"),
        ({"basis": "pages", "quantity": 31}, 0, "10.00"),
    ],
)
def test_a_fee_is_what_the_request_adds_to_the_month(data, already, amount):
    case = opened(ACCEPT, charged("2024-03-04", **data))
    (found,) = case.charges
    assert (found.seq, found.basis, found.quantity, found.already, found.amount) == (
        3,
        data["basis"],
        data["quantity"],
        already,
        amount,
    )


def test_pages_are_not_added_up():
    with pytest.raises(BadData) as refused:
        opened(ACCEPT, charged("2024-03-04", basis="pages", quantity=31, already=1))
    assert refused.value.faults[0]["problem"] == "pages_not_added_up"


def test_a_number_that_was_typed_with_a_reason_is_shown():
    events = history(SUBMIT, ACCEPT, charged("2024-03-04", basis="items", quantity=1, already=12, reason="旧系统两件"))
    assert [item.unmet.code for item in fold("一件", events, LAW)[1]] == ["counted_by_hand"]


@pytest.mark.parametrize("stood", ["accepted", "extended"])
def test_a_fee_that_is_dropped_leaves_the_case_as_if_it_had_not_been_charged(stood):
    before = [ACCEPT, extend("2024-03-04", 5)] if stood == "extended" else [ACCEPT]
    untouched = opened(*before)
    case = opened(*before, charged("2024-03-05", basis="items", quantity=31, already=0), DROPPED)
    assert (case.state, case.charges, due(case)) == (stood, [], due(untouched))
    reply, payment = case.last_period("reply"), case.last_period("payment")
    assert reply.spans == []
    assert reply.ended_on is None
    assert (payment.ended_on.isoformat(), payment.ending) == ("2024-03-11", "cancelled")


def test_a_fee_may_be_charged_again_after_it_was_dropped():
    first = charged("2024-03-05", basis="items", quantity=31, already=0)
    case = opened(ACCEPT, first, DROPPED, charged("2024-03-12", basis="pages", quantity=31), ("2024-03-13", "pay", {}))
    assert [(item.seq, item.amount) for item in case.charges] == [(5, "10.00")]
    assert case.last_period("reply").starts_on.isoformat() == "2024-03-13"


def test_a_charge_keeps_the_number_of_its_step_when_it_is_amended_or_recorded_late():
    late = ("2024-03-04", "charge", {"basis": "pages", "quantity": 31, "late_reason": "当日没有登记"})
    events = history(SUBMIT, ACCEPT, ("2024-03-06", "pay", {}))
    events = [*events[:2], Event(4, late[1], date(2024, 3, 4), data=late[2]), events[2]]
    amended = Event(5, "amend", date(2024, 3, 7), data={"seq": 4, "data": {"quantity": 72}, "reason": "少数了"})
    case = folded([*events[:2], events[3], events[2], amended])
    assert [(item.seq, item.amount) for item in case.charges] == [(4, "420.00")]
    assert case.seq == 5


def test_what_can_be_done_with_a_missed_reply_is_told_before_there_were_fees_too():
    case = fold("一件", history(("2020-03-02", "submit", {}), ("2020-03-02", "accept", {})), LAW)[0]
    (found,) = options(case, date(2020, 5, 14), LAW, "charge", live=True)
    assert [item.text for item in found.unmet if item.hard] == ["fees_not_in_force"]


def live(*moves):
    events = [replace(item, live=True) for item in history(SUBMIT, *moves)]
    return fold("一件", events, LAW, strict=True)[0]


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        ({"basis": "items", "quantity": 10}, True),
        ({"basis": "items", "quantity": 11}, False),
        ({"basis": "items", "quantity": 1, "already": 9}, True),
        ({"basis": "items", "quantity": 1, "already": 10}, False),
        ({"basis": "pages", "quantity": 30}, True),
        ({"basis": "pages", "quantity": 31}, False),
    ],
)
def test_a_fee_that_comes_to_nothing_is_refused_in_live_work_and_taken_in_a_record_of_the_past(data, refused):
    charge = charged("2024-03-05", **data)
    assert opened(ACCEPT, charge).state == "awaiting_payment"
    if refused:
        with pytest.raises(MoveRefused) as told:
            live(ACCEPT, charge)
        assert told.value.fields["text"] == "nothing_to_pay"
    else:
        assert live(ACCEPT, charge).state == "awaiting_payment"


def test_a_fee_of_nothing_that_is_on_record_stays_there():
    events = [replace(item, live=True) for item in history(SUBMIT, ACCEPT, charged("2024-03-05", **TEN_ITEMS))]
    case, cautions = fold("一件", events, LAW)
    assert (case.state, [item.unmet.text for item in cautions]) == ("awaiting_payment", ["nothing_to_pay"])


FIRST, PAID = charged("2024-03-05", basis="pages", quantity=119), ("2024-03-11", "pay", {})


@pytest.mark.parametrize("basis", ["pages", "items"])
def test_a_request_that_was_paid_for_is_not_charged_again_in_live_work(basis):
    again = charged("2024-03-12", basis=basis, quantity=40)
    with pytest.raises(MoveRefused) as told:
        live(ACCEPT, FIRST, PAID, again)
    assert (told.value.fields["text"], told.value.fields["amount"]) == ("charged_already", "1080.00")
    assert opened(ACCEPT, FIRST, PAID, again).state == "awaiting_payment"


def test_a_fee_that_was_dropped_or_came_to_nothing_bars_no_other():
    again = charged("2024-03-12", basis="pages", quantity=40)
    assert live(ACCEPT, FIRST, DROPPED, again).state == "awaiting_payment"
    free = history(SUBMIT, ACCEPT, charged("2024-03-05", **TEN_ITEMS), PAID, again)
    events = [*free[:-1], replace(free[-1], live=True)]
    assert fold("一件", events, LAW, strict=True)[0].state == "awaiting_payment"


@pytest.mark.parametrize("quantity", [10, 40])
def test_what_a_request_from_before_the_tariff_is_not_charged_for_is_told_by_the_tariff(quantity):
    before = [replace(item, on=date(2020, 12, 24)) for item in history(SUBMIT, ACCEPT)]
    paid = (("2021-01-05", "charge", {"basis": "items", "quantity": 40}), ("2021-01-06", "pay", {}))
    steps = [("2021-01-07", "charge", {"basis": "items", "quantity": quantity})]
    told = [*paid, *steps] if quantity == 40 else steps
    events = [
        Event(n, move, date.fromisoformat(on), data=data, live=True) for n, (on, move, data) in enumerate(told, 3)
    ]
    with pytest.raises(MoveRefused) as refused:
        fold("一件", [*before, *events], LAW, strict=True)
    assert refused.value.fields["text"] == ("charged_already" if quantity == 40 else "nothing_to_pay")
