"""The application: one journey through it, who may ask, one transaction a request, addresses wherever it is mounted."""

import io
import json
import logging

import pytest
from approvals import person
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker
from web import DAY, HEADER, SUBMISSION, Web, by_header, code
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from disclosure.workflow import FixedClock
from disclosure.workflow.kernel.tables.cases import event as step
from disclosure.workflow.web import Caller, create_app


def steps(web: Web) -> int:
    """How many steps are on record."""
    with web.office.sessions() as session:
        return session.execute(select(func.count()).select_from(step)).scalar_one()


def test_a_request_goes_from_registration_to_its_archive(every_web: Web) -> None:
    web = every_web
    submitted = web.submit("2024/017", headers={"Idempotency-Key": "k1"})
    assert (submitted.status_code, submitted.headers["Location"]) == (201, "/api/v1/cases/2024~2F017")
    assert submitted.headers["ETag"] == '"1"'
    again = web.submit("2024/017", headers={"Idempotency-Key": "k1"})
    assert again.json == submitted.json | {"repeated": True}
    case = "cases/2024~2F017"
    assert web.post(f"{case}/moves", {"move": "受理"}, headers={"If-Match": '"1"'}).headers["ETag"] == '"2"'
    scan = {"role": "identity", "file": (io.BytesIO(b"scan of a card"), "card.txt")}
    filed = web.post(f"{case}/attachments", user="u1", data=scan)
    assert (filed.status_code, filed.headers["Location"]) == (201, f"/api/v1/{case}/attachments/1")
    assert web.get(f"{case}/attachments/1").data == b"scan of a card"
    proposed = web.post(
        "sheets", {"case": "2024/017", "move": "reply", "data": {"answer": "O02", "delivery": "post"}}, "u1"
    )
    assert (proposed.status_code, proposed.headers["Location"]) == (201, "/api/v1/sheets/2024~2F017~231")
    sheet = "sheets/2024~2F017~231"
    assert [item["sheet"] for item in web.get("todo", "u2").json["entries"]] == ["2024/017#1"]
    assert web.post(f"{sheet}/approve", {"dry_run": True}, "u2").json["status"] == {
        "before": "running",
        "after": "running",
    }
    assert web.post(f"{sheet}/approve", {}, "u2").json["status"] == "running"
    done = web.post(f"{sheet}/approve", {"data": {"opinion": "同意"}}, "u3").json
    assert (done["status"], done["moved"]["state"]) == ("done", "decided")
    issued = web.post(f"{case}/papers", {"kind": "reply", "carriers": ["text"]}, "u1")
    assert issued.status_code == 201, issued.json
    paper = f"{case}/papers/{issued.json['notice']}"
    assert "欧阳小明" in web.get(f"{paper}/text", "u1").get_data(as_text=True)
    left = {"act": "dispatched", "on": DAY.isoformat(), "data": {"method": "post", "waybill": "E1", "address": "湖城"}}
    dispatched = web.post(f"{paper}/service", left, "u1")
    assert dispatched.json.get("moved", {}).get("state") == "replied", dispatched.json
    proof = {"act": "signed", "on": DAY.isoformat(), "data": json.dumps({"signed_by": "本人"})}
    signed = web.post(f"{paper}/service", user="u1", data=proof | {"file": (io.BytesIO(b"scan"), "card.jpg")})
    assert signed.status_code == 200, signed.json
    assert web.post(f"{case}/moves", {"move": "close"}, "u1").json["state"] == "closed"
    assert web.get(case).json["state"] == "closed"
    assert web.get("reports/2024").json["section3"]["granted"]["total"] == 1
    assert [item["case"] for item in web.get("reports/2024/cells/granted/total").json["items"]] == ["2024/017"]
    assert web.get(f"{case}/bundle").data.startswith(b"PK")


def test_who_has_not_logged_in_is_told_so(web: Web) -> None:
    found = web.get("cases", user=None)
    assert code(found) == (401, "unauthorized")
    assert found.headers["WWW-Authenticate"] == "Bearer"


def test_a_case_out_of_sight_is_told_like_one_that_is_not_there(web: Web) -> None:
    unseen, absent = web.get("cases/A-1", "u7"), web.get("cases/B-1", "u7")
    assert (unseen.status_code, absent.status_code) == (404, 404)
    assert unseen.get_data(as_text=True).replace("A-1", "B-1") == absent.get_data(as_text=True)
    assert code(web.post("cases/A-1/moves", {"move": "close"}, "u7")) == (404, "unknown_case")
    assert code(web.post("cases/A-1/moves", {"move": "close"}, "u8")) == (403, "not_permitted")


def test_a_dry_run_leaves_nothing_and_is_refused_like_the_move(web: Web) -> None:
    before = steps(web)
    tried = web.post("cases/A-1/moves", {"move": "withdraw", "data": {"reason": "不要了"}, "dry_run": True})
    assert (tried.json["before"]["state"], tried.json["after"]["state"]) == ("accepted", "discontinued")
    for dry in (True, False):
        refused = web.post("cases/A-1/moves", {"move": "correct", "dry_run": dry})
        assert code(refused) == (409, "move_not_allowed")
        assert refused.json["unmet"][0]["message"] == refused.json["detail"]
    assert steps(web) == before


def test_all_faults_are_told_at_once(web: Web) -> None:
    found = web.post("cases", {"case": "A-2", "data": {"channel": "pigeon", "applicant": {"kind": "alien"}}})
    assert code(found) == (422, "bad_data")
    assert {item["field"] for item in found.json["errors"]} >= {"channel", "applicant.kind", "information"}
    assert all(item["message"] for item in found.json["errors"])


