"""What an agency has set about sending: put on record, and tested channel by channel."""

from collections.abc import Mapping
from typing import Literal

import pytest
import rows as t
from office import CLERK
from sending import CONTACTS, ENV, NIGHT, folder, hook, mail
from sqlalchemy import select

from disclosure.notifications.channels.port import Channel, NotDelivered
from disclosure.notifications.channels.registry import register_channel, remove_channel
from disclosure.notifications.channels.settings import ChannelSettings
from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, NotPermitted
from disclosure.workflow import (
    Context,
    set_channels,
)
from disclosure.workflow.delivery.channels import channels_of, check_delivery


def test_only_who_may_configure_sets_channels_and_every_version_is_kept(sessions, clock, setup, tmp_path):
    with sessions() as session, pytest.raises(NotPermitted):
        set_channels(Context(session, CLERK, clock=clock), "")
    setup(folder(tmp_path))
    setup(NIGHT)
    with sessions() as session:
        connection = session.connection()
        plan = channels_of(connection, "default")
        texts = connection.execute(select(t.config.c.value).where(t.config.c.topic == "channels")).scalars().all()
    assert plan is not None
    assert (plan.channel, len(texts)) == ({}, 2)


def test_people_and_roles_that_the_office_does_not_have_are_faults(people, setup):
    with pytest.raises(BadData) as caught:
        setup('[contacts]\nu99 = "x@example.gov.cn"\n[roles]\nhead = ["boss"]\n')
    assert {(fault["field"], fault["problem"]) for fault in caught.value.faults} == {
        ("contacts.u99", "unknown_person"),
        ("roles.head", "nobody_holds"),
    }


def test_settings_on_record_are_read_by_the_model_that_is_registered_now(sessions, setup):
    def defined() -> type[ChannelSettings]:
        class RiderSettings(ChannelSettings):
            type: Literal["rider"] = "rider"

            def open(self, secrets: Mapping[str, str]) -> Channel:
                raise NotDelivered("no_address")

        register_channel("rider", RiderSettings)
        return RiderSettings

    try:
        defined()
        setup('[channel.r]\ntype = "rider"\n')
        for _ in range(2):
            model = defined()
            with sessions() as session:
                plan = channels_of(session.connection(), "default")
            assert plan is not None and type(plan.channel["r"]) is model
    finally:
        remove_channel("rider")


def test_each_channel_can_be_tried(setup, clock, box, web, tmp_path):
    plan = setup(mail(box), hook(web), folder(tmp_path / "out"), CONTACTS)
    web.status = 500
    found = check_delivery(plan, "u2", ENV, clock.now())
    assert [(item.channel, item.delivered) for item in found] == [("mail", True), ("oa", False), ("box", True)]
    assert box.to == [["li@example.gov.cn"]]
    assert "500" in describe(found[1].remark)
