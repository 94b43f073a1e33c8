"""Who has been shown which text of a sheet: an approval is bound to the text that its signer has read.

A sheet's first text needs no mark, since nobody can have read another one. A later text is marked for each person to
whom it is shown, stand-ins for themselves.
"""

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from ..cases.reads import cannot_write
from ..kernel.context import Context
from ..kernel.tables import approvals as t
from ..kernel.unit import savepoint
from .queries import last_sheet
from .sheet import Sheet

_SHOWN = t.shown.c
_FIRST = 1


def mark_shown(context: Context, sheet_id: int, revision: int) -> None:
    """Notes that the person is shown this text of a sheet, so that an approval without its hash counts for it.

    On a connection that cannot write nothing is noted: who is to sign reads the text again where it can be.
    Raises:
        Conflict: the database gave a race to somebody else.
    """
    user = context.actor.user_id
    if revision == _FIRST or shown_to(context.connection, sheet_id, user) == revision:
        return
    now = {"revision": revision, "shown_at": context.stamp}
    mine = (_SHOWN.sheet_id == sheet_id, _SHOWN.user_id == user)
    try:
        with savepoint(context.connection) as connection:
            if connection.execute(update(t.shown).where(*mine).values(now)).rowcount == 0:
                connection.execute(insert(t.shown).values(sheet_id=sheet_id, user_id=user, **now))
    except IntegrityError:  # the same person has just been shown it in another window
        return
    except DBAPIError as error:
        if not cannot_write(error):
            raise


def mark_form_shown(context: Context, case_id: int) -> None:
    """Notes that the person is shown the text of a case's last sheet, as the printed approval form has it."""
    sheet = last_sheet(context.connection, case_id)
    if sheet is not None and sheet.is_open:
        mark_shown(context, sheet.id, sheet.revision)


def shown_to(connection: Connection, sheet_id: int, user: str) -> int:
    """The number of the text that a person was last shown of a sheet; 0 where none is on record."""
    mine = (_SHOWN.sheet_id == sheet_id, _SHOWN.user_id == user)
    return connection.execute(select(_SHOWN.revision).where(*mine)).scalar() or 0


def has_read(connection: Connection, sheet: Sheet, user: str) -> bool:
    """Whether a person has been shown the text that a sheet proposes now; to mark it as read shows nothing."""
    return sheet.revision == _FIRST or shown_to(connection, sheet.id, user) == sheet.revision
