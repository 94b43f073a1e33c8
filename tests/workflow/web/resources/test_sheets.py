"""Approval sheets: proposing, editing, verbs, what stands in the way."""

import pytest
from web import Web, code

REPLY = {"case": "A-1", "move": "reply", "data": {"answer": "O02", "delivery": "post"}}
SHEET = "sheets/A-1~231"


@pytest.fixture
def proposed(web: Web) -> Web:
    """The office with a reply under way."""
    assert web.post("sheets", REPLY, "u1").status_code == 201
    return web


def test_a_sheet_is_shown_with_its_version(proposed: Web) -> None:
    found = proposed.get(SHEET)
    assert (found.json["status"], found.headers["ETag"]) == ("running", f'"{found.json["version"]}"')
    assert found.json["steps"][0]["tasks"][0]["name"] == "李四"


def test_what_can_be_done_is_told_and_why_the_rest_cannot(proposed: Web) -> None:
    found = {item["verb"]: item for item in proposed.get(f"{SHEET}/verbs").json["items"]}
    assert found["approve"]["allowed"] is True
    assert (found["seal"]["allowed"], found["seal"]["refusal"]["message"] != "") == (False, True)


def test_a_verb_is_tried_without_being_done(proposed: Web) -> None:
    tried = proposed.post(f"{SHEET}/return", {"dry_run": True})
    assert tried.json["status"] == {"before": "running", "after": "returned"}
    assert proposed.get(SHEET).json["status"] == "running"


def test_a_verb_that_lacks_its_opinion_and_one_that_is_none_are_refused(proposed: Web) -> None:
    assert code(proposed.post(f"{SHEET}/return", {})) == (422, "bad_data")
    assert code(proposed.post(f"{SHEET}/nothing", {})) == (404, "not_found")
    assert code(proposed.post(f"{SHEET}/approve", {}, "u1"))[0] == 409


def test_two_who_act_at_once_are_told_who_was_quicker(proposed: Web) -> None:
    seen = proposed.get(SHEET).headers["ETag"]
    assert proposed.post(f"{SHEET}/approve", {}, headers={"If-Match": seen}).status_code == 200
    stale = proposed.post(f"{SHEET}/return", {"data": {"opinion": "不妥"}}, headers={"If-Match": seen})
    assert stale.status_code == 412


def test_fields_that_are_not_given_stay_when_a_sheet_is_edited(proposed: Web) -> None:
    done = proposed.post(f"{SHEET}/edit", {"data": {"delivery": "online"}}, "u1")
    assert done.status_code == 200, done.json
    assert proposed.get(SHEET).json["data"] == {"answer": "O02", "delivery": "online"}


def test_a_second_sheet_for_the_same_move_and_a_sheet_that_is_none_are_refused(proposed: Web) -> None:
    assert code(proposed.post("sheets", REPLY, "u1"))[0] == 409
    assert code(proposed.get("sheets/A-1~239")) == (404, "unknown_sheet")
    assert code(proposed.get("sheets/B-1~231")) == (404, "unknown_sheet")


def test_the_same_key_does_a_verb_once(proposed: Web) -> None:
    headers = {"Idempotency-Key": "approve-1"}
    first = proposed.post(f"{SHEET}/approve", {}, headers=headers)
    assert proposed.post(f"{SHEET}/approve", {}, headers=headers).json == first.json | {"repeated": True}
