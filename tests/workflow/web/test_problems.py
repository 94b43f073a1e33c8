"""Problems: every error of the product has its status, and tells nothing that is not for whoever asks."""

from http import HTTPStatus

import pytest

from disclosure.states import errors
from disclosure.workflow.web.problems import plain_problem, problem_of, status_of

STATUS = {
    errors.BadData: 422,
    errors.UnknownMove: 422,
    errors.UnknownCase: 404,
    errors.UnknownSheet: 404,
    errors.DuplicateCase: 409,
    errors.OutOfOrder: 409,
    errors.MoveRefused: 409,
    errors.SheetRefused: 409,
    errors.CalendarUnknown: 422,
    errors.LawUnknown: 422,
    errors.Conflict: 409,
    errors.NotPermitted: 403,
    errors.SetupError: 409,
}


def test_every_kind_of_error_has_its_status() -> None:
    kinds = {
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.DisclosureError)
    }
    assert kinds - {errors.DisclosureError} == STATUS.keys()
    assert {kind: int(status_of(kind())) for kind in STATUS} == STATUS


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("unknown_agency", 404),
        ("bad_cell", 404),
        ("not_frozen", 409),
        ("unreadable_workbook", 422),
        ("attachment_altered", 500),
    ],
)
def test_what_cannot_be_used_has_the_status_of_its_code(code: str, status: int) -> None:
    assert status_of(errors.SetupError(code)) == status


def test_of_the_machine_nothing_is_told() -> None:
    found = problem_of(errors.SetupError("database_locked", url="sqlite:////srv/oa.db", reason="locked"))
    assert (found.status, found.code) == (503, "database_locked")
    assert "/srv" not in found.detail


def test_a_fault_tells_its_place_and_its_sentence_but_not_what_was_given() -> None:
    found = problem_of(errors.BadData({"field": "phone", "problem": "not_a_text", "value": "13800138000"}))
    (fault,) = found.errors
    assert (fault.field, fault.code) == ("phone", "not_a_text")
    assert "13800138000" not in found.model_dump_json()


def test_a_refused_move_tells_the_condition_with_its_article() -> None:
    found = problem_of(
        errors.MoveRefused("period_running", move="abandon", article="条例第三十条", due_on="2024-03-29")
    )
    assert [(item.code, item.source) for item in found.unmet] == [("period_running", "条例第三十条")]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 415, 500, 503])
def test_a_request_that_no_command_sees_has_its_sentence_too(status: int) -> None:
    found = plain_problem(HTTPStatus(status))
    assert found.type == f"urn:disclosure:problem:{HTTPStatus(status).name.lower()}"
    assert found.detail != found.title
