"""Kinds of channels: the shipped ones and a host's own, known by the same registry."""

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from importlib import resources
from pathlib import Path
from typing import ClassVar, Literal
from urllib.error import HTTPError
from urllib.parse import parse_qs

import pytest
from papers import paper
from pydantic import Field
from receivers import web_server

from disclosure.notifications.channels.config import parse_channels
from disclosure.notifications.channels.port import Message, NotDelivered
from disclosure.notifications.channels.registry import channel_kinds, register_channel, remove_channel, settings_of
from disclosure.notifications.channels.settings import Audience, ChannelSettings, RequiredVariable
from disclosure.notifications.formats.carriers import Carrier, find_carrier, register_carrier, remove_carrier, suffix_of
from disclosure.states.calendar.dates import SHANGHAI
from disclosure.states.errors import BadData

OURS = ("chat", "folder", "mail", "webhook")
SHIPPED = channel_kinds()
"""The shipped kinds: those of today, and whatever has been added."""
STOOD_ON = {"config", "port", "registry", "settings"}
"""Modules of the folder that are no channels."""
TEXT = '[channel.flock]\ntype = "pigeon"\nloft = "roof"\nring_env = "PIGEON_RING"\n'


class PigeonSettings(ChannelSettings):
    """A host's own kind of channel."""

    audience: ClassVar[Audience] = "person"

    type: Literal["pigeon"] = "pigeon"
    loft: str = Field(min_length=1)
    ring_env: RequiredVariable

    def open(self, secrets: Mapping[str, str]) -> "Pigeon":
        return Pigeon(self.loft, secrets["ring_env"])


class Pigeon:
    def __init__(self, loft: str, ring: str) -> None:
        self.loft, self.ring = loft, ring

    def send(self, message: Message, at: datetime) -> None:
        raise NotDelivered("no_address")


@pytest.fixture
def pigeon() -> Iterator[None]:
    register_channel("pigeon", PigeonSettings)
    yield
    remove_channel("pigeon")


def test_a_hosts_kind_is_read_by_its_own_model_and_opened_with_its_secrets(pigeon):
    plan = parse_channels(TEXT)
    assert plan.missing({}) == [("flock", "PIGEON_RING")]
    opened = plan.open("flock", {"PIGEON_RING": "7"})
    assert (type(opened), opened.loft, opened.ring) == (Pigeon, "roof", "7")
    assert plan.model_dump()["channel"]["flock"]["loft"] == "roof"


def test_the_faults_of_a_hosts_kind_are_told_like_any_others(pigeon):
    with pytest.raises(BadData) as caught:
        parse_channels(TEXT.replace("roof", "").replace("PIGEON_RING", "hidden-word") + 'colour = "red"\n')
    assert {(fault["field"], fault["problem"]) for fault in caught.value.faults} == {
        ("channel.flock.loft", "empty"),
        ("channel.flock.ring_env", "not_a_variable"),
        ("channel.flock.colour", "not_a_field"),
    }
    assert "hidden-word" not in str(caught.value)


def test_a_kind_that_nobody_registered_is_a_fault_that_names_those_there_are(pigeon):
    with pytest.raises(BadData) as caught:
        parse_channels('[channel.fast]\ntype = "falcon"\n')
    assert caught.value.faults == [
        {"field": "channel.fast.type", "problem": "not_one_of", "choices": "、".join((*SHIPPED, "pigeon"))}
    ]
    remove_channel("pigeon")
    with pytest.raises(BadData):
        parse_channels(TEXT)


def test_a_kind_belongs_to_one_model(pigeon):
    register_channel("pigeon", PigeonSettings)  # again: it changes nothing
    with pytest.raises(ValueError, match="pigeon"):
        register_channel("pigeon", ChannelSettings)
    with pytest.raises(ValueError, match="mail"):
        register_channel("mail", PigeonSettings)
    assert channel_kinds() == (*SHIPPED, "pigeon")


def test_a_kind_may_be_registered_by_the_place_of_its_model():
    register_channel("other", "disclosure.notifications.channels.folder:FolderSettings")
    register_channel("wrong", "disclosure.notifications.channels.folder:FolderChannel")
    try:
        assert settings_of("other") is settings_of("folder")
        with pytest.raises(TypeError, match="FolderChannel"):
            settings_of("wrong")
    finally:
        remove_channel("other")
        remove_channel("wrong")


HOST = """
from typing import Literal
from disclosure.notifications.channels.registry import register_channel
from disclosure.notifications.channels.settings import ChannelSettings
from disclosure.notifications.formats.carriers import Carrier, register_carrier

class RunnerSettings(ChannelSettings):
    type: Literal["runner"] = "runner"

    def open(self, secrets):
        return "opened"

def write(notice, letterhead):
    return b"written"

register_channel("runner", RunnerSettings)
register_carrier(Carrier("scroll", "text/plain", "scroll", write))
"""


