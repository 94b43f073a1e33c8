"""The day of receipt by the way of submitting, on each side of the day on which the law changed."""

from datetime import date

import pytest

from disclosure.states.errors import LawUnknown
from disclosure.states.law.files import LawFiles, law_text, using
from disclosure.states.rules.receipt import (
    channels,
    confirmed_later,
    handed_over,
    receipt_basis,
    receipt_rule,
    received_at_once,
)
from disclosure.states.rules.rules import rule

LAST_OF_OLD, FIRST_OF_NEW = date(2019, 5, 14), date(2019, 5, 15)


def test_a_request_through_the_network_was_received_at_once_until_the_law_asked_for_confirmation():
    assert received_at_once("online", LAST_OF_OLD) and confirmed_later("online", LAST_OF_OLD)
    assert not received_at_once("online", FIRST_OF_NEW) and not confirmed_later("online", FIRST_OF_NEW)


@pytest.mark.parametrize(
    ("channel", "at_once", "rest_day"),
    [
        ("in_person", True, "same_day"),
        ("oral", True, "same_day"),
        ("signed_mail", True, "same_day"),
        ("ordinary_mail", False, "same_day"),
        ("online", False, "by_reading"),
        ("fax", False, "by_reading"),
    ],
)
def test_each_way_has_its_own_day_and_its_own_rest_days(channel, at_once, rest_day):
    found = receipt_rule(channel, date(2024, 3, 1))
    assert (found.at_once, found.rest_day) == (at_once, rest_day)


def test_a_way_that_the_law_does_not_know_is_confirmed_and_never_taken_as_received():
    on = date(2024, 3, 1)
    assert not (received_at_once("pigeon", on) or confirmed_later("pigeon", on) or handed_over("pigeon"))
    with pytest.raises(KeyError):
        receipt_rule("pigeon", on)


def test_only_what_is_handed_over_in_the_presence_of_both_is_one_act():
    assert {channel for channel in channels() if handed_over(channel)} == {"in_person", "oral"}


def test_before_the_first_regulations_no_day_of_receipt_is_given():
    assert receipt_rule("in_person", date(2008, 5, 1)).at_once
    with pytest.raises(LawUnknown) as unknown:
        receipt_rule("in_person", date(2008, 4, 30))
    assert unknown.value.fields == {"rule": "receipt_in_person", "on": date(2008, 4, 30)}


def test_the_basis_of_a_day_of_receipt_is_the_rule_of_the_way():
    for day in (LAST_OF_OLD, FIRST_OF_NEW):
        assert receipt_basis("signed_mail", day) == rule("receipt_signed_mail", day)
        assert receipt_basis("online", day) == receipt_basis("fax", day) == rule("receipt_online", day)


def test_where_the_law_says_nothing_of_a_way_the_basis_is_that_of_the_reply(tmp_path):
    mark = "[[receipt_signed_mail.versions]]"
    head, _, _, since_2019 = law_text("statements.toml").split(mark)
    (tmp_path / "statements.toml").write_text(head + mark + since_2019, "utf-8")
    with using(LawFiles(tmp_path)):
        assert receipt_basis("signed_mail", FIRST_OF_NEW) == rule("receipt_signed_mail", FIRST_OF_NEW)
        assert receipt_basis("signed_mail", LAST_OF_OLD) == rule("reply", LAST_OF_OLD)
