"""Every option by which a command reaches data or a file asks as the command does."""

from collections.abc import Iterator

import pytest
from door_options import NARROWING, NO_DATABASE, WAYS, options, typed_already
from doors import CASE, NOBODY, SECRETS, STRANGER, House

COULD_NOT_RUN = 2


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The office; nobody in this module may change anything in it."""
    found = House(tmp_path_factory.mktemp("house"))
    yield found
    found.engine.dispose()


@pytest.fixture
def untouched(house: House) -> Iterator[House]:
    """The office, which must be as it was when the test ends."""
    before = house.rows()
    yield house
    assert house.rows() == before


def test_every_option_is_typed_or_reaches_nothing_of_its_own() -> None:
    known = set(options())
    listed = WAYS.keys() | NO_DATABASE.keys()
    assert known - typed_already() - listed - {item for item in known if item[1] in NARROWING} == set()
    assert listed - known == set() and all(reason for reason, _ in NO_DATABASE.values())
    assert {option for _, option in known} >= NARROWING.keys()
    assert all(option in way for (_, option), way in WAYS.items())


@pytest.mark.parametrize("way", WAYS.values(), ids=" ".join)
def test_an_option_refuses_who_has_no_role(
    untouched: House, way: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    files = untouched.files()
    for user, code in ((NOBODY.user_id, "not_permitted"), (None, "who_acts")):
        assert untouched.run(way, user) == COULD_NOT_RUN
        out, err = capsys.readouterr()
        assert err.startswith(f"{code}:"), (out, err)
        assert untouched.files() == files


@pytest.mark.parametrize("way", WAYS.values(), ids=" ".join)
def test_an_option_shows_nothing_of_a_case_to_another_department(
    untouched: House, way: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    done = untouched.run(way, STRANGER.user_id) != COULD_NOT_RUN
    out, err = capsys.readouterr()
    assert [secret for secret in SECRETS if secret in out + err] == []
    assert not (done and CASE in out)


@pytest.mark.parametrize("way", [way for _, way in NO_DATABASE.values()], ids=" ".join)
def test_an_option_without_a_database_shows_and_changes_nothing_of_it(
    untouched: House, way: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    untouched.run(way, NOBODY.user_id)
    out, err = capsys.readouterr()
    assert [secret for secret in (*SECRETS, CASE) if secret in out + err] == []
