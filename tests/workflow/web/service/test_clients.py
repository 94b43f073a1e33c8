"""Systems that call the service: a token, a named person, the rights of that person only."""

import pytest
from web import DAY, Web, code
from werkzeug.test import Client

from disclosure.states.errors import BadData
from disclosure.workflow import FixedClock
from disclosure.workflow.web import create_app
from disclosure.workflow.web.service.clients import ClientLogin, Clients, hash_of, new_token

TOKEN = hash_of("of the tests")
FILE = f'[[client]]\nname = "oa"\ntoken_sha256 = "{hash_of(TOKEN)}"\n'


@pytest.fixture
def called(web: Web) -> Client:
    """The interface as a system reaches it."""
    clock = FixedClock(DAY)
    login = ClientLogin(Clients.parse(FILE, "clients.toml"), web.office.sessions, clock)
    return Client(create_app(web.office.sessions, authenticate=login, clock=clock))


def asks(client: Client, token: str | None, user: str | None, path: str = "cases"):
    """A GET as a system makes it."""
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    named = {"On-Behalf-Of": user.encode().decode("latin-1")} if user is not None else {}
    return client.get(f"/api/v1/{path}", headers=headers | named)


def test_a_system_acts_with_the_rights_of_the_person_whom_it_names(called: Client) -> None:
    assert asks(called, TOKEN, "u1").json["total"] == 1
    assert asks(called, TOKEN, "u7").json["total"] == 0
    assert code(asks(called, TOKEN, "u1", "reports/2024")) == (403, "not_permitted")


@pytest.mark.parametrize("token", [None, "", "guess", TOKEN + "x", TOKEN.upper(), "\xff"])
def test_who_has_no_token_or_another_is_not_let_in(called: Client, token: str | None) -> None:
    assert code(asks(called, token, "u1")) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("user", "found"), [(None, "on_behalf_missing"), ("", "on_behalf_missing"), ("某人", "unknown_user")]
)
def test_a_system_that_names_nobody_on_record_is_refused(called: Client, user: str | None, found: str) -> None:
    assert code(asks(called, TOKEN, user)) == (403, found)


def test_a_system_acts_in_its_own_agencies_only(called: Client) -> None:
    assert code(asks(called, TOKEN, "u1", "cases?agency=other")) == (403, "agency_not_own")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "client = []",
        '[[client]]\nname = "oa"',
        FILE + 'colour = "red"',
        FILE.replace('"oa"', '"O A"'),
        FILE.replace('sha256 = "', 'sha256 = "x'),
    ],
)
def test_a_file_with_a_fault_is_refused(text: str) -> None:
    with pytest.raises(BadData):
        Clients.parse(text, "clients.toml")


def test_no_token_comes_twice() -> None:
    assert new_token() != new_token()
