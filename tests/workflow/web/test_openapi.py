"""``openapi.json``: every operation, every move's data by its own declaration, and nothing that leads nowhere."""

import json
from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator
from web import SUBMISSION, Web, described

from disclosure.states.procedure.catalogue import moves
from disclosure.workflow.web.openapi import document
from disclosure.workflow.web.resources import operations


def references(found: object) -> Iterator[str]:
    """Every reference in it."""
    if isinstance(found, dict):
        yield from (value for key, value in found.items() if key == "$ref")
    for item in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from references(item)


def body_of(path: str) -> Draft202012Validator:
    """What a POST takes, ready to validate."""
    schema = described()["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return Draft202012Validator(schema | {"components": described()["components"]})


def test_it_is_there_without_a_login_and_names_each_operation_once(web: Web) -> None:
    found = web.get("openapi.json", user=None)
    assert found.status_code == 200
    assert found.json["openapi"].startswith("3.1")
    told = [item["operationId"] for path in found.json["paths"].values() for item in path.values()]
    assert sorted(told) == sorted(item.name for item in operations())
    assert len(set(told)) == len(told)


def test_every_reference_leads_somewhere() -> None:
    found = described()
    known = {f"#/components/schemas/{name}" for name in found["components"]["schemas"]}
    assert set(references(found)) <= known


def test_every_schema_is_one() -> None:
    for schema in described()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_each_part_of_an_address_is_a_parameter() -> None:
    for path, item in described()["paths"].items():
        for operation in item.values():
            named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert named == {part.partition("}")[0] for part in path.split("{")[1:]}


@pytest.mark.parametrize("move", moves())
def test_the_data_of_each_move_are_those_of_its_declaration(move: str) -> None:
    assert f"MoveData.{move}" in described()["components"]["schemas"]


def test_what_is_registered_fits_and_what_is_refused_does_not() -> None:
    body = body_of("/cases")
    body.validate({"case": "A-1", "data": SUBMISSION})
    assert not body.is_valid({"case": "A-1", "data": SUBMISSION | {"channel": "pigeon"}})
    assert not body.is_valid({"case": "A-1"})


def test_a_move_is_told_from_the_others_by_its_name() -> None:
    body = body_of("/cases/{case}/moves")
    body.validate({"move": "withdraw", "data": {"reason": "不要了"}})
    body.validate({"move": "amend", "data": {"seq": 1, "data": {"channel": "post"}, "reason": "录错"}})
    assert not body.is_valid({"move": "withdraw"})
    assert not body.is_valid({"move": "submit", "data": SUBMISSION})


def test_it_is_the_same_however_often_it_is_made() -> None:
    assert json.dumps(document(operations())) == json.dumps(document.__wrapped__(operations()))
