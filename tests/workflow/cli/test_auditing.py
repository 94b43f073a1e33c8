"""The audit on the command line: its anchor and key, what it tells, and that every command that writes links it."""

import json
import sqlite3
import stat
from contextlib import closing

import pytest
from desk import opened


def checkpoints(cli):
    with closing(sqlite3.connect(cli.db)) as connection:
        return connection.execute("SELECT count(*) FROM dsc_checkpoint").fetchone()[0]


def test_a_command_that_writes_links_what_it_has_written_and_one_that_reads_does_not(cli):
    case = opened(cli)
    before = checkpoints(cli)
    assert before > 0
    for arguments in (("due",), ("show", case), ("move", case, "withdraw", "--data", "reason=x", "--dry-run")):
        assert cli(*arguments).status == 0
    assert checkpoints(cli) == before
    assert cli("move", case, "withdraw", "--data", "reason=不要了").status == 0
    assert checkpoints(cli) == before + 1


def test_an_anchor_is_made_with_a_key_and_found_again_in_the_register(cli, tmp_path):
    opened(cli)
    key, anchor = tmp_path / "office.key", tmp_path / "anchor.json"
    assert cli("audit", "anchor", str(anchor)).err.startswith("key_needed")
    made = cli.json("audit", "key", str(key))
    assert cli.json("audit", "key", str(key)) == made
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    told = cli.json("audit", "anchor", str(anchor), "--key", str(key))
    assert (told["key"], told["checkpoints"]) == (made["key"], json.loads(anchor.read_text("utf-8"))["checkpoints"])
    assert cli("audit", "verify", "--anchor", str(anchor)).status == 0
    found = json.loads(anchor.read_text("utf-8")) | {"checkpoints": 0}
    anchor.write_text(json.dumps(found), "utf-8")
    verified = cli("audit", "verify", "--anchor", str(anchor), "--format", "json")
    assert (verified.status, [item["code"] for item in verified.json["faults"]]) == (1, ["anchor_forged"])
    anchor.write_text("{}", "utf-8")
    assert cli("audit", "verify", "--anchor", str(anchor)).err.startswith("not_an_anchor")


def test_the_key_may_be_named_by_the_environment(cli, tmp_path, monkeypatch):
    case = opened(cli)
    key = tmp_path / "office.key"
    cli("audit", "key", str(key))
    monkeypatch.setenv("DISCLOSURE_KEY", str(key))
    assert cli("audit", "anchor", str(tmp_path / "anchor.json")).status == 0
    assert cli("bundle", case, "--to", str(tmp_path / "case.zip")).status == 0
    assert b"SHA256SUMS.sig" in (tmp_path / "case.zip").read_bytes()


@pytest.mark.parametrize("column", ["data", "at_text", "actor", "recorded_at"])
def test_a_damaged_row_is_named_and_the_audit_goes_on(cli, column):
    case = opened(cli)
    with closing(sqlite3.connect(cli.db)) as connection, connection:
        for name in ("update", "delete", "replace"):
            connection.execute(f"DROP TRIGGER dsc_event_no_{name}")
        connection.execute(f"UPDATE dsc_event SET {column} = CAST('{{' AS TEXT) WHERE seq = 1")  # noqa: S608 - own names
        connection.execute("UPDATE dsc_config SET topic = topic")
        connection.execute("UPDATE dsc_case SET state = 'closed'") if column == "data" else None
    found = cli("audit", "verify", "--format", "json")
    assert found.status == 1
    assert {(item["code"], item["where"]) for item in found.json["faults"]} >= {("step_altered", case)}
    assert {item["code"] for item in found.json["faults"]} >= {"guard_missing"}
    assert cli("db", "check").status == 1
