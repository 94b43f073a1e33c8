"""What any directory must promise, and a directory that breaks each promise."""

from datetime import date

import pytest
from approvals import ROLES, directory_text
from directories import one, put, stand_in
from sqlalchemy.orm import sessionmaker

from disclosure.workflow import Actor, StandIn, TomlDirectory
from disclosure.workflow.approvals.conformance import HIGHEST, Known, check, check_agencies, checks
from disclosure.workflow.kernel.directory import directory_of

DAY = date(2024, 3, 5)

PEOPLE = ROLES | {"u9": ("郝一", "业务科", ("legal_reviewer",), "u3")}
TEXT = (
    directory_text(PEOPLE, left=("u5",))
    + stand_in("u6", "u4", "2024-03-01", "2024-03-05")
    + stand_in("u4", "u9", "2024-03-01", "2024-03-31")
)
KNOWN = Known(
    on=DAY,
    person="u4",
    role="legal_reviewer",
    holders=["u9", "u4"],
    department="法制科",
    leaver="u5",
    agency="default",
    elsewhere=["x9"],
)
OTHER = Actor(user_id="u2", name="李四", roles=("disclosure_head",))
ENTRY = StandIn("u6", "u4", date(2024, 3, 1), date(2024, 3, 31))


@pytest.mark.parametrize("promise", list(checks()), ids=lambda item: item.__name__)
def test_the_directory_that_comes_with_the_program_keeps_each_promise(promise):
    promise(TomlDirectory.parse(TEXT, agency="default"), KNOWN)


def test_the_directory_on_record_keeps_every_promise(sessions):
    put(sessions, TEXT)
    with sessions() as session:
        check(directory_of(session.connection(), "default"), KNOWN)


class FindsNobody(TomlDirectory):
    def person(self, user_id, on):
        return None


class GivesIds(TomlDirectory):
    def person(self, user_id, on):
        return user_id


class GivesSomebodyElse(TomlDirectory):
    def person(self, user_id, on):
        return OTHER if user_id == "u4" else super().person(user_id, on)


class KnowsStrangers(TomlDirectory):
    def person(self, user_id, on):
        return super().person(user_id, on) or (OTHER if user_id not in ("", "u5") else None)


class KnowsTheEmptyId(TomlDirectory):
    def person(self, user_id, on):
        return super().person(user_id, on) or (OTHER if user_id == "" else None)


class FindsLeavers(TomlDirectory):
    def person(self, user_id, on):
        return self._actors.get(user_id)


class LeaversHoldRoles(TomlDirectory):
    def holders(self, role, department, on):
        return [item for item in self.people() if role in item.roles and department in (None, item.department)]


class LeavesOneOut(TomlDirectory):
    def holders(self, role, department, on):
        return super().holders(role, department, on)[1:]


class NamesOneTwice(TomlDirectory):
    def holders(self, role, department, on):
        return [*(found := super().holders(role, department, on)), *found[:1]]


class ChangesTheOrder(TomlDirectory):
    asked = 0

    def holders(self, role, department, on):
        self.asked += 1
        return super().holders(role, department, on)[:: -1 if self.asked % 2 else 1]


class HidesRoles(TomlDirectory):
    def holders(self, role, department, on):
        return [item.model_copy(update={"roles": ()}) for item in super().holders(role, department, on)]


class DoesNotKnowAHolder(TomlDirectory):
    def person(self, user_id, on):
        return None if user_id == "u9" else super().person(user_id, on)


class IgnoresDepartments(TomlDirectory):
    def holders(self, role, department, on):
        return super().holders(role, None, on)


class EmptiesDepartments(TomlDirectory):
    def holders(self, role, department, on):
        return super().holders(role, department, on) if department is None else []


class UnknownDepartmentsHavePeople(TomlDirectory):
    def holders(self, role, department, on):
        return super().holders(role, department, on) or super().holders(role, None, on)


