"""Lists: what falls due, one's own tasks, what stands still, what counts nowhere."""

import pytest
from web import Web, code


def test_what_falls_due_is_told_with_its_counts(web: Web) -> None:
    found = web.get("due").json
    assert [(item["case"], item["days_left"]) for item in found["items"]] == [("A-1", 18)]
    assert found["counts"]["green"] == 1
    later = web.get("due?within=3").json
    assert (later["items"], later["counts"]["green"]) == ([], 1)
    assert web.get("due?within=3&as_of=2024-03-28").json["items"][0]["bucket"] == "red"


def test_each_person_has_lists_of_the_own_and_their_counts(web: Web) -> None:
    web.office.propose()
    assert [item["sheet"] for item in web.get("todo").json["entries"]] == ["A-1#1"]
    assert web.get("todo?box=mine", "u1").json["total"] == 1
    assert web.get("todo/counters").json["todo"] == 1
    assert web.get("todo/counters", "u3").json["todo"] == 0


@pytest.mark.parametrize("query", ["box=nothing", "page=0", "size=501"])
def test_a_list_that_is_none_is_refused(web: Web, query: str) -> None:
    assert code(web.get(f"todo?{query}")) == (422, "bad_data")


def test_sheets_on_which_nobody_can_act_are_the_administrators(web: Web) -> None:
    assert web.get("stuck", "root").json == {"items": []}
    assert code(web.get("stuck", "u1")) == (403, "not_permitted")


def test_an_annulled_registration_is_listed_apart(web: Web) -> None:
    assert web.post("cases/A-1/moves", {"move": "annul", "data": {"reason": "重复登记"}}).status_code == 200
    assert [item["case"] for item in web.get("annulled?year=2024").json["items"]] == ["A-1"]
    assert web.get("annulled?year=2023").json["items"] == []
