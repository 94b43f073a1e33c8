"""What may enter: the one form of every key, the texts and values that every database, paper and file can hold.

Only what comes in is looked at. What is stored is read as it stands.
"""

import hashlib
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from math import isfinite
from typing import NoReturn

from .errors import BadData, Fault

LONGEST_TEXT, LONGEST_NAME, LONGEST_KEY, LONGEST_DRAFT, LONGEST_FILE = 20_000, 300, 128, 100_000, 1_000_000
"""Characters."""
LONGEST_FILE_NAME = 180
"""Bytes: file systems hold 255, and a number and a suffix still come behind."""

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_TURNS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_BREAKS = "\x00-\x1f\x7f-\x9f\u2028\u2029"

unstorable = re.compile("[\x00\ud800-\udfff]").search
"""Finds what a database cannot even compare."""
_HIDING = re.compile(f"[{_CONTROLS}{_TURNS}]|\r(?!\n)")
"""What hides, turns or overwrites text where it is shown; a tab and the breaks of lines do not."""
doubtful = re.compile(f"[{_CONTROLS}{_TURNS}\ud800-\udfff{_NONCHARACTERS}{_PRIVATE}]|\r(?!\n)").search
"""Finds the first character that no text may have."""
plain_key = re.compile("[0-9A-Za-z\u4e00-\u9fff\u3014\u3015()\\[\\]_/#.:@-]{1,64}").fullmatch
"""Tells a key that is in its one form already, as nearly all are."""
_refused_in_key = re.compile(f"[\ud800-\udfff{_NONCHARACTERS}{_PRIVATE}{_UNSEEN}{_BREAKS}]").search
_EDGE = re.compile(f"\\A[\\s{_UNSEEN}]+|[\\s{_UNSEEN}]+\\Z")
_SPACES = re.compile(" {2,}")
_DASHES = str.maketrans(
    dict.fromkeys(
        "\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u2e3a\u2e3b\u301c\u3030\u30a0", "-"
    )
)
KEYS = frozenset({"id", "handler"})
"""Fields of data that are keys themselves: they are looked up, and columns hold them."""
_NAMES = frozenset({"name", "agent", "witness", "proxy"})
DEEPEST = 40
"""How many lists and objects may stand in one another."""
_LARGEST = 2**63


def key(field: str, value: object, longest: int = LONGEST_KEY) -> str:
    """A key in the one form in which it is stored and looked up: one width, one kind of dash, no blank at its ends.

    Raises:
        BadData: it is empty, too long, or has a character that nobody sees or that breaks the line.
    """
    if type(value) is str and plain_key(value) and len(value) <= longest:
        return value
    if not isinstance(value, str):
        raise BadData({"field": field, "problem": "not_a_text"})
    found = _SPACES.sub(" ", _EDGE.sub("", unicodedata.normalize("NFKC", _EDGE.sub("", value))).translate(_DASHES))
    fault: Fault | None = None
    if not found:
        fault = {"field": field, "problem": "empty"}
    elif (bad := _refused_in_key(found)) is not None:
        fault = _character(field, found, bad.start()) | {"problem": "bad_character", "text": "key_character"}
    elif len(found) > longest:
        fault = {"field": field, "problem": "too_long", "text": "key_too_long", "value": len(found), "cap": longest}
    if fault is not None:
        raise BadData(fault)
    return found


def text(field: str, value: object, longest: int = LONGEST_TEXT) -> str:
    """A text, unchanged.

    Raises:
        BadData: it is none, is too long, or has a character that a database or a paper cannot hold, or that hides text.
    """
    if not isinstance(value, str):
        raise BadData({"field": field, "problem": "not_a_text"})
    faults = list(_text_faults(field, value, longest))
    if faults:
        raise BadData(*faults)
    return value


LONGEST_GIVEN_NAME = 255
"""Characters of the name of a file that somebody hands over."""
_FOLDER = re.compile(r"[/\\]|\A\.{1,2}\Z")
_BREAK = re.compile(f"[{_BREAKS}]")


