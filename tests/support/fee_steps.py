"""The steps in which the features tell of fees: the requests of one applicant in a month, and what each is charged."""

from datetime import date
from decimal import Decimal

import pytest
from answers import charges_of
from case_steps import BASES
from office import HEAD, SUBMIT
from procedure import Procedure
from pytest_bdd import parsers, then, when
from telling import choice, pattern, step

OTHERS = {
    "姓名和电话相同，证件号码不同": {"id_number": "110101198001011234"},
    "证件号码相同，姓名不同": {"name": "司马大明"},
    "姓名和电话相同，没有证件号码": {"id_number": None},
    "只有姓名相同": {"id_number": None, "phone": None},
}
"""How an applicant is registered who may be the same as before, and may not."""


class Month:
    """The requests that the office has received, in the order of entry; the first one is number one."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure, self.entered = procedure, 0

    def receive(self, on: date, **other: object) -> None:
        """Takes in and accepts one more request of the same applicant, or of one who is registered otherwise."""
        self.entered += 1
        self.of(self.entered)
        told = {key: value for key, value in (SUBMIT["applicant"] | other).items() if value is not None}
        self.procedure.do("submit", on, **(SUBMIT | {"applicant": told}))
        self.procedure.do("accept", on)

    def of(self, n: int) -> Procedure:
        """The procedure, at the request of that number."""
        self.procedure.case = f"A-{n}"
        return self.procedure


@pytest.fixture
def month(procedure: Procedure) -> Month:
    """An office that has not received anything yet."""
    return Month(procedure)


@step("机关于{on:日}先后收到并受理同一申请人的{n:数}件申请")
def received_several(month: Month, on: date, n: int) -> None:
    for _ in range(n):
        month.receive(on)


@step("机关于{on:日}收到并受理一件申请，{how:样}", 样=choice({name: name for name in OTHERS}))
def received_otherwise(month: Month, on: date, how: str) -> None:
    month.receive(on, **OTHERS[how])


@when(pattern("机关于{on:日}从第{first:数}件起逐件通知按件收费"))
def each_charged(month: Month, on: date, first: int) -> None:
    for n in range(first, month.entered + 1):
        month.of(n).do("charge", on, basis="items", quantity=1)


@step("机关于{on:日}对第{n:数}件通知{basis:计费}收费，数量{quantity:数}", 计费=BASES)
def one_charged(month: Month, on: date, n: int, basis: str, quantity: int) -> None:
    month.of(n).do("charge", on, basis=basis, quantity=quantity)


@when(pattern("机关于{on:日}对第{n:数}件通知{basis:计费}收费，数量{q:数}，本月此前的件数填{k:数}", 计费=BASES))
def charged_after(month: Month, on: date, n: int, basis: str, q: int, k: int) -> None:
    month.of(n).do("charge", on, basis=basis, quantity=q, already=k)


@when(pattern("机关于{on:日}对第{n:数}件通知按件收费，数量{q:数}，本月此前的件数填{k:数}，理由是“{reason:文}”"))
def charged_with_reason(month: Month, on: date, n: int, q: int, k: int, reason: str) -> None:
    month.of(n).do("charge", on, basis="items", quantity=q, already=k, reason=reason)


@when(pattern("补录{on:日}对第{n:数}件的按件收费，数量{q:数}"))
def charge_recorded(month: Month, on: date, n: int, q: int) -> None:
    month.of(n).record("charge", on, basis="items", quantity=q)


@when(pattern("补录{on:日}对第{n:数}件的按件收费，数量{q:数}，本月此前的件数填{k:数}"))
def charge_recorded_after(month: Month, on: date, n: int, q: int, k: int) -> None:
    month.of(n).record("charge", on, basis="items", quantity=q, already=k)


@when(pattern("机关于{on:日}作废第{n:数}件的登记"))
def one_annulled(month: Month, on: date, n: int) -> None:
    month.of(n).by(HEAD, "annul", on, reason="重复登记")


@step("机关于{on:日}撤销收费")
def charge_cancelled(procedure: Procedure, on: date) -> None:
    procedure.do("cancel_charge", on, reason="数量没有明显超过合理范围")


@when(pattern("机关于{on:日}撤销第{n:数}件的收费"))
def one_charge_cancelled(month: Month, on: date, n: int) -> None:
    charge_cancelled(month.of(n), on)


@then(pattern("第{n:数}件的本月此前的件数是{already:数}，收费{amount:词}元"))
def charged_is(month: Month, n: int, already: int, amount: str) -> None:
    assert month.procedure.refused is None, month.procedure.refused
    (found,) = charges_of(month.of(n).at())
    assert (found.already, found.amount) == (already, amount)


@then(parsers.parse("各件收费合计{amount}元"))
def charged_in_all(month: Month, amount: str) -> None:
    charges = [item for n in range(1, month.entered + 1) for item in charges_of(month.of(n).at())]
    assert sum(Decimal(item.amount) for item in charges) == Decimal(amount)


@then("没有收费")
def not_charged(procedure: Procedure) -> None:
    assert charges_of(procedure.at()) == []
