"""Erasure: of archived cases only, and by who may."""

from datetime import date

import pytest
import rows as t
from office import ADMIN, CLERK
from sqlalchemy import select

from disclosure.states.errors import NotPermitted, SetupError, UnknownCase
from disclosure.workflow import (
    Context,
    erase,
)

ON = date(2024, 3, 1)


@pytest.fixture
def closed(work):
    work("A-1", ("submit", ON), ("withdraw", ON, {"reason": "不要了"}), ("close", ON))
    work("A-2", ("submit", ON))


def test_only_an_archived_case_is_erased(closed, sessions):
    with sessions() as session, pytest.raises(SetupError) as caught:
        erase(Context(session, ADMIN), "A-2")
    assert caught.value.code == "not_archived"
    with sessions() as session, pytest.raises(UnknownCase):
        erase(Context(session, ADMIN), "A-9")


def test_who_may_not_erase_erases_nothing(closed, sessions):
    with sessions() as session, session.begin(), pytest.raises(NotPermitted):
        erase(Context(session, CLERK), "A-1")
    with sessions() as session:
        assert all(session.execute(select(t.private.c.payload)).scalars())
