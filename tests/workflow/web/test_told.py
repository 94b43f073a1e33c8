"""Results as JSON: sentences for remarks, words for what was put aside, plain values for the rest."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest
from pydantic import BaseModel

from disclosure.states.remark import Remark
from disclosure.workflow.casefile.results import ConsultationView, Obstacle
from disclosure.workflow.kernel.personal_data import REDACTED
from disclosure.workflow.web.told import as_json


class _Pair(NamedTuple):
    first: int
    second: date


@dataclass
class _Row:
    amount: Decimal


class _Holder(BaseModel):
    warnings: tuple[Remark, ...]


def test_a_remark_becomes_its_sentence_wherever_it_stands():
    found = as_json(_Holder(warnings=(Remark(code="sweep_never", source="某条"),)))
    assert found["warnings"][0] == {
        "code": "sweep_never",
        "message": "还没有巡查过，请设置定时任务运行 disclosure tick",
        "source": "某条",
        "mend": "",
    }


def test_an_obstacle_tells_whether_it_blocks():
    assert as_json(Obstacle(code="sweep_never", blocks=True))["blocks"] is True


def test_plain_values_tuples_rows_and_sets_become_what_json_has():
    found = as_json(
        {"pair": _Pair(1, date(2024, 3, 1)), "row": _Row(Decimal("1.50")), "set": frozenset("ba"), "no": None}
    )
    assert found == {
        "pair": {"first": 1, "second": "2024-03-01"},
        "row": {"amount": "1.50"},
        "set": ["a", "b"],
        "no": None,
    }


def test_a_field_bears_the_name_that_its_model_writes():
    view = ConsultationView(
        id="c", with_="third_party", sent_on=date(2024, 3, 1), due_on=None, ended_on=None, opinion=None
    )
    assert as_json(view)["with"] == "third_party"


def test_what_was_put_aside_is_told_in_words():
    assert as_json({"ground": REDACTED})["ground"] != REDACTED


def test_what_json_cannot_hold_is_an_error_of_the_program():
    with pytest.raises(TypeError, match="bytes"):
        as_json(b"scan")
