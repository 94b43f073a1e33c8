"""Checks that every directory must pass; an integrator runs them against the office's own.

``check(directory, known)`` raises ``AssertionError`` with a sentence about the first promise that is broken;
``check_agencies(directories, known)`` does so for a host whose people belong to several agencies. In a test-suite each
function below that takes a directory is one test.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ..kernel.context import Actor, Directories, Directory

HIGHEST = 50
"""No office has more superiors above one person: more means that they run in a circle."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the integrator knows of the office on a day, for the checks to ask about.

    ``leaver`` is somebody who has left before that day, if there is anybody. Where the host has several agencies,
    ``agency`` is the one that all of this is about, and ``elsewhere`` are people of others, best with the same role.
    """

    on: date
    person: str
    role: str
    holders: Sequence[str]
    department: str
    stranger: str = "nobody-of-that-id"
    leaver: str | None = None
    agency: str = ""
    elsewhere: Sequence[str] = ()


def _claim(holds: bool, text: str) -> None:
    if not holds:
        raise AssertionError(text)


def check_person_is_found_by_id(directory: Directory, known: Known) -> None:
    """A person at work is found, under the id that was asked for."""
    found = directory.person(known.person, known.on)
    _claim(found is not None, f"person({known.person!r}) finds nobody")
    _claim(isinstance(found, Actor), "person() must give an Actor")
    _claim(found is not None and found.user_id == known.person, "person() gives somebody of another id")


def check_stranger_is_nobody(directory: Directory, known: Known) -> None:
    """An unknown id is nobody: None, not an error and not somebody else."""
    _claim(directory.person(known.stranger, known.on) is None, "person() finds somebody of an unknown id")
    _claim(directory.person("", known.on) is None, "person() finds somebody for an empty id")


def check_leaver_is_gone(directory: Directory, known: Known) -> None:
    """A person who has left is not found and holds no role."""
    if known.leaver is None:
        return
    _claim(directory.person(known.leaver, known.on) is None, "person() finds somebody who has left")
    ids = [item.user_id for item in directory.holders(known.role, None, known.on)]
    _claim(known.leaver not in ids, "holders() names somebody who has left")


def check_holders_are_all_and_only(directory: Directory, known: Known) -> None:
    """A role's holders are complete, each once, in a steady order, and each has the role."""
    found = directory.holders(known.role, None, known.on)
    ids = [item.user_id for item in found]
    _claim(len(set(ids)) == len(ids), "holders() names somebody twice")
    _claim(sorted(ids) == sorted(known.holders), f"holders({known.role!r}) gives {ids}, not {list(known.holders)}")
    again = [item.user_id for item in directory.holders(known.role, None, known.on)]
    _claim(again == ids, "holders() gives another order when asked again")
    _claim(all(known.role in item.roles for item in found), "a holder's roles must name the role")
    _claim(all(directory.person(user, known.on) is not None for user in ids), "person() does not know a holder")


def check_holders_of_a_department_belong_to_it(directory: Directory, known: Known) -> None:
    """Asked for a department, a role's holders are those of that department and no others."""
    everywhere = directory.holders(known.role, None, known.on)
    there = directory.holders(known.role, known.department, known.on)
    _claim(all(item.department == known.department for item in there), "holders() names people of another department")
    expected = [item.user_id for item in everywhere if item.department == known.department]
    _claim([item.user_id for item in there] == expected, "holders() of a department leaves somebody out")
    _claim(not directory.holders(known.role, "no-such-department", known.on), "an unknown department has holders")


def check_unknown_role_has_no_holder(directory: Directory, known: Known) -> None:
    """A role that does not exist is held by nobody."""
    _claim(not list(directory.holders("no-such-role", None, known.on)), "holders() of an unknown role finds somebody")


def check_superiors_end(directory: Directory, known: Known) -> None:
    """Going up from superior to superior comes to an end."""
    at = known.person
    for _ in range(HIGHEST):
        above = directory.superior(at, known.on)
        if above is None:
            return
        _claim(above.user_id != at, "superior() names the person")
        at = above.user_id
    _claim(False, "superior() runs in a circle")


def check_stand_ins_name_the_one_asked(directory: Directory, known: Known) -> None:
    """Whom a person stands in for: each entry names that person, and holds on that day."""
    for day in (known.on, known.on + timedelta(days=1)):
        for item in directory.principals(known.person, day):
            _claim(item.stand_in == known.person, "principals() gives an entry of somebody else")
            _claim(item.principal != known.person, "principals() lets somebody stand in for oneself")
            _claim(item.from_on <= day <= item.until_on, "principals() gives an entry that does not hold on that day")
    _claim(not list(directory.principals(known.stranger, known.on)), "a stranger stands in for somebody")


def check_each_agency_has_people_of_its_own(directory: Directory, known: Known) -> None:
    """People of another agency are strangers, and each person names the agency; a city's people in one heap are not."""
    if not known.agency:
        return
    ids = {item.user_id for item in directory.holders(known.role, None, known.on)}
    for other in known.elsewhere:
        _claim(directory.person(other, known.on) is None, f"person({other!r}) finds somebody of another agency")
        _claim(other not in ids, f"holders() names {other!r}, who is of another agency")
    found = [directory.person(known.person, known.on), *directory.holders(known.role, None, known.on)]
    named = all(item is not None and known.agency in item.agencies for item in found)
    _claim(named, f"a person of {known.agency!r} does not name it among the agencies")


def check_agencies(directories: Directories, known: Sequence[Known]) -> None:
    """Runs every check for each agency of a host: ``known`` tells of one each, with people of the others.

    Raises:
        AssertionError: the first promise that is broken; a directory that knows no agencies breaks the first.
    """
    gives = hasattr(type(directories), "of_agency")
    _claim(gives, "a directory of several agencies must give the people of each: of_agency(agency)")
    for item in known:
        _claim(bool(item.agency and item.elsewhere), "name the agency, and somebody of another one")
        check(directories.of_agency(item.agency), item)
        nowhere = directories.of_agency("no-such-agency").holders(item.role, None, item.on)
        _claim(not list(nowhere), "an agency that nobody knows has people")


def checks() -> Iterator[Callable[[Directory, Known], None]]:
    """Every check, each a test of its own."""
    yield from (
        check_person_is_found_by_id,
        check_stranger_is_nobody,
        check_leaver_is_gone,
        check_holders_are_all_and_only,
        check_holders_of_a_department_belong_to_it,
        check_unknown_role_has_no_holder,
        check_superiors_end,
        check_stand_ins_name_the_one_asked,
        check_each_agency_has_people_of_its_own,
    )


def check(directory: Directory, known: Known) -> None:
    """Runs every check.

    Raises:
        AssertionError: the first promise that is broken.
    """
    for one in checks():
        one(directory, known)
