"""Annulled registrations: not where published figures count them, and in a list of their own."""

import pytest
from approvals import Office, person, procedure_text
from office import ADMIN, CLERK

from disclosure.states.errors import BadData, DuplicateCase, MoveRefused, NotPermitted
from disclosure.workflow import ADMINISTRATOR, Actor, Context, annual_report, annulled, due, freeze, move

HEAD = Actor(user_id="u2", name="李四", department="办公室", roles=("disclosure_head",))
OTHER = Actor(user_id="u7", name="周九", department="业务科", roles=("staff",))
REASON = {"reason": "重复登记"}


@pytest.fixture
def tell(sessions, clock):
    def act(actor, number, name, data=None, at="2024-03-15"):
        with sessions() as session, session.begin():
            return move(Context(session, actor, clock=clock), number, name, data or {}, at=at)

    return act


def test_it_stands_in_its_own_list_alone_and_keeps_its_number(sessions, work, tell, clock):
    for number, received in (("A-1", "2024-02-01"), ("A-2", "2024-03-01"), ("A-3", "2023-03-01")):
        work(number, ("submit", received))
    for number in ("A-1", "A-2", "A-3"):
        tell(HEAD, number, "annul", REASON | ({"of": "A-2"} if number == "A-1" else {}))
    with sessions() as session:
        context = Context(session, CLERK, clock=clock)
        found = [(item.case, item.double_of, item.overdue) for item in annulled(context, 2024)]
        assert found == [("A-1", "A-2", True), ("A-2", None, False)]
        assert len(annulled(context)) == 3
        assert due(context) == []
        assert annual_report(Context(session, ADMIN, clock=clock), 2024).section3["new"]["total"] == 0
        assert annulled(Context(session, OTHER, clock=clock)) == []
    with pytest.raises(DuplicateCase):
        work("A-1", ("submit", "2024-03-10"))


def test_the_head_decides_it_and_nobody_records_it_as_decided(sessions, work, tell, clock):
    work("A-1", ("submit", "2024-03-01"))
    with pytest.raises(NotPermitted):
        tell(CLERK, "A-1", "annul", REASON)
    recorder = CLERK.model_copy(update={"roles": ("staff", "recorder")})
    with sessions() as session, pytest.raises(NotPermitted):
        move(Context(session, recorder, clock=clock, by=HEAD, past=True), "A-1", "annul", REASON, at="2024-03-15")


@pytest.mark.parametrize("past", [False, True], ids=["live", "past"])
def test_an_administrator_annuls_nothing_where_people_are_on_record(sessions, clock, past):
    Office(sessions, text=procedure_text("head disclosure_head any 10")).accept()
    with sessions() as session, pytest.raises(NotPermitted):
        move(Context(session, person("root"), clock=clock, past=past), "A-1", "annul", REASON, at="2024-03-15")


def test_where_nobody_is_on_record_the_administrator_of_the_machine_annuls(work, tell):
    work("A-1", ("submit", "2024-03-01"))
    assert tell(ADMINISTRATOR, "A-1", "annul", REASON).state == "annulled"


def test_where_the_procedure_covers_it_another_proposes_and_the_head_approves(sessions):
    text = procedure_text("head disclosure_head any 10", moves='["annul"]')
    office = Office(sessions, text=text).accept()
    with pytest.raises(MoveRefused) as refused:
        office.make("u2", "A-1", "annul", REASON)
    assert refused.value.code == "approval_needed"
    office.propose("u1", name="annul", data=REASON)
    assert office.do("u2", "approve").moved.state == "annulled"


def test_the_case_that_goes_on_is_there(work, tell):
    work("A-1", ("submit", "2024-03-01"))
    with pytest.raises(BadData) as refused:
        tell(HEAD, "A-1", "annul", REASON | {"of": "A-9"})
    assert refused.value.faults[0]["field"] == "of"


@pytest.mark.parametrize(("received", "refused"), [("2023-12-29", True), ("2024-01-02", False)])
def test_what_published_figures_count_is_not_annulled(sessions, work, tell, clock, received, refused):
    work("A-1", ("submit", received))
    with sessions() as session, session.begin():
        freeze(Context(session, ADMIN, clock=clock), 2023)
    if not refused:
        assert tell(HEAD, "A-1", "annul", REASON).state == "annulled"
        return
    with pytest.raises(MoveRefused) as found:
        tell(HEAD, "A-1", "annul", REASON)
    assert (found.value.fields["text"], found.value.fields["year"]) == ("annul_frozen_year", 2023)
