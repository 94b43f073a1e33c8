"""The steps in which the features tell of days: the calendar, notices on holidays, local closures."""

from datetime import date

import pytest
from procedure import Procedure
from pytest_bdd import parsers, then, when
from telling import key_of, pattern

from disclosure.states import BadData, Calendar, CalendarUnknown

KINDS = {"工作日": "working_day", "休息日": "rest_day", "法定节假日": "holiday", "调休上班日": "make_up_day"}
CLOSURE = """\
[closure]
place = "湖城市"
reason = "台风停工"
decided_by = "湖城市人民政府"
[[closure.day]]
first = {first}
last = {last}
"""
HOLIDAYS = {
    "元旦": "first = 2027-01-01\nlast = 2027-01-03",
    "春节": "first = 2027-02-05\nlast = 2027-02-12\nmake_up = [2027-01-31, 2027-02-20]",
    "清明节": "first = 2027-04-03\nlast = 2027-04-05",
    "劳动节": "first = 2027-05-01\nlast = 2027-05-05\nmake_up = [2027-04-25, 2027-05-08]",
    "端午节": "first = 2027-06-09\nlast = 2027-06-09",
    "中秋节": "first = 2027-09-15\nlast = 2027-09-15",
    "国庆节": "first = 2027-10-01\nlast = 2027-10-07\nmake_up = [2027-09-26, 2027-10-09]",
}
MISTAKES: dict[str, dict[str, str | None]] = {
    "有圣诞节": {"圣诞节": "first = 2027-12-25\nlast = 2027-12-25"},
    "缺少春节": {"春节": None},
    "元旦写成十二月": {"元旦": "first = 2027-12-01\nlast = 2027-12-03"},
    "调休上班日不是周末": {"元旦": "first = 2027-01-01\nlast = 2027-01-03\nmake_up = [2027-01-06]"},
    "同一天写了两次": {
        "清明节": "first = 2027-04-03\nlast = 2027-04-05",
        "劳动节": "first = 2027-04-05\nlast = 2027-05-05",
    },
    "调休上班日在放假日之内": {"元旦": "first = 2027-01-01\nlast = 2027-01-03\nmake_up = [2027-01-02]"},
}


def notice(**changes: str | None) -> str:
    """An invented notice for 2027, with some holidays written otherwise or left out."""
    head = '[notice]\nnumber = "国办发明电〔2026〕8号"\npublished_on = 2026-11-05\nyear = 2027\n'
    written = {name: text for name, text in (HOLIDAYS | changes).items() if text is not None}
    return head + "".join(f'[[holiday]]\nname = "{name}"\n{text}\n' for name, text in written.items())


@when(pattern("录入{first:日}至{last:日}停办的通知"))
def closed(procedure: Procedure, first: date, last: date) -> None:
    procedure.load(CLOSURE.format(first=first, last=last), "closure.toml")


@when("录入2027年元旦放假三天的放假通知")
def announced(procedure: Procedure) -> None:
    procedure.load(notice(), "2027.toml")


@when(parsers.parse("录入一份{mistake}的放假通知"), target_fixture="mistaken")
def announced_wrongly(mistake: str) -> str:
    return notice(**key_of(MISTAKES, mistake))


@then("这份通知不能录入")
def not_taken_in(procedure: Procedure, mistaken: str) -> None:
    with pytest.raises(BadData) as refused:
        procedure.load(mistaken, "2027.toml")
    assert refused.value.faults


@then(pattern("{on:日}是{kind:词}"))
def day_is(on: date, kind: str) -> None:
    found = Calendar.official().day(on)
    assert found.kind == key_of(KINDS, kind)
    assert found.source


@then(pattern("{on:日}之后第{n:数}个工作日无法推算"))
def nothing_is_guessed(on: date, n: int) -> None:
    with pytest.raises(CalendarUnknown):
        Calendar.official().add(on, n)
