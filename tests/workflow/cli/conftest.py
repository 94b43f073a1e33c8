"""A command line in the process, with a database of its own."""

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile
from typing import Any, NamedTuple

import pytest
from approvals import directory_text, procedure_text

from disclosure.workflow.cli.main import run


class Answer(NamedTuple):
    """What a command gave back."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


class Cli:
    """Runs commands on one database and one day."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capture = folder, capture
        self.db = str(folder / "disclosure.db")
        self.today = "2024-06-03"

    def __call__(self, *arguments: str, today: str | None = None) -> Answer:
        """One command."""
        self.capture.readouterr()
        status = run([*arguments, "--db", self.db, "--today", today or self.today])
        return Answer(status, *self.capture.readouterr())

    def json(self, *arguments: str, today: str | None = None) -> Any:
        """The JSON document of a command that works."""
        answer = self(*arguments, "--format", "json", today=today)
        assert answer.status == 0, answer
        return answer.json

    def journal(self, *lines: Any, name: str = "journal.jsonl") -> Path:
        """A journal file; texts are written as they are."""
        path = self.folder / name
        path.write_text(
            "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), "utf-8"
        )
        return path

    def replay(self, *lines: Any, options: tuple[str, ...] = ()) -> Answer:
        """Applies lines."""
        return self("replay", str(self.journal(*lines)), "--format", "json", *options)


@pytest.fixture
def cli(tmp_path: Path, empty_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A command line in a folder of its own, with an empty database."""
    found = _bare(tmp_path, capsys, monkeypatch)
    copyfile(empty_file, found.db)
    return found


@pytest.fixture
def bare(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The same without a database."""
    return _bare(tmp_path, capsys, monkeypatch)


def _bare(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCLOSURE_DB", raising=False)
    return Cli(tmp_path, capsys)


PROFILE = (
    "name=湖城市水务局",
    "kind=department",
    "code=湖水公开",
    "address=滨河路1号",
    "phone=0000-1",
    "court=湖城市中级人民法院",
    "review_organ=湖城市人民政府",
)
Line = Callable[..., dict[str, Any]]


@pytest.fixture
def line() -> Line:
    """Makes a journal line."""

    def make(case: str, move: str, at: str, **data: Any) -> dict[str, Any]:
        if move == "submit" and not data:
            data = {
                "channel": "in_person",
                "applicant": {"kind": "natural_person", "name": "王小明"},
                "information": "文件",
            }
        return {"case": case, "move": move, "at": at, "by": "u017", "data": data}

    return make


@pytest.fixture
def replied(cli: Cli, line: Line) -> None:
    """A case with a reply, in an office that has told of itself."""
    cli.replay(
        line("A-1", "submit", "2024-05-06"),
        line("A-1", "accept", "2024-05-06"),
        line("A-1", "reply", "2024-05-20", answer="O02", delivery="post", ground="可以公开"),
    )
    cli("agency", *(part for item in PROFILE for part in ("--set", item)))


REQUEST = (
    "--data",
    "channel=in_person",
    "--data",
    "applicant.kind=natural_person",
    "--data",
    "applicant.name=欧阳小明",
    "--data",
    "applicant.id_number=110101199003078888",
    "--data",
    "information=某文件",
)


@pytest.fixture
def office(cli: Cli) -> Cli:
    """People, a procedure, and a request that waits for its reply."""
    cli.today = "2024-03-05"
    people, procedure = cli.folder / "people.toml", cli.folder / "procedure.toml"
    people.write_text(directory_text(), "utf-8")
    procedure.write_text(
        procedure_text("head disclosure_head any 10", "leader leader any 20", seal="seal_keeper"), "utf-8"
    )
    cli.json("directory", "--load", str(people))
    cli.json("procedure", "--load", str(procedure), "--as", "root")
    cli.json("move", "A-1", "submit", "--at", "2024-03-01", "--as", "u1", *REQUEST)
    cli.json("move", "A-1", "accept", "--at", "2024-03-01", "--as", "u1")
    return cli
