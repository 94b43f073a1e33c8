"""The annual report over HTTP."""

import io
import json

import pytest
from web import Web, code


def test_every_figure_opens_into_its_cases(web: Web) -> None:
    assert web.get("reports/2024").json["section3"]["new"]["total"] == 1
    found = web.get("reports/2024/cells/new/total").json
    assert (found["count"], found["items"][0]["case"]) == (1, "A-1")
    assert web.get("reports/2024/cells/section4/review_total").json["items"] == []


@pytest.mark.parametrize(("kind", "start"), [("docx", b"PK"), ("xlsx", b"PK"), ("html", b"<!")])
def test_the_report_is_a_document_too(web: Web, kind: str, start: bytes) -> None:
    found = web.get(f"reports/2024.{kind}")
    assert found.data.startswith(start)
    assert found.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''2024.{kind}"


@pytest.mark.parametrize("path", ["reports/1998", "reports/2024.pdf", "reports/x", "reports/2024/cells/new/nothing"])
def test_a_report_or_figure_that_is_none_is_not_there(web: Web, path: str) -> None:
    assert code(web.get(path))[0] == 404


def test_what_was_published_is_kept_and_compared(web: Web) -> None:
    assert code(web.get("reports/2023/changes", "u2")) == (409, "not_frozen")
    first, second = (web.post("reports/2024/freeze", user="u2", headers={"Idempotency-Key": "z"}) for _ in range(2))
    assert (first.status_code, first.json["revision"], second.json["repeated"]) == (201, 1, True)
    web.submit("B-1")
    changed = web.get("reports/2024/changes", "u2").json
    assert {(item["row"], item["now"]) for item in changed["figures"]} >= {("new", 2)}


def test_who_may_not_know_figures_is_told_so(web: Web) -> None:
    assert code(web.get("reports/2024", "u1")) == (403, "not_permitted")
    assert code(web.post("reports/2024/freeze", user="u1")) == (403, "not_permitted")


def test_somebodys_published_tables_are_cross_footed(web: Web) -> None:
    tables = web.get("reports/2024").json
    tables["section3"]["new"]["total"] = 7
    sent = {"file": (io.BytesIO(json.dumps(tables).encode()), "report.json")}
    found = web.post("check", user="u1", data=sent)
    assert {item["severity"] for item in found.json["items"]} >= {"error"}
    torn = {"file": (io.BytesIO(b"\x00"), "report.docx")}
    assert code(web.post("check", user="u1", data=torn)) == (422, "unreadable_report")
