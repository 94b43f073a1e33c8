"""The errors of this package, each with a stable code.

DisclosureError
├── BadData              bad_data            a field is missing, malformed or out of range
├── UnknownMove          unknown_move        the move's name is not in the law's procedure
├── UnknownCase          unknown_case        no case of that number
├── DuplicateCase        duplicate_case      the case has been opened already
├── OutOfOrder           out_of_order        the day lies before the case's last move
├── MoveRefused          (code of the condition: move_not_allowed, period_running, ...)
├── CalendarUnknown      calendar_unknown    no notice on holidays covers that day
├── LawUnknown           law_unknown         no instrument was in force on that day
├── Conflict             conflict            somebody else has changed the case meanwhile
├── NotPermitted         not_permitted       the person may not do that
├── UnknownSheet         unknown_sheet       no approval sheet of that name
├── SheetRefused         (code of the condition: no_task, own_draft, next_step_touched, ...)
└── SetupError           (own code)          database, schema, file or settings can't be used

Exceptions carry facts (code and fields); the Chinese sentences belong to ``disclosure.notifications``.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple, TypeAlias, get_args, get_origin

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

Fault: TypeAlias = dict[str, object]
"""One fault of the data: ``field``, ``problem``, and what its sentence needs."""


class DisclosureError(Exception):
    """Any error of this package: a stable ``code`` and the ``fields`` that explain it."""

    default_code: ClassVar[str] = "error"

    def __init__(self, code: str | None = None, /, **fields: object) -> None:
        self.code = code or self.default_code
        self.fields: dict[str, Any] = fields
        super().__init__(self.code, fields)

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value}" for name, value in self.fields.items())])


class BadData(DisclosureError):
    """Fields that can't be used.

    ``faults`` is a list of ``{"field", "problem", ...}``: all of them, not just the first.
    """

    default_code = "bad_data"

    def __init__(self, *faults: Mapping[str, object], **fields: object) -> None:
        super().__init__("bad_data", faults=[dict(fault) for fault in faults], **fields)

    @property
    def faults(self) -> list[Fault]:
        """Every fault, each with its field and problem."""
        faults: list[Fault] = self.fields["faults"]
        return faults


class UnknownMove(DisclosureError):
    """The move's name is unknown; fields: ``move``."""

    default_code = "unknown_move"


class UnknownCase(DisclosureError):
    """No case of that number; fields: ``case``."""

    default_code = "unknown_case"


class DuplicateCase(DisclosureError):
    """The case has been opened already; fields: ``case``."""

    default_code = "duplicate_case"


class OutOfOrder(DisclosureError):
    """The move's day lies before the case's last one; fields: ``at``, ``last``."""

    default_code = "out_of_order"


class MoveRefused(DisclosureError):
    """The case can't make that move now; fields: ``move``, ``state``, ``article`` and the condition's own."""

    default_code = "move_not_allowed"


class CalendarUnknown(DisclosureError):
    """No notice on holidays covers that day; fields: ``day``, ``first``, ``last``."""

    default_code = "calendar_unknown"


class LawUnknown(DisclosureError):
    """No instrument was in force on that day; fields: ``rule``, ``on``."""

    default_code = "law_unknown"


class Conflict(DisclosureError):
    """Somebody else changed the case meanwhile; fields: ``case``, ``by``, ``move``, ``at``."""

    default_code = "conflict"


class NotPermitted(DisclosureError):
    """The person may not do that; fields: ``user``, ``action``."""

    default_code = "not_permitted"


class UnknownSheet(DisclosureError):
    """No approval sheet of that name; fields: ``sheet``."""

    default_code = "unknown_sheet"


class SheetRefused(DisclosureError):
    """The sheet does not allow that verb to that person now; fields: ``sheet``, ``verb`` and the condition's."""

    default_code = "sheet_refused"


class SetupError(DisclosureError):
    """A database, schema, file or setting that can't be used; the code says which."""

    default_code = "setup_error"


class Telling(NamedTuple):
    """How validation errors of one kind of data are translated into faults.

    ``problems`` gives the code of each kind of error of the validating library; a kind without one is reported
    as ``other``, else by its own name. ``item`` writes the place of a list's item, counted from ``first``,
    and with ``value`` the value at fault is repeated.
    """

    problems: Mapping[str, str]
    other: str = ""
    item: str = ".{}"
    first: int = 0
    value: bool = False