def given_file_name(field: str, value: object) -> str:
    """The name of a file that somebody hands over, unchanged: every character is kept or refused with its place.

    Raises:
        BadData: it is no text, is empty or too long, holds a folder, breaks the line, or may not enter as a text.
    """
    found = text(field, value, LONGEST_GIVEN_NAME)
    fault: Fault | None = None
    if not found.strip():
        fault = {"field": field, "problem": "empty"}
    elif (bad := _BREAK.search(found)) is not None:
        fault = _character(field, found, bad.start()) | {"problem": "bad_character", "text": "key_character"}
    elif (bad := _FOLDER.search(found)) is not None:
        fault = {"field": field, "problem": "folder_in_name", "value": bad[0], "place": bad.start() + 1}
    if fault is not None:
        raise BadData(fault)
    return found


def file(content: object, name: object) -> str:
    """The text of a file, and its name, unchanged; what it writes as codes (``"\\u001b"``) is looked at, too.

    Raises:
        BadData.
    """
    text("name", name, LONGEST_KEY)
    found = text("text", content, LONGEST_FILE)
    try:
        written = tomllib.loads(found) if "\\" in found else {}
    except (ValueError, RecursionError):  # who reads it tells where it is torn
        return found
    faults = list(_written("", written))
    if faults:
        raise BadData(*faults)
    return found


def _written(field: str, value: object) -> Iterator[Fault]:
    """The faults of the texts in what a file says; entries of a list count from 1."""
    if isinstance(value, str) and (bad := doubtful(value)) is not None:
        yield _character(field or "text", value, bad.start())
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _written(field, name)
            yield from _written(f"{field}.{name}" if field else name, item)
    elif isinstance(value, list):
        for place, item in enumerate(value, 1):
            yield from _written(f"{field}.{place}", item)


def one_of(field: str, value: object, known: Iterable[str]) -> str:
    """One of some words, unchanged.

    Raises:
        BadData: it is no text, or none of them.
    """
    found = text(field, value, LONGEST_KEY)
    words = tuple(known)
    if found not in words:
        raise BadData({"field": field, "problem": "not_one_of", "value": found, "choices": "、".join(words)})
    return found


def values(data: Mapping[str, object], **about: object) -> dict[str, object]:
    """Data as JSON values: days as ISO texts, ids in the form of keys, everything else unchanged.

    Raises:
        BadData: every value that is no JSON value, every text that may not enter, and what they are ``about``.
    """
    faults: list[Fault] = []
    found = {name: _value(str(name), value, faults, 1) for name, value in _members("", data, faults)}
    if faults:
        raise BadData(*faults, **about)
    return found


def _value(field: str, value: object, faults: list[Fault], depth: int) -> object:
    """One value as JSON has it; what is wrong with it is added to the faults."""
    if isinstance(value, str):
        return _text(field, str.__str__(value), faults)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < _LARGEST:
        return int(value)
    if isinstance(value, float) and isfinite(value):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if depth >= DEEPEST and isinstance(value, Mapping | list | tuple):
        faults.append(_too_deep(field.partition(".")[0]))
        return None
    if isinstance(value, Mapping):
        members = _members(field, value, faults)
        return {name: _value(f"{field}.{name}", item, faults, depth + 1) for name, item in members}
    if isinstance(value, list | tuple):
        return [_value(f"{field}.{place}", item, faults, depth + 1) for place, item in enumerate(value)]
    faults.append({"field": field, "problem": "not_json_value", "kind": type(value).__name__})
    return None


def check_depth(field: str, value: object, depth: int = 1) -> None:
    """Refuses what has more lists and objects in one another than can enter, however it was written.

    Raises:
        BadData.
    """
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else None
    if inner is None:
        return
    if depth >= DEEPEST:
        raise BadData(_too_deep(field))
    for item in inner:
        check_depth(field, item, depth + 1)


def _too_deep(field: str) -> Fault:
    return {"field": field, "problem": "too_deep", "cap": DEEPEST}


def _members(field: str, value: Mapping[str, object], faults: list[Fault]) -> Iterator[tuple[str, object]]:
    """The fields of an object; the names at fault are added to the faults and left out."""
    for name, item in value.items():
        wrong: list[Fault] = (
            list(_text_faults(field or "data", name, LONGEST_NAME))
            if isinstance(name, str)
            else [{"field": field or "data", "problem": "not_json_value", "kind": type(name).__name__}]
        )
        faults += wrong
        if not wrong:
            yield name, item


