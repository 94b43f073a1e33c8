"""What a channel is given, and how it says that it could not deliver."""

from dataclasses import FrozenInstanceError

import pytest

from disclosure.notifications.channels.port import Message, NotDelivered


def test_a_message_cannot_be_changed_and_holds_nothing_that_was_not_given():
    message = Message("k", "主题", "正文")
    assert (message.to, dict(message.data), message.private) == ((), {}, False)
    with pytest.raises(FrozenInstanceError):
        message.text = "x"


def test_what_could_not_be_delivered_says_why_by_its_code():
    assert NotDelivered().code == "not_delivered"
    assert NotDelivered("no_contact", user="u1").fields == {"user": "u1"}
