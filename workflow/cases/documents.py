"""What approvals and notices share: the papers of a case, the office's particulars and own templates."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from ...notifications.documents.agency import Agency
from ...notifications.documents.kinds import NoticeRef, due_notices, kinds, raised
from ...states import admission
from ...states.errors import BadData
from ...states.procedure.history import Event, is_decision, timeline
from ..kernel.agencies import particulars
from ..kernel.versions import latest, text_at
from .store import Loaded, history, opened, private_data

TOPIC = "papers"
"""Under which an office's own templates are kept."""
LETTERHEAD_KEY = "shell"
"""How stored rows name the letterhead: those of earlier versions are read, and their hashes hold."""


DECIDED_BY = {"rectification": "reply", "delegated_reply": "reply", "revocation": "reopen"}
"""The decision behind a paper that no move, or not every such move, gives rise to: that whose approval covers it."""


def check_kind(kind: str) -> None:
    """Refuses an unknown kind of paper."""
    known = {item.key: item.title for item in kinds()}
    if admission.text("paper", kind, admission.LONGEST_KEY) not in known:
        choices = "、".join(f"{title}（{key}）" for key, title in known.items())
        raise BadData({"field": "paper", "problem": "not_one_of", "value": kind, "choices": choices})


def refs_of(loaded: Loaded, events: Sequence[Event], on: date, kind: str | None = None) -> list[NoticeRef]:
    """The papers of a case by the end of a day: what its history gives rise to, or the kind asked for.

    A kind that no move gives rise to belongs to the last step of the decision behind it, else to the last step of all.
    """
    order = [event for event in timeline(events) if event.on <= on]
    found = [ref for ref in due_notices(loaded.case, order) if kind is None or ref.kind == kind]
    if found or kind is None or not order or (kind in raised() and kind not in DECIDED_BY):
        return found
    behind = DECIDED_BY.get(kind)
    told = (event for event in reversed(order) if (is_decision(event) if behind == "reply" else event.move == behind))
    last = next(told, order[-1])
    ref = next((item.id for item in reversed(loaded.case.consultations)), "")
    return [NoticeRef(kind, last.seq, on, ref)]


def office_of(connection: Connection, agency: str) -> Agency:
    """The particulars of the office, as its papers need them."""
    return particulars(connection, agency)


def overrides(connection: Connection, agency: str) -> dict[str, str]:
    """The office's own templates, by the name of each template; empty where it uses the product's."""
    text = text_at(connection, latest(connection), TOPIC, agency)
    found: dict[str, str] = json.loads(text)["templates"] if text else {}
    return found


def letterhead_of(connection: Connection, agency: str) -> bytes | None:
    """The office's own letterhead; None where it uses the product's."""
    text = text_at(connection, latest(connection), TOPIC, agency)
    letterhead = json.loads(text)[LETTERHEAD_KEY] if text else None
    return base64.b64decode(letterhead) if letterhead else None


def with_personal_data(connection: Connection, loaded: Loaded) -> Sequence[Event]:
    """The case's events with the personal data restored, unless they have been erased."""
    return restored(connection, loaded.id)


def restored(connection: Connection, case_id: int) -> Sequence[Event]:
    """A case's events with the personal data restored, by the key of its row."""
    events = history(connection, case_id)
    bodies = opened(events, private_data(connection, case_id))
    return [replace(event, data=body) for event, body in zip(events, bodies, strict=True)]
