"""Which commands begin a database, which need one, and which need none."""

import json
import sqlite3
from pathlib import Path

import pytest

from disclosure.workflow.approvals.names import verb_names
from disclosure.workflow.cli.main import commands
from disclosure.workflow.kernel.database import create_database

PEOPLE = """
[[person]]
id = "u1"
name = "管理员"
roles = ["administrator"]
"""
SUBMIT = ("--data", "channel=in_person", "--data", "applicant.kind=natural_person", "--data", "information=文件")

CREATING = {
    "db create": ("db", "create"),
    "replay": ("replay", "journal.jsonl"),
    "import": ("import", "register.xlsx"),
    "directory --load": ("directory", "--load", "people.toml"),
    "procedure --use": ("procedure", "--use", "two_person"),
    "procedure --load": ("procedure", "--load", "procedure.toml"),
    "agency --set": ("agency", "--set", "name=水务局"),
    "settings --set": ("settings", "--set", "reasons_stop_clock=yes"),
    "restore": ("restore", "copy.db"),
    "submit": ("submit", "--at", "2024-03-01", *SUBMIT),
    "move submit": ("move", "A-1", "submit", "--at", "2024-03-01", *SUBMIT),
    "move submit, by its Chinese name": ("move", "A-1", "登记申请", "--at", "2024-03-01", *SUBMIT),
}

NEEDING = {
    "move": ("move", "A-1", "accept"),
    "move --dry-run": ("move", "A-1", "accept", "--dry-run"),
    "why": ("why", "A-1"),
    "show": ("show", "A-1"),
    "explain": ("explain", "A-1"),
    "due": ("due",),
    "annulled": ("annulled",),
    "notice": ("notice", "A-1"),
    "issue": ("issue", "A-1", "reply"),
    "serve-proof": ("serve-proof", "A-1", "1", "signed", "--on", "2024-05-20"),
    "papers": ("papers", "A-1"),
    "bundle": ("bundle", "A-1"),
    "propose": ("propose", "A-1", "accept"),
    "edit": ("edit", "A-1"),
    "sheet": ("sheet", "A-1"),
    "todo": ("todo",),
    "stuck": ("stuck",),
    "directory": ("directory",),
    "procedure": ("procedure",),
    "procedure --drop": ("procedure", "--drop"),
    "substitute": ("substitute",),
    "acting": ("acting",),
    "handover": ("handover", "u1", "u2"),
    "report": ("report", "2024"),
    "report --all": ("report", "2024", "--all"),
    "report --cell": ("report", "2024", "--cell", "new:total"),
    "freeze": ("freeze", "2024"),
    "freeze --diff": ("freeze", "2024", "--diff"),
    "calendar load": ("calendar", "load", "calendar.toml"),
    "law impact": ("law", "impact", "."),
    "numbering": ("numbering",),
    "numbering --next-case": ("numbering", "--next-case", "9"),
    "numbering --load": ("numbering", "--load", "numbering.toml"),
    "template install": ("template", "install", "templates"),
    "template preview": ("template", "preview", "reply"),
    "template export": ("template", "export", "out"),
    "template reset": ("template", "reset"),
    "agency": ("agency",),
    "agency --all": ("agency", "--all"),
    "agencies": ("agencies",),
    "erase": ("erase", "A-1"),
    "attach": ("attach", "A-1", "people.toml"),
    "attachments": ("attachments", "A-1"),
    "cases": ("cases",),
    "db check": ("db", "check"),
    "db upgrade": ("db", "upgrade"),
    "tick": ("tick",),
    "tick --health": ("tick", "--health"),
    "relay": ("relay",),
    "relay --send": ("relay", "--send"),
    "relay --dead": ("relay", "--dead"),
    "relay --replay-all": ("relay", "--replay-all"),
    "channels": ("channels",),
    "channels FILE": ("channels", "channels.toml"),
    "audit verify": ("audit", "verify"),
    "audit forget": ("audit", "forget", "host"),
    "audit key": ("audit", "key", "office.key"),
    "audit anchor": ("audit", "anchor", "anchor.json", "--key", "office.key"),
    "backup": ("backup", "other.db"),
}

