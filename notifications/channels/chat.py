"""Group chats by apprise: WeCom, DingTalk, Feishu. Nothing that is personal goes there."""

import json
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Any, Literal

from ..messages.catalogue import say
from .port import Message, NotDelivered

Service = Literal["wecom", "dingtalk", "feishu", "other"]
LIMITS: dict[Service, int] = {"wecom": 2_048, "dingtalk": 6_000, "feishu": 6_000, "other": 2_048}
"""Bytes of UTF-8. WeCom refuses more; the others limit the request, in which a character takes six bytes."""
SHORT = 1_800
"""Bytes that a reminder keeps to: six hundred Chinese characters."""
_ENDS = "。！？；\n"
_JOINER = "\u200d"
_patching = Lock()


def shorten(text: str, limit: int) -> str:
    """The text within so many bytes of UTF-8: whole sentences, or else whole characters, and a visible mark."""
    if len(text.encode()) <= limit:
        return text
    mark = say("chat_cut")
    room = limit - len(mark.encode())
    if room < 0:
        return _whole(text, limit)
    head = _whole(text, room)
    end = max(head.rfind(letter) for letter in _ENDS) + 1
    return (head[:end].rstrip("\n") if end * 2 >= len(head) else head) + mark


def _whole(text: str, room: int) -> str:
    """As many whole characters as there is room for; a letter keeps its accents and joined signs."""
    head = text.encode()[: max(room, 0)].decode("utf-8", "ignore")
    while head and len(head) < len(text) and (_belongs(text[len(head)]) or head[-1] == _JOINER):
        head = head[:-1]
    return head


def _belongs(letter: str) -> bool:
    return letter == _JOINER or unicodedata.category(letter).startswith("M") or "\U0001f3fb" <= letter <= "\U0001f3ff"


class ChatChannel:
    """One group chat, named by an address of apprise, which holds its key and is therefore a secret."""

    def __init__(self, service: Service, address: str, *, limit: int | None = None) -> None:
        self.service, self.address = service, address
        self.limit = LIMITS[service] if limit is None else limit

    def send(self, message: Message, at: datetime) -> None:
        """Posts subject and text, shortened to what the service takes.

        Raises:
            NotDelivered: chat_private, chat_address, chat_refused; the address is never told.
        """
        if message.private:
            raise NotDelivered("chat_private", service=self.service)
        import apprise

        asset = apprise.AppriseAsset(secure_logging=True)
        target = apprise.Apprise.instantiate(self.address, asset=asset, suppress_exceptions=True)
        if not isinstance(target, apprise.NotifyBase):
            raise NotDelivered("chat_address", service=self.service)
        body = shorten(f"{message.subject}\n{message.text}", self.limit)
        group = apprise.Apprise(asset=asset)
        group.add(target)
        with _answers_of(type(target).__module__) as answers:
            taken = bool(group.notify(body=body, title="", body_format=apprise.NotifyFormat.TEXT))
        refusals = (_refusal(answer, _CODES.get(self.service, ())) for answer in answers)
        refusal = next((code for code in refusals if code), "")
        if refusal or not taken:
            raise NotDelivered("chat_refused", service=self.service, reason=refusal or "-")


_CODES: dict[Service, tuple[str, ...]] = {
    "wecom": ("errcode",),
    "dingtalk": ("errcode",),
    "feishu": ("code", "StatusCode"),
}


def _refusal(answer: Any, names: tuple[str, ...]) -> str:
    """What these services say with the status 200 when they have not taken a message: a code that is not zero."""
    try:
        found = json.loads(answer.content)
    except (ValueError, AttributeError, TypeError):
        return ""
    if not isinstance(found, dict):
        return ""
    for name in names:
        if isinstance(found.get(name), int) and found[name] != 0:
            return f"{name} {found[name]}"
    return ""


class _Requests:
    """The library ``requests``, with the answers kept."""

    def __init__(self, real: Any, answers: list[Any]) -> None:
        self._real, self._answers = real, answers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def post(self, *parts: Any, **fields: Any) -> Any:
        """As ``requests.post``."""
        return self.request("POST", *parts, **fields)

    def request(self, *parts: Any, **fields: Any) -> Any:
        """As ``requests.request``."""
        answer = self._real.request(*parts, **fields)
        self._answers.append(answer)
        return answer


@contextmanager
def _answers_of(module: str) -> Iterator[list[Any]]:
    """The answers that one of apprise's modules gets meanwhile.

    Apprise looks at the HTTP status only, while these services refuse (wrong key, too many messages a
    minute) with the status 200: without a look at the answer such a message would be lost.
    """
    answers: list[Any] = []
    found: Any = sys.modules.get(module)
    real = getattr(found, "requests", None)
    if real is None:
        yield answers
        return
    with _patching:
        found.requests = _Requests(real, answers)
        try:
            yield answers
        finally:
            found.requests = real
