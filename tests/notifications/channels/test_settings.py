"""What every kind of channel's settings share."""

import pytest
from pydantic import ValidationError

from disclosure.notifications.channels.chat import ChatSettings
from disclosure.notifications.channels.folder import FolderSettings
from disclosure.notifications.channels.mail import MailSettings
from disclosure.notifications.channels.settings import ChannelSettings, refusal
from disclosure.notifications.channels.webhook import WebhookSettings
from disclosure.notifications.messages.catalogue import message_keys

MAIL = MailSettings(host="smtp.example.gov.cn", sender="disclosure@example.gov.cn")
HOOK = WebhookSettings(url="https://oa.example.gov.cn/hook", secret_env="OA_SECRET")  # noqa: S106 - a name
BOX = FolderSettings(path="out")
CHAT = ChatSettings(service="wecom", address_env="WECOM")


@pytest.mark.parametrize(
    ("settings", "audience", "quiet"),
    [(MAIL, "person", True), (CHAT, "group", True), (HOOK, "system", False), (BOX, "system", False)],
)
def test_people_are_left_alone_in_quiet_hours_and_systems_are_not(settings, audience, quiet):
    assert (settings.audience, settings.quiet) == (audience, quiet)


def test_a_person_is_reached_at_the_address_among_the_contacts():
    contacts = {"u1": "zhang@example.gov.cn"}
    assert MAIL.address_of("u1", contacts) == "zhang@example.gov.cn"
    assert MAIL.address_of("u2", contacts) is None
    assert (MAIL.own_address(), BOX.own_address()) == ("disclosure@example.gov.cn", "")


def test_only_the_variables_that_are_named_are_wanted():
    assert HOOK.variables() == [("secret_env", "OA_SECRET")]
    assert MAIL.variables() == []


def test_settings_cannot_be_changed_and_the_base_opens_nothing():
    with pytest.raises(ValidationError):
        BOX.path = "other"
    with pytest.raises(TypeError, match="abstract"):
        ChannelSettings(type="folder")


@pytest.mark.parametrize("problem", ["not_an_address", "not_a_variable", "url_or_variable", "missing"])
def test_a_refusal_bears_the_code_of_a_problem_that_has_its_sentence(problem):
    assert refusal(problem).type == problem
    assert f"problem_{problem}" in message_keys()
