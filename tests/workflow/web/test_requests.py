"""What stands in a request: each way in which headers, query, body and form can be wrong is told before anything is done."""

import io

import pytest
from web import SUBMISSION, Web, code

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"text"',
        b"{",
        b'{"case": "A-2", "case": "A-3"}',
        b'{"case": NaN}',
        b'{"case": "\xff"}',
        b'{"case": ' * 100_000,
        b'{"case": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_body_that_is_no_json_object_is_malformed(web: Web, body: bytes) -> None:
    assert code(web.send("POST", "cases", "u1", data=body, headers=JSON)) == (400, "bad_request")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_of_another_kind_is_refused(web: Web, kind: str) -> None:
    found = web.send("POST", "cases", "u1", data=b'{"case": "A-2"}', headers={"Content-Type": kind})
    assert code(found) == (415, "unsupported_media_type")
    assert code(web.post("cases/A-1/attachments", {"role": "application"})) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"case": 7, "data": SUBMISSION}, "case"),
        ({"case": "A-2", "data": []}, "data"),
        ({"case": "A-2", "data": SUBMISSION, "colour": "red"}, "colour"),
        ({"case": "A-2", "data": SUBMISSION, "at": "soon"}, "at"),
        ({"case": "\ud800", "data": SUBMISSION}, "case"),
        ({"case": "A\n2", "data": SUBMISSION}, "case"),
        ({"case": "A-2", "data": SUBMISSION | {"information": "\x00"}}, "information"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(web: Web, body: object, field: str) -> None:
    found = web.post("cases", body, "u1")
    assert code(found) == (422, "bad_data")
    assert [item["field"] for item in found.json["errors"]] == [field]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("limit=0&bucket=pink&colour=red", ["limit", "colour"]),
        ("limit=501", ["limit"]),
        ("limit=many&received_from=soon&unmasked=perhaps", ["received_from", "limit", "unmasked"]),
        ("sort=due&sort=received", ["sort"]),
        ("bucket=pink&state=lost", ["state", "bucket"]),
        ("cursor=torn", ["cursor"]),
        ("agency=a&agency=b", ["agency"]),
    ],
)
def test_each_fault_of_a_query_is_named(web: Web, query: str, fields: list[str]) -> None:
    found = web.get(f"cases?{query}")
    assert code(found) == (422, "bad_data")
    assert sorted(item["field"] for item in found.json["errors"]) == sorted(fields)


@pytest.mark.parametrize("value", ["1", 'W/"1"', '"a"', '"1", "2"', '"99999999999"'])
def test_a_version_that_was_never_given_out_is_refused(web: Web, value: str) -> None:
    found = web.post("cases/A-1/moves", {"move": "close"}, headers={"If-Match": value})
    assert code(found) == (422, "bad_data")
    assert found.json["errors"][0]["field"] == "If-Match"


def test_any_version_will_do_where_a_star_says_so(web: Web) -> None:
    tried = {"move": "withdraw", "data": {"reason": "不要了"}, "dry_run": True}
    assert web.post("cases/A-1/moves", tried, headers={"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize("key", ["k" * 200, "\x7f", "a\u200bb".encode().decode("latin-1")])
def test_a_key_that_cannot_be_kept_is_refused(web: Web, key: str) -> None:
    assert code(web.submit("A-2", headers={"Idempotency-Key": key})) == (422, "bad_data")


def test_a_body_that_is_too_large_is_not_read(web: Web) -> None:
    found = web.send("POST", "cases", "u1", data=b" " * (2 * 1024 * 1024 + 1), headers=JSON)
    assert code(found) == (413, "request_entity_too_large")


def test_a_hundred_megabytes_are_refused_by_their_length_alone(web: Web) -> None:
    class Unread(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("read")

    sent = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(100 * 1024**2)}
    found = web.send("POST", "cases", "u1", environ_overrides=sent, headers=JSON)
    assert code(found) == (413, "request_entity_too_large")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "file"),
        ({"file": [(io.BytesIO(b"a"), "a.txt"), (io.BytesIO(b"b"), "b.txt")]}, "file"),
        ({"scan": (io.BytesIO(b"a"), "a.txt")}, "file"),
        ({"role": ["application", "identity"], "file": (io.BytesIO(b"a"), "a.txt")}, "role"),
        ({"colour": "red", "file": (io.BytesIO(b"a"), "a.txt")}, "colour"),
    ],
    ids=str.split("none two another role colour"),
)
def test_a_form_that_cannot_be_used_is_told(web: Web, form: dict[str, object], field: str) -> None:
    found = web.post("cases/A-1/attachments", data=form, content_type="multipart/form-data")
    assert code(found) == (422, "bad_data")
    assert [item["field"] for item in found.json["errors"]] == [field]


def test_an_object_in_a_form_is_written_as_json(web: Web) -> None:
    form = {"act": "signed", "data": "{torn", "file": (io.BytesIO(b"a"), "a.jpg")}
    assert code(web.post("cases/A-1/papers/1/service", data=form)) == (400, "bad_request")
