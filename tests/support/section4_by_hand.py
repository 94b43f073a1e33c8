"""Random reviews and suits, and section four counted from them by rules written by hand.

The counter reads what was recorded and nothing else: no code, table or model of the product. Its rules are those that a
clerk would follow with the form on the table.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

REVIEW = {
    "upheld": "upheld",
    "claim_rejected": "upheld",
    **dict.fromkeys(("partly_changed", "changed", "revoked", "unlawful", "ordered", "void"), "corrected"),
    **dict.fromkeys(("application_rejected", "not_accepted", "terminated", "withdrawn", "mediated"), "other"),
}
SUIT = {
    "claim_dismissed": "upheld",
    **dict.fromkeys(("revoked", "ordered", "paid", "unlawful", "void", "changed"), "corrected"),
    **dict.fromkeys(("suit_rejected", "not_docketed", "withdrawn", "suit_withdrawn", "terminated"), "other"),
}
STANDS = ("appeal_dismissed", "appeal_withdrawn")
FIRST = [key for key in SUIT if key not in ("suit_withdrawn", "terminated")]
SECOND = [*(key for key in SUIT if key not in ("withdrawn", "not_docketed")), *STANDS, "remanded", "withdrawn"]
ANSWERS = ("O12", "O04", "O02")
"""Not held, a state secret, given: since 2024 review comes first against the second."""


class Step(NamedTuple):
    """A line of a journal, without its case."""

    on: date
    move: str
    data: dict[str, object]


def random_case(random: Random) -> list[Step]:
    """A request that was answered, and what was brought against the answer, to an end or not."""
    on = date(2023, 1, 4) + timedelta(random.randint(0, 700))
    reply = {"answer": random.choice(ANSWERS), "delivery": "post", "ground": "某法第一条"}
    submit = {"channel": "in_person", "applicant": {"kind": "natural_person", "name": "甲"}, "information": "某文件"}
    steps = [Step(on, "submit", submit), Step(on + timedelta(10), "reply", reply)]
    day = on + timedelta(20)
    reviews = []
    for number in range(random.choice((0, 0, 1, 1, 2))):
        day, found = _review(random, f"r{number}", day)
        steps += found
        reviews.append(f"r{number}")
    if random.random() < 0.7:
        after = random.choice((None, True, reviews[-1])) if reviews else None
        steps += _suit(random, day, after)
    return steps


def _later(random: Random, day: date) -> date:
    return day + timedelta(random.randint(1, 150))


def _review(random: Random, id: str, day: date) -> tuple[date, list[Step]]:
    steps = [Step(day, "file_review", {"id": id})]
    day = _later(random, day)
    if random.random() < 0.85:
        steps.append(Step(day, "decide_review", {"id": id, "result": random.choice(list(REVIEW))}))
    return day, steps


def _suit(random: Random, day: date, after: object) -> Iterator[Step]:
    yield Step(day, "file_suit", {"id": "s"} | ({"after_review": after} if after else {}))
    instance = 1
    while random.random() < 0.85 and instance < 6:
        day = _later(random, day)
        result = random.choice(FIRST if instance == 1 else SECOND)
        yield Step(day, "judge", {"id": "s", "instance": instance, "result": result})
        if instance == 2 and result == "remanded":
            instance = 1
            continue
        if instance == 1 and random.random() < 0.6:
            day = _later(random, day)
            yield Step(day, "appeal", {"id": "s", "by": random.choice(("applicant", "agency"))})
            instance = 2
        else:
            instance = 3 if instance < 3 else instance + 1


def section4(cases: list[list[Step]], year: int) -> Counter[str]:
    """Section four of a year: every review and suit of every case in its column, or in none."""
    found: Counter[str] = Counter()
    for steps in cases:
        known = [step for step in steps if step.on.year <= year]
        for step in known:
            if step.move in ("file_review", "file_suit"):
                column = _review_at(known, step, year) if step.move == "file_review" else _suit_at(known, step, year)
                if column:
                    found[column] += 1
    return found


def _review_at(steps: list[Step], filed: Step, year: int) -> str | None:
    ended = [step for step in steps if step.move == "decide_review" and step.data["id"] == filed.data["id"]]
    if not ended:
        return "review_pending"
    return f"review_{REVIEW[str(ended[0].data['result'])]}" if ended[0].on.year == year else None


def _suit_at(steps: list[Step], filed: Step, year: int) -> str | None:
    """What the last thing of the suit has made of it; what was ended in an earlier year stands nowhere."""
    group = "suit_after_review" if filed.data.get("after_review") else "suit_direct"
    part, since, before = "pending", filed.on.year, "other"
    for step in steps:
        if step.move == "appeal":
            part, since = "pending", step.on.year
        elif step.move == "judge":
            result = str(step.data["result"])
            failed = result in STANDS or (result == "withdrawn" and step.data["instance"] != 1)
            if result != "remanded" and not failed:
                before = SUIT[result]
            part, since = ("pending" if result == "remanded" else before), step.on.year
    return f"{group}_{part}" if part == "pending" or since == year else None
