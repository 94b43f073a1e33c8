"""Papers are erased and verified by their owner: what was tampered with is found."""

from datetime import date

import pytest
from audited import tamper
from counter import REPLIED, Counter, problems
from erasing import erased
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import BadData
from disclosure.workflow import ADMINISTRATOR, Context, verify
from disclosure.workflow.notices.papers import issued_papers, reprint


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
    "UPDATE dsc_carrier SET content = 'x'": {"paper_altered"},
    "DELETE FROM dsc_carrier": {"paper_altered"},
    "UPDATE dsc_notice SET number = '湖水公开〔2024〕9号'": {"paper_altered"},
    "UPDATE dsc_notice SET facts = '{}'": {"paper_altered"},
    "UPDATE dsc_serial SET last = 5": {"numbers_with_gaps"},
    "UPDATE dsc_proof SET payload = '{}'": {"proof_altered"},
    "DELETE FROM dsc_proof": {"proof_missing"},
    "UPDATE dsc_paper_act SET data = '{}' WHERE act = 'dispatched'": {"paper_act_altered"},
    "DELETE FROM dsc_paper_act WHERE act = 'issued'": {"paper_acts_cut", "paper_without_issue"},
}


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
