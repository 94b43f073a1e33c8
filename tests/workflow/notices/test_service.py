"""Service: dispatch, delivery, signature and return apart, each proved; the remedy starts from receipt."""

from datetime import date

import pytest
import rows as t
from counter import REPLIED, Counter
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, Conflict
from disclosure.states.law.files import LawFiles, law_text, using
from disclosure.workflow import ADMINISTRATOR, Context, show, verify
from disclosure.workflow.cases.store import load_case
from disclosure.workflow.notices.papers import issued_papers
from disclosure.workflow.notices.store import proofs_of
from disclosure.workflow.notices.voiding import void

POST = {"method": "post", "carrier": "EMS", "waybill": "E100", "address": "湖城市某路1号"}
LATER = date(2024, 4, 30)


@pytest.fixture
def counter(sessions):
    made = Counter(sessions).replied()
    made.issue()
    return made.at(LATER)


def record(counter, act, data=None, on=REPLIED, **more):
    return counter.serve("1", act, data, on=on, **more)


def refused(counter, act, data=None, on=REPLIED, **more):
    with pytest.raises(BadData) as caught:
        record(counter, act, data, on, **more)
    return {item["problem"] for item in caught.value.faults}


def test_posted_delivered_and_signed_are_three_days_and_the_remedy_starts_from_the_last(counter):
    record(counter, "dispatched", POST)
    record(counter, "delivered", on=date(2024, 3, 22))
    done = record(counter, "signed", {"signed_by": "欧阳小明"}, on=date(2024, 3, 25))
    assert done.moved.move == "serve"
    with counter.sessions() as session:
        found = issued_papers(Context(session.connection(), ADMINISTRATOR), "A-1")[0].acts
        assert [(item.act, item.on) for item in found] == [
            ("dispatched", date(2024, 3, 20)),
            ("delivered", date(2024, 3, 22)),
            ("signed", date(2024, 3, 25)),
        ]
        periods = show(Context(session.connection(), ADMINISTRATOR), "A-1", LATER).periods
        review = next(item for item in periods if item.rule == "review_application")
        assert review.starts_on == date(2024, 3, 25)
        assert verify(Context(session, ADMINISTRATOR)).faults == ()


def test_a_returned_letter_is_sent_again(counter):
    record(counter, "dispatched", POST)
    record(counter, "returned", {"reason": "查无此人"}, on=date(2024, 3, 27))
    assert refused(counter, "signed", {"signed_by": "本人"}, on=date(2024, 3, 28)) == {"not_dispatched"}
    again = record(counter, "dispatched", POST | {"waybill": "E101", "address": "新地址"}, on=date(2024, 3, 28))
    assert again.attempt == 2
    assert record(counter, "signed", {"signed_by": "本人"}, on=date(2024, 3, 30)).attempt == 2


@pytest.mark.parametrize(
    ("act", "data", "on", "expected"),
    [
        ("dispatched", {"method": "post", "carrier": "邮政"}, REPLIED, {"missing"}),
        ("dispatched", {"method": "pigeon"}, REPLIED, {"not_one_of"}),
        ("dispatched", {"method": "email"}, REPLIED, {"missing"}),
        ("dispatched", POST, date(2024, 3, 19), {"before_last_act"}),
        ("dispatched", POST, date(2024, 5, 1), {"not_yet"}),
        ("dispatched", POST | {"weight": "1"}, REPLIED, {"not_a_field"}),
        ("signed", {}, REPLIED, {"missing", "not_dispatched"}),
        ("signed", {"signed_by": "本人"}, REPLIED, {"not_dispatched"}),
        ("refused", {"method": "in_person"}, REPLIED, {"missing"}),
        ("returned", {}, REPLIED, {"missing", "not_dispatched"}),
        ("nonsense", {}, REPLIED, {"not_one_of"}),
    ],
)
def test_what_does_not_hold_is_told_all_at_once(sqlite_engine, act, data, on, expected):
    made = Counter(sessionmaker(sqlite_engine)).replied()
    made.issue()
    assert refused(made.at(LATER), act, data, on) == expected
    with made.sessions() as session:
        assert issued_papers(Context(session.connection(), ADMINISTRATOR), "A-1")[0].acts == ()


def test_one_sending_at_a_time_and_none_after_it_arrived(counter):
    record(counter, "dispatched", POST)
    assert refused(counter, "dispatched", POST) == {"under_way"}
    record(counter, "signed", {"signed_by": "本人"}, on=date(2024, 3, 22))
    assert refused(counter, "dispatched", POST, on=date(2024, 3, 23)) == {"served_before"}


def test_handed_over_it_is_signed_without_a_dispatch(counter):
    done = record(counter, "signed", {"method": "in_person", "signed_by": "本人"})
    assert done.moved.move == "serve"


@pytest.fixture
def law_of_boxes(tmp_path):
    """From 2024-03-22 on a paper may be put into a box, a signature needs its proof, and post takes any carrier."""
    text = law_text("service.toml") + (
        '[ways.box]\nlabel = "信箱"\nrule = "reply_made_on"\n'
        '[[ways.box.versions]]\nsince = 2024-03-22\nmade_on = "signed"\nhanded = true\nneeds = ["proof"]\n'
        '[[acts.signed.versions]]\nsince = 2024-03-22\nneeds = ["signed_by", "proof"]\n'
        '[[ways.post.versions]]\nsince = 2024-03-22\nmade_on = "dispatched"\nneeds = ["address"]\n'
    )
    (tmp_path / "service.toml").write_text(text, "utf-8")
    with using(LawFiles(tmp_path)):
        yield


