"""The law and a case's life, usable alone: no database, no clock, no template.

    from disclosure.states import deadline

    reply = deadline("reply", "2024-09-30")
    print(reply.due_on, reply.source)

What is listed in ``__all__`` is loaded when it is first named.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .calendar.calendar import Calendar, Overlay
    from .calendar.overlay_files import read_overlay
    from .errors import BadData, CalendarUnknown, DisclosureError, LawUnknown, MoveRefused
    from .procedure.advance import Advanced, advance, fold
    from .procedure.case import Case, Period, State
    from .procedure.catalogue import fields_of, move_of, moves
    from .procedure.deadlines import Deadline, deadline
    from .procedure.description import describe_moves, key_of, move_schema, personal_fields
    from .procedure.history import Event
    from .procedure.options import Option, preview_events
    from .procedure.periods import Law, ledger
    from .rules.fees import fee
    from .rules.remedies import remedy_route, review_organ
    from .rules.rules import Rule, rule
    from .rules.settings import Settings, questions

_HOME = {
    "calendar.calendar": ("Calendar", "Overlay"),
    "calendar.overlay_files": ("read_overlay",),
    "procedure.case": ("Case", "Period", "State"),
    "procedure.deadlines": ("Deadline", "deadline"),
    "errors": ("BadData", "CalendarUnknown", "DisclosureError", "LawUnknown", "MoveRefused"),
    "rules.fees": ("fee",),
    "procedure.advance": ("Advanced", "advance", "fold"),
    "procedure.catalogue": ("fields_of", "move_of", "moves"),
    "procedure.description": ("describe_moves", "key_of", "move_schema", "personal_fields"),
    "procedure.history": ("Event",),
    "procedure.options": ("Option", "preview_events"),
    "procedure.periods": ("Law", "ledger"),
    "rules.remedies": ("remedy_route", "review_organ"),
    "rules.rules": ("Rule", "rule"),
    "rules.settings": ("Settings", "questions"),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Advanced",
    "BadData",
    "Calendar",
    "CalendarUnknown",
    "Case",
    "Deadline",
    "DisclosureError",
    "Event",
    "Law",
    "LawUnknown",
    "MoveRefused",
    "Option",
    "Overlay",
    "Period",
    "Rule",
    "Settings",
    "State",
    "advance",
    "deadline",
    "describe_moves",
    "fee",
    "fields_of",
    "fold",
    "key_of",
    "ledger",
    "move_of",
    "move_schema",
    "moves",
    "personal_fields",
    "preview_events",
    "questions",
    "read_overlay",
    "remedy_route",
    "review_organ",
    "rule",
]


def __getattr__(name: str) -> Any:
    """A public name, loaded from where it lives."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_WHERE[name]}", __name__), name)
