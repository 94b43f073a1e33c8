"""The moves' files as a whole: nothing is left unsaid, and a file with faults is refused with all of them."""

import json
import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path

import pytest

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, UnknownMove
from disclosure.states.procedure import catalogue
from disclosure.states.procedure.catalogue import declared, fields_of, known_fields, load, move_of, moves
from disclosure.states.rules.rules import rule, rules

ORDER = [  # of the Regulations, in which lists show them
    "submit",
    "confirm",
    "accept",
    "request_correction",
    "correct",
    "abandon",
    "consult",
    "opinion",
    "lapse_consultation",
    "cancel_consultation",
    "extend",
    "demand_reasons",
    "give_reasons",
    "defer",
    "charge",
    "pay",
    "reply",
    "serve",
    "withdraw",
    "discontinue",
    "close",
    "reopen",
    "file_review",
    "accept_review",
    "notify_review",
    "answer_review",
    "suspend_review",
    "resume_review",
    "decide_review",
    "file_suit",
    "notify_suit",
    "answer_suit",
    "appeal",
    "judge",
    "amend",
]


def test_the_moves_come_in_the_order_of_the_regulations():
    assert [name for name in moves() if name in ORDER] == ORDER


@pytest.mark.parametrize("name", moves())
def test_every_move_and_every_field_of_it_says_what_it_is(name):
    move = move_of(name)
    known = {item.key for item in rules()}
    assert move.title and move.description.endswith("。")
    assert {move.article, *(condition.article for condition in move.conditions)} <= known
    for field in fields_of(name):
        assert field.title and field.privacy in ("public", "office", "personal")
        assert all(field.choices.values())


def test_names_and_titles_are_taken_once():
    titles = [move.title for move in moves().values()]
    assert len(set(titles)) == len(titles)
    keys = [(item.move.name, field.key) for item in declared() for field in fields_of(item.move.name)]
    assert len(set(keys)) == len(keys)


def test_a_field_inside_another_is_known_by_its_dotted_key():
    assert "applicant.kind" in [item.key for item in fields_of("submit")]
    assert known_fields("submit") == {"channel", "applicant", "information", "late_reason"}
    assert known_fields("consult") == {"id", "with", "name", "served_on", "due_on", "late_reason"}


@pytest.mark.parametrize("name", ["dance", "", None])
def test_an_unknown_move_is_told(name):
    with pytest.raises(UnknownMove):
        move_of(name)


def test_nothing_is_loaded_before_it_is_asked_for():
    source = Path(catalogue.__file__).read_text("utf-8")
    assert "\ndeclared()" not in source and "\nmoves()" not in source


HEAD = """
    from typing import Annotated

    from disclosure.states.procedure.declaration import Condition, Finding, Move, ProcedureStep, lead
    from disclosure.states.procedure.fields import Choice, IsoDate, Label, MoveData, DayOnly

    STEP = ProcedureStep("试验", {order})


    class Data(MoveData):
        day: Annotated[IsoDate, Label("日期", "public")]


    def never(q):
        return None


    GOOD = dict(title="甲", description="甲。", article="reply", data=Data, arrows=lead(["received"], "accepted"))
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A package of moves; ``write`` adds a file to it."""
    name = "moves_" + "".join(char if char.isalnum() else "_" for char in tmp_path.name)
    package = tmp_path / name
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(file: str, body: str, order: int = 10) -> None:
        (package / file).write_text(textwrap.dedent(HEAD.format(order=order)) + textwrap.dedent(body), "utf-8")

    write.package = name  # type: ignore[attr-defined]
    yield write
    for loaded in [item for item in sys.modules if item.split(".")[0] == name]:
        del sys.modules[loaded]


def faults(folder) -> list[tuple[str, str, str]]:
    with pytest.raises(BadData) as refused:
        load(folder.package)
    return [(item["file"], item["name"], item["problem"]) for item in refused.value.faults]


