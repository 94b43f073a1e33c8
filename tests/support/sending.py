"""An office that sends: its channels as text, and what has come of them."""

import json

import rows as t
from receivers import Mailbox, Web
from sqlalchemy import select

ENV = {"HOOK_SECRET": "某个密钥"}
REMINDERS = "[reminders]\nhandler = 5\nhead = 3\nleader = 1\n"
CONTACTS = '[contacts]\nu1 = "zhang@example.gov.cn"\nu2 = "li@example.gov.cn"\nu3 = "wang@example.gov.cn"\n'
NIGHT = "[quiet]\nbegins = 20:00:00\nends = 08:00:00\n"


def mail(box: Mailbox) -> str:
    return (
        f'[channel.mail]\ntype = "mail"\nhost = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\n'
        'sender = "disclosure@example.gov.cn"\n'
    )


def hook(web: Web) -> str:
    return f'[channel.oa]\ntype = "webhook"\nurl = "{web.url}"\nsecret_env = "HOOK_SECRET"\n'


def folder(path) -> str:
    return f'[channel.box]\ntype = "folder"\npath = "{path.as_posix()}"\n'


def route(*channels: str, topics='"case.due"', to="") -> str:
    names = ", ".join(f'"{name}"' for name in channels)
    return f"[[route]]\ntopics = [{topics}]\nchannels = [{names}]\n" + (f"to = [{to}]\n" if to else "")


def told(box: Mailbox) -> list[tuple[str, str]]:
    """Who got mail, and on what."""
    return [(to[0].partition("@")[0], str(mail["Subject"])) for to, mail in zip(box.to, box.mails, strict=True)]


def due_rows(sessions) -> list[tuple[str, list[str], bool]]:
    """The reminders of the outbox: mark, levels, late."""
    with sessions() as session:
        rows = session.execute(select(t.outbox).where(t.outbox.c.topic == "case.due").order_by(t.outbox.c.id)).all()
    found = [(row.event_key.rpartition(":")[2], json.loads(row.payload)) for row in rows]
    return [(mark, payload["levels"], payload["late"]) for mark, payload in found]
