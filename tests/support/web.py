"""The HTTP interface in tests: requests as people of an office make them, each through the WSGI application itself."""

from datetime import date
from functools import cache
from typing import Any

from approvals import ROLES, Office, person
from counter import PROFILE
from jsonschema import Draft202012Validator
from office import ADMIN
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import Client, TestResponse

from disclosure.workflow import Actor, Context, set_profile
from disclosure.workflow.web import Environ, create_app
from disclosure.workflow.web.openapi import document
from disclosure.workflow.web.resources import operations

HEADER = "X-Test-User"
DAY = date(2024, 3, 5)
SUBMISSION = {
    "channel": "in_person",
    "applicant": {"kind": "natural_person", "name": "欧阳小明", "phone": "13800138000"},
    "information": "滨河路改造规划批复",
}


def by_header(environ: Environ, /) -> Actor | None:
    """The person of the office whom a header names; a test has no other login."""
    user = environ.get("HTTP_X_TEST_USER")
    return person(str(user)) if user in ROLES else None


class Web:
    """An office with its people, a procedure and a case, and the interface on its database."""

    def __init__(self, sessions: sessionmaker[Session], **more: Any) -> None:
        self.office = Office(sessions, on=DAY).accept()
        with sessions() as session, session.begin():
            set_profile(Context(session, ADMIN, clock=self.office.clock), dict(PROFILE))
        self.app = create_app(sessions, **{"authenticate": by_header, "clock": self.office.clock} | more)
        self.client = Client(self.app)

    def get(self, path: str, user: str | None = "u2", **more: Any) -> TestResponse:
        """A GET below ``api/v1/`` as that person."""
        return self.send("GET", path, user, **more)

    def post(self, path: str, json: object = None, user: str | None = "u2", **more: Any) -> TestResponse:
        """A POST with a body."""
        return self.send("POST", path, user, **{"json": json, **more} if json is not None else more)

    def send(self, method: str, path: str, user: str | None, **more: Any) -> TestResponse:
        """A request."""
        headers = dict(more.pop("headers", {})) | ({HEADER: user} if user is not None else {})
        more.setdefault("buffered", True)  # read and closed, as a server does
        response = self.client.open(f"/api/v1/{path}", method=method, headers=headers, **more)
        check_described(response)
        return response

    def submit(self, case: str, user: str = "u1", **more: Any) -> TestResponse:
        """A request that is registered."""
        return self.post("cases", {"case": case, "at": "2024-03-04", "data": SUBMISSION}, user, **more)


@cache
def described() -> dict[str, Any]:
    """What ``openapi.json`` says."""
    return document(operations())


def check_described(response: TestResponse) -> None:
    """Holds an answer against what ``openapi.json`` says of its operation: status, media type, and the JSON itself."""
    name = response.request.environ.get("disclosure.operation")
    if name is None:
        return
    answers = {
        item["operationId"]: item["responses"] for path in described()["paths"].values() for item in path.values()
    }[name]
    assert str(response.status_code) in answers, (name, response.status_code, response.get_data(as_text=True))
    content = answers[str(response.status_code)]["content"]
    if response.mimetype in ("application/json", "application/problem+json"):
        schema = content[response.mimetype]["schema"]
        Draft202012Validator(schema | {"components": described()["components"]}).validate(response.json)
    else:
        assert {response.mimetype, "application/octet-stream"} & content.keys(), (name, response.mimetype)


def code(response: TestResponse) -> tuple[int, str]:
    """The status and the code of a problem, which is one as RFC 9457 has it."""
    assert response.mimetype == "application/problem+json", response.get_data(as_text=True)
    problem = response.json
    assert problem["status"] == response.status_code
    assert problem["type"].endswith(problem["code"])
    assert problem["title"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in problem["detail"])
    return response.status_code, problem["code"]
