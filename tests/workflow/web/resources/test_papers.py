"""Papers: drafts, issuing, the very bytes, voiding, service."""

from hashlib import sha256

import pytest
from web import Web, code

PAPERS = "cases/A-1/papers"


@pytest.fixture
def issued(web: Web) -> Web:
    """The office with an issued paper."""
    done = web.post(PAPERS, {"kind": "registration", "carriers": ["text"]}, "u1")
    assert done.status_code == 201, done.json
    return web


def test_the_bytes_are_those_that_were_issued(issued: Web) -> None:
    found = issued.get(PAPERS).json["items"]
    content = issued.get(f"{PAPERS}/1/text?why=核对")
    assert sha256(content.data).hexdigest() == found[0]["hashes"]["text"]
    assert content.headers["Content-Disposition"] == "attachment; filename*=UTF-8''A-1-1.txt"


@pytest.mark.parametrize("path", ["1/pdf", "2/text", "1/nothing"])
def test_a_paper_that_is_not_there_is_told(issued: Web, path: str) -> None:
    assert code(issued.get(f"{PAPERS}/{path}")) == (404, "bad_data")


def test_drafts_are_told_with_what_they_lack(web: Web) -> None:
    found = web.get("cases/A-1/drafts?kind=registration").json["items"]
    assert [item["kind"] for item in found] == ["registration"]
    assert code(web.get("cases/A-1/drafts?kind=nothing")) == (422, "bad_data")


def test_every_fault_of_a_paper_is_told_at_once(web: Web) -> None:
    found = web.post(PAPERS, {"kind": "registration", "carriers": ["papyrus", "stone"], "colour": "red"}, "u1")
    assert code(found) == (422, "bad_data")


def test_a_paper_is_voided_with_its_reason(issued: Web) -> None:
    assert code(issued.post(f"{PAPERS}/1/void", {}, "u1")) == (422, "bad_data")
    assert issued.post(f"{PAPERS}/1/void", {"reason": "有误"}, "u1").json["notice"] == 1
    assert issued.get(PAPERS).json["items"][0]["void"] is True


def test_service_is_recorded_without_a_file_too(issued: Web) -> None:
    refused = issued.post(f"{PAPERS}/1/service", {"act": "flown"}, "u1")
    assert code(refused) == (422, "bad_data")
    handed = {"act": "signed", "data": {"method": "in_person", "signed_by": "本人"}}
    assert issued.post(f"{PAPERS}/1/service", handed, "u1").json["act"] == "signed"


def test_the_same_key_issues_a_paper_once(web: Web) -> None:
    sent = {"kind": "registration", "carriers": ["text"]}
    first, second = (web.post(PAPERS, sent, "u1", headers={"Idempotency-Key": "p"}) for _ in range(2))
    assert second.json == first.json | {"repeated": True}
