"""Who has been shown which text of a sheet: an approval is bound to the text that its signer has read.

The first text of a case's first sheet needs no mark, since nobody can have read another one. A later text, also that of
a later sheet, is marked for each person to whom it is shown, stand-ins for themselves; and so is any text once the case
has been amended, since what the text says may hold no longer.
"""

import json
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from ..cases.amending import last_changes
from ..cases.reads import cannot_write
from ..cases.steps import history
from ..kernel.context import Context
from ..kernel.tables import approvals as t
from ..kernel.unit import savepoint
from .queries import last_sheet
from .sheet import Sheet
from .store import load_sheet

_SHOWN, _ACTION = t.shown.c, t.action.c


def mark_shown(context: Context, sheet: Sheet) -> None:
    """Notes that the person is shown this text of a sheet, so that an approval without its hash counts for it.

    On a connection that cannot write nothing is noted: who is to sign reads the text again where it can be.
    Raises:
        Conflict: the database gave a race to somebody else.
    """
    if not sheet.wants_mark:
        return
    user = context.actor.user_id
    row = _shown_to(context.connection, sheet, user)
    if row is not None and (row.revision, row.case_seq) == (sheet.revision, sheet.amended):
        return
    now = {"revision": sheet.revision, "case_seq": sheet.amended, "shown_at": context.stamp}
    mine = (_SHOWN.sheet_id == sheet.id, _SHOWN.user_id == user)
    try:
        with savepoint(context.connection) as connection:
            if connection.execute(update(t.shown).where(*mine).values(now)).rowcount == 0:
                connection.execute(insert(t.shown).values(sheet_id=sheet.id, user_id=user, **now))
    except IntegrityError:  # the same person has just been shown it in another window
        return
    except DBAPIError as error:
        if not cannot_write(error):
            raise


def mark_form_shown(context: Context, case_id: int) -> None:
    """Notes that the person is shown the text of a case's last sheet, as the printed approval form has it."""
    row = last_sheet(context.connection, case_id)
    if row is not None and row.is_open:
        mark_shown(context, load_sheet(context.connection, context.agency, f"{row.case_no}#{row.sheet_no}").sheet)


def _shown_to(connection: Connection, sheet: Sheet, user: str) -> Any:
    """What a person was last shown of a sheet, and of which state of the case; None where nothing is on record."""
    mine = (_SHOWN.sheet_id == sheet.id, _SHOWN.user_id == user)
    return connection.execute(select(_SHOWN.revision, _SHOWN.case_seq).where(*mine)).first()


def amended_since(connection: Connection, sheet: Any) -> int:
    """The number of the last amendment of what a case says that came after a sheet's text was written; 0 for none.

    ``sheet`` is a sheet or its row.
    """
    if not sheet.amended:
        return 0
    wrote = (_ACTION.sheet_id == sheet.id, _ACTION.verb.in_(("propose", "edit")))
    act = connection.execute(select(_ACTION.data).where(*wrote).order_by(_ACTION.seq.desc()).limit(1)).scalar_one()
    changes = last_changes(history(connection, sheet.case_id))
    last = max((by for step, by in changes.items() if by != step), default=0)
    return last if last > json.loads(act).get("case_seq", 0) else 0


def why_unread(connection: Connection, sheet: Sheet, user: str, *, named: bool) -> str:
    """Why a person has not read what a sheet proposes now: the text is another, or the case has been amended since.

    ``named``: it is known which text the person means. Empty for who has been shown it as it is now; to mark it as read
    shows nothing.
    """
    since = amended_since(connection, sheet)
    if named and not since:
        return ""
    row = _shown_to(connection, sheet, user)
    seen = row is not None and row.revision == sheet.revision
    if seen and row.case_seq >= since:
        return ""
    return "case_amended" if seen or named else "content_changed"
