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

Exceptions carry facts (code and fields); the Chinese wording belongs to ``disclosure.notifications``.
"""

from typing import Any, ClassVar, TypeAlias

Fault: TypeAlias = dict[str, Any]
"""One fault of the data: ``field``, ``problem``, and what its wording needs."""


class DisclosureError(Exception):
    """Any error of this package: a stable ``code`` and the ``fields`` that explain it."""

    default_code: ClassVar[str] = "error"

    def __init__(self, code: str | None = None, /, **fields: Any) -> None:
        self.code = code or self.default_code
        self.fields = fields
        super().__init__(self.code, fields)

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value}" for name, value in self.fields.items())])


class BadData(DisclosureError):
    """Fields that can't be used.

    ``faults`` is a list of ``{"field", "problem", ...}``: all of them, not just the first.
    """

    default_code = "bad_data"

    def __init__(self, *faults: Fault, **fields: Any) -> None:
        super().__init__("bad_data", faults=list(faults), **fields)

    @property
    def faults(self) -> list[Fault]:
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
