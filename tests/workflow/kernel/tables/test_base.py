"""All tables of the plugin: under one metadata, under one prefix, each case named the same way in every room."""

import importlib
import pkgutil
from datetime import date

import rows as t
from office import SUBMIT
from sqlalchemy import Table, inspect, select

from disclosure.workflow.kernel import tables
from disclosure.workflow.kernel.database import metadata as created
from disclosure.workflow.kernel.tables.base import NEVER, PREFIX, metadata


def declared():
    """Every table that a module of the folder declares, with the module."""
    for found in pkgutil.iter_modules(tables.__path__):
        module = importlib.import_module(f"{tables.__name__}.{found.name}")
        yield from ((item, found.name) for item in vars(module).values() if isinstance(item, Table))


def test_every_table_is_declared_by_one_module_and_known_to_what_creates_them():
    found = [table.name for table, _ in declared()]
    assert len(found) == len(set(found))
    assert created is metadata
    assert set(found) == set(metadata.tables)


def test_every_table_and_index_bears_the_prefix():
    for table, module in declared():
        assert table.name.startswith(PREFIX), (module, table.name)
        for index in table.indexes:
            assert str(index.name).startswith(f"ix_{PREFIX}"), (module, index.name)


def test_a_case_s_number_is_called_the_same_and_as_long_everywhere():
    named = {table.name: table.c.case_no for table, _ in declared() if "case_no" in table.c}
    assert {"dsc_case", "dsc_sheet"} <= set(named)
    assert {(column.type.length, column.nullable) for column in named.values()} == {(128, False)}
    assert not [
        table.name for table, _ in declared() if {"case", "case_number", "number_of_case"} & set(table.c.keys())
    ]


def test_a_new_database_holds_the_declared_tables_and_no_other(engine):
    assert set(inspect(engine).get_table_names()) == set(metadata.tables)


def test_a_case_without_a_due_day_sorts_after_every_other(sessions, work):
    work("A-1", ("submit", date(2024, 3, 1), SUBMIT | {"channel": "online"}))
    work("A-2", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)))
    with sessions() as session:
        found = session.execute(select(t.case.c.case_no, t.case.c.due_on).order_by(t.case.c.due_on)).all()
    assert found == [("A-2", date(2024, 3, 29)), ("A-1", NEVER)]
