from datetime import timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts import signing_in, steps, usecases
from services.accounts.credentials import step_of_code
from services.accounts.domain import Proof, next_step, parse_login
from shared.contracts.account_commands import AddPerson, DisableAccount, HandOver, ResetPassword
from shared.contracts.actors import LIFE, NEED_SECOND_FACTOR
from shared.contracts.sign_in_commands import (
    EnrolSecondStep,
    GiveCode,
    SetPassword,
    SignOut,
    Step,
    TakeToken,
)
from shared.kernel.authority import Role
from shared.kernel.errors_accounts import (
    AccountClosedError,
    AccountLockedError,
    NameNeededError,
    SessionEndedError,
    SignInRefusedError,
    SignInUnfinishedError,
    WeakPasswordError,
)
from shared.kernel.ids import AccountId
from tests.unit.accounts.house import CHOSEN, NAME, NOTHING, START, House, Signed

SCHOOL, COUNTY = "449101-01", "449101"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def a_registrar(house: House) -> Signed:
    return house.come_in(house.issued(Role.REGISTRAR, SCHOOL))


def an_administrator(house: House) -> Signed:
    return house.come_in(house.first())


def wrong(house: House, who: Signed, times: int) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefusedError):
            house.begin(who.login, "wrong")


def test_a_first_sign_in_asks_for_a_password_of_ones_own_and_a_name(house: House) -> None:
    issued = house.issued(Role.REGISTRAR, SCHOOL)
    told = house.begin(issued.login, issued.one_time_password)

    assert told.step is Step.PASSWORD
    with pytest.raises(SignInUnfinishedError, match="password"):
        signing_in.take_token(house.office, TakeToken(told.session))
    with pytest.raises(NameNeededError):
        steps.set_password(house.office, SetPassword(told.session, CHOSEN))


def test_a_one_time_password_works_in_small_letters_and_without_hyphens(house: House) -> None:
    issued = house.issued(Role.REGISTRAR, SCHOOL)
    typed = issued.one_time_password.lower().replace("-", " ")

    assert house.begin(issued.login, typed).step is Step.PASSWORD


def test_a_one_time_password_is_gone_once_it_was_replaced(house: House) -> None:
    issued = house.issued(Role.REGISTRAR, SCHOOL)
    house.come_in(issued)

    with pytest.raises(SignInRefusedError):
        house.begin(issued.login, issued.one_time_password)


def test_a_token_names_person_role_and_unit_for_minutes(house: House) -> None:
    actor = house.token_of(a_registrar(house))

    assert (actor.role, actor.unit, actor.account) == (Role.REGISTRAR, SCHOOL, f"{SCHOOL}.01")
    assert timedelta() < actor.expires_at - START <= LIFE


@pytest.mark.parametrize("role", sorted(NEED_SECOND_FACTOR))
def test_who_decides_or_administers_sets_a_second_step_up(role: Role) -> None:
    fresh = Proof(role, False, False, False, None)

    assert next_step(fresh) is Step.ENROL


def test_an_administrators_token_says_when_the_second_step_was_shown(house: House) -> None:
    assert house.token_of(an_administrator(house)).second_factor_at == house.at


def test_a_second_step_is_asked_for_at_every_later_sign_in(house: House) -> None:
    who = an_administrator(house)
    told = house.begin(who.login, who.password)

    assert told.step is Step.CODE
    with pytest.raises(SignInUnfinishedError, match="code"):
        signing_in.take_token(house.office, TakeToken(told.session))


def test_a_code_is_taken_once(house: House) -> None:
    who = an_administrator(house)
    told = house.begin(who.login, who.password)

    with pytest.raises(SignInRefusedError):  # the code that confirmed the seed
        steps.give_code(house.office, GiveCode(told.session, house.code(who.seed)))


@given(shown=st.integers(-3, 3), last=st.integers(-3, 3))
def test_a_code_is_good_for_its_time_and_never_after_a_newer_one(shown: int, last: int) -> None:
    now = int(START.timestamp()) // 30
    code = pyotp.TOTP(SEED).generate_otp(now + shown)
    found = step_of_code(SEED, code, START, after=now + last)

    assert found == (now + shown if abs(shown) <= 1 and shown > last else None)


