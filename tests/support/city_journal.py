"""A journal for a published table: requests and remedies from which sections three and four come out again.

The cases are invented, cell by cell: what the table counts is there, and each date is lawful by the calendar.
``python tests/support/city_journal.py OUT.jsonl`` writes the journal of ``tests/data/city_2024.json``.
"""

import json
import sys
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

from disclosure.states.calendar.calendar import Calendar

CITY = Path(__file__).parents[1] / "data" / "city_2024.json"

_Line = dict[str, Any]
_NOT_RESULTS = frozenset({"new", "carry_in", "results_total", "carry_out"})
_CHANNELS = ("online", "signed_mail", "in_person", "ordinary_mail", "online", "fax", "oral")
_DELIVERY = {"in_person": "in_person", "oral": "in_person", "online": "online", "fax": "fax"}
_REVIEW_RESULTS = {
    "upheld": ("upheld", "upheld", "claim_rejected"),
    "corrected": ("revoked", "ordered", "unlawful", "changed", "void"),
    "other": ("withdrawn", "application_rejected", "terminated", "mediated"),
}
_SUIT_RESULTS = {
    "upheld": ("claim_dismissed",),
    "corrected": ("revoked", "ordered", "unlawful", "changed", "paid", "void"),
    "other": ("withdrawn", "suit_rejected", "not_docketed"),
}
_CARRIED_IN_DAYS = 12  # carried in: received on one of the last working days of the year before
_CARRIED_OUT_DAYS = 18  # carried out: likewise of the year itself, so that the reply isn't due yet
# working days from receipt to the ending at most, for what takes longer than the 20 of a reply
_LONGEST = {"other_no_correction": 40, "other_no_payment": 40}


@dataclass(slots=True)
class _Case:
    """A case while it is being made up; ``ended`` is the day of its result."""

    kind: str
    received: date
    outcome: str | None
    ended: date | None = None
    carried_in: bool = False
    number: str = ""
    order: int = 0
    remedies: list[_Line] = field(default_factory=list)


def journal_for(tables: Mapping[str, Any], year: int) -> Iterator[_Line]:
    """The journal lines of a year whose table has the 2021 form, case by case.

    Raises:
        ValueError: a column isn't balanced (新收 + 结转 = 总计 + 结转下年度), so no cases can yield it.
    """
    cases = sorted(_cases(tables["section3"], year), key=lambda case: case.received)
    cases += _remedies(tables["section4"], cases, year)
    numbers: dict[int, int] = {}
    for order, case in enumerate(cases):
        numbers[case.received.year] = numbers.get(case.received.year, 0) + 1
        case.number, case.order = f"{case.received.year}-{numbers[case.received.year]:05d}", order
        yield from _lines(case)


def _after(day: date, working_days: int) -> date:
    return Calendar.official().add(day, working_days)


@cache
def _working_days(year: int) -> tuple[date, ...]:
    days = Calendar.official().days(date(year, 1, 1), date(year, 12, 31))
    return tuple(day.date for day in days if day.working)


def _cases(section3: Mapping[str, Mapping[str, int]], year: int) -> Iterator[_Case]:
    for kind in section3["new"]:
        if kind != "total":
            yield from _column({row: cells[kind] for row, cells in section3.items()}, kind, year)


