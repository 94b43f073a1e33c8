"""A paper on its way: when it left, whether it was received, whether it came back."""

from datetime import date

from disclosure.states.procedure.letters import Letter, Trip

ON = date(2024, 3, 4)
NEXT, LATER = date(2024, 3, 6), date(2024, 3, 11)


def test_a_letter_leaves_with_its_first_dispatch_and_by_hand_with_its_service():
    posted = Letter("fee", ON, trips=[Trip(NEXT, "post"), Trip(LATER, "post")])
    carried = Letter("fee", ON, trips=[Trip(NEXT, "in_person", handed=True)])
    assert (posted.left_on, carried.left_on) == (NEXT, None)
    carried.served_on = LATER
    assert carried.left_on == LATER


def test_only_a_letter_of_live_work_waits_for_its_service():
    assert Letter("fee", ON, live=True).unproved
    assert not Letter("fee", ON).unproved
    assert not Letter("fee", ON, live=True, served_on=LATER).unproved


def test_a_letter_is_back_until_it_leaves_again_or_is_received():
    letter = Letter("fee", ON, trips=[Trip(ON, "post", back_on=NEXT, why="absent")])
    assert letter.is_back
    letter.trips.append(Trip(LATER, "post"))
    assert not letter.is_back
