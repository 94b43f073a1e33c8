"""The notices of a case as they would be issued, before they are."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ...notifications.documents.facts import NOTHING, CaseHistory
from ...notifications.documents.render import Notice, notice_for
from ..cases.drafts import check_kind, office_of, overrides, refs_of, with_personal_data
from ..cases.store import load_case
from ..kernel.context import Context
from .record import check_about, from_record


def drafts(
    context: Context,
    number: str,
    on: date,
    kind: str | None = None,
    about: str = "",
) -> list[dict[str, Any]]:
    """The notices that the case has given rise to by the end of a day, or one kind of paper.

    A paper that no move gives rise to is written as the case stands on that day; ``about`` names the paper of
    whose service a record is written.
    Raises:
        UnknownCase: no such case.
        BadData: no such kind of paper, or none of it yet: the move that gives rise to it is to come.
    """
    return [as_json(item) for item in written(context, number, on, kind, about=about)]


def written(
    context: Context,
    number: str,
    on: date,
    kind: str | None = None,
    given: Mapping[str, Any] = NOTHING,
    about: str = "",
) -> list[Notice]:
    """The same as notices, with what their issuer gives."""
    if kind is not None:
        check_kind(kind)
    check_about(kind or "", about)
    loaded = load_case(context.connection, context.agency, number)
    events = with_personal_data(context.connection, loaded)
    office, words = office_of(context.connection, context.agency), overrides(context.connection, context.agency)
    refs = refs_of(loaded, events, on, kind)
    return [
        notice_for(
            CaseHistory(number, events, loaded.law),
            ref,
            office,
            given=from_record(context.connection, loaded, ref.kind, on, about) | dict(given),
            overrides=words,
        )
        for ref in refs
    ]


def as_json(notice: Notice) -> dict[str, Any]:
    """A paper as JSON."""
    return {
        "kind": notice.kind,
        "paper": notice.paper,
        "title": notice.title,
        "seq": notice.seq,
        "on": notice.on.isoformat(),
        "text": notice.text,
        "missing": list(notice.missing),
        "traces": [item._asdict() for item in notice.traces],
    }
