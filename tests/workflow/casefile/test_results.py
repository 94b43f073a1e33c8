"""The models' JSON is the contract's: its keys, in its order."""

from datetime import date

from disclosure.workflow.casefile.results import CaseView, ConsultationView, Explanation, MovePreview, PeriodView

ON = date(2024, 3, 1)


def test_a_consultation_says_with_whom():
    found = ConsultationView(
        id="c", with_="third_party", sent_on=ON, due_on=date(2024, 3, 22), ended_on=None, opinion=None
    )
    assert found.model_dump(mode="json") == {
        "id": "c",
        "with": "third_party",
        "sent_on": "2024-03-01",
        "due_on": "2024-03-22",
        "ended_on": None,
        "opinion": None,
    }


def test_the_keys_stand_in_the_order_of_the_contract():
    assert " ".join(CaseView.model_fields) == (
        "case agency as_of state stage to_do received_on breached_on outcome answer ground handler version applicant periods "
        "consultations charges remedies remedy_route remedy_source notices last_safe approvals attachments warnings history"
    )
    assert " ".join(PeriodView.model_fields) == (
        "rule ref starts_on due_on status days_left unit provisional source confidence pending standstill"
    )
    assert " ".join(Explanation.model_fields) == (
        "case rule starts_on due_on length unit extended_by fixed_on status provisional source confidence calendar days "
        "standstill pending breached_on claims"
    )
    assert " ".join(MovePreview.model_fields) == "case move on approval before after notices warnings"
