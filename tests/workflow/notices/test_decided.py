"""A numbered paper tells of a decision that several hands have made, wherever the office has it made so."""

from datetime import date, timedelta

import pytest
from approvals import Office, person, procedure_text
from counter import PROFILE, Counter, problems, refused
from office import ADMIN, SUBMIT

from disclosure.notifications.documents.kinds import kinds, raised
from disclosure.states.errors import BadData, MoveRefused
from disclosure.workflow import Context, FixedClock, drafts, move, reprint, set_profile, show
from disclosure.workflow.cases.documents import DECIDED_BY
from disclosure.workflow.notices.issue import IssueOptions, issue

RECTIFIED = {"record": "出生日期有误", "evidence": "户口簿", "finding": "予以更正"}
TO_RECTIFY = {"kind": "rectification", "evidence": "户口簿"}
RECTIFYING = {"answer": "O23", "delivery": "post", "ground": "予以更正"}
REVOKED = {"reason": "原答复有误"}
GRANT = {"answer": "O02", "delivery": "post", "ground": "可以公开"}
LATER = date(2024, 3, 20)
MOVES = '["reply", "discontinue", "reopen"]'


@pytest.fixture
def office(sessions):
    with sessions() as session, session.begin():
        set_profile(Context(session, ADMIN), PROFILE)
    text = procedure_text("head disclosure_head any 10", "leader leader any 20", moves=MOVES)
    return Office(sessions, text=text).accept()


@pytest.fixture
def rectifying(office):
    """The same office with a request to rectify records."""
    return office.accept(case="B-1", **TO_RECTIFY)


def issued(office, kind, given=None, case="A-1", **more):
    with office.sessions() as session, session.begin():
        options = IssueOptions(carriers=("text",), given=given or {}, **more)
        return issue(Context(session, person("u1"), **office.shared), case, kind, options)


def recorded(office, name, data, case="A-1"):
    """A step put on record as one of the past."""
    with office.sessions() as session, session.begin():
        return move(Context(session, ADMIN, past=True, **office.shared), case, name, data, at=date(2024, 3, 5))


def problems_of(office, *args, **more):
    with pytest.raises(BadData) as caught:
        issued(office, *args, **more)
    return problems(caught)


def approved(office, sheet="A-1", **more):
    """A decision that two have approved."""
    office.propose(**{"data": GRANT} | more)
    office.do("u2", "approve", sheet)
    office.do("u3", "approve", sheet)
    return office


def test_every_decision_that_no_move_gives_rise_to_has_the_decision_behind_it():
    assert {item.key for item in kinds() if item.decides and item.key not in raised()} <= set(DECIDED_BY)
    assert all("reply" in item.moves or item.key in DECIDED_BY for item in kinds() if item.suffix in ("答", "托"))


def test_without_an_approved_reply_no_decision_goes_out_that_no_move_gives_rise_to(office):
    given = {"delegate": "档案馆"}
    assert "approval_needed" in problems_of(office, "delegated_reply", given)
    recorded(office, "reply", GRANT)
    assert "approval_needed" in problems_of(office, "delegated_reply", given)


def test_without_an_approved_reply_no_record_is_rectified(rectifying):
    assert "nothing_to_issue" in problems_of(rectifying, "rectification", case="B-1")
    recorded(rectifying, "reply", RECTIFYING, case="B-1")
    assert "approval_needed" in problems_of(rectifying, "rectification", case="B-1")


def test_a_rectification_is_what_was_approved_and_the_only_answer(rectifying):
    approved(rectifying, sheet="B-1", case="B-1", data=RECTIFYING)
    assert "not_as_approved" in problems_of(rectifying, "rectification", {"finding": "不予更正"}, case="B-1")
    assert problems_of(rectifying, "reply", case="B-1") == {"nothing_to_issue"}
    done = issued(rectifying, "rectification", case="B-1")
    assert (done.approved, done.changed) == ("B-1#1", ())


def test_a_later_step_does_not_take_a_decision_out_of_sight_of_its_approval(rectifying):
    approved(rectifying, sheet="B-1", case="B-1", data=RECTIFYING)
    rectifying.make("u1", "B-1", "dispatch", {"of": "reply", "method": "post"})
    assert "not_as_approved" in problems_of(rectifying, "rectification", {"finding": "不予更正"}, case="B-1")


def test_an_answer_for_information_does_not_answer_a_request_to_rectify(rectifying):
    with pytest.raises(BadData) as caught:
        rectifying.propose(case="B-1", data=GRANT)
    assert problems(caught) == {"no_rectifying_answer"}


def test_a_revocation_needs_the_approved_decision_to_begin_again(office):
    approved(office)
    issued(office, "reply")
    assert "nothing_to_issue" in problems_of(office, "revocation", REVOKED)
    office.make("u1", "A-1", "dispatch", {"of": "reply", "method": "post"})
    approved(office, sheet="A-1#2", name="reopen", data=REVOKED)
    assert problems_of(office, "revocation", {"reason": "另有原因"}) == {"not_as_approved", "approved_left_out"}
    done = issued(office, "revocation")
    assert (done.approved, done.changed) == ("A-1#2", ())


