"""Every column of every table is changed behind the product's back: it is found, or stands on a list with its reason.

Short: the first value of each column. Long, every value of every row: ``DISCLOSURE_ATTACKS=long pytest tests/workflow/attacks``.
"""

import os
from itertools import groupby

import pytest
from whole_register import empty_tables, found_beside, found_by, found_without, places, rows_of, whole_register

from disclosure.workflow import metadata
from disclosure.workflow.kernel.database import open_engine

LONG = os.environ.get("DISCLOSURE_ATTACKS") == "long"
_OWN_ID = "a number of the row alone: nothing refers to it, and the chain is ordered by its own numbers"
_SENT = "a message on its way: what it tells of stands in the chains, and no right hangs on it"
_REPEAT = "what a repeated request is answered with; it is no record, and what the request did is in the chains"
_DESK = "how an entry looks on somebody's desk, until the next act on the sheet"
_URGE = "an urging: it changes no right and no day, and the act of urging itself stands in the sheet's chain"
_SWEEP = "when a sweep ran, for `tick --health`; what it sent and linked is on record elsewhere"
_END_NOT_LINKED = "an appointment that is ended and not linked yet looks like any other; once linked, a change is found"
UNFOUND = {
    "dsc_acting.ended_at": _END_NOT_LINKED,
    "dsc_acting.ended_by": _END_NOT_LINKED,
    "dsc_substitute.ended_at": _END_NOT_LINKED,
    "dsc_action.id": _OWN_ID,
    "dsc_attachment.id": _OWN_ID,
    "dsc_event.id": _OWN_ID,
    "dsc_paper_act.id": _OWN_ID,
    "dsc_read.id": _OWN_ID,
    "dsc_remedy.id": _OWN_ID,
    "dsc_case.version": "counts writes, so that two writers notice each other; who loses is refused",
    "dsc_sheet.version": "counts writes, so that two writers notice each other; who loses is refused",
    "dsc_case.config_id": "found by `db check` wherever another version gives another day or state",
    "dsc_case.reply_issued": "tells the lists whether the reply's paper is there; the paper and its acts are in a chain",
    "dsc_counter.name": "how far the linking has come: a wrong mark delays it until the next `audit verify`",
    "dsc_counter.number": "the same",
    "dsc_counter.hash": "the same; the marks of the linking have none",
    "dsc_proof.file_name": "the name under which a scan came; it is personal and may go, its bytes are proved",
    "dsc_sheet.due_on": "of a sheet that has ended; of an open one it is found",
    "dsc_task.due_on": "of a sheet that has ended; of an open one it is found",
    "dsc_sheet.trouble": "what `stuck` lists; computed anew by each sweep",
    "dsc_sheet.urged_at": _URGE,
    "dsc_step.level": "how far superiors have been told of a step that takes too long",
    "dsc_task.opened_at": _DESK,
    "dsc_task.saved": _DESK,
    "dsc_version.version_num": "every command refuses a database of another version",
} | {
    f"{table}.{column.name}": reason
    for table, reason in {
        "dsc_outbox": _SENT,
        "dsc_idempotency": _REPEAT,
        "dsc_sweep": _SWEEP,
        "dsc_urge": _URGE,
        "dsc_shown": "which text a person was last shown; what is signed is bound by its hash in the signature itself",
    }.items()
    for column in metadata.tables[table].columns
}
"""Columns in which a change can stay unfound, each with the reason why that does no harm."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    found = open_engine(f"sqlite:///{tmp_path_factory.mktemp('whole') / 'register.db'}")
    whole_register(found)
    yield found
    found.dispose()


@pytest.fixture(scope="module")
def changes(engine):
    """By column the values that are to be changed."""
    found = {}
    for key, group in groupby(places(engine), key=lambda place: (place[0].name, place[1].name)):
        found.setdefault(".".join(key), []).extend(group)
    return found


def test_the_register_has_something_of_everything(engine):
    assert empty_tables(engine) == set()


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_a_change_is_found_in_every_column_or_listed_with_its_reason(engine, changes, table):
    missed = set()
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        for column in metadata.tables[table].columns:
            values = sorted(changes_of(changes, table, column), key=lambda place: place[3] is None)
            for place in values if LONG else values[:1]:
                if not found_by(connection, place):
                    missed.add(f"{table}.{column.name}")
        connection.rollback()
    listed = {name for name in UNFOUND if name.startswith(f"{table}.")}
    assert missed <= listed
    if LONG:
        assert missed == listed


def changes_of(changes, table, column):
    """The places of a column; the table has a row, so that there is one."""
    return changes[f"{table}.{column.name}"]


NOT_MISSED = {
    "dsc_counter": "a mark of the linking: without it all rows are gone over again; the other two are found",
    "dsc_version": "every command refuses a database without it",
} | dict.fromkeys(("dsc_outbox", "dsc_idempotency", "dsc_sweep", "dsc_urge", "dsc_shown"), "as for their columns")
"""Tables of which a row can be taken away unfound, each with the reason why that does no harm."""
_NEW = "a row that is made behind the product's back, with its hashes, is like any other that is new"
NOT_STRANGE = {
    "dsc_acting": _NEW,
    "dsc_substitute": _NEW,
    "dsc_frozen": _NEW,
    "dsc_content": "bytes that no attachment names",
    "dsc_counter": "a count that nobody reads",
    "dsc_version": "the same",
} | dict.fromkeys(("dsc_outbox", "dsc_idempotency", "dsc_sweep", "dsc_urge", "dsc_shown"), "as for their columns")
"""Tables into which a row can be put unfound."""


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_a_row_that_is_taken_away_is_found_or_its_table_is_listed(engine, table):
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        missed = [row for row in rows_of(connection, table, every=LONG) if not found_without(connection, table, row)]
        connection.rollback()
    assert not missed or table in NOT_MISSED


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_a_row_that_is_put_in_beside_another_is_found_or_its_table_is_listed(engine, table):
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        missed = [row for row in rows_of(connection, table, every=LONG) if not found_beside(connection, table, row)]
        connection.rollback()
    assert not missed or table in NOT_STRANGE


def test_an_untouched_register_has_no_fault(engine):
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        table, column, key, value = next(place for place in places(engine) if place[0].name == "dsc_outbox")
        assert found_by(connection, (table, column, key, value)) == set()
        connection.rollback()