def _text(field: str, value: str, faults: list[Fault]) -> str:
    last = field.rpartition(".")[2]
    if last in KEYS and value.strip():
        try:
            return key(field, value)
        except BadData as error:
            faults += error.faults
            return value
    faults += _text_faults(field, value, LONGEST_NAME if last in _NAMES or last.endswith("_by") else LONGEST_TEXT)
    return value


def _text_faults(field: str, value: str, longest: int) -> Iterator[Fault]:
    if len(value) > longest:
        yield {"field": field, "problem": "too_long", "text": "text_too_long", "value": len(value), "cap": longest}
    if (bad := doubtful(value)) is not None:
        yield _character(field, value, bad.start())


def _character(field: str, value: str, place: int) -> Fault:
    """A fault that names the character and its place, counted from 1."""
    private = unicodedata.category(value[place]) == "Co"
    problem = "private_character" if private else "bad_character"
    fault: Fault = {"field": field, "problem": problem, "code": f"U+{ord(value[place]):04X}", "place": place + 1}
    if value[place] != "\x00" and _HIDING.match(value, place):
        fault |= {"text": "hiding_character"}
    instead = known_private(value[place]) if private else ""
    if instead:
        fault |= {"text": "private_character_known", "instead": instead, "instead_code": f"U+{ord(instead):04X}"}
    return fault


_KNOWN = dict(
    zip(
        "\ue816\ue817\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue864",
        "\U00020087\U00020089\U000200cc\u9fb4\u9fb5\u9fb6\u9fb7\U000215d7\u9fb8\U0002298f\u9fb9\u9fba\U000241fe\u9fbb",
        strict=True,
    )
)
"""Characters of GB 18030-2000 that have had a place of their own since GB 18030-2005."""


def known_private(letter: str) -> str:
    """The character that old GBK software stored at a private place, where the national standard tells it.

    Law: GB 18030, rows FE50 to FEA0.
    """
    place = ord(letter) - 0xE815
    if letter in _KNOWN or not 0 <= place <= 0xFEA0 - 0xFE51:
        return _KNOWN.get(letter, "")
    code = 0xFE50 + place + (place >= 0x7F - 0x50)  # the code 7F is left out
    found = code.to_bytes(2, "big").decode("gb18030", "ignore")
    return "" if doubtful(found) else found


def json_object(text: str | bytes) -> dict[str, object]:
    """The object that a JSON text is.

    Raises:
        ValueError: it is none, no UTF-8, too deep to be read, or holds a key twice or what JSON has no number for.
    """
    try:
        written = text if isinstance(text, str) else text.decode("utf-8")
        found = json.loads(written, parse_constant=_no_constant, object_pairs_hook=_no_key_twice)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def storable(value: str) -> str:
    """A text as a message can show it: what no output can hold is written as its code."""
    return value.encode("utf-8", "backslashreplace").decode()


def visible(value: str) -> str:
    """A text as a terminal can show it: what no output can hold, and what would hide or turn a part, as its code."""
    return _HIDING.sub(lambda found: f"〔U+{ord(found[0]):04X}〕", storable(value))


def visible_json(value: str) -> str:
    """The same of a JSON text, as JSON writes a code: it reads as before."""
    return _HIDING.sub(lambda found: f"\\u{ord(found[0]):04x}", storable(value))


_WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in '\\/:*?"<>|'}
"""What file systems refuse becomes its wide form: no key has one, so that two keys never share a file name."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def file_name(name: str) -> str:
    """A name that every file system takes and that stays in its folder; a different one for each key."""
    found = "".join("_" if not letter.isprintable() else letter for letter in storable(name).translate(_WIDE)).strip()
    if found.startswith("."):
        found = "\uff0e" + found[1:]
    if found.endswith("."):
        found = found[:-1] + "\uff0e"
    if _RESERVED.fullmatch(found):
        found = chr(ord(found[0]) + 0xFEE0) + found[1:]
    if len(found.encode()) > LONGEST_FILE_NAME:
        mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        stem, dot, suffix = found.rpartition(".")
        end = f"-{mark}" + (f".{suffix}" if dot and stem and len(suffix) <= 5 else "")
        found = found.encode()[: LONGEST_FILE_NAME - len(end.encode())].decode("utf-8", "ignore") + end
    return found or "_"
