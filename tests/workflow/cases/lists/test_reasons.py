"""The reason of a lamp in words: why it is that one, and by which day."""

from datetime import date

import pytest
from office import SUBMIT

from disclosure.notifications.messages.sentences import describe
from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, list_cases

ON = date(2024, 3, 1)
ASKED = {"items": ["某处"], "due_on": "2024-03-20"}
LEFT = {"of": "correction", "method": "post"}


@pytest.mark.parametrize(
    ("steps", "on", "reason"),
    [
        ([], date(2024, 4, 2), "答复期限已于 2024-03-29 届满，逾期 2 个工作日"),
        ([], date(2024, 3, 29), "答复期限今天届满"),
        ([], date(2024, 3, 27), "答复期限 2024-03-29 届满，还有 2 个工作日"),
        ([("request_correction", ON, ASKED)], ON, "答复期限 2024-03-29 届满，还有 20 个工作日"),
        (
            [("request_correction", ON, ASKED), ("dispatch", ON, LEFT), ("serve", ON, {"of": "correction"})],
            ON,
            "等待补正，没有本机关的期限在计算",
        ),
        (
            [("request_correction", ON, ASKED), ("dispatch", ON, LEFT), ("serve", ON, {"of": "correction"})],
            date(2024, 3, 21),
            "对方的期限已届满，待本机关办理",
        ),
        (
            [("request_correction", ON, ASKED), ("dispatch", ON, LEFT)],
            date(2024, 3, 16),
            "2024-03-01 寄出后一直没有登记签收",
        ),
        ([("withdraw", ON, {"reason": "不要了"}), ("close", ON)], ON, "已归档，没有待办的事项"),
    ],
)
def test_it_says_why(work, sessions, steps, on, reason):
    work("A-1", ("submit", ON), ("accept", ON), *steps)
    with sessions() as session:
        (item,) = list_cases(Context(session, ADMINISTRATOR, clock=FixedClock(on))).items
    assert describe(item.reason) == reason


def test_a_receipt_to_be_confirmed_is_named(work, sessions):
    work("A-1", ("submit", ON, SUBMIT | {"channel": "online"}))
    with sessions() as session:
        (item,) = list_cases(Context(session, ADMINISTRATOR, clock=FixedClock(ON))).items
    assert describe(item.reason) == "收到日期待确认"
