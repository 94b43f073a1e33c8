"""Hostile files: what the product reads, damaged at random, goes in whole or is refused in the product's own words.

    python tests/support/hostile.py FOLDER FILES [SEED]

Prints one JSON document: files read, how many were refused, what was found. The folder is empty; it gets the register.
"""

import io
import json
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from approvals import directory_text, procedure_text
from office import ADMIN, SUBMIT
from register_book import FULL, REPLIED, book, table
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from disclosure.notifications.documents.render import shipped
from disclosure.states.admission import storable, visible
from disclosure.states.errors import DisclosureError
from disclosure.workflow import (
    Context,
    FixedClock,
    describe,
    install_templates,
    load_calendar,
    metadata,
    read_journal,
    recompute,
    replay,
    set_channels,
    set_directory,
    set_numbering,
    set_procedure,
    take_in,
    verify,
)
from disclosure.workflow.casefile.anchor import make_anchor, read_anchor
from disclosure.workflow.kernel.database import open_engine
from disclosure.workflow.kernel.files import read_text
from disclosure.workflow.reports.check import check

CLOCK = FixedClock(date(2025, 12, 1))
KEY = bytes(range(32))
FIRST_SEED = 20240301
Door = Callable[[Context, Path], object]
JOURNAL = [
    {"case": "B-1", "move": "submit", "at": "2024-03-01", "data": SUBMIT},
    {"case": "B-1", "move": "accept", "at": "2024-03-02"},
    {"case": "B-1", "move": "withdraw", "at": "2024-03-05", "data": {"reason": "不要了"}},
]
CLOSURE = """\
[closure]
place = "湖城市"
reason = "台风停工"
decided_by = "湖城市人民政府"
[[closure.day]]
first = 2024-03-20
last = 2024-03-21
"""
CHANNELS = """\
[channel.box]
type = "folder"
path = "box"
[[route]]
topics = ["case.due"]
channels = ["box"]
[quiet]
begins = 20:00:00
ends = 08:00:00
[reminders]
handler = 5
"""
NUMBERING = '[default]\npattern = "{代字}〔{年}〕{序}号"\n[kind.extension]\nseries = "ext"\n'
REPORT = Path(__file__).parents[1] / "data" / "hongze_2023.json"
PIECES = (
    *(b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xef\xbb\xbf", "\u202e".encode(), "\ue000".encode(), b"\r", b"\x1b[31m"),
    *(b"\\ud800", b'"', b"'''", b"{", b"}", b"[" * 300, b'{"a":' * 300, b"1e999", b"9" * 400, b"-1", b"null", b"true"),
    *(b"../../evil", b"=1+1", b"{{ 7*7 }}", b"{% for a in b %}", b"<!ENTITY x SYSTEM 'file:///etc/passwd'>", b"&x;"),
    *("长".encode() * 700, b"0001-01-01", b"9999-12-31", b"2024-02-30", b"[[", b"]]", b" = ", b"\n", b","),
)


@dataclass
class Kind:
    """A kind of file: its name, a good one, and who reads it."""

    name: str
    good: bytes
    door: Door


def _text_door(command: Callable[[Context, str], object]) -> Door:
    return lambda context, path: command(context, read_text(path))


def kinds(folder: Path, sessions: sessionmaker[Session]) -> list[Kind]:
    """Every kind of file that the product reads, each with a good one."""
    with sessions() as session, session.begin():
        anchor = make_anchor(Context(session, ADMIN, clock=CLOCK), KEY).model_dump_json()
    workbook = book(folder / "good.xlsx", ("台账", table(FULL, {**REPLIED, "case": "2025-002"}))).read_bytes()
    lines = "\n".join(json.dumps(line, ensure_ascii=False) for line in JOURNAL)
    return [
        Kind("journal.jsonl", lines.encode(), lambda context, path: replay(_past(context), read_journal(path))),
        Kind("register.xlsx", workbook, lambda context, path: take_in(context, path)),
        Kind("report.json", REPORT.read_bytes(), lambda context, path: check(path)),
        Kind("directory.toml", directory_text().encode(), _text_door(set_directory)),
        Kind("procedure.toml", procedure_text("head leader any 10").encode(), _text_door(set_procedure)),
        Kind("channels.toml", CHANNELS.encode(), _text_door(set_channels)),
        Kind("numbering.toml", NUMBERING.encode(), _text_door(set_numbering)),
        Kind(
            "closure.toml", CLOSURE.encode(), _text_door(lambda context, text: load_calendar(context, text, "c.toml"))
        ),
        Kind(
            "reply.j2",
            shipped("reply").encode(),
            lambda context, path: install_templates(context, {path.name: path.read_bytes()}),
        ),
        Kind("anchor.json", anchor.encode(), _text_door(lambda context, text: read_anchor(text, "anchor.json"))),
    ]


def _past(context: Context) -> Context:
    return Context(context.session, context.actor, clock=context.clock, past=True)


def damaged(good: bytes, chance: Random) -> bytes:
    """A file that is no longer good, or hardly: a workbook is damaged inside, too."""
    if good.startswith(b"PK") and chance.random() < 0.8:
        return _damaged_inside(good, chance)
    found = bytearray(good)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        _damage(found, chance)
    return bytes(found)


def _damage(found: bytearray, chance: Random) -> None:
    start = chance.randrange(len(found) + 1)
    end = min(len(found), start + chance.choice((1, 1, 3, 20, 200)))
    way = chance.randrange(6)
    if way == 0 and start < len(found):
        found[start] ^= 1 << chance.randrange(8)
    elif way == 1:
        del found[start:end]
    elif way == 2:
        found[start:start] = found[start:end] * chance.choice((1, 2, 50))
    elif way == 3:
        del found[start:]
    else:
        found[start : end if way == 4 else start] = chance.choice(PIECES)


def _damaged_inside(good: bytes, chance: Random) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(made, "w") as new:
        names = old.namelist()
        struck = chance.choice([name for name in names if name.endswith((".xml", ".rels"))])
        for name in names:
            content = bytearray(old.read(name))
            if name == struck:
                _damage(content, chance)
            new.writestr(name, bytes(content))
    return made.getvalue()


def attack(sessions: sessionmaker[Session], kind: Kind, path: Path) -> tuple[bool, str]:
    """Lets one file be read, in a transaction that is committed whatever comes of it; whether it was refused, and what is wrong."""
    with sessions() as session, session.begin():
        before = _counted(session)
        try:
            kind.door(Context(session, ADMIN, clock=CLOCK), path)
        except DisclosureError as error:
            told = visible(describe(error))  # as the command line shows it
            if _counted(session) != before:
                return True, f"{kind.name}: refused as {error.code}, and something was written"
            return True, "" if told.strip() and storable(told) == told else f"{kind.name}: {error.code} says {told!r}"
        except Exception as error:  # whatever is none of ours is a fault
            session.rollback()
            return True, f"{kind.name}: {type(error).__name__}: {error}"[:300]
    return False, ""


def _counted(session: Session) -> Mapping[str, int]:
    return {
        name: session.execute(select(func.count()).select_from(found)).scalar_one()
        for name, found in metadata.tables.items()
    }


def main() -> int:
    """Damages files, one after the other; the same ones for the same seed."""
    folder, files = Path(sys.argv[1]), int(sys.argv[2])
    chance = Random(int(sys.argv[3]) if len(sys.argv) > 3 else FIRST_SEED)  # noqa: S311 - nothing secret
    sessions = sessionmaker(open_engine(f"sqlite:///{folder / 'register.db'}"))
    every = kinds(folder, sessions)
    for kind in every:
        path = folder / kind.name
        path.write_bytes(kind.good)
        refused, fault = attack(sessions, kind, path)
        assert not refused, f"the good {kind.name} is refused: {fault}"
    refusals, found = 0, []
    for turn in range(files):
        kind = every[turn % len(every)]
        path = folder / kind.name
        path.write_bytes(damaged(kind.good, chance))
        refused, fault = attack(sessions, kind, path)
        refusals += refused
        if fault:
            found.append(fault)
            (folder / f"fault-{len(found)}-{kind.name}").write_bytes(path.read_bytes())
    with sessions() as session:
        context = Context(session, ADMIN)
        found += [str(item) for item in (*verify(context).faults, *recompute(context).differences)]
    print(json.dumps({"files": files, "refused": refusals, "found": found}, ensure_ascii=False, indent=1))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
