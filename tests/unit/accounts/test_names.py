"""What people are called: told to colleagues and to who asks for help, to nobody else."""

import pytest

from services.accounts import names, usecases
from shared.contracts.account_commands import HandOver
from shared.contracts.people_commands import NamesRequest, SupportStaffRequest
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError
from shared.kernel.ids import PersonId, UnitCode
from shared.kernel.units import Level
from tests.unit.accounts.house import NOTHING, House

SCHOOL = "449101-01"


def person_at(house: House, role: Role, unit: str, name: str) -> PersonId:
    return house.token_of(house.come_in(house.issued(role, unit), name)).person


def called(house: House, role: Role, unit: str, *people: PersonId) -> dict[PersonId, str]:
    told = names.colleagues(house.office, house.actor(role, unit), NamesRequest(NOTHING, people))
    return {one.person: one.name for one in told.people}


def test_a_school_is_one_workplace_with_its_classes(house: House) -> None:
    clerk = person_at(house, Role.ENTRY_CLERK, SCHOOL, "李录入")
    teacher = person_at(house, Role.HOMEROOM_TEACHER, "449101-01-1", "王班主任")

    everybody = {clerk: "李录入", teacher: "王班主任"}
    assert called(house, Role.REGISTRAR, SCHOOL, clerk, teacher) == everybody
    assert called(house, Role.HOMEROOM_TEACHER, "449101-01-2", clerk, teacher) == everybody


def test_whoever_works_elsewhere_is_left_out(house: House) -> None:
    clerk = person_at(house, Role.ENTRY_CLERK, SCHOOL, "李录入")
    reviewer = person_at(house, Role.REVIEWER, "449101", "赵审核")

    assert called(house, Role.REGISTRAR, "449101-02", clerk, reviewer) == {}
    assert called(house, Role.REGISTRAR, SCHOOL, reviewer) == {}
    assert called(house, Role.REVIEWER, "449101", clerk, reviewer) == {reviewer: "赵审核"}
    assert called(house, Role.REVIEWER, "449102", reviewer) == {}


def test_who_has_not_signed_in_has_no_name_yet(house: House) -> None:
    account = house.issued(Role.ENTRY_CLERK, SCHOOL).account
    person = house.show(account).people[0].person

    assert called(house, Role.REGISTRAR, SCHOOL, person) == {}


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.KEY_OFFICER, Role.AUDITOR])
def test_who_watches_over_the_house_learns_nobodys_name(house: House, role: Role) -> None:
    with pytest.raises(NotAllowedError):
        called(house, role, "44")

    assert house.acts()[-1] == ("know_colleagues", "44", "not_allowed")


def test_a_question_may_ask_who_stands_on_its_way_up(house: House) -> None:
    person_at(house, Role.REGISTRAR, SCHOOL, "钱学籍")
    person_at(house, Role.SUPPORT_STAFF, "449101", "孙支持")
    person_at(house, Role.SUPPORT_STAFF, "449102", "别县支持")
    person_at(house, Role.REVIEWER, "449101", "赵审核")

    teacher = house.actor(Role.HOMEROOM_TEACHER, "449101-01-1")
    told = names.support_staff(house.office, teacher, SupportStaffRequest(NOTHING))

    assert [(one.unit, one.level, one.names) for one in told.posts] == [
        (UnitCode(SCHOOL), Level.SCHOOL, ("钱学籍",)),
        (UnitCode("449101"), Level.COUNTY, ("孙支持",)),
        (UnitCode("4491"), Level.CITY, ()),
        (UnitCode("44"), Level.PROVINCE, ()),
    ]


def test_who_handed_an_account_over_answers_no_more_and_is_still_known(house: House) -> None:
    given = house.issued(Role.SUPPORT_STAFF, "449101")
    person = house.token_of(house.come_in(given, "孙支持")).person
    order = HandOver(NOTHING, given.account, 1, "调离", name="周接任")
    usecases.hand_over(house.office, house.actor(), order)

    county = house.actor(Role.SUPPORT_STAFF, "449101")
    told = names.support_staff(house.office, county, SupportStaffRequest(NOTHING))

    assert told.posts[0].names == ("周接任",)
    assert called(house, Role.REVIEWER, "449101", person) == {person: "孙支持"}
