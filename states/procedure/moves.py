"""The data of each move: what a journal line, a form or a command must bring.

Law: 条例 arts. 27-42, 51. Texts are stripped; dates are ISO dates (Asia/Shanghai).
"""

from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from ..calendar.dates import read_date
from ..errors import BadData
from ..rules.outcomes import APPLICANT_KINDS, outcome_rows
from ..rules.remedies import REVIEW_RESULTS, SUIT_RESULTS


def _iso_date(value: Any) -> date:
    if type(value) is date:
        return value
    if isinstance(value, str):
        try:
            return read_date(value)
        except ValueError:
            return _not_a_date()
    return _not_a_date()


def _not_a_date() -> date:
    raise PydanticCustomError("not_a_date", "not an ISO date")


def _one_of(*values: str) -> Any:
    def check(value: Any) -> str:
        if value not in values:
            raise PydanticCustomError("not_one_of", "not one of", {"choices": list(values)})
        return str(value)

    return BeforeValidator(check)


def _strict_int(value: Any) -> int:
    if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, str) and value.isdecimal())):
        raise PydanticCustomError("not_a_number", "not a whole number")
    return int(value)


def _yes_or_no(value: Any) -> bool:
    known = {True: True, False: False, "true": True, "false": False, "yes": True, "no": False}
    if not isinstance(value, (bool, str)) or value not in known:
        raise PydanticCustomError("not_yes_or_no", "not true or false")
    return known[value]


def _text_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Count = Annotated[int, BeforeValidator(_strict_int), Field(ge=1, le=1_000_000)]
YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Texts = Annotated[list[Text], BeforeValidator(_text_list), Field(min_length=1)]
Channel = Literal["in_person", "oral", "signed_mail", "ordinary_mail", "online", "fax"]
CHANNELS: tuple[str, ...] = get_args(Channel)


class MoveData(BaseModel):
    """What every move may bring; unknown fields are kept and warned of.

    ``late_reason`` lets a move be recorded after later ones and says why it was late.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    late_reason: Text | None = None


class Applicant(BaseModel):
    """The applicant: only ``kind`` is public; all else is personal data.

    Law: 条例 art. 29.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    kind: Annotated[str, _one_of(*APPLICANT_KINDS)]
    name: str | None = None


class Submit(MoveData):
    """Law: 条例 arts. 29, 31."""

    channel: Annotated[str, _one_of(*CHANNELS)]
    applicant: Applicant
    information: Text


class Plain(MoveData):
    """A move that needs nothing but its day."""


class Confirm(MoveData):
    """The day of receipt is confirmed; ``proof`` tells who confirmed it, how and when. Law: 条例 art. 31."""

    proof: Text | None = None


class Accept(MoveData):
    """The case is taken up and given to a handler."""

    handler: Text | None = None


class RequestCorrection(MoveData):
    """Law: 条例 art. 30."""

    items: Texts
    due_on: IsoDate
    override: Text | None = None


class Consult(MoveData):
    """Law: 条例 arts. 32, 33 para 3, 34."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)
    id: Text
    counterpart: Annotated[str, _one_of("third_party", "co_author", "other_organ")] = Field(alias="with")
    name: Text
    served_on: IsoDate | None = None
    due_on: IsoDate | None = None


class Opinion(MoveData):
    """Law: 条例 arts. 32, 34."""

    id: Text
    opinion: Annotated[str, _one_of("agrees", "objects", "partly")]
    reason: Text | None = None


class Named(MoveData):
    """A step of one consultation, review or suit."""

    id: Text


class NamedReason(Named):
    """A step of one consultation with its reason."""

    reason: Text


class Extend(MoveData):
    """Law: 条例 art. 33 para 2."""

    days: Annotated[int, BeforeValidator(_strict_int), Field(ge=1)]
    reason: Text
    approved_by: str | None = None


class DemandReasons(MoveData):
    """Law: 条例 art. 35; ``counts`` tells how many requests in which time."""

    due_on: IsoDate
    counts: Text | None = None


class GiveReasons(MoveData):
    """Law: 条例 art. 35."""

    accepted: YesNo


class Defer(MoveData):
    """Law: 条例 art. 35."""

    until: IsoDate


class Charge(MoveData):
    """Law: 条例 art. 42; 国办函〔2020〕109号."""

    basis: Annotated[str, _one_of("items", "pages")]
    quantity: Count
    served_on: IsoDate | None = None


class Reply(MoveData):
    """Law: 条例 arts. 33, 36-39.

    ``search`` is the record of the search for what is not held, ``earlier`` the reply or case that is
    repeated, ``overruled`` why a third party's objection is not followed.
    """

    outcome: Annotated[str, _one_of(*outcome_rows(), "other")]
    delivery: Annotated[str, _one_of("post", "in_person", "online", "fax", "email")]
    ground: Text | None = None
    items: list[Any] | None = None
    search: dict[str, Any] | Text | None = None
    earlier: Text | None = None
    overruled: Text | None = None


class Serve(MoveData):
    """The applicant has the reply; law: 复议法实施条例 art. 15."""

    proof: Text | None = None


class Reason(MoveData):
    """A move that ends the case and says why."""

    reason: Text


class Reopen(MoveData):
    """Law: 复议法 arts. 64, 66; 法释〔2025〕8号."""

    ordered_by: Text
    due_on: IsoDate | None = None


class Amend(MoveData):
    """Replaces an earlier move of the case; ``data`` is laid over the earlier data, null takes a field away."""

    seq: Count
    reason: Text
    at: str | None = None
    data: dict[str, Any] | None = None


class FileReview(Named):
    """Law: 复议法 art. 20."""

    organ: Text | None = None


class ReviewStep(Named):
    """Law: 复议法 arts. 30, 39, 48, 54."""

    procedure: Annotated[str, _one_of("ordinary", "simplified")] | None = None


class DecideReview(Named):
    """Law: 复议法 arts. 28-73."""

    result: Annotated[str, _one_of(*REVIEW_RESULTS)]


class FileSuit(Named):
    """Law: 行诉法 arts. 45, 46; ``after_review`` is the review's id (or true)."""

    after_review: bool | Text | None = None


class Judge(Named):
    """Law: 行诉法 arts. 62, 69-77."""

    instance: Annotated[int, BeforeValidator(_strict_int), Field(ge=1, le=2)]
    result: Annotated[str, _one_of(*SUIT_RESULTS)]


def parse(model: type[MoveData], data: dict[str, Any], *, move: str) -> MoveData:
    """The data of one move, checked.

    Raises:
        BadData: with every fault found.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise BadData(*(_fault(item) for item in error.errors()), move=move) from None


_PROBLEMS = {
    "missing": "missing",
    "string_type": "not_a_text",
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "too_short": "empty",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "list_type": "not_a_list",
    "model_type": "not_an_object",
    "dict_type": "not_an_object",
}


def _fault(item: Any) -> dict[str, Any]:
    where = [str(part) for part in item["loc"] if part not in ("bool", "constrained-str")]
    fault = {"field": ".".join(where), "problem": _PROBLEMS.get(item["type"], item["type"])}
    if choices := item.get("ctx", {}).get("choices"):
        fault["choices"] = "、".join(choices)
    return fault


def extra_fields(data: MoveData) -> list[str]:
    """Names of fields that the move does not know."""
    return sorted(data.model_extra or {})
