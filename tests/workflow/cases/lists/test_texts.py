"""The texts of registrations: who asked, who acts for them, for what, as amended."""

from datetime import date

from office import SUBMIT

from disclosure.workflow.cases.lists.texts import Registered, registered
from disclosure.workflow.kernel.personal_data import ERASED

ON = date(2024, 3, 1)


def test_everybody_who_is_named_is_found_and_applicants_alone_are_shown():
    told = Registered.told(
        {
            "applicant": {"name": "李明"},
            "applicants": [{"name": "王伟"}, {"phone": "1"}],
            "agent": {"name": "赵律师"},
            "information": "河道治理工程的环评报告",
        }
    )
    assert told.people == ("李明", "王伟", "赵律师")
    assert told.shown(unmasked=True) == ("李明、王伟", "河道治理工程的环评报告")
    names, information = told.shown(unmasked=False)
    assert names == "李*、王*" and "治理" not in information


def test_what_is_erased_or_was_never_told_is_no_text():
    assert Registered.told({"applicant": {"name": ERASED}, "information": ERASED}).people == ()
    assert Registered.told({"applicant": ERASED, "information": None}) == Registered()


def test_an_amendment_of_the_registration_counts_and_that_of_another_step_does_not(work, sessions):
    work("A-1", ("submit", ON), ("accept", ON))
    work("A-1", ("amend", ON, {"seq": 2, "data": {"handler": "u1"}, "reason": "漏填"}))
    work("A-1", ("amend", ON, {"seq": 1, "data": {"information": "学校收费"}, "reason": "记错"}))
    with sessions() as session:
        found = registered(session.connection(), [1, 99])
    assert {key: (item.people, item.information) for key, item in found.items()} == {
        1: ((SUBMIT["applicant"]["name"],), "学校收费")
    }
