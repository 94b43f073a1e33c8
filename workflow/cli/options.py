"""What every command shares: its options, the database behind it, and how it answers."""

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from ...notifications.messages.catalogue import say
from ...states.admission import key, storable, visible, visible_json

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session, sessionmaker

    from ...states.errors import DisclosureError
    from ..kernel.context import Actor, Clock, Context, Operator

Found_ = TypeVar("Found_")
DEFAULT_URL = "sqlite:///disclosure.db"
"""The database of an office that names none: a file in the working directory."""
_WRITING = ("INSERT", "UPDATE", "DELETE")
ISO_LENGTH = len("2024-01-31")


class Found(Exception):
    """The command worked and reported faults: exit status 1."""


class DayType(click.ParamType):  # type: ignore[type-arg]  # generic in the newest click only
    """A day, written 2024-03-01."""

    name = "date"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """How the value is shown in help."""
        return "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Reads the day."""
        if isinstance(value, date):
            return value
        try:
            text = str(value)
            if len(text) != ISO_LENGTH:
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError:
            self.fail(say("cli_not_a_day", value=value), param, ctx)


class ChoiceType(click.Choice[str]):
    """One of several words, refused in Chinese."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Reads the word."""
        if value not in self.choices:
            self.fail(say("cli_not_a_choice", value=value, choices="、".join(self.choices)), param, ctx)
        return str(value)


