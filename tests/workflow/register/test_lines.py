"""From a row of the register to journal lines."""

from datetime import date
from pathlib import Path

import pytest
from register_book import (
    CHARGE,
    CONSULTATION,
    CORRECTION,
    EXTENSION,
    FULL,
    REPLIED,
    REVIEW,
    SUIT,
    TODAY,
    book,
    data,
    moves,
    read_rows,
    table,
    without,
)

from disclosure.states.procedure.description import choices_of
from disclosure.states.rules.receipt import received_at_once
from disclosure.workflow.register.columns import columns
from disclosure.workflow.register.lines import Values, row_lines
from disclosure.workflow.register.reading import read_register


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.xlsx"


def test_a_request_in_person_is_received_the_day_it_is_submitted(path: Path) -> None:
    register = read_rows(path, {**FULL, "applicant_phone": 10000000001, "handler": "办公室"})
    assert [line.as_json() for line in register.lines] == [
        {
            "case": "2025-001",
            "move": "submit",
            "at": "2025-03-03",
            "by": "import",
            "data": {
                "channel": "in_person",
                "information": "水库除险加固批复",
                "applicant": {"kind": "natural_person", "name": "甄一禾", "phone": "10000000001"},
            },
        },
        {
            "case": "2025-001",
            "move": "accept",
            "at": "2025-03-03",
            "by": "import",
            "data": {"handler": "办公室"},
        },
    ]
    assert (register.rows, register.where) == (1, {"2025-001": ("台账", 2)})


def test_lines_bear_the_name_of_who_imports(path: Path) -> None:
    book(path, ("台账", table(FULL)))
    assert {line.by for line in read_register(path, by="u017", today=TODAY).lines} == {"u017"}


@pytest.mark.parametrize("channel", ["网上", "平信", "传真"])
def test_what_needs_confirmation_is_received_when_both_sides_confirm(path: Path, channel: str) -> None:
    register = read_rows(path, {**FULL, "channel": channel, "submitted_on": date(2025, 3, 1)})
    assert moves(register) == [("submit", "2025-03-01"), ("confirm", "2025-03-03")]


@pytest.mark.parametrize("channel", [*choices_of("submit", "channel"), "one_declared_later"])
def test_a_way_to_submit_is_confirmed_unless_its_move_receives_it_at_once(channel: str) -> None:
    day = date(2025, 3, 3)
    values = Values({"case": "1", "channel": channel, "information": "文件", "received_on": day})
    found = [line.move for line in row_lines(values, "import")]
    assert found == (["submit"] if received_at_once(channel, day) else ["submit", "confirm"])


def test_without_a_day_of_submission_it_is_submitted_and_confirmed_on_one_day(path: Path) -> None:
    assert moves(read_rows(path, {**FULL, "channel": "网上"})) == [
        ("submit", "2025-03-03"),
        ("confirm", "2025-03-03"),
    ]


def test_an_online_request_not_yet_confirmed_is_only_submitted(path: Path) -> None:
    row = {**without(FULL, "received_on"), "channel": "网上", "submitted_on": date(2025, 3, 1)}
    assert moves(read_rows(path, row)) == [("submit", "2025-03-01")]


def test_the_posting_day_of_a_signed_letter_counts_for_nothing(path: Path) -> None:
    register = read_rows(path, {**FULL, "channel": "EMS", "submitted_on": date(2025, 2, 27)})
    assert moves(register) == [("submit", "2025-03-03")]


def test_a_correction_made_leads_to_request_and_correct(path: Path) -> None:
    register = read_rows(path, {**REPLIED, **CORRECTION, "corrected_on": date(2025, 3, 12)})
    assert moves(register) == [
        ("submit", "2025-03-03"),
        ("request_correction", "2025-03-05"),
        ("correct", "2025-03-12"),
        ("reply", "2025-03-20"),
    ]
    assert data(register, "request_correction") == {"items": ["写明名称", "身份证明"], "due_on": "2025-03-19"}


