"""Cases at work, inside the host's transaction.

What a host imports from here is listed in ``__all__`` and loaded when it is first named: importing
this package opens nothing, reads nothing and pulls in no library.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..notifications.messages.sentences import describe, mend
    from ..states.remark import Remark
    from .approvals.acting import Acting, ActingAppointment, acting_appointments, appoint_acting, end_acting
    from .approvals.commands import Change, Proposal, SheetResult, edit, propose, sign
    from .approvals.description import describe_verbs
    from .approvals.items import TodoItem, TodoSink
    from .approvals.limits import escalate
    from .approvals.lists import Entry, Page, counters, stuck, worklist
    from .approvals.office import (
        appoint,
        drop_procedure,
        end_appointment,
        hand_over,
        set_directory,
        set_procedure,
    )
    from .approvals.todo import Addresses, TodoSender, pull
    from .approvals.views import preview_verb, show_sheet, why_sheet
    from .casefile.audit import AuditResult, verify
    from .casefile.bundle import bundle
    from .casefile.erase import Erased, ErasureItem, ErasureList, erase, list_erasure
    from .casefile.law_impact import LawImpact, law_impact
    from .casefile.results import CaseView, Explanation, MoveOption, MovePreview
    from .casefile.retention import Erasable, erasable
    from .casefile.views import check_seen, explain, preview, show, why
    from .cases.across import AgencyOverview, LateCase, overview
    from .cases.agencies import RegisteredAgency, register_agency
    from .cases.annulled import AnnulledCase, annulled
    from .cases.commands import MoveRequest, MoveResult, move, submit
    from .cases.due_list import DueCase, counts, due
    from .cases.lists.filters import CaseFilter
    from .cases.lists.look_alikes import LookAlike, look_alikes
    from .cases.lists.pages import CaseItem, CasePage, CaseTabs, list_cases
    from .cases.numbers import CaseNumbering, case_numbering, set_case_numbering
    from .cases.reads import CaseRead, read_log
    from .cases.recompute import Impact, change_settings, load_calendar, recompute
    from .delivery.channels import set_channels
    from .delivery.dispatcher import Dispatcher, send_all
    from .delivery.relay import DeadLetter, RelayResult, dead_letters, relay, replay_dead
    from .delivery.sweep import Health, TickResult, health, tick
    from .filing.commands import Attachment, OpenAttachment, attach, attachment, attachments
    from .filing.port import Store, register_store
    from .filing.stores import FolderStore, MemoryStore
    from .kernel.agencies import AgencyEntry, agencies, profile, set_profile
    from .kernel.app import Disclosure
    from .kernel.borrowed import borrowed_engine
    from .kernel.context import (
        ADMINISTRATOR,
        Actor,
        Authorizer,
        Clock,
        ConnectedAuthorizer,
        ConnectedDirectory,
        Context,
        Directories,
        Directory,
        FixedClock,
        Operator,
        RoleAuthorizer,
        StandIn,
        SystemClock,
    )
    from .kernel.database import check_schema, clear_traces, create_schema, metadata, schema_sql
    from .kernel.directory import TomlDirectory
    from .kernel.linking import checkpoint
    from .kernel.migrations import include_name, upgrade
    from .kernel.owners import CaseRow, Holding, IntegrityFault, Owner, Verified, forget_owner, register_owner
    from .notices.drafts import Draft, drafts
    from .notices.issue import IssuedNotice, IssueOptions, issue
    from .notices.numbers import set_numbering
    from .notices.papers import IssuedPaper, PaperAct, issued_papers, reprint
    from .notices.service import ProofFile, ServiceEvent, ServiceResult, record_service
    from .notices.templates import install_templates, reset_templates
    from .notices.voiding import Voided, void
    from .register.intake import Intake, take_in
    from .register.journal import ReplayResult, read_journal, replay
    from .reports.annual import all_reports, annual_report, cell, freeze, restatement

_HOME = {
    ".notifications.messages.sentences": ("describe", "mend"),
    ".states.remark": ("Remark",),
    "kernel.agencies": ("AgencyEntry", "agencies", "profile", "set_profile"),
    "kernel.app": ("Disclosure",),
    "kernel.borrowed": ("borrowed_engine",),
    "approvals.acting": ("Acting", "ActingAppointment", "acting_appointments", "appoint_acting", "end_acting"),
    "approvals.commands": ("Change", "Proposal", "SheetResult", "edit", "propose", "sign"),
    "kernel.directory": ("TomlDirectory",),
    "kernel.owners": ("CaseRow", "Holding", "IntegrityFault", "Owner", "Verified", "forget_owner", "register_owner"),
    "approvals.items": ("TodoItem", "TodoSink"),
    "approvals.limits": ("escalate",),
    "approvals.lists": ("Entry", "Page", "counters", "stuck", "worklist"),
    "approvals.office": (
        "appoint",
        "drop_procedure",
        "end_appointment",
        "hand_over",
        "set_directory",
        "set_procedure",
    ),
    "approvals.todo": ("Addresses", "TodoSender", "pull"),
    "approvals.description": ("describe_verbs",),
    "approvals.views": ("show_sheet", "preview_verb", "why_sheet"),
    "filing.commands": ("Attachment", "OpenAttachment", "attach", "attachment", "attachments"),
    "filing.port": ("Store", "register_store"),
    "filing.stores": ("FolderStore", "MemoryStore"),
    "casefile.audit": ("AuditResult", "verify"),
    "kernel.linking": ("checkpoint",),
    "kernel.migrations": ("include_name", "upgrade"),
    "cases.commands": ("MoveResult", "MoveRequest", "move", "submit"),
    "cases.numbers": ("CaseNumbering", "case_numbering", "set_case_numbering"),
    "kernel.database": ("metadata", "check_schema", "clear_traces", "create_schema", "schema_sql"),
    "cases.across": ("AgencyOverview", "LateCase", "overview"),
    "cases.agencies": ("RegisteredAgency", "register_agency"),
    "cases.annulled": ("AnnulledCase", "annulled"),
    "cases.due_list": ("DueCase", "counts", "due"),
    "cases.lists.filters": ("CaseFilter",),
    "cases.lists.look_alikes": ("LookAlike", "look_alikes"),
    "cases.lists.pages": ("CaseItem", "CasePage", "CaseTabs", "list_cases"),
    "kernel.context": (
        "ADMINISTRATOR",
        "Actor",
        "Authorizer",
        "Clock",
        "ConnectedAuthorizer",
        "ConnectedDirectory",
        "Context",
        "Directories",
        "Directory",
        "FixedClock",
        "Operator",
        "RoleAuthorizer",
        "StandIn",
        "SystemClock",
    ),
    "register.journal": ("ReplayResult", "read_journal", "replay"),
    "delivery.relay": ("DeadLetter", "RelayResult", "dead_letters", "relay", "replay_dead"),
    "casefile.bundle": ("bundle",),
    "casefile.erase": ("Erased", "ErasureItem", "ErasureList", "erase", "list_erasure"),
    "casefile.retention": ("Erasable", "erasable"),
    "casefile.law_impact": ("LawImpact", "law_impact"),
    "notices.issue": ("IssueOptions", "IssuedNotice", "issue"),
    "notices.papers": ("IssuedPaper", "PaperAct", "issued_papers", "reprint"),
    "notices.drafts": ("Draft", "drafts"),
    "notices.numbers": ("set_numbering",),
    "notices.service": ("ProofFile", "ServiceEvent", "ServiceResult", "record_service"),
    "notices.templates": ("install_templates", "reset_templates"),
    "notices.voiding": ("Voided", "void"),
    "register.intake": ("Intake", "take_in"),
    "reports.annual": ("all_reports", "annual_report", "cell", "freeze", "restatement"),
    "delivery.channels": ("set_channels",),
    "delivery.dispatcher": ("Dispatcher", "send_all"),
    "delivery.sweep": ("Health", "TickResult", "health", "tick"),
    "cases.reads": ("CaseRead", "read_log"),
    "cases.recompute": ("Impact", "change_settings", "load_calendar", "recompute"),
    "casefile.results": ("CaseView", "Explanation", "MoveOption", "MovePreview"),
    "casefile.views": ("check_seen", "explain", "preview", "show", "why"),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "ADMINISTRATOR",
    "Acting",
    "ActingAppointment",
    "Actor",
    "Addresses",
    "AgencyEntry",
    "AgencyOverview",
    "AnnulledCase",
    "Attachment",
    "AuditResult",
    "Authorizer",
    "CaseFilter",
    "CaseItem",
    "CaseNumbering",
    "CasePage",
    "CaseRead",
    "CaseRow",
    "CaseTabs",
    "CaseView",
    "Change",
    "Clock",
    "ConnectedAuthorizer",
    "ConnectedDirectory",
    "Context",
    "DeadLetter",
    "Directories",
    "Directory",
    "Disclosure",
    "Dispatcher",
    "Draft",
    "DueCase",
    "Entry",
    "Erasable",
    "Erased",
    "ErasureItem",
    "ErasureList",
    "Explanation",
    "FixedClock",
    "FolderStore",
    "Health",
    "Holding",
    "Impact",
    "Intake",
    "IntegrityFault",
    "IssueOptions",
    "IssuedNotice",
    "IssuedPaper",
    "LateCase",
    "LawImpact",
    "LookAlike",
    "MemoryStore",
    "MoveOption",
    "MovePreview",
    "MoveRequest",
    "MoveResult",
    "OpenAttachment",
    "Operator",
    "Owner",
    "Page",
    "PaperAct",
    "ProofFile",
    "Proposal",
    "RegisteredAgency",
    "RelayResult",
    "Remark",
    "ReplayResult",
    "RoleAuthorizer",
    "ServiceEvent",
    "ServiceResult",
    "SheetResult",
    "StandIn",
    "Store",
    "SystemClock",
    "TickResult",
    "TodoItem",
    "TodoSender",
    "TodoSink",
    "TomlDirectory",
    "Verified",
    "Voided",
    "acting_appointments",
    "agencies",
    "all_reports",
    "annual_report",
    "annulled",
    "appoint",
    "appoint_acting",
    "attach",
    "attachment",
    "attachments",
    "borrowed_engine",
    "bundle",
    "case_numbering",
    "cell",
    "change_settings",
    "check_schema",
    "check_seen",
    "checkpoint",
    "clear_traces",
    "counters",
    "counts",
    "create_schema",
    "dead_letters",
    "describe",
    "describe_verbs",
    "drafts",
    "drop_procedure",
    "due",
    "edit",
    "end_acting",
    "end_appointment",
    "erasable",
    "erase",
    "escalate",
    "explain",
    "forget_owner",
    "freeze",
    "hand_over",
    "health",
    "include_name",
    "install_templates",
    "issue",
    "issued_papers",
    "law_impact",
    "list_cases",
    "list_erasure",
    "load_calendar",
    "look_alikes",
    "mend",
    "metadata",
    "move",
    "overview",
    "preview",
    "preview_verb",
    "profile",
    "propose",
    "pull",
    "read_journal",
    "read_log",
    "recompute",
    "record_service",
    "register_agency",
    "register_owner",
    "register_store",
    "relay",
    "replay",
    "replay_dead",
    "reprint",
    "reset_templates",
    "restatement",
    "schema_sql",
    "send_all",
    "set_case_numbering",
    "set_channels",
    "set_directory",
    "set_numbering",
    "set_procedure",
    "set_profile",
    "show",
    "show_sheet",
    "sign",
    "stuck",
    "submit",
    "take_in",
    "tick",
    "upgrade",
    "verify",
    "void",
    "why",
    "why_sheet",
    "worklist",
]


def __getattr__(name: str) -> Any:
    """A public name, loaded from where it lives."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_WHERE[name]}", __name__), name)
