"""One row of a register: its contradictions, and the journal lines that it stands for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import cast

from ...notifications.messages.catalogue import say
from ...states.procedure.case import State
from ...states.procedure.catalogue import Field, moves
from ...states.procedure.description import field_of, kind_of
from ...states.procedure.letters import Paper
from ...states.rules.receipt import confirmed_later, handed_over, received_at_once
from ...states.rules.service import ways_on
from .cells import Entry
from .columns import Column, columns, columns_of, day_of, is_written, joined, papers

_ITEMS = re.compile(r"[;；\n]+")
_LOOSE = ("accept", "reply", "notify_review", "decide_review", "judge")
"""Moves whose columns a row may fill one without the other, or for which there is more to say than that."""
_WITHOUT_REPLY = frozenset({"withdraw", "discontinue"})
_ABANDONED = frozenset({"other_no_correction", "other_no_payment"})
UNCHARGED = "cancel_charge:"
"""The column of the day on which a fee was dropped, as its move asks for it."""
CONSULTATION, REVIEW, SUIT = "c1", "r1", "s1"
_TOLD_THIRD_PARTY = ("third_party_sent_on", "third_party_served_on")
_IDS = {"case": CONSULTATION, "review": REVIEW, "suit": SUIT}
_ENDED_STATES = frozenset({State.REPLIED, State.DISCONTINUED, State.CLOSED})


@dataclass(frozen=True, slots=True)
class Values:
    """What a row says, by the key of the column; cells that are blank or can't be used are not there."""

    entries: Mapping[str, Entry]

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def find_day(self, key: str) -> date | None:
        """A day, or nothing where the row has none."""
        entry = self.entries.get(key)
        return entry if isinstance(entry, date) else None

    def find_text(self, key: str) -> str | None:
        """A text, or nothing where the row has none."""
        entry = self.entries.get(key)
        return entry if isinstance(entry, str) else None

    def day(self, key: str) -> date:
        """A day that a row without faults has.

        Raises:
            KeyError: it has none.
        """
        if (found := self.find_day(key)) is None:
            raise KeyError(key)
        return found

    def text(self, key: str) -> str:
        """A text that a row without faults has.

        Raises:
            KeyError: it has none.
        """
        if (found := self.find_text(key)) is None:
            raise KeyError(key)
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a journal: who made which move of a case on which day."""

    case: str
    move: str
    at: date
    by: str
    data: Mapping[str, object]

    def as_json(self) -> dict[str, object]:
        """The object that stands in the journal."""
        return {"case": self.case, "move": self.move, "at": self.at.isoformat(), "by": self.by, "data": dict(self.data)}


@dataclass(frozen=True, slots=True)
class RowFault:
    """A fault of one cell or of several that don't go together, reported at the column ``key``."""

    key: str
    code: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Group:
    """Columns about one thing: if any is filled, ``anchor`` and ``needs`` must be."""

    anchor: str
    needs: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def members(self) -> tuple[str, ...]:
        return (self.anchor, *self.needs, *self.others)


# What the columns of one move need of each other follows from its declaration; here is what moves need of each other.
_GROUPS = (
    _Group("correction_asked_on", (), ("corrected_on",)),
    _Group("consulted_on", (), ("opinion", "opinion_on", "opinion_reason", *_TOLD_THIRD_PARTY)),
    _Group("reasons_asked_on", (), ("reasons_given_on", "reasons_accepted")),
    _Group("extended_on", ("extension_approved_by",)),
    _Group("charged_on", (), ("paid_on", UNCHARGED)),
    _Group(
        "review_filed_on",
        (),
        (
            "review_organ",
            "review_notified_on",
            "review_procedure",
            "review_answered_on",
            "review_decided_on",
            "review_result",
        ),
    ),
    _Group(
        "suit_filed_on",
        (),
        (
            "suit_after_review",
            "suit_notified_on",
            "suit_answered_on",
            "suit_judged_on",
            "suit_result",
            "suit_appealed_on",
            "suit_final_on",
            "suit_final_result",
        ),
    ),
)
# a result and its day; "pending" stands for neither
_RESULTS = (
    ("ended_on", "outcome"),
    ("review_decided_on", "review_result"),
    ("suit_judged_on", "suit_result"),
    ("suit_final_on", "suit_final_result"),
)
_ENDED = ("ended_on", ("served_on", "closed_on", "delivery"))
_JUDGED = ("suit_judged_on", ("suit_appealed_on", "suit_final_on"))

