import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts import issuing, machine, usecases
from services.accounts.domain import login_of, parse_login
from shared.contracts.account_commands import (
    AddPerson,
    DisableAccount,
    HandOver,
    IssueAccounts,
    ListAccounts,
    ResetPassword,
    RestoreAccount,
)
from shared.kernel.account_roles import BY_MACHINE, ROLES_AT, may_hand_out
from shared.kernel.authority import EXCLUSIVE_ROLES, Role
from shared.kernel.errors import NotAllowedError, ReasonNeededError, UnknownCampaignError
from shared.kernel.errors_accounts import (
    AccountThereError,
    NotMadeHereError,
    OwnAccountError,
    RoleNotGivenError,
    RoleNotHereError,
    RolesExcludeError,
    SessionEndedError,
    TooManyAccountsError,
    UnknownAccountError,
    UnknownPersonError,
)
from shared.kernel.ids import AccountId, CampaignId, UnitCode
from shared.kernel.units import Level
from tests.unit.accounts.house import CAMPAIGN, NOTHING, House

SCHOOL, COUNTY = "449101-01", "449101"


def test_one_order_gives_every_school_below_its_accounts(house: House) -> None:
    told = house.issue(Role.REGISTRAR, "44", Level.SCHOOL, each=2)

    assert [one.login for one in told.accounts] == [
        "449101-01.01",
        "449101-01.02",
        "449101-02.01",
        "449101-02.02",
    ]
    assert len({one.one_time_password for one in told.accounts}) == 4


def test_an_order_that_is_repeated_makes_only_what_is_missing(house: House) -> None:
    house.issue(Role.REGISTRAR, SCHOOL)
    told = house.issue(Role.REGISTRAR, "44", Level.SCHOOL)

    assert ([one.unit for one in told.accounts], told.kept) == (["449101-02"], 1)


def test_a_lost_workbook_is_written_anew_for_those_who_never_signed_in(house: House) -> None:
    used, unused = house.issue(Role.REGISTRAR, "44", Level.SCHOOL).accounts
    house.come_in(used)
    told = house.issue(Role.REGISTRAR, "44", Level.SCHOOL, with_unused=True)

    assert [one.account for one in told.accounts] == [unused.account]
    assert told.accounts[0].one_time_password != unused.one_time_password
    assert told.kept == 1


def test_a_closed_accounts_number_is_never_given_again(house: House) -> None:
    gone = house.issued(Role.REGISTRAR, SCHOOL)
    usecases.disable_account(
        house.office, house.actor(), DisableAccount(NOTHING, gone.account, "lost")
    )

    assert house.issued(Role.REGISTRAR, SCHOOL).login == "449101-01.02"


@pytest.mark.parametrize("role", sorted(BY_MACHINE))
def test_nobody_hands_out_accounts_of_those_who_watch_over_them(house: House, role: Role) -> None:
    with pytest.raises(RoleNotGivenError):
        house.issue(role, "44")


def test_an_administrator_makes_administrators_below_and_never_an_equal(house: House) -> None:
    city = house.actor(unit="4491")

    assert house.issue(Role.UNIT_ADMINISTRATOR, COUNTY, by=city).accounts
    with pytest.raises(RoleNotGivenError):
        house.issue(Role.UNIT_ADMINISTRATOR, "4491", by=city)


@pytest.mark.parametrize(
    ("role", "is_given"),
    [
        (Role.ENTRY_CLERK, True),
        (Role.REGISTRAR, False),
        (Role.SCHOOL_LEADER, False),
    ],
)
def test_a_registrar_hands_on_what_works_under_it(house: House, role: Role, is_given: bool) -> None:
    registrar = house.actor(Role.REGISTRAR, SCHOOL)

    if is_given:
        assert house.issue(role, SCHOOL, by=registrar).accounts
    else:
        with pytest.raises(RoleNotGivenError):
            house.issue(role, SCHOOL, by=registrar)


def test_a_registrar_gives_every_class_of_the_school_its_teacher(house: House) -> None:
    registrar = house.actor(Role.REGISTRAR, SCHOOL)
    told = house.issue(Role.HOMEROOM_TEACHER, SCHOOL, Level.CLASS, by=registrar)

    assert [one.unit for one in told.accounts] == ["449101-01-1", "449101-01-2"]


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.REGISTRAR, "449101-02"),  # beside
        (Role.UNIT_ADMINISTRATOR, "449102"),  # another county
        (Role.REVIEWER, COUNTY),
        (Role.OPERATOR, "44"),
    ],
)
def test_who_stands_elsewhere_or_has_another_role_hands_out_nothing(
    house: House, role: Role, unit: str
) -> None:
    with pytest.raises(NotAllowedError):
        house.issue(Role.ENTRY_CLERK, SCHOOL, by=house.actor(role, unit))
    assert house.acts() == [("issue_accounts", CAMPAIGN, "not_allowed")]


