"""What live work has written down once the last day of a reply had passed: it keeps no period until it is confirmed.

Law: 条例 art. 33: judged by the days on which things happened, as they are proved.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from .case import NEVER, Case, Period
from .catalogue import move_of
from .history import Event, timeline

Made: TypeAlias = Callable[[Sequence[Event]], tuple[Case, Sequence[int]]]
"""Makes a case of some of its steps; tells the numbers of those that were left out, being impossible without others."""


def is_unconfirmed(case: Case, event: Event) -> bool:
    """Whether an event of live work tells, after the last day of a reply, what was before it; an amendment, anything.

    ``case`` is what was known before.
    """
    written = event.recorded_on
    if not event.live or written is None:
        return False
    passed = [item.limit for item in case.periods if item.rule == "reply" and item.limit < written]
    move = move_of(event.move)
    if move.amends:
        return bool(passed)
    return not move.confirms and any(event.on <= day for day in passed)


def step_of(event: Event) -> int:
    """The step that an event makes, or amends."""
    return int(event.data["seq"]) if move_of(event.move).amends else event.seq


@dataclass(frozen=True, slots=True)
class _Record:
    """A history of which parts are folded, each once; an amendment counts with the step that it amends."""

    events: Sequence[Event]
    made: Made
    folded: dict[frozenset[int], tuple[Case, Sequence[int]]] = field(default_factory=dict)

    def case_of(self, seqs: set[int]) -> Case:
        """The case that these events make."""
        return self._fold(seqs)[0]

    def left_out_of(self, seqs: set[int]) -> Sequence[int]:
        """Those of the events that are impossible without the others."""
        return self._fold(seqs)[1]

    def _fold(self, seqs: set[int]) -> tuple[Case, Sequence[int]]:
        key = frozenset(seqs)
        if key not in self.folded:
            told = [event for event in self.events if event.seq in seqs and step_of(event) in seqs]
            self.folded[key] = self.made(told)
        return self.folded[key]


def keep_claims(case: Case, events: Sequence[Event], on: date, made: Made) -> None:
    """Keeps every reply period missed that is kept by unconfirmed steps alone, as known at the end of a day.

    A step of the past is judged as it stands.
    Law: 条例 art. 33.
    """
    record = _Record(events, made)
    unconfirmed = _unconfirmed(case, record, on)
    case.unconfirmed = [event.seq for event in unconfirmed]
    for step, period in _claimed(unconfirmed, record) if unconfirmed else ():
        case.keep_claimed(step, period)


def _unconfirmed(case: Case, record: _Record, on: date) -> list[Event]:
    """The events that were written down when a last day had passed, and have not been confirmed since.

    Who confirms a step confirms what it cannot be without.
    """
    events = record.events
    late = [event for event in events if _is_written_later(event, on)]
    lifted = _lifted(events, on) if late else {}
    earliest = date.min if any(move_of(event.move).amends for event in events) else _earliest(case)
    found: dict[int, Event] = {}
    for event in late:
        if lifted.get(step_of(event), 0) > event.seq or (event.recorded_on or on) <= earliest:
            continue
        known = {item.seq for item in events if item.seq < event.seq} - found.keys()
        if is_unconfirmed(record.case_of(known), event):
            found[event.seq] = event
    return [event for event in found.values() if not lifted or _rests(record, step_of(event), lifted) < event.seq]


def _rests(record: _Record, step: int, lifted: dict[int, int]) -> int:
    """The number of the last confirmation of a step that cannot be without this one; 0 where there is none."""
    others = {event.seq for event in record.events if step_of(event) != step}
    return max((lifted.get(seq, 0) for seq in record.left_out_of(others)), default=0)


def _is_written_later(event: Event, on: date) -> bool:
    """Whether live work had written an event down by a day, after it had happened or had been written otherwise."""
    if event.recorded_on is None or event.recorded_on > on:
        return False
    return event.is_written_later or (event.live and move_of(event.move).amends)


def _earliest(case: Case) -> date:
    """A day before which no reply of a case can have been late: the length of the term is one of working days."""
    lengths = [item.length or 0 for item in case.periods if item.rule == "reply"]
    return (case.submitted_on or case.law_on) + timedelta(days=min(lengths)) if lengths else NEVER


def _lifted(events: Sequence[Event], on: date) -> dict[int, int]:
    """Of each step that had been confirmed by the end of a day the number of the last confirmation.

    One that was amended to confirm another step confirms neither.
    """
    named = {event.seq: event.data.get("seq") for event in events if move_of(event.move).confirms}
    if not named:
        return {}
    stand = [item for item in timeline(events) if item.seq in named and item.on <= on]
    return {int(item.data["seq"]): item.seq for item in stand if item.data.get("seq") == named[item.seq]}


class _Effect(NamedTuple):
    """What an unconfirmed step does to the missed reply periods: those that it keeps, and whether it misses another."""

    kept: list[Period]
    misses: bool


def _claimed(unconfirmed: list[Event], record: _Record) -> Iterator[tuple[int, Period]]:
    """The missed reply periods that unconfirmed steps keep, each with its step.

    The steps are taken into the record one by one: first what makes a reply late, then what changes nothing, last what
    keeps a period. So none hides behind another that is not confirmed either, nor behind what was amended away: a fact
    that was amended is left out until its turn, since what it told before is told no more.
    """
    waiting: dict[int, list[Event]] = {}
    for event in unconfirmed:
        waiting.setdefault(step_of(event), []).append(event)
    known = {event.seq for event in record.events} - {event.seq for event in unconfirmed}
    told = {
        step: {event.seq for event in record.events if event.seq in known and step_of(event) == step}
        for step in waiting
    }
    outside = {event.seq for event in record.events if move_of(event.move).happened_outside}
    known = known.difference(*(told[step] for step in waiting if step in outside))
    while waiting:
        effects = {step: _effect(record, known, told[step], new) for step, new in waiting.items()}
        step = min(waiting, key=lambda item: (not effects[item].misses, bool(effects[item].kept), item))
        yield from ((step, period) for period in effects[step].kept)
        known |= told[step] | {event.seq for event in waiting.pop(step)}


def _effect(record: _Record, known: set[int], told: set[int], new: list[Event]) -> _Effect:
    """What new events do of a step that had been ``told`` otherwise, or not at all.

    Each is compared with what the step was when it was written down. Where a new step makes a last day an earlier one,
    it is missed as before; an amendment that does so is to be confirmed.
    """
    before, after = known | told, record.case_of(known | told | {event.seq for event in new})
    kept: dict[date, Period] = {}
    misses = False
    for event in new:
        written, first = event.recorded_on or event.on, not told and event is new[0]
        missed = {item.limit: item for item in record.case_of(before).missed_replies(written)}
        still = {item.limit for item in after.missed_replies(written)}
        gone, earlier = sorted(missed.keys() - still), sorted(still - missed.keys())
        misses = misses or bool(earlier)
        for day in gone:
            if first and earlier and earlier[0] <= day:
                earlier.pop(0)
            else:
                kept[day] = missed[day]
        before = before | {event.seq}
    return _Effect(list(kept.values()), misses)