DOING_WITHOUT = {
    "calendar add": ("calendar", "add", "2024-03-01", "5"),
    "calendar count": ("calendar", "count", "2024-03-01", "2024-03-05"),
    "calendar export": ("calendar", "export", "--from", "2024-03-01", "--to", "2024-03-05"),
    "fee": ("fee", "--items", "11"),
    "settings": ("settings",),
    "law check": ("law", "check"),
    "check": ("check", "report.json"),
    "db sql": ("db", "sql"),
    "import --template": ("import", "--template", "empty.xlsx"),
    "template check": ("template", "check", "templates"),
    "template facts": ("template", "facts", "reply"),
    "directory --check": ("directory", "--check", "people.toml"),
    "procedure --check": ("procedure", "--check", "procedure.toml"),
    "channels --check": ("channels", "channels.toml", "--check"),
}


ELSEWHERE = {"serve": "test_serve.py: it goes by the clock alone, and takes no day"}
"""Commands that are not asked here, with the place where they are."""


@pytest.fixture
def files(bare, line):
    """Everything that a command may be given."""
    from disclosure.workflow.approvals.procedure import shipped
    from disclosure.workflow.register.template import write_template

    folder = bare.folder
    bare.journal(line("A-1", "submit", "2024-05-06"))
    write_template(folder / "register.xlsx")
    (folder / "people.toml").write_text(PEOPLE, "utf-8")
    (folder / "procedure.toml").write_text(shipped()[0].text, "utf-8")
    (folder / "calendar.toml").write_text("", "utf-8")
    (folder / "numbering.toml").write_text("", "utf-8")
    (folder / "channels.toml").write_text("", "utf-8")
    (folder / "templates").mkdir()
    (folder / "office.key").write_text(f"disclosure-key-1 {'0' * 64}\n", "utf-8")
    create_database(f"sqlite:///{folder / 'copy.db'}")
    return folder


def test_every_command_is_told_of_here():
    told = {arguments[0] for table in (CREATING, NEEDING, DOING_WITHOUT) for arguments in table.values()}
    assert set(commands()) - {item.typed for item in verb_names()} <= told | ELSEWHERE.keys()


@pytest.mark.parametrize("arguments", CREATING.values(), ids=CREATING)
def test_what_begins_a_register_creates_its_file_and_says_so_once(bare, files, arguments):
    first, second = bare(*arguments), bare("due", "--as", "u1")
    refused = "bad_data" if arguments[0] == "procedure" else ""  # which the people of an office are to be there for
    assert (first.status, refused in first.err) == (2 if refused else 0, True), first
    assert bare.db in (first.out if arguments[0] in ("db", "restore") else first.err)
    assert (second.status, bare.db in second.err) == (0, False), second


@pytest.mark.parametrize("arguments", NEEDING.values(), ids=NEEDING)
def test_what_needs_a_database_makes_none_and_names_the_command_that_does(bare, files, arguments):
    before = sorted(files.iterdir())
    found = bare(*arguments)
    assert (found.status, found.err.count("\n")) == (2, 1), found
    assert found.err.startswith("database_missing: ")
    assert "disclosure db create" in found.err
    assert sorted(files.iterdir()) == before


@pytest.mark.parametrize("verb", [item.typed for item in verb_names() if item.is_signed])
def test_no_verb_of_approval_makes_a_database(bare, verb):
    person = {"assign": ("u2",), "transfer": ("u2",), "delegate": ("u2",), "copy": ("u2",), "add-signer": ("u2",)}
    person["remove-signer"] = ("u2",)
    found = bare(verb, "A-1", *person.get(verb, ()))
    assert found.status == 2
    assert not Path(bare.db).exists()


