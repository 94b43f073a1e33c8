"""An office's own templates: in force for what is issued next, never for what has been issued."""

import pytest
from counter import Counter
from office import ADMIN

from disclosure.notifications.customization.validation import LETTERHEAD
from disclosure.notifications.documents.render import shipped
from disclosure.notifications.formats.letterhead import default_letterhead
from disclosure.states.errors import BadData, NotPermitted
from disclosure.workflow import ADMINISTRATOR, Actor, Context, verify
from disclosure.workflow.notices.papers import reprint
from disclosure.workflow.notices.templates import in_force, install_templates, own_templates, preview, reset_templates

OWN = {"reply.j2": f"{shipped('reply').rstrip()}\n@注 监督电话见本局网站\n".encode()}


def install(sessions, files=OWN, actor=ADMIN):
    with sessions() as session, session.begin():
        return install_templates(Context(session, actor), files)


def printed(sessions, case, name="1"):
    with sessions() as session:
        return reprint(Context(session.connection(), ADMINISTRATOR), case, name, "text").decode()


def test_what_is_issued_next_uses_them_and_what_was_issued_stays(sessions):
    counter = Counter(sessions).replied("A-1").replied("A-2")
    counter.issue("A-1")
    before = printed(sessions, "A-1")
    install(sessions)
    counter.issue("A-2")
    assert "监督电话见本局网站" in printed(sessions, "A-2")
    assert printed(sessions, "A-1") == before
    with sessions() as session:
        assert verify(Context(session, ADMINISTRATOR)).faults == ()


def test_what_fails_at_the_gate_leaves_the_old_in_force(sessions):
    Counter(sessions)
    install(sessions)
    with pytest.raises(BadData):
        install(sessions, {"reply.j2": b"{{ nothing }}"})
    with sessions() as session:
        assert dict(own_templates(session.connection(), "default").templates) == {"reply": OWN["reply.j2"].decode()}


def test_the_product_s_own_come_back(sessions):
    counter = Counter(sessions).replied()
    install(sessions, OWN | {LETTERHEAD: default_letterhead()})
    with sessions() as session, session.begin():
        reset_templates(Context(session, ADMIN))
        assert own_templates(session.connection(), "default") == ({}, None)
    counter.issue()
    assert "监督电话" not in printed(sessions, "A-1")


def test_only_an_administrator_installs(sessions):
    Counter(sessions)
    clerk = Actor(user_id="u1", roles=("clerk",))
    with pytest.raises(NotPermitted):
        install(sessions, actor=clerk)
    with sessions() as session, session.begin(), pytest.raises(NotPermitted):
        reset_templates(Context(session, clerk))


def test_what_is_taken_out_can_be_put_in_again(sessions):
    Counter(sessions)
    install(sessions)
    with sessions() as session:
        files = in_force(own_templates(session.connection(), "default"))
    assert files["reply.j2"] == OWN["reply.j2"]
    install(sessions, files)


@pytest.mark.parametrize(("outcome", "words"), [("O04", "国家秘密"), ("o12", "不存在"), ("", "第一部分")])
def test_a_preview_bears_the_office_s_name(sessions, outcome, words):
    Counter(sessions)
    with sessions() as session:
        connection = session.connection()
        found = preview(Context(connection, ADMINISTRATOR), "reply", own_templates(connection, "default"), outcome)
        assert words in found.text
        assert "湖城市水务局" in found.text
        assert found.missing == ()
        with pytest.raises(BadData):
            preview(Context(connection, ADMINISTRATOR), "reply", own_templates(connection, "default"), "O99")
