"""Issuing: numbers without gaps, what stands against it all at once, bytes that never change, corrections."""

import hashlib
import io
import json
import multiprocessing
import re
import zipfile
from datetime import date

import pytest
import rows as t
from carriers import json_carrier
from counter import DAY, GRANTED, REPLIED, Counter, issue_many
from office import ADMIN, SUBMIT
from papers import can_print
from sqlalchemy import func, select, text
from sqlalchemy.orm import sessionmaker

from disclosure.notifications.documents.kinds import kinds
from disclosure.states.errors import BadData, NotPermitted
from disclosure.workflow import ADMINISTRATOR, Actor, Context, bundle, erase, set_profile, verify
from disclosure.workflow.notices.issue import IssueOptions, issue, void
from disclosure.workflow.notices.numbers import set_numbering
from disclosure.workflow.notices.papers import issued_papers, reprint


def problems(caught):
    return {item["problem"] for item in caught.value.faults}


def refused(counter, case="A-1", kind="reply", **more):
    """The problems told, and nothing of the attempt left."""
    with counter.sessions() as session:
        before = [
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (t.notice, t.series, t.paper_act, t.outbox)
        ]
    with pytest.raises(BadData) as caught:
        counter.issue(case, kind, **more)
    with counter.sessions() as session:
        after = [
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (t.notice, t.series, t.paper_act, t.outbox)
        ]
    assert before == after
    return problems(caught)


def test_a_reply_is_issued_with_number_text_and_remedy(sessions):
    counter = Counter(sessions).replied()
    done = counter.issue()
    assert (done.number, done.paper, done.issued_on) == ("湖水公开〔2024〕1号", "D01", REPLIED)
    with sessions() as session:
        shown = reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "text").decode()
        assert reprint(Context(session.connection(), ADMINISTRATOR), "A-1", done.number, "text").decode() == shown
        assert verify(Context(session, ADMINISTRATOR)).papers == 1
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
    assert "湖水公开〔2024〕1号" in shown
    assert "湖城市人民政府" in shown
    assert "〔2024〕1号\n公开政府信息告知书" in shown


@pytest.mark.skipif(not can_print(), reason="PDF needs the Pango libraries and a Chinese font")
def test_every_carrier_is_frozen_with_its_hash(sessions):
    counter = Counter(sessions).replied()
    done = counter.issue(carriers=("text", "docx", "pdf"))
    assert set(done.hashes) == {"text", "docx", "pdf"}
    with sessions() as session:
        assert reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "pdf").startswith(b"%PDF")
        assert reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "docx").startswith(b"PK")


def test_a_hosts_own_carrier_is_issued_sealed_and_printed_again_like_any_other(sessions):
    counter = Counter(sessions).replied()
    with json_carrier():
        done = counter.issue(carriers=("text", "json"))
        with sessions() as session:
            content = reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "json")
    assert json.loads(content)["title"] == done.title
    assert done.hashes["json"] == hashlib.sha256(content).hexdigest()
    with sessions() as session:  # it is no longer registered; what was issued stays
        assert reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "json") == content
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
        with zipfile.ZipFile(
            io.BytesIO(bundle(Context(session.connection(), ADMINISTRATOR), "A-1", REPLIED))
        ) as archive:
            assert [archive.read(name) for name in archive.namelist() if name.endswith("告知书.json")] == [content]


def test_a_carrier_that_nobody_registered_is_refused_with_those_there_are(sessions):
    counter = Counter(sessions).replied()
    assert refused(counter, carriers=("text", "json")) == {"not_one_of"}
    assert refused(counter, carriers=()) == {"not_one_of"}
    with json_carrier(), pytest.raises(BadData) as caught:
        counter.issue(carriers=("ofd",))
    assert caught.value.faults[0]["choices"] == "text、docx、pdf、json"


def test_printed_next_year_under_another_profile_the_bytes_are_the_same(sessions):
    counter = Counter(sessions).replied()
    counter.issue()
    with sessions() as session:
        before = reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "text")
    with sessions() as session, session.begin():
        set_profile(Context(session, ADMIN), {"court": "别的法院", "name": "改名后的局"})
    counter.make("A-1", "amend", {"seq": 3, "data": {"ground": "别的理由"}, "reason": "更正"}, date(2024, 3, 25))
    with sessions() as session:
        assert reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "text") == before


