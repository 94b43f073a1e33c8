"""What an operation is: its address, what it takes and gives, and the function that does it. Declared once, for
routing, validation and ``openapi.json``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

from ...states.procedure.description import Json
from ..cases.store import conflict, load_seen
from ..kernel.context import Context
from ..kernel.given import Given

Q = TypeVar("Q", bound=BaseModel)
B = TypeVar("B", bound=BaseModel)
T = TypeVar("T")
PREFIX = "/api/v1"
"""Where the interface lies below the place at which it is mounted."""


class Nothing(Given):
    """An operation takes nothing here."""


class Items(BaseModel, Generic[T]):
    """A list."""

    model_config = ConfigDict(frozen=True)
    items: tuple[T, ...]


class Upload(NamedTuple):
    """A file that was sent along: the name that it bears, and its content."""

    name: str
    content: BinaryIO


@dataclass(slots=True)
class Call(Generic[Q, B]):
    """One request that has been read: who asks and where, the names in the address, what was sent along.

    ``version`` is the one that ``If-Match`` expects; ``keeps`` is set to false by what is to leave nothing behind.
    """

    context: Context
    path: Mapping[str, str]
    query: Q
    body: B
    key: str | None = None
    version: int | None = None
    upload: Upload | None = None
    keeps: bool = True

    @property
    def case(self) -> str:
        """The number of the case in the address."""
        return self.path["case"]

    def check_version(self) -> None:
        """Refuses a case that has moved on since the caller has seen it, where the command itself does not ask.

        Raises:
            Conflict; UnknownCase, NotPermitted.
        """
        if self.version is None:
            return
        loaded = load_seen(self.context, self.case)
        if loaded.version != self.version:
            raise conflict(self.context.connection, loaded)


class Answer(NamedTuple):
    """What is answered, with the version for ``ETag`` and where it is found: the operation and its names."""

    found: object
    version: int | None = None
    at: tuple[str, Mapping[str, str]] | None = None


class File(NamedTuple):
    """A document that is answered as it is."""

    name: str
    type: str
    content: bytes | Iterable[bytes]


AnyCall: TypeAlias = Call[Any, Any]
Work: TypeAlias = Callable[[AnyCall], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation: ``name`` is its ``operationId``, ``path`` lies below ``api/v1/`` with names in braces.

    ``gives`` is the model of the answer, or the models of which it is one; where it is a document, ``documents`` are
    its media types. ``body_schema`` tells more of the body than its model. ``uploads``: the body may or must be a form
    with a file.
    ``asks`` is false where nobody has to have logged in. ``absent`` are the problems of the data that say that what the
    address names is not there.
    """

    name: str
    method: Literal["GET", "POST"]
    path: str
    work: Work
    gives: type[BaseModel] | tuple[type[BaseModel], ...] = ()
    documents: tuple[str, ...] = ()
    query: type[BaseModel] = Nothing
    body: type[BaseModel] = Nothing
    body_schema: Callable[[], Json] | None = None
    uploads: Literal["no", "may", "must"] = "no"
    status: int = 200
    asks: bool = True
    absent: frozenset[str] = field(default_factory=frozenset)

    @property
    def takes_body(self) -> bool:
        """Whether something is sent along."""
        return self.method == "POST" and (self.body is not Nothing or self.uploads != "no")
