"""Papers are erased and verified by their owner: what was tampered with is found."""

from datetime import date

import pytest
import rows as t
from audited import tamper
from counter import REPLIED, Counter, problems
from erasing import erased
from sqlalchemy import insert, select, text
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import BadData
from disclosure.workflow import ADMINISTRATOR, Context, checkpoint, verify
from disclosure.workflow.notices.papers import issued_papers, reprint
from disclosure.workflow.notices.store import ACT, Act, act_hash


def test_erasing_takes_the_bytes_and_leaves_the_chain_whole(sessions):
    counter = Counter(sessions).replied()
    counter.issue()
    counter.serve(
        "1", "dispatched", {"method": "post", "carrier": "邮政", "waybill": "E1", "address": "某路1号"}, on=REPLIED
    )
    counter.make("A-1", "close", {}, date(2024, 4, 1))
    erased(sessions, "A-1")
    with sessions() as session:
        assert verify(Context(session, ADMINISTRATOR)).faults == ()
        with pytest.raises(BadData) as caught:
            reprint(Context(session.connection(), ADMINISTRATOR), "A-1", "1", "text")
        assert problems(caught) == {"carrier_erased"}
        assert issued_papers(Context(session.connection(), ADMINISTRATOR), "A-1")[0].number == "湖水公开〔2024〕1号"


TAMPER = {
    "UPDATE dsc_carrier SET content = 'x'": {"paper_altered", "value_misformed"},
    "DELETE FROM dsc_carrier": {"paper_altered"},
    "UPDATE dsc_notice SET number = '湖水公开〔2024〕9号'": {"paper_altered"},
    "UPDATE dsc_notice SET facts = '{}'": {"paper_altered"},
    "UPDATE dsc_serial SET last = 5": {"numbers_with_gaps"},
    "UPDATE dsc_proof SET payload = '{}'": {"proof_altered"},
    "DELETE FROM dsc_proof": {"proof_missing"},
    "UPDATE dsc_paper_act SET data = '{}' WHERE act = 'dispatched'": {"paper_act_altered"},
    "DELETE FROM dsc_paper_act WHERE act = 'issued'": {"paper_acts_cut", "paper_without_issue"},
}


FOLLOWED = {
    "UPDATE dsc_notice SET kind = 'extension'": "paper_altered",
    "UPDATE dsc_notice SET title = '另一题名'": "paper_altered",
    "UPDATE dsc_notice SET event_seq = 1": "paper_altered",
    "UPDATE dsc_notice SET ref = 'x'": "paper_altered",
    "UPDATE dsc_notice SET paper = 'x'": "paper_altered",
    "UPDATE dsc_notice SET agency = 'county', series = NULL, serial = NULL": "paper_altered",
    "UPDATE dsc_notice SET issued_on = '2024-03-04'": "paper_altered",
    "UPDATE dsc_notice SET issued_at = '2024-03-04T04:00:00.000+00:00'": "paper_altered",
    "UPDATE dsc_notice SET template_hash = 'x'": "paper_altered",
    "UPDATE dsc_notice SET replaces_no = 1": "paper_altered",
    "UPDATE dsc_notice SET voided_at = '2024-03-04T04:00:00.000+00:00'": "paper_altered",
    "UPDATE dsc_carrier SET hash = 'x'": "paper_altered",
    "INSERT INTO dsc_carrier (notice_id, carrier, hash) VALUES (1, 'html', 'x')": "paper_altered",
    "INSERT INTO dsc_proof (case_id, seq, payload) VALUES (1, 9, '{}')": "proof_altered",
    "INSERT INTO dsc_serial (kind, agency, series, year, last) VALUES ('paper', 'default', 'main', 2031, 4)": "numbers_with_gaps",
}


@pytest.mark.parametrize("statement", FOLLOWED)
def test_a_change_that_another_act_follows_is_found_all_the_same(sqlite_engine, statement):
    """The register-wide chain compares a case's papers with what they were at its last act, and not before."""
    counter = Counter(sessionmaker(sqlite_engine)).replied()
    counter.issue()
    with counter.sessions() as session, session.begin():
        checkpoint(Context(session, ADMINISTRATOR))
    tamper(counter.sessions, text(statement))
    with counter.sessions() as session, session.begin():
        moved = Act(**session.execute(select(*ACT)).one()._mapping)
        made = moved._replace(seq=2, act="returned", notice_no=1, data="{}", prev_hash=moved.hash)
        made = made._replace(hash=act_hash("default", "A-1", made))
        session.execute(insert(t.paper_act), made._asdict() | {"case_id": 1})
        checkpoint(Context(session, ADMINISTRATOR))
        codes = {fault.code for fault in verify(Context(session, ADMINISTRATOR)).faults}
    assert FOLLOWED[statement] in codes
    assert "changed_paper" not in codes


@pytest.mark.parametrize("statement", TAMPER)
def test_tampering_is_found(sqlite_engine, statement):
    counter = Counter(sessionmaker(sqlite_engine)).replied()
    counter.issue()
    counter.serve(
        "1", "dispatched", {"method": "post", "carrier": "邮政", "waybill": "E1", "address": "某路1号"}, on=REPLIED
    )
    tamper(counter.sessions, text(statement))
    with counter.sessions() as session:
        assert {fault.code for fault in verify(Context(session, ADMINISTRATOR)).faults} == TAMPER[statement]
