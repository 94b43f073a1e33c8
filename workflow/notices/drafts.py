"""The notices of a case as they would be issued, before they are."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from ...notifications.documents.kinds import kind as kind_of
from ...notifications.documents.render import Notice
from ..approvals.shown import mark_form_shown
from ..cases.documents import check_kind, refs_of, with_personal_data
from ..cases.reads import note_read
from ..cases.store import load_seen
from ..kernel.context import Context
from .record import check_about
from .writing import Writing


class FactOrigin(BaseModel):
    """Where one fact of a notice comes from."""

    model_config = ConfigDict(frozen=True)
    name: str
    value: str
    origin: str


class Draft(BaseModel):
    """A notice as it would be issued: its text, what is missing in it, and where each fact comes from."""

    model_config = ConfigDict(frozen=True)
    kind: str
    paper: str
    title: str
    seq: int
    on: date
    text: str
    missing: tuple[str, ...]
    traces: tuple[FactOrigin, ...]

    @classmethod
    def of(cls, notice: Notice) -> "Draft":
        """The draft that a notice makes."""
        return cls(
            kind=notice.kind,
            paper=notice.paper,
            title=notice.title,
            seq=notice.seq,
            on=notice.on,
            text=notice.text,
            missing=notice.missing,
            traces=tuple(FactOrigin(**item._asdict()) for item in notice.traces),
        )


def drafts(
    context: Context, number: str, on: date | None = None, kind: str | None = None, about: str = "", why: str = ""
) -> Sequence[Draft]:
    """The notices that the case has given rise to by the end of a day (else of today), or one kind of paper.

    A paper that no move gives rise to is written as the case stands on that day; ``about`` names the paper of
    whose service a record is written. They name the applicant: the log of reads has it, with the reason.
    Raises:
        UnknownCase, NotPermitted; SetupError: on a connection that cannot write.
        BadData: no such kind of paper, or none of it yet: the move that gives rise to it is to come.
    """
    if kind is not None:
        check_kind(kind)
    check_about(kind or "", about)
    loaded = load_seen(context, number)
    note_read(context, loaded.row(context.agency), "draft", kind or "", why)
    if kind == "approval_form":
        mark_form_shown(context, loaded.id)
    events = with_personal_data(context.connection, loaded)
    found, on = [], on or context.today
    for ref in refs_of(loaded, events, on, kind):
        writing = Writing(context, loaded, events, kind_of(ref.kind), ref, about)
        found.append(Draft.of(writing.notice(writing.recorded(on))))
    return found
