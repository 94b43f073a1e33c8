"""The rooms that own tables: each erases and verifies its own rows, and follows a case whose dates have changed.

A host that keeps rows of its own beside a case registers an owner for them: they are then erased and verified
with the case. Its name is on record in the database, so that a process without it erases nothing by halves.
"""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import ModuleType
from typing import NamedTuple, Protocol, cast

from sqlalchemy import Connection

from ...states.errors import Fault, SetupError
from .context import Context
from .unit import Done, Key, once
from .versions import add_version, latest, names_at, text_at

_APPROVALS, _REPORTS = "disclosure.workflow.approvals.owner", "disclosure.workflow.reports.owner"
_NOTICES = "disclosure.workflow.notices.owner"
_FILING = "disclosure.workflow.filing.owner"
_OURS = (
    "disclosure.workflow.kernel.owner",
    "disclosure.workflow.cases.owner",
    _APPROVALS,
    _FILING,
    _NOTICES,
    _REPORTS,
    "disclosure.workflow.casefile.erasure_chain",
)
"""The rooms of this package, loaded when they are first asked."""


class CaseRow(NamedTuple):
    """The case that an owner's rows belong to: the id of its row, its agency, its number."""

    id: int
    agency: str
    number: str


class Holding(NamedTuple):
    """How many rows of a table hold personal data of a case; ``words`` says what they are, for a host's own table."""

    table: str
    rows: int
    words: str = ""


class IntegrityFault(NamedTuple):
    """One place where the rows differ from what was written: its code, the case or sheet, the step there.

    ``message`` is the sentence of a host's own code; the codes of this package have theirs.
    """

    code: str
    where: str
    seq: int | None = None
    message: str = ""


class Erasure(NamedTuple):
    """The row of a case of which something says that it was erased, when, and by whom where that stands there."""

    case_id: int
    erased_at: str | None
    erased_by: str | None = None


UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What comes of a row that was damaged, as it is read: verification names the row and goes on."""


class Verified(NamedTuple):
    """How many rows of each kind were verified, and every fault of them."""

    counts: Mapping[str, int]
    faults: tuple[IntegrityFault, ...]


class Owner(Protocol):
    """Who owns tables; a module with these functions is one."""

    def holdings(self, context: Context, case: CaseRow) -> Sequence[Holding]:
        """Counts what ``erase`` would take away, table by table."""
        ...

    def erase(self, context: Context, case: CaseRow) -> None:
        """Erases the personal data in the rows of a case; the context gives who erases and when."""
        ...

    def verify(self, connection: Connection, agency: str | None) -> Verified:
        """Compares the rows with the hashes that were written with them, of one agency or of all."""
        ...

    def follow(self, connection: Connection, case: CaseRow | None) -> None:
        """Takes over the new due day of a case that has moved, or of every case."""
        ...


registered: list[Owner] = []
"""The owners that hosts have added to this process."""
_DUTIES = ("holdings", "erase", "verify", "follow")


def register_owner(owner: Owner) -> None:
    """Adds a host's owner of tables; registered twice, it is asked once.

    Raises:
        TypeError: the owner lacks one of the four functions.
    """
    lacking = [name for name in _DUTIES if not callable(getattr(owner, name, None))]
    if lacking:
        raise TypeError(f"{owner!r} owns tables and cannot do this with them: {', '.join(lacking)}")
    if owner not in registered:
        registered.append(owner)


def remove_owner(owner: Owner) -> None:
    """Takes a host's owner away again; its rows are no longer erased and verified."""
    if owner in registered:
        registered.remove(owner)


_TOPIC, _KNOWN, _GONE = "owner", "registered", "gone"


def name_of(owner: Owner) -> str:
    """The name by which a host's owner is on record: its ``name``, else that of its module or class."""
    given = getattr(owner, "name", None)
    if isinstance(given, str) and given:
        return given
    if isinstance(owner, ModuleType):
        return owner.__name__
    kind = owner if isinstance(owner, type) else type(owner)
    return f"{kind.__module__}.{kind.__qualname__}"


def known_owners(connection: Connection) -> frozenset[str]:
    """The names of the hosts' owners that keep rows in this database, whether or not this process has them."""
    number = latest(connection)
    return frozenset(
        name for name in names_at(connection, number, _TOPIC) if text_at(connection, number, _TOPIC, name) == _KNOWN
    )


def missing_owners(connection: Connection) -> list[str]:
    """Those of them that nobody has registered in this process."""
    return sorted(known_owners(connection) - {name_of(owner) for owner in registered})


def note_owners(context: Context) -> None:
    """Puts on record which owners keep rows beside the cases here, for a process that has not registered them."""
    new = sorted({name_of(owner) for owner in registered} - known_owners(context.connection))
    if new:
        add_version(context.connection, _TOPIC, dict.fromkeys(new, _KNOWN), context.actor.user_id, context.stamp)


def forget_owner(context: Context, name: str, *, idempotency_key: str | None = None) -> None:
    """Takes an owner off the record: the host has given up its tables, or calls the owner otherwise now.

    Raises:
        NotPermitted; SetupError: ``owner_unknown``.
    """
    context.require_everywhere("configure")

    def work() -> Done:
        if name not in known_owners(context.connection):
            raise SetupError("owner_unknown", owner=name)
        add_version(context.connection, _TOPIC, {name: _GONE}, context.actor.user_id, context.stamp)
        return Done()

    once(context, Key.of(context, idempotency_key, "forget_owner", name), Done, work)


