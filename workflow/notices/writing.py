"""One paper being written: from a case's history, the record of its earlier papers, and the office's own words."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from ...notifications.documents.facts import NOTHING, CaseHistory, Situation, situation
from ...notifications.documents.kinds import NoticeKind, NoticeRef
from ...notifications.documents.render import Notice, notice_for
from ...states.procedure.history import Event, timeline
from ..cases.documents import office_of, overrides
from ..cases.earlier import cited_replies
from ..cases.store import Loaded
from ..kernel.context import Context
from .record import from_record


class Writing(NamedTuple):
    """A paper being written: the case with its events, the kind of paper, and the step that it belongs to.

    ``about`` names the paper of whose service a record is written.
    """

    context: Context
    loaded: Loaded
    events: Sequence[Event]
    kind: NoticeKind
    ref: NoticeRef
    about: str = ""

    @property
    def connection(self) -> Connection:
        """The connection of the host's transaction."""
        return self.context.connection

    @property
    def case(self) -> str:
        """The number of the case."""
        return self.loaded.case.case

    @property
    def step(self) -> Event:
        """The step that the paper belongs to, as it stands."""
        return next(event for event in timeline(self.events) if event.seq == self.ref.seq)

    def recorded(self, on: date) -> dict[str, object]:
        """What the record of the case tells this paper on a day."""
        return from_record(self.connection, self.loaded, self.kind.key, on, self.about, self.ref.seq)

    def situation(self) -> Situation:
        """The case as it stood after the step that the paper belongs to."""
        history = CaseHistory(self.case, self.events, self.loaded.law)
        return situation(history, self.ref, office_of(self.connection, self.context.agency))

    def notice(self, given: Mapping[str, object] = NOTHING) -> Notice:
        """The paper, with facts that neither history nor record holds."""
        connection, agency = self.connection, self.context.agency
        return notice_for(
            CaseHistory(self.case, self.events, self.loaded.law),
            self.ref,
            office_of(connection, agency),
            given={"earlier_replies": cited_replies(connection, agency, self.step.data), **given},
            overrides=overrides(connection, agency),
        )