class UnknownRolesHaveHolders(TomlDirectory):
    def holders(self, role, department, on):
        return self.people()[:1] if role == "no-such-role" else super().holders(role, department, on)


class OnesOwnSuperior(TomlDirectory):
    def superior(self, user_id, on):
        return self.person(user_id, on)


class SuperiorsInACircle(TomlDirectory):
    def superior(self, user_id, on):
        return self.person("u3" if user_id != "u3" else "u2", on)


class StandInsOfOthers(TomlDirectory):
    def principals(self, user_id, on):
        return [item for item in self._stand_ins if item.covers("reply", on)]


class StandInForOneself(TomlDirectory):
    def principals(self, user_id, on):
        return [ENTRY._replace(principal="u4")] if user_id == "u4" else []


class StandInsBeyondTheirPeriod(TomlDirectory):
    def principals(self, user_id, on):
        return [item for item in self._stand_ins if item.stand_in == user_id]


class StrangersStandIn(TomlDirectory):
    def principals(self, user_id, on):
        return [ENTRY._replace(stand_in=user_id)]


class KnowsPeopleOfOtherAgencies(TomlDirectory):
    def person(self, user_id, on):
        return OTHER if user_id == "x9" else super().person(user_id, on)


class NamesNoAgency(TomlDirectory):
    def person(self, user_id, on):
        found = super().person(user_id, on)
        return found and found.model_copy(update={"agencies": ()})


BROKEN = {
    FindsNobody: ("check_person_is_found_by_id", r"person\('u4'\) finds nobody"),
    GivesIds: ("check_person_is_found_by_id", r"person\(\) must give an Actor"),
    GivesSomebodyElse: ("check_person_is_found_by_id", "somebody of another id"),
    KnowsStrangers: ("check_stranger_is_nobody", "somebody of an unknown id"),
    KnowsTheEmptyId: ("check_stranger_is_nobody", "somebody for an empty id"),
    FindsLeavers: ("check_leaver_is_gone", r"person\(\) finds somebody who has left"),
    LeaversHoldRoles: ("check_leaver_is_gone", r"holders\(\) names somebody who has left"),
    LeavesOneOut: ("check_holders_are_all_and_only", r"gives \['u9'\], not \['u9', 'u4'\]"),
    NamesOneTwice: ("check_holders_are_all_and_only", "names somebody twice"),
    ChangesTheOrder: ("check_holders_are_all_and_only", "another order when asked again"),
    HidesRoles: ("check_holders_are_all_and_only", "a holder's roles must name the role"),
    DoesNotKnowAHolder: ("check_holders_are_all_and_only", "does not know a holder"),
    IgnoresDepartments: ("check_holders_of_a_department_belong_to_it", "people of another department"),
    EmptiesDepartments: ("check_holders_of_a_department_belong_to_it", "leaves somebody out"),
    UnknownDepartmentsHavePeople: ("check_holders_of_a_department_belong_to_it", "an unknown department has holders"),
    UnknownRolesHaveHolders: ("check_unknown_role_has_no_holder", "unknown role finds somebody"),
    OnesOwnSuperior: ("check_superiors_end", r"superior\(\) names the person"),
    SuperiorsInACircle: ("check_superiors_end", "runs in a circle"),
    StandInsOfOthers: ("check_stand_ins_name_the_one_asked", "an entry of somebody else"),
    StandInForOneself: ("check_stand_ins_name_the_one_asked", "stand in for oneself"),
    StandInsBeyondTheirPeriod: ("check_stand_ins_name_the_one_asked", "does not hold on that day"),
    KnowsPeopleOfOtherAgencies: ("check_each_agency_has_people_of_its_own", "somebody of another agency"),
    NamesNoAgency: ("check_each_agency_has_people_of_its_own", "does not name it among the agencies"),
    StrangersStandIn: ("check_stand_ins_name_the_one_asked", "a stranger stands in"),
}


