"""Moves as data: schemas that forms can be made of, the words that are understood, and what is personal."""

from datetime import date
from typing import Any

import pytest

from disclosure.states.errors import BadData, UnknownMove
from disclosure.states.procedure.catalogue import fields_of, known_fields, moves
from disclosure.states.procedure.description import (
    article,
    choices_of,
    describe_moves,
    field_of,
    key_of,
    label_of,
    move_schema,
    personal_fields,
    read_words,
)

KINDS = {"string", "integer", "boolean", "array", "object"}
WORDS = {
    "$schema",
    "type",
    "title",
    "description",
    "properties",
    "required",
    "additionalProperties",
    "allOf",
    "anyOf",
    "oneOf",
    "const",
    "if",
    "then",
    "items",
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "x-privacy",
    "x-order",
    "x-required-when",
}


def objects(schema: Any, where: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Every schema inside a schema with its place; what stands under ``properties`` are names, not words."""
    found = [(where, schema)]
    for key in ("allOf", "anyOf", "oneOf"):
        for n, inner in enumerate(schema.get(key, ())):
            found += objects(inner, f"{where}/{key}/{n}")
    for key in ("if", "then", "items"):
        if isinstance(schema.get(key), dict):
            found += objects(schema[key], f"{where}/{key}")
    for name, inner in schema.get("properties", {}).items():
        found += objects(inner, f"{where}/{name}")
    return found


@pytest.mark.parametrize("move", moves())
def test_every_schema_is_one_by_its_structure(move):
    schema = move_schema(move)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for where, item in objects(schema):
        assert set(item) <= WORDS, where
        assert item.get("type", "object") in KINDS, where
        assert isinstance(item.get("required", []), list), where
        assert set(item.get("required", ())) <= set(item.get("properties", item.get("required", ()))), where
        assert all(isinstance(choice["title"], str) and choice["title"] for choice in item.get("oneOf", ())), where
    assert schema["type"] == "object"


@pytest.mark.parametrize("move", moves())
def test_every_property_has_its_chinese_title_its_place_and_its_privacy(move):
    properties = move_schema(move)["properties"]
    assert set(properties) == known_fields(move)
    assert [item["x-order"] for item in properties.values()] == list(range(1, len(properties) + 1))
    for item in properties.values():
        assert item["title"] and item["x-privacy"] in ("public", "office", "personal")


def test_a_choice_is_shown_with_its_labels():
    assert move_schema("charge")["properties"]["basis"]["oneOf"] == [
        {"const": "items", "title": "按件"},
        {"const": "pages", "title": "按页"},
    ]
    assert move_schema("judge")["properties"]["instance"]["oneOf"][1] == {"const": 2, "title": "二审"}
    assert move_schema("give_reasons")["properties"]["accepted"]["oneOf"][0] == {"const": True, "title": "合理"}
    assert move_schema("notify_review")["properties"]["procedure"]["oneOf"][0]["title"] == "普通程序"


def test_what_makes_a_field_required_is_told_in_words_and_to_a_machine():
    schema = move_schema("consult")
    assert schema["required"] == ["id", "with", "name"]
    assert schema["properties"]["due_on"]["x-required-when"] == {
        "words": "对象是其他机关的",
        "field": "with",
        "value": "other_organ",
    }
    given = {"properties": {"with": {"const": "other_organ"}}, "required": ["with"]}
    assert schema["allOf"] == [{"if": given, "then": {"required": ["due_on"]}}]
    assert "allOf" not in move_schema("extend")
    assert move_schema("extend")["properties"]["approved_by"]["x-required-when"] == {"words": "不经审批单办理的"}


def test_a_field_inside_another_stands_inside_it():
    inner = move_schema("submit")["properties"]["applicant"]
    assert inner["required"] == ["kind"]
    assert [(key, item["x-privacy"]) for key, item in inner["properties"].items()] == [
        ("kind", "public"),
        ("name", "personal"),
    ]


def test_moves_are_described_in_their_order_with_the_law_of_the_day():
    found = describe_moves()
    assert [item["move"] for item in found] == list(moves())
    extend = next(item for item in found if item["move"] == "extend")
    assert (extend["name"], extend["step"], extend["of"]) == ("延长答复期限", "延长答复期限", "case")
    assert (extend["from"], extend["papers"]) == (["consulting", "accepted", "extended"], ["extension"])
    assert extend["article"].endswith("（2019年修订）第三十三条第二款")
    (old,) = (item["article"] for item in describe_moves(date(2018, 1, 2)) if item["move"] == "extend")
    assert old.endswith("（2007年）第二十四条第二款")
    assert article("payment", date(2018, 1, 2)) == article("payment")  # no law yet: the first that there was


def test_what_is_personal_is_what_the_declarations_say():
    assert {move: personal_fields(move) for move in moves() if personal_fields(move)} == {
        "submit": {"applicant", "applicant.name", "information"},
        "confirm": {"proof"},
        "consult": {"name"},
    }


@pytest.mark.parametrize(
    ("word", "key"), [("延长答复期限", "extend"), ("extend", "extend"), ("登记申请", "submit"), ("上诉", "appeal")]
)
def test_a_move_is_known_by_its_key_and_by_its_name(word, key):
    assert key_of(word) == key


@pytest.mark.parametrize(
    ("word", "move", "field", "key"),
    [
        ("当面提交", "submit", "channel", "in_person"),
        ("当面", "submit", "channel", "in_person"),
        ("in_person", "submit", "channel", "in_person"),
        ("自然人", "submit", "applicant.kind", "natural_person"),
        ("其他机关", "consult", "with", "other_organ"),
        ("予以公开", "reply", "outcome", "granted"),
        ("属于国家秘密", "reply", "outcome", "denied_state_secret"),
        ("二审", "judge", "instance", "2"),
        ("是", "give_reasons", "accepted", "true"),
        ("简易程序", "notify_review", "procedure", "simplified"),
        ("任意文字", "extend", "reason", "任意文字"),
        ("任意文字", "extend", "nowhere", "任意文字"),
    ],
)
def test_a_choice_is_known_by_its_key_and_by_its_words(word, move, field, key):
    assert key_of(word, move, field) == key


def test_a_word_that_means_nothing_is_told_with_what_can_be_chosen():
    with pytest.raises(UnknownMove):
        key_of("跳舞")
    with pytest.raises(UnknownMove):
        key_of("当面", "dance", "channel")
    with pytest.raises(BadData) as refused:
        key_of("飞鸽", "submit", "channel")
    assert refused.value.faults[0]["problem"] == "not_one_of"
    assert "in_person（当面提交）" in refused.value.faults[0]["choices"]


@pytest.mark.parametrize("move", moves())
def test_no_word_means_two_choices_or_two_fields(move):
    titles = [item.title for item in fields_of(move) if not item.inner]
    assert len(set(titles)) == len(titles)
    for field in fields_of(move):
        words = [word for words in (field.choice.words.values() if field.choice else ()) for word in words]
        assert len(set(words)) == len(words), field.key


def test_typed_data_are_read_by_their_chinese_words_and_the_rest_is_left_to_the_move():
    typed = {"提交方式": "网上", "申请人": {"申请人类别": "公民"}, "applicant": {"name": "自然人"}, "申请内容": "传真"}
    assert read_words("submit", typed) == {
        "channel": "online",
        "applicant": {"kind": "natural_person", "name": "自然人"},
        "information": "传真",
    }
    assert read_words("reply", {"outcome": "胡说", "items": [{"a": 1}], "colour": "红"}) == {
        "outcome": "胡说",
        "items": [{"a": 1}],
        "colour": "红",
    }


def test_labels_are_found_by_move_and_field():
    assert (label_of("items"), label_of("items", "reply"), label_of("nowhere")) == ("补正事项", "分项答复", None)
    assert label_of("kind", "submit") == "申请人类别"
    assert choices_of("charge", "basis") == {"items": "按件", "pages": "按页"}
    assert (choices_of("charge", "quantity"), field_of("charge", "nowhere")) == ({}, None)