def test_a_file_that_is_added_is_a_move_more(folder):
    folder("b.py", 'second = Move(name="second", **GOOD | {"title": "乙"})', order=20)
    folder("a.py", 'third = Move(name="third", **GOOD | {"title": "丙"})', order=30)
    folder("c.py", 'first = Move(name="first", **GOOD)\nthen = Move(name="then", **GOOD | {"title": "丁"})')
    assert [item.move.name for item in load(folder.package)] == ["first", "then", "second", "third"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ('"title": ""', "missing"),
        ('"description": ""', "missing"),
        ('"article": ""', "article_missing"),
        ('"article": "reply_soon"', "unknown_rule"),
        ('"arrows": ()', "missing"),
        ('"arrows": lead(["received"], "nirvana")', "unknown_state"),
        ('"arrows": lead(["limbo"], "accepted")', "unknown_state"),
        ('"arrows": lead(["received"], "decided"), "of": "case"', "unknown_state"),
        ('"arrows": lead(["received"], "accepted", "full_moon")', "unknown_guard"),
        ('"arrows": lead(["received"], "accepted", lambda turn: True)', "unknown_guard"),
        ('"conditions": (Condition(never, ""),)', "article_missing"),
        ('"conditions": (Condition(never, "no_such_rule"),)', "unknown_rule"),
        ('"papers": ("extension", "love_letter")', "unknown_paper"),
        ('"data": dict', "not_a_model"),
        ('"of": "review", "arrows": lead(["filed"], "decided")', "names_no_remedy"),
    ],
)
def test_what_is_wrong_with_a_move_is_told_by_file_and_name(folder, change, problem):
    folder("a.py", f'move = Move(**(GOOD | {{"name": "stroll", {change}}}))')
    assert faults(folder) == [("a.py", "stroll", problem)]


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("day: IsoDate", {"label_missing", "privacy_missing"}),
        ('day: Annotated[IsoDate, Label("日期")]', {"privacy_missing"}),
        ('day: Annotated[IsoDate, Label("", "public")]', {"label_missing"}),
        ('day: Annotated[IsoDate, Label("日期", "secret")]', {"privacy_missing"}),
        ('way: Annotated[str, Choice(post="邮寄", fax=""), Label("方式", "public")]', {"choice_label_missing"}),
        (
            'way: Annotated[Annotated[str, Choice(fax="")] | None, Label("方式", "public")] = None',
            {"choice_label_missing"},
        ),
    ],
)
def test_a_field_without_label_or_privacy_class_is_refused(folder, field, problem):
    body = f"""
    class Other(MoveData):
        {field}


    move = Move(**(GOOD | {{"name": "stroll", "data": Other}}))
    """
    folder("a.py", body)
    assert {item[2] for item in faults(folder)} == problem
    with pytest.raises(BadData) as refused:
        load(folder.package)
    assert all(item["field"].startswith("a.py stroll.") for item in refused.value.faults)


PERSON = """
    from pydantic import BaseModel
    from disclosure.states.procedure.fields import Count, Text


    class Person(BaseModel):
        kind: Annotated[str, Choice(man="人", firm="企业"), Label("类别", "public")]
        name: Annotated[Text | None, Label("姓名", "personal")] = None


    class Bare(BaseModel):
        name: Text


    class Open(BaseModel):
        room: Annotated[Text, Label("房间", "office")]


    class Tree(BaseModel):
        room: Annotated[Text, Label("房间", "office")]
        under: Annotated[list["Tree"] | None, Label("下级", "office")] = None


    class Deep(BaseModel):
        person: Annotated[Person, Label("人员", "{deep}")]


    class Other(MoveData):
        {field}


    move = Move(**(GOOD | {{"name": "stroll", "data": Other}}))
"""


@pytest.mark.parametrize(
    ("field", "deep", "told"),
    [
        ('on: Annotated[IsoDate, Label("生日", "personal")]', "personal", {"on personal_not_text"}),
        ('on: Annotated[IsoDate | None, Label("生日", "personal")] = None', "personal", {"on personal_not_text"}),
        ('on: Annotated[str, Choice(a="甲"), Label("性别", "personal")]', "personal", {"on personal_not_text"}),
        ('on: Annotated[Count, Label("年龄", "personal")]', "personal", {"on personal_not_text"}),
        ('on: Annotated[list[Person], Label("人员", "personal")]', "personal", {"on personal_not_text"}),
        ('on: Annotated[Deep, Label("人员", "personal")]', "personal", {"on.person personal_not_text"}),
        ('on: Annotated[Deep, Label("人员", "personal")]', "office", {"on.person.name personal_inside_open"}),
        ('on: Annotated[Person, Label("人员", "office")]', "personal", {"on.name personal_inside_open"}),
        ('on: Annotated[Person | None, Label("人员", "office")] = None', "personal", {"on.name personal_inside_open"}),
        ('on: Annotated[list[Person], Label("人员", "office")]', "personal", {"on.name personal_inside_open"}),
        (
            'on: Annotated[Bare | None, Label("人员", "office")] = None',
            "personal",
            {"on.name label_missing", "on.name privacy_missing"},
        ),
        (
            'on: Annotated[dict[str, list[Bare]], Label("人员", "office")]',
            "personal",
            {"on.name label_missing", "on.name privacy_missing"},
        ),
    ],
)
def test_personal_data_that_could_not_be_kept_apart_is_refused(folder, field, deep, told):
    folder("a.py", PERSON.format(field=field, deep=deep))
    with pytest.raises(BadData) as refused:
        load(folder.package)
    assert {f"{item['field']} {item['problem']}" for item in refused.value.faults} == {
        f"a.py stroll.{item}" for item in told
    }


