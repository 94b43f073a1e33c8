"""Moves as data: schemas that forms can be made of, the words that are understood, and what is personal."""

from datetime import date
from functools import cache
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, UnknownMove
from disclosure.states.procedure.advance import admit, parse
from disclosure.states.procedure.catalogue import fields_of, known_fields, moves
from disclosure.states.procedure.description import (
    article,
    choices_of,
    data_schema,
    describe_moves,
    field_of,
    key_of,
    label_of,
    move_schema,
    personal_fields,
    read_typed,
    read_words,
)
from disclosure.states.procedure.fields import Instance, Label, MoveData, Text, When, YesOrNo


def references(schema: Any) -> list[str]:
    """Every ``$ref`` inside a schema."""
    if isinstance(schema, list):
        return [found for item in schema for found in references(item)]
    if not isinstance(schema, dict):
        return []
    own = [schema["$ref"]] if "$ref" in schema else []
    return own + [found for item in schema.values() for found in references(item)]


def check(schema: dict[str, Any]) -> None:
    """By the standard's own schema, and with something behind every reference."""
    Draft202012Validator.check_schema(schema)
    resolver = Registry().with_resource("", DRAFT202012.create_resource(schema)).resolver()
    for reference in references(schema):
        assert resolver.lookup(reference).contents["type"] == "object"


@pytest.mark.parametrize("move", moves())
def test_every_schema_is_one_and_every_reference_leads_somewhere(move):
    check(move_schema(move))
    assert move_schema(move)["type"] == "object"


@cache
def form(move: str) -> Draft202012Validator:
    """What judges data by the form of a move."""
    return Draft202012Validator(move_schema(move), format_checker=Draft202012Validator.FORMAT_CHECKER)


def accepts(move: str, data: object) -> bool:
    """Whether the form takes the data."""
    return bool(form(move).is_valid(data))


def refused(move: str | type[BaseModel], data: dict[str, Any]) -> set[str]:
    """The fields for which the machine refuses the data."""
    try:
        parse(move, data) if isinstance(move, str) else admit(move, data)
    except BadData as error:
        return {str(fault["field"]) for fault in error.faults}
    return set()


JUNK = st.sampled_from(["", " ", "x", 0, 1, 2.5, True, False, None, [], ["x"], [1], {}, {"kind": 1}, "2024-02-30"])
GOOD: dict[str, st.SearchStrategy[Any]] = {
    "string": st.sampled_from(["某处", " 二 ", "x" * 30]),
    "date": st.dates().map(str),
    "integer": st.integers(1, 9),
    "boolean": st.booleans(),
}


def values(schema: dict[str, Any], junk: bool) -> st.SearchStrategy[Any]:
    """Values that a schema asks for; with ``junk`` others among them."""
    if "x-data-of" in schema:  # a change of another move
        return st.sampled_from([{}, {"reason": "某处"}, {"reason": None}, {"due_on": "2024-03-01", "office": 5}])
    if "oneOf" in schema:
        found = st.sampled_from([item["const"] for item in schema["oneOf"]])
    elif "anyOf" in schema:
        found = st.one_of([values(item, junk) for item in schema["anyOf"]])
    elif schema["type"] == "object":
        found = objects(schema, junk)
    elif schema["type"] == "array":
        found = st.lists(values(schema["items"], junk), min_size=1, max_size=3)
    else:
        found = GOOD[schema.get("format", schema["type"])]
    return st.one_of(found, found, found, JUNK) if junk else found


