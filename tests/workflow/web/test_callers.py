"""Who is asking: the ready answers for hosts, each with its own way of knowing who has logged in."""

from secrets import token_hex

from approvals import person
from flask import Flask, session
from office import CLERK
from web import DAY, Web, code
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from disclosure.workflow import FixedClock
from disclosure.workflow.web import create_app, from_flask, from_header


def test_a_proxy_names_the_person_in_a_header(web: Web) -> None:
    found = {"张三": person("u1")}
    app = create_app(web.office.sessions, authenticate=from_header(found.get, "X-OA-User"), clock=FixedClock(DAY))
    client = Client(app)
    named = "张三".encode().decode("latin-1")
    assert client.get("/api/v1/cases", headers={"X-OA-User": named}).status_code == 200
    for headers in ({}, {"X-OA-User": ""}, {"X-OA-User": "nobody"}, {"X-Remote-User": named}):
        assert code(client.get("/api/v1/cases", headers=headers)) == (401, "unauthorized")


def test_a_flask_host_is_asked_as_in_a_view_of_its_own(web: Web) -> None:
    host = Flask("host")
    host.secret_key = token_hex()

    @host.get("/login")
    def login() -> str:
        session["user"] = "u1"
        return "in"

    asked = from_flask(host, lambda: person(session["user"]) if "user" in session else None)
    inner = create_app(web.office.sessions, authenticate=asked, clock=FixedClock(DAY))
    client = Client(DispatcherMiddleware(host, {"/foi": inner}))
    assert code(client.get("/foi/api/v1/cases")) == (401, "unauthorized")
    client.get("/login")
    assert client.get("/foi/api/v1/cases").json["total"] == 1


def test_a_person_without_a_role_sees_nothing(web: Web) -> None:
    nobody = CLERK.model_copy(update={"roles": ()})
    app = create_app(web.office.sessions, authenticate=lambda environ: nobody, clock=FixedClock(DAY))
    assert code(Client(app).get("/api/v1/cases")) == (403, "not_permitted")