_COMMON = {
    "missing": "missing",
    "string_type": "not_a_text",
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "too_short": "empty",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "list_type": "not_a_list",
    "tuple_type": "not_a_list",
    "model_type": "not_an_object",
    "dict_type": "not_an_object",
    "literal_error": "not_one_of",
    "enum": "not_one_of",
    "extra_forbidden": "unknown_field",
    "date_type": "not_a_date",
    "date_from_datetime_parsing": "not_a_date",
    "int_parsing": "not_a_number",
    "bool_parsing": "not_yes_or_no",
}
MOVE_DATA = Telling(_COMMON)
"""The data of moves: values are not repeated, they may be personal."""
LAW_TABLE = Telling(_COMMON | {"string_pattern_mismatch": "missing", "int_type": "out_of_range"}, item="[{}]")
"""The law's own tables."""
OFFICE_TEXT = Telling(
    {
        "missing": "missing",
        "extra_forbidden": "not_a_field",
        "literal_error": "not_one_of",
        "string_too_short": "empty",
        "too_short": "empty",
        "string_too_long": "too_long",
    },
    other="wrong_kind",
    first=1,
    value=True,
)
"""What an office writes itself: people, approval procedures, what comes with a verb."""
_BRANCHES = ("bool", "constrained-str", "(object)", "(text)")
"""What the library adds to a place where a field may be one of several kinds."""


Place: TypeAlias = tuple[int | str, ...]
"""Where in the data something stands: names of fields, numbers of items."""


def faults_of(
    error: "ValidationError",
    telling: Telling = MOVE_DATA,
    kind: object = None,
    at: Place = (),
    mark: Callable[[Fault, Place], Fault] | None = None,
) -> list[Fault]:
    """Every fault that the validating library found.

    ``kind`` is the model, in which the nearest known field is looked up, ``at`` the place of what it read, and
    ``mark`` adds to a fault where in its text it stands.
    """
    found = []
    for item in error.errors(include_url=False):
        fault, place = _fault(item, telling, kind, at)
        found.append(mark(fault, place) if mark is not None else fault)
    return found


def _fault(item: "ErrorDetails", telling: Telling, kind: object, at: Place) -> tuple[Fault, Place]:
    place, context = item["loc"], dict(item.get("ctx", {}))
    if "field" in context:  # a check of several fields names the one at fault; an empty name is what holds them
        named = context.pop("field")
        place = (*place[:-1], named) if named else place[:-1]
    if "item" in context:  # and a check of a list the item at fault
        place = (*place, context.pop("item"))
    problem = telling.problems.get(item["type"], telling.other or item["type"])
    fault: Fault = {"field": place_of((*at, *place), telling), "problem": problem}
    if item["type"] in ("literal_error", "enum"):
        fault["choices"] = context["expected"].replace("'", "").replace(" or ", "、").replace(", ", "、")
    elif problem == item["type"]:
        fault |= {name: value for name, value in context.items() if name != "error"}
    if problem == "unknown_field" and (known := _names(kind, place[:-1])):
        fault["nearest"] = get_close_matches(str(place[-1]), known, n=1, cutoff=0)[0]
    if telling.value and item["type"] != "missing":  # what lacks a field is all the rest of the data
        fault.setdefault("value", str(item["input"])[:60])
    return fault, (*at, *place)


def place_of(place: Place, telling: Telling) -> str:
    """The place of a value as faults name it, such as ``holiday[4].last``."""
    parts = (
        telling.item.format(part + telling.first) if isinstance(part, int) else f".{part}"
        for part in place
        if part not in _BRANCHES
    )
    return "".join(parts).removeprefix(".")


def _names(kind: object, place: Place) -> list[str]:
    """The fields that the model knows at a place."""
    for part in place:
        fields = getattr(kind, "model_fields", None)
        if fields is None:
            kind = _item_of(kind)
        else:
            kind = next((item.annotation for name, item in fields.items() if part in (name, item.alias)), None)
    while kind is not None and not hasattr(kind, "model_fields"):
        kind = _item_of(kind)
    return list(getattr(kind, "model_fields", ()))


def _item_of(kind: object) -> object:
    """What a list, a table or a type that may be left out holds."""
    found = [item for item in get_args(kind) if item not in (..., type(None))]
    if not found:
        return None
    return found[0] if get_origin(kind) is Annotated else found[-1]
