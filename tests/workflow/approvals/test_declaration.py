"""What every verb may be given: an opinion of some length and nothing else; some verbs ask for one."""

import pytest
from pydantic import ValidationError

from disclosure.workflow.approvals.declaration import Verb, VerbData, VerbEntry, WithOpinion

LONGEST = 20_000


def faults(data_of, **given):
    with pytest.raises(ValidationError) as error:
        data_of(**given)
    return [(item["loc"], item["type"]) for item in error.value.errors()]


def test_an_opinion_is_stripped_and_may_be_as_long_as_the_bound_and_no_longer():
    assert VerbData(opinion="　 同意\n").opinion == "同意"
    assert len(VerbData(opinion="字" * LONGEST).opinion) == LONGEST
    assert faults(VerbData, opinion="字" * (LONGEST + 1)) == [(("opinion",), "string_too_long")]


@pytest.mark.parametrize("data_of", [VerbData, WithOpinion])
def test_what_no_verb_declares_is_refused(data_of):
    assert faults(data_of, opinion="同意", colour="红") == [(("colour",), "extra_forbidden")]


@pytest.mark.parametrize("opinion", [None, "", " ", "　\n"])
def test_a_verb_that_asks_for_an_opinion_takes_no_empty_one_and_another_does(opinion):
    given = {} if opinion is None else {"opinion": opinion}
    assert [loc for loc, _ in faults(WithOpinion, **given)] == [("opinion",)]
    assert VerbData(**given).opinion == ""


def test_an_opinion_once_given_can_not_be_changed():
    given = WithOpinion(opinion="同意")
    with pytest.raises(ValidationError):
        given.opinion = "不同意"
    assert given.opinion == "同意"


def test_a_verb_is_for_those_with_a_task_and_off_the_form_unless_it_says_so():
    entry = {"name": "nod", "title": "点头", "rule": "有待办的人可以点头", "order": 1}
    verb = Verb(**entry, data=VerbData, check=lambda sheet, acting: None, do=lambda sheet, acting, data: None)
    assert isinstance(verb, VerbEntry)
    assert (verb.for_others, verb.on_form, verb.description) == (False, False, "")
    with pytest.raises(TypeError):
        VerbEntry(*entry.values())
