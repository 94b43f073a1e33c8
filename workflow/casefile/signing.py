"""The office's signature under anchors and bundles: Ed25519 (RFC 8032), with the arithmetic of the verifier.

The private key lies in a file outside of the database, with whoever answers for the register; its public half is on
record in the register-wide chain. Whoever holds the database alone can't sign.
"""

import secrets
from hashlib import sha512
from pathlib import Path

from sqlalchemy import Connection

from ...states.errors import SetupError
from ..kernel.chains import canonical
from ..kernel.context import Context
from ..kernel.files import read_text
from ..kernel.versions import note_text, noted_texts
from .verifier import BASE, ORDER, multiply, pressed, shown_key

MARK = "disclosure-key-1 "
VARIABLE = "DISCLOSURE_KEY"
"""The environment variable that names the file of the private key."""
_TOPIC = "key"
_LENGTH = 32


def new_key() -> str:
    """The text of a new private key, as its file holds it."""
    return f"{MARK}{secrets.token_hex(_LENGTH)}\n"


def read_key(path: Path) -> bytes:
    """The private key in a file.

    Raises:
        SetupError: file_missing, file_unreadable; no_key: there is none in it.
    """
    text = read_text(path).strip()
    found = text.removeprefix(MARK)
    if found == text or len(found) != 2 * _LENGTH or not set(found) <= set("0123456789abcdef"):
        raise SetupError("no_key", path=str(path))
    return bytes.fromhex(found)


def public_half(key: bytes) -> str:
    """The public half of a private key, as text."""
    return pressed(multiply(BASE, _scalar(key)[0])).hex()


def sign(key: bytes, content: bytes) -> str:
    """The signature of some bytes, as text; the same bytes always have the same one."""
    secret, prefix = _scalar(key)
    public = bytes.fromhex(public_half(key))
    once = int.from_bytes(sha512(prefix + content).digest(), "little") % ORDER
    point = pressed(multiply(BASE, once))
    challenge = int.from_bytes(sha512(point + public + content).digest(), "little") % ORDER
    return (point + ((once + challenge * secret) % ORDER).to_bytes(_LENGTH, "little")).hex()


def as_signature(key: bytes, content: bytes) -> bytes:
    """The file that lies beside what is signed: the public key, and the signature."""
    return canonical({"public_key": public_half(key), "signature": sign(key, content)}).encode()


def _scalar(key: bytes) -> tuple[int, bytes]:
    hashed = sha512(key).digest()
    number = int.from_bytes(hashed[:_LENGTH], "little")
    return number & ((1 << 254) - 8) | (1 << 254), hashed[_LENGTH:]


def note_key(context: Context, key: bytes) -> str:
    """Puts the public half of a key on record, as one by which the office signs; returns its fingerprint.

    Raises:
        NotPermitted.
    """
    context.require_everywhere("configure")
    public = public_half(key)
    if public not in known_keys(context.connection).values():
        name = shown_key(public)
        note_text(context.connection, _TOPIC, name, public, context.actor.user_id, context.stamp)
    return shown_key(public)


def known_keys(connection: Connection) -> dict[str, str]:
    """The public keys on record, by their fingerprints."""
    return noted_texts(connection, _TOPIC)
