"""Memory of the process over 100,000 moves in one database."""

import gc

from moves import STEPS, life
from sqlalchemy.orm import Session
from support import resident, sqlite, tell

MOVES = 100_000
COMMIT_EVERY = 40


def main() -> None:
    """Prints what the last nine tenths of the moves have added."""
    done = 0
    first = 0
    with sqlite() as engine:
        while done < MOVES:
            with Session(engine) as session:
                for _ in range(COMMIT_EVERY):
                    life(session, f"M-{done}")
                    done += len(STEPS)
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
