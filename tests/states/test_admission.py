"""What may enter: keys in one form, texts and values that every database, paper and file can hold."""

import json
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.notifications.messages.sentences import describe
from disclosure.states.admission import DEEPEST, file_name, json_object, key, known_private, text, values
from disclosure.states.errors import BadData

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def fault_of(call, *arguments):
    with pytest.raises(BadData) as refused:
        call(*arguments)
    assert describe(refused.value).strip()
    return refused.value.faults[0]


@pytest.mark.parametrize(
    "typed",
    [
        "2026-001",
        " 2026-001 ",
        "2026-001\u200b",
        "\ufeff2026-001",
        "２０２６－００１",
        "2026-001\xa0",
        "2026\u2011001",
        "2026—001",
        "2026\u2212001",
    ],
)
def test_numbers_that_look_alike_are_one(typed):
    assert key("case", typed) == "2026-001"


@pytest.mark.parametrize("number", ["2026/017", "〔2026〕17号", "A-1", "../../evil"])
def test_a_usual_number_is_kept_as_it_is(number):
    assert key("case", number) == number


@pytest.mark.parametrize(
    "inside", ["\n", "\t", "\x00", "\u200b", "\u2028", "\u202e", "\ud800", "\ue863", "\ufffe", "\ufe0f"]
)
def test_a_key_holds_no_character_that_nobody_sees(inside):
    found = fault_of(key, "case", f"2026{inside}018")
    assert (found["field"], found["code"], found["place"]) == ("case", f"U+{ord(inside):04X}", 5)


@pytest.mark.parametrize(
    ("value", "problem"), [("", "empty"), ("\u200b ", "empty"), ("x" * 129, "too_long"), (7, "not_a_text")]
)
def test_a_key_is_a_text_that_its_column_holds(value, problem):
    assert fault_of(key, "case", value)["problem"] == problem
    assert len(key("case", "x" * 128)) == 128


@given(ANY_TEXT)
def test_a_key_in_its_one_form_stays_as_it_is(typed):
    try:
        found = key("case", typed)
    except BadData:
        return
    assert key("case", found) == found
    assert not {unicodedata.category(letter) for letter in found} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("letter", "problem"),
    [
        ("\x00", "bad_character"),
        ("\udc80", "bad_character"),
        ("\U0001ffff", "bad_character"),
        ("\ue000", "private_character"),
    ],
)
def test_a_text_names_the_character_that_it_may_not_have(letter, problem):
    found = fault_of(text, "information", f"某路{letter}规划")
    assert (found["problem"], found["place"]) == (problem, 3)


def test_a_text_has_twenty_thousand_characters_and_a_name_three_hundred():
    assert values({"information": "字" * 20_000, "applicant": {"name": "字" * 300}})
    assert fault_of(values, {"information": "字" * 20_001})["cap"] == 20_000
    assert fault_of(values, {"applicant": {"name": "字" * 301}})["field"] == "applicant.name"


@pytest.mark.parametrize(
    ("old", "now"), [("\ue863", "䶮"), ("\ue81e", "\u9fb4"), ("\ue855", "\U000241fe"), ("\ue844", "䜣")]
)
def test_of_an_old_private_place_it_is_told_what_to_type(old, now):
    assert known_private(old) == now
    with pytest.raises(BadData) as refused:
        values({"applicant": {"name": f"刘{old}"}}, move="submit")
    said = describe(refused.value)
    assert "第 2 个字" in said and f"“{now}”" in said


def test_a_private_place_that_no_standard_knows_has_no_other_character():
    assert [known_private(letter) for letter in ("\ue000", "\uf8ff", "\U000f0000", "\ue865")] == [""] * 4


@pytest.mark.parametrize(
    "value", [b"%PDF", {1, 2}, object(), float("nan"), float("inf"), {1: "x"}, 2**63, [["x", b""]]]
)
def test_what_json_cannot_say_is_refused(value):
    assert fault_of(values, {"scan": value})["problem"] == "not_json_value"


def test_a_value_that_holds_itself_is_refused():
    ring: list[object] = []
    ring.append(ring)
    assert fault_of(values, {"scan": ring}) == {"field": "scan", "problem": "too_deep", "cap": DEEPEST}


def test_every_fault_is_told_at_once():
    with pytest.raises(BadData) as refused:
        values({"a": "\x00", "b": b"", "c": {"d": "\ue000"}, "\ud800": 1})
    assert {str(item["field"]) for item in refused.value.faults} == {"a", "b", "c.d", "data"}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(ANY_TEXT.filter(lambda name: name not in ("id", "handler")), JSON, max_size=3))
def test_what_is_admitted_goes_through_json_unchanged(data):
    try:
        found = values(data)
    except BadData:
        return
    assert json.loads(json.dumps(found, ensure_ascii=False).encode()) == found
    assert "id" in str(data) or "handler" in str(data) or found == data


@given(ANY_TEXT)
def test_a_file_name_stays_in_its_folder(name):
    made = file_name(name)
    assert made not in ("", ".", "..")
    assert PurePosixPath(made).name == made and PureWindowsPath(made).name == made
    assert len(made.encode()) <= 180 and made.isprintable()


@given(st.lists(st.text("ab/\\:.*?-", max_size=4), min_size=2, max_size=2, unique=True))
def test_two_keys_never_share_a_file_name(names):
    made = [key("case", name) for name in names if name]
    assert len({f"{file_name(name)}" for name in made}) == len(set(made))


@pytest.mark.parametrize("name", ["CON", "nul.txt", "com1"])
def test_a_file_name_is_no_device(name):
    assert not PureWindowsPath(file_name(name)).is_reserved()


def test_a_long_file_name_keeps_its_suffix():
    one, other = file_name("字" * 120 + "1.pdf"), file_name("字" * 120 + "2.pdf")
    assert one.endswith(".pdf") and one != other


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        "[1]",
        "1",
        "",
        '{"a": ' * 100_000,
        b'{"a": "\xff"}',
        '{"a": ' + "1" * 5000 + "}",
    ],
)
def test_what_is_no_json_object_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        json_object(text)


def test_a_json_object_is_read_from_text_or_bytes():
    assert json_object('{"案": [1.5, null]}'.encode()) == json_object('{"案": [1.5, null]}')