_HANDLING = (
    "accepted_on",
    "correction_asked_on",
    "corrected_on",
    "consulted_on",
    "opinion_on",
    "reasons_asked_on",
    "reasons_given_on",
    "deferred_on",
    "extended_on",
    "charged_on",
    "paid_on",
)
_ORDER: tuple[tuple[str, str], ...] = (
    ("submitted_on", "received_on"),
    *(
        ("received_on", later)
        for later in (
            "accepted_on",
            "correction_asked_on",
            "consulted_on",
            "reasons_asked_on",
            "deferred_on",
            "extended_on",
            "charged_on",
            "ended_on",
            "review_filed_on",
            "suit_filed_on",
        )
    ),
    ("correction_asked_on", "correction_due_on"),
    ("correction_asked_on", "corrected_on"),
    ("consulted_on", "consulted_due_on"),
    ("consulted_on", "opinion_on"),
    ("consulted_served_on", "consulted_due_on"),
    ("reasons_asked_on", "reasons_due_on"),
    ("reasons_asked_on", "reasons_given_on"),
    ("reasons_given_on", "deferred_on"),
    ("deferred_on", "deferred_until"),
    ("charged_on", "paid_on"),
    ("charged_on", UNCHARGED),
    *((earlier, "ended_on") for earlier in _HANDLING),
    ("ended_on", "closed_on"),
    ("reply_sent_on", "closed_on"),
    ("served_on", "closed_on"),
    ("review_filed_on", "review_notified_on"),
    ("review_notified_on", "review_answered_on"),
    ("review_filed_on", "review_answered_on"),
    ("review_filed_on", "review_decided_on"),
    ("review_notified_on", "review_decided_on"),
    ("review_answered_on", "review_decided_on"),
    ("suit_filed_on", "suit_notified_on"),
    ("suit_notified_on", "suit_answered_on"),
    ("suit_filed_on", "suit_answered_on"),
    ("suit_filed_on", "suit_judged_on"),
    ("suit_notified_on", "suit_judged_on"),
    ("suit_answered_on", "suit_judged_on"),
    ("suit_judged_on", "suit_appealed_on"),
    ("suit_judged_on", "suit_final_on"),
    ("suit_appealed_on", "suit_final_on"),
)


@cache
def _paper_groups() -> tuple[_Group, ...]:
    """The days of a paper need that on which it was made."""
    return tuple(_Group(column.after, (), (column.key,)) for pair in papers().values() for column in pair)


@cache
def _paper_order() -> tuple[tuple[str, str], ...]:
    """A paper is made before it leaves, and leaves before it arrives."""
    made = [(column.after, column.key) for pair in papers().values() for column in pair]
    return (*made, *((sent.key, received.key) for sent, received in papers().values()))


@cache
def _declared_groups() -> tuple[_Group, ...]:
    """For each move that has a day and fields: the fields need the day, and the day those that the move needs."""
    found = []
    for move in moves():
        fields = [column for column in columns_of(move) if move not in _LOOSE or not is_written(column)]
        if fields and (day := day_of(move)) is not None:
            needs = tuple(column.key for column in fields if _field(column).required)
            found.append(_Group(day.key, needs, tuple(column.key for column in fields if column.key not in needs)))
    return tuple(found)


@cache
def _joined_days() -> tuple[str, ...]:
    """The columns of the days of the moves that joined by their own declaration."""
    return tuple(column.key for move in joined() if (column := day_of(move)) is not None)


def _field(column: Column) -> Field:
    """The move's field that a column holds."""
    found = field_of(*(column.field or "").split())
    assert found is not None  # noqa: S101 - a column names a field that there is
    return found


def _header(key: str) -> str:
    return columns()[key].header


