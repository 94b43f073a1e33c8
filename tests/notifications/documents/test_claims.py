"""Sentences of fact: each template's are declared, and none stands in a paper whose case lacks the step."""

import re
from collections import Counter
from datetime import date

import pytest
from histories import LAW, at_work, histories
from hypothesis import given
from hypothesis import strategies as st
from notices import OFFICE, ON, submitted
from random_lives import random_life

from disclosure.notifications.documents.claims import claims, no_claims, pattern, unproved
from disclosure.notifications.documents.facts import CaseHistory, situation
from disclosure.notifications.documents.kinds import NoticeRef, due_notices, kind
from disclosure.notifications.documents.render import Notice, notice_for, shipped, shipped_names
from disclosure.notifications.messages.catalogue import message_keys, text_of
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.history import Event, timeline

FACT = re.compile(
    "征求|补正|说明理由|说明的理由|所作的说明|不合理|延长|延迟|检索|缴费|缴纳|信息处理费|送达|作出过答复|作出答复|曾作出|重新处理|已经获取"
)
"""Words by which a sentence says that something has happened."""
A_DAY = "2024年3月1日"
_DECLARED = [pattern(words) for claim in claims() for words in claim.says] + [pattern(words) for words in no_claims()]


def undeclared(text: str) -> list[str]:
    """The sentences of a template, its forms left out, that say or ask for a fact and are not declared."""
    rows = ("@栏", "@行", "@附", "@题", "@标", "@用")
    lines = [line for line in text.splitlines() if not line.startswith(rows)]
    plain = re.sub(r"\{%.*?%\}", "", "\n".join(lines)).replace("{{ you }}", "你")
    plain = re.sub(r"\{\{.*?\}\}|\{\w+\}", A_DAY, plain)
    letters = list(plain)
    for found in (found for words in _DECLARED for found in words.finditer(plain)):
        letters[found.start() : found.end()] = "　" * len(found[0])
    return [sentence for sentence in re.findall(r"[^。；\n]+", "".join(letters)) if FACT.search(sentence)]


@pytest.mark.parametrize("name", shipped_names())
def test_every_sentence_of_fact_in_a_template_declares_the_step_on_which_it_rests(name):
    assert undeclared(shipped(name) or "") == []


def test_so_does_every_sentence_that_is_put_together_from_messages():
    told = [key for key in message_keys() if key.startswith(("told_", "remedy_"))]
    assert len(told) > 10
    assert [sentence for key in told for sentence in undeclared(text_of(key) or "")] == []


def test_a_sentence_of_fact_without_declaration_is_found():
    assert undeclared("经反复检索，仍未发现。") == ["经反复检索，仍未发现"]
    assert undeclared("本机关于{{ sent_on }}已经送达。") != []


def test_what_is_declared_stands_in_some_template_or_message():
    texts = [shipped(name) or "" for name in shipped_names()] + [text_of(key) or "" for key in message_keys()]
    whole = re.sub(r"\{%.*?%\}", "", "\n".join(texts)).replace("{{ you }}", "你")
    spoken = re.sub(r"\{\{.*?\}\}|\{\w+\}", A_DAY, whole)
    for_units = spoken.replace("你", "你单位")
    dead = [words for item in claims() for words in item.says if not pattern(words).search(spoken + for_units)]
    assert dead == []


REPLIED = date(2024, 3, 20)


def faults(*events: Event) -> set[str]:
    """The problems of the reply that the last of the events makes."""
    ref = NoticeRef("reply", events[-1].seq, events[-1].on)
    history = CaseHistory("2024-017", events, LAW)
    notice = notice_for(history, ref, OFFICE)
    return {str(fault["problem"]) for fault in unproved(notice.text, situation(history, ref, OFFICE))}


def reply(seq: int, answer: str, **more: object) -> Event:
    data = {"answer": answer, "delivery": "post", "ground": "理由若干"} | more
    return Event(seq, "reply", REPLIED, data=data, live=True)


def live(seq: int, move: str, on: date, **data: object) -> Event:
    return Event(seq, move, on, data=data, live=True)


ASKED = {"id": "c", "with": "third_party", "name": "某公司"}
START = (submitted(), live(2, "accept", ON))
SENT = live(4, "dispatch", date(2024, 3, 4), of="consultation", id="c", method="post")


def test_a_third_party_is_protected_only_after_it_was_asked():
    assert faults(*START, reply(3, "O07")) == {"consultation_missing"}
    consulted = (*START, live(3, "consult", date(2024, 3, 4), **ASKED))
    opinion = {"id": "c", "opinion": "objects", "reason": "商业秘密"}
    assert faults(*consulted, SENT, live(5, "opinion", date(2024, 3, 8), **opinion), reply(6, "O07")) == set()
    called_off = live(4, "cancel_consultation", date(2024, 3, 8), id="c", reason="不再需要")
    assert faults(*consulted, called_off, reply(5, "O07")) == {"consultation_missing"}


