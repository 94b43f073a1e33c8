"""The installation on the command line: database, sweep, delivery, audit."""

import sqlite3

import pytest
from desk import opened


def test_a_server_is_created_by_db_create_only(cli, capsys):
    assert cli("db", "create").status == 0
    assert cli("db", "create").status == 0


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_schema_is_given_as_sql(cli, dialect):
    text = cli("db", "sql", "--dialect", dialect).out
    assert "CREATE TABLE" in text
    assert "dsc_event" in text
    assert "append-only" in text


def test_the_schema_as_sql_makes_a_database_that_works(cli, tmp_path):
    text = cli("db", "sql", "--dialect", "sqlite").out
    by_hand = tmp_path / "hand.db"
    connection = sqlite3.connect(by_hand)
    connection.executescript(text)
    connection.close()
    cli.db = str(by_hand)
    assert cli("due").status == 0


def test_the_sweep_reminds_once_and_its_health_is_told(cli):
    opened(cli)
    assert cli("tick", "--health").status == 1
    assert cli.json("tick", today="2024-03-27")["reminders"] == 1
    assert cli.json("tick", today="2024-03-27")["reminders"] == 0
    assert cli("tick", "--health", today="2024-03-27").status == 0
    assert cli("tick", "--health", today="2024-04-10").status == 1
    assert cli("audit", "verify").status == 0


def test_the_ways_of_relay_exclude_each_other(cli):
    assert cli("relay", "--send", "--dead").status == 2
    assert cli("relay", "--replay-all", "--replay", "x").status == 2


def test_a_column_that_differs_from_its_history_is_found_by_db_check(cli):
    case = opened(cli)
    with sqlite3.connect(cli.db) as connection:
        connection.execute("UPDATE dsc_case SET state = 'closed'")
    connection.close()
    answer = cli("db", "check", "--format", "json")
    assert answer.status == 1
    assert [(item["case"], item["column"], item["stored"]) for item in answer.json["differences"]] == [
        (case, "state", "closed")
    ]
