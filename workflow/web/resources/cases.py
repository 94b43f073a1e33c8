"""Cases: the list, one case, its moves and periods, and making a move."""

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, StrictBool, StrictStr

from ....notifications.messages.sentences import describe, name
from ....states.procedure.catalogue import moves
from ....states.procedure.description import Json, meant_move, move_schema, read_typed
from ...casefile.results import CaseView, Explanation, MoveOption, MovePreview
from ...casefile.views import explain, preview, show, why
from ...cases.commands import MoveRequest, MoveResult, move, submit
from ...cases.lists.filters import CaseFilter
from ...cases.lists.pages import MOST, CaseItem, CaseTabs, list_cases
from ...kernel.given import Given
from ..bodies import Count, one_of_moves
from ..operations import Answer, Call, Nothing, Operation


class ListedCase(BaseModel):
    """One case of a list; ``reason`` is the sentence of its lamp."""

    case: str
    state: str
    state_name: str
    stage: str | None
    applicant: str
    information: str
    received_on: date | None
    due_on: date | None
    bucket: str | None
    days_left: int | None
    reason: str
    handler: str | None
    department: str | None
    version: int

    @classmethod
    def of(cls, item: CaseItem) -> "ListedCase":
        """A case of a page, in words."""
        told = item.model_dump(exclude={"reason"})
        return cls(**told, state_name=name("state", item.state), reason=describe(item.reason))


class CaseList(BaseModel):
    """One page of cases; ``next`` is the cursor of the page after it, ``tabs`` how many there are by lamp."""

    items: tuple[ListedCase, ...]
    next: str | None
    total: int
    tabs: CaseTabs


class CaseQuery(CaseFilter):
    """Which cases are wanted, in which order, how many of them; unmasked they are noted in the log of reads."""

    sort: StrictStr = "due"
    limit: Count = 50
    cursor: StrictStr | None = None
    unmasked: bool = False


def find_cases(call: Call[CaseQuery, Nothing]) -> object:
    """Lists and searches the cases that the person may see."""
    query = call.query
    wanted = CaseFilter(**query.model_dump(include=set(CaseFilter.model_fields)))
    page = list_cases(
        call.context,
        wanted,
        sort=query.sort,
        limit=min(query.limit, MOST),
        cursor=query.cursor,
        unmasked=query.unmasked,
    )
    listed = tuple(ListedCase.of(item) for item in page.items)
    return CaseList(items=listed, next=page.next, total=page.total, tabs=page.tabs)


class Submission(Given):
    """A request that is registered: the day, the data of the move ``submit``, and its number.

    Without a number it gets the next one of the office's pattern.
    """

    case: StrictStr | None = None
    at: StrictStr | None = None
    data: Mapping[StrictStr, object] = {}


def submit_case(call: Call[Nothing, Submission]) -> object:
    """Registers a request."""
    body = call.body
    data = read_typed("submit", body.data)
    if body.case is None:
        done = submit(call.context, data, at=body.at, idempotency_key=call.key)
    else:
        done = _made(call, body.case, MoveRequest("submit", data, body.at))
    return Answer(done, done.version, ("showCase", {"case": done.case}))


class ReadQuery(Given):
    """The day at whose end the case is wanted, else today; unmasked it is noted in the log of reads, and why."""

    as_of: date | None = None
    unmasked: bool = False
    why: StrictStr = ""


def show_case(call: Call[ReadQuery, Nothing]) -> object:
    """The whole case."""
    query = call.query
    found = show(call.context, call.case, query.as_of, unmasked=query.unmasked, why=query.why)
    return Answer(found, found.version)


class FormedOption(MoveOption):
    """A move of a case, with the JSON Schema of its data."""

    form: Json


class MoveOptions(BaseModel):
    """Every move of a case as it stands today."""

    items: tuple[FormedOption, ...]


def list_case_moves(call: Call[Nothing, Nothing]) -> object:
    """What can be done now, what it wants, and why the rest cannot be done."""
    found = why(call.context, call.case)
    return {"items": [_with_form(item) for item in found]}


def _with_form(option: MoveOption) -> Mapping[str, object]:
    fields = {name: getattr(option, name) for name in MoveOption.model_fields}
    return fields | {"form": move_schema(option.move)}


class MoveBody(Given):
    """A move to be made, or with ``dry_run`` only to be tried: its name, its day, its data."""

    move: StrictStr
    at: StrictStr | None = None
    data: Mapping[StrictStr, object] = {}
    dry_run: StrictBool = False


def make_move(call: Call[Nothing, MoveBody]) -> object:
    """Makes a move of a case, or previews what it would do."""
    body = call.body
    named = meant_move(body.move, body.data)
    request = MoveRequest(named, read_typed(named, body.data), body.at)
    if body.dry_run:
        call.keeps = False
        call.check_version()
        return preview(call.context, call.case, request)
    done = _made(call, call.case, request)
    return Answer(done, done.version)


def _made(call: Call[Nothing, Submission] | Call[Nothing, MoveBody], case: str, request: MoveRequest) -> MoveResult:
    return move(
        call.context,
        case,
        request.move,
        request.data,
        at=request.at,
        expected_version=call.version,
        idempotency_key=call.key,
    )


class DayQuery(Given):
    """The day at whose end it is asked, else today."""

    as_of: date | None = None


def explain_period(call: Call[DayQuery, Nothing]) -> object:
    """The ledger of the latest period of that kind: every calendar day with its reason and source."""
    return explain(call.context, call.case, call.path["rule"], call.query.as_of)


def _move_body() -> Json:
    return one_of_moves(MoveBody, [name for name, item in moves().items() if not (item.opens and item.of == "case")])


OPERATIONS = (
    Operation(name="findCases", method="GET", path="cases", work=find_cases, query=CaseQuery, gives=CaseList),
    Operation(
        name="submitCase",
        method="POST",
        path="cases",
        work=submit_case,
        body=Submission,
        body_schema=lambda: one_of_moves(Submission, ["submit"]),
        gives=MoveResult,
        status=201,
    ),
    Operation(name="showCase", method="GET", path="cases/{case}", work=show_case, query=ReadQuery, gives=CaseView),
    Operation(name="listCaseMoves", method="GET", path="cases/{case}/moves", work=list_case_moves, gives=MoveOptions),
    Operation(
        name="makeMove",
        method="POST",
        path="cases/{case}/moves",
        work=make_move,
        body=MoveBody,
        body_schema=_move_body,
        gives=(MoveResult, MovePreview),
    ),
    Operation(
        name="explainPeriod",
        method="GET",
        path="cases/{case}/periods/{rule}",
        work=explain_period,
        query=DayQuery,
        gives=Explanation,
        absent=frozenset({"no_such_period"}),
    ),
)
