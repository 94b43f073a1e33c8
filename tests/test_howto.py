"""The how-tos do what they say: their snippets are put into a copy of the product, and their commands print what stands there."""

import os
import re
import shutil
import stat
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

import disclosure

ROOT = Path(__file__).parents[1]
INSTALLED = Path(str(resources.files(disclosure)))
PAGES = ROOT / "docs" / "howto"
NAMES = ("add-a-channel", "add-a-law", "add-a-move", "add-a-notice", "embed-in-a-host", "embed-over-http")

SNIPPET = re.compile(
    r"(?P<how>New file|New file of the host|At the end of|In) `(?P<path>[^`]+)`"
    r"(?:, (?P<side>above|below) the line `(?P<line>[^`]+)`|, anywhere[^:`]*)?:\n\n```\w+\n(?P<text>.*?)```",
    re.DOTALL,
)
SESSION = re.compile(r"```console\n(.*?)```", re.DOTALL)
NAMED = re.compile(r"`((?:states|notifications|workflow|tests|docs|examples|features)/[^`\s]*|[A-Z]+\.md)`")


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text("utf-8")


def put(text: str, root: Path, host: Path) -> None:
    """Each snippet of a page into the file that it names."""
    for found in SNIPPET.finditer(text):
        path = (host if found["how"].endswith("host") else root) / found["path"]
        if found["how"].startswith("New file"):
            assert not path.exists(), found["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(found["text"], "utf-8")
            continue
        before = path.read_text("utf-8")
        if found["line"] is None:
            path.write_text(f"{before}\n{found['text']}", "utf-8")
            continue
        (line,) = (line for line in before.splitlines(keepends=True) if line.strip() == found["line"])
        new = found["text"] + line if found["side"] == "above" else line + found["text"]
        path.write_text(before.replace(line, new, 1), "utf-8")


class Trial:
    """A copy of the product, and a folder to work in; ``disclosure`` there is the copy's command."""

    def __init__(self, folder: Path) -> None:
        self.package, self.work = folder / "disclosure", folder / "work"
        self.work.mkdir()
        self.package.mkdir()
        shutil.copy(INSTALLED / "__init__.py", self.package)
        for floor in ("states", "notifications", "workflow"):
            shutil.copytree(INSTALLED / floor, self.package / floor)
        (folder / "bin").mkdir()
        for name, home in (("disclosure", "disclosure.workflow.cli.main"), ("alembic", "alembic.config")):
            command = folder / "bin" / name
            run = f"from {home} import main; main()"
            command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{run}" "$@"\n', "utf-8")
            command.chmod(command.stat().st_mode | stat.S_IXUSR)
        self.environment = os.environ | {
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": f"{folder}{os.pathsep}{self.work}",
            "PYTHONIOENCODING": "utf-8",
        }
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what one command compiles the next finds

    def put(self, text: str) -> None:
        """The snippets of a page: ours into the copy, the host's into the folder."""
        put(text, self.package, self.work)

    def follow(self, text: str) -> None:
        """The commands of a page, each with what the page says that it prints."""
        for line in re.findall(r"^export (\S+)$", text, re.MULTILINE):
            name, _, value = line.partition("=")
            before = f"{os.pathsep}{self.environment[name]}" if name == "PYTHONPATH" else ""  # the copy of the product
            self.environment[name] = f"{value}{before}"
        sessions = SESSION.findall(text)
        assert sessions
        for session in sessions:
            for command, told in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
                assert (command, self.run(command)) == (command, told.splitlines())

    def run(self, command: str) -> list[str]:
        """What a command prints."""
        run = ["/bin/sh", "-c", command]
        done = subprocess.run(  # noqa: S603 - the commands of our own pages
            run, cwd=self.work, env=self.environment, capture_output=True, text=True, encoding="utf-8"
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return [line.rstrip() for line in done.stdout.splitlines()]


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path)


def test_every_page_is_listed_and_tried_here():
    assert sorted(path.stem for path in PAGES.glob("*.md")) == sorted((*NAMES, "README"))
    assert set(re.findall(r"\]\(((?:add|embed)-[a-z-]+)\.md\)", page("README"))) == set(NAMES)
    assert "(docs/howto/README.md)" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_file_that_a_page_names_is_there_or_made_by_it(name):
    made = {found["path"] for text in map(page, NAMES) for found in SNIPPET.finditer(text)}
    told = set(NAMED.findall(page(name)))
    new = set(re.findall(r"New file `([^`]+)`", page(name)))
    assert {path for path in told if not (ROOT / path).exists()} <= made | new
    assert [path for path in new if (ROOT / path).exists()] == []
    for target in re.findall(r"\]\(([^)#:]+)\)", page(name)):
        assert (PAGES / target).is_file(), target
    for arguments in re.findall(r"make test ARGS=(?:'([^']+)'|(\S+))", page(name)):
        for path in "".join(arguments).removeprefix("-n auto ").rstrip("`").split():
            assert (ROOT / path).exists(), path


def test_a_move_is_added(trial: Trial):
    trial.put(page("add-a-move"))
    trial.follow(page("add-a-move"))


def test_a_channel_is_added_without_a_file_of_ours(trial: Trial):
    before = {path for path in trial.package.rglob("*") if path.is_file()}
    trial.put(page("add-a-channel"))
    assert {path for path in trial.package.rglob("*") if path.is_file()} == before
    trial.follow(page("add-a-channel"))


def test_a_channel_is_shipped_by_one_file(trial: Trial):
    text = page("add-a-channel")
    trial.put(text)
    before = {path for path in trial.package.rglob("*") if path.is_file()}
    own = trial.work / "office_board.py"
    lines = [line for line in own.read_text("utf-8").splitlines() if "register_channel" not in line]
    own.unlink()
    (new,) = re.findall(r"New file `(notifications/[^`]+)`", text)
    (trial.package / new).write_text("\n".join(lines).rstrip() + "\n", "utf-8")
    assert {path for path in trial.package.rglob("*") if path.is_file()} - before == {trial.package / new}
    trial.follow(re.sub(r"^export .*$", "", text, flags=re.MULTILINE))


def test_a_law_is_added_and_its_impact_told_before_it_is_in_force(trial: Trial):
    folder = trial.work / "law"
    shutil.copytree(trial.package / "states" / "law", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = page("add-a-law").replace("`states/law/", "`law/")
    put(text, trial.work, trial.work)
    trial.follow(text)
    trial.put(page("add-a-law").partition("New file")[0])
    told = "--data channel=oral --data applicant.kind=natural_person --data information=某文件 --today 2030-01-04"
    for case, day, due in (("A-3", "2029-12-31", "2030-01-28"), ("A-4", "2030-01-02", "2030-02-06")):
        (said,) = trial.run(f"disclosure move {case} submit --at {day} {told}")
        assert said.endswith(due)
    stored = trial.run("disclosure db check --today 2030-01-04 || true")
    assert [line.split()[1] for line in stored if " due_on " in line] == ["A-2"]
    moved = trial.run("disclosure settings --set extensions=one --today 2030-01-04")
    assert moved[-1].split()[-2:] == ["2030-01-30", "2030-02-06"]
    trial.run("disclosure db check --today 2030-01-04")


def test_a_host_takes_the_tables_along_in_its_own_migrations(trial: Trial):
    trial.put(page("embed-in-a-host"))
    trial.follow(page("embed-in-a-host"))


def test_a_law_is_one_file():
    assert {found["path"] for found in SNIPPET.finditer(page("add-a-law"))} == {"states/law/periods.toml"}


def test_a_paper_has_the_words_of_the_law_of_its_request(trial: Trial):
    templates = trial.package / "notifications" / "documents" / "templates"
    words = (templates / "extension.j2").read_text("utf-8")
    assert "不能在原定期限内答复" in words
    new = words.replace("不能在原定期限内答复", "不能按期答复")
    (templates / "extension.2030-01-01.j2").write_text(new, "utf-8")
    data = "--data channel=oral --data applicant.kind=natural_person --data information=某文件"
    more = "--data days=5 --data reason=多 --data approved_by=主任"
    for case, day, told in (("A-1", "2029-12-31", False), ("A-2", "2030-01-02", True)):
        trial.run(f"disclosure move {case} submit --at {day} {data} --today 2030-01-04")
        trial.run(f"disclosure move {case} accept --at {day} --today 2030-01-04")
        trial.run(f"disclosure move {case} extend {more} --today 2030-01-04")
        written = "".join(trial.run(f"disclosure notice {case} extension --today 2030-01-04"))
        assert ("不能按期答复" in written) is told


def test_a_notice_is_added_and_one_that_a_move_raises(trial: Trial):
    trial.put(page("add-a-move"))
    trial.put(page("add-a-notice"))
    trial.follow(page("add-a-notice"))
