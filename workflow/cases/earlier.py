"""The earlier reply that a repeated request cites: whose it is, and whether it can be what it is said to be.

Law: 条例 art. 36 item 6.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from ...notifications.documents.answers import answers_of
from ...notifications.documents.claims import in_part
from ...notifications.documents.facts import Situation, day
from ...states.calendar.dates import days_told
from ...states.errors import Fault
from ...states.procedure.history import Data, timeline
from ..kernel.owners import case_cited
from .documents import restored
from .monthly import Applicant, applicant_told
from .store import private_data


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
            found = _from_here(connection, cited, case_id, at)
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


def _from_here(connection: Connection, cited: int | None, case_id: int, at: Situation) -> Iterator[tuple[str, str]]:
    """One of the case itself, or of another applicant."""
    if cited == case_id:
        yield "earlier_is_itself", ""
    elif cited is not None and _of_another(connection, cited, at):
        yield "earlier_of_another", ""


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