@pytest.mark.parametrize("arguments", DOING_WITHOUT.values(), ids=DOING_WITHOUT)
def test_what_needs_no_database_works_without_and_makes_none(bare, files, arguments):
    assert "database_missing" not in bare(*arguments).err
    assert not Path(bare.db).exists()


@pytest.mark.parametrize("command", ["import", "replay"])
def test_a_file_that_is_not_there_is_told_before_a_database_is_made(bare, command):
    answer = bare(command, str(bare.folder / "none.xlsx"))
    assert answer.status == 2
    assert "none.xlsx" in answer.err
    assert not Path(bare.db).exists()


def test_the_error_is_told_as_json_too(bare):
    found = bare("due", "--format", "json")
    assert (found.status, json.loads(found.out)["error"]["code"]) == (2, "database_missing")


def test_a_file_without_a_byte_is_no_database_yet(bare, line):
    Path(bare.db).touch()
    assert bare("due").err.startswith("database_missing: ")
    assert bare.replay(line("A-1", "submit", "2024-05-06")).json["applied"] == 1


def test_db_create_a_second_time_changes_nothing(bare, line):
    create_database(f"sqlite:///{bare.db}")
    bare.replay(line("A-1", "submit", "2024-05-06"))
    before = bare.json("show", "A-1")
    assert bare("db", "create").status == 0
    assert bare.json("show", "A-1") == before


def test_an_empty_database_reports_zeros(cli):
    assert cli.json("report", "2024")["section3"]["new"]["total"] == 0
    assert set(cli.json("due")["counts"].values()) == {0}
    assert cli.json("db", "check")["cases"] == 0


AGENCIES = {
    name: value
    for name, value in (CREATING | NEEDING).items()
    if value[0] not in ("db", "agency", "template", "restore")
}
AGENCIES = {name: value for name, value in AGENCIES.items() if name not in ("calendar load", "numbering --load")}


@pytest.mark.parametrize("arguments", AGENCIES.values(), ids=AGENCIES)
def test_an_unknown_agency_is_refused_with_those_that_are_known(bare, files, arguments):
    bare("db", "create")
    bare("agency", "--agency", "county", "--set", "name=望湖县")
    found = bare(*arguments, "--agency", "country")
    assert (found.status, found.err.split(":")[0]) == (2, "unknown_agency"), found
    assert "default、county" in found.err
    assert "disclosure agency --agency country --set name=" in found.err


def test_an_agency_is_there_from_when_its_particulars_are_set(cli, line):
    assert cli("agency", "--agency", "county").err.startswith("unknown_agency: ")
    assert cli.json("agency", "--agency", "county", "--set", "name=望湖县")["profile"]["name"] == "望湖县"
    assert cli.replay(line("A-1", "submit", "2024-05-06"), options=("--agency", "county")).status == 0
    assert len(cli.json("due", "--agency", "county")["cases"]) == 1


def test_default_is_meant_where_no_agency_is_named(cli, line):
    cli("agency", "--agency", "county", "--set", "name=望湖县")
    cli.replay(line("A-1", "submit", "2024-05-06"), options=("--agency", "county"))
    cli.replay(line("B-1", "submit", "2024-05-06"))
    for named in ((), ("--agency", "default")):
        assert [item["case"] for item in cli.json("due", *named)["cases"]] == ["B-1"]


def test_a_file_that_is_opened_for_reading_alone_is_read_whatever_log_it_keeps(cli, line):
    cli.replay(line("A-1", "submit", "2024-05-06"))
    copy = cli.folder / "copy.db"
    connection = sqlite3.connect(cli.db)
    connection.execute("VACUUM INTO ?", (str(copy),))  # a file without a write-ahead log
    connection.close()
    cli.db = f"sqlite:///file:{copy}?mode=ro&uri=true"
    assert cli.json("show", "A-1")["state"] == "received"
    assert cli("show", "A-1", "--unmask").status == 2
