"""Group chats by apprise: WeCom, DingTalk, Feishu. Nothing that is personal goes there."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import FunctionType, MethodType, SimpleNamespace
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from ..messages.catalogue import say
from .port import Message, NotDelivered
from .settings import Audience, ChannelSettings, RequiredVariable

if TYPE_CHECKING:
    from apprise import NotifyBase

Service = Literal["wecom", "dingtalk", "feishu", "other"]
LIMITS: dict[Service, int] = {"wecom": 2_048, "dingtalk": 6_000, "feishu": 6_000, "other": 2_048}
"""Bytes of UTF-8. WeCom refuses more; the others limit the request, in which a character takes six bytes."""
SHORT = 1_800
"""Bytes that a reminder keeps to: six hundred Chinese characters."""
_ENDS = "。！？；\n"
_JOINER = "\u200d"


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


class ChatSettings(ChannelSettings):
    """A group chat, by an address of apprise that stands in the environment."""

    audience: ClassVar[Audience] = "group"

    type: Literal["chat"] = "chat"
    service: Service
    address_env: RequiredVariable
    limit: int | None = Field(default=None, ge=64, le=20_000)
    quiet: bool = True

    def open(self, secrets: Mapping[str, str]) -> "ChatChannel":
        """The channel, with its address."""
        return ChatChannel(self.service, secrets["address_env"], limit=self.limit)


class ChatChannel:
    """One group chat, named by an address of apprise, which holds its key and is therefore a secret."""

    def __init__(self, service: Service, address: str, *, limit: int | None = None) -> None:
        self.service, self.address = service, address
        self.limit = LIMITS[service] if limit is None else limit

    def send(self, message: Message, at: datetime) -> None:
        """Posts subject and text, shortened to what the service takes.

        Raises:
            NotDelivered: chat_private, chat_address, chat_refused; the address is never shown.
        """
        if message.private:
            raise NotDelivered("chat_private", service=self.service)
        import apprise

        asset = apprise.AppriseAsset(secure_logging=True)
        target = apprise.Apprise.instantiate(self.address, asset=asset, suppress_exceptions=True)
        if not isinstance(target, apprise.NotifyBase):
            raise NotDelivered("chat_address", service=self.service)
        body = shorten(f"{message.subject}\n{message.text}", self.limit)
        answers = _kept_answers(target)
        group = apprise.Apprise(asset=asset)
        group.add(target)
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


def _refusal(answer: bytes, names: tuple[str, ...]) -> str:
    """The refusal in an answer with status 200: these services report one by a code that is not zero."""
    try:
        found = json.loads(answer)
    except ValueError:
        return ""
    if not isinstance(found, dict):
        return ""
    for name in names:
        if isinstance(found.get(name), int) and found[name] != 0:
            return f"{name} {found[name]}"
    return ""


def _kept_answers(target: "NotifyBase") -> Sequence[bytes]:
    """Makes this one target keep the answers that it receives; returns the list that they are added to.

    Apprise looks at the HTTP status only, while these services refuse (wrong key, too many messages a
    minute) with the status 200: without a look at the answer such a message would be lost. Apprise hands the
    answers to nobody, so this target gets a copy of its own ``send`` that posts through a session of ours. The
    module of the plug-in, its class and the library ``requests`` stay as they are.
    """
    answers: list[bytes] = []
    send = type(target).send
    library = send.__globals__.get("requests")
    if not isinstance(send, FunctionType) or library is None:
        return answers
    session = library.Session()
    session.hooks["response"].append(lambda answer, **options: answers.append(answer.content))
    ours = SimpleNamespace(**{**vars(library), "post": session.post, "request": session.request})
    own = FunctionType(
        send.__code__, {**send.__globals__, "requests": ours}, send.__name__, send.__defaults__, send.__closure__
    )
    own.__kwdefaults__ = send.__kwdefaults__
    vars(target)["send"] = MethodType(own, target)
    return answers
