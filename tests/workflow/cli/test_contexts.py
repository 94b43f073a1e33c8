"""Who acts on the command line, where nobody is on record and where people are."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from disclosure.states.errors import NotPermitted
from disclosure.workflow import set_profile
from disclosure.workflow.cli.options import Options
from disclosure.workflow.kernel.context import ADMINISTRATOR, Actor, Context
from disclosure.workflow.kernel.database import create_database
from disclosure.workflow.kernel.directory import directory_of
from disclosure.workflow.kernel.versions import add_version

AT = "2024-06-03T00:00:00.000+00:00"
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
        add_version(session.connection(), "directory", {"default": PEOPLE}, "root", AT)
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


@pytest.fixture
def county(staffed: str) -> str:
    """A second agency, with nobody on record."""
    with Options(staffed, user="root", agency="county").writing(register=True) as context:
        set_profile(context, {"name": "county"})
    return staffed


def opened(options: Options) -> tuple[AbstractContextManager[Context], ...]:
    """Every way in, also as one who registers the agency."""
    return options.reading(), options.writing(), options.writing(register=True), options.writing_all()


def test_in_an_agency_without_people_an_administrator_of_one_that_has_people_acts_and_as_nothing_else(
    county: str,
) -> None:
    for way in opened(Options(county, user="root", agency="county")):
        with way as context:
            assert (context.actor.user_id, context.actor.name) == ("root", "管理员")
            assert context.actor == Actor(user_id="root", name="管理员", roles=("administrator",))


@pytest.mark.parametrize(("user", "code"), [(None, "who_acts"), ("x", "unknown_user"), ("h1", "agency_without_people")])
def test_in_an_agency_without_people_nobody_else_acts_once_another_has_people(
    county: str, user: str | None, code: str
) -> None:
    for way in opened(Options(county, user=user, agency="county")):
        with pytest.raises(NotPermitted, match=code), way:
            raise AssertionError("nothing is to be read or written")


@pytest.mark.parametrize(("user", "code"), [(None, "who_acts"), ("x", "unknown_user"), ("h1", "agency_without_people")])
def test_nobody_else_registers_an_agency_once_one_has_people(staffed: str, user: str | None, code: str) -> None:
    options = Options(staffed, user=user, agency="zz")
    with pytest.raises(NotPermitted, match=code), options.writing(register=True):
        raise AssertionError("nothing is to be written")


def test_who_goes_over_every_agency_has_the_permissions_of_the_agency_that_is_meant(county: str) -> None:
    with Options(county, user="root", agency="county").writing() as context:
        add_version(context.connection, "directory", {"county": PEOPLE.replace("root", "c1")}, "root", AT)
    for user, agency in (("root", None), ("c1", "county")):
        with Options(county, user=user, agency=agency).writing_all() as context:
            assert (context.actor.user_id, context.agency) == (user, "default")
        assert Options(county, user=user, agency=agency).operator.actor.user_id == user
    with pytest.raises(NotPermitted, match="unknown_user"), Options(county, user="root", agency="county").writing():
        raise AssertionError("people are on record there, and root is none of them")


def test_the_administrator_of_the_machine_is_nobody_of_that_name(db: str) -> None:
    with Options(db).writing() as context:
        assert Options.is_local(Options(db), context.actor)
        add_version(context.connection, "directory", {"default": PEOPLE.replace("h1", "local")}, "root", AT)
    with Options(db, user="local").writing() as context:
        assert not Options.is_local(Options(db), context.actor)


def test_what_is_written_stays_only_if_all_went_well(db: str) -> None:
    with pytest.raises(RuntimeError), Options(db).writing() as context:
        add_version(context.connection, "directory", {"default": PEOPLE}, "root", AT)
        raise RuntimeError
    with Options(db).reading() as context:
        assert len(directory_of(context.connection, "default")) == 0