@pytest.mark.parametrize(
    ("profile", "problem"),
    [
        ({"court": ""}, "gap_in_notice"),
        ({"code": ""}, "number_code_missing"),
        ({"review_organ": "", "kind": ""}, "gap_in_notice"),
    ],
)
def test_an_office_that_has_not_told_of_itself_issues_nothing(sessions, profile, problem):
    counter = Counter(sessions).replied()
    with sessions() as session, session.begin():
        set_profile(Context(session, ADMIN), profile)
    assert problem in refused(counter)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"outcome": "unable_not_held", "ground": "O12 没有"}, {"search_missing"}),
        (
            {"outcome": "unable_not_held", "ground": "O12 没有", "search": {"systems": "档案系统", "person": "李四"}},
            set(),
        ),
        ({"outcome": "unable_not_held", "ground": "O13 由市自然资源局负责"}, set()),
        ({"outcome": "noproc_duplicate", "ground": "已经答复"}, {"earlier_missing"}),
        ({"outcome": "noproc_duplicate", "ground": "已经答复", "earlier": "A-0"}, {"earlier_not_served"}),
        ({"outcome": "noproc_confirm", "ground": "已经提供"}, {"ground_without_article"}),
        ({"outcome": "noproc_confirm", "ground": "根据条例第二条，不属于申请公开政府信息"}, set()),
        ({"outcome": "denied_internal", "ground": None}, {"gap_in_notice"}),
        ({"outcome": "partial", "items": ["第一页", "第二页"]}, {"gap_in_notice"}),
        (
            {"outcome": "partial", "items": [{"part": "甲", "outcome": "O02"}, {"part": "乙", "outcome": "O09"}]},
            {"gap_in_notice"},
        ),
        (
            {
                "outcome": "partial",
                "items": [{"part": "甲", "outcome": "O02"}, {"part": "乙", "outcome": "O09", "ground": "讨论记录"}],
            },
            set(),
        ),
    ],
    ids=str,
)
def test_a_decision_needs_everything_it_rests_on(sqlite_engine, reply, expected):
    counter = Counter(sessionmaker(sqlite_engine)).replied(**{name: value for name, value in reply.items() if value})
    if "ground" in reply and reply["ground"] is None:
        counter.make("A-1", "amend", {"seq": 3, "data": {"ground": None}, "reason": "更正"}, date(2024, 3, 20))
    if expected:
        assert refused(counter) == expected
    else:
        assert counter.issue().number


def test_repeating_an_answer_needs_the_earlier_one_served(sessions):
    counter = (
        Counter(sessions).replied("A-0").replied("A-1", outcome="noproc_duplicate", ground="已经答复", earlier="A-0")
    )
    assert refused(counter) == {"earlier_not_served"}
    counter.make("A-0", "serve", {"proof": "挂号信回执"}, date(2024, 3, 22))
    assert counter.issue().paper == "D15"


def test_the_day_of_receipt_must_be_proved_where_it_is_a_confirmation(sessions):
    counter = Counter(sessions)
    counter.make("A-1", "submit", SUBMIT | {"channel": "online"})
    counter.make("A-1", "confirm", {}, date(2024, 3, 4))
    counter.make("A-1", "reply", GRANTED, REPLIED)
    assert refused(counter) == {"receipt_unproved"}
    counter.make(
        "A-1",
        "amend",
        {"seq": 2, "data": {"proof": "3月4日10时电话13800138000与申请人确认"}, "reason": "补记"},
        REPLIED,
    )
    assert counter.issue().number
    with sessions() as session:
        stored = " ".join(row.data for row in session.execute(select(t.event.c.data)))
    assert "13800138000" not in stored, "what proves the day may name people: it is kept apart"


