"""Every table of the plugin under one name: tests look at rows whoever owns them."""

from disclosure.workflow.kernel.database import metadata
from disclosure.workflow.kernel.tables.approvals import (
    acting,
    action,
    aside,
    sheet,
    shown,
    step,
    substitute,
    task,
    urge,
)
from disclosure.workflow.kernel.tables.attachments import attached, attachment, content
from disclosure.workflow.kernel.tables.cases import (
    case,
    event,
    pair,
    private,
    read,
    read_why,
    remedy,
)
from disclosure.workflow.kernel.tables.kernel import (
    agency,
    checkpoint,
    config,
    counter,
    idempotency,
    link,
    outbox,
    serial,
    sweep,
    version,
)
from disclosure.workflow.kernel.tables.notices import carrier, notice, paper_act, proof
from disclosure.workflow.kernel.tables.reports import frozen
from disclosure.workflow.kernel.tables.retention import erasure, erasure_head

__all__ = [
    "acting",
    "action",
    "agency",
    "aside",
    "attached",
    "attachment",
    "carrier",
    "case",
    "checkpoint",
    "config",
    "content",
    "counter",
    "erasure",
    "erasure_head",
    "event",
    "frozen",
    "idempotency",
    "link",
    "metadata",
    "notice",
    "outbox",
    "pair",
    "paper_act",
    "private",
    "proof",
    "read",
    "read_why",
    "remedy",
    "serial",
    "sheet",
    "shown",
    "step",
    "substitute",
    "sweep",
    "task",
    "urge",
    "version",
]
