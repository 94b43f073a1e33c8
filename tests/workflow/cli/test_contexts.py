"""Who acts on the command line, where nobody is on record and where people are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from disclosure.states.errors import NotPermitted
from disclosure.workflow import set_profile
from disclosure.workflow.cli.options import Options
from disclosure.workflow.kernel.context import ADMINISTRATOR, Context
from disclosure.workflow.kernel.database import create_database
from disclosure.workflow.kernel.directory import directory_of
from disclosure.workflow.kernel.versions import add_version

PEOPLE = """
[[person]]
id = "root"
name = "管理员"
roles = ["administrator"]

[[person]]
id = "h1"
name = "经办人"
department = "一科"
roles = ["handler"]
"""


@pytest.fixture
def db(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'disclosure.db'}"
    create_database(url)
    return url


@pytest.fixture
def staffed(db: str) -> Iterator[str]:
    with Options(db).session() as session:
        add_version(session.connection(), "directory", {"default": PEOPLE}, "root", "2024-06-03T00:00:00.000+00:00")
    yield db


def test_without_people_on_record_the_administrator_of_the_machine_reads_and_writes(db: str) -> None:
    with Options(db).writing() as context:
        assert (context.actor, context.agency) == (ADMINISTRATOR, "default")
    with Options(db).reading() as context:
        assert context.actor == ADMINISTRATOR
    with Options(db, user="u7").writing_all() as context:
        assert (context.actor.user_id, context.actor.roles) == ("u7", ADMINISTRATOR.roles)


def test_with_people_on_record_a_context_bears_the_one_who_was_named(staffed: str) -> None:
    for opened in (Options(staffed, user="h1").writing(), Options(staffed, user="h1").reading()):
        with opened as context:
            assert (context.actor.user_id, context.actor.department) == ("h1", "一科")


@pytest.mark.parametrize(("user", "code"), [(None, "who_acts"), ("nobody", "unknown_user")])
def test_nobody_reads_or_writes_who_is_not_on_record(staffed: str, user: str | None, code: str) -> None:
    options = Options(staffed, user=user)
    for opened in (options.writing(), options.writing_all(), options.reading()):
        with pytest.raises(NotPermitted, match=code), opened:
            raise AssertionError("nothing is to be read or written")
    with pytest.raises(NotPermitted, match=code):
        options.operator.require()


def test_what_goes_over_every_agency_is_for_a_person_of_one_that_has_people(staffed: str) -> None:
    with Options(staffed).session() as session:
        set_profile(Context(session, ADMINISTRATOR, agency="county"), {"name": "county"})
    with Options(staffed, agency="county").writing() as context:
        assert context.actor == ADMINISTRATOR  # nobody is on record there
    with pytest.raises(NotPermitted, match="who_acts"), Options(staffed, agency="county").writing_all():
        raise AssertionError("other agencies are touched, too")
    operator = Options(staffed, user="root").operator
    assert (operator.actor.user_id, operator.actor.name) == ("root", "管理员")


def test_what_is_written_stays_only_if_all_went_well(db: str) -> None:
    at = "2024-06-03T00:00:00.000+00:00"
    with pytest.raises(RuntimeError), Options(db).writing() as context:
        add_version(context.connection, "directory", {"default": PEOPLE}, "root", at)
        raise RuntimeError
    with Options(db).reading() as context:
        assert len(directory_of(context.connection, "default")) == 0