class CountType(click.ParamType):  # type: ignore[type-arg]  # likewise
    """A whole number within bounds."""

    name = "N"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """How the value is shown in help."""
        return "N"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Reads the number."""
        if isinstance(value, int):
            return value
        text = str(value)
        if not (text.removeprefix("-").isascii() and text.removeprefix("-").isdecimal() and len(text) < 12):
            self.fail(say("cli_not_a_number", value=value), param, ctx)
        if not self.least <= int(text) <= self.most:
            self.fail(say("cli_out_of_range", value=value, least=self.least, most=self.most), param, ctx)
        return int(text)


class CarrierType(click.ParamType):  # type: ignore[type-arg]  # likewise
    """One of the registered carriers: those shipped and the host's own."""

    name = "carrier"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """How the value is shown in help."""
        return f"[{'|'.join(self._keys())}]"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Reads the key of a carrier."""
        keys = self._keys()
        if value not in keys:
            self.fail(say("cli_not_a_choice", value=value, choices="、".join(keys)), param, ctx)
        return str(value)

    def _keys(self) -> list[str]:
        from ...notifications.formats.carriers import carriers

        return [carrier.key for carrier in carriers()]


DAY = DayType()
CARRIER = CarrierType()
TEXT_OR_JSON = ("text", "json")


@dataclass
class Options:
    """The options that every command takes, before or after its name."""

    db: str | None = None
    agency: str | None = None
    format: str | None = None
    today: date | None = None
    user: str | None = None
    wrote: bool = False
    """Whether something has been committed: the register-wide chain then links it."""
    creates: bool = False
    """Whether the command makes a SQLite file that is not there: only those do that begin a register."""

    @property
    def wants_json(self) -> bool:
        """Whether one JSON document is asked for."""
        return self.format == "json"

    @property
    def clock(self) -> "Clock":
        """The system's clock, or one that stands at ``--today``."""
        from ..kernel.context import StatedDay, SystemClock

        return StatedDay(self.today) if self.today is not None else SystemClock()

    @property
    def day(self) -> date:
        """The day that it is in China."""
        from ..kernel.context import today

        return today(self.clock)

    @functools.cached_property
    def url(self) -> str:
        """The database's address."""
        wanted = self.db or os.environ.get("DISCLOSURE_DB") or DEFAULT_URL
        return wanted if "://" in wanted else f"sqlite:///{wanted}"

    @functools.cached_property
    def engine(self) -> "Engine":
        """The database, opened when first needed; a file that is made is told.

        Raises:
            SetupError: not there and the command makes none, unreachable, or of another schema version.
        """
        from ..kernel.database import is_missing, open_engine, shown_url

        missing = is_missing(self.url)
        engine = open_engine(self.url, create=self.creates)
        if missing:
            tell(say("cli_created", url=shown_url(self.url)))
        return engine

    @property
    def sessions(self) -> "sessionmaker[Session]":
        """Sessions on the database."""
        from sqlalchemy.orm import sessionmaker

        return sessionmaker(self.engine)

    @contextmanager
    def session(self) -> "Iterator[Session]":
        """One session that commits if all went well."""
        from sqlalchemy import event

        from ..kernel.database import setup_errors

        written: list[str] = []

        def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
            if statement.startswith(_WRITING):
                written.append(statement)

        event.listen(self.engine, "after_cursor_execute", note)
        try:
            with setup_errors(self.engine), self.sessions() as session, session.begin():
                yield session
            self.wrote = self.wrote or bool(written)
        finally:
            event.remove(self.engine, "after_cursor_execute", note)

    def link_up(self) -> None:
        """Links what the command has written; where that fails now, the next command links it."""
        if not self.wrote:
            return
        from sqlalchemy.exc import SQLAlchemyError

        from ...states.errors import DisclosureError
        from ..kernel.context import SystemClock, stamp
        from ..kernel.linking import link_up

        with suppress(SQLAlchemyError, DisclosureError):
            link_up(self.sessions, stamp(SystemClock()))

    @contextmanager
    def connecting(self) -> "Iterator[Connection]":
        """A connection for reading what belongs to no agency and holds no case: the calendar, the readings."""
        from ..kernel.database import setup_errors

        with setup_errors(self.engine), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, create: bool = False, register: bool = False) -> "Iterator[Context]":
        """The context of a command that writes: a session that commits on success, the person, the agency, the clock.

        With ``create`` a SQLite file that is not there is made, with ``register`` the agency may be a new one.
        Raises:
            SetupError: the agency is not known.
            NotPermitted: people are on record and nobody, or nobody of them, was named.
        """
        from .contexts import acting

        self.creates = self.creates or create
        with self.session() as session:
            yield acting(self, session, register=register)

    @contextmanager
    def writing_all(self, *, create: bool = False) -> "Iterator[Context]":
        """The same for an act that touches every agency.

        Raises:
            NotPermitted; SetupError: the agency is not known.
        """
        from .contexts import acting_for_all

        self.creates = self.creates or create
        with self.session() as session:
            yield acting_for_all(self, session)

    @contextmanager
    def reading(self) -> "Iterator[Context]":
        """The context of a query: a connection for reading, the person, the agency, the clock.

        What it writes is not kept: whoever unmasks is noted, and takes ``writing``.
        Raises:
            NotPermitted: people are on record and nobody, or nobody of them, was named.
        """
        from .contexts import acting

        with self.connecting() as connection:
            yield acting(self, connection)

    @property
    def operator(self) -> "Operator":
        """Who runs what has transactions of its own and goes over every agency.

        Raises:
            NotPermitted; SetupError: the agency is not known.
        """
        from ..kernel.context import Operator

        with self.writing_all() as context:
            return Operator(self.sessions, context.actor, self.clock)

    @property
    def has_database(self) -> bool:
        """Whether there is a database: what needs none does without one."""
        if self.url == DEFAULT_URL and not Path(DEFAULT_URL.removeprefix("sqlite:///")).exists():
            return False  # without the tenth of a second that it takes to import what reads an address
        from ..kernel.database import is_missing

        return not is_missing(self.url)

    def is_local(self, actor: "Actor") -> bool:
        """Whether the administrator of this machine acts, since no agency has people on record."""
        from ..kernel.context import ADMINISTRATOR

        return actor is ADMINISTRATOR


@contextmanager
def refusals(options: Options, what: str, verb: str) -> Iterator[None]:
    """Reports what the law or a condition refuses in one line, and as JSON where asked; exit status 1."""
    from ...states.errors import DisclosureError, NotPermitted, SetupError

    try:
        yield
    except (SetupError, NotPermitted):
        raise
    except DisclosureError as error:
        answer(options, {"refused": {"sheet": storable(what), "verb": verb, **refused(error)}}, lambda document: None)
        raise Found from None


