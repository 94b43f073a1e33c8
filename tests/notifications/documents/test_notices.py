"""Notices: complete, traced, dated by their step, deaf to what applicants write."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from histories import LAW, histories
from hypothesis import given
from jinja2.exceptions import SecurityError, UndefinedError

from disclosure.notifications.customization.sample import sample_day, variants
from disclosure.notifications.documents.agency import Agency
from disclosure.notifications.documents.facts import CaseHistory
from disclosure.notifications.documents.kinds import NoticeRef, due_notices, kinds
from disclosure.notifications.documents.render import Notice, notice_for, templates_of
from disclosure.states.errors import BadData
from disclosure.states.procedure.fold import Event, fold, timeline
from disclosure.states.procedure.periods import Law
from disclosure.states.rules.outcomes import outcomes
from disclosure.states.rules.settings import Settings

OFFICE = Agency(
    name="湖城市水务局",
    kind="department",
    office="办公室",
    address="湖城市滨河路1号",
    phone="0000-1234567",
    review_organ="湖城市人民政府",
    court="湖城市中级人民法院",
    online_review="https://fuyi.example",
    representative="赵局长",
    payment="非税收入缴款书",
)
ON = date(2024, 3, 1)


def submitted(on: date = ON, **more: object) -> Event:
    applicant = {"kind": "natural_person", "name": "欧阳小明"}
    return Event(
        1, "submit", on, data={"channel": "in_person", "applicant": applicant, "information": "规划批复"} | more
    )


def written(*events: Event, kind: str, office: Agency = OFFICE, law: Law = LAW) -> Notice:
    """The last notice of a kind that the events give rise to."""
    case, _ = fold("2024-017", events, law)
    ref = [item for item in due_notices(case, timeline(events)) if item.kind == kind][-1]
    return notice_for(CaseHistory("2024-017", events, law), ref, office)


def replied(outcome: str, on: date = date(2024, 3, 20), received: date = ON, **more: object) -> tuple[Event, ...]:
    data = {"outcome": outcome, "delivery": "post", "ground": "理由若干", "items": ["第一项"]} | more
    if outcome == "partial":
        data["items"] = [
            {"part": "第一项", "outcome": "O02"},
            {"part": "第二项", "outcome": "O09", "ground": "讨论记录"},
        ]
    return submitted(received), Event(2, "reply", on, data=data)


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


@given(histories())
def test_every_date_in_a_text_is_a_fact_with_an_origin(events):
    case, _ = fold("一件", events, LAW)
    for ref in due_notices(case, timeline(events)):
        notice = notice_for(CaseHistory("一件", events, LAW), ref, OFFICE)
        traced = {trace.value for trace in notice.traces}
        assert set(re.findall(r"\d{4}年\d{1,2}月\d{1,2}日", notice.text)) <= traced
        assert all(trace.origin for trace in notice.traces)


def test_every_kind_has_its_template_and_every_template_its_kind():
    from importlib import resources

    folder = resources.files("disclosure.notifications.documents.templates")
    files = {entry.name.removesuffix(".j2") for entry in folder.iterdir() if entry.name.endswith(".j2")}
    assert {name for name in files if not name.startswith("_")} == {kind.key for kind in kinds()}


def test_no_template_types_a_year_a_length_or_an_article():
    from importlib import resources

    for entry in resources.files("disclosure.notifications.documents.templates").iterdir():
        if entry.name.endswith(".j2"):
            text = entry.read_text("utf-8")
            text = re.sub(r'"O\d\d"', "", text)
            assert not re.search(
                r"\d{2,}|第[一二三四五六七八九十]+条|[0-9一二三四五六七八九十]+个?(?:工作日|日内|个月)", text
            ), entry.name


@pytest.mark.parametrize("outcome", outcomes(), ids=lambda outcome: outcome.code)
def test_every_outcome_is_worded_with_its_article_and_a_remedy(outcome):
    if outcome.code == "O21":
        events = (
            submitted(),
            Event(2, "request_correction", ON, data={"items": ["文号"], "due_on": "2024-03-15"}),
            Event(3, "abandon", date(2024, 3, 18)),
        )
        notice = written(*events, kind="abandonment_correction")
    elif outcome.code == "O22":
        events = (
            submitted(),
            Event(2, "accept", ON),
            Event(3, "charge", ON, data={"basis": "items", "quantity": 31}),
            Event(4, "abandon", date(2024, 4, 18)),
        )
        notice = written(*events, kind="abandonment_payment")
        assert "2200.00元" in notice.text
    else:
        notice = written(*replied(outcome.row, ground=f"{outcome.code} 理由若干"), kind="reply")
        if not outcome.article.startswith("报表列项"):
            assert outcome.article in notice.text
    assert "湖城市人民政府" in notice.text
    assert "湖城市中级人民法院" in notice.text
    assert notice.missing == ()


@pytest.mark.parametrize(
    ("outcome", "on", "first", "direct"),
    [
        ("denied_state_secret", date(2023, 12, 29), False, True),
        ("denied_state_secret", date(2024, 1, 2), True, False),
        ("denied_state_secret", date(2025, 6, 3), True, False),
        ("partial", date(2023, 12, 29), False, True),
        ("partial", date(2024, 1, 2), True, True),
        ("denied_admin_query", date(2024, 1, 2), False, True),
        ("unable_not_held", date(2025, 6, 3), False, True),
    ],
)
def test_the_remedy_follows_the_outcome_and_the_day_of_the_decision(outcome, on, first, direct):
    text = written(*replied(outcome, on, on - timedelta(days=10)), kind="reply").text
    assert ("应当先申请行政复议" in text) == first
    assert ("60日" in text) and (("6个月内直接" in text) == direct)
    assert ("15日" in text) == first


def test_a_reply_by_the_network_names_the_way_to_a_review_by_the_network():
    assert "https://fuyi.example" in written(*replied("granted", delivery="online"), kind="reply").text
    assert "https://fuyi.example" not in written(*replied("granted"), kind="reply").text


def test_steps_on_the_way_name_no_remedy():
    events = (
        submitted(),
        Event(2, "accept", ON),
        Event(3, "request_correction", ON, data={"items": ["文号"], "due_on": "2024-03-15"}),
        Event(4, "correct", date(2024, 3, 5)),
        Event(5, "extend", date(2024, 3, 6), data={"days": 5, "reason": "多", "approved_by": "主任"}),
        Event(6, "charge", date(2024, 3, 7), data={"basis": "pages", "quantity": 72}),
    )
    for kind in ("receipt", "correction", "extension", "fee"):
        text = written(*events, kind=kind).text
        assert "人民法院" not in text
        assert "湖城市人民政府" not in text


def test_a_case_of_2018_bears_the_law_of_its_time_whenever_it_is_printed():
    notice = written(submitted(date(2018, 3, 1)), kind="receipt")
    assert "15个工作日" in notice.text
    assert "2018年3月22日" in notice.text
    assert "2019年修订" not in notice.text
    reply = written(*replied("granted", date(2018, 3, 20), date(2018, 3, 1)), kind="reply")
    assert "2019年修订" not in reply.text
    assert "第三十六条" not in reply.text


def test_printing_again_gives_the_same_bytes():
    events = replied("partial")
    assert written(*events, kind="reply") == written(*events, kind="reply")


def test_a_corrected_day_changes_the_text_and_a_later_step_does_not():
    events = (submitted(), Event(2, "accept", ON))
    before = written(*events, kind="receipt").text
    assert written(*events, Event(3, "withdraw", ON, data={"reason": "x"}), kind="receipt").text == before
    amended = Event(3, "amend", date(2024, 3, 5), data={"seq": 1, "at": "2024-02-29", "reason": "x"})
    assert "2024年2月29日" in written(*events, amended, kind="receipt").text


HOSTILE = (
    "{{ 7 * 7 }}",
    "{% for x in ().__class__.__mro__ %}",
    "<b>&\"'",
    "第一行\n　　第二行",
    "a\x00b\x1b[31m",
    "\ue000",
    "｛｛名｝｝",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_an_applicant_writes_appears_and_does_nothing(text):
    notice = written(submitted(information=text, applicant={"kind": "org_other", "name": text}), kind="receipt")
    plain = written(submitted(information="甲", applicant={"kind": "org_other", "name": "甲"}), kind="receipt")
    assert notice.text.count("\n") == plain.text.count("\n")
    assert "49" not in notice.text.replace("0000-1234567", "")
    assert "\x00" not in notice.text and "\x1b" not in notice.text
    shown = re.sub(r"[\x00-\x1f\ue000].*", "", text, flags=re.DOTALL)
    assert shown in notice.text


def test_templates_are_kept_in_a_sandbox():
    with pytest.raises(SecurityError):
        templates_of().environment.from_string("{{ ''.__class__.__mro__ }}").render()
    with pytest.raises(UndefinedError):
        templates_of().environment.from_string("{{ nothing }}").render()


def test_a_third_party_overruled_is_told_and_one_who_agreed_is_not():
    def story(opinion: str) -> list[str]:
        events = (
            submitted(),
            Event(2, "accept", ON),
            Event(3, "consult", ON, data={"id": "c", "with": "third_party", "name": "甲公司"}),
            Event(4, "opinion", date(2024, 3, 5), data={"id": "c", "opinion": opinion}),
            Event(5, "reply", date(2024, 3, 20), data={"outcome": "granted", "delivery": "post"}),
        )
        case, _ = fold("一件", events, LAW)
        found = due_notices(case, events)
        if opinion == "objects":
            notice = notice_for(
                CaseHistory("一件", events, LAW), next(r for r in found if r.kind == "third_party_decision"), OFFICE
            )
            assert "甲公司：" in notice.text
            assert "欧阳小明" not in notice.text
        return [item.kind for item in found]

    assert "third_party_decision" in story("objects")
    assert "third_party_decision" not in story("agrees")


def test_what_the_office_has_not_told_of_itself_shows_as_a_gap():
    notice = written(*replied("granted"), kind="reply", office=replace(OFFICE, court=""))
    assert "【待补：管辖法院】" in notice.text
    assert notice.missing == ("管辖法院",)


def test_another_reading_changes_the_remedy():
    law = Law(LAW.calendar, Settings(admin_query_route="review_first"))
    assert "应当先申请行政复议" in written(*replied("denied_admin_query"), kind="reply", law=law).text


def test_a_notice_of_an_unknown_kind_is_an_error():
    with pytest.raises(KeyError):
        notice_for(CaseHistory("一件", [submitted()], LAW), NoticeRef("nonsense", 1, ON), OFFICE)


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
