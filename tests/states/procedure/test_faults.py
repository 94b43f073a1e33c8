"""What is wrong with a declaration is told by its file, its name and its field, each fault once."""

import pytest
from move_files import faults

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData
from disclosure.states.procedure import catalogue
from disclosure.states.procedure.catalogue import load


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
        ('"arrows": lead(["received"], "judged"), "of": "case"', "unknown_state"),
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
