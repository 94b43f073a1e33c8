"""The command ``serve``: a real process on a real port, from its first line to its stop."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from disclosure.workflow.cli.main import run
from disclosure.workflow.web.service.clients import hash_of

TOKEN = hash_of("of the tests")
PROGRAM = [sys.executable, "-c", "from disclosure.workflow.cli.main import main; main()"]


@contextmanager
def served(folder: Path, *typed: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The service in a process of its own, with the address that it prints."""
    command = [*PROGRAM, "serve", "--port", "0", "--db", str(folder / "office.db"), *typed]
    environ = os.environ | {"PYTHONUNBUFFERED": "1", "DISCLOSURE_TOKEN": TOKEN}
    process = subprocess.Popen(  # noqa: S603 - this interpreter
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ
    )
    try:
        assert process.stderr is not None
        address = next(found[0] for line in process.stderr if (found := re.search(r"http://\S+/api/v1/", line)))
        yield process, address
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate()


def test_it_serves_with_its_token_and_stops_when_it_is_asked_to(tmp_path: Path) -> None:
    with served(tmp_path, "--prefix", "/foi") as (process, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/foi/api/v1/", address)
        body = {
            "case": "A/1",
            "data": {"channel": "oral", "applicant": {"kind": "natural_person"}, "information": "路"},
        }
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        made = urllib.request.Request(f"{address}cases", json.dumps(body).encode(), headers)  # noqa: S310 - of our own
        with urllib.request.urlopen(made) as answer:  # noqa: S310
            assert (answer.status, answer.headers["Location"]) == (201, "/foi/api/v1/cases/A~2F1")
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate()
    assert process.returncode == 0
    assert "operation=submitCase method=POST status=201" in told
    assert "已停止" in told


def test_the_ticket_that_it_prints_opens_the_interface_once(tmp_path: Path) -> None:
    with served(tmp_path) as (process, _):
        assert process.stdout is not None
        url = re.search(r"http://\S+/login\?ticket=\S+", process.stdout.readline())
        assert url is not None
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(url[0]) as answer:
            assert json.load(answer)["box"] == "todo"
        with pytest.raises(urllib.error.HTTPError) as spent:
            opener.open(url[0])
        assert spent.value.code == 401
        spent.value.close()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (["--host", "0.0.0.0"], "serve_needs_identities"),  # noqa: S104 - what is refused
        (["--prefix", "foi"], "usage"),
        (["--prefix", "/../x?"], "usage"),
        (["--today", "2024-03-01"], "usage"),
        (["--config", "missing.toml"], "file_missing"),
        (["--port", "70000"], "usage"),
        (["--port", "x"], "usage"),
    ],
)
def test_what_cannot_be_served_is_told_before_it_begins(
    tmp_path: Path, typed: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", *typed, "--db", str(tmp_path / "office.db")]) == 2
    assert code in capsys.readouterr().err


def test_a_token_is_made_with_what_stands_in_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--new-token", "--format", "json"]) == 0
    found = json.load(io.StringIO(capsys.readouterr().out))
    assert found.keys() == {"token", "token_sha256"}
    assert len(found["token_sha256"]) == 64


def test_where_people_are_on_record_somebody_of_them_serves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = tmp_path / "people.toml"
    people.write_text(
        '[[person]]\nid = "u1"\nname = "张三"\ndepartment = "办公室"\nroles = ["administrator"]\n', "utf-8"
    )
    database = ["--db", str(tmp_path / "office.db")]
    assert run(["directory", "--load", str(people), *database]) == 0
    assert run(["serve", *database]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("who_acts")
    with served(tmp_path, "--as", "u1") as (_, address):
        asked = urllib.request.Request(f"{address}stuck", headers={"Authorization": f"Bearer {TOKEN}"})  # noqa: S310
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            assert json.load(answer) == {"items": []}
