"""A thousand attachments of 1 MiB in and out of each store, against the bytes alone; memory meanwhile."""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session
from support import databases, resident, tables, tell

from disclosure.workflow import ADMINISTRATOR, Context, attach, attachment, change_settings, move, register_store
from disclosure.workflow.filing.stores import FolderStore
from disclosure.workflow.filing.types import PORTION

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
SIZE = 1 << 20
A_CASE = 100
REQUEST = {"channel": "in_person", "applicant": {"kind": "natural_person", "name": "某人"}, "information": "某事"}


def content(place: int) -> bytes:
    """A PDF that differs from every other, and does not shrink."""
    return b"%PDF-1.4" + place.to_bytes(8, "big") * (SIZE // 8 - 1)


def by_hand(engine: Engine) -> tuple[float, float]:
    """Seconds for the same bytes as rows of a portion, each file committed: written, and read again."""
    start = time.perf_counter()
    for place in range(COUNT):
        whole = content(place)
        rows = [
            {"store_key": f"{place:032x}", "place": part, "portion": whole[at : at + PORTION]}
            for part, at in enumerate(range(0, SIZE, PORTION))
        ]
        with engine.begin() as connection:
            connection.execute(insert(tables.content), rows)
    middle = time.perf_counter()
    for place in range(COUNT):
        mine = select(tables.content.c.portion).where(tables.content.c.store_key == f"{place:032x}")
        with engine.connect() as connection:
            assert sum(map(len, connection.execute(mine).scalars())) == SIZE
    return middle - start, time.perf_counter() - middle


def ours(engine: Engine, store: str) -> tuple[float, float, int, int]:
    """Seconds for attaching and for reading, and memory after the first tenth and at the end."""
    with Session(engine) as session, session.begin():
        context = Context(session, ADMINISTRATOR)
        change_settings(context, {"attachment_store": store, "case_attachments_mb": "1000"})
        for number in range(-(-COUNT // A_CASE)):
            move(context, f"{store}-{number}", "submit", REQUEST)
    first = 0
    start = time.perf_counter()
    for place in range(COUNT):
        with Session(engine) as session, session.begin():
            attach(Context(session, ADMINISTRATOR), f"{store}-{place // A_CASE}", "scan.pdf", content(place))
        if place == COUNT // 10:
            first = resident()
    middle = time.perf_counter()
    for place in range(COUNT):
        with Session(engine) as session, session.begin():
            found = attachment(Context(session, ADMINISTRATOR), f"{store}-{place // A_CASE}", place % A_CASE + 1)
            assert sum(map(len, found.content)) == SIZE
    return middle - start, time.perf_counter() - middle, first, resident()


def main() -> None:
    """Prints a line for each way, store and database."""
    for name, opened in databases():
        with opened() as engine, TemporaryDirectory() as folder:
            register_store(FolderStore(Path(folder) / "contents"))
            hand_in, hand_out = by_hand(engine)
            for store in ("database", "folder"):
                seconds_in, seconds_out, first, last = ours(engine, store)
                for way, found, hand in (("in", seconds_in, hand_in), ("out", seconds_out, hand_out)):
                    what = f"{name} {store}: {COUNT} x 1 MiB {way}"
                    tell(
                        what, f"{found / COUNT * 1000:.1f} ms each", f"{hand / COUNT * 1000:.1f} ms", found / hand, "-"
                    )
                held = f"{first / 2**20:,.0f} MiB"
                tell(f"{name} {store}: memory", f"{last / 2**20:,.0f} MiB", held, last / first, "flat")


if __name__ == "__main__":
    main()