def objects(schema: dict[str, Any], junk: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Data of a form, with some of the fields that may be left out; with ``junk`` also without those that must be."""
    every = {key: values(item, junk) for key, item in schema["properties"].items()}
    must = {} if junk else {key: every[key] for key in schema["required"]}
    return st.fixed_dictionaries(must, optional={key: item for key, item in every.items() if key not in must})


@cache
def filled(move: str, junk: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Data of a move's form."""
    return objects(move_schema(move), junk)


@pytest.mark.parametrize("move", moves())
@given(data=st.data())
def test_what_the_machine_takes_the_form_takes_and_the_other_way_round(move, data):
    given_ = data.draw(filled(move, data.draw(st.booleans())))
    if not refused(move, given_):
        kept = parse(move, given_).model_dump(mode="json", by_alias=True, exclude_none=True)
        assert accepts(move, kept), kept
    if accepts(move, given_):
        assert not refused(move, given_)


@pytest.mark.parametrize("move", [move for move in moves() if move_schema(move)["required"]])
@given(data=st.data())
def test_without_a_required_field_machine_and_form_refuse(move, data):
    given_ = data.draw(filled(move, False).filter(lambda found: accepts(move, found)))
    gone = data.draw(st.sampled_from(form(move).schema["required"]))
    del given_[gone]
    assert gone in refused(move, given_)
    assert not accepts(move, given_)


def test_a_field_that_another_decides_is_wanted_by_machine_and_form_with_a_sentence():
    asked = {"id": "a", "with": "other_organ", "name": "某局"}
    for data in (asked, asked | {"due_on": None}):
        with pytest.raises(BadData) as error:
            parse("consult", data)
        assert describe(error.value) == "缺少“最后一日（due_on）”：对象是其他机关的必须填写，请补上"
    assert refused("consult", {"id": "", "with": "other_organ"}) == {"id", "name", "due_on"}
    assert not accepts("consult", asked)
    for data in (asked | {"due_on": "2024-03-20"}, asked | {"with": "co_author"}):
        assert accepts("consult", data)
        assert not refused("consult", data)


class Annex(BaseModel):
    paper: Annotated[bool, YesOrNo("有", "没有"), Label("是否有纸质", "office")] = False
    shelf: Annotated[Text | None, Label("存放处", "office", when=When("有纸质的", "paper", True))] = None


class Tree(BaseModel):
    name: Annotated[Text, Label("名称", "office")]
    under: Annotated[list["Tree"] | None, Label("下级", "office")] = None


class Judgment(MoveData):
    round: Annotated[int, Instance(), Label("审级", "public")] = 1
    lower: Annotated[Text | None, Label("原审文号", "office", when=When("二审的", "round", 2))] = None
    court: Annotated[Text | None, Label("法院", "office", when=When("一审的", "round", 1))] = None
    annexes: Annotated[list[Annex] | None, Label("附件", "office")] = None
    by_name: Annotated[dict[str, Annex] | None, Label("按名称", "office")] = None
    tree: Annotated[Tree | None, Label("目录", "office")] = None


@pytest.mark.parametrize(
    ("data", "missing"),
    [
        ({"round": 2}, {"lower"}),
        ({"round": "2"}, {"lower"}),
        ({}, {"court"}),
        ({"round": 1}, {"court"}),
        ({"round": 3}, {"round"}),
        ({"court": "某院", "annexes": [{"paper": True}, {"paper": False}, {}]}, {"annexes.0.shelf"}),
        ({"round": 2, "annexes": [{"paper": True}]}, {"lower", "annexes.0.shelf"}),
        ({"court": "某院", "annexes": [{"paper": True, "shelf": "三号柜"}]}, set()),
    ],
)
def test_numbers_and_yes_or_no_decide_too_and_so_do_fields_inside_lists(data, missing):
    assert refused(Judgment, data) == missing
    if data.get("round") != "2":  # as a command line writes it
        assert Draft202012Validator(data_schema(Judgment, "裁判")).is_valid(data) == (not missing)


def test_objects_in_lists_and_tables_and_inside_themselves_are_written_out():
    schema = data_schema(Judgment, "裁判")
    check(schema)
    inside = schema["properties"]
    assert inside["annexes"]["items"]["properties"]["shelf"]["title"] == "存放处"
    assert inside["by_name"]["additionalProperties"]["properties"]["shelf"]["x-privacy"] == "office"
    assert references(schema) == ["#/$defs/Tree", "#/$defs/Tree"]
    assert schema["$defs"]["Tree"]["properties"]["under"]["title"] == "下级"


def test_parts_and_searches_are_forms_and_older_ways_of_writing_them_are_still_read():
    fields = move_schema("reply")["properties"]
    part, text = fields["items"]["items"]["anyOf"]
    assert [item["title"] for item in part["properties"].values()] == [
        "分项编号",
        "分项内容",
        "分项答复种类",
        "分项答复结果",
        "分项理由和依据",
        "分项检索记录",
        "分项先前的答复",
        "分项可能危及的利益",
        "分项没有征求意见的理由",
        "分项保护的第三方",
    ]
    assert text["type"] == "string"
    search, _ = fields["search"]["anyOf"]
    assert {item["x-privacy"] for item in search["properties"].values()} == {"personal"}
    plain = {"outcome": "other", "delivery": "post"}
    old = {
        "items": ["第一项", 2, {"part": 1, "outcome": "O02", "ground": None, "页数": 3}],
        "search": {"systems": ["甲"]},
    }
    found = parse("reply", plain | old)
    assert found.outcome == "other_misc"
    assert refused("reply", plain | {"items": [{"part": {}}], "search": 5}) == {"items.0.part", "search"}


def test_an_amendment_takes_the_data_of_any_move_by_its_name():
    schema = move_schema("amend")
    data = schema["properties"]["data"]
    assert (data["x-data-of"], data["title"]) == ("seq", "动作内容")
    assert set(schema["$defs"]) == {move for move in moves() if move != "amend"}
    reply = schema["$defs"]["reply"]
    assert reply["title"] == "答复"
    assert reply["properties"]["outcome"]["title"] == "答复结果"
    assert "required" not in reply
    change = Draft202012Validator({**schema, "$ref": "#/$defs/reply", "properties": {}, "required": []})
    assert change.is_valid({"ground": None, "outcome": "granted"})
    assert not change.is_valid({"outcome": "胡说"})


def test_what_is_only_read_in_older_records_is_not_offered_and_is_understood():
    offered = {item["const"] for item in move_schema("reply")["properties"]["outcome"]["oneOf"]}
    assert "other" not in offered
    assert "other_misc" in offered
    assert "其他" in move_schema("reply")["properties"]["outcome"]["description"]
    assert [key_of(word, "reply", "outcome") for word in ("其他处理", "other", "other_misc")] == ["other_misc"] * 3
    assert read_words("reply", {"items": [{"分项内容": "甲"}, "乙"]}) == {"items": [{"part": "甲"}, "乙"]}


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
        ("id_number", "personal"),
        ("phone", "personal"),
        ("address", "personal"),
        ("email", "personal"),
    ]


