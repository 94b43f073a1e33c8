"""Every door asks: each public function and each command, called by somebody without a role and by a stranger."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from doors import (
    CASE,
    COMMANDS,
    EXEMPT_COMMANDS,
    EXEMPT_FUNCTIONS,
    EXEMPT_OPERATIONS,
    FUNCTIONS,
    NOBODY,
    OPERATIONS,
    SECRETS,
    STRANGER,
    WITHOUT_KEY,
    House,
    commands,
    functions,
    text_in,
)
from office import ADMIN
from security_page import PAGE, page

import disclosure.workflow
from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import DisclosureError, NotPermitted
from disclosure.workflow.web.resources import operations

KEYED = {
    name for name in FUNCTIONS if "idempotency_key" in inspect.signature(getattr(disclosure.workflow, name)).parameters
}
TYPED = [arguments for ways in COMMANDS.values() for arguments in ways]
COULD_NOT_RUN = 2


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The office; nobody in this module may change anything in it."""
    found = House(tmp_path_factory.mktemp("house"))
    yield found
    found.engine.dispose()


@pytest.fixture
def untouched(house: House) -> Iterator[House]:
    """The office, which must be as it was when the test ends."""
    before = house.rows()
    yield house
    assert house.rows() == before


def test_every_public_function_is_called_or_exempt_with_a_reason() -> None:
    assert sorted(functions()) == sorted([*FUNCTIONS, *EXEMPT_FUNCTIONS])
    assert all(EXEMPT_FUNCTIONS.values())


def test_every_command_is_called_or_exempt_with_a_reason() -> None:
    assert sorted(commands()) == sorted([*COMMANDS, *EXEMPT_COMMANDS])
    assert all(EXEMPT_COMMANDS.values())


def test_one_module_decides() -> None:
    """Nobody else asks the authorizer, so that no door has a rule of its own."""
    folder = Path(disclosure.workflow.__file__).parent
    asking = [path for path in folder.rglob("*.py") if re.search(r"\.allows\(", path.read_text("utf-8"))]
    assert {path.relative_to(folder).as_posix() for path in asking} == {"kernel/context.py"}


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - KEYED - WITHOUT_KEY.keys()))
def test_what_takes_no_idempotency_key_and_has_no_reason_only_reads(untouched: House, name: str) -> None:
    untouched.call(name, ADMIN)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_refuses_who_has_no_role(untouched: House, name: str) -> None:
    with pytest.raises(NotPermitted) as refused:
        untouched.call(name, NOBODY)
    assert refused.value.fields["user"] == NOBODY.user_id


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_shows_nothing_of_a_case_to_another_department(untouched: House, name: str) -> None:
    try:
        shown = text_in(untouched.call(name, STRANGER))
    except DisclosureError as error:
        shown = describe(error).replace(CASE, "")
    assert [secret for secret in (*SECRETS, CASE) if secret in shown] == []


@pytest.mark.parametrize("arguments", TYPED, ids=" ".join)
def test_a_command_refuses_who_has_no_role(
    untouched: House, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    files = untouched.files()
    for user, code in ((NOBODY.user_id, "not_permitted"), (None, "who_acts"), ("nobody", "unknown_user")):
        assert untouched.run(arguments, user) == COULD_NOT_RUN
        out, err = capsys.readouterr()
        assert err.startswith(f"{code}:"), (out, err)
        assert [secret for secret in SECRETS if secret in out + err] == []
        assert untouched.files() == files


@pytest.mark.parametrize("arguments", TYPED, ids=" ".join)
def test_a_command_shows_nothing_of_a_case_to_another_department(
    untouched: House, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    done = untouched.run(arguments, STRANGER.user_id) != COULD_NOT_RUN
    out, err = capsys.readouterr()
    assert [secret for secret in SECRETS if secret in out + err] == []
    assert not (done and CASE in out)


def test_every_operation_is_called_or_exempt_with_a_reason() -> None:
    assert sorted(item.name for item in operations()) == sorted([*OPERATIONS, *EXEMPT_OPERATIONS])
    assert all(EXEMPT_OPERATIONS.values())


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_refuses_who_has_no_role(untouched: House, name: str) -> None:
    found = untouched.ask(name, NOBODY)
    assert (found.status_code, found.json["code"]) == (403, "not_permitted")
    assert [secret for secret in SECRETS if secret in found.get_data(as_text=True)] == []


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - {"submitCase"}))
def test_an_operation_shows_nothing_of_a_case_to_another_department(untouched: House, name: str) -> None:
    shown = text_in(untouched.ask(name, STRANGER).data).replace(CASE, "")
    assert [secret for secret in SECRETS if secret in shown] == []


@pytest.mark.parametrize("name", sorted(name for name, sent in OPERATIONS.items() if sent[0] == "GET"))
def test_what_is_read_over_http_writes_nothing_but_the_log_of_reads(house: House, name: str) -> None:
    before = house.rows()
    assert house.ask(name, ADMIN).status_code == 200
    after = house.rows()
    assert {table for table in before if before[table] != after[table]} <= {"dsc_read", "dsc_read_why", "dsc_case"}


def test_the_table_of_doors_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python tests/support/security_page.py"
