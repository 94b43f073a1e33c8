"""Hosts of asyncio: the same commands in an AsyncSession, by ``run_sync``, on every driver that SQLAlchemy wraps for it."""

import asyncio
from contextlib import suppress
from datetime import date

import asyncio_host
import pytest
from office import ADMIN, SUBMIT
from sqlalchemy import NullPool, make_url, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from disclosure.states.errors import Conflict, MoveRefused
from disclosure.workflow import Context, FixedClock, attach, due, move, show, verify

CLOCK = FixedClock(date(2024, 3, 15))


@pytest.fixture(params=["sqlite", "postgresql"])
def addresses(request, fresh):
    """A database in which there is nothing: its address for asyncio, and for a thread."""
    plain = make_url(fresh(request.param))
    return plain.set(drivername="sqlite+aiosqlite") if request.param == "sqlite" else plain, plain


def test_the_example_does_what_it_says_on_every_database(addresses, capsys):
    asyncio.run(asyncio_host.live(*addresses))
    assert capsys.readouterr().out.strip() == asyncio_host.__doc__.partition("Prints:\n")[2].replace("    ", "").strip()


def desk(session: Session) -> Context:
    return Context(session, ADMIN, clock=CLOCK)


def life(session: Session) -> list[str]:
    """A case from receipt to the archive, with an attachment, and what is refused between."""
    told = [move(desk(session), "A-1", "submit", SUBMIT, at="2024-03-01").state]
    attach(desk(session), "A-1", "a.pdf", b"%PDF-1.4\n%%EOF\n")
    with suppress(MoveRefused):
        move(desk(session), "A-1", "close", at="2024-03-02")
    for name, at, data in (
        ("accept", "2024-03-02", {}),
        ("extend", "2024-03-05", {"days": 10, "reason": "需要核对", "approved_by": "主任"}),
        ("withdraw", "2024-03-06", {"reason": "不要了"}),
        ("close", "2024-03-07", {}),
    ):
        told.append(move(desk(session), "A-1", name, data, at=at).state)
    return told


def audited(session: Session) -> tuple[int, list[str]]:
    found = verify(desk(session))
    return found.events, [fault.code for fault in found.faults]


async def prepared(addresses):
    engine = create_async_engine(addresses[0], poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(asyncio_host.upgrade)
    return engine


def test_a_life_is_lived_and_its_chains_are_whole(addresses):
    async def work():
        engine = await prepared(addresses)
        async with AsyncSession(engine) as session, session.begin():
            told = await session.run_sync(life)
        async with AsyncSession(engine) as session:
            shown = await session.run_sync(lambda session: show(desk(session), "A-1").state)
            left = await session.run_sync(lambda session: due(desk(session)))
            return told, shown, left, await session.run_sync(audited)

    told, shown, left, (events, faults) = asyncio.run(work())
    assert told == ["received", "accepted", "accepted", "discontinued", "closed"]
    assert (shown, list(left), events, faults) == ("closed", [], 5, [])


def test_what_is_refused_leaves_no_trace_and_the_hosts_own_work_stays(addresses):
    async def work():
        engine = await prepared(addresses)
        async with AsyncSession(engine) as session, session.begin():
            await session.execute(text("CREATE TABLE oa_note (text VARCHAR(40))"))
            with suppress(MoveRefused):
                await session.run_sync(lambda session: move(desk(session), "A-1", "submit", SUBMIT, at="2024-03-01"))
                await session.execute(text("INSERT INTO oa_note VALUES ('one')"))
                await session.run_sync(lambda session: move(desk(session), "A-1", "close", at="2024-03-02"))
        async with AsyncSession(engine) as session:
            return (await session.execute(text("SELECT count(*) FROM oa_note"))).scalar_one(), await session.run_sync(
                audited
            )

    assert asyncio.run(work()) == (1, (1, []))


def test_of_two_tasks_that_meet_on_a_case_one_is_told_that_the_other_was_quicker(addresses):
    async def work():
        engine = await prepared(addresses)
        async with AsyncSession(engine) as session, session.begin():
            await session.run_sync(lambda session: move(desk(session), "A-1", "submit", SUBMIT, at="2024-03-01"))

        async def accept():
            try:
                async with AsyncSession(engine) as session, session.begin():
                    act = lambda session: move(desk(session), "A-1", "accept", at="2024-03-04", expected_version=1)  # noqa: E731
                    return (await session.run_sync(act)).state
            except Conflict as lost:
                return lost.code

        return sorted(await asyncio.gather(accept(), accept()))

    assert asyncio.run(work()) == ["accepted", "conflict"]