def row_faults(values: Values, unreadable: frozenset[str]) -> list[RowFault]:
    """Everything in a row that is missing or contradicts itself.

    ``unreadable`` are the cells that hold something which couldn't be used: not missing, but without a value.
    """
    filled = frozenset(values.entries) | unreadable
    faults = [
        *_missing(values, filled),
        *_incomplete(filled),
        *_half_results(values, filled),
        *_unfinished(values, filled),
        *_out_of_order(values),
        *_remedies(values, filled),
    ]
    return list({(fault.key, fault.code): fault for fault in faults}.values())


def _missing(values: Values, filled: frozenset[str]) -> Iterator[RowFault]:
    needed = [column.key for column in columns().values() if column.required]
    channel, later = values.find_text("channel"), filled & {*_HANDLING, *_joined_days(), "ended_on"}
    received, submitted = values.find_day("received_on"), values.find_day("submitted_on")
    direct = handed_over(channel) if channel is not None else False
    at_once = channel is not None and submitted is not None and received_at_once(channel, submitted)
    waiting = channel is not None and "submitted_on" in filled and not at_once and not later
    given = channel is not None and submitted is not None and confirmed_later(channel, submitted)
    if not waiting and not given and not (direct and "submitted_on" in filled):
        needed.append("received_on")
    yield from (RowFault(key, "missing_value") for key in needed if key not in filled)
    if direct and received and submitted and submitted < received:
        yield RowFault(
            "received_on", "receipt_differs", {"value": received.isoformat(), "submitted": submitted.isoformat()}
        )


def _incomplete(filled: frozenset[str]) -> Iterator[RowFault]:
    for group in (*_GROUPS, *_paper_groups(), *_declared_groups()):
        present = [key for key in group.members() if key in filled]
        if present:
            yield from (
                RowFault(key, "group_incomplete", {"given": _header(present[0])})
                for key in (group.anchor, *group.needs)
                if key not in filled
            )
    for anchor, followers in (_ENDED, _JUDGED):
        if anchor not in filled:
            yield from (
                RowFault(anchor, "group_incomplete", {"given": _header(key)}) for key in followers if key in filled
            )


def _half_results(values: Values, filled: frozenset[str]) -> Iterator[RowFault]:
    for day, result in _RESULTS:
        if values.find_text(result) == "pending":
            if day in filled:
                yield RowFault(result, "pending_with_date", {"given": _header(day)})
        elif day in filled and result not in filled:
            yield RowFault(result, "group_incomplete", {"given": _header(day)})
        elif result in filled and day not in filled:
            yield RowFault(day, "group_incomplete", {"given": _header(result)})


def _unfinished(values: Values, filled: frozenset[str]) -> Iterator[RowFault]:
    """Steps that an ending presupposes, or that must have been finished before it."""
    outcome = values.find_text("outcome")
    if outcome == "other_no_correction":
        yield from _abandoned(filled, "correction_asked_on", "corrected_on")
    elif outcome == "other_no_payment":
        yield from _abandoned(filled, "charged_on", "paid_on" if "paid_on" in filled else UNCHARGED)
    term = filled & {"correction_due_on", "correction_days"}
    if "correction_asked_on" in filled and not term:
        yield RowFault("correction_due_on", "group_incomplete", {"given": _header("correction_asked_on")})
    if len(term) > 1:
        yield RowFault("correction_days", "two_terms", {"given": _header("correction_due_on")})
    if values.find_text("consulted_with") == "other_organ" and "consulted_due_on" not in filled:
        yield RowFault("consulted_due_on", "other_organ_due")
    if outcome in _WITHOUT_REPLY | _ABANDONED:
        yield from (RowFault(key, "no_such_paper") for key in _TOLD_THIRD_PARTY if key in filled)
        return
    if outcome is None or outcome == "pending":
        return
    for begun, finished, other in (
        ("correction_asked_on", "corrected_on", ""),
        ("consulted_on", "opinion_on", ""),
        ("charged_on", "paid_on", UNCHARGED),
    ):
        if begun in filled and not filled & {finished, other}:
            yield RowFault(finished, "step_open", {"given": _header(begun)})
    if "delivery" not in filled:
        yield RowFault("delivery", "group_incomplete", {"given": _header("outcome")})