def test_a_role_has_its_levels(house: House) -> None:
    with pytest.raises(RoleNotHereError):
        house.issue(Role.REVIEWER, SCHOOL)


def test_accounts_are_of_a_campaign_that_exists(house: House) -> None:
    order = IssueAccounts(
        NOTHING, CampaignId("44-none"), UnitCode("44"), Level.SCHOOL, (Role.REGISTRAR,)
    )

    with pytest.raises(UnknownCampaignError):
        issuing.issue_accounts(house.office, house.actor(), order)


def test_one_order_has_a_limit(house: House) -> None:
    with pytest.raises(TooManyAccountsError):
        house.issue(Role.REGISTRAR, "44", Level.SCHOOL, each=5001)


def test_a_thousand_accounts_hold_no_password_twice_and_none_at_rest(house: House) -> None:
    told = house.issue(Role.ENTRY_CLERK, "44", Level.SCHOOL, each=500)
    at_rest = house.everything_at_rest()

    assert len({one.one_time_password for one in told.accounts}) == 1000
    assert not [one for one in told.accounts if one.one_time_password.encode() in at_rest]


def test_the_machine_makes_the_first_administrator_and_not_a_second_by_mistake(
    house: House,
) -> None:
    given = house.first()

    with pytest.raises(AccountThereError):
        house.first()
    assert house.first(another=True).account != given.account
    assert house.token_of(house.come_in(given)).role is Role.UNIT_ADMINISTRATOR


def test_the_first_account_needs_no_roster(house: House) -> None:
    given = machine.first_account(
        house.office,
        UnitCode("51"),
        Role.UNIT_ADMINISTRATOR,
        machine.Newcomer("赵六"),
        by="operator:test",
        another=False,
    )

    assert house.token_of(house.come_in(given)).path == "51/"


def test_the_machine_makes_no_ordinary_account(house: House) -> None:
    with pytest.raises(RoleNotGivenError):
        house.first(Role.REVIEWER)


def test_operator_key_officer_and_auditor_are_three_people(house: House) -> None:
    house.first(Role.OPERATOR, name="钱七")

    for role in EXCLUSIVE_ROLES - {Role.OPERATOR}:
        with pytest.raises(RolesExcludeError):
            house.first(role, name="钱 七")
        assert house.first(role, name=f"另一人{role.value[0]}")


def test_a_namesake_is_another_person_where_somebody_says_so(house: House) -> None:
    house.first(Role.OPERATOR, name="钱七")
    newcomer = machine.Newcomer("钱七", is_namesake=True)
    given = machine.first_account(
        house.office, UnitCode("44"), Role.AUDITOR, newcomer, by="operator:test", another=False
    )

    assert given.login


def test_the_same_person_may_use_two_accounts_that_do_not_exclude_one_another(
    house: House,
) -> None:
    registrar = house.issued(Role.REGISTRAR, SCHOOL)
    person = house.token_of(house.come_in(registrar)).person
    clerk = house.issued(Role.ENTRY_CLERK, SCHOOL)
    request = AddPerson(NOTHING, clerk.account, person=person)
    given = usecases.add_person(house.office, house.actor(), request)

    assert given.person == person


@pytest.mark.parametrize(
    "request_",
    [
        HandOver(NOTHING, AccountId("449101.01"), 1, " ", name="王五"),
        ResetPassword(NOTHING, AccountId("449101.01"), 1, ""),
        DisableAccount(NOTHING, AccountId("449101.01"), ""),
        RestoreAccount(NOTHING, AccountId("449101.01"), ""),
    ],
)
def test_what_takes_something_away_says_why(house: House, request_) -> None:
    house.issued(Role.REVIEWER, COUNTY)
    do = {
        HandOver: usecases.hand_over,
        ResetPassword: usecases.reset_password,
        DisableAccount: usecases.disable_account,
        RestoreAccount: usecases.restore_account,
    }[type(request_)]

    with pytest.raises(ReasonNeededError):
        do(house.office, house.actor(), request_)


def test_a_written_reason_is_sealed_at_rest(house: House) -> None:
    account = house.issued(Role.REVIEWER, COUNTY).account
    request = DisableAccount(NOTHING, account, "张三调往南溪县")
    usecases.disable_account(house.office, house.actor(), request)

    assert "张三调往南溪县".encode() not in house.everything_at_rest()


