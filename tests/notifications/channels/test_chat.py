"""Chats: what is too long is shortened in whole characters, what is private never goes out."""

import importlib
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.notifications.channels.chat import LIMITS, ChatChannel, shorten
from disclosure.notifications.channels.port import NotDelivered
from disclosure.notifications.messages.catalogue import say

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # a library that apprise imports

MARK = say("chat_cut")
TEXTS = st.text(st.sampled_from("期限。！\n a甲e\u0301\u200d👩🏽😀"), max_size=120) | st.text(max_size=200)


@given(TEXTS, st.integers(0, 400))
def test_what_is_shortened_keeps_the_limit_and_cuts_no_character(text, limit):
    found = shorten(text, limit)
    assert len(found.encode()) <= limit or found == text
    if len(text.encode()) <= limit:
        assert found == text
        return
    if limit >= len(MARK.encode()):
        assert found.endswith(MARK)
        found = found.removesuffix(MARK)
    assert text.startswith(found)
    following = text[len(found) : len(found) + 1]
    assert not found or not unicodedata.category(following).startswith("M")
    assert not found.endswith("\u200d")


def test_a_long_text_ends_with_a_whole_sentence_where_there_is_one():
    text = "第一句话在这里。" * 10
    assert shorten(text, 200) == "第一句话在这里。" * 6 + MARK
    assert shorten("没有句读" * 30, 100).removesuffix(MARK) == ("没有句读" * 30)[: (100 - len(MARK.encode())) // 3]


def test_wecom_counts_bytes_and_gets_no_more_than_it_takes(web, message, at):
    address = web.url.replace("http:", "json:")
    ChatChannel("wecom", address).send(replace(message, text="字" * 1000), at)
    sent = web.documents[0]["message"]
    assert 2_000 < len(sent.encode()) <= LIMITS["wecom"]
    assert sent.startswith(message.subject)
    assert sent.endswith(MARK)


def test_a_short_message_arrives_as_it_is(web, message, at):
    ChatChannel("feishu", web.url.replace("http:", "json:")).send(message, at)
    assert web.documents[0]["message"] == f"{message.subject}\n{message.text}"


def test_what_is_private_never_goes_out(web, message, at):
    with pytest.raises(NotDelivered) as caught:
        ChatChannel("wecom", web.url.replace("http:", "json:")).send(replace(message, private=True), at)
    assert caught.value.code == "chat_private"
    assert web.requests == []


@pytest.mark.parametrize(
    ("service", "answer", "taken"),
    [
        ("wecom", b'{"errcode":0,"errmsg":"ok"}', True),
        ("wecom", b'{"errcode":45009,"errmsg":"api freq out of limit"}', False),
        ("dingtalk", b'{"errcode":310000,"errmsg":"sign not match"}', False),
        ("feishu", b'{"code":0,"msg":"success"}', True),
        ("feishu", b'{"code":19024,"msg":"Key Words Not Found"}', False),
        ("feishu", b"ok", True),
        ("other", b'{"code":200}', True),
    ],
)
def test_a_refusal_told_with_status_two_hundred_is_a_refusal(web, message, at, service, answer, taken):
    web.answer = answer
    channel = ChatChannel(service, web.url.replace("http:", "json:"))
    if taken:
        channel.send(message, at)
        return
    with pytest.raises(NotDelivered) as caught:
        channel.send(message, at)
    assert caught.value.code == "chat_refused"


def test_an_error_of_the_service_means_not_delivered_and_tells_no_address(web, message, at):
    web.status = 500
    with pytest.raises(NotDelivered) as caught:
        ChatChannel("wecom", web.url.replace("http:", "json:")).send(message, at)
    assert caught.value.code == "chat_refused"
    assert "127.0.0.1" not in str(caught.value)


def test_an_address_that_apprise_does_not_know_is_told_without_it(message, at):
    with pytest.raises(NotDelivered) as caught:
        ChatChannel("wecom", "nonsense://hidden-word").send(message, at)
    assert caught.value.code == "chat_address"
    assert "hidden-word" not in str(caught.value)


@pytest.mark.parametrize(
    ("module", "address"),
    [
        ("wecombot", "wecombot://botkey"),
        ("dingtalk", "dingtalk://aaaaaaaaaa"),
        ("feishu", "feishu://abcdefghij"),
        ("lark", "lark://abcd1234-abcd-1234"),
    ],
)
def test_apprise_knows_each_service_and_its_answers_can_be_read(module, address):
    import apprise

    target = apprise.Apprise.instantiate(address)
    assert type(target).__module__ == f"apprise.plugins.{module}"
    assert hasattr(importlib.import_module(f"apprise.plugins.{module}"), "requests")
    assert "requests" in type(target).send.__code__.co_names  # where the answers are kept


@pytest.mark.parametrize("answer", [b'{"errcode":0}', b'{"errcode":45009}'])
def test_sending_changes_nothing_in_requests_or_apprise(web, message, at, answer):
    import apprise
    import requests

    address = web.url.replace("http:", "json:")
    plugin = importlib.import_module("apprise.plugins.custom_json")

    def state() -> dict[str, object]:
        """All that a host could see changed: the library, its sessions, the plug-in and its class."""
        parts = (requests, requests.api, requests.sessions, requests.Session, requests.adapters.HTTPAdapter, plugin)
        found = {f"{part.__name__}.{name}": value for part in parts for name, value in vars(part).items()}
        kinds = (plugin.NotifyJSON, apprise.NotifyBase, apprise.Apprise)
        return found | {f"{kind.__name__}.{name}": value for kind in kinds for name, value in vars(kind).items()}

    requests.get(web.url, timeout=5)
    before = state()
    during = []
    web.answer = answer
    web.on_request = lambda: during.append(state() == before)
    try:
        ChatChannel("wecom", address).send(message, at)
    except NotDelivered as error:
        assert error.code == "chat_refused"  # the second answer refuses
    assert during == [True]
    assert state() == before
    assert plugin.requests is requests
    assert requests.Session().hooks == {"response": []}
