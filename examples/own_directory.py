"""A directory and an authorizer in the host's own tables, asked on the command's connection: one connection for all.

    python examples/own_directory.py

Prints:
    proposed, waits for: 李四
    refused: not_permitted
    approved by who was appointed in the same transaction: decided
    connections taken from the pool: 1
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from approval import CLERK, HEAD, PROCEDURE, REPLY
from embed import REQUEST
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    QueuePool,
    Select,
    String,
    Table,
    create_engine,
    event,
    select,
)
from sqlalchemy.orm import Session

from disclosure.states.errors import NotPermitted
from disclosure.workflow import (
    ADMINISTRATOR,
    Actor,
    ConnectedAuthorizer,
    ConnectedDirectory,
    Context,
    FixedClock,
    Proposal,
    RoleAuthorizer,
    StandIn,
    create_schema,
    move,
    propose,
    set_procedure,
    sign,
)

HOST = MetaData()
PERSON = Table("oa_person", HOST, *(Column(name, String(40)) for name in ("id", "name", "department", "role")))
USUAL = RoleAuthorizer()


class People:
    """The host's people, on one connection; a host whose people come and go looks at the day as well."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def _found(self, statement: Select[tuple[str, str, str, str]]) -> list[Actor]:
        rows = self.connection.execute(statement.order_by(PERSON.c.id))
        return [Actor(user_id=row.id, name=row.name, department=row.department, roles=(row.role,)) for row in rows]

    def person(self, user_id: str, on: date) -> Actor | None:
        """The person of that id."""
        return next(iter(self._found(select(PERSON).where(PERSON.c.id == user_id))), None)

    def holders(self, role: str, department: str | None, on: date) -> Sequence[Actor]:
        """Who holds a role."""
        found = select(PERSON).where(PERSON.c.role == role)
        return self._found(found if department is None else found.where(PERSON.c.department == department))

    def superior(self, user_id: str, on: date) -> Actor | None:
        """Nobody is told of superiors here."""
        return None

    def principals(self, user_id: str, on: date) -> Sequence[StandIn]:
        """Nobody stands in for anybody here."""
        return ()


class Rights:
    """Who is no person of the host's any more may do nothing, whatever the session of that person says."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def allows(self, actor: Actor, action: str, agency: str) -> bool:
        """Whether the person is still there, and the usual roles grant it."""
        if actor == ADMINISTRATOR:
            return True
        there = self.connection.execute(select(PERSON.c.id).where(PERSON.c.id == actor.user_id)).first()
        return there is not None and USUAL.allows(actor, action, agency)


DIRECTORY, AUTHORIZER = ConnectedDirectory(People), ConnectedAuthorizer(Rights)
"""Made once; each context asks them on its own connection."""


def desk(session: Session, person: Actor) -> Context:
    """Somebody at work."""
    return Context(session, person, clock=FixedClock(date(2026, 3, 6)), authorizer=AUTHORIZER, directory=DIRECTORY)


def appoint(session: Session, person: Actor) -> None:
    """A row of the host's."""
    row = {"id": person.user_id, "name": person.name, "department": person.department, "role": person.roles[0]}
    session.execute(PERSON.insert().values(row))


def live(engine: Engine) -> None:
    """A reply is proposed and approved; somebody is appointed and acts in one transaction."""
    create_schema(engine)
    HOST.create_all(engine)
    with Session(engine) as session, session.begin():
        appoint(session, CLERK)
        appoint(session, HEAD)
        set_procedure(desk(session, ADMINISTRATOR), PROCEDURE)
        move(desk(session, CLERK), "2026-017", "submit", REQUEST)
        move(desk(session, CLERK), "2026-017", "accept")
        proposed = propose(desk(session, CLERK), "2026-017", Proposal(move="reply", data=REPLY))
        print("proposed, waits for:", *proposed.waiting_for)
        session.execute(PERSON.delete().where(PERSON.c.id == HEAD.user_id))
    with Session(engine) as session, session.begin():
        try:
            sign(desk(session, HEAD), proposed.sheet, "approve", {"opinion": "同意"})
        except NotPermitted as refused:
            print("refused:", refused.code)
        appoint(session, HEAD)
        signed = sign(desk(session, HEAD), proposed.sheet, "approve", {"opinion": "同意"})
        state = signed.moved.state if signed.moved else "unmoved"
        print("approved by who was appointed in the same transaction:", state)


def main() -> None:
    """With a pool of one connection, and a file that goes away again."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'oa.db')}"
        engine = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=1)
        opened: list[object] = []
        event.listen(engine, "connect", lambda connection, record: opened.append(connection))
        live(engine)
        engine.dispose()
    print("connections taken from the pool:", len(opened))


if __name__ == "__main__":
    main()