def test_silence_counts_only_against_a_notice_that_was_served(sessions):
    counter = Counter(sessions)
    counter.make("A-1", "submit", SUBMIT)
    counter.make("A-1", "request_correction", {"items": ["写明文号"], "due_on": "2024-03-12"}, date(2024, 3, 4))
    counter.make("A-1", "abandon", {}, REPLIED)
    assert refused(counter, kind="abandonment_correction") == {"notice_not_served"}
    first = counter.issue(kind="correction")
    sent = {"method": "post", "carrier": "EMS", "waybill": "E1", "address": "某路1号"}
    counter.serve("1", "dispatched", sent, on=date(2024, 3, 5))
    counter.serve("1", "signed", {"signed_by": "本人"}, on=date(2024, 3, 6))
    done = counter.issue(kind="abandonment_correction")
    with sessions() as session:
        assert (
            first.number
            in reprint(Context(session.connection(), ADMINISTRATOR), "A-1", str(done.notice), "text").decode()
        )


def test_a_paper_is_issued_once_and_corrected_by_one_that_names_it(sessions):
    counter = Counter(sessions).replied()
    first = counter.issue()
    assert refused(counter) == {"issued_already"}
    second = counter.issue(replaces="1")
    assert (second.number, second.replaces) == ("湖水公开〔2024〕2号", 1)
    with sessions() as session:
        shown = reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "2", "text").decode()
    assert f"取代本机关《公开政府信息告知书》（{first.number}）" in shown


def test_a_voided_number_is_kept_and_not_given_again(sessions):
    counter = Counter(sessions).replied()
    counter.issue()
    counter.do(void, "A-1", "1", "打印错误")
    assert counter.issue().number == "湖水公开〔2024〕2号"
    with sessions() as session:
        found = issued_papers(Context(session.connection(), ADMINISTRATOR), "A-1")
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
    assert [(item.number, item.void) for item in found] == [
        ("湖水公开〔2024〕1号", True),
        ("湖水公开〔2024〕2号", False),
    ]
    with pytest.raises(BadData) as caught:
        counter.do(void, "A-1", "1", "再次")
    assert problems(caught) == {"void_already"}


def test_a_key_issues_once(sessions):
    counter = Counter(sessions).replied()
    first = counter.issue(key="k")
    again = counter.issue(key="k")
    assert (again.number, again.repeated) == (first.number, True)
    with sessions() as session:
        assert session.execute(select(func.count()).select_from(t.notice)).scalar_one() == 1


def test_a_rolled_back_host_leaves_no_gap(sessions):
    counter = Counter(sessions).replied("A-1").replied("A-2")
    with sessions() as session:
        issue(Context(session, ADMIN, clock=counter.clock), "A-1", "reply", IssueOptions(carriers=("text",)))
        session.rollback()
    assert counter.issue("A-2").number == "湖水公开〔2024〕1号"


def test_each_year_and_each_series_counts_for_itself(sessions):
    counter = Counter(sessions, date(2025, 1, 10))
    patterns = '[default]\npattern = "{代字}〔{年}〕{序}号"\n[kind.extension]\nseries = "ext"\npattern = "{代字}〔{年}〕{序}号-{后缀}"\n'
    counter.do(set_numbering, patterns, actor=ADMIN)
    counter.replied("A-1", REPLIED)
    counter.make("A-2", "submit", SUBMIT, date(2024, 12, 20))
    counter.make("A-2", "accept", {}, date(2024, 12, 20))
    counter.make("A-2", "extend", {"days": 10, "reason": "需要核对档案", "approved_by": "主任"}, date(2024, 12, 27))
    counter.make("A-2", "reply", GRANTED, date(2025, 1, 10))
    found = [counter.issue("A-1").number, counter.issue("A-2", "extension").number, counter.issue("A-2").number]
    assert found == ["湖水公开〔2024〕1号", "湖水公开〔2024〕1号-延", "湖水公开〔2025〕1号"]


@pytest.mark.parametrize(
    ("text_", "expected"),
    [
        ('[default]\npattern = "{代字}[{年}]{序}号"', {"year_brackets"}),
        ('[default]\npattern = "{代字}〔{年}〕号"', {"token_needed"}),
        ('[default]\npattern = "{代字}〔{年}〕{序}{字}号"', {"unknown_token"}),
        ("[kind.registration]\nseries = 'a'", {"kind_without_number"}),
        ("[kind.nonsense]\nseries = 'a'", {"kind_without_number"}),
        ("[default]\nseries = ''", {"empty"}),
        ("[default]\nserie = 'a'", {"not_a_field"}),
        ("[default", {"broken_toml"}),
        ('[default]\npattern = "{年}"\nseries = 3', {"token_needed", "year_brackets", "empty"}),
    ],
)
def test_faulty_patterns_are_told_at_once_and_not_kept(sqlite_engine, text_, expected):
    counter = Counter(sessionmaker(sqlite_engine)).replied()
    with pytest.raises(BadData) as caught:
        counter.do(set_numbering, text_, actor=ADMIN)
    assert problems(caught) == expected
    assert counter.issue().number == "湖水公开〔2024〕1号"


