"""Mail by SMTP."""

import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Literal

from .port import Message, NotDelivered

Security = Literal["starttls", "ssl", "none"]
PORTS: dict[Security, int] = {"starttls": 587, "ssl": 465, "none": 25}
TIMEOUT = 20.0
"""Seconds, well below the time for which a message is claimed."""


class MailChannel:
    """Sends over one SMTP server; a key makes the same ``Message-ID`` on every attempt."""

    def __init__(
        self,
        host: str,
        sender: str,
        *,
        port: int | None = None,
        security: Security = "starttls",
        user: str = "",
        password: str = "",
        ca_file: str = "",
    ) -> None:
        self.host, self.sender = host, sender
        self.port = PORTS[security] if port is None else port
        self.security, self.user, self.password, self.ca_file = security, user, password, ca_file

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
    """What the server said, without the addresses that it was said of."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _answers(error.recipients)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _answers(refused: dict[str, tuple[int, bytes]]) -> str:
    return "; ".join(sorted({f"{code} {_decoded(text)}" for code, text in refused.values()}))


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