def test_a_seed_is_shown_once_and_never_again(house: House) -> None:
    who = an_administrator(house)

    with pytest.raises(SignInUnfinishedError):
        steps.enrol(house.office, EnrolSecondStep(who.session))


def test_two_people_of_one_account_each_need_a_second_step_of_their_own(house: House) -> None:
    first = a_registrar(house)
    request = AddPerson(NOTHING, AccountId(first.login), name="李四")
    second = house.come_in(usecases.add_person(house.office, house.actor(), request))

    assert second.seed is not None
    with pytest.raises(SignInUnfinishedError, match="enrol"):
        house.token_of(first)


def test_people_of_one_account_act_under_their_own_ids(house: House) -> None:
    first = a_registrar(house)
    alone = house.token_of(first)
    request = AddPerson(NOTHING, AccountId(first.login), name="李四")
    second = house.come_in(usecases.add_person(house.office, house.actor(), request))
    other = house.token_of(second)

    assert other.account == alone.account
    assert other.person != alone.person


def test_five_wrong_tries_lock_for_fifteen_minutes_and_the_right_one_waits_too(
    house: House,
) -> None:
    who = a_registrar(house)
    wrong(house, who, 5)

    with pytest.raises(AccountLockedError):
        house.begin(who.login, who.password)
    house.later(minutes=15)
    assert house.begin(who.login, who.password).step is Step.DONE


def test_a_right_try_forgives_the_wrong_ones_before_it(house: House) -> None:
    who = a_registrar(house)
    for _ in range(3):
        wrong(house, who, 4)
        house.begin(who.login, who.password)

    assert house.token_of(house.again(who))


def test_wrong_codes_lock_like_wrong_passwords(house: House) -> None:
    who = an_administrator(house)
    house.later(seconds=30)
    told = house.begin(who.login, who.password)
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            steps.give_code(house.office, GiveCode(told.session, "no code"))

    with pytest.raises(AccountLockedError):
        steps.give_code(house.office, GiveCode(told.session, house.code(who.seed)))


@pytest.mark.parametrize("login", ["449101-01.77", "449101-01.01/7", "", "/", "x/y", "44.01/１"])
def test_whatever_names_nobody_is_refused_like_a_wrong_password(house: House, login: str) -> None:
    a_registrar(house)

    with pytest.raises(SignInRefusedError):
        house.begin(login, CHOSEN)


@given(st.text(max_size=30) | st.from_regex(r"\w+/\w+", fullmatch=True))
def test_a_login_is_an_account_and_perhaps_a_number(text: str) -> None:
    parsed = parse_login(text)

    assert parsed is None or parsed[1] >= 0


@pytest.mark.parametrize(("makes", "minutes"), [(a_registrar, 30), (an_administrator, 15)])
def test_a_silent_session_ends(house: House, makes, minutes: int) -> None:
    who = makes(house)
    house.later(minutes=minutes, seconds=-1)
    house.token_of(who)
    house.later(minutes=minutes)

    with pytest.raises(SessionEndedError):
        house.token_of(who)


def test_a_busy_session_ends_after_twelve_hours(house: House) -> None:
    who = a_registrar(house)
    for _ in range(35):
        house.later(minutes=20)
        house.token_of(who)
    house.later(minutes=20)

    with pytest.raises(SessionEndedError):
        house.token_of(who)


def test_a_session_ends_by_signing_out_and_twice_is_no_error(house: House) -> None:
    who = a_registrar(house)
    for _ in range(2):
        signing_in.sign_out(house.office, SignOut(who.session))

    with pytest.raises(SessionEndedError):
        house.token_of(who)


def test_a_disabled_account_ends_its_sessions_at_once(house: House) -> None:
    who = a_registrar(house)
    request = DisableAccount(NOTHING, AccountId(who.login), "left")
    usecases.disable_account(house.office, house.actor(), request)

    with pytest.raises(SessionEndedError):
        house.token_of(who)


def test_only_who_knows_the_password_is_told_that_an_account_is_disabled(house: House) -> None:
    who = a_registrar(house)
    request = DisableAccount(NOTHING, AccountId(who.login), "left")
    usecases.disable_account(house.office, house.actor(), request)

    with pytest.raises(AccountClosedError, match="disabled"):
        house.begin(who.login, who.password)
    wrong(house, who, 1)