def test_a_reason_why_nobody_was_asked_stands_in_place_of_the_sentence():
    events = (*START, reply(3, "O07", unconsulted="涉及三千余人，均已隐去姓名"))
    assert faults(*events) == set()
    text = notice_of(events).text
    assert "并征求意见" not in text
    assert "没有征求第三方意见的原因：涉及三千余人，均已隐去姓名" in text


def test_who_could_not_be_reached_is_told_with_what_was_tried():
    tried = {"id": "c", "reason": "无法送达", "undeliverable": "3月4日邮寄退回，3月6日上门无人"}
    events = (
        *START,
        live(3, "consult", date(2024, 3, 4), **ASKED),
        SENT,
        live(5, "cancel_consultation", date(2024, 3, 8), **tried),
        reply(6, "O07"),
    )
    assert faults(*events) == set()
    assert "没有能够送达：3月4日邮寄退回，3月6日上门无人" in notice_of(events).text


def test_still_unclear_needs_a_correction_that_came():
    assert faults(*START, reply(3, "O15")) == {"correction_missing"}
    asked = live(3, "request_correction", date(2024, 3, 4), items=["文号"], due_on="2024-03-15")
    assert faults(*START, asked, live(4, "correct", date(2024, 3, 8)), reply(5, "O15")) == set()


def test_reasons_are_judged_or_were_not_given_after_a_demand_that_was_served():
    assert faults(*START, reply(3, "O19")) == {"reasons_not_asked"}
    demand = live(3, "demand_reasons", date(2024, 3, 4), due_on="2024-03-15")
    given_ = live(4, "give_reasons", date(2024, 3, 8), accepted=False)
    assert faults(*START, demand, given_, reply(5, "O19")) == set()
    assert "所说明的理由不合理" in notice_of((*START, demand, given_, reply(5, "O19"))).text
    assert faults(*START, demand, reply(4, "O19")) == {"reasons_not_asked"}
    served = live(4, "serve", date(2024, 3, 6), of="reasons", method="post")
    silent = (*START, demand, served, reply(5, "O19"))
    assert faults(*silent) == set()
    assert "要求说明理由，逾期没有说明" in notice_of(silent).text


@pytest.mark.parametrize(("told", "missing"), [("false", set()), (False, set()), ("true", {"reasons_not_asked"})])
def test_a_judgment_that_was_typed_as_a_word_is_read_as_one(told, missing):
    demand = live(3, "demand_reasons", date(2024, 3, 4), due_on="2024-03-15")
    judged = live(4, "give_reasons", date(2024, 3, 8), accepted=told)
    assert faults(*START, demand, judged, reply(5, "O19")) == missing
    accepted = "经说明，所作的说明，本机关认为合理。"
    ref = NoticeRef("reply", 5, REPLIED)
    at = situation(CaseHistory("2024-017", (*START, demand, judged, reply(5, "O02")), LAW), ref, OFFICE)
    assert bool(list(unproved(accepted, at))) == (missing == set())


def test_of_three_securities_and_stability_the_one_that_was_chosen_is_named():
    assert faults(*START, reply(3, "O06")) == {"endangers_missing"}
    text = notice_of((*START, reply(3, "O06", endangers="public_security"))).text
    assert "可能危及公共安全。" in text
    assert "社会稳定" not in text


def test_an_earlier_reply_from_before_the_system_is_cited_by_number_day_and_scan():
    old = {"number": "湖水公开〔2016〕3号", "on": "2016-05-09", "scan": "2016年卷第3件.pdf"}
    events = (*START, reply(3, "O17", earlier=old))
    assert faults(*events) == set()
    assert "（湖水公开〔2016〕3号，2016年5月9日）" in notice_of(events).text
    assert faults(*START, reply(3, "O17", earlier="湖水公开〔2016〕3号")) == {"earlier_not_served"}


def test_a_third_party_reads_its_own_opinion_and_the_one_ground_that_was_chosen():
    opinion = live(5, "opinion", date(2024, 3, 8), id="c", opinion="partly", reason="部分是商业秘密")
    overruled = reply(6, "O02", overruled="不足以阻止", overruled_for="unreasonable")
    events = (*START, live(3, "consult", date(2024, 3, 4), **ASKED), SENT, opinion, overruled)
    text = notice_of(events, "third_party_decision").text
    assert "你（单位）部分同意公开，理由是" in text
    assert "本机关认为你（单位）的理由不合理。" in text
    assert "公共利益" not in text


def test_what_was_never_sent_is_not_told_and_what_is_assumed_of_the_past_is_no_service():
    asked = live(3, "consult", date(2024, 3, 4), **ASKED)
    dropped = {"id": "c", "reason": "不再需要"}
    unsent = (*START, asked, live(4, "cancel_consultation", date(2024, 3, 8), **dropped), reply(5, "O02"))
    assert "征求意见" not in notice_of(unsent).text
    sent = (*START, asked, SENT, live(5, "cancel_consultation", date(2024, 3, 8), **dropped), reply(6, "O02"))
    assert "本机关于2024年3月4日发出征求意见的文书。" in notice_of(sent).text
    past = (*START, Event(3, "consult", date(2024, 3, 4), data=ASKED), unsent[3], reply(5, "O02"))
    assert "本机关于2024年3月4日决定征求意见。" in notice_of(past).text


