"""What is done on the machine itself, beside the database: accounts that nobody above can hand out.

A province's first administrator, and operator, key officer and auditor, whom nobody they watch
over may appoint. There is no actor token for it; who sits at the machine is noted for the audit log.
"""

from typing import Any

from sqlalchemy import Row

from services.accounts import session_store, store
from services.accounts.credentials import draw_password, keep_drawn
from services.accounts.domain import account_id, login_of
from services.accounts.issuing import account_row, holder_row
from services.accounts.naming import Newcomer, Post, person_for
from services.accounts.office import Office
from services.accounts.store import Place
from shared.contracts.account_commands import PersonGiven
from shared.contracts.events import ActDone
from shared.kernel.account_roles import BY_MACHINE, ROLES_AT
from shared.kernel.authority import Role
from shared.kernel.errors import UnknownUnitError
from shared.kernel.errors_accounts import (
    AccountThereError,
    NotMadeHereError,
    RoleNotGivenError,
    RoleNotHereError,
    UnknownAccountError,
    UnknownPersonError,
)
from shared.kernel.ids import AccountId, PersonId, UnitCode
from shared.kernel.units import PATH_END, Level, province_of
from shared.plumbing.database import Tx


def first_account(
    office: Office, province: UnitCode, role: Role, newcomer: Newcomer, *, by: str, another: bool
) -> PersonGiven:
    """Make an account that nobody above can hand out; only where the database itself is at hand.

    Args:
        office: of a program on the machine.
        province: or the unit of an auditor below it.
        role: the province's administrator, or one of the three that exclude one another.
        newcomer: who it is; they sign in with the answer.
        by: who sits at the machine, for the audit log.
        another: one more, where there is one already: an administrator who lost everything.

    Raises:
        RoleNotGivenError: the role is handed out by the province's administrator.
        RoleNotHereError: the unit has no such role.
        AccountThereError: there is one.
        UnknownUnitError: roster has not told of the unit, and it is no province.
        NameNeededError, RolesExcludeError: of the person.
    """
    if role is not Role.UNIT_ADMINISTRATOR and role not in BY_MACHINE:
        raise RoleNotGivenError(role.value)
    password = draw_password()
    at = office.database.clock()
    with office.database.transaction() as tx:
        place = _first_place(tx, province)
        _check_role(role, place)
        there = store.accounts_of_role(tx, place.unit, role)
        if there and not another:
            raise AccountThereError(there[0].account)
        number = store.last_numbers(tx, place.path, place.level).get(place.unit, 0) + 1
        account = account_id(place.unit, number)
        row = account_row(place.unit, number, role) | {"campaign": None}
        store.add_accounts(tx, [row | {"issued_at": at, "issued_by": by}])
        person = person_for(tx, office.vault, Post(account, role, place.path), newcomer)
        store.add_holders(tx, [holder_row(account, 1, person, password)])
        fact = ActDone("make_first_account", account, by, "done", place.unit)
        tx.say(fact, province=province_of(place.path))
    return PersonGiven(account, account, person, password)


def reset_first(office: Office, account: AccountId, number: int, *, by: str) -> PersonGiven:
    """A new one-time password and a new second step for somebody whom nobody above can help.

    Raises:
        UnknownAccountError, UnknownPersonError: nobody uses such an account.
        NotMadeHereError: whoever handed the account out resets it.
    """
    password = draw_password()
    with office.database.transaction() as tx:
        row = _made_here(tx, account)
        holder = store.holder_of(tx, account, number)
        if holder is None or holder.ended_at is not None:
            raise UnknownPersonError(account, str(number))
        fresh = {"password": keep_drawn(password), "must_change": True, "seed": None}
        state = {"has_second_step": False, "last_step": 0, "tries": 0, "locked_until": None}
        store.change_holder(tx, (account, number), **fresh, **state)
        session_store.end_sessions(tx, account, number)
        _say(tx, row, "reset_second_step", by)
    return PersonGiven(login_of(account, number), account, PersonId(holder.person), password)


def disable_first(office: Office, account: AccountId, *, by: str) -> None:
    """Close such an account; its sessions end at once.

    Raises:
        UnknownAccountError: no such account.
        NotMadeHereError: whoever handed the account out closes it.
    """
    with office.database.transaction() as tx:
        row = _made_here(tx, account)
        store.change_account(tx, account, is_disabled=True)
        session_store.end_sessions(tx, account)
        _say(tx, row, "disable_account", by)


def _made_here(tx: Tx, account: AccountId) -> Row[Any]:
    row = store.account_of(tx, account)
    if row is None:
        raise UnknownAccountError(account)
    is_top = row.role == Role.UNIT_ADMINISTRATOR and row.path.count(PATH_END) == 1
    if Role(row.role) not in BY_MACHINE and not is_top:
        raise NotMadeHereError(account)
    return row


def _say(tx: Tx, account: Row[Any], act: str, by: str) -> None:
    fact = ActDone(act, account.account, by, "done", UnitCode(account.unit))
    tx.say(fact, province=province_of(account.path))


def _first_place(tx: Tx, unit: UnitCode) -> Place:
    known = store.place_of(tx, unit)
    if known is not None:
        return known
    if not (len(unit) == 2 and unit.isascii() and unit.isdigit()):
        raise UnknownUnitError(unit)
    # The first account comes before any roster; roster's own word has a higher sequence.
    place = Place(unit, Level.PROVINCE, f"{unit}/")
    store.save_unit(tx, place, 0)
    return place


def _check_role(role: Role, place: Place) -> None:
    if role not in ROLES_AT[place.level]:
        raise RoleNotHereError(role.value, place.level.value)
