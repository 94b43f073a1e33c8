"""The webhook, taken by a real web server, and the receiver's check."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest
from receivers import web_server

from disclosure.notifications.channels.port import NotDelivered
from disclosure.notifications.channels.webhook import KEY, SIGNATURE, WebhookChannel, verify_signature

SECRET = "某个密钥"  # noqa: S105 - invented


def test_what_arrives_is_json_with_the_key_and_a_signature_that_holds(web, message, at):
    message = replace(message, key="default/依申请〔2024〕17号/3")
    WebhookChannel(web.url, SECRET).send(message, at)
    path, headers, body = web.requests[0]
    assert path == "/hook"
    assert web.documents[0] == {
        "key": message.key,
        "subject": message.subject,
        "text": message.text,
        "data": message.data,
    }
    assert unquote(headers[KEY]) == message.key
    assert verify_signature(SECRET, headers, body, at)


def test_a_signature_holds_for_that_body_that_secret_and_that_time_only(web, message, at):
    WebhookChannel(web.url, SECRET).send(message, at)
    _, headers, body = web.requests[0]
    assert verify_signature(SECRET, headers, body, at + timedelta(seconds=300))
    assert not verify_signature(SECRET, headers, body, at + timedelta(seconds=301))
    assert not verify_signature(SECRET, headers, body, at - timedelta(seconds=301))
    assert not verify_signature(SECRET, headers, body + b" ", at)
    assert not verify_signature("another", headers, body, at)
    assert not verify_signature(SECRET, headers | {"X-Disclosure-Timestamp": str(int(at.timestamp()) + 1)}, body, at)
    assert not verify_signature(SECRET, headers | {SIGNATURE: "签名"}, body, at)
    assert not verify_signature(SECRET, {}, body, at)


def test_proxies_may_write_the_names_of_headers_small(web, message, at):
    WebhookChannel(web.url, SECRET).send(message, at)
    _, headers, body = web.requests[0]
    assert verify_signature(SECRET, {name.lower(): value for name, value in headers.items()}, body, at)


@pytest.mark.parametrize(
    ("status", "taken"), [(200, True), (202, True), (299, True), (304, False), (400, False), (500, False)]
)
def test_only_an_answer_of_two_hundred_means_arrived(web, message, at, status, taken):
    web.status = status
    if status in (304,):
        web.answer = b""
    if taken:
        WebhookChannel(web.url, SECRET).send(message, at)
        return
    with pytest.raises(NotDelivered) as caught:
        WebhookChannel(web.url, SECRET).send(message, at)
    assert caught.value.fields["status"] == status
    assert web.url not in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(web, message, at, status):
    with web_server() as elsewhere:
        web.status, web.headers = status, {"Location": elsewhere.url}
        with pytest.raises(NotDelivered) as caught:
            WebhookChannel(web.url, SECRET).send(message, at)
        assert caught.value.fields["status"] == status
        assert elsewhere.requests == []


def test_a_server_that_is_off_means_not_delivered(message, at, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with web_server() as gone:
        pass
    with pytest.raises(NotDelivered) as caught:
        WebhookChannel(gone.url, SECRET).send(message, at)
    assert caught.value.code == "webhook_unreachable"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/x",
        "//example.com",
        "https://",
        "https://user:word@example.com/",
        "https://exa mple.com/",
        "http://[::1/",
        "",
    ],
)
def test_other_addresses_are_not_used(url):
    with pytest.raises(NotDelivered) as caught:
        WebhookChannel(url, SECRET)
    assert caught.value.code == "webhook_address"
