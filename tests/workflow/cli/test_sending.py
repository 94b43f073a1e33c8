"""Channels and dead letters on the command line."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
from approvals import directory_text

from disclosure.notifications.channels.port import Message
from disclosure.notifications.channels.registry import register_channel, remove_channel
from disclosure.notifications.channels.settings import ChannelSettings

TEXT = """
[channel.box]
type = "folder"
path = "{path}"

[channel.oa]
type = "webhook"
url = "http://127.0.0.1:9/hook"
secret_env = "HOOK_SECRET"

[[route]]
topics = ["case.due"]
channels = ["box"]

[quiet]
begins = 20:00:00
ends = 08:00:00

[reminders]
handler = 5
head = 3
"""
SUBMIT = ("--data", "channel=oral", "--data", "applicant.kind=natural_person", "--data", "information=x")


class IntranetSettings(ChannelSettings):
    """A host's channel over a net that is down."""

    type: Literal["intranet"] = "intranet"

    def open(self, secrets: Mapping[str, str]) -> "Intranet":
        return Intranet()


class Intranet:
    def send(self, message: Message, at: datetime) -> None:
        raise ValueError("内网断了")


@pytest.fixture
def intranet() -> Iterator[None]:
    register_channel("intranet", IntranetSettings)
    yield
    remove_channel("intranet")


@pytest.fixture
def text(cli) -> Path:
    path = cli.folder / "channels.toml"
    path.write_text(TEXT.format(path=(cli.folder / "out").as_posix()), "utf-8")
    return path


@pytest.fixture
def case(cli):
    for move, data in (("submit", SUBMIT), ("accept", ())):
        cli.json("move", "A-1", move, "--at", "2024-03-01", *data)


def test_channels_are_checked_put_on_record_shown_and_printed_as_they_were(cli, text):
    assert cli.json("channels") == {"channels": None}
    assert "channels FILE" in cli("channels").out
    assert set(cli.json("channels", str(text), "--check")["channel"]) == {"box", "oa"}
    assert cli.json("channels") == {"channels": None}
    found = cli.json("channels", str(text))
    assert found["missing"] == [{"channel": "oa", "name": "HOOK_SECRET"}]
    shown = cli("channels")
    assert (
        "文件夹" in shown.out,
        "到期提醒" in shown.out,
        "经办人提前 5 个工作日" in shown.out,
        "20:00 至 08:00" in shown.out,
    ) == (True,) * 4
    assert "HOOK_SECRET" in shown.err
    assert cli("channels", "--text").out == text.read_text("utf-8")


def test_faults_are_told_at_once_and_nothing_is_put_on_record(cli, text):
    text.write_text(text.read_text("utf-8").replace("5", "1", 1).replace('path = "', 'colour = "'), "utf-8")
    for arguments, status in (((str(text), "--check"), 1), ((str(text),), 2)):
        answer = cli("channels", *arguments)
        assert answer.status == status
        assert "colour" in answer.err
        assert "path" in answer.err
    assert cli.json("channels") == {"channels": None}
    assert cli("channels", "no-such-file.toml").status == 2


def test_a_test_tells_of_each_channel_whether_it_works(cli, text):
    answer = cli("channels", str(text), "--check", "--test", "--format", "json")
    assert answer.status == 1
    assert [(item["channel"], item["delivered"]) for item in answer.json["tried"]] == [("box", True), ("oa", False)]
    assert "HOOK_SECRET" in answer.json["tried"][1]["message"]


def test_whatever_a_hosts_channel_raises_is_told_and_the_next_one_is_tried(cli, text, intranet):
    text.write_text('[channel.net]\ntype = "intranet"\n' + text.read_text("utf-8"), "utf-8")
    answer = cli("channels", str(text), "--check", "--test", "--format", "json")
    assert answer.status == 1
    tried = [(item["channel"], item["delivered"]) for item in answer.json["tried"]]
    assert tried == [("net", False), ("box", True), ("oa", False)]
    assert answer.json["tried"][0]["message"] == "ValueError: 内网断了"


