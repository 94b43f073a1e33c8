"""What may not enter is refused wherever it is typed on the command line: in one line of Chinese, and nothing is written."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from door_options import WAYS
from doors import COMMANDS, House
from office import ADMIN

BAD = ("某\udc80路", "刘\ue863", "字" * 100_001)
"""A byte that is no character, an old private place, and more than any text may have; an empty byte cannot be typed."""
UNSAFE = re.compile("[\ud800-\udfff]")
TOLD = re.compile("\\A(?:警告.*\n)*[a-z_]+: .*[\u4e00-\u9fff]")


class Typed(NamedTuple):
    """One word of one way of a command, to be replaced."""

    command: str
    way: tuple[str, ...]
    place: int

    def with_word(self, bad: str) -> tuple[str, ...]:
        """The way with what may not enter; of ``KEY=VALUE`` the value is replaced."""
        name, mark, _ = self.way[self.place].partition("=")
        return (*self.way[: self.place], f"{name}={bad}" if mark else bad, *self.way[self.place + 1 :])


def typed() -> Iterator[Typed]:
    """Every word but options, files and what names the command."""
    ways = [(name, way) for name, found in COMMANDS.items() for way in found]
    for name, way in [*ways, *((name, way) for (name, _), way in WAYS.items())]:
        for place in range(len(name.split()), len(way)):
            if not way[place].startswith(("-", "@")):
                yield Typed(name, way, place)


PLACES = tuple(dict.fromkeys(typed()))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The office; nobody in this module may change anything in it."""
    found = House(tmp_path_factory.mktemp("house"))
    yield found
    found.engine.dispose()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{' '.join(place.way)}-{place.place}")
def test_what_may_not_be_typed_is_refused(house: House, place: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    before, files = house.rows(), house.files()
    amiss = []
    for bad in BAD:
        try:
            status = house.run(place.with_word(bad), ADMIN.user_id)
        except Exception as error:
            amiss.append(ascii((bad[:3], error))[:200])
            continue
        finally:
            out, err = capsys.readouterr()
        if status not in (1, 2) or not TOLD.search(err) or UNSAFE.search(out + err):
            amiss.append(ascii((bad[:3], status, out[:100], err[:100])))
    assert amiss == []
    assert house.rows() == before and house.files() == files
