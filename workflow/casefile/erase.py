"""Erasure of the personal data of a case, by every owner of tables."""

from ...states.errors import SetupError
from ..cases.store import load_case
from ..kernel.context import Context
from ..kernel.owners import CaseRow, missing_owners, registered, rooms
from ..kernel.unit import unit


def erase(context: Context, number: str) -> None:
    """Erases the personal data of an archived case; its history, chain and counts stay as they are.

    Law: 个人信息保护法 art. 47.
    Raises:
        UnknownCase; SetupError: ``not_archived``; NotPermitted.
        SetupError: ``owner_missing``, a host keeps rows here and its owner is not registered in this process.
    """
    context.require("erase")
    with unit(context) as connection:
        if missing := missing_owners(connection):
            raise SetupError("owner_missing", owners="、".join(missing))
        loaded = load_case(connection, context.agency, number)
        if loaded.case.state != "closed":
            raise SetupError("not_archived", case=number, state=loaded.case.state)
        case = CaseRow(loaded.id, context.agency, loaded.case.case)
        for owner in (*rooms(), *registered):
            owner.erase(context, case)