@pytest.mark.parametrize(
    "field",
    [
        'on: Annotated[Person, Label("人员", "personal")]',
        'on: Annotated[Person | None, Label("人员", "personal")] = None',
        'on: Annotated[Text | None, Label("姓名", "personal")] = None',
        'on: Annotated[Open | None, Label("地点", "office")] = None',
        'on: Annotated[list[Tree] | None, Label("地点", "office")] = None',
    ],
)
def test_personal_data_that_can_be_kept_apart_are_taken(folder, field):
    folder("a.py", PERSON.format(field=field, deep="personal"))
    (item,) = load(folder.package)
    assert "on" in [field.key for field in catalogue.fields_in(item.move.data)]


def test_the_name_of_an_amendments_data_is_free_in_no_other_move(folder):
    folder("a.py", PERSON.format(field='data: Annotated[Person, Label("人员", "personal")]', deep="personal"))
    assert faults(folder) == [("a.py", "stroll", "field_reserved")]


def test_every_fault_of_every_file_is_told_at_once(folder):
    folder("a.py", 'one = Move(name="stroll", **(GOOD | {"title": "", "article": ""}))')
    folder("b.py", 'two = Move(name="stroll", **GOOD)\nagain = Move(name="sleepWell", **GOOD)', order=20)
    folder("c.py", "raise RuntimeError('torn')", order=30)
    folder("d.py", "STEP = None", order=40)
    folder("e.py", 'three = Move(name="sit", **GOOD)', order=20)
    assert sorted(faults(folder)) == [
        ("a.py", "stroll", "article_missing"),
        ("a.py", "stroll", "missing"),
        ("b.py", "sleepWell", "name_not_snake"),
        ("b.py", "sleepWell", "title_taken"),
        ("b.py", "stroll", "name_taken"),
        ("c.py", "", "declaration_unreadable"),
        ("d.py", "", "step_missing"),
        ("e.py", "", "order_taken"),
        ("e.py", "sit", "title_taken"),
    ]


@pytest.mark.parametrize("name", ["Sit", "sit_", "sit__down", "sit-down", "_sit", "坐", "sit2", "sit down"])
def test_a_name_that_is_no_word_in_small_letters_is_refused(folder, name):
    folder("a.py", f'move = Move(name="{name}", **GOOD)')
    assert faults(folder) == [("a.py", name, "name_not_snake")]


MORE = """
    from disclosure.states.procedure.fields import When, YesOrNo


    class Other(MoveData):
        far: Annotated[bool, YesOrNo("远", "近"), Label("远近", "public")] = False
        way: Annotated[str, Choice({{"old": "{older}"}}, post="邮寄", fax="{fax}"), Label("方式", "public")] = "post"
        day: Annotated[IsoDate | None, Label("{label}", "public", when={when})] = None


    first = Move(**(GOOD | {{"name": "stroll", "data": Other}}))
    second = Move(**(GOOD | {{"name": "walk", "title": "乙", "data": Other}}))
"""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"when": 'When("邮寄的", "way", "post")'}, None),
        ({"when": 'When("远的", "far", True)'}, None),
        ({"when": 'When("有人问的")'}, None),
        ({"when": 'When("远的", "distance", "post")'}, "day when_unknown_field"),
        ({"when": 'When("远的", "day", "2024-03-01")'}, "day when_unknown_field"),
        ({"when": 'When("远的", value="post")'}, "day when_unknown_field"),
        ({"when": 'When("远的", "way", "ship")'}, "day when_unknown_value"),
        ({"when": 'When("远的", "way", "old")'}, "day when_unknown_value"),
        ({"when": 'When("远的", "far", "true")'}, "day when_unknown_value"),
        ({"when": 'When("一里以外的", "far", 1)'}, "day when_unknown_value"),
        ({"when": 'When("远的", "way")'}, "day when_unknown_value"),
        ({"label": "方式"}, "day label_taken"),
        ({"label": "迟录原因"}, "day label_taken"),
        ({"fax": "邮寄"}, "way choice_word_taken"),
        ({"older": "ship"}, "way older_word_unknown"),
    ],
)
def test_a_fault_of_the_data_that_several_moves_share_is_told_once(folder, change, told):
    folder("a.py", MORE.format(**{"when": "None", "label": "日期", "fax": "传真", "older": "fax"} | change))
    if told is None:
        assert len(load(folder.package)) == 2
        return
    with pytest.raises(BadData) as refused:
        load(folder.package)
    assert [f"{item['field']} {item['problem']}" for item in refused.value.faults] == [f"a.py stroll.{told}"]
    assert "problem" not in describe(refused.value)


