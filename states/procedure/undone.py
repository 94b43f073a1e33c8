"""Steps of a history that count no more: their ground is lost, they were taken back, or they come to something else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from .catalogue import move_of
from .history import Event


def groundless(order: Sequence[Event]) -> frozenset[int]:
    """The steps that found that nobody had answered, where an answer that was written down later had come before them.

    With them go the sending of their paper, the closing and the handling again that followed from them alone. ``order``
    is that of the days.
    Law: 条例 arts. 30, 32, 34; 国办函〔2020〕109号 art. 6.
    """
    gone: set[int] = set()
    for place, step in enumerate(order):
        if move_of(step.move).presumes and _answered(order[:place], step):
            gone |= {step.seq, *_hanging(order[place + 1 :], step)}
    return frozenset(gone)


def _answered(before: Sequence[Event], step: Event) -> bool:
    """Whether what the step found unanswered had been answered, as was written down after it."""
    silent = step.data.get("id")
    for event in reversed(before):
        if silent is not None and event.data.get("id") != silent:
            continue
        if event.move in move_of(step.move).presumes and event.seq > step.seq:
            return True
        if move_of(event.move).asks:
            return False
    return False


def _hanging(after: Sequence[Event], step: Event) -> Iterator[int]:
    """The steps after one that found silence which have no ground without it."""
    for event in after:
        if step.move == "abandon" and (event.move == "close" or event.data.get("of") == "discontinuation"):
            yield event.seq
        elif event.move == "reopen":
            yield event.seq
            return
        elif move_of(event.move).settles:
            return


def as_it_was(event: Event, *, replied: bool) -> Event:
    """The step as it is judged by what is known: to withdraw a decision that had gone out is to handle it again.

    Law: 条例 art. 33; 国办公开办函〔2016〕235号 point 4.
    """
    if event.move != "withdraw_decision" or not replied:
        return event
    return replace(event, move="reopen", data={"reason": event.data["reason"]})


def taken_back(events: Iterable[Event]) -> frozenset[int]:
    """The steps that a later one took back: decisions, notices of correction, unsent letters and unsent endings.

    Steps that have lost their ground are among them.
    """
    standing: dict[tuple[str, str], list[int]] = {}
    order = list(events)
    gone = set(groundless(order))
    for event in order:
        of, ref = str(event.data.get("of", "")), str(event.data.get("id", ""))
        match event.move:
            case "decide":
                standing.setdefault(("decide", ""), []).append(event.seq)
            case "request_correction":
                standing["correction", ""] = [event.seq]
            case "consult":
                standing["consultation", ref] = [event.seq]
            case "renew_term":
                standing.get((of, ref if of == "consultation" else ""), []).append(event.seq)
            case "abandon":
                standing["discontinuation", ""] = [event.seq]
            case "dispatch" | "serve" if of in ("consultation", "discontinuation"):
                standing.pop((of, ref), None)
            case "reopen":
                gone.update(standing.pop(("discontinuation", ""), ()))
            case "withdraw_decision":
                gone.update(standing.pop(("decide", ""), ()))
            case "cancel_correction":
                gone.update(standing.pop(("correction", ""), ()))
            case "cancel_consultation":
                gone.update(standing.pop(("consultation", ref), ()))
    return frozenset(gone)


def given_up_unpaid(events: Iterable[Event]) -> frozenset[int]:
    """The steps by which a request was given up for want of payment, not of correction."""
    asked, found = "", set()
    for event in events:
        if event.move in ("request_correction", "charge"):
            asked = event.move
        elif event.move == "abandon" and asked == "charge":
            found.add(event.seq)
    return frozenset(found)
