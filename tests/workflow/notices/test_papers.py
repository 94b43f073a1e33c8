"""Issued papers as they are asked for: the very bytes, by who may see the case."""

import hashlib
import io
import json
import zipfile
from datetime import date

import pytest
from carriers import json_carrier
from counter import DAY, REPLIED, Counter, problems
from office import ADMIN, CLERK, SUBMIT
from papers import can_print

from disclosure.notifications.formats.carriers import Carrier, register_carrier, remove_carrier
from disclosure.states.errors import BadData, NotPermitted
from disclosure.workflow import ADMINISTRATOR, Context, bundle, move, set_profile, verify
from disclosure.workflow.notices.papers import issued_papers, reprint


@pytest.mark.skipif(not can_print(), reason="PDF needs the Pango libraries and a Chinese font")
def test_every_carrier_is_frozen_with_its_hash(sessions):
    counter = Counter(sessions).replied()
    done = counter.issue(carriers=("text", "docx", "pdf"))
    assert set(done.hashes) == {"text", "docx", "pdf"}
    with sessions() as session:
        assert reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "pdf").startswith(b"%PDF")
        assert reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "docx").startswith(b"PK")


def test_a_hosts_own_carrier_is_issued_kept_and_printed_again_like_any_other(sessions):
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


def test_a_carrier_that_writes_no_bytes_is_named_with_what_it_wrote(sessions):
    counter = Counter(sessions).replied()
    register_carrier(Carrier("md", "text/markdown", "md", lambda notice, letterhead: f"# {notice.title}"))
    try:
        with pytest.raises(TypeError, match="'md' has to write bytes, but wrote str"):
            counter.issue(carriers=("text", "md"))
    finally:
        remove_carrier("md")
    with sessions() as session:
        assert issued_papers(Context(session.connection(), ADMINISTRATOR), "A-1") == ()


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


def test_a_paper_tells_what_was_done_with_it_and_by_whom(sessions):
    counter = Counter(sessions).replied()
    counter.issue()
    counter.serve("1", "signed", {"method": "in_person", "signed_by": "本人"}, on=REPLIED)
    with sessions() as session:
        (paper,) = issued_papers(Context(session.connection(), ADMINISTRATOR), "A-1")
    (act,) = paper.acts
    assert (act.act, act.on, act.by, act.data["method"]) == ("signed", REPLIED, CLERK.user_id, "in_person")
    assert (paper.notice, paper.void, paper.replaces, set(paper.hashes)) == (1, False, None, {"text"})


def test_a_carrier_that_was_not_issued_is_told(sessions):
    counter = Counter(sessions).replied()
    counter.issue()
    with sessions() as session, pytest.raises(BadData) as caught:
        reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "docx")
    assert problems(caught) == {"carrier_not_issued"}


@pytest.mark.parametrize("ask", [issued_papers, lambda *asked: reprint(*asked, "1", "text")])
def test_who_may_not_see_the_case_reads_none_of_its_papers(sessions, ask):
    counter = Counter(sessions)
    counter.do(move, "A-1", "submit", SUBMIT, at=DAY)
    counter.make("A-1", "accept")
    counter.issue("A-1", "receipt")
    stranger = CLERK.model_copy(update={"user_id": "u9", "department": "规划科"})
    with sessions() as session:
        assert ask(Context(session.connection(), CLERK), "A-1")
        with pytest.raises(NotPermitted):
            ask(Context(session.connection(), stranger), "A-1")
