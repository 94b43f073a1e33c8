"""A Flask host mounts the HTTP interface under its own login: the host's users, the host's database, nothing else.

    python examples/flask_host.py

Prints:
    not logged in: 401
    registered: 201 /foi/api/v1/cases/2026~2F017
    due on 2026-04-03
    another department: 404
"""

import secrets
from datetime import date

from flask import Flask, Response, session
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import StaticPool
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from disclosure.workflow import Actor, FixedClock, create_schema
from disclosure.workflow.web import create_app, from_flask

USERS = {
    "zhang": Actor(user_id="zhang", name="张三", department="办公室", roles=("staff",)),
    "wang": Actor(user_id="wang", name="王五", department="规划科", roles=("staff",)),
}
REQUEST = {"channel": "in_person", "applicant": {"kind": "natural_person", "name": "李四"}, "information": "规划批复"}

host = Flask("oa")
host.secret_key = secrets.token_hex()


@host.post("/login/<name>")
def login(name: str) -> Response:
    """The host's own login, whatever it is."""
    session["user"] = name
    return Response(status=204)


def who_asks() -> Actor | None:
    """The person who is logged in to the host; called as in a view of the host's."""
    return USERS.get(session.get("user", ""))


def main() -> None:
    """Mounts the interface, and uses it as a page of the host's would."""
    engine = create_engine("sqlite://", poolclass=StaticPool, hide_parameters=True)  # the host's own engine
    create_schema(engine)
    clock = FixedClock(date(2026, 3, 6))  # for these lines to print the same each time; leave it out
    interface = create_app(sessionmaker(engine), authenticate=from_flask(host, who_asks), clock=clock)
    mounted = DispatcherMiddleware(host, {"/foi": interface})  # host.wsgi_app = ... where the host is served

    browser = Client(mounted)
    print(f"not logged in: {browser.get('/foi/api/v1/cases').status_code}")
    browser.post("/login/zhang")
    made = browser.post("/foi/api/v1/cases", json={"case": "2026/017", "data": REQUEST})
    print(f"registered: {made.status_code} {made.headers['Location']}")
    case = browser.get(made.headers["Location"]).get_json()
    print(f"due on {case['periods'][0]['due_on']}")
    browser.post("/login/wang")
    print(f"another department: {browser.get(made.headers['Location']).status_code}")


if __name__ == "__main__":
    main()
