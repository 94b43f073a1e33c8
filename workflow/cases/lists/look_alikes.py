"""Earlier cases that look like a request: of the same applicant or for nearly the same information, with answers.

Law: 条例 art. 36 item 6: to a repeated request it may be said that it has been answered.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, literal, select, union_all

from ....states import admission
from ....states.procedure.case import FINISHED, State, load
from ....states.rules.outcomes import answer_of
from ...kernel.context import Context
from ...kernel.owners import CaseRow
from ...kernel.tables import cases as t
from ..monthly import Applicant, applicant_told
from ..reads import note_read
from .search import pairs_of, plain_text, with_pairs
from .texts import Registered, registered

LEAST = 60
"""So like another a text must be, of a hundred."""
MOST = 20
_RARE = 1_500
"""A pair that more cases have tells nothing."""
_TELLING = 8
"""So many of the rarest pairs of a text are looked up."""
_CLOSEST = 200
"""So many of the cases that share most of them are compared as texts."""
_C, _PAIR = t.case.c, t.pair.c


class LookAlike(BaseModel):
    """An earlier case; ``likeness`` of its subject, of a hundred; its answer where it has one, and the day of it.

    Applicant and subject are masked unless they were asked for.
    """

    model_config = ConfigDict(frozen=True)
    case: str
    state: str
    received_on: date | None
    applicant: str
    information: str
    same_applicant: bool
    likeness: int
    outcome: str | None
    answer: str | None
    decided_on: date | None


class _Likeness(NamedTuple):
    same_applicant: bool
    likeness: int


def look_alikes(
    context: Context,
    applicant: Mapping[str, object],
    information: str,
    *,
    most: int = MOST,
    unmasked: bool = False,
) -> tuple[LookAlike, ...]:
    """Earlier cases of the same applicant or with a similar subject that the person may see, the likest first.

    The same applicant is who has an equal number, else, where one of both has none, an equal name (and phone, where
    both have one). Annulled cases are left out.
    Raises:
        NotPermitted; BadData: a text that may not enter; SetupError: what is unmasked could not be noted.
    """
    seen = context.departments()
    admission.values({"applicant": dict(applicant), "information": information})
    asked = Registered.told({"applicant": dict(applicant), "information": information})
    context = context.joined()
    texts = registered(context.connection, {*_by_name(context, asked), *_by_subject(context, asked)})
    scored = {case_id: _like(asked, text) for case_id, text in texts.items()}
    like = {key: item for key, item in scored.items() if item.same_applicant or item.likeness >= LEAST}
    columns = (_C.id, _C.case_no, _C.department, _C.snapshot)
    where = (_C.agency == context.agency, _C.id.in_(sorted(like)), _C.state != State.ANNULLED.value)
    known = context.connection.execute(select(*columns).where(*where))
    rows = [row for row in known if seen is None or row.department in seen]
    rows.sort(key=lambda row: (like[row.id].likeness, like[row.id].same_applicant, row.id), reverse=True)
    found = []
    for row in rows[: max(0, most)]:
        if unmasked:
            note_read(context, CaseRow(row.id, context.agency, row.case_no), "list")
        found.append(_shown(row.snapshot, texts[row.id], like[row.id], unmasked))
    return tuple(found)


def _shown(snapshot: str, text: Registered, like: _Likeness, unmasked: bool) -> LookAlike:
    case = load(snapshot)
    names, information = text.shown(unmasked)
    outcome = case.outcome if case.state in FINISHED else None
    answer = answer_of(outcome, case.answer, "", case.law_on) if outcome else None
    return LookAlike(
        case=case.case,
        state=case.state,
        received_on=case.received_on,
        applicant=names,
        information=information,
        outcome=outcome,
        answer=answer.code if answer is not None else None,
        decided_on=case.decided_on if outcome else None,
        **like._asdict(),
    )


def _by_name(context: Context, asked: Registered) -> list[int]:
    """The cases in which somebody has one of the names."""
    found: list[int] = []
    for name in asked.people:
        pairs = pairs_of(context.agency, Registered(applicants=(name,)))
        if pairs:
            found += context.connection.execute(with_pairs(sorted(pairs)).limit(_RARE)).scalars()
    return found


def _by_subject(context: Context, asked: Registered) -> Iterable[int]:
    """The cases that share most of the rarest pairs of a subject."""
    pairs = sorted(pairs_of(context.agency, Registered(information=asked.information)))
    if not pairs:
        return ()
    counted = [
        select(literal(pair).label("pair"), func.count().label("n")).select_from(
            select(_PAIR.case_id).where(_PAIR.pair == pair).limit(_RARE + 1).subquery()
        )
        for pair in pairs
    ]
    sizes = sorted((row.n, row.pair) for row in context.connection.execute(union_all(*counted)))
    rare = [pair for n, pair in sizes if 0 < n <= _RARE][:_TELLING]
    shared = Counter(context.connection.execute(select(_PAIR.case_id).where(_PAIR.pair.in_(rare))).scalars())
    return [case_id for case_id, _ in shared.most_common(_CLOSEST)]


def _like(asked: Registered, other: Registered) -> _Likeness:
    own, others = applicant_told(asked.applicant), applicant_told(other.applicant)
    return _Likeness(_is_one(own, others), likeness(asked.information, other.information))


def _is_one(own: Applicant, other: Applicant) -> bool:
    """Whether both are one applicant: as for a fee, but that an equal name is enough where one has no phone."""
    if own.is_also(other):
        return True
    told_apart = (own.id_number and other.id_number) or (own.phone and other.phone)
    return bool(own.name) and own.name == other.name and not told_apart


def likeness(one: str, other: str) -> int:
    """How like two texts are, of a hundred: by the fewest changes from one to the other.

    Without rapidfuzz by the pairs of characters that they share: nearly the same, and coarser for short texts.
    """
    one, other = plain_text(one), plain_text(other)
    if not one or not other:
        return 0
    try:
        from rapidfuzz.fuzz import ratio
    except ModuleNotFoundError:
        return _by_pairs(one, other)
    return round(ratio(one, other))


def _by_pairs(one: str, other: str) -> int:
    first, second = (Counter(zip(text, text[1:] + "\0", strict=True)) for text in (one, other))
    return round(200 * (first & second).total() / (first.total() + second.total()))
