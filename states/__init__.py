"""The law and a case's life, usable alone: no database, no clock, no template.

    from disclosure.states import deadline

    reply = deadline("reply", "2024-09-30")
    print(reply.due_on, reply.source)

What is listed in ``__all__`` is loaded when it is first named.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .calendar import Calendar, Overlay
    from .case import Case, Period, State
    from .deadlines import Deadline, deadline
    from .errors import BadData, CalendarUnknown, DisclosureError, LawUnknown, MoveRefused
    from .fees import fee
    from .fold import Event
    from .options import Option, what_if
    from .periods import Law, ledger
    from .remedies import remedy_route, review_organ
    from .rules import Rule, rule
    from .settings import Settings, questions

_HOME = {
    "calendar": ("Calendar", "Overlay"),
    "case": ("Case", "Period", "State"),
    "deadlines": ("Deadline", "deadline"),
    "errors": ("BadData", "CalendarUnknown", "DisclosureError", "LawUnknown", "MoveRefused"),
    "fees": ("fee",),
    "fold": ("Event",),
    "options": ("Option", "what_if"),
    "periods": ("Law", "ledger"),
    "remedies": ("remedy_route", "review_organ"),
    "rules": ("Rule", "rule"),
    "settings": ("Settings", "questions"),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "BadData", "Calendar", "CalendarUnknown", "Case", "Deadline", "DisclosureError", "Event", "Law",
    "LawUnknown", "MoveRefused", "Option", "Overlay", "Period", "Rule", "Settings", "State", "deadline", "fee",
    "ledger", "questions", "remedy_route", "review_organ", "rule", "what_if",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """A public name, loaded from where it lives."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_WHERE[name]}", __name__), name)
