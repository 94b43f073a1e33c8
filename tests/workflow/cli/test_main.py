"""The command line as others rely on it: commands, options, exit status, one line for what went wrong."""

import os
import sqlite3
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from disclosure.workflow.cli.main import commands, run

CONTRACT = [
    "replay",
    "import",
    "move",
    "why",
    "show",
    "explain",
    "due",
    "report",
    "check",
    "calendar",
    "fee",
    "settings",
    "freeze",
    "db",
    "notice",
    "tick",
    "relay",
    "audit",
]


def test_every_command_of_the_contract_is_there_with_chinese_help(cli):
    assert set(CONTRACT) <= set(commands())
    for name in commands():
        answer = cli(name, "--help")
        assert answer.status == 0
        assert answer.out.startswith("用法：disclosure")


def test_options_stand_before_or_after_the_command(cli, capsys):
    cli(
        "move",
        "A-1",
        "submit",
        "--at",
        "2024-03-01",
        "--data",
        "channel=oral",
        "--data",
        "applicant.kind=natural_person",
        "--data",
        "information=x",
    )
    after = cli("due", "--format", "json").out
    capsys.readouterr()
    assert run(["--db", cli.db, "--format", "json", "--today", cli.today, "due"]) == 0
    assert capsys.readouterr().out == after


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["due", "--nonsense"],
        ["show"],
        ["calendar", "add", "2024-02-30", "5"],
        ["calendar", "add", "2024-03-01", "five"],
        ["calendar", "add", "2024-03-01", "-1"],
        ["fee"],
        ["fee", "--items", "3", "--pages", "4"],
        ["fee", "--items", "-3"],
        ["fee", "--pages", "3", "--already", "1"],
        ["due", "--as-of", "yesterday"],
        ["due", "--format", "yaml"],
        ["report", "twenty"],
        ["report", "2018"],
        ["report", "2024", "--cell", "nonsense:total"],
        ["show", "no such case"],
        ["explain", "no such case"],
        ["replay", "no-such-file.jsonl"],
        ["import"],
        ["import", "no-such-file.xlsx"],
        ["check", "no-such-file.json"],
        ["freeze", "2023", "--diff"],
        ["move", "A-1", "submit", "--at", "2024-13-01"],
        ["move", "A-1", "submit", "--data", "nonsense"],
    ],
)
def test_what_cannot_run_ends_with_two_and_one_chinese_line(cli, arguments):
    answer = cli(*arguments)
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err.count("\n") == 1
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.err)


def test_a_refused_move_ends_with_one_and_says_why(cli):
    answer = cli("move", "A-1", "accept", "--format", "json")
    assert answer.status == 1
    assert answer.json["refused"]["code"] == "unknown_case"
    assert "A-1" in answer.err


def test_an_empty_database_reports_zeros(cli):
    found = cli.json("report", "2024")
    assert len(found["section3"]) == 25
    assert {value for row in found["section3"].values() for value in row.values()} == {0}
    assert set(found["section4"].values()) == {0}
    assert len(found["section4"]) == 15
    assert cli("due").status == 0


def test_json_prints_one_document_and_messages_go_apart(cli):
    cli(
        "move",
        "A-1",
        "submit",
        "--at",
        "2024-06-04",
        "--data",
        "channel=oral",
        "--data",
        "applicant.kind=natural_person",
        "--data",
        "information=x",
    )
    answer = cli("move", "A-1", "withdraw", "--at", "2024-06-05", "--data", "reason=不要了", "--format", "json")
    assert answer.json["state"] == "discontinued"


def test_a_database_of_another_version_is_refused(cli):
    cli("due")
    with sqlite3.connect(cli.db) as connection:
        connection.execute("UPDATE dsc_version SET version_num = '9999'")
    connection.close()
    answer = cli("due")
    assert (answer.status, "9999" in answer.err) == (2, True)


def test_a_file_that_is_no_database_is_refused_and_left_alone(cli):
    Path(cli.db).write_text("this is a letter", "utf-8")
    assert cli("due").status == 2
    assert Path(cli.db).read_text("utf-8") == "this is a letter"


def test_an_unreachable_server_is_told_without_its_password(cli):
    cli.db = "postgresql://user:geheim@127.0.0.1:1/none"
    answer = cli("due")
    assert answer.status == 2
    assert "geheim" not in answer.err + answer.out


