"""What approvals and notices share: the office's particulars and own templates, the texts of a move being tried."""

import pytest
from counter import DAY, GRANTED, REPLIED, Counter
from office import SUBMIT

from disclosure.notifications.documents.render import shipped
from disclosure.states.errors import BadData
from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, MoveRequest, install_templates
from disclosure.workflow.cases.commands import preview_moves
from disclosure.workflow.cases.documents import check_kind, letterhead_of, office_of, overrides, refs_of
from disclosure.workflow.cases.gate import drafted
from disclosure.workflow.cases.store import history, load_case

OWN = f"{shipped('reply').rstrip()}\n另外一段。\n".encode()


def test_the_office_is_its_profile(sessions):
    Counter(sessions)
    with sessions() as session:
        found = office_of(session.connection(), "default")
    assert (found.name, found.code) == ("湖城市水务局", "湖水公开")


def test_an_office_without_templates_of_its_own_uses_the_product_s(sessions):
    with sessions() as session, session.begin():
        assert (overrides(session.connection(), "default"), letterhead_of(session.connection(), "default")) == (
            {},
            None,
        )
        install_templates(Context(session, ADMINISTRATOR), {"reply.j2": OWN})
        assert overrides(session.connection(), "default") == {"reply": OWN.decode()}


def test_the_texts_of_a_move_being_tried_name_the_applicant_and_keep_nothing(sessions):
    counter = Counter(sessions)
    counter.make("A-1", "submit", SUBMIT)
    counter.make("A-1", "accept")
    step = MoveRequest("reply", GRANTED, REPLIED)
    with sessions() as session:
        connection = session.connection()
        tried = preview_moves(Context(session, ADMINISTRATOR, clock=FixedClock(REPLIED)), "A-1", [step])
        text = drafted(Context(session, ADMINISTRATOR), "A-1", tried, step.move, step.data).text
        assert "欧阳小明" in text and "公开政府信息告知书" in text
        loaded = load_case(connection, "default", "A-1")
        events = history(connection, loaded.id)
        assert "reply" not in {ref.kind for ref in refs_of(loaded, events, DAY)}


def test_a_kind_that_there_is_not_is_refused():
    check_kind("reply")
    with pytest.raises(BadData):
        check_kind("nonsense")