def notice_of(events: tuple[Event, ...], key: str = "reply") -> Notice:
    ref = "c" if key == "third_party_decision" else ""
    return notice_for(CaseHistory("2024-017", events, LAW), NoticeRef(key, events[-1].seq, events[-1].on, ref), OFFICE)


_SAID = {
    r"征求意见，公开|发出征求意见的文书|决定征求意见|征求你（单位）的意见，你": {"consult"},
    r"于[^。]*告知(你|你单位)?补正|作出补正告知": {"request_correction"},
    r"收到补正后的申请。|补正后，申请内容仍不明确": {"correct"},
    r"决定延长答复期限|答复期限延长": {"extend"},
    r"决定收取信息处理费|发出收费通知书|通知(你|你单位)缴纳": {"charge"},
    r"缴费于": {"pay"},
    r"所说明的理由不合理|本机关认为合理，": {"give_reasons"},
    r"逾期没有说明": {"demand_reasons"},
    r"决定延迟答复": {"defer"},
    r"日作出答复：": {"reply", "decide"},
    r"重新处理，现|已对本件重新处理": {"reopen"},
}
"""What a paper says, and the moves of which one must be in the history: written down apart from the declarations."""
_SENT = {"发出征求意见的文书": "consultation", "日告知补正。": "correction", "发出收费通知书": "fee", "日告知。": ""}


def let_through(events: list[Event]) -> Counter[str]:
    """The papers of a life that nothing prevents, none of which says what its history lacks."""
    case, _ = fold("一件", events, LAW)
    history = CaseHistory("一件", events, LAW)
    passed: Counter[str] = Counter()
    for ref in due_notices(case, timeline(events)):
        notice, at = notice_for(history, ref, OFFICE), situation(history, ref, OFFICE)
        if kind(ref.kind).to == "file" or notice.missing or list(unproved(notice.text, at)):
            continue
        passed[ref.kind] += 1
        made = {item.move for item in at.events}
        for words, moves in _SAID.items():
            assert not re.search(words, notice.text) or made & moves, (words, notice.text)
        for words, paper in _SENT.items():
            told = [
                item for item in at.events if item.move in ("dispatch", "serve") and paper in ("", item.data.get("of"))
            ]
            by_move = any(item.data.get("served_on") for item in at.events)
            assert words not in notice.text or told or by_move, (words, notice.text)
    return passed


@given(histories(), st.booleans())
def test_no_paper_that_would_be_issued_says_what_the_history_lacks(events, live):
    """Law: 条例 arts. 30, 32, 33, 35, 36, 42."""
    let_through(at_work(events) if live else events)


def test_nor_does_any_paper_of_live_work_whose_letters_are_posted_taken_and_returned():
    """Law: 条例 arts. 30, 32, 33, 35, 36, 42."""
    passed: Counter[str] = Counter()
    for number in range(80):
        passed += let_through(random_life(number, live=True))
    wanted = ("receipt", "correction", "extension", "consultation_third_party", "reply", "reasons")
    assert {key: passed[key] for key in wanted if passed[key] < 5} == {}, passed


@pytest.mark.parametrize(
    "ground",
    [
        "已电话征求第三方意见",
        "第三方（某公司）不同意",
        "经检索，属于内部事务",
        "经补正，仍是内部事务",
        "已要求申请人说明理由",
    ],
)
def test_reasons_that_staff_type_say_nothing_that_is_not_on_record(ground):
    assert faults(*START, reply(3, "O08", ground=ground)) == {"said_not_recorded"}
    part = {"part": "乙", "answer": "O08", "ground": ground}
    assert faults(*START, reply(3, "O03", items=[{"part": "甲", "answer": "O02"}, part])) == {"said_not_recorded"}


@pytest.mark.parametrize(
    "ground", ["没有征求过第三方意见", "未经检索", "并非经检索得知", "无法征求第三方意见", "应当由第三方说明"]
)
def test_what_they_deny_they_do_not_say(ground):
    assert faults(*START, reply(3, "O08", ground=ground)) == set()


def test_what_is_on_record_can_be_typed():
    opinion = live(5, "opinion", date(2024, 3, 8), id="c", opinion="objects", reason="商业秘密")
    events = (*START, live(3, "consult", date(2024, 3, 4), **ASKED), SENT, opinion)
    assert faults(*events, reply(6, "O07", ground="已征求第三方意见，第三方不同意公开")) == set()
    assert faults(*START, reply(3, "O14", ground="经检索，需要汇总", search="档案系统")) == set()
