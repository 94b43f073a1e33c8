"""Texts of notices, changes and closures, and the calendar over which tests lay them."""

from datetime import date

import pytest

from disclosure.states.calendar.calendar import Calendar, Overlay
from disclosure.states.calendar.holidays import package_days
from disclosure.states.calendar.overlay_files import read_overlay
from disclosure.states.errors import BadData

OFF, MAKE_UP = package_days()
OFFICIAL = Calendar.of(  # pinned, so that a later package doesn't move what these tests call the next year
    {day: name for day, name in OFF.items() if day.year <= 2026},
    {day: name for day, name in MAKE_UP.items() if day.year <= 2026},
)

HEAD = """\
[notice]
number = "国办发明电〔2026〕8号"
published_on = 2026-11-05
year = 2027
"""
HOLIDAYS = {
    "元旦": "first = 2027-01-01\nlast = 2027-01-03\nmake_up = []",
    "春节": "first = 2027-02-05\nlast = 2027-02-12\nmake_up = [2027-01-31, 2027-02-20]",
    "清明节": "first = 2027-04-03\nlast = 2027-04-05",
    "劳动节": "first = 2027-05-01\nlast = 2027-05-05\nmake_up = [2027-04-25, 2027-05-08]",
    "端午节": "first = 2027-06-09\nlast = 2027-06-09",
    "中秋节": "first = 2027-09-15\nlast = 2027-09-15",
    "国庆节": "first = 2027-10-01\nlast = 2027-10-07\nmake_up = [2027-09-26, 2027-10-09]",
}
CLOSURE = """\
[closure]
place = "湖城市"
reason = "台风停工"
decided_by = "湖城市人民政府"
[[closure.day]]
first = 2026-08-13
last = 2026-08-17
"""
EXTENSION = """\
[notice]
number = "国办发明电〔2020〕1号"
published_on = 2020-01-27
amends = 2020
[[holiday]]
name = "春节"
first = 2020-01-24
last = 2020-02-02
make_up = [2020-01-19]
"""


def on(text: str) -> date:
    return date.fromisoformat(text)


def notice(head: str = HEAD, **changes: str | None) -> str:
    """The notice for 2027 with some holidays written otherwise, or left out where None."""
    holidays = {name: text for name, text in (HOLIDAYS | changes).items() if text is not None}
    return head + "".join(f'\n[[holiday]]\nname = "{name}"\n{text}\n' for name, text in holidays.items())


def parse(text: str, origin: str = "某文件.toml") -> Overlay:
    return read_overlay(text, origin)


def problems(*overlays: Overlay, calendar: Calendar = OFFICIAL) -> list[str]:
    with pytest.raises(BadData) as refused:
        calendar.with_overlays(*overlays)
    return [fault["problem"] for fault in refused.value.faults]


NEXT_YEAR = parse(notice())
