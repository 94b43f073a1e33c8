"""Who has been shown which text of a sheet: an approval is bound to the text that its signer has read.

The first text of a case's first sheet needs no mark, since nobody can have read another one. A later text, also that of
a later sheet, is marked for each person to whom it is shown, stand-ins for themselves.
"""

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from ..cases.reads import cannot_write
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
    user = context.actor.user_id
    if not sheet.has_other_texts or shown_to(context.connection, sheet.id, user) == sheet.revision:
        return
    now = {"revision": sheet.revision, "shown_at": context.stamp}
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


def shown_to(connection: Connection, sheet_id: int, user: str) -> int:
    """The number of the text that a person was last shown of a sheet; 0 where none is on record."""
    mine = (_SHOWN.sheet_id == sheet_id, _SHOWN.user_id == user)
    return connection.execute(select(_SHOWN.revision).where(*mine)).scalar() or 0


def has_read(connection: Connection, sheet: Sheet, user: str) -> bool:
    """Whether a person has been shown the text that a sheet proposes now, or has marked it as read."""
    if shown_to(connection, sheet.id, user) == sheet.revision:
        return True
    marked = (_ACTION.sheet_id == sheet.id, _ACTION.user_id == user, _ACTION.verb == "read")
    return (
        connection.execute(select(_ACTION.id).where(*marked, _ACTION.content_hash == sheet.content_hash)).first()
        is not None
    )
