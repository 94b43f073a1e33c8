"""A paper being written: from the history, the record of earlier papers, what is given, and the office's own words."""

import pytest
from counter import REPLIED, Counter
from office import ADMIN

from disclosure.notifications.documents.kinds import kind as kind_of
from disclosure.notifications.documents.render import shipped
from disclosure.workflow import Context, set_profile
from disclosure.workflow.cases.documents import refs_of, with_personal_data
from disclosure.workflow.cases.store import load_case
from disclosure.workflow.notices.templates import install_templates
from disclosure.workflow.notices.writing import Writing


@pytest.fixture
def counter(sessions):
    return Counter(sessions).replied()


def written(counter, kind, about="", ask=lambda writing: writing.notice()):
    """What a paper of that kind tells when it is being written."""
    with counter.sessions() as session:
        context = Context(session, ADMIN)
        loaded = load_case(context.connection, context.agency, "A-1")
        events = with_personal_data(context.connection, loaded)
        ref = refs_of(loaded, events, REPLIED, kind)[-1]
        return ask(Writing(context, loaded, events, kind_of(kind), ref, about))


def test_a_paper_names_its_case_the_applicant_and_the_office_that_writes_it(counter):
    notice = written(counter, "reply")
    assert written(counter, "reply", ask=lambda writing: writing.case) == "A-1"
    assert "欧阳小明" in notice.text
    assert "湖城市水务局" in notice.text
    assert notice.on == REPLIED


def test_a_paper_bears_the_particulars_of_the_day_on_which_it_is_written(counter):
    with counter.sessions() as session, session.begin():
        set_profile(Context(session, ADMIN), {"name": "湖城市水利局"})
    text = written(counter, "reply").text
    assert "湖城市水利局" in text
    assert "湖城市水务局" not in text


def test_an_office_s_own_template_is_used_for_its_paper_and_for_no_other(counter):
    own = f"{shipped('reply').rstrip()}\n@注 监督电话见本局网站\n".encode()
    with counter.sessions() as session, session.begin():
        install_templates(Context(session, ADMIN), {"reply.j2": own})
    assert "监督电话见本局网站" in written(counter, "reply").text
    assert "监督电话见本局网站" not in written(counter, "receipt").text


def test_a_record_of_service_is_of_the_paper_named_and_a_reply_has_what_is_given_with_it(counter):
    counter.issue("A-1", "receipt")
    counter.issue()
    told = {
        about: written(counter, "posting_record", about, lambda writing: writing.recorded(REPLIED))["document"]
        for about in ("1", "2", "")
    }
    assert "湖水公开〔2024〕1号" in told["1"]
    assert "湖水公开〔2024〕2号" in told["2"] and told[""] == told["2"]
    assert written(counter, "reply", ask=lambda writing: writing.recorded(REPLIED)) == {"annexes": []}


def test_what_the_history_does_not_hold_stands_in_the_paper_only_where_it_is_given(counter):
    counter.issue()
    assert "湖水公开〔2024〕1号" not in written(counter, "archive_index").text
    recorded = written(counter, "archive_index", ask=lambda writing: writing.notice(writing.recorded(REPLIED)))
    assert "湖水公开〔2024〕1号" in recorded.text
