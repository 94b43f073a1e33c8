"""A register of random lives, live and of the past, and what a list of it must say, told case by case."""

from datetime import date
from random import Random
from typing import Any, NamedTuple

from office import HEAD
from random_lives import random_life
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import DisclosureError
from disclosure.workflow import ADMINISTRATOR, CaseFilter, Context, FixedClock, due, move, show

DEPARTMENTS = ("办公室", "规划科", None)
NAMES = ("李明", "王小明", "明远公司", "赵", "欧阳明日香")
SUBJECTS = ("河道治理工程的环评报告", "征地补偿安置方案", "某区2024年财政预算", "河道采砂许可")
ENTERED = date(2026, 3, 2)


def fill(engine: Engine, seeds: range) -> None:
    """Cases of random lives; a step that is refused ends its life there."""
    sessions = sessionmaker(engine)
    for seed in seeds:
        random = Random(seed)  # noqa: S311 - a register for tests
        live = seed % 2 == 0
        given = {"applicant": {"kind": "natural_person", "name": random.choice(NAMES)}}
        given |= {"information": random.choice(SUBJECTS)}
        department = random.choice(DEPARTMENTS)
        for event in random_life(seed, live, steps=random.randint(2, 24)):
            data = dict(event.data)
            if event.move == "submit":
                data |= given | ({"department": department} if department else {})
            if event.move == "accept":
                data["handler"] = random.choice(("u1", "u2"))
            clock = FixedClock(event.recorded_on if live and event.recorded_on else ENTERED)
            try:
                with sessions() as session, session.begin():
                    context = Context(session, HEAD if live else ADMINISTRATOR, clock=clock, past=not live)
                    move(context, f"{2020 + seed % 3}-{seed:03d}", event.move, data, at=event.at or event.on)
            except DisclosureError:
                break


class Known(NamedTuple):
    """One case as the list of due cases and ``show`` tell of it, and its place in the order of its registration."""

    entered: int
    case: str
    state: str
    stage: str | None
    bucket: str | None
    due_on: date | None
    days_left: int | None
    received_on: date | None
    handler: str | None
    department: str | None
    names: str
    information: str
    outcome: str | None


def known(context: Context, rows: list[Any]) -> list[Known]:
    """What of each case is known by other ways than the list."""
    lit = {item.case: item for item in due(context)}
    found = []
    for row in rows:
        view = show(context, row.case_no)
        item = lit.get(row.case_no)
        clear = show(context, row.case_no, unmasked=True)
        submitted = next(step.data for step in clear.history if step.move == "submit")
        found.append(
            Known(
                row.id,
                row.case_no,
                view.state,
                item.stage if item is not None else view.stage,
                item.bucket if item is not None else None,
                item.due_on if item is not None else None,
                item.days_left if item is not None else None,
                view.received_on,
                view.handler,
                row.department,
                str(clear.applicant["name"]),
                str(submitted["information"]),
                row.row_key,
            )
        )
    return found


def wanted(filter: CaseFilter, case: Known) -> bool:
    """Whether a filter, but for its bucket, finds a case."""
    pairs = (
        (filter.state, case.state),
        (filter.stage, case.stage),
        (filter.handler, case.handler),
        (filter.department, case.department),
        (filter.outcome, case.outcome),
    )
    if any(asked is not None and asked != told for asked, told in pairs):
        return False
    bounds = (filter.received_from, filter.received_to, filter.year)
    day = case.received_on
    if any(bound is not None for bound in bounds):
        if day is None or (filter.year is not None and day.year != filter.year):
            return False
        if not (filter.received_from or date.min) <= day <= (filter.received_to or date.max):
            return False
    return all(_finds(word, case) for word in filter.query.split())


def _finds(word: str, case: Known) -> bool:
    in_number = word in case.case if any(map(str.isdecimal, word)) else word == case.case
    return in_number or word in case.names or word in case.information


def order(sort: str, on: date, case: Known) -> tuple[int, int, int]:
    """The place of a case in a list."""
    if sort == "received":
        return (0, 0, -case.entered) if case.received_on is None else (1, -case.received_on.toordinal(), -case.entered)
    if case.bucket is None:
        return (1, 0, -case.entered)
    place = on if case.bucket == "act" else case.due_on or date.max
    return (0, place.toordinal(), case.entered)