def test_another_body_under_the_same_key_is_refused(web: Web) -> None:
    assert web.submit("A-2", headers={"Idempotency-Key": '"k"'}).status_code == 201
    assert web.submit("A-2", headers={"Idempotency-Key": "k"}).json["repeated"] is True
    assert code(web.submit("A-3", headers={"Idempotency-Key": "k"})) == (422, "conflict")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("cases/A-1/moves", {"move": "withdraw", "data": {"reason": "不要了"}}),
        ("cases/A-1/moves", {"move": "withdraw", "data": {"reason": "不要了"}, "dry_run": True}),
        ("cases/A-1/papers", {"kind": "registration", "carriers": ["text"]}),
        ("sheets", {"case": "A-1", "move": "reply", "data": {"answer": "O02", "delivery": "post"}}),
    ],
)
def test_what_has_changed_meanwhile_is_not_overwritten(web: Web, path: str, body: object) -> None:
    before = steps(web)
    assert web.post(path, body, headers={"If-Match": '"1"'}).status_code == 412
    assert steps(web) == before


def test_a_request_that_fails_leaves_nothing_and_tells_nothing(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    name = SUBMISSION["applicant"]["name"]

    def break_off(session: object) -> None:
        raise RuntimeError(name)

    event.listen(web.office.sessions, "before_commit", break_off)
    before = steps(web)
    with caplog.at_level(logging.ERROR, "disclosure.web"):
        found = web.submit("A-2")
    event.remove(web.office.sessions, "before_commit", break_off)
    assert code(found) == (500, "internal_server_error")
    assert steps(web) == before
    assert "operation=submitCase error=RuntimeError" in caplog.text
    assert name not in caplog.text + found.get_data(as_text=True)


def test_a_database_that_cannot_be_reached_is_told_without_its_address(web: Web) -> None:
    def refuse(*asked: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("secret-host:5432"))

    engine = web.office.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", refuse)
    found = web.get("cases")
    event.remove(engine, "before_cursor_execute", refuse)
    assert code(found) == (503, "service_unavailable")
    assert "secret-host" not in found.get_data(as_text=True)


@pytest.mark.parametrize("prefix", ["", "/foi", "/a/b"])
def test_addresses_begin_where_the_application_is_mounted(web: Web, prefix: str) -> None:
    mounted = DispatcherMiddleware(Flask("host"), {prefix: web.app}) if prefix else web.app
    client = Client(mounted)
    made = client.post(f"{prefix}/api/v1/cases", json={"case": "A/2", "data": SUBMISSION}, headers={HEADER: "u1"})
    assert made.headers["Location"] == f"{prefix}/api/v1/cases/A~2F2"
    for address in (made.headers["Location"], f"{prefix}/api/v1/cases/A%2F2"):
        assert client.get(address, headers={HEADER: "u1"}).json["case"] == "A/2"
    assert client.get(f"{prefix}/api/v1/openapi.json").json["servers"] == [{"url": f"{prefix}/api/v1"}]


def test_forwarded_headers_count_only_where_a_proxy_is_configured(web: Web) -> None:
    forwarded = {"X-Forwarded-Prefix": "/foi", "X-Forwarded-Host": "oa.example"}
    trusting = create_app(web.office.sessions, authenticate=by_header, clock=FixedClock(DAY), proxies=1)
    for app, url in ((web.app, "/api/v1"), (trusting, "/foi/api/v1")):
        assert Client(app).get("/api/v1/openapi.json", headers=forwarded).json["servers"] == [{"url": url}]


def test_the_agency_is_the_persons_own_and_named_only_where_there_are_several(web: Web) -> None:
    def several(environ: object, /) -> Caller:
        return Caller(person("u2"), ("default", "other"))

    web.app = create_app(web.office.sessions, authenticate=several, clock=FixedClock(DAY))
    web.client = Client(web.app)
    assert web.get("cases/A-1?agency=default").status_code == 200
    assert code(web.get("cases/A-1")) == (422, "bad_data")
    assert code(web.get("cases/A-1?agency=third")) == (403, "agency_not_own")
    assert code(web.get("cases/A-1?agency=other")) == (404, "unknown_agency")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost"}, 201),
        ({"Origin": "https://elsewhere.example", "Authorization": "Bearer x"}, 201),
    ],
)
def test_a_page_of_another_site_cannot_use_the_login_of_a_browser(
    web: Web, headers: dict[str, str], status: int
) -> None:
    assert web.submit("A-2", headers=headers).status_code == status


def test_no_answer_is_kept_by_a_browser_or_runs_in_one(web: Web) -> None:
    for path in ("cases", "cases/A-1/bundle", "cases/none"):
        headers = web.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_an_address_that_is_none_and_a_method_that_is_none_are_told(web: Web) -> None:
    assert code(web.get("nowhere")) == (404, "not_found")
    wrong = web.send("DELETE", "cases", "u1")
    assert code(wrong) == (405, "method_not_allowed")
    assert "POST" in wrong.headers["Allow"]


def test_the_application_starts_no_thread_and_keeps_nothing_between_requests(web: Web) -> None:
    import threading

    before = threading.active_count()
    first = create_app(web.office.sessions, authenticate=by_header)
    second = create_app(sessionmaker(), authenticate=lambda environ: None)
    assert first is not second
    assert threading.active_count() == before