def test_a_fault_of_what_two_models_take_over_or_hold_is_told_once(folder):
    folder(
        "a.py",
        """
        from pydantic import BaseModel


        class Bare(BaseModel):
            room: Annotated[str, Label("房间")]


        class Base(MoveData):
            bare: str = ""


        class One(Base):
            rooms: Annotated[list[Bare] | None, Label("房间", "office")] = None


        class Two(Base):
            place: Annotated[Bare | None, Label("地点", "office")] = None


        first = Move(**(GOOD | {"name": "stroll", "data": One}))
        second = Move(**(GOOD | {"name": "walk", "title": "乙", "data": Two}))
        """,
    )
    with pytest.raises(BadData) as refused:
        load(folder.package)
    assert sorted(f"{item['field']} {item['problem']}" for item in refused.value.faults) == [
        "a.py stroll.bare label_missing",
        "a.py stroll.bare privacy_missing",
        "a.py stroll.rooms.room privacy_missing",
    ]


MEDIATION = """
from typing import Annotated

from disclosure.states.procedure.case import State
from disclosure.states.procedure.declaration import Finding, Move, ProcedureStep, condition, lead
from disclosure.states.procedure.fields import Label, MoveData, Text

STEP = ProcedureStep("调解", 45)


class Mediate(MoveData):
    mediator: Annotated[Text, Label("调解人姓名", "personal")]
    place: Annotated[Text | None, Label("调解地点", "office")] = None


@condition("extension")
def not_extended_yet(q):
    return Finding("already_extended", {"days": q.case.extended_days}) if q.case.extended_days else None


def on_post(turn):
    return turn.row.channel == "post"


def note_mediation(case, on, data, law):
    case.ground = data.mediator


mediate = Move(
    name="mediate",
    title="组织调解",
    description="与申请人协商。",
    article="reply",
    data=Mediate,
    arrows=(*lead([State.RECEIVED], State.ACCEPTED, on_post), *lead([State.RECEIVED], State.RECEIVED)),
    conditions=(not_extended_yet,),
    effect=note_mediation,
    papers=("extension",),
)
"""

SUPPORT = Path(__file__).parents[2] / "support"
PROBE = """
import json, sys
from datetime import date

from disclosure.states.procedure import moves as package

package.__path__.append(sys.argv[1])
sys.path.append(sys.argv[2])

from click.testing import CliRunner
from disclosure.states import Case, Event, Law, MoveRefused, advance, describe_moves, personal_fields
from disclosure.states.procedure.options import options
from disclosure.workflow.cli.main import disclosure as cli
from machine_page import mermaid

on, law, data = date(2024, 3, 4), Law.standard(), {"mediator": "某人"}


def case(channel, days=0):
    return Case("1", state="received", channel=channel, received_on=on, extended_days=days)


def made(channel):
    found = advance(case(channel), Event(1, "mediate", on, data=data), law).case
    return [found.state, found.ground]


def refused():
    try:
        advance(case("post", 5), Event(1, "mediate", on, data=data), law)
    except MoveRefused as error:
        return [error.code, error.fields["article"]]


(told,) = [item for item in describe_moves(on) if item["move"] == "mediate"]
print(json.dumps({
    "states": [made("post"), made("online")],
    "refused": refused(),
    "needs": [list(item.needs) for item in options(case("post"), on, law, "mediate")],
    "personal": sorted(personal_fields("mediate")),
    "papers": told["papers"],
    "labels": {key: item["title"] for key, item in told["data"]["properties"].items()},
    "step": told["step"],
    "diagram": [line.strip() for line in mermaid("case").splitlines() if "mediate" in line],
    "help": "mediate 组织调解" in CliRunner().invoke(cli, ["move", "--help"]).output,
}))
"""


def test_a_move_declared_in_one_file_joins_machine_forms_help_diagram_and_personal_fields(tmp_path):
    """With a guard, a condition, an effect and papers of its own, and no other file touched."""
    (tmp_path / "mediation.py").write_text(MEDIATION, "utf-8")
    run = [sys.executable, "-c", PROBE, str(tmp_path), str(SUPPORT)]
    done = subprocess.run(run, capture_output=True, text=True, encoding="utf-8")  # noqa: S603
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("labels") == {"mediator": "调解人姓名", "place": "调解地点", "late_reason": "迟录原因"}
    assert found.pop("refused") == ["already_extended", rule("extension", date(2024, 3, 4)).source]
    assert found == {
        "states": [["accepted", "某人"], ["received", "某人"]],
        "needs": [["mediator"]],
        "personal": ["mediator"],
        "papers": [{"paper": "extension", "name": "延长答复期限告知书"}],
        "step": "调解",
        "diagram": ["received --> accepted: mediate [on_post]", "received --> received: mediate"],
        "help": True,
    }
