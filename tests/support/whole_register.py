"""A small register with a row in every table, linked, and what the product's own checks find when one value changes."""

import json
from datetime import date, timedelta
from typing import Any

from approvals import person
from audited import unguarded
from counter import PROFILE
from erasing import erased
from marked import MARK, Life
from office import ADMIN, SUBMIT, operator
from sqlalchemy import UniqueConstraint, delete, insert, select, update

from disclosure.states.errors import DisclosureError
from disclosure.workflow import (
    Acting,
    Change,
    Context,
    FixedClock,
    Proposal,
    StandIn,
    appoint,
    appoint_acting,
    edit,
    end_acting,
    end_appointment,
    freeze,
    metadata,
    move,
    propose,
    recompute,
    set_profile,
    show,
    show_sheet,
    sign,
    tick,
    verify,
)

START = date(2024, 3, 5)
KEYS = ("seq", "notice_no", "sheet_no", "serial")
FLAGS = ("live", "is_open", "waits", "to_confirm", "reply_issued")
STEPS = (
    ("propose", "reply", True),
    ("sign", "approve", True),
    ("sign", "approve", True),
    ("sign", "seal", False),
    ("issue", "reply", True),
    ("service", "dispatched", True),
    ("service", "signed", False),
    ("read", "show", False),
    ("attach", "evidence", True),
    ("read", "attachment", False),
    ("read", "bundle", False),
    ("propose", "extend", True),
    ("issue", "registration", False),
    ("void", "", False),
    ("move", "file_review", False),
    ("move", "file_suit", False),
    ("relay", "", True),
)


def whole_register(engine) -> Life:
    """The register: a case with sheets, papers, service and remedies, an erased one, and all that an office sets up."""
    life = Life(engine, START)
    for step in STEPS:
        life.step(*step)
    sessions = life.sessions
    with sessions() as session, session.begin():
        context = Context(session, ADMIN, clock=life.clock)
        set_profile(Context(session, ADMIN, agency="county", clock=life.clock), PROFILE | {"name": "县局"})
        for number in ("B-1", "C-1"):
            move(Context(session, person("u1"), clock=life.clock), number, "submit", SUBMIT)
            show(context, number, unmasked=True, why="核对身份")
        move(Context(session, person("u1"), clock=life.clock), "B-1", "withdraw", {"reason": "不要了"})
        move(context, "B-1", "close")
        _appoint(context, life.clock.moment.date())
        freeze(context, 2023)
    life.do(_urge_and_save, actor=person("u1"))
    erased(sessions, "B-1")
    tick(operator(sessions, FixedClock(life.clock.moment + timedelta(days=1))))
    return life


def _appoint(context, on) -> None:
    until = on + timedelta(days=30)
    for user in ("u3", "u7"):
        appoint(context, StandIn("u2", user, on, until))
    for post in ("legal_reviewer", "leader"):
        appoint_acting(context, Acting("u7", post, on, until, "某号文"))
    end_appointment(context, 1)
    end_acting(context, 1)


def _urge_and_save(context) -> None:
    propose(context, "C-1", Proposal(move="extend", data={"days": 5, "reason": f"{MARK}多"}, send=False))
    edit(context, "C-1#1", Change(data={"days": 6, "reason": f"{MARK}多"}))
    sign(context, "C-1#1", "send")
    show_sheet(Context(context.session, person("u2"), clock=context.clock), "C-1#1")
    sign(context, "C-1#1", "urge")
    signer = Context(context.session, person("u2"), clock=context.clock)
    sign(signer, "C-1#1", "save", {"opinion": f"{MARK}看过"})


def places(engine):
    """Every value that can be changed, as table, column, the key of the row, and the value."""
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings().all():
                key = tuple(row[column.name] for column in table.primary_key)
                for column in table.columns:
                    yield table, column, key, row[column.name]


def other(column, value):
    """Another value of the same kind."""
    if value is None:
        kinds = {"DATE": date(2024, 1, 2), "INTEGER": 1, "BLOB": b"x"}
        return kinds.get(str(column.type.compile()).partition("(")[0], "x")
    if column.name in FLAGS:
        return 1 - value
    if isinstance(value, int):
        return value + 1000 if column.name in KEYS or column.primary_key or column.foreign_keys else value + 1
    if isinstance(value, date):
        return value - timedelta(days=1)
    if isinstance(value, bytes):
        return value + b"x"
    return _other_text(value)


def _other_text(value):
    if value.startswith(("{", '["', "[]")):
        found = json.loads(value)
        return json.dumps([*found, "x"]) if isinstance(found, list) else json.dumps(found | {"x": "x"})
    last = value[-1:]
    return value[:-1] + ("y" if last == "x" else "x")


def found_by(connection, place) -> set[str]:
    """The codes of what the audit and the check of every figure say, once one value is another; it is taken back then."""
    table, column, key, value = place
    where = [item == part for item, part in zip(table.primary_key.columns, key, strict=True)]
    return _found_after(connection, update(table).where(*where).values({column.name: other(column, value)}))


def rows_of(connection, name, *, every) -> list[dict[str, Any]]:
    """The rows of a table, or the first of them."""
    found = connection.execute(select(metadata.tables[name])).mappings().all()
    return [dict(row) for row in (found if every else found[:1])]


def found_without(connection, name, row) -> set[str]:
    """The same once a row is gone."""
    table = metadata.tables[name]
    return _found_after(
        connection, delete(table).where(*(item == row[item.name] for item in table.primary_key.columns))
    )


def found_beside(connection, name, row) -> set[str]:
    """The same once there is another row like it, under a number that none has."""
    table = metadata.tables[name]
    key = list(table.primary_key.columns)[-1]
    unique = {item.name for part in table.constraints if isinstance(part, UniqueConstraint) for item in part.columns}
    unique |= {item.name for index in table.indexes if index.unique for item in index.columns}
    changed = {item.name: other(item, row[item.name]) for item in table.columns if item.name in unique | {key.name}}
    return _found_after(connection, insert(table).values(row | changed))


def _found_after(connection, statement) -> set[str]:
    with connection.begin_nested() as nested:
        with unguarded(connection):
            assert connection.execute(statement).rowcount == 1, statement
        context = Context(connection, ADMIN, clock=FixedClock(START))
        codes = {fault.code for fault in verify(context).faults}
        try:
            codes |= {f"db check: {item.column}" for item in recompute(context).differences}
        except (DisclosureError, ValueError) as error:  # settings that nobody can read any more
            codes.add(f"db check: {type(error).__name__}")
        nested.rollback()
    return codes


def empty_tables(engine) -> set[str]:
    """The tables without a row."""
    with engine.connect() as connection:
        return {
            name
            for name, table in metadata.tables.items()
            if connection.execute(select(table).limit(1)).first() is None
        }
