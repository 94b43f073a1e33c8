"""The sheets of a case in a few words each."""

from typing import Any

from sqlalchemy import Connection, select

from ..kernel import tables as t


def sheets_of(connection: Connection, agency: str, number: str) -> list[dict[str, Any]]:
    """The sheets of a case in a few words each, as ``show`` prints them."""
    columns = t.sheet.c
    rows = connection.execute(
        select(
            columns.sheet_no,
            columns.move,
            columns.status,
            columns.drafter_name,
            columns.event_seq,
            columns.created_at,
        )
        .where(columns.agency == agency, columns.case_no == number)
        .order_by(columns.sheet_no)
    )
    return [
        {
            "sheet": f"{number}#{row.sheet_no}",
            "move": row.move,
            "status": row.status,
            "drafter": row.drafter_name,
            "event": row.event_seq,
            "created_at": row.created_at,
        }
        for row in rows
    ]
