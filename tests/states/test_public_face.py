"""What the law offers to others: listed, small, and quick to import."""

import subprocess
import sys
from datetime import date, timedelta

import pytest

import disclosure.states as states
import disclosure.workflow as workflow
from disclosure.states import BadData, Law, deadline

pytestmark = pytest.mark.wheel


@pytest.mark.parametrize("package", [states, workflow], ids=["states", "workflow"])
def test_every_listed_name_is_there(package):
    for name in package.__all__:
        assert getattr(package, name).__name__ == name if hasattr(getattr(package, name), "__name__") else True
    assert set(package.__all__) == set(package._WHERE)
    with pytest.raises(AttributeError):
        package.nonsense  # noqa: B018 - asked for only to see it refused


def test_a_lawyer_computes_a_due_day_in_three_lines():
    reply = deadline("reply", "2022-09-30")
    assert reply.due_on == date(2022, 11, 2)
    assert "第三十三条" in reply.source
    assert [day.date for day in reply.days()][-1] == reply.due_on


@pytest.mark.parametrize(
    ("key", "start", "field"),
    [("replay", "2024-03-01", "key"), ("reply", "2024-02-30", "starts_on"), ("balance", "2024-03-01", "key")],
)
def test_a_slip_is_told_with_its_field(key, start, field):
    with pytest.raises(BadData) as refused:
        deadline(key, start)
    assert refused.value.faults[0]["field"] == field


def test_beyond_the_announced_calendar_a_day_is_provisional():
    last = Law.standard().announced_until
    assert deadline("reply", last - timedelta(days=10)).provisional
    assert not deadline("reply", last - timedelta(days=50)).provisional


def test_importing_the_law_pulls_in_no_library():
    code = "import sys, disclosure.states; print([n for n in ('pydantic', 'transitions', 'chinese_calendar') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
