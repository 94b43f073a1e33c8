"""Mail by SMTP."""

import smtplib
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from .port import Message, NotDelivered
from .settings import Audience, ChannelSettings, MailAddress, Variable, refusal

Security = Literal["starttls", "ssl", "none"]
PORTS: dict[Security, int] = {"starttls": 587, "ssl": 465, "none": 25}
TIMEOUT = 20.0
"""Seconds, well below the time for which a message is claimed."""


class MailSettings(ChannelSettings):
    """A mail server, and who the mails come from."""

    audience: ClassVar[Audience] = "person"

    type: Literal["mail"] = "mail"
    host: str = Field(min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Security = "starttls"
    sender: MailAddress
    user: str = ""
    password_env: Variable = Field(default="", validate_default=True)
    ca_file: str = ""
    quiet: bool = True

    @field_validator("password_env")
    @classmethod
    def _user_with_password(cls, variable: str, info: ValidationInfo) -> str:
        user = info.data.get("user")
        if user is not None and bool(user) != bool(variable):
            raise refusal("missing", field="password_env" if user else "user")
        return variable

    def open(self, secrets: Mapping[str, str]) -> "MailChannel":
        """The channel, with its password."""
        return MailChannel(self, secrets.get("password_env", ""))

    def own_address(self) -> str:
        """The sender's address."""
        return self.sender


class MailChannel:
    """Sends over one SMTP server; a key makes the same ``Message-ID`` on every attempt."""

    def __init__(self, settings: MailSettings, password: str = "") -> None:
        self.host, self.sender, self.security = settings.host, settings.sender, settings.security
        self.port = PORTS[settings.security] if settings.port is None else settings.port
        self.user, self.password, self.ca_file = settings.user, password, settings.ca_file

    def send(self, message: Message, at: datetime) -> None:
        """Hands the message to the server, for all its addresses or for none.

        Raises:
            NotDelivered: no_address; mail_refused with what the server said.
        """
        if not message.to:
            raise NotDelivered("no_address")
        mail = self.compose(message, at)
        try:
            with self._connect() as server:
                if self.user:
                    server.login(self.user, self.password)
                refused = server.send_message(mail, self.sender, list(message.to))
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered("mail_refused", host=self.host, reason=_reason(error)) from error
        if refused:
            raise NotDelivered("mail_refused", host=self.host, reason=_answers(refused))

    def compose(self, message: Message, at: datetime) -> EmailMessage:
        """The mail as it is sent."""
        mail = EmailMessage()
        mail["From"] = self.sender
        mail["To"] = ", ".join(message.to)
        mail["Subject"] = " ".join(message.subject.split())
        mail["Date"] = format_datetime(at.astimezone(UTC))
        mail["Message-ID"] = f"<{sha256(message.key.encode()).hexdigest()[:40]}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text, charset="utf-8", cte="base64")
        return mail

    def _connect(self) -> smtplib.SMTP:
        name = self.sender.rpartition("@")[2]  # asking the network for this machine's own name may take long
        if self.security == "ssl":
            return smtplib.SMTP_SSL(self.host, self.port, name, timeout=TIMEOUT, context=self._context())
        server = smtplib.SMTP(self.host, self.port, name, timeout=TIMEOUT)
        if self.security == "starttls":
            try:
                server.starttls(context=self._context())
            except BaseException:
                server.close()
                raise
        return server

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file or None)


def _reason(error: Exception) -> str:
    """The server's answer, without the recipients' addresses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _answers(error.recipients)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _answers(refused: dict[str, tuple[int, bytes]]) -> str:
    return "; ".join(sorted({f"{code} {_decoded(text)}" for code, text in refused.values()}))


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
