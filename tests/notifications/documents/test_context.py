"""The document context: what each kind of paper takes from the case and the law of its time."""

import re
from datetime import date

import pytest
from histories import LAW
from notices import replied, submitted, written

from disclosure.notifications.customization.sample import sample_day, variants
from disclosure.notifications.documents.kinds import due_notices, kinds
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.history import Event, timeline
from disclosure.states.procedure.periods import Law


def test_a_case_of_2018_bears_the_law_of_its_time_whenever_it_is_printed():
    notice = written(submitted(date(2018, 3, 1)), kind="receipt")
    assert "15个工作日" in notice.text
    assert "2018年3月22日" in notice.text
    assert "2019年修订" not in notice.text
    reply = written(*replied("granted", date(2018, 3, 20), date(2018, 3, 1)), kind="reply")
    assert "2019年修订" not in reply.text
    assert "（2007年）第二十一条第一项" in reply.text


_FACTS = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|第[一二三四五六七八九十百]+条|\d+\.\d{2}(?=元)|\d+(?=个?(?:工作日|月|日)(?!\d))|〔.{2,4}〕\d+号"
)


@pytest.mark.parametrize("kind", [item.key for item in kinds()])
def test_every_date_article_amount_length_and_number_of_every_paper_comes_from_somewhere(kind):
    for name, found in variants(kind, sample_day(Law.standard()), Law.standard()):
        if name in ("awkward", "long"):
            continue
        notice = found.notice()
        traced = [trace.value for trace in notice.traces]
        rows = [cell for rows in notice.facts.values.get("documents", []) for cell in rows]
        for fact in set(_FACTS.findall(notice.text)):
            assert any(fact in value for value in (*traced, *rows)), (name, fact)


def fee_notice(**data):
    accepted = Event(2, "accept", date(2024, 3, 1))
    return written(submitted(), accepted, Event(3, "charge", date(2024, 4, 2), data=data), kind="fee").text


def test_a_fee_by_items_tells_the_month_that_it_goes_on_from_and_no_last_day():
    text = fee_notice(basis="items", quantity=1, already=30)
    assert "《政府信息公开信息处理费管理办法》第四条" in text
    assert "在2024年3月先于本件收到你的申请30件，本件按1件计算，累计31件" in text
    assert "金额200.00元" in text
    assert "自收到本通知次日起20个工作日内缴纳" in text
    assert "2024年4月30日" not in text


def test_a_notice_of_a_fee_that_is_written_anew_tells_the_fee_that_stands():
    charged = Event(3, "charge", date(2024, 4, 2), data={"basis": "items", "quantity": 1, "already": 30})
    renewed = Event(4, "renew_term", date(2024, 4, 20), data={"of": "fee", "reason": "没有送到"})
    text = written(submitted(), Event(2, "accept", date(2024, 3, 1)), charged, renewed, kind="fee").text
    assert "申请30件，本件按1件计算，累计31件" in text
    assert "金额200.00元" in text


@pytest.mark.parametrize(
    ("data", "article"),
    [({"basis": "items", "quantity": 31}, "第四条"), ({"basis": "pages", "quantity": 119}, "第五条")],
)
def test_a_fee_that_does_not_go_on_from_others_says_nothing_of_a_month(data, article):
    text = fee_notice(**data)
    assert f"《政府信息公开信息处理费管理办法》{article}" in text
    assert "先于本件" not in text


def test_a_fee_that_was_dropped_has_no_notice_and_the_reply_tells_both():
    events = [submitted(), Event(2, "accept", date(2024, 3, 1))]
    events.append(Event(3, "charge", date(2024, 3, 4), data={"basis": "pages", "quantity": 119}))
    events.append(Event(4, "cancel_charge", date(2024, 3, 6), data={"reason": "数量不多"}))
    events.append(Event(5, "reply", date(2024, 3, 20), data={"answer": "O02", "delivery": "post"}))
    assert "本机关于2024年3月6日决定不再收取信息处理费。" in written(*events, kind="reply").text
    case, _ = fold("2024-017", events, LAW)
    assert "fee" not in {item.kind for item in due_notices(case, timeline(events))}


def test_the_notice_that_sets_the_term_of_a_fee_anew_tells_of_the_fee_that_was_charged():
    accepted = Event(2, "accept", date(2024, 4, 1))
    charged = Event(3, "charge", date(2024, 4, 2), data={"basis": "items", "quantity": 31})
    again = Event(4, "renew_term", date(2024, 5, 6), data={"of": "fee", "reason": "退回"})
    text = written(submitted(), accepted, charged, again, kind="fee").text
    assert "2200.00元" in text and "2024年5月6日" in text