def test_a_hosts_module_may_be_loaded_anew_and_its_definitions_replace_the_earlier(tmp_path, monkeypatch):
    path = tmp_path / "host_of_runners.py"
    path.write_text(HOST, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    text = '[channel.r]\ntype = "runner"\n'
    try:
        module = importlib.import_module("host_of_runners")
        before = settings_of("runner")
        path.write_text(HOST.replace("opened", "opened anew").replace("written", "written anew"), "utf-8")
        importlib.reload(module)
        assert settings_of("runner") is module.RunnerSettings is not before
        assert parse_channels(text).open("r", {}) == "opened anew"
        carrier = find_carrier("scroll")
        assert carrier is not None and carrier.write is module.write
        with pytest.raises(ValueError, match="runner"):
            register_channel("runner", PigeonSettings)
        with pytest.raises(ValueError, match="scroll"):
            register_carrier(Carrier("scroll", "text/plain", "scroll", lambda notice, letterhead: b""))
    finally:
        remove_channel("runner")
        remove_carrier("scroll")
        sys.modules.pop("host_of_runners", None)


def test_every_module_of_the_folder_that_is_no_part_of_the_rest_is_a_kind():
    folder = Path(str(resources.files("disclosure.notifications.channels")))
    assert set(OURS) <= set(SHIPPED)
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == STOOD_ON | set(channel_kinds())
    for kind in channel_kinds():
        model = settings_of(kind)
        assert model is not None
        assert (model.__module__, model.model_fields["type"].default) == (
            f"disclosure.notifications.channels.{kind}",
            kind,
        )


@pytest.mark.parametrize(
    "name", ["", "port", "settings", "registry", "__init__", "_mail", "mail.py", ".mail", "../channels/mail", "Mail"]
)
def test_what_is_no_name_of_a_channels_module_is_no_kind(name):
    assert settings_of(name) is None


def test_a_host_may_give_its_kind_the_name_of_a_module_that_is_no_channel():
    register_channel("port", PigeonSettings)
    try:
        assert settings_of("port") is PigeonSettings
        assert channel_kinds() == (*SHIPPED, "port")
    finally:
        remove_channel("port")
    assert settings_of("port") is None


def test_a_shipped_kind_is_imported_when_an_office_has_set_it_and_no_other_with_it():
    code = (
        "import sys\n"
        "from disclosure.notifications.channels.config import parse_channels\n"
        "def loaded():\n"
        "    names = [f'disclosure.notifications.channels.{name}' for name in ('chat', 'folder', 'mail', 'webhook')]\n"
        "    return ','.join(name.rpartition('.')[2] for name in names if name in sys.modules) or '-'\n"
        "before = loaded()\n"
        'parse_channels(\'[channel.f]\\ntype = "folder"\\npath = "out"\\n\')\n'
        "print(before, loaded(), sorted({'apprise', 'requests', 'smtplib'} & set(sys.modules)))\n"
    )
    run = [sys.executable, "-c", code]
    printed = subprocess.run(run, check=True, capture_output=True, text=True)  # noqa: S603 - this interpreter
    assert printed.stdout.split() == ["-", "folder", "[]"]


def test_the_channel_of_the_documents_sends_and_their_carrier_can_be_registered():
    page = (Path(__file__).parents[3] / "docs" / "channels.md").read_text("utf-8")
    channel, carrier = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    at = datetime(2024, 3, 1, tzinfo=SHANGHAI)
    try:
        exec(compile(channel, "channels.md", "exec"), {})  # noqa: S102 - the project's own text
        exec(compile(carrier, "channels.md", "exec"), {})  # noqa: S102 - likewise
        with web_server() as web:
            plan = parse_channels(f'[channel.p]\ntype = "pager"\ngateway = "{web.url}"\ntoken_env = "T"\n')
            number = plan.channel["p"].address_of("u017", {})
            assert number is not None
            pager = plan.open("p", {"T": "t"})
            pager.send(Message("k", "题", "到期了", (number,)), at)
            web.status = 503
            with pytest.raises(HTTPError, match="503") as refused:
                pager.send(Message("k", "题", "到期了", (number,)), at)
            refused.value.close()
            with pytest.raises(NotDelivered):
                pager.send(Message("k", "题", "到期了"), at)
        form = {"token": ["t"], "key": ["k"], "number": ["6017"], "text": ["到期了"]}
        assert [parse_qs(body.decode()) for _, _, body in web.requests] == [form, form]
        html = find_carrier("html")
        assert suffix_of("html") == "html" and html is not None
        reply, plain = paper("reply"), html.write(paper("reply"), None).decode()
        assert f"<title>{reply.title}</title>" in plain
        assert all(escape(item.text) in plain for item in reply.paragraphs)
    finally:
        remove_channel("pager")
        remove_carrier("html")