def refused(error: "DisclosureError") -> dict[str, str]:
    """Tells staff what was refused, and what leads on; the same for the document."""
    from ...notifications.messages.sentences import describe, mend

    found = {"code": error.code, "message": describe(error), "mend": mend(error)}
    tell(f"{error.code}: {found['message']}")
    if found["mend"]:
        tell(say("cli_mend", mend=found["mend"]))
    return found


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the shared options; the command gets them as its first argument."""
    return with_formats(*TEXT_OR_JSON)(command)


def with_formats(*formats: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The same for a command that has formats of its own."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @click.option("--db", metavar="URL", help=say("cli_opt_db"))
        @click.option("--agency", metavar="CODE", help=say("cli_opt_agency"))
        @click.option("--format", "format_", type=ChoiceType(formats), help=say("cli_opt_format"))
        @click.option("--today", type=DAY, help=say("cli_opt_today"))
        @click.option("--as", "user", metavar="USER", help=say("cli_opt_as"))
        @functools.wraps(command)
        def run(
            db: str | None,
            agency: str | None,
            format_: str | None,
            today: date | None,
            user: str | None,
            **rest: object,
        ) -> None:
            ctx = click.get_current_context()
            earlier = ctx.find_object(Options) or Options()
            options = Options(
                db or earlier.db,
                key("agency", agency) if agency else earlier.agency,
                format_ or earlier.format,
                today or earlier.today,
                key("user", user) if user else earlier.user,
            )
            ctx.obj = options
            try:
                command(options, **rest)
            finally:
                if not rest.get("dry_run"):
                    options.link_up()

        return run

    return decorate


def answer(options: Options, found: Found_, text: Callable[[Found_], None]) -> None:
    """Prints what was found as JSON, or lets ``text`` print it for people."""
    if options.wants_json:
        click.echo(visible_json(json.dumps(found, ensure_ascii=False, indent=2, default=_as_json)))
    else:
        text(found)


def _as_json(value: object) -> object:
    """A typed result as JSON has it; a day, a moment or an amount as its text."""
    dump = getattr(value, "model_dump", None)
    if dump is not None:
        return dump(mode="json")
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def tell(message: str) -> None:
    """A message beside the output."""
    click.echo(visible(message), err=True)


def make_folder(folder: Path) -> None:
    """Makes a folder that files are written into, if it is not there.

    Raises:
        SetupError: ``file_unwritable``.
    """
    from ...states.errors import SetupError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError("file_unwritable", path=str(folder), reason=error.strerror or str(error)) from None


def given_key(path: Path | None) -> bytes | None:
    """The office's private key: in the file that is named, else in the one that the environment names; None without.

    Raises:
        SetupError: file_missing, file_unreadable, no_key.
    """
    from ..casefile.signing import VARIABLE, read_key

    named = os.environ.get(VARIABLE, "")
    wanted = path if path is not None else Path(named) if named else None
    return read_key(wanted) if wanted is not None else None


def required_key(path: Path | None) -> bytes:
    """The same where there is no doing without.

    Raises:
        SetupError: key_needed, and the same.
    """
    from ...states.errors import SetupError
    from ..casefile.signing import VARIABLE

    found = given_key(path)
    if found is None:
        raise SetupError("key_needed", variable=VARIABLE)
    return found


def write_out(content: bytes, output: str | None, rights: int | None = None) -> None:
    """Writes bytes to a file, whole or not at all, or to standard output.

    Raises:
        SetupError: ``file_unwritable``; ``output_needed`` for a document that no terminal or stream of text can show.
    """
    from ...notifications.files import PLAIN, write_whole
    from ...states.errors import SetupError

    if output is not None and output != "-":
        try:
            write_whole(Path(output), content, PLAIN if rights is None else rights)
        except OSError as error:
            raise SetupError("file_unwritable", path=output, reason=error.strerror or str(error)) from None
        return
    if sys.stdout.isatty():
        content = _on_terminal(content)
    sys.stdout.flush()
    stream = getattr(sys.stdout, "buffer", None)
    if stream is not None:
        stream.write(content)
        stream.flush()
        return
    try:  # a host has put a stream of text there
        sys.stdout.write(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise SetupError("output_needed") from None


def _on_terminal(content: bytes) -> bytes:
    """A document as a terminal can show it; a file gets the bytes as they are.

    Raises:
        SetupError: ``output_needed``, it is no text.
    """
    from ...states.errors import SetupError

    if content.startswith(b"PK"):
        raise SetupError("output_needed")
    try:
        return visible(content.decode("utf-8")).encode()
    except UnicodeDecodeError:
        raise SetupError("output_needed") from None


def _silent(done: int) -> None:
    """No bar."""


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal for long work; calls tell how much has been done."""
    if total < 500 or not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)

        def show(done: int) -> None:
            bar.update(task, completed=done)

        yield show
