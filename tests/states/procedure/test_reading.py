"""What a model's fields say of themselves, also behind types that may be left out, in lists and inside each other."""

from typing import Annotated

import pytest
from pydantic import BaseModel

from disclosure.states.procedure.fields import Label, ObjectOrText, Text, When
from disclosure.states.procedure.reading import items, left_out, models, objects, wants


class Room(BaseModel):
    kind: Annotated[Text | None, Label("种类", "office")] = None
    key: Annotated[Text | None, Label("钥匙", "office", when=When("库房的", "kind", "store"))] = None
    rooms: Annotated[list["Room"] | None, Label("里间", "office")] = None


class House(BaseModel):
    front: Annotated[Room | None, Label("前厅", "office")] = None
    others: Annotated[list[ObjectOrText[Room, Text]] | None, Label("其他", "office")] = None


class Plain(BaseModel):
    name: Annotated[Text, Label("名称", "office")]


@pytest.mark.parametrize(
    ("kind", "own", "in_lists", "anywhere"),
    [
        (Room | None, [Room], [], [Room]),
        (ObjectOrText[Room, Text], [Room], [], [Room]),
        (list[Room] | None, [], [Room], [Room]),
        (list[ObjectOrText[Room, Text]], [], [Room], [Room]),
        (dict[str, list[Room]], [], [], [Room]),
        (Text | None, [], [], []),
    ],
)
def test_the_objects_of_a_field_are_found(kind, own, in_lists, anywhere):
    assert (objects(kind), items(kind), models(kind)) == (own, in_lists, anywhere)


def test_a_model_of_which_no_field_decides_another_wants_nothing():
    assert not any(wants(Plain))
    assert any(wants(House))


@pytest.mark.parametrize(
    ("data", "missing"),
    [
        ({"front": {"kind": "store"}}, ["front.key"]),
        ({"front": {"kind": "store", "key": "三号"}}, []),
        ({"front": {"kind": "hall"}, "others": ["store", {"kind": "store"}]}, ["others.1.key"]),
        ({"front": {"rooms": [{"rooms": [{"kind": "store"}]}]}}, ["front.rooms.0.rooms.0.key"]),
        ({"front": "store", "others": {"kind": "store"}}, ["others.key"]),
        ("store", []),
        (None, []),
    ],
)
def test_what_is_left_out_is_told_by_its_place(data, missing):
    assert [item["field"] for item in left_out(House, data)] == missing
