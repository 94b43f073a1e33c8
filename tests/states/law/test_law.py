"""Reading a text as a model: every fault at once, each with its file, its place and the nearest known field."""

from pathlib import Path

import pytest

import disclosure.states.law as law
from disclosure.states.errors import BadData
from disclosure.states.law import law_table, law_text, read_entries, read_toml
from disclosure.states.rules.fees import Tier
from disclosure.states.rules.outcomes import Outcome

ENTRIES = """\
O1 = { label = "甲", article = "第一条", row = "granted", confidence = "V" }
O2 = { label = " ", article = 5, row = "granted", confidense = "V" }
O3 = 7
"""


def test_every_fault_of_every_entry_is_told_at_once_with_the_file():
    with pytest.raises(BadData) as refused:
        read_entries(Outcome, ENTRIES, "some.toml", "code")
    found = [(item["field"], item["problem"]) for item in refused.value.faults]
    assert found == [
        ("O2.label", "missing"),
        ("O2.article", "not_a_text"),
        ("O2.confidence", "missing"),
        ("O2.confidense", "unknown_field"),
        ("O3", "not_an_object"),
    ]
    assert {item["origin"] for item in refused.value.faults} == {"some.toml"}
    assert refused.value.faults[3]["nearest"] == "confidence"


def test_an_entry_bears_its_own_name():
    found = read_entries(Outcome, ENTRIES.splitlines()[0], "some.toml", "code")
    assert {name: item.code for name, item in found.items()} == {"O1": "O1"}


@pytest.mark.parametrize(("text", "name"), [("first = ", "some.toml"), ('{"first": ', "some.json")])
def test_a_torn_text_is_told_with_its_name(text, name):
    with pytest.raises(BadData) as refused:
        read_toml(Tier, text, name)
    assert [(item["field"], item["problem"]) for item in refused.value.faults] == [(name, "broken_toml")]


def test_a_table_of_the_law_with_a_fault_names_its_file(monkeypatch):
    monkeypatch.setattr(law, "law_text", lambda name: 'first = 1\nrate = "dear"\n')
    with pytest.raises(BadData) as refused:
        law_table(Tier, "fees.toml")
    assert [(item["field"], item["origin"]) for item in refused.value.faults] == [("rate", "fees.toml")]


def test_what_is_read_cannot_be_changed():
    found = read_entries(Outcome, ENTRIES.splitlines()[0], "some.toml", "code")["O1"]
    with pytest.raises(ValueError, match="frozen"):
        found.row = "partial"


def test_every_file_of_the_law_is_there_to_be_read():
    names = [path.name for path in Path(law.__file__).parent.iterdir() if path.suffix in (".toml", ".json")]
    assert len(names) > 8
    assert all(law_text(name) for name in names)
