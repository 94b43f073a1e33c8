"""Approval sheets: proposing, reading, and one operation for all verbs."""

from collections.abc import Mapping

from pydantic import StrictBool, StrictStr
from werkzeug.exceptions import NotFound

from ....states.procedure.description import meant_move, read_typed
from ...approvals.catalogue import VERBS
from ...approvals.commands import Change, Proposal, SheetResult, edit, propose, proposed, sign
from ...approvals.views import SheetView, VerbAnswer, VerbPreview, preview_verb, show_sheet, why_sheet
from ...kernel.given import Given
from ..operations import Answer, Call, Items, Nothing, Operation


class ProposalBody(Proposal):
    """What is proposed, and of which case."""

    case: StrictStr


def propose_move(call: Call[Nothing, ProposalBody]) -> object:
    """Opens an approval sheet for a move; ``If-Match`` names the version of the case."""
    body = call.body
    named = meant_move(body.move, body.data)
    asked = Proposal(move=named, data=read_typed(named, body.data), draft=body.draft, send=body.send)
    done = propose(call.context, body.case, asked, expected_version=call.version, idempotency_key=call.key)
    return Answer(done, done.version, ("showSheet", {"sheet": done.sheet}))


def read_sheet(call: Call[Nothing, Nothing]) -> object:
    """The whole sheet: what it proposes, its steps, its signatures, what was done."""
    found = show_sheet(call.context, call.path["sheet"])
    return Answer(found, found.version)


def list_sheet_verbs(call: Call[Nothing, Nothing]) -> object:
    """What the person can do with a sheet now; for what cannot be done, the rule and the reason."""
    return {"items": why_sheet(call.context, call.path["sheet"])}


class VerbBody(Given):
    """What a verb takes; with ``dry_run`` it is only tried."""

    data: Mapping[StrictStr, object] = {}
    dry_run: StrictBool = False


def do_verb(call: Call[Nothing, VerbBody]) -> object:
    """Does one verb with a sheet, or previews it; ``If-Match`` names the version of the sheet."""
    sheet, verb, body = call.path["sheet"], call.path["verb"], call.body
    if verb not in VERBS:
        raise NotFound
    if body.dry_run:
        call.keeps = False
        return preview_verb(call.context, sheet, verb, body.data)
    done = sign(call.context, sheet, verb, body.data, expected_version=call.version, idempotency_key=call.key)
    return Answer(done, done.version)


def edit_sheet(call: Call[Nothing, Change]) -> object:
    """Changes what a sheet proposes: fields that are not given stay, one that is null is taken away."""
    sheet, body = call.path["sheet"], call.body
    named, before = proposed(call.context, sheet)
    changed = before | read_typed(named, body.data)
    change = Change(
        data={key: value for key, value in changed.items() if value is not None}, draft=body.draft, opinion=body.opinion
    )
    done = edit(call.context, sheet, change, expected_version=call.version, idempotency_key=call.key)
    return Answer(done, done.version)


OPERATIONS = (
    Operation(
        name="proposeMove",
        method="POST",
        path="sheets",
        work=propose_move,
        body=ProposalBody,
        gives=SheetResult,
        status=201,
    ),
    Operation(name="showSheet", method="GET", path="sheets/{sheet}", work=read_sheet, gives=SheetView),
    Operation(
        name="listSheetVerbs",
        method="GET",
        path="sheets/{sheet}/verbs",
        work=list_sheet_verbs,
        gives=Items[VerbAnswer],
    ),
    Operation(
        name="editSheet", method="POST", path="sheets/{sheet}/edit", work=edit_sheet, body=Change, gives=SheetResult
    ),
    Operation(
        name="doVerb",
        method="POST",
        path="sheets/{sheet}/{verb}",
        work=do_verb,
        body=VerbBody,
        gives=(SheetResult, VerbPreview),
    ),
)
