"""Names of states and papers: all of them, and none that nothing bears."""

from disclosure.notifications.documents.kinds import kind, raised
from disclosure.notifications.messages.sentences import name
from disclosure.states.procedure.case import REMEDY_STATES, State
from disclosure.states.procedure.names import paper_names, state_names


def test_every_state_has_a_name_and_every_name_is_that_of_a_state():
    states = {*map(str, State), *(state for states in REMEDY_STATES.values() for state in states)}
    assert state_names().keys() == states
    assert all(state_names().values())
    assert {state: name("state", state) for state in states} == state_names()


def test_every_paper_that_a_move_raises_has_a_name_which_is_the_title_that_it_is_printed_with():
    assert paper_names().keys() == raised()
    assert {paper: kind(paper).title for paper in raised()} == paper_names()
