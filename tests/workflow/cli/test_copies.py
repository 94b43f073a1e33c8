"""Copies of the register on the command line."""

from pathlib import Path

from desk import opened


def test_a_register_is_backed_up_and_restored_by_two_commands(cli, tmp_path):
    case = opened(cli)
    copy = tmp_path / "copy.db"
    assert cli.json("backup", str(copy))["size"] == copy.stat().st_size
    assert cli("restore", str(copy)).err.startswith("restore_not_empty")
    before = cli.json("show", case)
    Path(cli.db).unlink()
    for name in ("-wal", "-shm"):
        Path(cli.db + name).unlink(missing_ok=True)
    assert cli("restore", str(copy)).status == 0
    assert cli.json("show", case) == before
    assert cli("audit", "verify").status == 0