def test_acceptance_written_down_after_the_correction_is_recorded_before_it(path: Path) -> None:
    row = {**REPLIED, **CORRECTION, "corrected_on": date(2025, 3, 12), "accepted_on": date(2025, 3, 12)}
    assert moves(read_rows(path, row))[1:3] == [
        ("accept", "2025-03-05"),
        ("request_correction", "2025-03-05"),
    ]


def test_no_correction_in_time_is_abandonment(path: Path) -> None:
    row = {**FULL, **CORRECTION, "ended_on": date(2025, 3, 20), "outcome": "逾期不补正"}
    assert moves(read_rows(path, row))[-1] == ("abandon", "2025-03-20")


def test_no_payment_in_time_is_abandonment(path: Path) -> None:
    row = {**FULL, **CHARGE, "ended_on": date(2025, 4, 20), "outcome": "逾期不缴费"}
    assert moves(read_rows(path, row)) == [
        ("submit", "2025-03-03"),
        ("accept", "2025-03-03"),
        ("charge", "2025-03-10"),
        ("abandon", "2025-04-20"),
    ]


@pytest.mark.parametrize(
    ("opinion", "move", "expected"),
    [
        ("同意", "opinion", {"id": "c1", "opinion": "agrees"}),
        ("不同意公开", "opinion", {"id": "c1", "opinion": "objects"}),
        ("部分同意", "opinion", {"id": "c1", "opinion": "partly"}),
        ("逾期未反馈", "lapse_consultation", {"id": "c1"}),
        ("撤销征求", "cancel_consultation", {"id": "c1", "reason": "不再征求意见"}),
    ],
)
def test_each_answer_to_a_consultation_has_its_move(
    path: Path,
    opinion: str,
    move: str,
    expected: dict[str, str],
) -> None:
    register = read_rows(
        path,
        {
            **FULL,
            **CONSULTATION,
            "consulted_served_on": date(2025, 3, 7),
            "opinion": opinion,
            "opinion_on": date(2025, 4, 1),
        },
    )
    assert data(register, "consult") == {
        "id": "c1",
        "with": "third_party",
        "name": "某公司",
        "served_on": "2025-03-07",
    }
    assert data(register, move) == expected


def test_extension_charge_and_payment_become_lines(path: Path) -> None:
    register = read_rows(
        path,
        {**FULL, **EXTENSION, **CHARGE, "paid_on": date(2025, 3, 14), "charge_served_on": date(2025, 3, 11)},
    )
    assert [move for move, _ in moves(register)] == ["submit", "accept", "charge", "pay", "extend"]
    assert data(register, "extend") == {"days": 10, "reason": "调阅档案", "approved_by": "尚禾"}
    assert data(register, "charge") == {"basis": "pages", "quantity": 109, "served_on": "2025-03-11"}


def test_a_fee_that_was_dropped_becomes_a_line(path: Path) -> None:
    dropped = {"cancel_charge:": date(2025, 3, 14), "cancel_charge:reason": "数量不多", "charge:already": 30}
    register = read_rows(path, {**REPLIED, **CHARGE, **dropped, "charge_basis": "按件", "charge_quantity": 1})
    assert register.faults == []
    assert [move for move, _ in moves(register)][2:4] == ["charge", "cancel_charge"]
    assert data(register, "charge") == {"basis": "items", "quantity": 1, "already": 30}
    assert data(register, "cancel_charge") == {"reason": "数量不多"}


def test_reasons_and_deferral_become_lines(path: Path) -> None:
    register = read_rows(
        path,
        {
            **FULL,
            "reasons_asked_on": date(2025, 3, 5),
            "reasons_due_on": date(2025, 3, 12),
            "reasons_given_on": date(2025, 3, 11),
            "reasons_accepted": "是",
            "deferred_on": date(2025, 3, 11),
            "deferred_until": date(2025, 5, 30),
        },
    )
    assert [move for move, _ in moves(register)] == [
        "submit",
        "accept",
        "demand_reasons",
        "give_reasons",
        "defer",
    ]
    assert data(register, "give_reasons") == {"accepted": True}
    assert data(register, "defer") == {"until": "2025-05-30"}