def test_an_account_ends_with_its_campaign(house: House) -> None:
    who = a_registrar(house)
    house.end_campaign(START + timedelta(minutes=5), 2)
    house.token_of(who)
    house.later(minutes=5)

    with pytest.raises(SessionEndedError):
        house.token_of(who)
    with pytest.raises(AccountClosedError, match="expired"):
        house.begin(who.login, who.password)


def test_a_reset_asks_for_a_new_password_and_keeps_the_second_step(house: House) -> None:
    issued = house.issued(Role.REVIEWER, COUNTY)
    who = house.come_in(issued)
    request = ResetPassword(NOTHING, issued.account, 1, "forgotten")
    given = usecases.reset_password(house.office, house.actor(), request)

    with pytest.raises(SessionEndedError):
        house.token_of(who)
    told = house.begin(given.login, given.one_time_password)
    assert told.step is Step.CODE
    house.later(seconds=30)
    shown = steps.give_code(house.office, GiveCode(told.session, house.code(who.seed)))
    assert shown.step is Step.PASSWORD


def test_a_lost_phone_is_replaced_by_a_reset_of_the_second_step(house: House) -> None:
    issued = house.issued(Role.REVIEWER, COUNTY)
    before = house.come_in(issued)
    request = ResetPassword(NOTHING, issued.account, 1, "phone lost", with_second_step=True)
    after = house.come_in(usecases.reset_password(house.office, house.actor(), request))

    assert after.seed not in {None, before.seed}


def test_who_handed_an_account_over_is_out_and_the_next_one_is_named(house: House) -> None:
    who = a_registrar(house)
    request = HandOver(NOTHING, AccountId(who.login), 1, "moved to another school", name="王五")
    given = usecases.hand_over(house.office, house.actor(), request)

    with pytest.raises(SessionEndedError):
        house.token_of(who)
    with pytest.raises(SignInRefusedError):
        house.begin(who.login, who.password)
    assert house.token_of(house.come_in(given))
    names = [(one.name, one.ended_at is None) for one in house.show(given.account).people]
    assert names == [(NAME, False), ("王五", True)]


def test_a_password_is_changed_by_who_knows_the_one_before(house: House) -> None:
    who = a_registrar(house)
    elsewhere = house.begin(who.login, who.password)
    new = "Quiet9-harbour-mule"
    with pytest.raises(SignInRefusedError):
        steps.set_password(house.office, SetPassword(who.session, new, current="wrong"))
    steps.set_password(house.office, SetPassword(who.session, new, current=who.password))

    assert house.begin(who.login, new).step is Step.DONE
    assert house.token_of(who)
    with pytest.raises(SessionEndedError):
        signing_in.take_token(house.office, TakeToken(elsewhere.session))


@pytest.mark.parametrize("password", ["short", "Admin@1234567890", "449101-01.01-2026"])
def test_a_password_that_can_be_guessed_is_refused(house: House, password: str) -> None:
    issued = house.issued(Role.REGISTRAR, SCHOOL)
    told = house.begin(issued.login, issued.one_time_password)

    with pytest.raises(WeakPasswordError):
        steps.set_password(house.office, SetPassword(told.session, password, NAME))


def test_the_one_time_password_is_not_kept_as_a_password(house: House) -> None:
    issued = house.issued(Role.REGISTRAR, SCHOOL)
    told = house.begin(issued.login, issued.one_time_password)
    request = SetPassword(told.session, issued.one_time_password, NAME)

    with pytest.raises(WeakPasswordError, match="same"):
        steps.set_password(house.office, request)


def test_every_sign_in_and_every_refusal_is_said(house: House) -> None:
    who = a_registrar(house)
    wrong(house, who, 1)

    of_mine = [(act, outcome) for act, what, outcome in house.acts() if what == who.login]
    assert of_mine == [
        ("sign_in", "done"),
        ("set_password", "done"),
        ("sign_in", "sign_in_refused"),
    ]


def test_no_name_password_seed_or_session_lies_in_clear_at_rest(house: House) -> None:
    given = house.first()
    who = house.come_in(given)
    secrets = [NAME, who.password, who.seed or "", who.session, given.one_time_password]
    at_rest = house.everything_at_rest()

    assert given.account.encode() in at_rest  # the files are looked into at all
    assert [one for one in secrets if one.encode() in at_rest] == []
