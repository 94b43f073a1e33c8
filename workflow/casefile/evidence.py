"""The rows behind one case as they are stored, so that somebody else can recompute every chain."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from ..approvals.queries import actions_of
from ..cases.queries import head_of, kept_apart, recorded_steps
from ..cases.store import Loaded
from ..kernel.tables import casefile as t
from ..notices.store import acts_of


def chains(
    connection: Connection, agency: str, loaded: Loaded, papers: Mapping[int, Any], proofs: Mapping[int, Any]
) -> dict[str, Any]:
    """What a verifier needs: steps, what was put aside, acts, sheets, checkpoints.

    ``papers`` and ``proofs`` name the files in which the bytes are.
    """
    case_id = loaded.id
    return {
        "agency": agency,
        "case": loaded.case.case,
        "case_id": case_id,
        "head_hash": head_of(connection, case_id),
        "events": [_plain(row, ("id", "case_id")) for row in recorded_steps(connection, case_id)],
        "private": [_plain(row, ("case_id",)) for row in kept_apart(connection, case_id)],
        "paper_acts": [_plain(row, ("id", "case_id")) for row in acts_of(connection, case_id)],
        "papers": {str(key): value for key, value in papers.items()},
        "proofs": {str(key): value for key, value in proofs.items()},
        "sheets": [
            {"sheet_no": sheet, "actions": [_plain(row, ("id", "sheet_id")) for row in actions]}
            for sheet, actions in actions_of(connection, agency, loaded.case.case)
        ],
        "checkpoints": _checkpoints(connection, case_id),
    }


def _plain(row: Row[Any], hide: tuple[str, ...]) -> dict[str, Any]:
    """A row as JSON holds it; days as ISO texts, as they are hashed."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in row._mapping.items()
        if name not in hide
    }


def _checkpoints(connection: Connection, case_id: int) -> list[dict[str, Any]]:
    """Those that hold the case; of the other cases in them no more than number and hash."""
    head = t.checkpoint_head.c
    mine = select(head.checkpoint_id).where(head.case_id == case_id)
    found = connection.execute(select(t.checkpoint).where(t.checkpoint.c.id.in_(mine)).order_by(t.checkpoint.c.id))
    return [
        {
            "id": row.id,
            "created_at": row.created_at,
            "prev_hash": row.prev_hash,
            "hash": row.hash,
            "heads": [
                [item.case_id, item.seq, item.hash]
                for item in connection.execute(
                    select(head.case_id, head.seq, head.hash).where(head.checkpoint_id == row.id).order_by(head.case_id)
                )
            ],
        }
        for row in found.all()
    ]


def as_text(value: Any) -> bytes:
    """JSON that people can read, too."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