def promise_broken(directory):
    """The name of the first check that fails, with its words."""
    for promise in checks():
        try:
            promise(directory, KNOWN)
        except AssertionError as error:
            return promise.__name__, str(error)
    return None


@pytest.mark.parametrize(
    ("kind", "promise", "words"),
    [(kind, *rest) for kind, rest in BROKEN.items()],
    ids=lambda item: getattr(item, "__name__", ""),
)
def test_a_broken_directory_is_told_which_promise_it_breaks(kind, promise, words):
    name, text = promise_broken(kind.parse(TEXT, agency="default"))
    assert name == promise
    with pytest.raises(AssertionError, match=words) as error:
        check(kind.parse(TEXT, agency="default"), KNOWN)
    assert str(error.value) == text


def test_each_promise_has_a_directory_that_breaks_it():
    assert {promise for promise, _ in BROKEN.values()} == {item.__name__ for item in checks()}


def test_a_long_line_of_superiors_is_no_circle():
    rows = [one(f"p{place}", f'superior = "p{place + 1}"' if place < HIGHEST - 1 else "") for place in range(HIGHEST)]
    directory = TomlDirectory.parse("".join(rows))
    check(directory, Known(on=DAY, person="p0", role="leader", holders=[], department="甲"))


def test_an_office_from_which_nobody_has_left_needs_to_name_no_leaver(sqlite_engine):
    sessions = sessionmaker(sqlite_engine)
    put(sessions, directory_text())
    with sessions() as session:
        directory = directory_of(session.connection(), "default")
    check(directory, Known(on=DAY, person="u1", role="legal_reviewer", holders=["u4", "u5"], department="法制科"))
    with pytest.raises(AssertionError, match="gives"):
        check(directory, Known(on=DAY, person="u1", role="legal_reviewer", holders=["u4"], department="法制科"))


NINE = PEOPLE
TEN = {"x9": ("任十", "法制科", ("legal_reviewer",), None), "u4": ("同号人", "法制科", ("legal_reviewer",), None)}
OF_NINE = Known(
    on=DAY, person="u4", role="legal_reviewer", holders=["u9", "u4"], department="法制科", agency="09", elsewhere=["x9"]
)
OF_TEN = Known(
    on=DAY, person="x9", role="legal_reviewer", holders=["x9", "u4"], department="法制科", agency="10", elsewhere=["u9"]
)


class OfAgencies:
    """A host whose people belong to agencies; two of them may have one id."""

    def of_agency(self, agency):
        people = {"09": directory_text(NINE, left=("u5",)), "10": directory_text(TEN)}.get(agency, "")
        return TomlDirectory.parse(people, agency=agency)


class WholeCity:
    """A host that gives everybody, whatever agency is asked for."""

    def of_agency(self, agency):
        return TomlDirectory.parse(directory_text(NINE | {"x9": TEN["x9"]}, left=("u5",)), agency=agency)


def test_a_host_of_several_agencies_keeps_every_promise_for_each():
    check_agencies(OfAgencies(), [OF_NINE, OF_TEN])


@pytest.mark.parametrize(
    ("city", "words"),
    [
        (TomlDirectory.parse(directory_text(NINE | {"x9": TEN["x9"]}, left=("u5",))), "must give the people of each"),
        (WholeCity(), r"holders\('legal_reviewer'\) gives"),
    ],
    ids=["knows no agencies", "ignores them"],
)
def test_a_directory_of_a_whole_city_without_agencies_fails(city, words):
    with pytest.raises(AssertionError, match=words):
        check_agencies(city, [OF_NINE, OF_TEN])


def test_who_tells_of_no_other_agency_has_checked_nothing():
    alone = Known(on=DAY, person="u4", role="legal_reviewer", holders=["u9", "u4"], department="法制科", agency="09")
    with pytest.raises(AssertionError, match="somebody of another one"):
        check_agencies(OfAgencies(), [alone])