def test_what_an_act_must_tell_is_the_law_of_its_day(counter, law_of_boxes):
    before, first = date(2024, 3, 21), date(2024, 3, 22)
    courier = {"method": "post", "carrier": "某快递", "address": "某路1号"}
    assert refused(counter, "dispatched", courier, before) == {"missing"}
    assert refused(counter, "dispatched", {"method": "box", "proof": "照片"}, before) == {"not_one_of"}
    assert refused(counter, "dispatched", {"method": "box"}, first) == {"missing"}
    boxed = {"method": "box", "signed_by": "本人"}
    assert refused(counter, "signed", boxed | {"proof": "照片"}, before) == {"not_dispatched"}
    assert refused(counter, "signed", boxed, first) == {"missing"}
    record(counter, "dispatched", courier, first)
    record(counter, "signed", boxed | {"proof": "照片"}, first)


def test_a_day_before_the_first_law_is_told_as_one_before_the_paper(counter):
    assert refused(counter, "dispatched", POST, date(2004, 3, 20)) == {"before_last_act"}
    data = {"method": "in_person", "signed_by": "本人"}
    assert refused(counter, "signed", data, date(2004, 3, 20)) == {"before_last_act"}


def test_a_void_paper_is_not_served(counter):
    counter.do(void, "A-1", "1", "有误")
    assert refused(counter, "dispatched", POST) == {"void_not_served"}


def test_posting_on_another_day_than_the_one_recorded_is_told(counter):
    (warning,) = record(counter, "dispatched", POST, on=date(2024, 3, 21)).warnings
    assert (warning.code, warning.fields) == ("made_on_another_day", {"recorded": "2024-03-20", "on": "2024-03-21"})
    assert describe(warning) == "答复登记为2024-03-20作出，实际在2024-03-21作出，已经按2024-03-21计算"


def test_a_reply_that_is_sent_again_stays_made_on_its_first_day(counter):
    again = date(2024, 4, 8)
    record(counter.at(REPLIED), "dispatched", POST)
    record(counter.at(again), "returned", {"reason": "家中无人"}, on=date(2024, 3, 27))
    assert record(counter, "dispatched", POST | {"waybill": "E101"}, on=again).warnings == ()
    with counter.sessions() as session:
        reply = next(
            item for item in show(Context(session, ADMINISTRATOR), "A-1", LATER).periods if item.rule == "reply"
        )
        assert reply.status == "met"


def test_a_repeated_request_gives_the_same_warnings(counter):
    first, again = (record(counter, "dispatched", POST, on=date(2024, 3, 21), key="k") for _ in range(2))
    assert (again.repeated, again.warnings) == (True, first.warnings) and first.warnings


@pytest.mark.parametrize(
    ("method", "warned", "made_on"),
    [("online", [], REPLIED), ("email", [], REPLIED), ("in_person", ["reply_not_made"], date(2024, 3, 22))],
)
def test_a_later_signature_counts_only_for_what_is_handed_over(counter, method, warned, made_on):
    sent = record(counter, "dispatched", {"method": method, "address": "账号", "consent": "送达地址确认书"})
    assert [item.code for item in sent.warnings] == warned
    record(counter, "signed", {"signed_by": "本人"}, on=date(2024, 3, 22))
    with counter.sessions() as session:
        assert load_case(session.connection(), "default", "A-1").case.decided_on == made_on


def test_a_paper_sent_through_the_network_without_consent_is_told(counter):
    sent = record(counter, "dispatched", {"method": "email", "address": "a@example.cn"})
    assert [item.code for item in sent.warnings] == ["way_not_chosen"]


def test_posting_after_the_last_day_is_told(counter):
    warned = record(counter, "dispatched", POST, on=date(2024, 4, 2)).warnings
    assert any("超过最后一日2024-03-29" in describe(item) for item in warned)


def test_addresses_and_names_are_kept_apart_from_the_record(counter):
    record(counter, "dispatched", POST, file=("回执.jpg", b"bytes"))
    with counter.sessions() as session:
        stored = " ".join(row.data for row in session.execute(select(t.paper_act.c.data)))
        case = load_case(session.connection(), "default", "A-1").id
        assert [proof.details["address"] for proof in proofs_of(session.connection(), case)] == ["湖城市某路1号"]
        assert session.execute(select(t.proof.c.file_content)).scalar_one() == b"bytes"
    assert "某路" not in stored
    assert "E100" not in stored


def test_a_key_records_once(counter):
    first = record(counter, "dispatched", POST, key="k")
    again = record(counter, "dispatched", POST, key="k")
    assert (again.attempt, again.repeated) == (first.attempt, True)
    with counter.sessions() as session:
        assert len(issued_papers(Context(session.connection(), ADMINISTRATOR), "A-1")[0].acts) == 1


@pytest.mark.parametrize(
    ("on", "file"),
    [
        (date(2024, 3, 21), ("回执.jpg", b"bytes")),
        (None, ("回执.jpg", b"bytes")),
        (REPLIED, ("回执.jpg", b"other bytes of the same name")),
        (REPLIED, ("另一张.jpg", b"bytes")),
        (REPLIED, None),
    ],
)
def test_a_key_is_of_the_day_and_of_the_bytes_of_the_proof(counter, on, file):
    record(counter, "dispatched", POST, file=("回执.jpg", b"bytes"), key="k")
    with pytest.raises(Conflict):
        record(counter, "dispatched", POST, on=on, file=file, key="k")


def test_a_file_too_large_is_refused(counter):
    assert refused(counter, "dispatched", POST, file=("大.pdf", bytes(20 * 1024 * 1024 + 1))) == {"file_too_large"}
