"""An asyncio host: cases move in the host's own AsyncSession, or a session of a thread beside the loop.

    python examples/asyncio_host.py

Prints:
    in the host's AsyncSession: 2026-017 received
    rolled back with it: 1 case
    in a thread: 2026-018 received
    after both: 2 cases
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from embed import REQUEST
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

from disclosure.workflow import ADMINISTRATOR, Context, list_cases, move, upgrade


def register(session: Session, number: str) -> str:
    """A plain function of the host's: whatever it calls works in that session, and it is what runs in either way."""
    return move(Context(session, ADMINISTRATOR), number, "submit", REQUEST).state


def counted(session: Session) -> str:
    """How many cases there are."""
    total = list_cases(Context(session, ADMINISTRATOR)).total
    return f"{total} case{'s' * (total != 1)}"


async def live(asynchronous: URL, plain: URL) -> None:
    """Both ways: one connection of the loop's, and one in a thread."""
    engine = create_async_engine(asynchronous)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    async with AsyncSession(engine) as session, session.begin():
        state = await session.run_sync(register, "2026-017")
    print("in the host's AsyncSession: 2026-017", state)
    async with AsyncSession(engine) as session:
        await session.run_sync(register, "2026-099")
        await session.rollback()
    async with AsyncSession(engine) as session:
        print("rolled back with it:", await session.run_sync(counted))

    threads = create_engine(plain)
    sessions = sessionmaker(threads)

    def work() -> str:
        with sessions() as session, session.begin():
            return register(session, "2026-018")

    print("in a thread: 2026-018", await asyncio.to_thread(work))
    async with AsyncSession(engine) as session:
        print("after both:", await session.run_sync(counted))
    threads.dispose()
    await engine.dispose()


def main() -> None:
    """With a file that goes away again."""
    with TemporaryDirectory() as folder:
        file = str(Path(folder, "oa.db"))
        asyncio.run(live(URL.create("sqlite+aiosqlite", database=file), make_url(f"sqlite:///{file}")))


if __name__ == "__main__":
    main()
