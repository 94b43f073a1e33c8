"""Attachments over HTTP: what may be filed, under which names, how large, and how it is taken out again."""

import io

import pytest
from sqlalchemy import delete
from web import Web, code
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from disclosure.workflow import change_settings
from disclosure.workflow.kernel.context import ADMINISTRATOR, Context
from disclosure.workflow.kernel.tables.attachments import content

FILED = "cases/A-1/attachments"


def file(web: Web, name: str, data: bytes = b"scan", **form: str) -> TestResponse:
    """A file that somebody sends."""
    boundary, body = encode_multipart(form | {"file": FileStorage(io.BytesIO(data), name)})
    return web.post(FILED, user="u1", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def test_what_is_filed_is_told_and_taken_out_as_it_was(web: Web) -> None:
    made = file(web, "申请书.txt", "申请".encode(), role="application")
    assert (made.status_code, made.json["type"], made.json["name"]) == (201, "text/plain", "申请书.txt")
    assert web.get(FILED).json["items"][0]["name"] == "申***.txt"
    assert web.get(f"{FILED}?unmasked=true&why=核对").json["items"][0]["name"] == "申请书.txt"
    taken = web.get(f"{FILED}/1")
    assert taken.data == "申请".encode()
    assert taken.headers["Content-Disposition"].endswith("%E7%94%B3%E8%AF%B7%E4%B9%A6.txt")


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.txt", "a\u202etxt.exe", "x" * 300 + ".txt"])
def test_a_name_that_leads_elsewhere_or_hides_something_is_refused(web: Web, name: str) -> None:
    assert code(file(web, name)) == (422, "bad_data")


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pdf", b"no pdf"), ("a.html", b"<script>alert(1)</script>"), ("a.txt", b""), ("a.exe", b"MZ\x00")],
)
def test_a_content_that_runs_is_none_or_another_than_it_claims_is_refused(web: Web, name: str, data: bytes) -> None:
    assert code(file(web, name, data)) == (422, "bad_data")


def test_a_file_beyond_the_offices_own_limit_is_refused(web: Web) -> None:
    with web.office.sessions() as session, session.begin():
        change_settings(Context(session, ADMINISTRATOR), {"attachment_mb": "1"})
    found = file(web, "a.txt", b"a" * (1024 * 1024 + 1))
    assert (code(found), found.json["errors"][0]["code"]) == ((422, "bad_data"), "attachment_too_large")


@pytest.mark.parametrize("number", ["2", "0", "x"])
def test_an_attachment_that_is_not_there_is_told(web: Web, number: str) -> None:
    file(web, "a.txt")
    assert code(web.get(f"{FILED}/{number}"))[0] == 404


def test_a_content_that_is_gone_is_an_error_and_no_torn_file(web: Web) -> None:
    file(web, "a.txt")
    with web.office.sessions() as session, session.begin():
        session.execute(delete(content))
    assert code(web.get(f"{FILED}/1")) == (500, "attachment_missing")


def test_a_content_that_nobody_reads_on_is_let_go(web: Web) -> None:
    file(web, "a.txt", b"0123456789abcdef" * 200_000)
    assert web.send("HEAD", f"{FILED}/1", "u1").data == b""
    web.get(f"{FILED}/1", buffered=False).close()


def test_a_long_content_comes_back_whole(web: Web) -> None:
    data = b"0123456789abcdef" * 200_000
    assert file(web, "a.txt", data).status_code == 201
    assert web.get(f"{FILED}/1").data == data


def test_the_same_key_files_once(web: Web) -> None:
    sent = [
        web.post(FILED, user="u1", data={"file": (io.BytesIO(b"scan"), "a.txt")}, headers={"Idempotency-Key": "f"})
        for _ in range(2)
    ]
    assert [item.json["repeated"] for item in sent] == [False, True]
    assert len(web.get(FILED).json["items"]) == 1
