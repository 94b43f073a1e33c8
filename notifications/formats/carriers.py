"""The carriers in which a notice can be written: plain text, Word, PDF, and those that a host registers.

A carrier is registered once, when the host starts; issuing, previews, bundles and the command line find it by
its key. The writers of the shipped carriers are imported when they are first used.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..documents.render import Notice

Writer = Callable[["Notice", bytes | None], bytes]
"""Writes a notice in an office's letterhead, or in the one shipped where that is None.

It gives the same bytes for the same notice, so that a reprint can be compared. It raises ``SetupError`` where this
machine cannot write it.
"""


@dataclass(frozen=True, slots=True)
class Carrier:
    """One carrier: its key, media type, the suffix of its files (without a dot), and what writes it."""

    key: str
    media_type: str
    suffix: str
    write: Writer


def register_carrier(carrier: Carrier) -> None:
    """Makes a carrier known to everything that writes notices; one whose writer was loaded anew replaces the earlier.

    Raises:
        ValueError: the key belongs to another carrier, or is not a short word of small letters and digits.
    """
    if not _KEY.fullmatch(carrier.key):
        raise ValueError(f"a carrier's key is a word of at most 16 small letters and digits, not {carrier.key!r}")
    if not _same(_CARRIERS.get(carrier.key, carrier), carrier):
        raise ValueError(f"the carrier {carrier.key!r} is registered already")
    _CARRIERS[carrier.key] = carrier


def _same(earlier: Carrier, later: Carrier) -> bool:
    """Whether two carriers differ in nothing but that the module of their writer was loaded anew."""
    return replace(earlier, write=later.write) == later and _place(earlier.write) == _place(later.write)


def _place(write: Writer) -> object:
    """Where a writer is defined, by module and name; itself where it has none."""
    name = getattr(write, "__qualname__", None)
    return write if name is None else (write.__module__, name)


def remove_carrier(key: str) -> None:
    """Takes a registered carrier out again; papers that were issued in it can still be reprinted."""
    _CARRIERS.pop(key, None)


def carriers() -> tuple[Carrier, ...]:
    """Every registered carrier, the shipped ones first."""
    return tuple(_CARRIERS.values())


def find_carrier(key: str) -> Carrier | None:
    """The carrier of that key; None where there is none."""
    return _CARRIERS.get(key)


def suffix_of(key: str) -> str:
    """How files of a carrier end; its key where it was registered once and no longer is."""
    found = _CARRIERS.get(key)
    return found.suffix if found is not None else key


def _write_text(notice: "Notice", letterhead: bytes | None) -> bytes:
    from .text import write

    return write(notice, letterhead)


def _write_word(notice: "Notice", letterhead: bytes | None) -> bytes:
    from .word import write

    return write(notice, letterhead)


def _write_pdf(notice: "Notice", letterhead: bytes | None) -> bytes:
    from .pdf import write

    return write(notice, letterhead)


_KEY = re.compile(r"[a-z0-9_-]{1,16}")
"""The column that keeps it holds 16 characters."""
SHIPPED = (
    Carrier("text", "text/plain; charset=utf-8", "txt", _write_text),
    Carrier("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", _write_word),
    Carrier("pdf", "application/pdf", "pdf", _write_pdf),
)
_CARRIERS: dict[str, Carrier] = {}
for _shipped in SHIPPED:
    register_carrier(_shipped)
