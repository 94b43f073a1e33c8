"""The earlier reply that a repeated request cites: whose it is, whether it still stands, and how papers name it.

Law: 条例 art. 36 item 6.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from ...notifications.documents.answers import answers_of
from ...notifications.documents.claims import in_part
from ...notifications.documents.facts import Situation, day
from ...notifications.documents.kinds import TAKEN_AWAY
from ...notifications.messages.catalogue import say
from ...states.calendar.dates import days_told
from ...states.errors import Fault
from ...states.procedure.history import Data, Event, is_decision, timeline
from ..kernel.owners import case_cited, reply_papers
from .documents import restored
from .monthly import Applicant, applicant_told
from .queries import names_of
from .store import load_case, private_data


def earlier_faults(connection: Connection, agency: str, case_id: int, at: Situation) -> Iterator[Fault]:
    """Each earlier reply that the answers of a decision cite and that can be none; its service is asked elsewhere."""
    for answer in answers_of(at):
        earlier = answer.told("earlier")
        if not earlier or answer.outcome is None or not answer.outcome.prints("earlier"):
            continue
        number = earlier.get("number", "") if isinstance(earlier, Mapping) else earlier
        cited = case_cited(connection, agency, str(number))
        if isinstance(earlier, Mapping):
            found = _from_outside(earlier, cited, at)
        else:
            found = _from_here(connection, cited, str(number), case_id, at)
        for problem, value in found:
            fault: Fault = {"field": "earlier", "problem": problem, "value": value or str(number)}
            yield in_part(fault, answer)


def _from_outside(earlier: Mapping[str, object], cited: int | None, at: Situation) -> Iterator[tuple[str, str]]:
    """One from before the system that is of a day to come, or stands in the system after all."""
    days = days_told(earlier.get("on"))
    if days and days[-1] > at.on:
        yield "earlier_ahead", day(days[-1])
    if cited is not None:
        yield "earlier_in_system", ""


def _from_here(
    connection: Connection, cited: int | None, number: str, case_id: int, at: Situation
) -> Iterator[tuple[str, str]]:
    """One of the case itself, of another applicant, or no longer in force: taken back, overturned, void or replaced."""
    if cited is None:
        return
    if cited == case_id:
        yield "earlier_is_itself", ""
        return
    if _of_another(connection, cited, at):
        yield "earlier_of_another", ""
    standing = standing_decision(connection, cited)
    named = [paper for paper in reply_papers(connection, cited, number) if paper.cited]
    if standing is None or (named and not any(paper.stands and paper.step == standing.seq for paper in named)):
        yield "earlier_not_standing", ""


def standing_decision(connection: Connection, case_id: int) -> Event | None:
    """The decision of a case that is in force: neither taken back, nor handled again, nor overturned.

    Law: 复议法 arts. 63-68; 行诉法 arts. 70, 77.
    """
    order = timeline(restored(connection, case_id))
    agency, number = names_of(connection, [case_id])[case_id]
    remedies = {item.id: item for item in load_case(connection, agency, number).case.remedies if item.is_over}
    found: Event | None = None
    for event in order:
        told = remedies.get(str(event.data.get("id", ""))) if event.move in ("decide_review", "judge") else None
        if is_decision(event):
            found = event
        elif event.move in ("withdraw_decision", "reopen") or (told is not None and told.result in TAKEN_AWAY):
            found = None
    return found


def cited_replies(connection: Connection, agency: str, data: Data) -> dict[str, str]:
    """How papers name the replies that a decision cites, by what was typed: by number and day of the paper in force.

    Where none has a number, by the number of the case.
    """
    items = data.get("items")
    parts = [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    typed = {str(told["earlier"]) for told in (data, *parts) if isinstance(told.get("earlier"), str)}
    found = ((number, case_cited(connection, agency, number)) for number in typed)
    return {number: _named(connection, cited, number) for number, cited in found if cited is not None}


def _named(connection: Connection, cited: int, number: str) -> str:
    papers, standing = reply_papers(connection, cited, number), standing_decision(connection, cited)
    known = [paper for paper in papers if paper.cited] or [
        paper for paper in papers if paper.stands and standing is not None and paper.step == standing.seq
    ]
    if known and known[-1].number:
        return say("earlier_cited", number=known[-1].number, on=day(known[-1].issued_on))
    case = names_of(connection, [cited])[cited][1]
    return say("earlier_case", number=case, on=day(standing.on)) if standing is not None else number


def _of_another(connection: Connection, cited: int, at: Situation) -> bool:
    """Whether a case plainly has none of the applicants; whose names have been erased may be the same."""
    if None in private_data(connection, cited).values():
        return False
    others = _applicants(timeline(restored(connection, cited))[0].data)
    own = _applicants(at.events[0].data)
    return bool(own and others) and all(one.is_another(other) for one in own for other in others)


def _applicants(submitted: Data) -> list[Applicant]:
    told = [submitted.get("applicant"), *(submitted.get("applicants") or [])]
    return [applicant_told(item) for item in told if isinstance(item, Mapping)]