def test_what_ends_a_step_comes_before_what_begins_on_the_same_day(path: Path) -> None:
    day = date(2025, 3, 14)
    row = {**FULL, **CHARGE, "paid_on": day, **CONSULTATION, "consulted_on": day}
    assert [move for move, _ in moves(read_rows(path, row))] == [
        "submit",
        "accept",
        "charge",
        "pay",
        "consult",
    ]


@pytest.mark.parametrize(("outcome", "move"), [("撤回", "withdraw"), ("终止", "discontinue")])
def test_an_ending_without_reply_gives_its_reason_and_the_service_of_its_notice(
    path: Path,
    outcome: str,
    move: str,
) -> None:
    register = read_rows(
        path,
        {
            **without(REPLIED, "delivery", "ground"),
            "outcome": outcome,
            "served_on": date(2025, 3, 21),
            "closed_on": date(2025, 4, 1),
        },
    )
    assert [name for name, _ in moves(register)] == ["submit", move, "serve", "close"]
    assert data(register, move)["reason"]
    assert data(register, "serve") == {"of": "discontinuation"}


LETTERS = {
    "correction": ({**REPLIED, **CORRECTION, "corrected_on": date(2025, 3, 14)}, "correction_sent_on", 5),
    "extension": ({**REPLIED, **EXTENSION}, "extension_sent_on", 18),
    "fee": ({**REPLIED, **CHARGE, "paid_on": date(2025, 3, 14)}, "charge_sent_on", 10),
    "deferral": (
        {**FULL, "deferred_on": date(2025, 3, 11), "deferred_until": date(2025, 5, 30)},
        "deferral_sent_on",
        11,
    ),
    "reasons": (
        {**FULL, "reasons_asked_on": date(2025, 3, 5), "reasons_due_on": date(2025, 3, 12)},
        "reasons_sent_on",
        5,
    ),
}


@pytest.mark.parametrize("of", LETTERS)
def test_the_days_of_a_paper_become_its_dispatch_and_its_service(path: Path, of: str) -> None:
    row, sent, day = LETTERS[of]
    served = columns()[sent.replace("_sent_on", "_served_on")].key
    register = read_rows(path, {**row, sent: date(2025, 3, day), served: date(2025, 3, day + 1)})
    assert data(register, "dispatch") == {"of": of, "method": "post"}
    assert data(register, "serve") == {"of": of}
    days = dict(moves(register))
    assert (days["dispatch"], days["serve"]) == (f"2025-03-{day:02d}", f"2025-03-{day + 1:02d}")
    made = [name for name, _ in moves(register)]
    assert made.index("dispatch") + 1 == made.index("serve")


def test_a_letter_that_asks_for_an_opinion_is_named_by_its_number(path: Path) -> None:
    sent = {"consulted_sent_on": date(2025, 3, 7), "consulted_served_on": date(2025, 3, 10)}
    register = read_rows(path, {**FULL, **CONSULTATION, **sent})
    assert [name for name, _ in moves(register)] == ["submit", "accept", "consult", "dispatch", "serve"]
    assert data(register, "dispatch") == {"of": "consultation", "id": "c1", "method": "post"}
    assert data(register, "serve") == {"of": "consultation", "id": "c1"}


def test_the_service_of_a_notice_comes_before_the_answer_of_that_day(path: Path) -> None:
    day = date(2025, 3, 12)
    row = {**REPLIED, **CORRECTION, "correction_served_on": day, "corrected_on": day}
    assert [name for name, _ in moves(read_rows(path, row))][1:] == ["request_correction", "serve", "correct", "reply"]


def test_a_third_party_is_told_of_the_decision(path: Path) -> None:
    told = {"third_party_sent_on": date(2025, 3, 20), "third_party_served_on": date(2025, 3, 24)}
    asked = {**CONSULTATION, "opinion": "不同意", "opinion_on": date(2025, 3, 12)}
    register = read_rows(path, {**REPLIED, **asked, **told})
    assert [name for name, _ in moves(register)][-3:] == ["reply", "dispatch", "serve"]
    assert data(register, "serve") == {"of": "third_party_decision"}


