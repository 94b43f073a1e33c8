"""What may not enter is refused at every place of every public function, with its field and in Chinese, and writes nothing."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from doors import FUNCTIONS, House
from office import ADMIN
from pydantic import ValidationError
from text_places import EXEMPT, PLACES, Place, call_with

from disclosure.notifications.messages.sentences import describe
from disclosure.states import admission
from disclosure.states.errors import BadData, SetupError, UnknownMove
from disclosure.workflow import (
    Actor,
    Change,
    Context,
    IssueOptions,
    Operator,
    Proposal,
    ServiceEvent,
    profile,
    set_profile,
)
from disclosure.workflow.cli.main import run

BAD = {
    "a lone surrogate": "某\udc80路",
    "an empty byte": "某\x00路",
    "no character at all": "某\U0001ffff路",
    "private use": "刘\ue863",
    "a terminal's escape": "改正\x1b[8m",
    "a control of one character": "改正\x9b8m",
    "rubbed out": "改正\x7f",
    "turned": "改正\u202e02",
    "set apart and turned": "改正\u206702",
    "a mark of direction": "改正\u200f02",
    "overwritten": "改正\r02",
}
"""What no text may have."""
BAD_IN_KEYS = {"nobody sees it": "u\u200b1", "a tab": "u\t1", "a line break": "u\n1", "a separator": "u\u20281"}
"""What a key may not have either; most of it stands in texts."""
NO_TEXTS: dict[str, object] = {"bytes": b"u1", "a set": {"u1"}, "an object": object()}
WITHOUT_TEXTS = frozenset(
    [
        "acting_appointments",
        "agencies",
        "all_reports",
        "annual_report",
        "annulled",
        "case_numbering",
        "checkpoint",
        "counters",
        "dead_letters",
        "due",
        "erasable",
        "escalate",
        "health",
        "overview",
        "profile",
        "recompute",
        "relay",
        "restatement",
        "send_all",
        "stuck",
        "tick",
    ]
)
"""Public functions that take no text but what ``EXEMPT`` names."""
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The office; nobody in this module may change anything in it."""
    found = House(tmp_path_factory.mktemp("house"))
    yield found
    found.engine.dispose()


def wrong_for(place: Place) -> Iterator[object]:
    """All that may not stand in that place."""
    yield from BAD.values()
    yield "字" * (place.longest + 1)
    if place.is_key:
        yield from BAD_IN_KEYS.values()
    if place.kind == "name":
        yield b"u1"
    elif place.kind != "path":
        yield from NO_TEXTS.values()


def fault_in(found: object) -> str:
    """What is amiss with a refusal; nothing where it is as it should be."""
    if not isinstance(found, BadData | UnknownMove | SetupError):
        return f"{type(found).__name__}"
    said = describe(found)
    try:
        said.encode()
    except UnicodeEncodeError:
        return "a sentence that no output can hold"
    if not CHINESE.search(said):
        return f"no Chinese sentence: {said}"
    if isinstance(found, BadData) and not all(fault.get("field") for fault in found.faults):
        return "no field"
    return ""


def test_every_place_is_walked_or_exempt_with_a_reason() -> None:
    """A public function is walked from when it stands among the doors; what it takes is read from its signature."""
    assert {name for name, _ in EXEMPT} <= FUNCTIONS.keys() and all(EXEMPT.values())
    walked = {place.function for place in PLACES}
    assert FUNCTIONS.keys() - walked == WITHOUT_TEXTS


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.words)
def test_what_may_not_enter_is_refused_and_nothing_is_written(house: House, place: Place) -> None:
    before, files = house.rows(), house.files()
    amiss = []
    for value in wrong_for(place):
        try:
            found = call_with(house, place, value)
        except Exception as error:
            found = error
        wrong = "it was taken" if found is None else fault_in(found)
        if wrong:
            amiss.append((repr(value)[:24], wrong, str(found)[:100]))
    assert amiss == []
    assert house.rows() == before and house.files() == files


WRONG_PEOPLE = [
    *({"user_id": value} for value in (*BAD.values(), *BAD_IN_KEYS.values(), "", " ", "u" * 129, "ｕ１", " u1")),
    *({"name": value} for value in (*BAD.values(), "字" * 129)),
    *({"department": value} for value in (*BAD.values(), "字" * 129)),
    *({"user_id": value} for value in NO_TEXTS.values()),
    *({"name": value} for value in NO_TEXTS.values()),
]


