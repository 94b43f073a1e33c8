"""The tests of a module stand where its name says, and what stands elsewhere has its reason."""

from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
FLOORS = ("states", "notifications", "workflow")

TABLES = "columns alone, tested with the module that owns the table"
ELSEWHERE = {
    "workflow/kernel/codes.py": "constants alone",
    "workflow/kernel/given.py": "tests/test_bad_texts.py hands faults to each value that is made of it",
    "workflow/kernel/migrations/operations.py": "tests/workflow/kernel/test_migrations.py upgrades with it",
    "workflow/kernel/migrations/versions/v0004.py": "tests/workflow/kernel/test_present_database.py upgrades to it",
    "workflow/kernel/migrations/versions/v0005.py": "tests/workflow/kernel/test_present_database.py upgrades to it",
    "workflow/kernel/migrations/versions/v0006.py": "tests/workflow/kernel/test_present_database.py upgrades to it",
    "workflow/kernel/migrations/versions/v0007.py": "tests/workflow/kernel/test_present_database.py upgrades to it",
    "workflow/kernel/tables/approvals.py": TABLES,
    "workflow/kernel/tables/attachments.py": TABLES,
    "workflow/kernel/tables/cases.py": TABLES,
    "workflow/kernel/tables/kernel.py": TABLES,
    "workflow/kernel/tables/notices.py": TABLES,
    "workflow/kernel/tables/reports.py": TABLES,
    "workflow/kernel/tables/retention.py": TABLES,
}
"""Modules without a test file of their own name, each with the place of its tests."""

WITHOUT_MODULE = {
    "states/procedure/test_counted_by_days.py": "whole lives, counted twice",
    "states/procedure/test_ways_on.py": "every state has a way to the end",
    "states/test_public_face.py": "the names of the floor's face",
    "states/test_purity.py": "the whole floor knows no database, template or clock",
    "workflow/approvals/test_machine.py": "the verbs of a sheet in any order",
    "workflow/approvals/test_never_stuck.py": "every sheet of any office has a way on",
    "workflow/approvals/test_race.py": "two people who act on a sheet at once",
    "workflow/approvals/test_ways_on.py": "every state has a way to the end through the commands",
    "workflow/attacks/test_hostile_files.py": "damaged files of every kind that is read",
    "workflow/attacks/test_kills.py": "a process that is killed at any moment",
    "workflow/attacks/test_races.py": "processes that move the same cases at once",
    "workflow/attacks/test_steps.py": "random steps on a register, in any order",
    "workflow/attacks/test_tampered_columns.py": "every column of every table",
    "workflow/casefile/test_erase_everywhere.py": "no table keeps what was erased",
    "workflow/cli/test_database.py": "the command lines of the database, over several modules",
    "workflow/kernel/test_asyncio.py": "every command on the drivers of asyncio",
    "workflow/kernel/test_connected.py": "ports on the connection in use, through every door that asks them",
    "workflow/kernel/test_migrations.py": "the package of the migrations, by itself and inside of a host's Alembic",
    "workflow/kernel/test_once.py": "every command that takes a key",
    "workflow/kernel/test_present_database.py": "a database of an earlier version",
    "workflow/notices/test_decided.py": "which papers tell of an approved decision, over several modules",
    "workflow/register/test_city_journal.py": "a whole journal",
    "workflow/register/test_sample_register.py": "a whole register",
    "workflow/test_many_agencies.py": "forty agencies in one database, over every room",
    "workflow/test_errors_tell_nothing.py": "every error of every door",
}
"""Test files that are about more than one module, each with what it is about."""


def found(root: Path, pattern: str) -> set[str]:
    """The files of the three floors, by their paths from the root."""
    return {path.relative_to(root).as_posix() for floor in FLOORS for path in (root / floor).rglob(pattern)}


def test_every_module_has_its_tests_under_its_name_and_every_test_file_its_module_or_a_reason():
    modules = {path for path in found(ROOT, "*.py") if not path.endswith("__init__.py")}
    mirrored = {"{}/test_{}".format(*path.rsplit("/", 1)): path for path in modules}
    files = found(TESTS, "test_*.py")
    assert {path for name, path in mirrored.items() if name not in files} == ELSEWHERE.keys()
    assert files - mirrored.keys() == WITHOUT_MODULE.keys()
