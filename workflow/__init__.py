"""Cases at work, inside the host's transaction.

What a host imports from here is listed in ``__all__`` and loaded when it is first named: importing
this package opens nothing, reads nothing and pulls in no library.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .agencies import profile, set_profile
    from .app import Disclosure
    from .approval.commands import SheetResult, edit, propose, sign
    from .approval.directory import Directory, StandIn, TomlDirectory
    from .approval.items import TodoItem, TodoSink
    from .approval.limits import escalate
    from .approval.lists import Entry, Page, counters, stuck, worklist
    from .approval.office import (
        appoint,
        drop_template,
        end_appointment,
        hand_over,
        set_directory,
        set_template,
    )
    from .approval.todo import Addresses, TodoSender, pull
    from .approval.views import show_sheet, what_if, why_sheet
    from .audit import AuditResult, checkpoint, verify
    from .clock import Clock, FixedClock, SystemClock
    from .commands import MoveResult, Step, Trial, move, what_would
    from .database import check_schema, create_schema, schema_sql
    from .duelist import DueCase, counts, due
    from .identity import Actor, Authorizer, RoleAuthorizer
    from .journal import ReplayResult, read_journal, replay
    from .outbox import DeadLetter, RelayResult, dead_letters, relay, replay_dead
    from .papers.bundle import bundle
    from .papers.issue import IssuedNotice, issue, issued_papers, reprint, void
    from .papers.letters import notices
    from .papers.numbers import set_numbering
    from .papers.service import ServiceResult, record_service
    from .papers.templates import install_templates, reset_templates
    from .register.intake import Intake, take_in
    from .reporting import all_reports, annual_report, cell, freeze, restatement
    from .sending import Courier, set_channels
    from .speech import describe
    from .sweep import Health, TickResult, health, tick
    from .tables import metadata
    from .upkeep import Impact, change_settings, erase, load_calendar, recompute
    from .views import check_seen, explain, show, why

_HOME = {
    "agencies": ("profile", "set_profile"),
    "app": ("Disclosure",),
    "approval.commands": ("SheetResult", "edit", "propose", "sign"),
    "approval.directory": ("Directory", "StandIn", "TomlDirectory"),
    "approval.items": ("TodoItem", "TodoSink"),
    "approval.limits": ("escalate",),
    "approval.lists": ("Entry", "Page", "counters", "stuck", "worklist"),
    "approval.office": (
        "appoint", "drop_template", "end_appointment", "hand_over", "set_directory", "set_template",
    ),
    "approval.todo": ("Addresses", "TodoSender", "pull"),
    "approval.views": ("show_sheet", "what_if", "why_sheet"),
    "audit": ("AuditResult", "checkpoint", "verify"),
    "clock": ("Clock", "FixedClock", "SystemClock"),
    "commands": ("MoveResult", "Step", "Trial", "move", "what_would"),
    "database": ("check_schema", "create_schema", "schema_sql"),
    "duelist": ("DueCase", "counts", "due"),
    "identity": ("Actor", "Authorizer", "RoleAuthorizer"),
    "journal": ("ReplayResult", "read_journal", "replay"),
    "outbox": ("DeadLetter", "RelayResult", "dead_letters", "relay", "replay_dead"),
    "papers.bundle": ("bundle",),
    "papers.issue": ("IssuedNotice", "issue", "issued_papers", "reprint", "void"),
    "papers.letters": ("notices",),
    "papers.numbers": ("set_numbering",),
    "papers.service": ("ServiceResult", "record_service"),
    "papers.templates": ("install_templates", "reset_templates"),
    "register.intake": ("Intake", "take_in"),
    "reporting": ("all_reports", "annual_report", "cell", "freeze", "restatement"),
    "sending": ("Courier", "set_channels"),
    "speech": ("describe",),
    "sweep": ("Health", "TickResult", "health", "tick"),
    "tables": ("metadata",),
    "upkeep": ("Impact", "change_settings", "erase", "load_calendar", "recompute"),
    "views": ("check_seen", "explain", "show", "why"),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Actor", "Addresses", "AuditResult", "Authorizer", "Clock", "Courier", "DeadLetter", "Directory", "Disclosure",
    "DueCase", "Entry", "FixedClock", "Health", "Impact", "Intake", "IssuedNotice", "MoveResult", "Page",
    "RelayResult", "ReplayResult", "RoleAuthorizer", "ServiceResult", "SheetResult", "StandIn", "Step",
    "SystemClock", "TickResult", "TodoItem", "TodoSender", "TodoSink", "TomlDirectory", "Trial", "all_reports",
    "annual_report", "appoint", "bundle", "cell", "change_settings", "check_schema", "check_seen", "checkpoint",
    "counters", "counts", "create_schema", "dead_letters", "describe", "drop_template", "due", "edit",
    "end_appointment", "erase", "escalate", "explain", "freeze", "hand_over", "health", "install_templates",
    "issue", "issued_papers", "load_calendar", "metadata", "move", "notices", "profile", "propose", "pull",
    "read_journal", "recompute", "record_service", "relay", "replay", "replay_dead", "reprint", "reset_templates",
    "restatement", "schema_sql", "set_channels", "set_directory", "set_numbering", "set_profile", "set_template",
    "show", "show_sheet", "sign", "stuck", "take_in", "tick", "verify", "void", "what_if", "what_would", "why",
    "why_sheet", "worklist",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """A public name, loaded from where it lives."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_WHERE[name]}", __name__), name)
