"""A notice is complete, the same on every printing, and deaf to what applicants write."""

import re

import pytest
from decided import START, asked, decided, live, opinion, paper
from histories import LAW, histories
from hypothesis import given
from jinja2.exceptions import SecurityError, UndefinedError
from notices import OFFICE, ON, replied, submitted, written

from disclosure.notifications.customization.sample import sample_day, variants
from disclosure.notifications.documents.agency import Agency
from disclosure.notifications.documents.facts import CaseHistory
from disclosure.notifications.documents.kinds import NoticeRef, due_notices
from disclosure.notifications.documents.render import TemplateTooLong, notice_for, sandbox, templates_of
from disclosure.states.errors import BadData
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.history import Event, timeline
from disclosure.states.procedure.periods import Law


@given(histories())
def test_every_step_that_calls_for_a_notice_gets_one_with_nothing_undefined(events):
    case, _ = fold("一件", events, LAW)
    for ref in due_notices(case, timeline(events)):
        notice = notice_for(CaseHistory("一件", events, LAW), ref, Agency())
        step = next(event for event in events if event.seq == ref.seq)
        assert notice.on == step.on == ref.on
        assert notice.text.endswith("\n")
        assert "{{" not in notice.text
        assert set(re.findall(r"【待补：(.+?)】", notice.text)) == set(notice.missing)


def test_printing_again_gives_the_same_bytes():
    events = replied("partial")
    assert written(*events, kind="reply") == written(*events, kind="reply")


HOSTILE = (
    "{{ 7 * 7 }}",
    "{% for x in ().__class__.__mro__ %}",
    "<b>&\"'",
    "第一行\n　　第二行",
    "a\x00b\x1b[31m",
    "｛｛名｝｝",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_an_applicant_writes_appears_and_does_nothing(text):
    notice = written(submitted(information=text, applicant={"kind": "org_other", "name": text}), kind="receipt")
    plain = written(submitted(information="甲", applicant={"kind": "org_other", "name": "甲"}), kind="receipt")
    assert notice.text.count("\n") == plain.text.count("\n")
    assert "49" not in notice.text.replace("0000-1234567", "")
    assert "\x00" not in notice.text and "\x1b" not in notice.text
    shown = re.sub(r"[\x00-\x1f].*", "", text, flags=re.DOTALL)
    assert shown in notice.text


def test_a_character_that_no_paper_prints_is_never_left_out_of_a_name():
    with pytest.raises(BadData) as caught:
        written(submitted(applicant={"kind": "org_other", "name": "刘\ue863"}), kind="receipt")
    assert (caught.value.faults[0]["problem"], caught.value.faults[0]["instead"]) == ("private_character", "䶮")


def test_templates_are_kept_in_a_sandbox():
    with pytest.raises(SecurityError):
        templates_of().environment.from_string("{{ ''.__class__.__mro__ }}").render()
    with pytest.raises(UndefinedError):
        templates_of().environment.from_string("{{ nothing }}").render()


def test_a_notice_of_an_unknown_kind_is_an_error():
    with pytest.raises(KeyError):
        notice_for(CaseHistory("一件", [submitted()], LAW), NoticeRef("nonsense", 1, ON), OFFICE)


@pytest.mark.parametrize(
    "broken",
    [
        "{{ 1 / (information | length - 4) }}",
        "{{ nothing }}",
        "{{ agency + 1 }}",
        "{{ agency | nofilter }}",
        "{{ agency.__class__ }}",
    ],
)
def test_an_own_template_that_breaks_on_a_case_is_told_as_such(broken):
    law = Law.standard()
    found = next(variants("receipt", sample_day(law), law))[1]
    with pytest.raises(BadData) as caught:
        found.notice({"receipt": broken})
    assert caught.value.faults[0]["field"] == "receipt.j2"


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in t %}{% for b in t %}{% for c in t %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in t %}{% for b in t %}{{ b }}{% endfor %}{% endfor %}",
        "{{ t * 1000000 }}",
        "{{ 1000000000 * '字' }}",
        "{{ 9 ** 9 ** 9 }}",
    ],
)
def test_a_template_that_does_not_come_to_an_end_is_ended_when_a_paper_is_written(text):
    with pytest.raises(TemplateTooLong):
        sandbox(lambda _: text).get_template("own").render(t="字" * 20_000)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{% for a in 'abc' %}{{ loop.index }}{{ a }}{% else %}-{% endfor %}", "1a2b3c"),
        ("{% for a in '' %}{{ a }}{% else %}-{% endfor %}", "-"),
        ("{{ 3 * 4 }}{{ '－' * 3 }}", "12－－－"),
    ],
)
def test_loops_and_products_of_the_usual_size_are_as_ever(text, shown):
    assert sandbox(lambda _: text).get_template("own").render() == shown


def test_a_stop_that_staff_bring_with_their_words_is_not_printed_twice():
    ground = "涉及第三方个人信息。"
    text = paper(*START, decided(3, "O07", ground=ground, unconsulted="涉及三千余人。")).text
    assert "没有征求第三方意见的原因：涉及三千余人。\n" in text
    demand = live(3, "demand_reasons", ON, due_on="2024-03-15", counts="一个月三百件。")
    text = written(*START, demand, kind="reasons").text
    assert "一个月三百件。根据" in text and "于2024年3月15日前（含当日）书面说明理由" in text


def test_what_the_applicant_wrote_is_quoted_with_all_its_stops():
    asked_for = submitted(information="规划批复。。附图；；")
    text = written(asked_for, Event(2, "reply", ON, data={"answer": "O02", "delivery": "post"}), kind="reply").text
    assert "“规划批复。。附图；；”" in text


@pytest.mark.parametrize(("code", "before"), [("O13", "负责公开的机关："), ("O15", "仍不明确之处：")])
def test_what_follows_a_colon_has_no_label_of_its_own(code, before):
    text = paper(*START, decided(3, code, ground="由市规划局负责")).text
    assert f"{before}\n　　由市规划局负责\n" in text
    search = {"what": "逐卷翻查，没有"}
    assert "检索情况如下：\n　　逐卷翻查，没有\n" in paper(*START, decided(3, "O12", search=search)).text


def test_a_history_tells_once_that_several_were_asked_on_one_day():
    events = (*START, *asked(3, "a", "甲公司"), *asked(5, "b", "乙公司"), opinion(7, "a", "objects"))
    text = paper(*events, opinion(8, "b", "objects"), decided(9, "O07", ground="商业秘密")).text
    assert text.count("本机关于2024年3月4日发出征求意见的文书。") == 1
    assert "决定征求意见" not in text
