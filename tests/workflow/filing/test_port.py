"""The registry of stores."""

import pytest

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import SetupError
from disclosure.workflow import MemoryStore, register_store
from disclosure.workflow.filing.port import VARIABLE, find_store, remove_store


@pytest.fixture
def oa():
    """A host's store under its own key."""
    found = MemoryStore("oa")
    register_store(found)
    yield found
    remove_store("oa")


def test_a_host_adds_a_store_by_its_key_and_takes_it_away_again(oa):
    assert find_store("oa") is oa
    second = MemoryStore("oa")
    register_store(second)
    assert find_store("oa") is second
    remove_store("oa")
    with pytest.raises(SetupError) as refused:
        find_store("oa")
    assert refused.value.code == "store_missing"
    assert "DISCLOSURE_HOST" in describe(refused.value)


def test_the_database_needs_nothing_and_the_folder_is_named_by_the_environment(monkeypatch, tmp_path):
    assert find_store("database").in_database
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(SetupError):
        find_store("folder")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert find_store("folder").folder == tmp_path


@pytest.mark.parametrize("key", ["", "OA", "长", "x" * 17])
def test_a_key_that_no_row_could_hold_is_refused(key):
    with pytest.raises(ValueError, match="key"):
        register_store(MemoryStore(key))


def test_what_is_no_store_is_refused_with_what_it_lacks():
    class Half:
        key, in_database = "half", False

        def put(self, connection, key, content): ...

    with pytest.raises(TypeError, match="get, remove, keys"):
        register_store(Half())
