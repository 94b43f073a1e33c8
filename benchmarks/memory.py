"""Memory of the process over 100,000 moves in one database."""

import gc
import os
from datetime import date, timedelta

from moves import LIFE, START, SUBMIT
from sqlalchemy.orm import Session
from support import sqlite, tell

from disclosure.workflow import ADMINISTRATOR, Context
from disclosure.workflow.cases.commands import move

MOVES = 100_000
COMMIT_EVERY = 40


def resident() -> int:
    """Bytes of memory that the process holds."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Prints what the last nine tenths of the moves have added."""
    done = 0
    first = 0
    with sqlite() as engine:
        while done < MOVES:
            with Session(engine) as session:
                for _ in range(COMMIT_EVERY):
                    number = f"M-{done}"
                    move(Context(session, ADMINISTRATOR), number, "submit", SUBMIT, at=date(2024, 3, 1))
                    for name, after, data in LIFE:
                        move(Context(session, ADMINISTRATOR), number, name, data, at=START + timedelta(days=after))
                    done += 1 + len(LIFE)
                session.commit()
            if not first and done >= MOVES // 10:
                gc.collect()
                first = resident()
        gc.collect()
        last = resident()
    grown = (last - first) / 2**20
    held = f"{first / 2**20:,.0f} MiB"
    tell("memory added by moves 10,000 to 100,000", f"{grown:,.1f} MiB", held, last / first, "flat")


if __name__ == "__main__":
    main()
