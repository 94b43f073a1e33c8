"""Personal data kept apart: any object of any move, not the applicant alone, is parted and put together again."""

from typing import Annotated

import pytest
from pydantic import BaseModel

from disclosure.states.procedure import catalogue
from disclosure.states.procedure.declaration import Move, lead
from disclosure.states.procedure.fields import Label, MoveData, Text
from disclosure.workflow.kernel.personal_data import ERASED, open_fields, redact, restore


class Witness(BaseModel):
    role: Annotated[Text | None, Label("身份", "public")] = None
    name: Annotated[Text, Label("姓名", "personal")]


class Contact(BaseModel):
    phone: Annotated[Text, Label("电话", "personal")]


class Hearing(MoveData):
    witness: Annotated[Witness, Label("证人", "personal")]
    second: Annotated[Witness | None, Label("另一证人", "personal")] = None
    contact: Annotated[Contact | None, Label("联系方式", "personal")] = None
    place: Annotated[dict[str, str] | None, Label("地点", "office")] = None


@pytest.fixture
def hearing(monkeypatch):
    move = Move(
        name="hold_hearing_of_witnesses",
        title="听证",
        description="听证。",
        article="reply",
        data=Hearing,
        arrows=lead(["received"], "accepted"),
    )
    known = {**catalogue.moves(), move.name: move}
    monkeypatch.setattr(catalogue, "moves", lambda: known)
    return move.name


DATA = {
    "witness": {"role": "邻居", "name": "王某"},
    "second": {"name": "李某"},
    "contact": {"phone": "12345678"},
    "place": {"room": "三楼"},
}


def test_the_objects_of_a_move_are_parted_and_restored_whatever_they_are_called(hearing):
    found = redact(hearing, DATA)
    assert found.aside == {"witness.name": "王某", "second.name": "李某", "contact.phone": "12345678"}
    assert found.kept["place"] == DATA["place"] and found.kept["witness"]["role"] == "邻居"
    assert restore(found.kept, found.aside) == DATA
    assert restore(found.kept, None)["witness"] == {"role": "邻居", "name": ERASED}


def test_what_the_history_keeps_of_an_object_can_still_be_read_as_the_moves_data(hearing):
    kept = redact(hearing, DATA).kept
    assert set(kept["second"]) == {"name"}
    assert Hearing.model_validate(kept).witness.role == "邻居"


def test_the_names_of_undeclared_fields_are_put_aside_with_their_values(hearing):
    data = {"place": {}, "witness": {"role": "邻居", "王某之妻": "李某"}, "王某说": None, "undeclared": "王某"}
    found = redact(hearing, data)
    assert "王某" not in str(found.kept) and found.kept["witness"]["role"] == "邻居"
    assert restore(found.kept, found.aside) == data
    assert restore(found.kept, None)["undeclared"] == ERASED
    assert redact(hearing, {**found.kept, "place": {}}).kept["undeclared"] == found.kept["undeclared"]


def test_an_amendment_puts_undeclared_names_aside_like_any_move():
    data = {"seq": 1, "reason": "错", "王某说": "一", "data": {"王某": None, "applicant": {"name": "李某", "王某": 2}}}
    found = redact("amend", data)
    assert "王某" not in str(found.kept) and restore(found.kept, found.aside) == data


@pytest.mark.parametrize("move", sorted(catalogue.moves()))
def test_an_amendment_keeps_open_what_the_amended_move_keeps_open(move):
    shown = {key: "x" for key in open_fields(move) if "." not in key}
    found = redact("amend", {"seq": 1, "reason": "错", "data": shown}, amended=move)
    assert found.kept["data"] == shown and found.aside == {"amend:reason": "错"}


def test_an_amendment_of_one_move_shows_nothing_that_is_personal_there():
    body = {"seq": 1, "reason": "错", "data": {"reason": "因李某去世"}}
    assert "李某" not in str(redact("amend", body, amended="withdraw").kept)