def rooms() -> Iterator[Owner]:
    """The rooms of this package that own tables."""
    for name in _OURS:
        yield cast(Owner, importlib.import_module(name))


def erasures(connection: Connection) -> Iterator[Erasure]:
    """Whatever in the rooms' tables says of itself that it was erased."""
    for room in rooms():
        told = getattr(room, "erasures", None)
        if told is not None:
            yield from told(connection)


class Copied(NamedTuple):
    """A value that a row copies of other rows and that differs from them; ``where`` is a case or a sheet."""

    agency: str
    where: str
    column: str
    stored: object
    computed: object


def copies(connection: Connection, *, mend: bool) -> Iterator[Copied]:
    """Every value that a room copies of other rows for its lists, and that differs; it is mended if that is wanted."""
    for room in rooms():
        told = getattr(room, "copies", None)
        if told is not None:
            yield from told(connection, mend=mend)


class ApprovedStep(NamedTuple):
    """The sheet by which a step of a case was approved as it stands, the version of its procedure, and the day."""

    sheet: str
    config_id: int
    on: date


def approved_step(connection: Connection, case_id: int, seq: int) -> ApprovedStep | None:
    """By which sheet a step, or its last amendment that had one, was approved, as the room of approvals has it."""
    found: ApprovedStep | None = importlib.import_module(_APPROVALS).approved_step(connection, case_id, seq)
    return found


def was_answered(connection: Connection, agency: str, earlier: str) -> bool:
    """Whether the reply of that case, or the paper of that number, has reached its applicant."""
    found: bool = importlib.import_module(_NOTICES).was_answered(connection, agency, earlier)
    return found


def case_cited(connection: Connection, agency: str, number: str) -> int | None:
    """The case of that number, or whose issued paper has that number."""
    found: int | None = importlib.import_module(_NOTICES).case_cited(connection, agency, number)
    return found


def has_reached(connection: Connection, case_id: int, kind: str) -> bool:
    """Whether an issued paper of that kind of the case has reached its addressee, by the record of its service."""
    found: bool = importlib.import_module(_NOTICES).has_reached(connection, case_id, kind)
    return found


class ReplyPaper(NamedTuple):
    """An issued reply: its step, number and day, whether it is neither void nor replaced, and whether it is cited."""

    step: int
    number: str | None
    issued_on: date
    stands: bool
    cited: bool


def reply_papers(connection: Connection, case_id: int, cited: str) -> list[ReplyPaper]:
    """The issued replies of a case in their order, as the room of notices has them; ``cited`` is a number as typed."""
    found: list[ReplyPaper] = importlib.import_module(_NOTICES).reply_papers(connection, case_id, cited)
    return found


class ReplacedNotice(NamedTuple):
    """A notice that was issued in place of another, and the day on which it reached its addressee, if it did."""

    reached_on: date | None


def replaced_notice(connection: Connection, case_id: int, kind: str) -> ReplacedNotice | None:
    """The last paper of that kind of the case, where it takes the place of another."""
    found: ReplacedNotice | None = importlib.import_module(_NOTICES).replaced_notice(connection, case_id, kind)
    return found


def standing_answer(connection: Connection, case_id: int, before: Sequence[int], again: int) -> str:
    """The name of the paper of an earlier decision, of the steps ``before``, that the step ``again`` did not revoke."""
    found: str = importlib.import_module(_NOTICES).standing_answer(connection, case_id, before, again)
    return found


def told_before(connection: Connection, case_id: int, kind: str, seq: int) -> dict[str, object]:
    """What a paper of that kind tells of those that were issued before its step, as the room of notices has it."""
    found: dict[str, object] = importlib.import_module(_NOTICES).told_before(connection, case_id, kind, seq)
    return found


def void_withdrawn(context: Context, case: CaseRow, reason: str) -> None:
    """Lets the room of notices void the papers of a decision that has been withdrawn."""
    importlib.import_module(_NOTICES).void_withdrawn(context, case, reason)


def number_faults(connection: Connection, agency: str, kind: str) -> list[Fault]:
    """What prevents numbering papers of a kind."""
    found: list[Fault] = importlib.import_module(_NOTICES).number_faults(connection, agency, kind)
    return found


def annexes(connection: Connection, case_id: int) -> list[tuple[str, str]]:
    """What is filed with a case as given with its reply: names of files and keys of their types."""
    found: list[tuple[str, str]] = importlib.import_module(_FILING).annexes(connection, case_id)
    return found


def published_years(connection: Connection, agency: str) -> frozenset[int]:
    """The years whose figures an agency has published, as the reports' room has them."""
    found: frozenset[int] = importlib.import_module(_REPORTS).published_years(connection, agency)
    return found


def follow(connection: Connection, case: CaseRow | None = None) -> None:
    """Calls every owner after one case, or any case, has moved."""
    for owner in (*rooms(), *registered):
        owner.follow(connection, case)
