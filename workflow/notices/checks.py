"""What keeps a paper from being issued: gaps, an empty remedy, whatever a decision rests on and nobody has proved.

Law: 条例 arts. 14-16, 30, 31, 36, 42; 复议法 arts. 20, 23.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from ...notifications.documents.decisions import ARTICLE
from ...notifications.documents.elements import not_shown, without_remedy
from ...notifications.documents.kinds import NoticeKind, NoticeRef
from ...notifications.documents.render import Notice
from ...states.procedure.history import Event, timeline
from ..cases.queries import id_of, last_step
from ..cases.store import Loaded
from ..kernel.tables import notices as t
from .store import acts_of, notices_of

CONFIRMED = ("ordinary_mail", "online", "fax")
"""Channels whose day of receipt is a confirmation, which must be proved."""
_BY_ANOTHER_LAW = ("O05", "O11")
SERVED = ("delivered", "signed", "refused")


def faults_of(
    connection: Connection,
    agency: str,
    loaded: Loaded,
    events: Sequence[Event],
    kind: NoticeKind,
    ref: NoticeRef,
    notice: Notice,
    *,
    replaces: int | None,
) -> list[dict[str, Any]]:
    """Everything that speaks against issuing the paper, each with what would mend it."""
    found: list[dict[str, Any]] = [
        {"field": label, "problem": "gap_in_notice", "value": label} for label in notice.missing
    ]
    found += _issued_before(connection, loaded, kind, ref, replaces)
    if kind.to != "file":
        found += not_shown(kind, notice)
    if kind.decides:
        found += without_remedy(kind, notice)
        found += _receipt(loaded, events)
    if kind.key == "reply":
        found += _ground(notice)
        found += _evidence(connection, agency, timeline(events), ref)
    if kind.key.startswith("abandonment_"):
        found += _earlier_notice(connection, loaded, events, kind.key)
    return found


def _issued_before(
    connection: Connection, loaded: Loaded, kind: NoticeKind, ref: NoticeRef, replaces: int | None
) -> Iterator[dict[str, Any]]:
    if kind.to == "file":
        return
    for row in notices_of(connection, loaded.id):
        same = (row.kind, row.event_seq, row.ref) == (kind.key, ref.seq, ref.ref)
        if same and row.voided_at is None and replaces is None:
            value = row.number or row.title
            yield {"field": "kind", "problem": "issued_already", "value": value, "notice": row.notice_no}


def _ground(notice: Notice) -> Iterator[dict[str, Any]]:
    """Another law that forbids or governs the information is named by its article in the ground itself."""
    values = notice.facts.values
    elsewhere = values["outcome"] in _BY_ANOTHER_LAW or not values["article"]
    if elsewhere and not ARTICLE.search(str(values["ground"])):
        yield {"field": "ground", "problem": "ground_without_article"}


def _receipt(loaded: Loaded, events: Sequence[Event]) -> Iterator[dict[str, Any]]:
    """Law: 条例 art. 31: who confirmed the day of receipt, how and when."""
    if loaded.case.channel not in CONFIRMED:
        return
    confirmed = [event for event in timeline(events) if event.move == "confirm"]
    if not confirmed or not str(confirmed[-1].data.get("proof") or "").strip():
        yield {"field": "confirm.proof", "problem": "receipt_unproved"}


def _evidence(connection: Connection, agency: str, order: Sequence[Event], ref: NoticeRef) -> Iterator[dict[str, Any]]:
    event = next(item for item in order if item.seq == ref.seq)
    outcome, ground = event.data.get("outcome"), str(event.data.get("ground") or "").strip().upper()
    if outcome == "unable_not_held" and not ground.startswith("O13") and not event.data.get("search"):
        yield {"field": "reply.search", "problem": "search_missing"}
    if outcome == "noproc_duplicate":
        earlier = str(event.data.get("earlier") or "")
        if not earlier:
            yield {"field": "reply.earlier", "problem": "earlier_missing"}
        elif not _was_served(connection, agency, earlier):
            yield {"field": "reply.earlier", "problem": "earlier_not_served", "value": earlier}


def _was_served(connection: Connection, agency: str, earlier: str) -> bool:
    """Whether the reply of that case, or the document of that number, has reached the applicant."""
    case_id = id_of(connection, agency, earlier)
    if case_id is not None and last_step(connection, case_id, "serve"):
        return True
    where = [t.notice.c.agency == agency, t.notice.c.number == earlier]
    for row in connection.execute(select(t.notice.c.case_id, t.notice.c.notice_no).where(*where)):
        if any(act.act in SERVED for act in acts_of(connection, row.case_id, row.notice_no)):
            return True
    return False


def _earlier_notice(
    connection: Connection, loaded: Loaded, events: Sequence[Event], key: str
) -> Iterator[dict[str, Any]]:
    """Law: 条例 arts. 30, 42: silence counts only against a notice that has reached the applicant."""
    kind, move = ("fee", "charge") if key == "abandonment_payment" else ("correction", "request_correction")
    asked = [event for event in timeline(events) if event.move == move]
    if asked and asked[-1].data.get("served_on"):
        return
    issued = [row for row in notices_of(connection, loaded.id) if row.kind == kind and row.voided_at is None]
    if not any(act.act in SERVED for row in issued for act in acts_of(connection, loaded.id, row.notice_no)):
        yield {"field": kind, "problem": "notice_not_served", "value": kind}
