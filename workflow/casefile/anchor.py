"""The anchor: a small signed statement of the whole register, to be kept where the database is not.

Whoever holds the database can write everything in it anew, its chains too. What they cannot change is a statement that
lies elsewhere: with it the audit finds removal, rewriting and a return to an old backup.
"""

import json
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection

from ...states.errors import SetupError
from ..kernel.chains import GENESIS, canonical
from ..kernel.context import Context
from ..kernel.linking import link_all, linked_ends, place_of
from ..kernel.owners import IntegrityFault
from .audit import AuditFault, as_told
from .signing import known_keys, note_key, public_half, sign
from .verifier import is_signed

FORMAT = "disclosure-anchor-1"


class Anchor(BaseModel):
    """How many checkpoints the register had at a moment, the hash of the last, how many ends of each kind they hold."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    format: str = FORMAT
    made_at: str
    checkpoints: int
    hash: str
    ends: dict[str, int]
    public_key: str
    signature: str = ""

    def signed(self) -> bytes:
        """What the signature is over."""
        return canonical(self.model_dump(exclude={"signature"})).encode()


def make_anchor(context: Context, key: bytes) -> Anchor:
    """Links everything and states it, signed; the key's public half goes on record if it is not.

    Raises:
        NotPermitted; Conflict: somebody else is linking at the same moment.
    """
    context.require_everywhere("operate")
    if not is_known(context.connection, key):
        note_key(context, key)
    link_all(context, whole=True)
    return state(context, key)


def is_known(connection: Connection, key: bytes) -> bool:
    """Whether the public half of a key is on record, so that what is signed by it is the office's."""
    return public_half(key) in known_keys(connection).values()


def state(context: Context, key: bytes) -> Anchor:
    """States what is linked by now, signed; for who has been asked already."""
    connection = context.connection
    number, last = place_of(connection)
    ends = linked_ends(connection)
    made = Anchor(made_at=context.stamp, checkpoints=number, hash=last, ends=ends, public_key=public_half(key))
    return made.model_copy(update={"signature": sign(key, made.signed())})


def read_anchor(text: str, origin: str) -> Anchor:
    """An anchor from its text, also from the message in which it was delivered.

    Raises:
        SetupError: not_an_anchor.
    """
    try:
        found = Anchor.model_validate(_unwrapped(json.loads(text)))
    except (ValueError, ValidationError, RecursionError):
        raise SetupError("not_an_anchor", path=origin) from None
    if found.format != FORMAT:
        raise SetupError("not_an_anchor", path=origin)
    return found


def _unwrapped(content: object) -> object:
    """What a message delivers: a webhook's and a folder's have it in their data, a line of ``relay`` as it is."""
    for name in ("data", "payload"):
        if isinstance(content, dict) and name in content:
            content = content[name]
    return content


def check_anchor(context: Context, anchor: Anchor) -> tuple[AuditFault, ...]:
    """Every fault of the register against an anchor, and of the anchor itself.

    Raises:
        NotPermitted.
    """
    context.require_everywhere("operate")
    return tuple(map(as_told, _faults(context.connection, anchor)))


def _faults(connection: Connection, anchor: Anchor) -> Iterator[IntegrityFault]:
    if not is_signed(anchor.public_key, anchor.signature, anchor.signed()):
        yield IntegrityFault("anchor_forged", anchor.made_at)
        return
    if anchor.public_key not in known_keys(connection).values():
        yield IntegrityFault("anchor_key_unknown", anchor.made_at)
    number, _ = place_of(connection)
    if number < anchor.checkpoints:
        yield IntegrityFault("anchor_rolled_back", anchor.made_at, anchor.checkpoints - number)
        return
    there = place_of(connection, anchor.checkpoints)[1] if anchor.checkpoints else GENESIS
    if there != anchor.hash:
        yield IntegrityFault("anchor_differs", anchor.made_at, anchor.checkpoints)
