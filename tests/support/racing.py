"""Eight processes want the same of an office: to sign the same sheets, to propose the same, the next numbers.

    python tests/support/racing.py URL ISOLATION_LEVEL sign|propose|issue|submit

Prints one JSON document: how each attempt ended. What they want is there already.
"""

import json
import sys
from collections.abc import Callable
from datetime import date
from functools import partial

from approvals import person
from counter import REPLIED, TEXT_ONLY
from forked import at_once
from office import CLERK, SUBMIT
from races import connected
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from disclosure.states.errors import DisclosureError
from disclosure.workflow import Context, FixedClock, IssueOptions, Proposal, issue, propose, sign, submit
from disclosure.workflow.kernel.retries import transaction

SHEETS = 6
SIGNERS = [("u4", "approve"), ("u5", "return"), ("u5", "approve"), ("u4", "return")] * 2
PAPERS = 5
"""Cases of each process, which it registers, or whose replies it issues."""
CLOCK = FixedClock(date(2024, 3, 5))
Attempt = Callable[[Session], object]


def wanted(what: str, place: int) -> list[Attempt]:
    """What one process wants."""
    user, verb = SIGNERS[place]
    if what == "sign":
        return [partial(_sign, user, verb, f"A-{number}#1") for number in range(SHEETS)]
    if what == "propose":
        return [partial(_propose, "u2" if place % 2 else "u1")]
    if what == "submit":
        return [_submit] * PAPERS
    return [partial(_issue, f"P{place}-{number}") for number in range(PAPERS)]


def _sign(user: str, verb: str, sheet: str, session: Session) -> object:
    data = {"opinion": "再核"} if verb == "return" else {}
    sign(Context(session, person(user), clock=CLOCK), sheet, verb, data)
    return "done"


def _propose(user: str, session: Session) -> object:
    body = {"answer": "O02", "delivery": "post"}
    propose(Context(session, person(user), clock=CLOCK), "A-1", Proposal(move="reply", data=body))
    return "done"


def _issue(case: str, session: Session) -> object:
    options = IssueOptions(carriers=TEXT_ONLY)
    return issue(Context(session, CLERK, clock=FixedClock(REPLIED)), case, "reply", options).number


def _submit(session: Session) -> object:
    return submit(Context(session, CLERK, clock=CLOCK), SUBMIT).case


def compete(engine: Engine, what: str, place: int, wait: Callable[[], None]) -> list[dict[str, object]]:
    """One process: makes each attempt, in transactions of its own."""
    sessions = sessionmaker(engine)
    ends: list[dict[str, object]] = []
    wait()
    for number, attempt in enumerate(wanted(what, place)):
        try:
            ends.append({"of": number, "code": transaction(sessions, attempt)})
        except DisclosureError as error:
            ends.append({"of": number, "code": error.code, **{key: str(value) for key, value in error.fields.items()}})
    return ends


def main(url: str, level: str, what: str) -> None:
    """Lets them compete; each has loaded by then what it needs."""
    engine = connected(url, level)
    with sessionmaker(engine)() as session:
        wanted(what, 0)[0](session)
        session.rollback()
    engine.dispose()
    lanes = at_once([partial(compete, engine, what, place) for place in range(len(SIGNERS))])
    print(json.dumps([end for lane in lanes for end in lane], ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