def test_a_channel_of_a_kind_that_nobody_registered_here_is_listed_and_fails_its_test(cli, text, intranet):
    net = '[channel.net]\ntype = "intranet"\n'
    text.write_text(net + text.read_text("utf-8").replace('["box"]', '["box", "net"]'), "utf-8")
    assert cli.json("channels", str(text))["unregistered"] == []
    remove_channel("intranet")
    assert cli.json("channels")["unregistered"] == [{"channel": "net", "kind": "intranet"}]
    shown = cli("channels")
    assert "intranet（没有登记）" in shown.out
    assert "“intranet”没有在本系统登记" in shown.err
    tried = cli("channels", "--test")
    assert tried.status == 1
    assert "net: 通道“net”的种类“intranet”没有在本系统登记" in tried.out


def test_a_test_fails_where_the_only_channel_is_of_an_unregistered_kind(cli, text, intranet):
    text.write_text('[channel.net]\ntype = "intranet"\n', "utf-8")
    cli.json("channels", str(text))
    remove_channel("intranet")
    answer = cli("channels", "--test", "--format", "json")
    assert answer.status == 1
    assert [(item["channel"], item["delivered"]) for item in answer.json["tried"]] == [("net", False)]


@pytest.mark.wheel
def test_reminders_go_out_through_the_channels(cli, text, case):
    cli.json("channels", str(text))
    assert cli.json("tick", today="2024-03-27")["reminders"] == 2
    done = cli.json("relay", "--send", today="2024-03-27")
    assert (done["sent"], done["failed"], done["left"], done["dead"]) == (2, 0, 0, 0)
    files = [json.loads(path.read_text("utf-8")) for path in (cli.folder / "out").iterdir()]
    assert {file["data"]["payload"]["levels"][0] for file in files} == {"handler", "head"}
    assert cli.json("relay", "--send", today="2024-03-27")["sent"] == 0


def test_without_channels_nothing_is_tried(cli, case):
    answer = cli("relay", "--send")
    assert answer.status == 2
    assert answer.err.startswith("channels_needed")
    assert cli.json("relay", "--to", "sent.jsonl")["sent"] == 2


def test_dead_letters_are_listed_and_put_back(cli, text, case):
    (cli.folder / "out").write_text("in the way", "utf-8")
    cli.json("channels", str(text))
    cli.json("tick", today="2024-03-27")
    day = 0
    while not cli("relay", "--dead", "--format", "json").json["dead"]:
        day += 1
        answer = cli("relay", "--send", today=f"2024-{4 + day // 28:02}-{1 + day % 28:02}")
    assert answer.status == 1
    assert "relay --dead" in answer.err
    found = cli.json("relay", "--dead")["dead"]
    assert len(found) == 2
    assert found[0]["failure"].startswith("folder_unwritable: 文件夹")
    assert "folder_unwritable" in cli("relay", "--dead").out.replace("\n", "").replace(" ", "")
    (cli.folder / "out").unlink()
    assert cli("relay", "--replay", "nonsense").status == 2
    assert cli.json("relay", "--replay", found[0]["key"]) == {"replayed": 1}
    assert cli.json("relay", "--replay-all") == {"replayed": 1}
    assert "没有" in cli("relay", "--dead").out
    assert cli.json("relay", "--send", today="2024-06-30")["sent"] == 2


def test_who_may_not_administer_neither_sets_nor_tries_nor_puts_back(cli, text):
    people = cli.folder / "people.toml"
    people.write_text(directory_text(), "utf-8")
    cli.json("directory", "--load", str(people))
    for arguments in (
        ("channels", str(text)),
        ("channels", str(text), "--check", "--test"),
        ("relay", "--replay-all"),
        ("relay", "--dead"),
    ):
        answer = cli(*arguments, "--as", "u1")
        assert answer.status == 2, arguments
        assert answer.err.startswith("not_permitted"), arguments
    assert not (cli.folder / "out").exists()
