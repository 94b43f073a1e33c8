"""A prebuilt statement does what the same statement does when SQLAlchemy runs it."""

from datetime import date

from sqlalchemy import bindparam, insert, select, update

from disclosure.workflow.kernel import tables as t
from disclosure.workflow.kernel.prebuilt import Prebuilt

ROW = {"ran_at": "2024-03-01T00:00:00+00:00", "day": date(2024, 2, 29), "reminders": 3}


def test_dates_numbers_and_texts_arrive_as_they_left(engine):
    statement = Prebuilt(insert(t.sweep))
    with engine.begin() as connection:
        statement.run(connection, ROW)
        statement.run(connection, ROW | {"day": date(2024, 12, 31)})
        connection.execute(insert(t.sweep), ROW | {"day": date(2025, 1, 1)})
    with engine.connect() as connection:
        found = connection.execute(
            select(t.sweep.c.ran_at, t.sweep.c.day, t.sweep.c.reminders).order_by(t.sweep.c.id)
        ).all()
    assert [tuple(row) for row in found] == [
        (ROW["ran_at"], day, 3) for day in (date(2024, 2, 29), date(2024, 12, 31), date(2025, 1, 1))
    ]


def test_an_update_tells_how_many_rows_it_met_and_takes_nothing_for_a_value(engine):
    change = Prebuilt(update(t.sweep).where(t.sweep.c.day == bindparam("b_day")).values(reminders=bindparam("n")))
    with engine.begin() as connection:
        connection.execute(insert(t.sweep), ROW)
        assert change.run(connection, {"b_day": date(2024, 2, 29), "n": 7}).rowcount == 1
        assert change.run(connection, {"b_day": date(2024, 3, 1), "n": 8}).rowcount == 0
    with engine.begin() as connection:
        assert connection.execute(select(t.sweep.c.reminders)).scalar_one() == 7
        outbox = {
            "event_key": "k'; DROP TABLE dsc_case; --",
            "topic": "x",
            "agency": "a",
            "payload": "%s %(x)s ? :y",
            "created_at": "z",
            "attempts": 0,
        }
        Prebuilt(insert(t.outbox)).run(connection, outbox)
        assert connection.execute(select(t.outbox.c.payload)).scalar_one() == "%s %(x)s ? :y"
