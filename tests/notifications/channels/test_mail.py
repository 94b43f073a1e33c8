"""Mail, taken by a real server."""

import shutil
import ssl
import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest
from receivers import mail_server

from disclosure.notifications.channels.mail import MailChannel, MailSettings
from disclosure.notifications.channels.port import NotDelivered


def channel(box, **options) -> MailChannel:
    password = options.pop("password", "")
    settings = {"host": "127.0.0.1", "port": box.port, "sender": "disclosure@example.gov.cn", "security": "none"}
    return MailChannel(MailSettings(**settings | options, password_env="SMTP_PASSWORD" * bool(password)), password)


def test_a_chinese_subject_and_text_arrive_whole(mailbox, message, at):
    channel(mailbox).send(message, at)
    (mail,) = mailbox.mails
    assert mail["Subject"] == message.subject
    assert mail.get_content().rstrip("\n").replace("\r\n", "\n") == message.text
    assert mail["From"] == "disclosure@example.gov.cn"
    assert mailbox.to == [["lisi@example.gov.cn"]]
    assert mail["Date"].datetime == at
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_id_is_the_same_on_every_attempt_and_another_for_another_key(mailbox, message, at):
    sender = channel(mailbox)
    sender.send(message, at)
    sender.send(message, at + timedelta(days=1))
    sender.send(replace(message, key="due:8"), at)
    ids = [mail["Message-ID"] for mail in mailbox.mails]
    assert ids[0] == ids[1] != ids[2]


def test_a_line_break_in_a_subject_is_no_further_header(mailbox, message, at):
    channel(mailbox).send(replace(message, subject="甲\r\nBcc: all@example.com"), at)
    assert mailbox.mails[0]["Subject"] == "甲 Bcc: all@example.com"
    assert mailbox.mails[0]["Bcc"] is None


def test_one_refused_address_of_two_means_not_delivered(mailbox, message, at):
    mailbox.refuses = {"gone@example.gov.cn"}
    with pytest.raises(NotDelivered) as caught:
        channel(mailbox).send(replace(message, to=("lisi@example.gov.cn", "gone@example.gov.cn")), at)
    assert caught.value.code == "mail_refused"
    assert caught.value.fields["reason"] == "550 no such user"


def test_without_an_address_nothing_is_sent(mailbox, message, at):
    with pytest.raises(NotDelivered) as caught:
        channel(mailbox).send(replace(message, to=()), at)
    assert caught.value.code == "no_address"


def test_a_server_without_encryption_gets_neither_mail_nor_password(mailbox, message, at):
    with pytest.raises(NotDelivered) as caught:
        channel(mailbox, security="starttls", user="disclosure", password="hidden-word").send(message, at)  # noqa: S106 - invented
    assert caught.value.code == "mail_refused"
    assert "hidden-word" not in str(caught.value)
    assert mailbox.mails == []


def test_a_server_that_is_off_means_not_delivered(message, at):
    with mail_server() as box:
        pass
    with pytest.raises(NotDelivered):
        channel(box).send(message, at)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
@pytest.mark.parametrize("trusted", [True, False])
def test_an_encrypted_server_is_believed_only_by_its_certificate(tmp_path, message, at, trusted):
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    subprocess.run(  # noqa: S603 - a fixed command
        [  # noqa: S607
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with mail_server(tls_context=context, require_starttls=True) as box:
        sender = channel(box, security="starttls", ca_file=str(certificate) if trusted else "")
        if trusted:
            sender.send(message, at)
        else:
            with pytest.raises(NotDelivered):
                sender.send(message, at)
        assert len(box.mails) == trusted
