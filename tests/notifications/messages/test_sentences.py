"""Sentences: errors, faults and names as staff read them."""

import re
import tomllib
from importlib import resources

import pytest

from disclosure.notifications.channels.port import NotDelivered
from disclosure.notifications.messages.sentences import MANY_CHOICES, describe, describe_fault, field_name, moment, name
from disclosure.states.errors import BadData
from disclosure.states.procedure.catalogue import fields_of, moves


def test_a_name_is_chinese_and_a_key_without_one_stays_itself():
    assert name("move", "accept") == "受理"
    assert name("channel_type", "mail") == "邮件"
    assert name("channel_type", "pager") == "pager"


def test_every_fault_of_an_error_is_told():
    error = BadData({"field": "a", "problem": "missing"}, {"field": "b", "problem": "missing"})
    assert describe(error) == "缺少“a”，请补上；缺少“b”，请补上"


def test_an_error_is_told_with_its_fields_and_a_gap_where_one_is_missing():
    assert "SMTP" in describe(NotDelivered("secret_missing", channel="mail", name="SMTP"))
    assert "？" in describe(NotDelivered("secret_missing", channel="mail"))


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"field": "channel", "problem": "not_one_of", "choices": "oral"}, "oral（口头）"),
        ({"field": "x.y", "problem": "no_such_problem"}, "x.y"),
    ],
)
def test_a_fault_names_field_and_choices(fault, told):
    assert told in describe_fault(fault)


def test_a_field_has_its_chinese_name_beside_its_key_and_a_moment_its_clock():
    assert field_name("reply.channel") == "提交方式（reply.channel）"
    assert moment("2024-03-05T04:00:00+00:00") == "2024-03-05 12:00"


FIELDS_WITH_CHOICES = [(move, item) for move in moves() for item in fields_of(move) if item.choices]


@pytest.mark.parametrize(("move", "item"), FIELDS_WITH_CHOICES, ids=lambda part: getattr(part, "key", part))
def test_a_value_that_is_no_choice_of_a_moves_field_is_answered_with_the_declared_labels(move, item):
    fault = {"field": item.key, "problem": "not_one_of", "choices": "、".join(item.choices)}
    few = len(item.choices) <= MANY_CHOICES
    told = "、".join(f"{key}（{label}）" if few else label for key, label in item.choices.items())
    assert describe(BadData(fault, move=move)).endswith(f"只能是：{told}")


def test_values_of_a_field_that_no_move_has_are_named_where_the_messages_name_them():
    known = {"field": "agency_kind", "problem": "not_one_of", "choices": "ministry"}
    assert describe_fault(known).endswith("只能是：ministry（国务院部门）")
    assert describe_fault(known | {"field": "nowhere"}).endswith("只能是：ministry")


def test_of_many_choices_the_nearest_are_told_and_no_codes_else_the_names():
    kinds = "、".join(f"文书{n}（paper_{n}）" for n in range(20)) + "、答复书（reply）"
    fault = {"field": "paper", "problem": "not_one_of", "choices": kinds}
    assert "答复书" in describe_fault(fault | {"value": "reply_x"}) and "reply" not in describe_fault(
        fault | {"value": "答复"}
    )
    told = describe_fault(fault | {"value": "天书"})
    assert told.count("文书") == 20 + 1 and "paper_1" not in told


def test_what_leads_on_is_told_by_the_names_of_the_moves():
    keys = {name for name in moves() if "_" in name} | {"serve", "dispatch", "amend", "reopen", "abandon"}
    codes = re.compile(r"（(" + "|".join(sorted(keys)) + r")）")
    folder = resources.files("disclosure.notifications.messages")
    files = [
        tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))
        for name in ("cli", "errors", "notices", "papers", "approval")
    ]
    texts = {key: text for file in files for key, text in file.items() if not key.startswith(("cli_help", "cli_opt"))}
    assert [key for key, text in texts.items() if codes.search(text)] == []
    titles = {move.title for move in moves().values()}
    named = {word for text in texts.values() for word in re.findall(r"办理“([^”{]+)”", text)}
    assert named <= titles
