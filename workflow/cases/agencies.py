"""Whether an agency is known: registered, or holding cases from earlier."""

from itertools import islice

from sqlalchemy import Connection, select

from ...states.errors import SetupError
from ..kernel.context import DEFAULT
from ..kernel.tables import cases as t

_CASE = t.case.c
SHOWN = 20
"""Agencies that an error names at most."""


def require_agency(connection: Connection, code: str) -> None:
    """Refuses an agency that nobody has registered; one that holds cases from earlier goes on.

    Raises:
        SetupError: unknown_agency, with those that are known.
    """
    if code == DEFAULT:
        return
    from ..kernel.agencies import agency_names, is_registered  # which the list of what falls due starts without

    if is_registered(connection, code):
        return
    if connection.execute(select(_CASE.id).where(_CASE.agency == code).limit(1)).first() is not None:
        return
    holding = connection.execute(select(_CASE.agency).distinct().order_by(_CASE.agency).limit(SHOWN)).scalars()
    known = sorted({*holding, *islice(agency_names(connection), SHOWN)} - {DEFAULT})
    told = [DEFAULT, *known[: SHOWN - 1], *(["…"] if len(known) >= SHOWN else [])]
    raise SetupError("unknown_agency", agency=code, known="、".join(told))