def test_the_database_is_named_by_the_environment(cli, tmp_path, monkeypatch, capsys):
    other = tmp_path / "other.db"
    monkeypatch.setenv("DISCLOSURE_DB", f"sqlite:///{other}")
    assert run(["db", "create"]) == 0
    assert other.exists()
    assert run(["due"]) == 0


def test_questions_that_need_no_database_make_none(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCLOSURE_DB", raising=False)
    for arguments in (["calendar", "add", "2024-03-01", "5"], ["fee", "--items", "3"], ["settings"]):
        assert run(arguments) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
@pytest.mark.parametrize("language", ["C", "C.UTF-8"])
def test_the_program_runs_the_same_under_any_language_and_time_zone(tmp_path, zone, language):
    program = Path(sysconfig.get_path("scripts"), "disclosure")
    environment = {**os.environ, "TZ": zone, "LANG": language, "LC_ALL": language, "PYTHONUTF8": "0"}
    done = subprocess.run(  # noqa: S603 - this project's own command
        [program, "calendar", "add", "2024-02-08", "20"], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    assert "2024-03-13" in done.stdout.decode("utf-8")


def test_a_host_that_runs_a_command_finds_its_streams_and_its_collector_as_they_were(tmp_path):
    code = (
        "import gc, sys\n"
        "from disclosure.workflow.cli.main import run\n"
        "state = lambda: (sys.stdout, sys.stdout.encoding, sys.stdout.errors, sys.stderr, sys.stderr.encoding,"
        " sys.stderr.errors, gc.get_threshold())\n"
        "before = state()\n"
        "assert run(['calendar', 'add', '2024-03-01', '5']) == 0 and run(['nonsense']) == 2\n"
        "assert state() == before, (before, state())\n"
        "assert before[1] == 'gb18030'\n"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "gb18030:strict"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True)  # noqa: S603
    assert done.returncode == 0, done.stderr
    assert "2024-03-08" in done.stdout.decode("gb18030")


def test_a_host_whose_reader_has_gone_keeps_its_streams(tmp_path):
    code = (
        "import os, sys\n"
        "from disclosure.workflow.cli.main import run\n"
        "reader, writer = os.pipe()\n"
        "os.close(reader)\n"
        "own, sys.stdout = sys.stdout, open(writer, 'w', encoding='utf-8')\n"
        "broken, err = sys.stdout, sys.stderr\n"
        "status = run(['calendar', 'add', '2024-03-01', '5'])\n"
        "assert isinstance(status, int) and sys.stdout is broken and sys.stderr is err and not err.closed\n"
        "sys.stdout = own\n"
        "print('goes on', flush=True)\n"
        "os._exit(0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)  # noqa: S603
    assert (done.returncode, done.stdout) == (0, "goes on\n"), done.stderr


def test_a_command_imports_only_what_it_needs(tmp_path):
    code = (
        "import sys; from disclosure.workflow.cli.main import run; run(['calendar', 'add', '2024-03-01', '5']);"
        "print([name for name in ('sqlalchemy', 'openpyxl', 'docx', 'jinja2', 'rich', 'logging.config',"
        " 'disclosure.states.procedure', 'disclosure.states.rules', 'disclosure.workflow.kernel') if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True, text=True, encoding="utf-8"
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_list_of_what_falls_due_starts_without_what_moves_cases(tmp_path):
    submit = ["move", "一件", "submit", "--at", "2024-03-01", "--data", "channel=in_person"]
    submit += ["--data", "applicant.kind=natural_person", "--data", "applicant.name=某人", "--data", "information=文件"]
    code = (
        "import sys; from disclosure.workflow.cli.main import run; assert run(sys.argv[1:]) == 0;"
        "print([name for name in ('sqlalchemy.orm', 'jinja2', 'disclosure.states.procedure.catalogue',"
        " 'disclosure.states.procedure.periods', 'disclosure.states.rules.rules', 'disclosure.workflow.cases.store',"
        " 'disclosure.workflow.cli.cases') if name in sys.modules])"
    )

    def ran(*arguments):
        done = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-c", code, *arguments],
            cwd=tmp_path,
            capture_output=True,
            check=True,
            text=True,
            encoding="utf-8",
        )
        return done.stdout

    ran(*submit)
    listed = ran("due", "--today", "2024-03-04")
    assert "一件" in listed and listed.splitlines()[-1] == "[]"
