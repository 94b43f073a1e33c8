"""The folder: one file for a key, whole or not at all."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from disclosure.notifications.channels.folder import FolderChannel, title_of
from disclosure.notifications.channels.port import NotDelivered
from disclosure.states.admission import file_name


def test_a_message_is_one_file_of_json(tmp_path, message, at):
    FolderChannel(tmp_path / "out").send(message, at)
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == file_name(title_of(message.key))
    found = json.loads(path.read_text("utf-8"))
    assert (found["key"], found["subject"], found["data"]) == (message.key, message.subject, message.data)
    assert "依申请" in path.read_text("utf-8")


def test_a_second_delivery_of_a_key_writes_no_second_file_and_changes_nothing(tmp_path, message, at):
    channel = FolderChannel(tmp_path)
    channel.send(message, at)
    before = next(tmp_path.iterdir()).read_bytes()
    channel.send(message, at + timedelta(days=1))
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


def test_keys_that_read_alike_have_files_of_their_own(tmp_path, message, at):
    keys = [
        "a/b/1",
        "a／b／1",
        "A/b/1",
        "a\n1",
        "a\x001",
        "CON",
        "a_b_1",
        "a:b:1",
        "依申请/1",
        "../../1",
        "a" * 300,
        "a" * 301,
        "",
    ]
    for key in keys:
        FolderChannel(tmp_path).send(replace(message, key=key), at)
    files = list(tmp_path.iterdir())
    assert len(files) == len(keys)
    assert all(len(path.name.encode()) < 255 for path in files)
    assert len({path.name.casefold() for path in files}) == len(keys)  # on a disk that knows no capitals either


def test_a_folder_that_is_a_file_means_not_delivered_and_leaves_nothing(tmp_path, message, at):
    (tmp_path / "taken").write_text("x", "utf-8")
    with pytest.raises(NotDelivered) as caught:
        FolderChannel(tmp_path / "taken").send(message, at)
    assert caught.value.code == "folder_unwritable"
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