def _abandoned(filled: frozenset[str], begun: str, finished: str) -> Iterator[RowFault]:
    if begun not in filled:
        yield RowFault(begun, "group_incomplete", {"given": _header("outcome")})
    if finished in filled:
        yield RowFault("outcome", "not_abandoned", {"given": _header(finished)})


def _before(earlier: str, first: date, later: str, second: date) -> RowFault:
    return RowFault(
        later, "date_order", {"value": second.isoformat(), "given": _header(earlier), "given_value": first.isoformat()}
    )


def _out_of_order(values: Values) -> Iterator[RowFault]:
    for earlier, later in (*_ORDER, *_paper_order(), *(("received_on", day) for day in _joined_days())):
        first, second = values.find_day(earlier), values.find_day(later)
        if first is not None and second is not None and second < first:
            yield _before(earlier, first, later, second)
    due, ended = values.find_day("correction_due_on"), values.find_day("ended_on")
    if values.find_text("outcome") == "other_no_correction" and due and ended and ended <= due:
        yield RowFault("ended_on", "period_running", {"value": ended.isoformat(), "due": due.isoformat()})
    review, suit = values.find_day("review_filed_on"), values.find_day("suit_filed_on")
    if values.find_text("suit_after_review") == "yes" and review and suit and suit < review:
        yield _before("review_filed_on", review, "suit_filed_on", suit)


def _remedies(values: Values, filled: frozenset[str]) -> Iterator[RowFault]:
    review = "review_filed_on" in filled
    if "suit_filed_on" in filled and review and "suit_after_review" not in filled:
        yield RowFault("suit_after_review", "group_incomplete", {"given": _header("suit_filed_on")})
    if values.find_text("suit_after_review") == "yes" and not review:
        yield RowFault("review_filed_on", "group_incomplete", {"given": _header("suit_after_review")})
    if values.find_text("suit_final_result") == "same" and values.find_text("suit_result") == "pending":
        yield RowFault("suit_result", "group_incomplete", {"given": _header("suit_final_result")})


@dataclass(frozen=True, slots=True)
class _Step:
    """A move of a row; ``begun`` is the day of the step that it ends, if it ends one."""

    on: date
    move: str
    data: Mapping[str, object] = field(default_factory=dict)
    begun: date | None = None


def row_lines(values: Values, by: str) -> list[Line]:
    """The journal lines of a row without faults, day by day.

    On one day, what ends an earlier step comes before what begins a new one; else the procedure's own order.
    """
    steps = [
        *_opening(values),
        *_correction(values),
        *_consultation(values),
        *_reasons(values),
        *_periods(values),
        *_charge(values),
        *_joining(values, after=False),
        *_ending(values),
        *_review(values),
        *_suit(values),
        *_joining(values, after=True),
    ]
    steps.sort(key=lambda step: (step.on, not (step.begun and step.begun < step.on)))
    case = values.text("case")
    return [Line(case, step.move, step.on, by, step.data) for step in steps]


def _told(values: Values, move: str) -> dict[str, object]:
    """The data of a move: every field of it that has a column which is filled, those inside another inside it."""
    found: dict[str, object] = {}
    for column in columns_of(move):
        if column.key in values:
            *outer, last = (column.field or "").partition(" ")[2].split(".")
            place = found
            for part in outer:
                place = cast("dict[str, object]", place.setdefault(part, {}))
            place[last] = _as_data(column, values.entries[column.key])
    return found


def _as_data(column: Column, entry: Entry) -> object:
    """A cell as the move takes it: days in ISO form, points one by one, a choice as its value."""
    if isinstance(entry, date):
        return entry.isoformat()
    if not isinstance(entry, str):
        return entry
    choice = _field(column).choice
    if choice is not None:
        return choice.value(entry)
    if kind_of(*(column.field or "").split()) == "texts":
        return [item.strip() for item in _ITEMS.split(entry) if item.strip()]
    return entry


