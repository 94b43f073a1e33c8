"""Verbs as data: each is declared once, with its words, and everything else is read from the declarations."""

import pytest
from pydantic import BaseModel

from disclosure.notifications.messages.catalogue import message_keys, say
from disclosure.notifications.messages.sentences import name
from disclosure.states.procedure.fields import Choice, Label
from disclosure.workflow import describe_verbs
from disclosure.workflow.approvals.catalogue import VERB_ENTRIES, VERBS
from disclosure.workflow.approvals.description import fields_of, words
from disclosure.workflow.cli.approvals import COMMANDS
from disclosure.workflow.cli.main import commands


def unlabelled(model: type[BaseModel]) -> list[str]:
    """The fields of a verb's data that bear no Chinese name, no privacy class, or a choice without a label."""
    found = []
    for field, info in model.model_fields.items():
        label = next((item for item in info.metadata if isinstance(item, Label)), Label())
        choices = [text for item in info.metadata if isinstance(item, Choice) for text in item.labels.values()]
        if not label.title or label.privacy is None or not all(choices):
            found.append(field)
    return found


@pytest.mark.parametrize("verb", VERBS)
def test_every_field_has_a_label_and_a_privacy_class(verb):
    assert unlabelled(VERBS[verb].data) == []


def test_a_field_without_its_words_is_found():
    class Bare(BaseModel):
        reason: str

    assert unlabelled(Bare) == ["reason"]


def test_a_verb_is_called_what_its_declaration_says():
    assert [item.name for item in VERBS.values()] == list(VERBS)
    for item in VERB_ENTRIES:
        assert item.title and item.rule
        assert (say(f"verb_{item.name}"), say(f"verb_rule_{item.name}")) == (item.title, item.rule)
        assert name("verb", item.name) == item.title
    assert words().keys() <= message_keys()


def test_every_verb_is_told_as_data():
    told = {item.verb: item for item in describe_verbs()}
    assert list(told) == list(VERBS)
    back = told["return"]
    assert (back.name, back.rule) == (VERBS["return"].title, VERBS["return"].rule)
    assert back.data["required"] == ["opinion"]
    assert back.data["additionalProperties"] is False
    assert back.data["properties"]["opinion"]["x-privacy"] == "personal"
    where = told["add_signer"].data["properties"]["where"]
    assert [item["const"] for item in where["oneOf"]] == ["before", "after"]
    assert all(item["title"] for item in where["oneOf"])


def test_every_verb_is_a_command_with_an_option_for_each_field():
    for verb in VERBS:
        typed = verb.replace("_", "-")
        assert commands()[typed] == "approvals"
        options = {item.name for item in COMMANDS[typed].params}
        assert {item.key for item in fields_of(verb)} <= options
