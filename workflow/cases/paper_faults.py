"""What single kinds of papers lack by law: a term that has run out, an amount, a step on which they rest.

Law: 条例 arts. 30, 35, 41, 42.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection

from ...notifications.documents.answer_faults import ARTICLE, search_faults
from ...notifications.documents.answers import answers_of
from ...notifications.documents.claims import claim_named, holds, in_part
from ...notifications.documents.facts import Situation, day
from ...notifications.documents.kinds import TAKEN_AWAY, last_told, wants_rectified
from ...notifications.documents.render import Notice
from ...states.errors import Fault
from ...states.procedure.case import Case, Period, State
from ...states.procedure.history import is_decision
from ...states.procedure.moves.reopening import taken_away
from ...states.procedure.periods import set_due_day
from ...states.rules.remedies import reviews_itself
from ..kernel.owners import replaced_notice, standing_answer


class Place(NamedTuple):
    """The case to which a paper belongs: where it is stored, its office, and how it stands by all that is on record."""

    connection: Connection
    agency: str
    case_id: int
    now: Case


def of_kind(place: Place, notice: Notice, at: Situation) -> Iterator[Fault]:
    """What prevents a paper of its kind, beside what is asked of every paper."""
    match notice.kind:
        case "abandonment_correction":
            yield from _term_over(place, at, "correction", "correction")
        case "abandonment_payment":
            yield from _nothing_to_pay(at)
            yield from _term_over(place, at, "fee", "payment")
        case "delegated_reply":
            yield from _of_delegation(notice, at)
        case "discontinuation":
            yield from _without_article(at)
        case "fee":
            yield from _nothing_to_pay(at)
        case "rectification":
            yield from _no_rectification(notice, at)
        case "revocation":
            yield from _replaced(place, at)
        case "search_record":
            yield from _search_record(notice, at)


def review_organ_faults(at: Situation) -> Iterator[Fault]:
    """Refuses the agency itself as its review organ, but where the law says so.

    Law: 复议法 arts. 24, 25.
    """
    agency = at.agency
    if agency.review_organ.strip() == agency.name.strip() != "" and not reviews_itself(agency.kind, at.on):
        yield {"field": "review_organ", "problem": "review_organ_itself", "value": agency.review_organ}


def _no_rectification(notice: Notice, at: Situation) -> Iterator[Fault]:
    """Refuses the answer to a request to rectify where the request is another, or has not been decided.

    Law: 条例 art. 41.
    """
    if not wants_rectified(at.events):
        yield {"field": "kind", "problem": "no_rectification", "value": notice.title}
    elif not is_decision(at.event):
        yield {"field": "kind", "problem": "nothing_to_issue", "value": notice.title}


def _nothing_to_pay(at: Situation) -> Iterator[Fault]:
    """Refuses a paper of a fee that comes to nothing.

    Law: 国办函〔2020〕109号 arts. 4, 5.
    """
    if at.case.charges and Decimal(at.case.charges[-1].amount) == 0:
        yield {"field": "amount", "problem": "nothing_to_pay", "value": at.case.charges[-1].amount}


def _of_delegation(notice: Notice, at: Situation) -> Iterator[Fault]:
    """Wants a delegation to rest on an article, to go to whom the case was given, and to be told before the reply.

    Law: 条例 art. 10.
    """
    told = notice.facts.text
    if not ARTICLE.search(told("delegated_under")) and told("delegated_under"):
        yield {"field": "delegated_under", "problem": "ground_without_article"}
    given = at.last("reassign")
    department = str(given.data.get("department") or "") if given is not None else ""
    if department and department not in told("delegate"):
        yield {
            "field": "delegate",
            "problem": "delegate_is_another",
            "value": told("delegate"),
            "department": department,
        }
    if at.case.state in (State.REPLIED, State.DISCONTINUED, State.CLOSED):
        yield {"field": "kind", "problem": "delegation_too_late", "value": notice.title}


def _without_article(at: Situation) -> Iterator[Fault]:
    """Refuses to end the handling on a basis that names no article; that there is none is a gap in the paper."""
    ground = str(at.event.data.get("ground") or "")
    if ground and not ARTICLE.search(ground):
        yield {"field": "ground", "problem": "ground_without_article"}


def _term_over(place: Place, at: Situation, paper: str, rule: str) -> Iterator[Fault]:
    """Wants the applicant's term to have run out, of the notice that is in force, by all that is on record.

    Law: 条例 art. 30; 国办函〔2020〕109号 art. 6.
    """
    period = place.now.last_period(rule)
    if period is None:
        return
    anew = replaced_notice(place.connection, place.case_id, paper)
    if anew is not None and anew.reached_on is None:
        yield {"field": paper, "problem": "notice_not_served", "value": paper}
        return
    if anew is not None and anew.reached_on is not None:
        counted = replace(period, spans=list(period.spans), starts_on=anew.reached_on, awaits=False)
        period = set_due_day(counted, at.law)
        late = period.due_on < anew.reached_on
    else:
        late = paper in place.now.premature
    if late or at.event.on <= period.due_on:
        yield _not_over(paper, period)


def _not_over(paper: str, period: Period) -> Fault:
    return {"field": paper, "problem": "term_not_over", "value": day(period.due_on)}


def reasons_over(place: Place, at: Situation) -> Iterator[Fault]:
    """Wants the applicant's term for its reasons to have run out where it gave none, after a notice that came in time.

    Law: 条例 art. 35.
    """
    resting = [answer for answer in answers_of(at) if answer.needs("reasons")]
    if not resting or not holds(claim_named("reasons_silent"), at):
        return
    letter, period = at.case.letter("reasons"), at.case.last_period("reasons")
    anew = replaced_notice(place.connection, place.case_id, "reasons")
    came_on = anew.reached_on if anew is not None else letter.served_on if letter is not None else None
    for answer in resting:
        if came_on is None:
            yield in_part({"field": "reasons", "problem": "reasons_not_asked", "value": ""}, answer)
        elif period is not None and came_on > period.due_on:
            late: Fault = {"field": "reasons", "problem": "reasons_came_late", "value": day(came_on)}
            yield in_part(late | {"due_on": day(period.due_on)}, answer)
        elif period is not None and at.event.on <= period.due_on:
            yield in_part({"field": "reasons", "problem": "reasons_awaited", "value": day(period.due_on)}, answer)


def _search_record(notice: Notice, at: Situation) -> Iterator[Fault]:
    """The days of a search record, and what it has found where an answer says that the information is not held.

    Law: 条例 art. 36 item 4.
    """
    told: Mapping[str, object] = {
        name.removeprefix("search_"): value for name, value in notice.facts.values.items() if name.startswith("search_")
    }
    decisions = (at._replace(event=event) for event in reversed(at.events) if is_decision(event))
    cited = any(answer.needs("search") for decision in islice(decisions, 1) for answer in answers_of(decision))
    for fault in search_faults(told, at):
        if cited or fault["problem"] != "search_found":
            yield fault


def still_standing(place: Place, at: Situation) -> Iterator[Fault]:
    """Wants the earlier decision to be revoked before the new one, where the agency corrects itself.

    One that a review organ or a court had handled again has been taken away by them.
    """
    again = at.last("reopen")
    earlier = last_told(at.events[: at.events.index(again)]) if again is not None else None
    if again is None or again.data.get("ordered_by"):
        return
    if earlier is not None and taken_away(place.now, earlier.on, TAKEN_AWAY):
        return
    before = [event.seq for event in at.events[: at.events.index(again)]]
    name = standing_answer(place.connection, place.case_id, before, again.seq)
    if name:
        yield {"field": "revocation", "problem": "earlier_reply_stands", "value": name}


def _replaced(place: Place, at: Situation) -> Iterator[Fault]:
    """Refuses to revoke what a review organ or a court has taken away already.

    Law: 复议法 arts. 63, 64, 67; 行诉法 arts. 70, 75, 77.
    """
    again = at.last("reopen")
    earlier = last_told(at.events[: at.events.index(again)]) if again is not None else None
    if earlier is not None and taken_away(place.now, earlier.on):
        yield {"field": "revocation", "problem": "taken_away_already", "value": day(earlier.on)}
