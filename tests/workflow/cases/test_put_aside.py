"""What was put aside is judged once, when it is typed: nothing is found amiss with the mark that stands for it."""

import json
import zipfile
from datetime import date
from io import BytesIO

import pytest
from counter import Counter, problems
from histories import LAW, at_work, histories
from hypothesis import given
from office import ADMIN, SUBMIT

from disclosure.states.errors import BadData, DisclosureError
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.history import ERASED, PUT_ASIDE, Event, is_put_aside
from disclosure.workflow import bundle, show
from disclosure.workflow.kernel.personal_data import redact

SEARCH = {"systems": "档案系统", "on": "2024-03-18", "result": "没有"}
OLD = {"number": "旧〔2016〕1号", "on": "2016-05-09", "scan": "旧卷"}
NOT_HELD = {"answer": "O12", "search": SEARCH}
REPEATED = {"answer": "O17", "earlier": OLD}
BY_PARTS = {
    "answer": "O03",
    "items": [
        {"part": "甲", "answer": "O02", "enclosed": "复印件"},
        {"part": "乙", "answer": "O08", "ground": "内部管理", "internal": "人事管理"},
    ],
}


@pytest.mark.parametrize("reply", [NOT_HELD, REPEATED, BY_PARTS], ids=["search", "earlier", "parts"])
def test_a_reply_on_record_is_shown_bundled_and_amended_without_a_fault(sessions, reply):
    counter = Counter(sessions).replied(**reply)
    shown = counter.do(show, "A-1", actor=ADMIN)
    assert [item.code for item in shown.warnings if item.code == "bad_data"] == []
    with zipfile.ZipFile(BytesIO(counter.do(bundle, "A-1", actor=ADMIN))) as files:
        assert "bad_data" not in {item["code"] for item in json.loads(files.read("案件.json"))["warnings"]}
    ground = {"seq": 3, "data": {"ground": "没有制作过这一文件"}, "reason": "漏填"}
    assert counter.make("A-1", "amend", ground, date(2024, 3, 20)).warnings == ()
    assert counter.make("A-1", "amend", {"seq": 3, "at": "2024-03-19", "reason": "写错"}, date(2024, 3, 20))


def test_what_an_amendment_types_is_judged(sessions):
    counter = Counter(sessions).replied(**NOT_HELD)
    amended = {"seq": 3, "data": {"search": SEARCH | {"on": "三月里"}}, "reason": "写错"}
    with pytest.raises(BadData) as caught:
        counter.make("A-1", "amend", amended, date(2024, 3, 20))
    assert problems(caught) == {"not_a_date"}


def test_what_a_record_of_the_past_told_besides_is_not_held_against_its_amendment(sessions):
    counter = Counter(sessions)
    counter.make("A-1", "submit", SUBMIT)
    counter.make("A-1", "accept")
    past = {"answer": "O12", "delivery": "post", "search": SEARCH | {"note": "内部备注"}}
    counter.record("A-1", "reply", past, date(2024, 3, 20))
    ground = {"seq": 3, "data": {"ground": "没有制作过这一文件"}, "reason": "漏填"}
    assert counter.make("A-1", "amend", ground, date(2024, 3, 20)).warnings == ()


def put_aside(event: Event) -> Event:
    return Event(event.seq, event.move, event.on, event.at, redact(event.move, event.data).kept, event.live)


@given(histories())
def test_a_history_is_judged_alike_with_its_texts_and_without_them(events):
    for known in (events, at_work(events)):
        told, kept = (fold("一件", order, LAW) for order in (known, [put_aside(item) for item in known]))
        assert [(item.seq, item.unmet.code) for item in told[1]] == [(item.seq, item.unmet.code) for item in kept[1]]


@given(histories())
def test_nothing_that_is_on_record_prevents_an_amendment(events):
    kept = [put_aside(item) for item in events]
    try:
        fold("一件", events, LAW, strict=True)
    except DisclosureError:
        return
    fold("一件", kept, LAW, strict=True)


def test_the_marks_are_told_from_words():
    assert is_put_aside(f"{PUT_ASIDE}0") and is_put_aside(ERASED)
    assert not is_put_aside("2024-03-18") and not is_put_aside(None)