def test_nobody_takes_the_own_account_away(house: House) -> None:
    who = house.token_of(house.come_in(house.issued(Role.UNIT_ADMINISTRATOR, COUNTY)))

    with pytest.raises(OwnAccountError):
        usecases.disable_account(house.office, who, DisableAccount(NOTHING, who.account, "why"))


def test_a_disabled_account_is_restored_with_its_password(house: House) -> None:
    given = house.issued(Role.REGISTRAR, SCHOOL)
    who = house.come_in(given)
    for order in (DisableAccount, RestoreAccount):
        do = usecases.disable_account if order is DisableAccount else usecases.restore_account
        do(house.office, house.actor(), order(NOTHING, given.account, "by mistake"))

    assert house.token_of(house.again(who))


def test_what_is_not_there_is_named(house: House) -> None:
    account = house.issued(Role.REGISTRAR, SCHOOL).account

    with pytest.raises(UnknownAccountError):
        usecases.reset_password(
            house.office, house.actor(), ResetPassword(NOTHING, AccountId("44.77"), 1, "why")
        )
    with pytest.raises(UnknownPersonError):
        usecases.reset_password(
            house.office, house.actor(), ResetPassword(NOTHING, account, 7, "why")
        )


def test_a_list_shows_what_stands_at_and_below_a_unit_and_names_nobody(house: House) -> None:
    house.issue(Role.REGISTRAR, "44", Level.SCHOOL)
    house.issued(Role.REVIEWER, "449102")
    request = ListAccounts(NOTHING, UnitCode(COUNTY))
    told = usecases.list_accounts(house.office, house.actor(), request)

    assert [one.account for one in told.accounts] == ["449101-01.01", "449101-02.01"]
    assert told.is_last


def test_a_list_tells_who_is_used_and_by_how_many(house: House) -> None:
    used, _ = house.issue(Role.REGISTRAR, "44", Level.SCHOOL).accounts
    house.come_in(used)
    usecases.add_person(house.office, house.actor(), AddPerson(NOTHING, used.account, name="李四"))
    request = ListAccounts(NOTHING, UnitCode(COUNTY))
    told = usecases.list_accounts(house.office, house.actor(), request)

    assert [(one.people, one.is_used) for one in told.accounts] == [(2, True), (1, False)]


def test_every_act_is_said_with_ids_and_nothing_of_a_person(house: House) -> None:
    given = house.issued(Role.REGISTRAR, SCHOOL)
    usecases.add_person(house.office, house.actor(), AddPerson(NOTHING, given.account, name="李四"))

    assert house.acts() == [
        ("issue_accounts", CAMPAIGN, "done"),
        ("add_person", given.account, "done"),
    ]
    assert "李四" not in json.dumps(house.acts(), ensure_ascii=False)


@given(role=st.sampled_from(Role), giver=st.sampled_from(Role))
def test_what_is_handed_out_stands_somewhere_in_the_tree(role: Role, giver: Role) -> None:
    if may_hand_out(giver, role) and role is not Role.GUARDIAN:
        assert any(role in roles for roles in ROLES_AT.values())


@given(st.from_regex(r"[0-9-]{2,12}\.[0-9]{2,3}", fullmatch=True), st.integers(1, 9999))
def test_a_login_is_read_back_as_it_was_written(account: str, number: int) -> None:
    assert parse_login(login_of(AccountId(account), number)) == (account, number)


def test_an_account_without_a_campaign_lives_a_year(house: House) -> None:
    given = house.first()

    assert house.show(given.account).entry.valid_until == datetime(2027, 4, 2, 8, 0, tzinfo=UTC)


def test_the_machine_helps_its_own_accounts_alone(house: House) -> None:
    own, other = house.first(), house.issued(Role.REVIEWER, COUNTY)
    who = house.come_in(own)
    given = machine.reset_first(house.office, own.account, 1, by="operator:test")

    assert house.come_in(given).seed != who.seed
    with pytest.raises(NotMadeHereError):
        machine.reset_first(house.office, other.account, 1, by="operator:test")
    with pytest.raises(NotMadeHereError):
        machine.disable_first(house.office, other.account, by="operator:test")


def test_the_machine_closes_an_account_it_made(house: House) -> None:
    who = house.come_in(house.first())
    machine.disable_first(house.office, AccountId(who.login), by="operator:test")

    with pytest.raises(SessionEndedError):
        house.token_of(who)
