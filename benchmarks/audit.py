"""How fast the audit goes over a large register, in one pass, and what its peak adds to the memory of the process.

    python benchmarks/audit.py [EVENTS]

Flat means that the peak is the same for ten times the events.
"""

import resource
import sys
import time

from moves import STEPS, life
from sqlalchemy.orm import Session, sessionmaker
from support import sqlite, tell

from disclosure.workflow import ADMINISTRATOR, Context, verify
from disclosure.workflow.kernel.linking import link_up

EVENTS = 100_000
COMMIT_EVERY = 100


def _peak() -> float:
    """The most memory that the process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def main() -> None:
    """Prints the rate over so many events (the first argument), and how much the peak of the memory has grown by it."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    done = 0
    with sqlite() as engine:
        while done < wanted:
            with Session(engine) as session:
                for _ in range(COMMIT_EVERY):
                    life(session, f"M-{done}")
                    done += len(STEPS)
                session.commit()
        begun = time.perf_counter()
        linked = link_up(sessionmaker(engine), "2024-03-01T04:00:00.000+00:00")
        linking = time.perf_counter() - begun
        before, begun = _peak(), time.perf_counter()
        with Session(engine) as session:
            found = verify(Context(session, ADMINISTRATOR))
        spent = time.perf_counter() - begun
        assert found.faults == () and found.events == done
        added = _peak() - before
    tell("register-wide linking", f"{linked / linking:,.0f} ends a second", f"{linked:,} ends", 1.0, "measured")
    memory = f"peak {_peak():,.0f} MiB, {added:+,.1f}"
    tell("audit verify", f"{done / spent:,.0f} events a second", memory, 1.0, "measured")


if __name__ == "__main__":
    main()
