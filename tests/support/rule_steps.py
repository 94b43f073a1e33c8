"""The steps that ask the law alone, without a case: a rule's days and words, fees, questions left open."""

from datetime import date

import pytest
from case_steps import BASES
from procedure import Procedure
from pytest_bdd import parsers, then
from telling import pattern

from disclosure.states import BadData, Settings, deadline, fee, questions, rule
from disclosure.states.rules.rules import rules
from disclosure.states.rules.settings import Question


def rule_named(name: str) -> str:
    """The key of a rule."""
    return next(item.key for item in rules() if item.name == name)


@then(pattern("自{start:日}起，“{name}”的最后一日是{due:日}"))
def rule_ends_on(start: date, name: str, due: date) -> None:
    found = deadline(rule_named(name), start)
    assert found.due_on == due
    assert [day.date for day in found.days()][-1] == due


@then(pattern("{on:日}适用的“{name}”写明“{text}”"))
def rule_says(on: date, name: str, text: str) -> None:
    found = rule(rule_named(name), on)
    assert text in found.remark
    assert found.source


@then(pattern("{on:日}{basis:计费}{n:数}，收费{amount:词}元", 计费=BASES))
def fee_is(on: date, basis: str, n: int, amount: str) -> None:
    assert str(fee(basis, n, on).amount) == amount


@then(pattern("{on:日}本月此前已有{already:数}件，本件按{n:数}件计算，收费{amount:词}元"))
def fee_added_is(on: date, already: int, n: int, amount: str) -> None:
    assert str(fee("items", n, on, already).amount) == amount


def question_of(id: str) -> Question:
    """The open question of that number."""
    return next(item for item in questions() if item.id == id)


@then(parsers.parse("争议问题{id}默认采用“{reading}”，并写明来源和把握"))
def question_default(id: str, reading: str) -> None:
    question = question_of(id)
    newest = question.newest
    assert dict(question.readings)[newest.default] == reading
    assert newest.source
    assert newest.confidence in ("高", "中", "低")
    if question.key is not None:
        assert Settings().reading(question.key, newest.since) == newest.default


@then(parsers.parse("争议问题{id}不提供选择，并写明原因"))
def question_fixed(procedure: Procedure, id: str) -> None:
    question = question_of(id)
    assert not question.adjustable
    assert question.why_fixed
    with pytest.raises(BadData):
        procedure.choose(id, question.newest.default)