@pytest.mark.parametrize(
    ("delivery", "sent", "expected"),
    [
        ("邮寄", 20, ["reply", "dispatch"]),
        ("邮寄", 24, ["decide", "dispatch"]),
        ("电子邮件", 24, ["decide", "dispatch"]),
        ("委托送达", 24, ["reply", "dispatch"]),
    ],
)
def test_a_reply_that_left_after_its_day_was_but_decided_where_the_leaving_makes_it(
    path: Path, delivery: str, sent: int, expected: list[str]
) -> None:
    register = read_rows(path, {**REPLIED, "delivery": delivery, "reply_sent_on": date(2025, 3, sent)})
    assert [name for name, _ in moves(register)][1:] == expected
    assert data(register, expected[0])["delivery"] == data(register, "dispatch")["method"]


def test_a_term_of_correction_may_be_told_in_working_days(path: Path) -> None:
    row = {**FULL, **CORRECTION, "correction_due_on": None, "correction_days": 10}
    assert data(read_rows(path, row), "request_correction") == {"items": ["写明名称", "身份证明"], "days": 10}


def test_reply_service_and_filing_follow_each_other(path: Path) -> None:
    register = read_rows(path, {**REPLIED, "served_on": date(2025, 3, 24), "closed_on": date(2025, 4, 1)})
    assert [name for name, _ in moves(register)] == ["submit", "reply", "serve", "close"]
    assert data(register, "reply") == {"outcome": "granted", "ground": "条例", "delivery": "post"}


def test_a_review_and_the_suit_after_it_become_lines(path: Path) -> None:
    register = read_rows(
        path,
        {
            **REPLIED,
            **REVIEW,
            "review_organ": "青禾县人民政府",
            "review_notified_on": date(2025, 4, 15),
            "review_procedure": "简易程序",
            "review_answered_on": date(2025, 4, 21),
            "review_decided_on": date(2025, 5, 20),
            "review_result": "驳回复议请求",
            **SUIT,
            "suit_filed_on": date(2025, 6, 3),
            "suit_after_review": "是",
            "suit_notified_on": date(2025, 6, 12),
            "suit_answered_on": date(2025, 6, 25),
            "suit_judged_on": date(2025, 9, 1),
            "suit_result": "确认违法",
            "suit_appealed_on": date(2025, 9, 12),
            "suit_final_on": date(2025, 12, 1),
            "suit_final_result": "驳回上诉，维持原判",
        },
    )
    assert [name for name, _ in moves(register)][2:] == [
        "file_review",
        "notify_review",
        "answer_review",
        "decide_review",
        "file_suit",
        "notify_suit",
        "answer_suit",
        "judge",
        "appeal",
        "judge",
    ]
    assert data(register, "file_review") == {"id": "r1", "organ": "青禾县人民政府"}
    assert data(register, "notify_review") == {"id": "r1", "procedure": "simplified"}
    assert data(register, "decide_review") == {"id": "r1", "result": "claim_rejected"}
    assert data(register, "file_suit") == {"id": "s1", "after_review": "r1"}
    assert register.lines[-1].data == {"id": "s1", "instance": 2, "result": "unlawful"}


def test_a_pending_remedy_has_no_result(path: Path) -> None:
    register = read_rows(
        path,
        {
            **REPLIED,
            **REVIEW,
            "review_result": "审理中",
            **SUIT,
            "suit_after_review": "否",
            "suit_result": "未审结",
        },
    )
    assert [name for name, _ in moves(register)][2:] == ["file_review", "file_suit"]
    assert data(register, "file_suit") == {"id": "s1"}


def test_lines_keep_the_order_of_sheets_and_rows(path: Path) -> None:
    rows = [{**FULL, "case": f"2025-{number:03d}"} for number in (3, 1, 2)]
    book(path, ("2025年", table(*rows)), ("2024年", table({**FULL, "case": "2024-009"})))
    assert [line.case for line in read_register(path, today=TODAY).lines] == [
        "2025-003",
        "2025-001",
        "2025-002",
        "2024-009",
    ]
