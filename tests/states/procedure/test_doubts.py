"""What looks wrong in the record of suits: the route, the review before, the judgment that is missing."""

from datetime import date

import pytest
from histories import LAW

from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.doubts import remedy_doubts
from disclosure.states.procedure.history import Event
from disclosure.states.rules.settings import Settings, settings_from

SUBMIT = ("2024-01-02", "submit", {"channel": "in_person", "applicant": {"kind": "org_other"}, "information": "x"})
HELD = ("2024-01-10", "reply", {"answer": "O12", "delivery": "post"})
SECRET = ("2024-01-10", "reply", {"answer": "O04", "delivery": "post", "ground": "机密"})
REVIEW = ("2024-02-01", "file_review", {"id": "r"})


def decided(result: str):
    return "2024-03-01", "decide_review", {"id": "r", "result": result}


def sued(**more: object):
    return "2024-03-11", "file_suit", {"id": "s"} | more


def doubts(*steps, settings: Settings | None = None) -> list[str]:
    events = [
        Event(n, move, date.fromisoformat(on), data=data) for n, (on, move, data) in enumerate((SUBMIT, *steps), 1)
    ]
    found = list(remedy_doubts(fold("一件", events, LAW, strict=True)[0], settings or LAW.settings))
    assert {suit.id for _, suit in found} <= {"s"}
    return [code for code, _ in found]


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        ((HELD, sued()), []),
        ((HELD, REVIEW, decided("upheld"), sued(after_review="r")), []),
        ((HELD, REVIEW, decided("upheld"), sued()), ["remark_suit_after_review"]),
        ((HELD, REVIEW, sued()), []),
        ((SECRET, sued()), ["remark_suit_without_review"]),
        ((SECRET, REVIEW, decided("upheld"), sued(after_review="r")), []),
        ((HELD, sued(after_review=True)), ["remark_suit_after_nothing"]),
        ((HELD, REVIEW, decided("upheld"), sued(after_review="x")), ["remark_suit_after_nothing"]),
        ((HELD, REVIEW, decided("not_accepted"), sued(after_review="r")), ["remark_suit_after_unheard"]),
        ((HELD, REVIEW, decided("application_rejected"), sued(after_review="r")), []),
        ((HELD, sued(), ("2024-06-03", "judge", {"id": "s", "instance": 2, "result": "revoked"})), []),
        (
            (HELD, sued(), ("2024-06-03", "judge", {"id": "s", "instance": 2, "result": "appeal_dismissed"})),
            ["remark_earlier_result_missing"],
        ),
    ],
)
def test_what_looks_wrong_is_told_and_nothing_else(steps, codes):
    assert doubts(*steps) == codes


@pytest.mark.parametrize(("reading", "codes"), [("decided", []), ("filed", ["remark_suit_without_review"])])
def test_whether_review_had_to_come_first_is_asked_for_the_day_chosen(reading, codes):
    events = [
        Event(1, "submit", date(2023, 12, 1), data=SUBMIT[2]),
        Event(2, "reply", date(2023, 12, 20), data=SECRET[2]),
        Event(3, "file_suit", date(2024, 1, 20), data={"id": "s"}),
    ]
    case = fold("一件", events, LAW, strict=True)[0]
    assert [code for code, _ in remedy_doubts(case, settings_from({"review_first_day": reading}))] == codes