def test_eight_processes_take_forty_numbers_without_gap_or_double(postgresql_engine):
    counter = Counter(sessionmaker(postgresql_engine))
    for place in range(8):
        for number in range(5):
            counter.replied(f"P{place}-{number}")
    spawn = multiprocessing.get_context("spawn")
    gate, told = spawn.Barrier(8), spawn.Queue()
    url = postgresql_engine.url.render_as_string(hide_password=False)
    hands = [spawn.Process(target=issue_many, args=(url, place, gate, told)) for place in range(8)]
    for hand in hands:
        hand.start()
    numbers = [told.get(timeout=120) for _ in range(40)]
    for hand in hands:
        hand.join(timeout=60)
    serials = sorted(int(re.search(r"〕(\d+)号", number)[1]) for number in numbers)
    assert serials == list(range(1, 41))
    with counter.sessions() as session:
        assert verify(Context(session, ADMINISTRATOR)).faults == ()


def test_who_may_not_move_cases_issues_nothing(sessions):
    counter = Counter(sessions).replied()
    with pytest.raises(NotPermitted):
        counter.issue(actor=Actor(user_id="x", roles=("leader",)))
    with pytest.raises(NotPermitted):
        counter.do(void, "A-1", "1", "x", actor=Actor(user_id="x"))


def test_erasing_takes_the_bytes_and_leaves_the_chain_whole(sessions):
    counter = Counter(sessions).replied()
    counter.issue()
    counter.serve(
        "1", "dispatched", {"method": "post", "carrier": "邮政", "waybill": "E1", "address": "某路1号"}, on=REPLIED
    )
    counter.make("A-1", "close", {}, date(2024, 4, 1))
    with sessions() as session, session.begin():
        erase(Context(session, ADMIN, clock=counter.clock), "A-1")
    with sessions() as session:
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
        with pytest.raises(BadData) as caught:
            reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "text")
        assert problems(caught) == {"carrier_erased"}
        assert issued_papers(Context(session.connection(), ADMINISTRATOR), "A-1")[0].number == "湖水公开〔2024〕1号"


TAMPER = {
    "UPDATE dsc_carrier SET content = 'x'": {"paper_altered"},
    "DELETE FROM dsc_carrier": {"paper_altered"},
    "UPDATE dsc_notice SET number = '湖水公开〔2024〕9号'": {"paper_altered"},
    "UPDATE dsc_notice SET facts = '{}'": {"paper_altered"},
    "UPDATE dsc_series SET last = 5": {"numbers_with_gaps"},
    "UPDATE dsc_proof SET payload = '{}'": {"proof_altered"},
    "DELETE FROM dsc_proof": {"proof_missing"},
    "UPDATE dsc_paper_act SET data = '{}' WHERE act = 'dispatched'": {"paper_act_altered"},
    "DELETE FROM dsc_paper_act WHERE act = 'issued'": {"paper_acts_cut", "paper_without_issue"},
}


@pytest.mark.parametrize("statement", TAMPER)
def test_tampering_is_found(sqlite_engine, statement):
    counter = Counter(sessionmaker(sqlite_engine)).replied()
    counter.issue()
    counter.serve(
        "1", "dispatched", {"method": "post", "carrier": "邮政", "waybill": "E1", "address": "某路1号"}, on=REPLIED
    )
    with counter.sessions() as session, session.begin():
        for verb in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER dsc_paper_act_no_{verb}"))
        session.execute(text(statement))
    with counter.sessions() as session:
        assert {fault.code for fault in verify(Context(session, ADMINISTRATOR)).faults} == TAMPER[statement]


def test_every_paper_that_goes_out_bears_a_number_and_no_form_does():
    out = {item.key for item in kinds() if item.to != "file"}
    assert {item.key for item in kinds() if item.suffix is not None} == out - {"suit_answer"}
    assert DAY < REPLIED
