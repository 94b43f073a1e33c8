"""Lists: what falls due, everybody's own tasks, sheets on which nobody can act, cases that count nowhere."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from ....notifications.messages.sentences import describe
from ...approvals.lists import Box, Counters, Page, Stuck, counters, stuck, worklist
from ...cases.annulled import AnnulledCase, annulled
from ...cases.due_list import BucketCounts, DueCase, counts, due
from ...kernel.given import Given
from ..bodies import Count
from ..operations import Call, Items, Nothing, Operation


class DueQuery(Given):
    """The day at whose end it is asked, else today; ``within`` leaves out what has more working days left."""

    as_of: date | None = None
    within: Annotated[int, Field(ge=0, le=1000)] | None = None


class DueList(BaseModel):
    """Open cases, the most urgent first, with how many there are by lamp before ``within`` left any out."""

    items: tuple[DueCase, ...]
    counts: BucketCounts


def list_due(call: Call[DueQuery, Nothing]) -> object:
    """What falls due, the most urgent first."""
    within = call.query.within
    found = due(call.context, call.query.as_of)
    totals = counts(found)
    if within is not None:
        found = [item for item in found if item.to_do or (item.days_left is not None and item.days_left <= within)]
    return DueList(items=tuple(found), counts=totals)


class TodoQuery(Given):
    """Which of the person's lists, and which page of it."""

    box: Box = "todo"
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    size: Count = 50


def list_todo(call: Call[TodoQuery, Nothing]) -> object:
    """One page of one of the person's lists."""
    query = call.query
    return worklist(call.context, query.box, page=query.page, size=query.size)


def count_todo(call: Call[Nothing, Nothing]) -> object:
    """How many entries each of the person's lists holds."""
    return counters(call.context)


class StuckSheet(Stuck):
    """The same with the reason in words."""

    message: str


def list_stuck(call: Call[Nothing, Nothing]) -> object:
    """The administrator's list: every sheet on which nobody can act."""
    return {"items": [_stuck(item) for item in stuck(call.context)]}


def _stuck(item: Stuck) -> object:
    return {key: getattr(item, key) for key in Stuck.model_fields} | {"message": describe(item.remark)}


class YearQuery(Given):
    """The year of receipt, else every year."""

    year: Annotated[int, Field(ge=1, le=9998)] | None = None


def list_annulled(call: Call[YearQuery, Nothing]) -> object:
    """Cases whose registration was annulled: they count nowhere else."""
    return {"items": annulled(call.context, call.query.year)}


OPERATIONS = (
    Operation(name="listDue", method="GET", path="due", work=list_due, query=DueQuery, gives=DueList),
    Operation(name="listTodo", method="GET", path="todo", work=list_todo, query=TodoQuery, gives=Page),
    Operation(name="countTodo", method="GET", path="todo/counters", work=count_todo, gives=Counters),
    Operation(name="listStuck", method="GET", path="stuck", work=list_stuck, gives=Items[StuckSheet]),
    Operation(
        name="listAnnulled",
        method="GET",
        path="annulled",
        work=list_annulled,
        query=YearQuery,
        gives=Items[AnnulledCase],
    ),
)
