"""Attaching files to a case, listing them, and reading them again; contents pass through in portions."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, NamedTuple, cast

from pydantic import BaseModel, ConfigDict

from ...states import admission
from ...states.errors import BadData, SetupError
from ...states.rules.settings import Settings
from ..cases.reads import note_read
from ..cases.store import Loaded, hold, load_seen, number_of
from ..kernel.context import Context, Written
from ..kernel.personal_data import ERASED
from ..kernel.unit import Done, Key, once
from ..kernel.versions import latest, law_at
from .entries import ROLES, Kept, NewFile, add_entry, entries, find_entry, size_of
from .port import find_store
from .settle import note_put
from .types import PORTION, TYPES, claim_of, portions, type_of

MB = 1024 * 1024
_IN_MEMORY = 2 * MB
"""A longer stream waits in a temporary file without a name until its type and hash are known."""


class Attachment(BaseModel):
    """A file that is filed with a case; ``type`` is its media type, ``size`` in bytes, ``at`` the moment of filing.

    ``on`` is the day of filing, in a record of the past the one that is told. Once the case has been erased a note
    stands in the place of the name, and there is no hash.
    """

    model_config = ConfigDict(frozen=True)
    number: int
    name: str
    role: str
    type: str
    size: int
    sha256: str | None
    on: date
    at: str
    by: str
    erased: bool = False
    repeated: bool = False


class OpenAttachment(NamedTuple):
    """An attachment with its content in portions, which is compared with its hash as it ends.

    Taking the last portion raises ``SetupError`` where the content is another one than was filed, or is gone.
    """

    attachment: Attachment
    content: Iterator[bytes]


def attach(
    context: Context,
    number: str,
    name: str,
    content: bytes | BinaryIO,
    *,
    role: str = "application",
    idempotency_key: str | None = None,
) -> Attachment:
    """Files something with a case: a content, whole or as a stream, under the name of its file.

    Raises:
        UnknownCase, NotPermitted, Conflict; BadData: the name, the role, the size, or a content that runs, is of no
            known type, or of another than its name claims; SetupError: ``store_missing``, ``file_unwritable``.
    """
    context.require("propose")
    admission.given_file_name("file", name)
    admission.one_of("attachment_role", role, ROLES)
    number = number_of(context.connection, context.agency, number)
    load_seen(context, number)
    settings = _settings(context)
    with _waiting(content, settings.attachment_mb) as waiting:
        kind = type_of(name, waiting.content)

        def work() -> Done:
            loaded = load_seen(context, number)
            new = NewFile(name, role, kind.key, waiting.size, waiting.sha256, settings.attachment_store, _new_key())
            _put(context, new, waiting.content)
            hold(context.connection, loaded.id)  # so late that nobody waits for a content
            _check_room(context, loaded, waiting.size, settings.case_attachments_mb)
            return Done(number=add_entry(context, loaded, new))

        key = Key.of(context, idempotency_key, "attach", number, name, role, waiting.sha256)
        done = once(context, key, Done, work, lambda: load_seen(context, number))
    loaded = load_seen(context, number)
    return shown(_found(context, loaded, done.number), unmasked=True).model_copy(update={"repeated": done.repeated})


def _settings(context: Context) -> Settings:
    """The limits and the store as they are set now."""
    return law_at(context.connection, latest(context.connection), context.agency).settings


def _new_key() -> str:
    return secrets.token_hex(16)


def _put(context: Context, new: NewFile, content: BinaryIO) -> None:
    """Puts the content into its store."""
    store = find_store(new.store)
    note_put(context.connection, store, new.store_key)
    store.put(context.connection, new.store_key, portions(content))


def _check_room(context: Context, loaded: Loaded, size: int, cap: int) -> None:
    """Refuses what would make a case's attachments too many.

    Raises:
        BadData.
    """
    before = size_of(context.connection, loaded.id)
    if before + size > cap * MB:
        told = {"value": f"{before / MB:.1f}", "more": f"{size / MB:.1f}", "cap": cap}
        raise BadData({"field": "file", "problem": "attachments_too_large", **told})


class _Waiting(NamedTuple):
    """A content that is about to be kept, with its size and hash."""

    content: BinaryIO
    size: int
    sha256: str


@contextmanager
def _waiting(content: bytes | BinaryIO, cap: int) -> Iterator[_Waiting]:
    """A content that can be read again: a stream is read once, no further than the limit.

    Raises:
        BadData: no bytes, none at all, or more than the limit.
    """
    source = BytesIO(content) if isinstance(content, bytes) else content
    if not callable(getattr(source, "read", None)):
        raise BadData({"field": "file", "problem": "no_content"})
    size, sum_ = 0, sha256()
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        while portion := source.read(PORTION):
            if not isinstance(portion, bytes):
                raise BadData({"field": "file", "problem": "no_content"})
            size += len(portion)
            if size > cap * MB:
                raise BadData({"field": "file", "problem": "attachment_too_large", "cap": cap})
            sum_.update(portion)
            file.write(portion)
        if not size:
            raise BadData({"field": "file", "problem": "no_content"})
        yield _Waiting(cast(BinaryIO, file), size, sum_.hexdigest())


def attachments(context: Context, number: str, *, unmasked: bool = False, why: str = "") -> tuple[Attachment, ...]:
    """What is filed with a case, in order; unmasked it is noted in the log of reads, with the reason.

    Raises:
        UnknownCase, NotPermitted; SetupError: unmasked on a connection that cannot write.
    """
    admission.text("why", why)
    loaded = load_seen(context, number)
    if unmasked:
        note_read(context, loaded.row(context.agency), "attachment", why=why)
    return filed(context, loaded, unmasked=unmasked)


def filed(context: Context, loaded: Loaded, *, unmasked: bool = False) -> tuple[Attachment, ...]:
    """The same of a case that somebody may see."""
    return tuple(shown(item, unmasked) for item in entries(context.connection, loaded.id))


def attachment(context: Context, number: str, which: int, *, why: str = "") -> OpenAttachment:
    """One attachment with its content; the log of reads has it, with the reason.

    Raises:
        UnknownCase, NotPermitted; BadData: no such attachment, or it has been erased; SetupError: ``store_missing``,
            ``attachment_missing``, or on a connection that cannot write.
    """
    admission.text("why", why)
    loaded = load_seen(context, number)
    found = _found(context, loaded, which)
    if found.apart.store_key is None or found.apart.store is None:
        raise BadData({"field": "attachment", "problem": "attachment_erased", "value": which})
    store = find_store(found.apart.store)
    note_read(context, loaded.row(context.agency), "attachment", str(which), why)
    content = store.get(context.connection, found.apart.store_key)
    return OpenAttachment(shown(found, unmasked=True), _compared(content, found, loaded.case.case))


def _compared(content: Iterator[bytes], kept: Kept, case: str) -> Iterator[bytes]:
    """The content; at its end an error where it is not what was filed.

    Raises:
        SetupError: ``attachment_altered``, ``attachment_missing``.
    """
    sum_ = sha256()
    try:
        for portion in content:
            sum_.update(portion)
            yield portion
    except LookupError:
        raise SetupError("attachment_missing", case=case, seq=kept.entry.seq) from None
    if sum_.hexdigest() != kept.apart.sha256:
        raise SetupError("attachment_altered", case=case, seq=kept.entry.seq)


def _found(context: Context, loaded: Loaded, which: int) -> Kept:
    """The attachment of a number.

    Raises:
        BadData: there is none.
    """
    found = find_entry(context.connection, loaded.id, which) if type(which) is int else None
    if found is None:
        known = "、".join(str(item.entry.seq) for item in entries(context.connection, loaded.id))
        raise BadData({"field": "attachment", "problem": "unknown_attachment", "value": which, "choices": known})
    return found


def shown(kept: Kept, unmasked: bool) -> Attachment:
    """An attachment as it is told; its name is masked unless it was asked for."""
    entry, apart = kept.entry, kept.apart
    name = ERASED if apart.name is None else apart.name if unmasked else masked(apart.name)
    return Attachment(
        number=entry.seq,
        name=name,
        role=entry.role,
        type=TYPES[entry.type].media_type,
        size=entry.size,
        sha256=apart.sha256,
        on=entry.on_date,
        at=entry.recorded_at,
        by=Written.of(entry.actor).by,
        erased=apart.erased_at is not None,
    )


def masked(name: str) -> str:
    """The name of a file with all but its first character hidden, and what tells its type."""
    claimed = claim_of(name)
    return f"{name[:1]}***.{claimed}" if claimed else f"{name[:1]}***"