def _column(cells: Mapping[str, int], kind: str, year: int) -> Iterator[_Case]:
    """The cases of one kind of applicant; those carried in get replies, as far as there are any."""
    outcomes = [row for row, count in cells.items() if row not in _NOT_RESULTS for _ in range(count)]
    if cells["new"] + cells["carry_in"] != len(outcomes) + cells["carry_out"]:
        raise ValueError(f"column {kind} isn't balanced")
    outcomes.sort(key=lambda row: row in _LONGEST)
    older = _spread(_working_days(year - 1)[-_CARRIED_IN_DAYS:], cells["carry_in"])
    open_new = min(cells["carry_out"], cells["new"])
    for position, received in enumerate(older):
        outcome = outcomes[position] if position < len(outcomes) else None
        yield _ended(_Case(kind, received, outcome, carried_in=True), position)
    rest = _mixed(outcomes[cells["carry_in"] :])
    for position, outcome in enumerate(rest):
        days = _working_days(year)[: -1 - _LONGEST.get(outcome, 20)]
        yield _ended(_Case(kind, days[position * len(days) // len(rest)], outcome), position)
    for received in _spread(_working_days(year)[-_CARRIED_OUT_DAYS:], open_new):
        yield _Case(kind, received, None)


def _spread(days: tuple[date, ...], count: int) -> list[date]:
    return [days[position * len(days) // count] for position in range(count)]


def _mixed(outcomes: list[str]) -> list[str]:
    """The same outcomes in an order in which each kind is spread over the year."""
    seen: dict[str, int] = {}
    total = {row: outcomes.count(row) for row in set(outcomes)}
    keyed = []
    for row in outcomes:
        seen[row] = seen.get(row, 0) + 1
        keyed.append(((seen[row] - 0.5) / total[row], row))
    return [row for _, row in sorted(keyed)]


def _ended(case: _Case, position: int) -> _Case:
    """The case with the day of its result: in time, and in the new year where it was carried in."""
    if case.outcome == "other_no_correction":
        case.ended = _after(case.received, 4 + 15 + 1 + position % 5)
    elif case.outcome == "other_no_payment":
        case.ended = _after(case.received, (15 if case.carried_in else 5) + 20 + 1 + position % 5)
    elif case.outcome is not None:
        case.ended = _after(case.received, 16 + position % 5 if case.carried_in else 3 + position % 18)
    return case


def _lines(case: _Case) -> Iterator[_Line]:
    channel = _CHANNELS[case.order % len(_CHANNELS)]
    applicant = {"kind": case.kind, "name": f"申请人{case.order + 1:05d}"}
    lines = [
        _line(
            case,
            case.received,
            "submit",
            channel=channel,
            applicant=applicant,
            information=f"第{case.order + 1}号所需政府信息",
        )
    ]
    if channel in ("online", "ordinary_mail", "fax"):
        lines.append(_line(case, case.received, "confirm"))
    lines.append(_line(case, case.received, "accept", handler=f"u{case.order % 40 + 1:03d}"))
    if case.ended is not None:
        lines += _ending(case, case.ended, _DELIVERY.get(channel, "post"))
    yield from sorted(
        [*lines, *({**line, "case": case.number} for line in case.remedies)], key=lambda line: str(line["at"])
    )


def _ending(case: _Case, ended: date, delivery: str) -> list[_Line]:
    if case.outcome == "other_no_correction":
        asked = _after(case.received, 4)
        return [
            _line(case, asked, "request_correction", items=["请写明文件名称"], due_on=_after(asked, 15).isoformat()),
            _line(case, ended, "abandon"),
        ]
    if case.outcome == "other_no_payment":
        charged = _after(case.received, 15 if case.carried_in else 5)
        return [_line(case, charged, "charge", basis="pages", quantity=120), _line(case, ended, "abandon")]
    if case.outcome == "other_misc":
        return [_line(case, ended, "withdraw", reason="申请人撤回申请")]
    return [
        _line(case, ended, "reply", outcome=case.outcome, ground="《条例》", delivery=delivery),
        _line(case, _served(ended), "serve"),
    ]


def _served(ended: date) -> date:
    return _after(ended, 2)


def _line(case: _Case, at: date, move: str, **data: Any) -> _Line:
    return {"case": case.number, "move": move, "at": at.isoformat(), "by": f"u{case.order % 40 + 1:03d}", "data": data}


@dataclass(slots=True)
class _Remedies:
    """Hands out replied cases for remedies, each once; where none is early enough, one of the year before."""

    year: int
    free: list[_Case]
    older: list[_Case] = field(default_factory=list)

    def take(self, until: date, earliest: bool = True) -> _Case:
        """A case with a reply by that day, the earliest or the latest one."""
        fit = bisect_right([case.ended or date.max for case in self.free], until)
        if fit:
            return self.free.pop(0 if earliest else fit - 1)
        received = _working_days(self.year - 1)[150]
        case = _Case("natural_person", received, "granted", _after(received, 10))
        self.older.append(case)
        return case


def _remedies(section4: Mapping[str, int], cases: list[_Case], year: int) -> list[_Case]:
    """Attach the remedies to replied cases; returns the older cases that were needed besides."""
    replied = [case for case in cases if case.ended and case.outcome not in _LONGEST and case.outcome != "other_misc"]
    pool = _Remedies(year, sorted(replied, key=lambda case: case.ended or date.max))
    decided_reviews = _reviews(pool, section4)
    for result in _results(section4, "suit_after_review", _SUIT_RESULTS):
        fit = [case for case in decided_reviews if _last_day(case) <= date(year, 7, 31)]
        case = fit[0] if fit else _reviewed_before(pool)
        if fit:
            decided_reviews.remove(case)
        _suit(case, result, year, after_review="r1")
    for result in _results(section4, "suit_direct", _SUIT_RESULTS):
        pending = result is None
        case = pool.take(date(year, 11, 15) if pending else date(year, 6, 30), earliest=not pending)
        _suit(case, result, year)
    return pool.older


def _reviews(pool: _Remedies, section4: Mapping[str, int]) -> list[_Case]:
    decided: list[_Case] = []
    for result in _results(section4, "review", _REVIEW_RESULTS):
        if result is None:
            _review(pool.take(date(pool.year, 11, 30), earliest=False), None, date(pool.year, 1, 1))
            continue
        case = pool.take(date(pool.year, 8, 31))
        _review(case, result, date(pool.year, 1, 1))
        decided.append(case)
    return decided


def _reviewed_before(pool: _Remedies) -> _Case:
    """A case of the year before whose review, too, was decided in that year."""
    case = pool.take(date.min)
    _review(case, "upheld", date(pool.year - 1, 1, 1))
    return case


def _results(section4: Mapping[str, int], prefix: str, names: Mapping[str, tuple[str, ...]]) -> Iterator[str | None]:
    """The results to be had, mixed so that each kind comes up all along; nothing for what is pending."""
    wanted = [column for column in (*names, "pending") for _ in range(section4[f"{prefix}_{column}"])]
    turns = {column: cycle(results) for column, results in names.items()}
    for column in _mixed(wanted):
        yield next(turns[column]) if column in turns else None


def _last_day(case: _Case) -> date:
    return date.fromisoformat(case.remedies[-1]["at"]) if case.remedies else case.ended or date.max


def _review(case: _Case, result: str | None, first: date) -> None:
    filed = _after(max(_served(case.ended or first), first), 6)
    case.remedies.append(_line(case, filed, "file_review", id="r1", organ="市人民政府"))
    if result is None:
        return
    notified = _after(filed, 9)
    case.remedies += [
        _line(case, notified, "notify_review", id="r1", procedure="ordinary"),
        _line(case, _after(notified, 8), "answer_review", id="r1"),
        _line(case, _after(notified, 30), "decide_review", id="r1", result=result),
    ]


def _suit(case: _Case, result: str | None, year: int, **after_review: str) -> None:
    begun = max(_last_day(case), _served(case.ended or date.min), date(year, 1, 1))
    filed = _after(begun, 8)
    case.remedies.append(_line(case, filed, "file_suit", id="s1", **after_review))
    if result is None:
        return
    if result != "not_docketed":
        case.remedies += [
            _line(case, _after(filed, 8), "notify_suit", id="s1"),
            _line(case, _after(filed, 16), "answer_suit", id="s1"),
        ]
    case.remedies.append(_line(case, _after(filed, 60), "judge", id="s1", instance=1, result=result))


def write(target: Path, source: Path = CITY) -> int:
    """Write the journal of a published table; returns how many lines it has."""
    tables = json.loads(source.read_text("utf-8"))
    with target.open("w", encoding="utf-8", newline="\n") as file:
        count = 0
        for line in journal_for(tables, tables["year"]):
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count


if __name__ == "__main__":
    write(Path(sys.argv[1]))