def test_moves_are_described_in_their_order_with_the_law_of_the_day():
    found = describe_moves()
    assert [item["move"] for item in found] == list(moves())
    extend = next(item for item in found if item["move"] == "extend")
    assert (extend["name"], extend["step"], extend["of"]) == ("延长答复期限", "延长答复期限", "case")
    assert extend["from"] == [
        {"state": "consulting", "name": "征求意见中"},
        {"state": "awaiting_reasons", "name": "等待说明理由"},
        {"state": "received", "name": "已收到"},
        {"state": "accepted", "name": "办理中"},
        {"state": "extended", "name": "已延期办理中"},
    ]
    assert extend["papers"] == [{"paper": "extension", "name": "延长答复期限告知书"}]
    assert extend["article"].endswith("（2019年修订）第三十三条第二款")
    (old,) = (item["article"] for item in describe_moves(date(2018, 1, 2)) if item["move"] == "extend")
    assert old.endswith("（2007年）第二十四条第二款")
    assert article("payment", date(2018, 1, 2)) == article("payment")  # no law yet: the first that there was


def test_what_is_personal_is_what_the_declarations_say():
    inside = {f"applicant.{key}" for key in ("name", "id_number", "phone", "address", "email")}
    known = {
        "submit": {"applicant", *inside, "information", "evidence", "late_reason"},
        "confirm": {"proof", "late_reason"},
        "consult": {"name", "override", "late_reason"},
    }
    assert {move: personal_fields(move) for move in known} == known


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


def test_an_amendment_is_read_in_the_words_of_the_move_that_it_amends_and_an_unknown_move_as_it_is():
    read = read_typed("amend", {"seq": 1, "data": {"提交方式": "当面"}, "reason": "录错"})
    assert read == {"seq": 1, "data": {"channel": "in_person"}, "reason": "录错"}
    assert read_typed("no_such_move", {"channel": "当面"}) == {"channel": "当面"}


def test_labels_are_found_by_move_and_field():
    assert (label_of("items"), label_of("items", "reply"), label_of("nowhere")) == ("补正事项", "分项答复", None)
    assert (label_of("kind", "submit"), label_of("applicant.kind", "submit")) == ("申请种类", "申请人类别")
    assert (label_of("result"), label_of("result", "reply"), label_of("search.on")) == ("结果", "检索结果", "检索日期")
    assert choices_of("charge", "basis") == {"items": "按件", "pages": "按页"}
    assert (choices_of("charge", "quantity"), field_of("charge", "nowhere")) == ({}, None)
