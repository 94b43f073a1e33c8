"""A signed POST of JSON to a system of the office, and the check for whoever receives it."""

import hmac
import http.client
import json
import ssl
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import IO, Annotated, Literal
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from .port import Message, NotDelivered
from .settings import ChannelSettings, RequiredVariable, Variable, refusal

KEY = "X-Disclosure-Key"
TIMESTAMP = "X-Disclosure-Timestamp"
SIGNATURE = "X-Disclosure-Signature"
TIMEOUT = 20.0
TOLERANCE = 300
"""Seconds by which the clocks of sender and receiver may differ."""
_METHOD = "sha256="


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature: HMAC-SHA256 over the timestamp, a full stop and the body."""
    return _METHOD + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, sha256).hexdigest()


def verify_signature(
    secret: str, headers: Mapping[str, str], body: bytes, now: datetime, *, tolerance: int = TOLERANCE
) -> bool:
    """Whether a request was signed with the secret, and recently; for the receiver of the messages.

    ``body`` are the bytes as they arrived. The key in the body tells a message that has come before.
    """
    found = {name.lower(): value for name, value in headers.items()}
    timestamp = found.get(TIMESTAMP.lower(), "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > tolerance:
        return False
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), found.get(SIGNATURE.lower(), "").encode())


class _NoRedirects(HTTPRedirectHandler):
    """Follows no redirect: a signed message goes only to the address that the office has set."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> None:
        """Follows nothing."""


def usable(url: str) -> bool:
    """Whether the address is one of http or https, in one line, without a password in it."""
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False


def _web_address(url: str) -> str:
    if url and not usable(url):
        raise refusal("not_a_web_address")  # there may be a password in it
    return url


class WebhookSettings(ChannelSettings):
    """A system that takes signed JSON; an address that is itself a secret stands in the environment."""

    type: Literal["webhook"] = "webhook"
    url: Annotated[str, AfterValidator(_web_address)] = ""
    url_env: Variable = Field(default="", validate_default=True)
    secret_env: RequiredVariable
    ca_file: str = ""

    @field_validator("url_env")
    @classmethod
    def _one_address(cls, variable: str, info: ValidationInfo) -> str:
        url = info.data.get("url")
        if url is not None and bool(url) == bool(variable):
            raise refusal("url_or_variable", field="url")
        return variable

    def open(self, secrets: Mapping[str, str]) -> "WebhookChannel":
        """The channel, with its secret.

        Raises:
            NotDelivered: webhook_address, where the one from the environment cannot be used.
        """
        return WebhookChannel(secrets.get("url_env") or self.url, secrets["secret_env"], ca_file=self.ca_file)


class WebhookChannel:
    """Posts each message as JSON; only an answer of 2xx means that it has arrived."""

    def __init__(self, url: str, secret: str, *, ca_file: str = "") -> None:
        if not usable(url):
            raise NotDelivered("webhook_address")
        self.url, self.secret, self.ca_file = url, secret, ca_file
        self._opener: OpenerDirector | None = None

    def send(self, message: Message, at: datetime) -> None:
        """Posts the message.

        Raises:
            NotDelivered: webhook_refused with the status; webhook_unreachable.
        """
        document = {"key": message.key, "subject": message.subject, "text": message.text, "data": dict(message.data)}
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        timestamp = str(int(at.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            KEY: quote(message.key, safe=""),
            TIMESTAMP: timestamp,
            SIGNATURE: sign(self.secret, timestamp, body),
        }
        host = urlsplit(self.url).hostname or ""
        request = Request(self.url, body, headers, method="POST")  # noqa: S310 - the scheme has been checked
        try:
            with self._open(request) as answer:
                status = answer.status
        except HTTPError as error:
            with error:
                raise NotDelivered("webhook_refused", host=host, status=error.code) from None
        except (OSError, http.client.HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise NotDelivered("webhook_unreachable", host=host, reason=str(reason)) from error
        if not 200 <= status < 300:
            raise NotDelivered("webhook_refused", host=host, status=status)

    def _open(self, request: Request) -> http.client.HTTPResponse:
        if self._opener is None:
            context = ssl.create_default_context(cafile=self.ca_file or None)
            self._opener = build_opener(_NoRedirects, HTTPSHandler(context=context))
        answer: http.client.HTTPResponse = self._opener.open(request, timeout=TIMEOUT)
        return answer
