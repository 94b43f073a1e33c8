"""Reading a text as a model: every fault at once, each with its file, its line and the nearest known field."""

from pathlib import Path

import pytest
from pydantic import Field

import disclosure.states.law as law
from disclosure.states.errors import BadData
from disclosure.states.law import law_table, read_entries, read_toml
from disclosure.states.law.files import LawFiles, law_names, law_text, using
from disclosure.states.law.model import Table, Words
from disclosure.states.rules.fees import Tier

ENTRIES = """\
O1 = { label = "甲", article = "第一条" }
O2 = { label = " ", article = 5, articel = "第二条" }
O3 = 7
[O4]
label = "丁"
# a remark
parts = [
    { name = "一" },
    { name = "" },
]
[[O4.steps]]
days = 1
[[O4.steps]]
days = 0
"""


class Part(Table):
    name: Words


class Stage(Table):
    days: int = Field(ge=1)


class Entry(Table):
    code: Words
    label: Words
    article: Words
    parts: tuple[Part, ...] = Field(default=(), strict=False)
    steps: tuple[Stage, ...] = Field(default=(), strict=False)


def test_every_fault_of_every_entry_is_told_at_once_with_its_file_and_line():
    with pytest.raises(BadData) as refused:
        read_entries(Entry, ENTRIES, "some.toml", "code")
    assert [(item["field"], item["problem"], item["line"]) for item in refused.value.faults] == [
        ("O2.label", "missing", 2),
        ("O2.article", "not_a_text", 2),
        ("O2.articel", "unknown_field", 2),
        ("O3", "not_an_object", 3),
        ("O4.article", "missing", 4),
        ("O4.parts[1].name", "missing", 9),
        ("O4.steps[1].days", "out_of_range", 14),
    ]
    assert {item["origin"] for item in refused.value.faults} == {"some.toml"}
    assert refused.value.faults[2]["nearest"] == "article"


def test_an_entry_bears_its_own_name():
    found = read_entries(Entry, ENTRIES.splitlines()[0], "some.toml", "code")
    assert {name: item.code for name, item in found.items()} == {"O1": "O1"}


@pytest.mark.parametrize(("text", "name"), [("\nfirst = ", "some.toml"), ('{"first": ', "some.json")])
def test_a_torn_text_is_told_with_its_name(text, name):
    with pytest.raises(BadData) as refused:
        read_toml(Tier, text, name)
    assert [(item["field"], item["problem"]) for item in refused.value.faults] == [(name, "broken_toml")]


def test_a_table_of_the_law_with_a_fault_names_its_file(tmp_path):
    (tmp_path / "fees.toml").write_text('first = 1\nrate = "dear"\n', "utf-8")
    with using(LawFiles(tmp_path)), pytest.raises(BadData) as refused:
        law_table(Tier, "fees.toml")
    assert [(item["field"], item["origin"], item["line"]) for item in refused.value.faults] == [
        ("rate", "fees.toml", 2)
    ]


def test_what_is_read_cannot_be_changed():
    found = read_entries(Entry, ENTRIES.splitlines()[0], "some.toml", "code")["O1"]
    with pytest.raises(ValueError, match="frozen"):
        found.label = "乙"


def test_every_file_of_the_law_is_there_to_be_read():
    assert set(law_names()) == {path.name for path in Path(law.__file__).parent.glob("*.toml")}
    assert len(law_names()) > 8
    assert all(law_text(name) for name in law_names())
