"""The missed day of a reply stays, by whichever way somebody comes: live, on a stated day, as the past, by approval."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from approvals import Office, person, procedure_text
from office import CLERK, HEAD, SUBMIT

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import MoveRefused
from disclosure.workflow import ADMINISTRATOR, Actor, Context, FixedClock, MoveRequest, due, move, preview, show, why
from disclosure.workflow.kernel.context import StatedDay

OPENED, DUE, LATE = date(2024, 3, 1), date(2024, 3, 29), date(2024, 4, 10)
RECORDER = Actor(user_id="u018", name="补录员", department=CLERK.department, roles=("staff", "recorder"))
OTHER = Actor(user_id="u077", name="孙七", department=CLERK.department, roles=("staff",))
CONSULT = {"id": "c", "with": "third_party", "name": "甲公司", "served_on": "2024-03-11"}
REPLY = {"answer": "O02", "delivery": "post"}
BACK = {
    "another day of receipt": ("amend", None, {"seq": 1, "at": "2024-02-29", "reason": "误"}),
    "an extension": ("extend", date(2024, 3, 20), {"days": 10, "reason": "核对", "approved_by": "李四"}),
    "a consultation": ("consult", date(2024, 3, 11), CONSULT),
    "a withdrawal": ("withdraw", date(2024, 3, 20), {"reason": "口头撤回"}),
    "a reply": ("reply", date(2024, 3, 20), REPLY),
    "a reply entered late": ("reply", date(2024, 3, 20), REPLY | {"late_reason": "漏登"}),
}


@pytest.fixture
def opened(sessions):
    """A case that was registered and accepted on its day."""
    with sessions() as session, session.begin():
        for name, data in (("submit", SUBMIT), ("accept", {})):
            move(Context(session, CLERK, clock=FixedClock(OPENED)), "A-1", name, data)
    return sessions


def reply_period(sessions, number="A-1", on=LATE):
    with sessions() as session:
        found = show(Context(session, ADMINISTRATOR, clock=FixedClock(on)), number).periods
    return next((item.due_on, item.status) for item in found if item.rule == "reply")


def breached_on(sessions, on=LATE):
    with sessions() as session:
        return show(Context(session, ADMINISTRATOR, clock=FixedClock(on)), "A-1").breached_on


def make(sessions, context, name, on, data, number="A-1"):
    """One move, as a command and as a dry run; both say the same."""
    answers = []
    for act in (
        lambda told: preview(told, number, MoveRequest(name, data, on)),
        lambda told: move(told, number, name, data, at=on),
    ):
        with sessions() as session, session.begin():
            try:
                act(replace(context, session=session))
                answers.append("")
            except MoveRefused as error:
                answers.append(error.fields.get("text"))
    assert answers[0] == answers[1]
    return answers[1]


LIVE = {"clock": FixedClock(LATE)}
WAYS = {
    "live": (CLERK, LIVE),
    "on a stated day": (CLERK, {"clock": StatedDay(date(2024, 3, 22))}),
    "as the past": (RECORDER, LIVE | {"past": True}),
    "as the past of a day": (RECORDER, LIVE | {"past": True, "day": date(2024, 3, 22)}),
}


HARMLESS = {
    "live": set(BACK),
    "on a stated day": {"an extension"},
    "as the past": set(),
    "as the past of a day": set(),
}
"""What is taken by each way, since it leaves the day missed: live work by who has to confirm it, an extension untold."""


@pytest.mark.parametrize("back", BACK)
@pytest.mark.parametrize("way", WAYS)
def test_a_missed_day_stays_whichever_way_one_comes(opened, way, back):
    actor, how = WAYS[way]
    name, on, data = BACK[back]
    answer = make(opened, Context(None, actor, **how), name, on, data)
    assert answer == ("" if back in HARMLESS[way] else "missed_day_stays")
    assert breached_on(opened) == DUE + timedelta(days=1)


@pytest.mark.parametrize("way", WAYS)
def test_the_dispatch_of_an_extension_cures_nothing_until_it_is_confirmed(opened, way):
    name, _, data = BACK["an extension"]
    on = date(2024, 3, 20)
    assert make(opened, Context(None, CLERK, clock=FixedClock(on)), name, on, data) == ""
    actor, how = WAYS[way]
    answer = make(opened, Context(None, actor, **how), "dispatch", on, {"of": "extension", "method": "post"})
    assert answer == ("" if way == "live" else "missed_day_stays")
    assert breached_on(opened) == DUE + timedelta(days=1)


@pytest.mark.parametrize(
    ("way", "back", "stands"),
    [
        ("on a stated day", "a reply", (DUE, "met")),
        ("as the past", "an extension", (date(2024, 4, 15), "running")),
        ("as the past of a day", "an extension", (date(2024, 4, 15), "running")),
    ],
)
def test_who_may_annul_sets_it_right(opened, way, back, stands):
    name, on, data = BACK[back]
    actor = HEAD.model_copy(update={"roles": (*HEAD.roles, "recorder")})
    assert make(opened, Context(None, actor, **WAYS[way][1]), name, on, data) == ""
    assert reply_period(opened) == stands


@pytest.mark.parametrize(
    ("name", "data"), [("reply", REPLY), ("withdraw", {"reason": "x"}), ("discontinue", {"reason": "x"})]
)
@pytest.mark.parametrize("way", ["live", "as the past"])
def test_what_ends_a_case_after_the_missed_day_is_recorded_by_anybody(opened, way, name, data):
    actor, how = WAYS[way]
    assert make(opened, Context(None, actor, **how), name, LATE, data) == ""


def test_a_late_reply_is_amended_into_one_in_time_by_two_hands(opened):
    assert make(opened, Context(None, CLERK, **LIVE), "reply", LATE, REPLY) == ""
    for day in (date(2024, 4, 9), DUE):
        data = {"seq": 3, "at": day.isoformat(), "reason": "误"}
        assert make(opened, Context(None, CLERK, **LIVE), "amend", None, data) == ""
        assert reply_period(opened) == (DUE, "missed")
    proof = {"seq": 3, "proof": "邮政收据", "reason": "日期写错"}
    assert make(opened, Context(None, HEAD, **LIVE), "lift_breach", LATE, proof) == "own_claim"
    other = HEAD.model_copy(update={"user_id": "u099", "name": "李主任"})
    assert make(opened, Context(None, other, **LIVE), "lift_breach", LATE, proof) == ""
    assert reply_period(opened) == (DUE, "met")


def test_what_is_written_down_on_a_stated_day_after_the_missed_one_is_taken_and_waits(opened):
    stated = Context(None, CLERK, clock=StatedDay(LATE))
    assert make(opened, stated, "reply", LATE, REPLY) == ""
    assert make(opened, stated, "amend", None, {"seq": 3, "at": DUE.isoformat(), "reason": "误"}) == ""
    assert reply_period(opened) == (DUE, "missed")


def test_what_the_head_alone_has_amended_waits_for_another_hand(opened):
    assert make(opened, Context(None, CLERK, **LIVE), "reply", LATE, REPLY) == ""
    assert (
        make(opened, Context(None, HEAD, **LIVE), "amend", None, {"seq": 3, "at": DUE.isoformat(), "reason": "误"})
        == ""
    )
    assert reply_period(opened) == (DUE, "missed")
    assert make(opened, Context(None, HEAD, **LIVE), "lift_breach", LATE, PROOF) == "own_claim"


def test_a_confirmation_that_was_wrong_is_taken_back_by_amending_the_step_that_it_confirmed(opened):
    assert make(opened, Context(None, OTHER, **LIVE), "reply", DUE, REPLY) == ""
    assert make(opened, Context(None, HEAD, **LIVE), "lift_breach", LATE, PROOF) == ""
    assert reply_period(opened) == (DUE, "met")
    for day in (LATE, DUE):
        data = {"seq": 3, "at": day.isoformat(), "reason": "收据上是另一日"}
        assert make(opened, Context(None, CLERK, **LIVE), "amend", None, data) == ""
        assert reply_period(opened) == (DUE, "missed")
        with opened() as session:
            found = show(Context(session, ADMINISTRATOR, clock=FixedClock(LATE)), "A-1")
        waits = [item.fields["claim"] for item in found.warnings if item.code == "breach_claimed"]
        assert waits == [3] * (day == DUE)
        assert "breach_lifted" not in [item.code for item in found.warnings]


def test_a_step_that_proves_a_period_only_since_another_was_amended_waits_as_well(opened):
    """The service was written down late when nothing hung on it: the e-mail was said to have left in time."""
    for name, on, data in (("decide", DUE, REPLY | {"delivery": "email"}), ("dispatch", DUE, BY_MAIL)):
        assert make(opened, Context(None, CLERK, clock=FixedClock(DUE)), name, on, data) == ""
    assert make(opened, Context(None, CLERK, **LIVE), "serve", DUE, {"of": "reply"}) == ""
    assert reply_period(opened) == (DUE, "met")
    sent = {"seq": 4, "at": "2024-03-30", "reason": "日期写错"}
    with opened() as session, session.begin():
        made = move(Context(session, CLERK, **LIVE), "A-1", "amend", sent)
        assert [(item.code, item.fields) for item in made.warnings] == [("breach_claimed", {"claim": 5})]
    assert reply_period(opened) == (DUE, "missed")


BY_MAIL = {"of": "reply", "method": "email"}
ATTESTED = {
    "the dispatch": ("dispatch", DUE, {"of": "reply", "method": "post"}),
    "the day": ("amend", None, {"seq": 3, "at": DUE.isoformat(), "reason": "核对收据"}),
}
PROOF = {"seq": 3, "proof": "邮政收据", "reason": "登记晚了"}


@pytest.mark.parametrize("what", ATTESTED)
def test_a_head_who_wrote_the_proof_down_alone_confirms_it_once_another_hand_attests_it(opened, what):
    assert make(opened, Context(None, HEAD, **LIVE), "reply", DUE, REPLY) == ""
    name, on, data = ATTESTED[what]
    for actor, lifted in ((HEAD, "own_claim"), (OTHER, "")):
        assert make(opened, Context(None, actor, **LIVE), name, on, data) == ""
        with opened() as session:
            (option,) = why(Context(session, HEAD, **LIVE), "A-1", LATE, "lift_breach")
        assert (option.available, [item.text for item in option.unmet]) == (not lifted, [lifted] if lifted else [])
        assert make(opened, Context(None, HEAD, **LIVE), "lift_breach", LATE, PROOF) == lifted
    assert reply_period(opened) == (DUE, "met")


def test_another_day_of_another_hand_attests_nothing(opened):
    assert make(opened, Context(None, HEAD, **LIVE), "reply", DUE, REPLY) == ""
    assert make(opened, Context(None, OTHER, **LIVE), "dispatch", LATE, {"of": "reply", "method": "post"}) == ""
    assert make(opened, Context(None, HEAD, **LIVE), "lift_breach", LATE, PROOF) == "own_claim"


def test_who_writes_down_a_proof_late_is_told_that_it_waits_for_the_head(opened):
    with opened() as session, session.begin():
        late = Context(session, CLERK, clock=FixedClock(LATE))
        assert move(late, "A-1", "decide", REPLY, at=DUE).warnings == ()
        sent = MoveRequest("dispatch", {"of": "reply", "method": "post"}, DUE)
        for found in (preview(late, "A-1", sent), move(late, "A-1", sent.move, sent.data, at=DUE)):
            assert [(item.code, item.fields) for item in found.warnings] == [("breach_claimed", {"claim": 4})]


def test_a_correction_asked_for_too_late_begins_no_new_period_in_place_of_the_missed_one(opened):
    asked = {"items": ["写明文号"], "due_on": "2024-04-20", "override": "所指的文件无法确定"}
    assert make(opened, Context(None, CLERK, **LIVE), "request_correction", LATE, asked) == ""
    later = {"clock": FixedClock(date(2024, 4, 12))}
    assert make(opened, Context(None, CLERK, **later), "correct", None, {}) == ""
    assert reply_period(opened, on=date(2024, 4, 12)) == (DUE, "missed")
    assert make(opened, Context(None, CLERK, **later), "reply", None, REPLY) == ""
    assert breached_on(opened) == DUE + timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("request_correction", {"items": ["写明文号"], "due_on": "2025-02-20", "override": "无法确定"}),
        ("charge", {"basis": "items", "quantity": 40}),
        ("consult", {"id": "c", "with": "other_organ", "name": "甲局", "due_on": "2025-02-20", "override": "无法确定"}),
        ("demand_reasons", {"due_on": "2025-02-20", "override": "数量明显过多"}),
    ],
)
@pytest.mark.parametrize("way", ["live", "as the past"])
def test_what_begins_after_the_missed_day_takes_a_case_from_no_list(opened, way, name, data):
    """Of these live work may not charge any more: 国办函〔2020〕109号 art. 6."""
    actor, how = WAYS[way]
    answer = make(opened, Context(None, actor, **how), name, LATE, data)
    assert answer == ("charged_too_late" if (way, name) == ("live", "charge") else "")
    for on in (LATE, date(2024, 12, 2)):
        with opened() as session:
            (listed,) = due(Context(session, CLERK, clock=FixedClock(on)))
        assert (listed.bucket, listed.due_on) == ("overdue", DUE)


NOTIFIED, ANSWER_DUE, ANSWER_LATE = date(2024, 4, 15), date(2024, 4, 28), date(2024, 5, 13)
REMEDIES = {
    "review": ("file_review", "notify_review", "answer_review", "review_answer"),
    "suit": ("file_suit", "notify_suit", "answer_suit", "suit_answer"),
}


@pytest.mark.parametrize("kind", REMEDIES)
def test_the_missed_day_of_an_answer_to_a_review_or_a_suit_stays(opened, kind):
    """Law: 复议法 art. 48; 行诉法 art. 67."""
    file, notify, answer, rule = REMEDIES[kind]
    for name, on, data in (
        ("reply", date(2024, 3, 20), REPLY),
        (file, date(2024, 4, 8), {"id": "r"}),
        (notify, NOTIFIED, {"id": "r"}),
    ):
        assert make(opened, Context(None, CLERK, clock=FixedClock(on)), name, on, data) == ""

    def answers():
        with opened() as session:
            found = show(Context(session, ADMINISTRATOR, clock=FixedClock(ANSWER_LATE)), "A-1").periods
        return [item.status for item in found if item.rule == rule]

    late = Context(None, CLERK, clock=FixedClock(ANSWER_LATE))
    assert answers() == ["missed"]
    amended = {"seq": 5, "at": "2024-05-10", "reason": "误"}
    assert make(opened, late, "amend", None, amended) == "missed_day_stays"
    assert make(opened, late, answer, date(2024, 4, 22), {"id": "r"}) == "missed_day_stays"
    assert make(opened, late, notify, ANSWER_LATE, {"id": "r"}) == ""
    assert answers() == ["missed", "running"]
    assert make(opened, late, answer, ANSWER_LATE, {"id": "r"}) == ""
    assert answers() == ["missed", "met"]


def test_a_refusal_names_the_period_whose_day_was_missed(opened):
    stated = {"clock": StatedDay(date(2024, 3, 22))}
    with opened() as session, pytest.raises(MoveRefused) as refused:
        move(Context(session, CLERK, **stated), "A-1", "withdraw", {"reason": "x"}, at=date(2024, 3, 20))
    assert describe(refused.value).startswith("答复期限已经在 2024-03-29 届满")


def test_time_that_stood_still_is_not_missed_and_ends_as_it_ends(opened):
    asked = {"items": ["写明文号"], "due_on": "2024-03-20"}
    assert (
        make(opened, Context(None, CLERK, clock=FixedClock(date(2024, 3, 5))), "request_correction", None, asked) == ""
    )
    served = {"of": "correction", "method": "in_person"}
    assert make(opened, Context(None, CLERK, clock=FixedClock(date(2024, 3, 5))), "serve", None, served) == ""
    assert make(opened, Context(None, CLERK, **LIVE), "abandon", None, {}) == ""
    fixed = {"seq": 1, "data": {"information": "另一文件"}, "reason": "漏字"}
    assert make(opened, Context(None, CLERK, **LIVE), "amend", None, fixed) == ""


PAST = (("submit", OPENED, SUBMIT), ("accept", OPENED, {}), BACK["an extension"], ("reply", date(2024, 4, 12), REPLY))


@pytest.mark.parametrize("days", [("2025-06-02",) * 4, ("2025-06-02", "2025-06-02", "2025-06-03", "2025-06-03")])
def test_a_whole_case_of_the_past_is_recorded_on_one_day(sessions, days):
    answers = []
    for (name, on, data), today in zip(PAST, days, strict=True):
        context = Context(None, RECORDER, clock=FixedClock(date.fromisoformat(today)), past=True)
        answers.append(make(sessions, context, name, on, data, "B-1"))
    one_day = len(set(days)) == 1
    assert answers == ["", "", "" if one_day else "missed_day_stays", ""]
    assert reply_period(sessions, "B-1", date(2025, 6, 3))[1] == ("met" if one_day else "missed")


def test_a_case_that_is_put_on_record_on_stated_days_goes_by_these(sessions):
    for day, name, data in (
        (OPENED, "submit", SUBMIT),
        (OPENED, "accept", {}),
        (date(2024, 3, 20), "extend", BACK["an extension"][2]),
    ):
        assert make(sessions, Context(None, CLERK, clock=StatedDay(day)), name, None, data, "B-1") == ""


AMEND = {"seq": 3, "at": "2024-03-07", "data": {"served_on": "2024-03-07"}, "reason": "日期写错"}
BY_DEPARTMENT = ("dept department_head any 10",)
BY_HEAD_TOO = ("head disclosure_head any 10", "dept department_head any 10")


def consulted(sessions, *rows):
    """A case whose consultation was approved, and whose reply is missed once April has begun."""
    office = Office(sessions, text=procedure_text(*rows, moves='["reply", "consult"]')).accept()
    office.propose(name="consult", data=CONSULT | {"served_on": "2024-03-05"})
    for user in ("u2", "u7")[-len(rows) :]:
        office.do(user, "approve")
    day(office, date(2024, 3, 11))
    office.make("u1", "A-1", "opinion", {"id": "c", "opinion": "agrees"})
    return office


def day(office, on):
    office.clock.moment = FixedClock(on).moment


def told(call, *args, **more):
    with pytest.raises(MoveRefused) as refused:
        call(*args, **more)
    return refused.value.fields["text"]


def test_an_amendment_by_approval_waits_to_be_confirmed_like_any_other(sessions):
    """Whether it was proposed before or after the day was missed, and whoever signs it."""
    office = consulted(sessions, *BY_HEAD_TOO)
    due = reply_period(sessions)[0]
    office.propose(name="amend", data=AMEND)
    day(office, LATE)
    office.do("u2", "approve", "A-1#2")
    assert [item.code for item in office.do("u7", "approve", "A-1#2").moved.warnings] == ["breach_claimed"]
    assert reply_period(sessions)[0] < due
    assert breached_on(sessions) == due + timedelta(days=1)


REVIEW = {"id": "r", "organ": "某市人民政府"}
NOTIFY_LATER = {"seq": 5, "at": "2024-05-10", "reason": "日期写错"}


def notified(sessions, *rows):
    """A case whose answer to a review is missed; what is amended of it has to be approved."""
    office = Office(sessions, text=procedure_text(*rows, moves='["notify_review"]')).accept()
    for name, on, data in (("reply", date(2024, 3, 20), REPLY), ("file_review", date(2024, 4, 8), REVIEW)):
        day(office, on)
        office.make("u1", "A-1", name, data)
    day(office, NOTIFIED)
    office.propose(name="notify_review", data={"id": "r"})
    for user in ("u2", "u7")[-len(rows) :]:
        office.do(user, "approve")
    return office


def test_what_no_signer_may_decide_is_refused_when_it_is_proposed(sessions):
    office = notified(sessions, *BY_DEPARTMENT)
    day(office, ANSWER_LATE)
    assert told(office.propose, name="amend", data=NOTIFY_LATER) == "missed_day_stays"
    office.propose(name="amend", data=NOTIFY_LATER | {"at": NOTIFIED.isoformat()})
    assert told(office.edit, "u1", "A-1#2", NOTIFY_LATER) == "missed_day_stays"
    assert office.do("u7", "approve", "A-1#2").moved.move == "amend", "what leaves the day is theirs to decide"


def test_what_was_proposed_before_the_day_was_missed_is_refused_at_the_last_signature(sessions):
    office = notified(sessions, *BY_DEPARTMENT)
    day(office, ANSWER_DUE)
    office.propose(name="amend", data=NOTIFY_LATER | {"at": "2024-04-28"})
    day(office, ANSWER_LATE)
    assert told(office.do, "u7", "approve", "A-1#2") == "missed_day_stays"
    again = MoveRequest("amend", NOTIFY_LATER)
    assert office.ask(preview, "u1", "A-1", again).approval, "the sheet decides, not who asks"


def test_one_signer_who_may_annul_is_enough_whoever_signs_last(sessions):
    office = notified(sessions, *BY_HEAD_TOO)
    day(office, ANSWER_LATE)
    office.propose(name="amend", data=NOTIFY_LATER)
    office.do("u2", "approve", "A-1#2")
    assert office.do("u7", "approve", "A-1#2").moved.move == "amend"


def test_a_recorded_signature_of_who_may_annul_does_not_stand_for_the_recorder(sessions):
    office = consulted(sessions, *BY_HEAD_TOO)
    day(office, LATE)
    office.propose(name="amend", data=AMEND)
    office.do("u2", "approve", "A-1#2")
    office.shared = office.shared | {"past": True, "by": person("u7")}
    assert told(office.do, "root", "approve", "A-1#2") == "missed_day_stays"