def _letter(values: Values, of: Paper, told_as: str = "", data: Mapping[str, object] | None = None) -> Iterator[_Step]:
    """The dispatch and the service of a paper, of a reply in the way that the row names; else what left was posted.

    ``told_as``: the paper that it is in the journal, where it is another. A service that a field of the paper's own
    move tells is a step of its own only beside a dispatch.
    """
    sent, received = papers()[of]
    way = (values.find_text("delivery") if of == "reply" else None) or "post"
    paper = {"of": told_as or of, **(data or {})}
    made = values.find_day(sent.after)
    if sent.key in values:
        yield _Step(values.day(sent.key), "dispatch", paper | {"method": way}, made)
    if received.key in values and (received.field is None or sent.key in values):
        yield _Step(values.day(received.key), "serve", paper, made)


def _opening(values: Values) -> Iterator[_Step]:
    data, channel = _told(values, "submit"), values.text("channel")
    received, submitted = values.find_day("received_on"), values.find_day("submitted_on")
    opened = submitted or values.day("received_on")
    by_law = received_at_once(channel, opened)
    if by_law and not confirmed_later(channel, opened):
        opened = received = received or opened  # one of the two is there, see _missing
    yield _Step(opened, "submit", data)
    if received is None and not by_law:
        return
    received = received or opened
    if not by_law or received != opened:
        yield _Step(received, "confirm", _told(values, "confirm"))
    yield from _acceptance(values, received)


def _acceptance(values: Values, received: date) -> Iterator[_Step]:
    """Acceptance, where the row tells of it or a later step presupposes it; never after a later step."""
    joining = [key for move in joined() if _needs_acceptance(move) for key in _day_keys(move)]
    later = ("consulted_on", "reasons_asked_on", "deferred_on", "extended_on", "charged_on", *joining)
    steps = [values.day(key) for key in later if key in values]
    if not steps and "accepted_on" not in values and "handler" not in values:
        return
    days = [values.find_day("accepted_on") or received, *steps]
    if "correction_asked_on" in values:
        days.append(values.day("correction_asked_on"))
    yield _Step(min(days), "accept", _told(values, "accept"))


def _needs_acceptance(move: str) -> bool:
    """Whether a move can be made of an accepted request, and not of one that has only been received."""
    return State.ACCEPTED in _sources(move) and State.RECEIVED not in _sources(move)


def _sources(move: str) -> set[str]:
    return {state for arrow in moves()[move].arrows for state in arrow.sources}


def _day_keys(move: str) -> list[str]:
    return [column.key] if (column := day_of(move)) is not None else []


def _joining(values: Values, *, after: bool) -> Iterator[_Step]:
    """The moves that have their columns by their own declaration: those of an ended case after its end."""
    for name in joined():
        of = moves()[name].of
        late = of != "case" or _sources(name) <= _ENDED_STATES
        for key in (key for key in _day_keys(name) if key in values and late == after):
            data = {"id": _IDS[of]} if field_of(name, "id") else {}
            yield _Step(values.day(key), name, data | _told(values, name))


def _correction(values: Values) -> Iterator[_Step]:
    if (begun := values.find_day("correction_asked_on")) is None:
        return
    yield _Step(begun, "request_correction", _told(values, "request_correction"))
    yield from _letter(values, "correction")
    if "corrected_on" in values:
        yield _Step(values.day("corrected_on"), "correct", _told(values, "correct"), begun)


def _consultation(values: Values) -> Iterator[_Step]:
    if (begun := values.find_day("consulted_on")) is None:
        return
    yield _Step(begun, "consult", {"id": CONSULTATION, **_told(values, "consult")})
    yield from _letter(values, "consultation", data={"id": CONSULTATION})
    if "opinion_on" not in values:
        return
    day, opinion, reason = values.day("opinion_on"), values.text("opinion"), values.find_text("opinion_reason")
    if opinion == "lapsed":
        yield _Step(day, "lapse_consultation", {"id": CONSULTATION}, begun)
    elif opinion == "cancelled":
        data = {"id": CONSULTATION, "reason": reason or say("register_reason_cancelled")}
        yield _Step(day, "cancel_consultation", data, begun)
    else:
        yield _Step(day, "opinion", {"id": CONSULTATION, **_told(values, "opinion")}, begun)


