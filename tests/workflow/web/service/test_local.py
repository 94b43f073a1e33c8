"""The login on one machine: a token for programs, a ticket for one browser, each ticket once."""

from datetime import date

import pytest
from approvals import person
from web import DAY, Web, code
from werkzeug.test import Client

from disclosure.workflow import FixedClock
from disclosure.workflow.web import Caller, create_app
from disclosure.workflow.web.service.clients import hash_of
from disclosure.workflow.web.service.local import COOKIE, LocalLogin

TOKEN = hash_of("of the tests")


class Machine:
    """The interface as it is reached on the machine, with its login and clock."""

    def __init__(self, web: Web) -> None:
        self.clock = FixedClock(DAY)
        self.login = LocalLogin(TOKEN, lambda environ: Caller(person("u2")), self.clock)
        self.app = self.login.around(
            create_app(web.office.sessions, authenticate=self.login, clock=self.clock).wsgi_app
        )

    def browser(self) -> Client:
        """A browser that has not been here."""
        return Client(self.app)


@pytest.fixture
def machine(web: Web) -> Machine:
    """The machine."""
    return Machine(web)


def test_a_ticket_opens_one_session_and_is_spent(machine: Machine) -> None:
    ticket = machine.login.new_ticket()
    first, second = machine.browser(), machine.browser()
    opened = first.get(f"/login?ticket={ticket}")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/api/v1/todo")
    assert {"HttpOnly", "SameSite=Strict"} <= set(opened.headers["Set-Cookie"].split("; "))
    assert first.get("/api/v1/cases").status_code == 200
    assert code(second.get(f"/login?ticket={ticket}")) == (401, "ticket_spent")
    assert code(second.get("/api/v1/cases")) == (401, "unauthorized")


@pytest.mark.parametrize("query", ["", "?ticket=", "?ticket=guess"])
def test_what_is_no_ticket_opens_nothing(machine: Machine, query: str) -> None:
    found = machine.browser().get(f"/login{query}")
    assert code(found) == (401, "ticket_spent")
    assert "Set-Cookie" not in found.headers


def test_a_ticket_and_a_session_grow_old(machine: Machine) -> None:
    ticket, fresh = machine.login.new_ticket(), machine.login.new_ticket()
    browser = machine.browser()
    machine.clock.advance(minutes=14)
    assert browser.get(f"/login?ticket={fresh}").status_code == 303
    machine.clock.advance(minutes=1)
    assert code(machine.browser().get(f"/login?ticket={ticket}")) == (401, "ticket_spent")
    assert browser.get("/api/v1/health/live").status_code == 200
    machine.clock.advance(hours=12)
    assert code(browser.get("/api/v1/cases")) == (401, "unauthorized")


def test_the_token_opens_the_interface_and_stands_in_no_address(machine: Machine) -> None:
    browser = machine.browser()
    assert browser.get("/api/v1/cases", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    for token in ("guess", "", "\xff"):
        assert code(browser.get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"})) == (401, "unauthorized")
    assert code(browser.get(f"/login?ticket={TOKEN}")) == (401, "ticket_spent")
    assert browser.get("/api/v1/cases").status_code == 401


@pytest.mark.parametrize("cookie", ["", f"{COOKIE}=guess", f"{COOKIE}", "a b;c=\x01"])
def test_a_cookie_that_was_never_given_opens_nothing(machine: Machine, cookie: str) -> None:
    found = Client(machine.app, use_cookies=False).get("/api/v1/cases", headers={"Cookie": cookie})
    assert code(found) == (401, "unauthorized")
    assert machine.clock.now().date() == date(2024, 3, 5)


def test_a_ticket_is_not_spent_by_anything_but_a_get(machine: Machine) -> None:
    ticket = machine.login.new_ticket()
    assert machine.browser().post(f"/login?ticket={ticket}").status_code == 401
    assert machine.browser().get(f"/login?ticket={ticket}").status_code == 303
