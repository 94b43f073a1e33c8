"""The kinds of papers: each has its template, and a history gives rise to the right ones."""

import re
from datetime import date

import pytest
from histories import LAW
from notices import OFFICE, ON, submitted

from disclosure.notifications.documents.facts import CaseHistory
from disclosure.notifications.documents.kinds import due_notices, kinds
from disclosure.notifications.documents.render import notice_for
from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.history import Event

LETTER = {"id": "c", "with": "third_party", "name": "甲公司"}
TAKEN_BACK = ("reply", "correction", "consultation_third_party")


def test_every_kind_has_its_template_and_every_template_its_kind():
    from importlib import resources

    folder = resources.files("disclosure.notifications.documents.templates")
    files = {entry.name.partition(".")[0] for entry in folder.iterdir() if entry.name.endswith(".j2")}
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


ACCEPTED = (submitted(), Event(2, "accept", ON))


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        ((("decide", {"answer": "O02", "delivery": "post"}), ("withdraw_decision", {"reason": "漏查"})), []),
        ((("request_correction", {"items": ["某处"], "days": 5}), ("cancel_correction", {"reason": "不用"})), []),
        ((("consult", LETTER), ("cancel_consultation", {"id": "c", "reason": "不用"})), []),
        (
            (
                ("consult", LETTER),
                ("dispatch", {"of": "consultation", "id": "c", "method": "post"}),
                ("cancel_consultation", {"id": "c", "reason": "送不到"}),
            ),
            ["consultation_third_party"],
        ),
    ],
    ids=["decision", "correction", "letter that stayed", "letter that left"],
)
def test_what_was_taken_back_before_it_left_gives_rise_to_no_paper(steps, kept):
    made = [Event(seq, move, date(2024, 3, 5), data=data, live=True) for seq, (move, data) in enumerate(steps, 3)]
    events = [*ACCEPTED, *made]
    case, _ = fold("一件", events, LAW)
    found = {item.kind for item in due_notices(case, events)}
    assert [kind for kind in TAKEN_BACK if kind in found] == kept


def test_a_request_that_was_given_up_for_want_of_payment_stays_one_when_it_is_handled_again():
    events = [
        *ACCEPTED,
        Event(3, "charge", date(2024, 3, 5), data={"basis": "items", "quantity": 31, "served_on": "2024-03-05"}),
        Event(4, "abandon", date(2024, 4, 10)),
        Event(5, "dispatch", date(2024, 4, 11), data={"of": "discontinuation", "method": "post"}),
        Event(6, "reopen", date(2024, 4, 15), data={"reason": "自行纠正"}),
    ]
    case, _ = fold("一件", events, LAW)
    assert [item.kind for item in due_notices(case, events) if item.seq == 4] == ["abandonment_payment"]
    unsent = [*events[:4], *events[5:]]
    assert [item for item in due_notices(fold("一件", unsent, LAW)[0], unsent) if item.seq == 4] == []
