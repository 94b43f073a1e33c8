"""How fast the audit goes over a large register, in one pass, and what it adds to the memory of the process."""

import sys
import time

from moves import STEPS, life
from sqlalchemy.orm import Session, sessionmaker
from support import resident, sqlite, tell

from disclosure.workflow import ADMINISTRATOR, Context, verify
from disclosure.workflow.kernel.linking import link_up

EVENTS = 100_000
COMMIT_EVERY = 100


def main() -> None:
    """Prints the rate over so many events (the first argument), and how much memory the pass adds."""
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
        before, begun = resident(), time.perf_counter()
        with Session(engine) as session:
            found = verify(Context(session, ADMINISTRATOR))
        spent = time.perf_counter() - begun
        assert found.faults == () and found.events == done
        added = (resident() - before) / 2**20
    tell("register-wide linking", f"{linked / linking:,.0f} ends a second", f"{linked:,} ends", 1.0, "measured")
    tell("audit verify", f"{done / spent:,.0f} events a second", f"{added:,.1f} MiB added", 1.0, "measured")


if __name__ == "__main__":
    main()