@pytest.mark.parametrize("wrong", WRONG_PEOPLE, ids=range(len(WRONG_PEOPLE)))
def test_who_could_stand_in_no_history_acts_nowhere(house: House, wrong: dict[str, object]) -> None:
    """Neither as who acts, nor as who is said to have acted, nor as who runs the sweep; reading or writing."""
    person = ADMIN.model_copy(update=wrong)
    with house.sessions() as session:
        for made in (
            lambda: Context(session, person),
            lambda: Context(session, ADMIN, by=person, past=True),
            lambda: Operator(house.sessions, person),
        ):
            with pytest.raises(BadData) as refused:
                made()
            assert fault_in(refused.value) == ""


WRONG_CODES = [*BAD.values(), *BAD_IN_KEYS.values(), "", "a" * 65, *NO_TEXTS.values()]


@pytest.mark.parametrize("code", WRONG_CODES, ids=range(len(WRONG_CODES)))
def test_what_is_no_code_of_an_agency_is_refused_before_anything_is_asked(house: House, code: Any) -> None:
    with house.sessions() as session, pytest.raises(BadData) as refused:
        Context(session, ADMIN, agency=code)
    assert refused.value.faults[0]["field"] == "agency" and fault_in(refused.value) == ""


def test_codes_that_look_alike_are_one_agency(house: House) -> None:
    with house.sessions() as session:
        set_profile(Context(session, ADMIN, agency="county-1"), {"name": "望湖县"})
        assert profile(Context(session, ADMIN, agency=" ｃounty\u20141\u200b")).name == "望湖县"
        session.rollback()


@pytest.mark.parametrize("letter", ["䶮", "𠮷", "·", "ᠮ", "\u200d", "Ａ"])
def test_a_name_keeps_every_character(letter: str) -> None:
    assert admission.text("name", f"刘{letter}") == f"刘{letter}"
    assert admission.values({"applicant": {"name": f"刘{letter}"}}) == {"applicant": {"name": f"刘{letter}"}}


@pytest.mark.parametrize("text", ["一\t二", "一\n二", "一\r\n二", "一\u2028二"])
def test_a_text_may_have_tabs_and_lines(text: str) -> None:
    assert admission.text("draft", text) == text


HIDING = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\0\t\n"]
HIDING += ["\u061c", *"\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]


@pytest.mark.parametrize("letter", HIDING, ids=lambda letter: f"{ord(letter):04X}")
def test_what_hides_or_turns_text_is_refused_with_its_place_and_shown_as_its_code(letter: str) -> None:
    with pytest.raises(BadData) as refused:
        admission.text("draft", f"一二{letter}三")
    (fault,) = refused.value.faults
    assert (fault["code"], fault["place"]) == (f"U+{ord(letter):04X}", 3)
    assert "第 3 个字符" in describe(refused.value) and "隐藏" in describe(refused.value)
    assert admission.visible(f"一二{letter}三") == f"一二〔U+{ord(letter):04X}〕三"


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ('title = "审\\u001b[8m批"', "title"),
        ('[[person]]\nname = "甲"\n[[person]]\nname = "\\U0000202e乙"', "person.2.name"),
        ('[a]\n"\\b" = 1', "a"),
    ],
)
def test_what_a_file_writes_as_a_code_is_refused_like_what_it_writes_out(written: str, field: str) -> None:
    with pytest.raises(BadData) as refused:
        admission.file(written, "a.toml")
    assert [fault["field"] for fault in refused.value.faults] == [field]


@pytest.mark.parametrize("written", ["title = '\\\\u001b'", 'title = "\\\\u001b"', 'a = "\\n"', "torn \\u001b"])
def test_a_file_may_write_what_hides_nothing(written: str) -> None:
    assert admission.file(written, "a.toml") == written


@pytest.mark.parametrize(
    "made",
    [
        lambda: ServiceEvent(act={"张三丰"}),
        lambda: ServiceEvent(act="signed", data={"proof": {"张三丰"}}),
        lambda: IssueOptions(reason={"张三丰"}),
        lambda: Proposal(move="reply", data={"张三丰"}),
        lambda: Change(draft={"张三丰"}),
        lambda: Actor(user_id={"张三丰"}),
    ],
)
def test_what_is_refused_is_not_repeated(made: Any) -> None:
    with pytest.raises((BadData, ValidationError)) as refused:
        made()
    assert "张三丰" not in str(refused.value)


@pytest.mark.parametrize("url", ["\udcff", "sqlite:///\udcff", "postgresql://\udcff/x", "a\x00b", "sqlite:///a\x00b"])
@pytest.mark.parametrize("arguments", [("due",), ("db", "create"), ("db", "upgrade"), ("show", "A-1")], ids=" ".join)
def test_an_address_that_no_driver_could_take_is_told_in_one_line(
    arguments: tuple[str, ...], url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, "--db", url]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("bad_data: “数据库地址（db）”") and err.count("\n") == 1