def test_an_office_without_procedure_issues_what_its_record_holds(sessions):
    counter = Counter(sessions).replied(submit=SUBMIT | TO_RECTIFY, **RECTIFYING)
    assert counter.issue(kind="rectification", given=RECTIFIED).number
    counter.serve("1", "dispatched", {"method": "post", "carrier": "ems", "waybill": "E1", "address": "某路1号"})
    counter.serve("1", "signed", {"signed_by": "本人"})
    assert counter.do(show, "A-1").periods[-1].rule == "suit", "what is issued is served as the reply"


def test_a_paper_of_a_step_that_is_a_record_of_the_past_waits_for_approval(office):
    recorded(office, "reply", GRANT)
    assert problems_of(office, "reply") == {"approval_needed"}
    assert issued(office, "receipt").number, "the procedure does not cover receipt"
    approved(office, name="amend", data={"seq": 3, "data": {"ground": "应予公开"}, "reason": "补办审批"})
    assert issued(office, "reply").approved == "A-1#1"


@pytest.mark.parametrize("given", [{"replaces": "伪造文书"}, {"approvals": [["x", "y", "", ""]]}, {"drafter": "x"}])
def test_only_what_the_kind_asks_for_is_given(sessions, given):
    counter = Counter(sessions).replied()
    assert refused(counter, given=given) == {"not_asked"}
    assert refused(counter, kind="approval_form", given=given) == {"not_asked"}


def test_no_paper_bears_a_day_that_is_to_come_or_before_its_step(sessions):
    counter = Counter(sessions).replied()
    assert refused(counter, on=LATER + timedelta(1)) == {"issued_too_early"}
    assert refused(counter, on=LATER - timedelta(1)) == {"nothing_to_issue"}
    assert counter.at(LATER + timedelta(5)).issue(on=LATER).issued_on == LATER


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("reply", {"answer": "O05", "delivery": "post", "ground": "《条例》第十四条"}),
        ("reopen", {"reason": "自行纠正"}),
        ("discontinue", {"reason": "另有处理"}),
    ],
)
def test_a_record_of_the_past_does_not_replace_what_was_approved(office, name, data):
    approved(office)
    with pytest.raises(MoveRefused) as found:
        recorded(office, name, data)
    assert found.value.code == "approval_needed"


def on_day(office, on):
    office.clock = FixedClock(on)
    office.shared = office.shared | {"clock": office.clock}
    return office


def test_no_paper_is_dated_before_its_approval_was_finished(office):
    recorded(office, "reply", GRANT)
    on_day(office, date(2024, 3, 10)).propose(
        name="amend", data={"seq": 3, "data": {"ground": "应予公开"}, "reason": "补办审批"}
    )
    on_day(office, date(2024, 3, 11)).do("u2", "approve", "A-1")
    on_day(office, date(2024, 3, 12)).do("u3", "approve", "A-1")
    assert issued(on_day(office, date(2024, 3, 14)), "reply").issued_on == date(2024, 3, 12)


def test_a_paper_that_no_step_dates_is_not_dated_before_the_approval_either(office):
    recorded(office, "reply", GRANT)
    amended = {"seq": 3, "data": {"ground": "应予公开"}, "reason": "补办审批"}
    approved(on_day(office, date(2024, 3, 12)), name="amend", data=amended)
    given = {"delegate": "供水管理处"}
    assert "before_its_step" in problems_of(office, "delegated_reply", given, on=date(2024, 3, 11))


def test_an_answer_to_a_court_bears_the_day_on_which_it_is_issued(sessions):
    counter = Counter(sessions).replied()
    counter.make("A-1", "file_suit", {"id": "诉讼1号"}, date(2024, 4, 1))
    counter.make("A-1", "notify_suit", {"id": "诉讼1号"}, date(2024, 4, 8))
    given = {"facts_proved": "证据目录", "legal_grounds": "条例第三十六条", "request": "驳回诉讼请求"}
    counter.at(date(2024, 4, 15))
    assert counter.do(drafts, "A-1", kind="suit_answer")[0].on == date(2024, 4, 8), (
        "until it is issued it is its step's"
    )
    done = counter.issue(kind="suit_answer", given=given)
    assert done.issued_on == date(2024, 4, 15)
    told = counter.do(reprint, "A-1", str(done.notice), "text").decode()
    assert "起诉状副本已于2024年4月8日收到" in told
    assert "\n2024年4月15日" in told
    counter.at(date(2024, 4, 20))
    assert counter.do(reprint, "A-1", str(done.notice), "text").decode() == told


@pytest.mark.parametrize(("finding", "problem"), [("予以更正", set()), ("不予更正", {"replaces_other_answer"})])
def test_a_rectification_that_was_received_is_replaced_by_none_that_finds_otherwise(sessions, finding, problem):
    counter = Counter(sessions).replied(submit=SUBMIT | TO_RECTIFY, **RECTIFYING)
    counter.issue(kind="rectification", given=RECTIFIED)
    counter.serve("1", "dispatched", {"method": "post", "carrier": "ems", "waybill": "E1", "address": "某路1号"})
    counter.serve("1", "signed", {"signed_by": "本人"})
    counter.record("A-1", "amend", {"seq": 3, "data": {"ground": finding}, "reason": "写错"}, date(2024, 3, 25))
    again = {"kind": "rectification", "given": RECTIFIED | {"finding": finding}, "replaces": "1", "reason": "错字"}
    if not problem:
        assert counter.issue(**again).number
        return
    with pytest.raises(BadData) as caught:
        counter.issue(**again)
    assert problems(caught) == problem
