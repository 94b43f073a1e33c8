"""Version 0004: acting appointments, texts shown, the past marked, erasures and reads as chains, snapshots, fees."""

import json
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from disclosure.states.procedure.history import Event, timeline
from disclosure.states.rules.fees import fee
from disclosure.states.rules.outcomes import answer_told
from disclosure.workflow.kernel.migrations.operations import TableOperations


def upgrade(op: TableOperations) -> None:
    """Goes forward."""
    _acting(op)
    _shown(op)
    _past(op)
    _stages(op)
    _retention(op)
    _reads(op)
    _charges(op)
    _agencies(op)


def _reads(op: TableOperations) -> None:
    """The log of reads of personal data."""
    op.create_table(
        "read",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=255), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("why_hash", sa.String(length=64), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], [op.key("case.id")]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "seq"),
    )
    op.create_table(
        "read_why",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], [op.key("case.id")]),
        sa.PrimaryKeyConstraint("case_id", "seq"),
    )
    op.guard("read")


def _retention(op: TableOperations) -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("case_no", sa.String(length=128), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("list_hash", sa.String(length=64), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency", "seq"),
    )
    op.create_table(
        "erasure_head",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("agency"),
    )
    op.guard("erasure")
    _snapshots(op)


def _snapshots(op: TableOperations) -> None:
    """Takes the ground of the reply out of the snapshots; an answer that only its beginning told stays."""
    case = op.table("case", sa.column("id"), sa.column("snapshot"))
    rows = op.bind.execute(sa.select(case.c.id, case.c.snapshot).where(case.c.snapshot.contains('"ground":'))).all()
    for row in rows:
        found = json.loads(row.snapshot)
        ground = found.pop("ground", "")
        day = found.get("received_on") or found.get("submitted_on")
        if ground and day and found.get("outcome") and not found.get("answer"):
            told = answer_told(found["outcome"], ground, sa.Date().python_type.fromisoformat(day))
            found |= {"answer": told} if told else {}
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        op.bind.execute(sa.update(case).where(case.c.id == row.id).values(snapshot=text))
    _breached(op)
    _last_facts(op)


def _last_facts(op: TableOperations) -> None:
    """Notes the latest day of which a case tells something, as the snapshot has it."""
    case = op.table("case", sa.column("id"), sa.column("snapshot"), sa.column("last_fact_on", sa.Date()))
    for row in op.bind.execute(sa.select(case.c.id, case.c.snapshot)).all():
        found = json.loads(row.snapshot)
        spans = [span for item in found.get("periods", ()) for span in item.get("spans", ())]
        days = [found.get("last_on"), *(span["after"] for span in spans if span.get("until") is None)]
        last = max((day for day in days if day), default=None)
        if last is not None:
            on = sa.Date().python_type.fromisoformat(last)
            op.bind.execute(sa.update(case).where(case.c.id == row.id).values(last_fact_on=on))


def _breached(op: TableOperations) -> None:
    """Notes the first day on which a reply is late, as the snapshot tells it."""
    case = op.table("case", sa.column("id"), sa.column("snapshot"), sa.column("breached_on", sa.Date()))
    known = op.bind.execute(sa.select(case.c.id, case.c.snapshot).where(case.c.snapshot.contains('"rule":"reply"')))
    for row in known.all():
        periods = json.loads(row.snapshot)["periods"]
        limits = [
            item.get("missed_due") or item["due_on"] for item in periods if item["rule"] == "reply" and _late(item)
        ]
        if limits:
            first = sa.Date().python_type.fromisoformat(min(limits)) + timedelta(days=1)
            op.bind.execute(sa.update(case).where(case.c.id == row.id).values(breached_on=first))


def _late(period: dict[str, Any]) -> bool:
    """Whether a reply period was missed, or will be if nothing happens."""
    if period.get("ended_on"):
        return bool(period["ending"] == "missed")
    spans = period.get("spans", ())
    still = any(span.get("until") is None and span["after"] <= period["due_on"] for span in spans)
    return bool(period.get("missed_due")) or not still


def _charges(op: TableOperations) -> None:
    """The fees of a case as a list; by which requests of a month are found."""
    op.create_index("case_received", "case", ["agency", "received_on"])
    case = op.table("case", sa.column("id"), sa.column("snapshot"))
    rows = op.bind.execute(sa.select(case.c.id, case.c.snapshot).where(case.c.snapshot.contains('"fee_basis":'))).all()
    for row in rows:
        kept = {key: value for key, value in json.loads(row.snapshot).items() if not key.startswith("fee_")}
        text = json.dumps(kept | {"charges": _charged(op, row.id)}, ensure_ascii=False, separators=(",", ":"))
        op.bind.execute(sa.update(case).where(case.c.id == row.id).values(snapshot=text))


def _charged(op: TableOperations, case_id: int) -> list[dict[str, object]]:
    """The fees that a case was charged, each by itself, as they were computed then."""
    names = ("case_id", "seq", "move", "at_text", "data")
    event = op.table("event", *(sa.column(name) for name in names), sa.column("on_date", sa.Date()))
    steps = op.bind.execute(sa.select(event).where(event.c.case_id == case_id).order_by(event.c.seq)).all()
    history = [
        Event(
            step.seq,
            step.move,
            step.on_date,
            datetime.fromisoformat(step.at_text) if step.at_text else None,
            json.loads(step.data),
        )
        for step in steps
    ]
    charges = [
        (item, item.data["basis"], int(item.data["quantity"])) for item in timeline(history) if item.move == "charge"
    ]
    return [
        {
            "seq": item.seq,
            "basis": basis,
            "quantity": quantity,
            "already": 0,
            "amount": str(fee(basis, quantity, item.on).amount),
        }
        for item, basis, quantity in charges
    ]


def _past(op: TableOperations) -> None:
    op.add_column("event", sa.Column("live", sa.Integer(), server_default="0", nullable=False))


def _stages(op: TableOperations) -> None:
    """What the list of due cases tells beside the day; cases of before have nothing on its way."""
    op.add_column("case", sa.Column("stage", sa.String(length=32), nullable=True))
    for name in ("awaits_since", "acts_on", "tell_by", "breached_on"):
        op.add_column("case", sa.Column(name, sa.Date(), nullable=True))
    last = sa.Column("last_fact_on", sa.Date(), server_default="0001-01-01", nullable=False)
    op.add_column("case", last)
    for name in ("to_confirm", "reply_issued"):
        op.add_column("case", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.create_index("case_waiting", "case", ["agency", "awaits_since"])
    op.create_index("case_ahead", "case", ["agency", "last_fact_on"])


def _shown(op: TableOperations) -> None:
    """Which text of a sheet each person was last shown."""
    op.create_table(
        "shown",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("case_seq", sa.Integer(), nullable=False),
        sa.Column("shown_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], [op.key("sheet.id")]),
        sa.PrimaryKeyConstraint("sheet_id", "user_id"),
    )


def _acting(op: TableOperations) -> None:
    op.create_table(
        "acting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("acting_now", "acting", ["agency", "until_on"])


def _agencies(op: TableOperations) -> None:
    """Registers the agencies that hold cases or settings from before an agency had to be registered."""
    agency = op.table("agency", sa.column("code"), sa.column("profile"))
    case = op.table("case", sa.column("agency"))
    config = op.table("config", sa.column("topic"), sa.column("name"))
    known = set(op.bind.execute(sa.select(agency.c.code)).scalars())
    of_agency = config.c.topic.in_(("approval", "channels", "directory", "numbers", "papers"))
    used = sa.union(sa.select(case.c.agency), sa.select(config.c.name).where(of_agency))
    for code in sorted(set(op.bind.execute(used).scalars()) - known - {"default"}):
        op.bind.execute(sa.insert(agency).values(code=code, profile="{}"))
