"""Values in another form, rows that belong to none, indexes with a hole, strange triggers: each is named."""

from datetime import date

import pytest
import rows as t
from audited import tamper, unguarded
from sqlalchemy import insert, text

from disclosure.workflow import ADMINISTRATOR, Context, due, recompute, verify

ON = date(2024, 3, 1)
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
FORMS = {
    "UPDATE dsc_case SET due_on = '2024-W13-5'": "dsc_case.due_on 1",
    "UPDATE dsc_case SET due_on = '20240329'": "dsc_case.due_on 1",
    "UPDATE dsc_case SET due_on = '2024-03-29T00:00'": "dsc_case.due_on 1",
    "UPDATE dsc_case SET due_on = CAST(due_on AS BLOB)": "dsc_case.due_on 1",
    "UPDATE dsc_case SET agency = CAST(agency AS BLOB)": "dsc_case.agency 1",
    "UPDATE dsc_case SET is_open = '1x'": "dsc_case.is_open 1",
    "UPDATE dsc_event SET seq = 1.5 WHERE seq = 1": "dsc_event.seq 1",
    "UPDATE dsc_private SET erased_at = '' WHERE seq = 1": "dsc_private.erased_at 1/1",
}


@pytest.fixture
def case(sessions, work):
    work("A-1", ("submit", ON), ("accept", ON))
    return sessions


def told(sessions, code):
    with sessions() as session:
        return [fault.where for fault in verify(Context(session, ADMINISTRATOR)).faults if fault.code == code]


@ON_SQLITE
@pytest.mark.parametrize("statement", FORMS)
def test_a_value_in_another_form_is_named(case, statement):
    assert told(case, "value_misformed") == []
    tamper(case, text(statement))
    assert told(case, "value_misformed") == [FORMS[statement]]


@ON_SQLITE
@pytest.mark.parametrize("form", ["2024-W13-5", "20240329", "2024-03-29T00:00"])
def test_a_day_in_another_form_is_a_difference_and_is_mended(case, form):
    """Read as the same day it would sort behind those that are due."""
    tamper(case, text("UPDATE dsc_case SET due_on = :form").bindparams(form=form))
    with case() as session, session.begin():
        context = Context(session, ADMINISTRATOR)
        assert [item.column for item in recompute(context, mend=True).differences] == ["due_on"]
        assert recompute(context).differences == ()
        assert len(due(context, date(2024, 3, 29), ON)) == 1
    assert told(case, "value_misformed") == []


@ON_POSTGRESQL
def test_an_endless_day_is_named(case):
    tamper(case, text("UPDATE dsc_case SET paused_until = 'infinity'"))
    assert told(case, "value_misformed") == ["dsc_case.paused_until 1"]


@pytest.mark.parametrize(
    ("table", "row", "where"),
    [
        (t.link, {"checkpoint_id": 9, "kind": "case", "ref": 1, "seq": 3, "hash": "x"}, "dsc_link 9/case/1"),
        (t.pair, {"pair": 5, "case_id": 9}, "dsc_pair 5/9"),
    ],
)
def test_a_row_that_belongs_to_none_is_named(case, table, row, where):
    with case() as session:
        with unguarded(session.connection()):
            session.execute(insert(table), row)
        faults = verify(Context(session, ADMINISTRATOR)).faults
    assert [fault.where for fault in faults if fault.code == "row_astray"] == [where]


HOLE = """
DROP INDEX ix_dsc_case_received;
CREATE INDEX ix_dsc_case_received ON dsc_case (agency, received_on) WHERE case_no <> 'A-1';
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = substr(sql, 1, instr(sql, ' WHERE') - 1) WHERE name = 'ix_dsc_case_received';
PRAGMA writable_schema = RESET;
"""


@ON_SQLITE
def test_an_index_that_leaves_a_row_out_is_named(case, engine):
    """Whoever searches by it is shown a list without that row."""
    raw = engine.raw_connection()
    raw.driver_connection.executescript(HOLE)
    raw.close()
    engine.dispose()
    assert "dsc_case: row 1 missing from index ix_dsc_case_received" in told(case, "index_damaged")


STRANGE = {
    "sqlite": ["CREATE TRIGGER hidden AFTER INSERT ON dsc_outbox BEGIN DELETE FROM dsc_outbox; END"],
    "postgresql": [
        "CREATE FUNCTION hidden() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TRIGGER hidden BEFORE INSERT ON dsc_outbox FOR EACH ROW EXECUTE FUNCTION hidden()",
        "CREATE RULE unseen AS ON INSERT TO dsc_read DO INSTEAD NOTHING",
        "ALTER TABLE dsc_case ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE host_own (id integer)",
        "CREATE TRIGGER own BEFORE INSERT ON host_own FOR EACH ROW EXECUTE FUNCTION hidden()",
    ],
}
NAMED = {
    "sqlite": ["dsc_outbox: hidden"],
    "postgresql": ["dsc_case: row level security", "dsc_outbox: hidden", "dsc_read: unseen"],
}


def test_what_works_on_the_tables_and_is_not_of_the_product_is_named(case, engine):
    assert told(case, "guard_strange") == []
    with engine.begin() as connection:
        for statement in STRANGE[engine.dialect.name]:
            connection.execute(text(statement))
    assert told(case, "guard_strange") == NAMED[engine.dialect.name]