def _reasons(values: Values) -> Iterator[_Step]:
    if (begun := values.find_day("reasons_asked_on")) is None:
        return
    yield _Step(begun, "demand_reasons", _told(values, "demand_reasons"))
    yield from _letter(values, "reasons")
    if "reasons_given_on" in values:
        yield _Step(values.day("reasons_given_on"), "give_reasons", _told(values, "give_reasons"), begun)


def _periods(values: Values) -> Iterator[_Step]:
    if "extended_on" in values:
        yield _Step(values.day("extended_on"), "extend", _told(values, "extend"))
        yield from _letter(values, "extension")
    if "deferred_on" in values:
        yield _Step(values.day("deferred_on"), "defer", _told(values, "defer"))
        yield from _letter(values, "deferral")


def _charge(values: Values) -> Iterator[_Step]:
    if (begun := values.find_day("charged_on")) is None:
        return
    yield _Step(begun, "charge", _told(values, "charge"))
    yield from _letter(values, "fee")
    if "paid_on" in values:
        yield _Step(values.day("paid_on"), "pay", _told(values, "pay"), begun)


def _ending(values: Values) -> Iterator[_Step]:
    day, outcome = values.find_day("ended_on"), values.find_text("outcome")
    if day is None or outcome is None:
        return
    if outcome in _ABANDONED:
        yield _Step(day, "abandon")
    elif outcome in _WITHOUT_REPLY:
        yield _Step(day, outcome, {"reason": values.find_text("ground") or say(f"register_reason_{outcome}")})
    else:
        yield _Step(day, "decide" if _left_later(values) else "reply", _told(values, "reply"))
        yield from _letter(values, "third_party_decision")
    ended = "discontinuation" if outcome in _ABANDONED | _WITHOUT_REPLY else "reply"
    yield from _letter(values, "reply", ended)
    if "closed_on" in values:
        yield _Step(values.day("closed_on"), "close", _told(values, "close"))


def _left_later(values: Values) -> bool:
    """Whether the reply left after its day, in a way in which its leaving makes it: until then it was but decided.

    Law: 国办公开办函〔2016〕235号 point 4.
    """
    day, sent = values.day("ended_on"), values.find_day("reply_sent_on")
    way = ways_on(day).get(values.text("delivery"))
    return sent is not None and sent > day and way is not None and way.made_on == "dispatched"


def _review(values: Values) -> Iterator[_Step]:
    if (filed := values.find_day("review_filed_on")) is None:
        return
    yield _Step(filed, "file_review", {"id": REVIEW, **_told(values, "file_review")})
    if "review_notified_on" in values:
        data = {"id": REVIEW, "procedure": "ordinary"} | _told(values, "notify_review")
        yield _Step(values.day("review_notified_on"), "notify_review", data)
    for key, move in (("review_answered_on", "answer_review"), ("review_decided_on", "decide_review")):
        if key in values:
            yield _Step(values.day(key), move, {"id": REVIEW} | _told(values, move))


def _suit(values: Values) -> Iterator[_Step]:
    if (filed := values.find_day("suit_filed_on")) is None:
        return
    after = {"after_review": REVIEW} if values.find_text("suit_after_review") == "yes" else {}
    yield _Step(filed, "file_suit", {"id": SUIT, **after} | _told(values, "file_suit"))
    for key, move in (("suit_notified_on", "notify_suit"), ("suit_answered_on", "answer_suit")):
        if key in values:
            yield _Step(values.day(key), move, {"id": SUIT} | _told(values, move))
    if "suit_judged_on" in values:
        data = {"id": SUIT, "instance": 1} | _told(values, "judge")
        yield _Step(values.day("suit_judged_on"), "judge", data)
    if "suit_appealed_on" in values:
        yield _Step(values.day("suit_appealed_on"), "appeal", {"id": SUIT} | _told(values, "appeal"))
    if "suit_final_on" in values:
        final = values.text("suit_final_result")
        result = values.text("suit_result") if final == "same" else final
        yield _Step(values.day("suit_final_on"), "judge", {"id": SUIT, "instance": 2, "result": result})
