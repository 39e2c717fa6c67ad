"""What accounts does with facts, and with commands about accounts that exist: one function each."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row

from services.accounts import session_store, store
from services.accounts.credentials import draw_password, keep_drawn
from services.accounts.domain import is_from_above, login_of, valid_until
from services.accounts.issuing import holder_row
from services.accounts.naming import Newcomer, Post, person_for
from services.accounts.office import Office
from services.accounts.vault import Column
from shared.contracts.account_commands import (
    Account,
    AccountEntry,
    Accounts,
    AddPerson,
    DisableAccount,
    HandOver,
    ListAccounts,
    PersonEntry,
    PersonGiven,
    ResetPassword,
    RestoreAccount,
    ShowAccount,
)
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.events import CampaignOpened, UnitRegistered
from shared.kernel import authority
from shared.kernel.account_roles import may_hand_out
from shared.kernel.authority import Role
from shared.kernel.clock import BEIJING
from shared.kernel.errors import ReasonNeededError, UnknownUnitError
from shared.kernel.errors_accounts import (
    OwnAccountError,
    RoleNotGivenError,
    UnknownAccountError,
    UnknownPersonError,
)
from shared.kernel.ids import AccountId, CampaignId, PersonId, UnitCode
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Tx
from shared.plumbing.hears import Heard

Order = AddPerson | HandOver | ResetPassword | DisableAccount | RestoreAccount


def keep_unit(heard: Heard[UnitRegistered]) -> None:
    """Keep where a unit stands: accounts are handed down along its path."""
    fact = heard.fact
    with heard.transaction() as tx:
        store.save_unit(tx, store.Place(fact.unit, fact.level, fact.path), fact.sequence)


def keep_campaign(heard: Heard[CampaignOpened]) -> None:
    """Keep until when a campaign's accounts are valid: to the end of its last day in Beijing."""
    fact = heard.fact
    ends_at = None
    if fact.ends_on is not None:
        ends_at = datetime.combine(fact.ends_on + timedelta(days=1), time(), BEIJING)
    with heard.transaction() as tx:
        store.save_campaign(tx, fact.campaign, ends_at, fact.sequence)


def add_person(office: Office, actor: Actor, request: AddPerson) -> PersonGiven:
    """Let one more named person use an account; all of them now need a second step of their own.

    Raises:
        NameNeededError, UnknownPersonError, RolesExcludeError: of the person; and see `_ordered`.
    """
    newcomer = Newcomer(request.name, request.person, request.is_namesake)
    with _ordered(office, actor, request, "add_person") as (tx, account):
        return _take_in(tx, office, account, newcomer)


def hand_over(office: Office, actor: Actor, request: HandOver) -> PersonGiven:
    """Give an account to another person; who used it under this number is out at once.

    Raises:
        NameNeededError, UnknownPersonError, RolesExcludeError: of the people; and see `_ordered`.
    """
    newcomer = Newcomer(request.name, request.person, request.is_namesake)
    with _ordered(office, actor, request, "hand_over_account") as (tx, account):
        _held(tx, request.account, request.number)
        ended = {"ended_at": office.database.clock(), "seed": None}
        store.change_holder(tx, (request.account, request.number), **ended)
        session_store.end_sessions(tx, request.account, request.number)
        return _take_in(tx, office, account, newcomer)


def reset_password(office: Office, actor: Actor, request: ResetPassword) -> PersonGiven:
    """Give a person of an account a new one-time password; their sessions end, their lock too.

    Raises:
        UnknownPersonError: nobody uses the account under this number; and see `_ordered`.
    """
    act = "reset_second_step" if request.with_second_step else "reset_password"
    password = draw_password()
    with _ordered(office, actor, request, act) as (tx, _):
        holder = _held(tx, request.account, request.number)
        change: dict[str, Any] = {"password": keep_drawn(password), "must_change": True}
        change |= {"tries": 0, "locked_until": None}
        if request.with_second_step:
            change |= {"seed": None, "has_second_step": False, "last_step": 0}
        store.change_holder(tx, (request.account, request.number), **change)
        session_store.end_sessions(tx, request.account, request.number)
    login = login_of(request.account, request.number)
    return PersonGiven(login, request.account, PersonId(holder.person), password)


def disable_account(office: Office, actor: Actor, request: DisableAccount) -> Account:
    """Close an account: its sessions end at once.

    Raises:
        see `_ordered`.
    """
    with _ordered(office, actor, request, "disable_account") as (tx, _):
        store.change_account(tx, request.account, is_disabled=True)
        session_store.end_sessions(tx, request.account)
        return _shown(tx, office, request.account)


def restore_account(office: Office, actor: Actor, request: RestoreAccount) -> Account:
    """Open a disabled account again.

    Raises:
        see `_ordered`.
    """
    with _ordered(office, actor, request, "restore_account") as (tx, _):
        store.change_account(tx, request.account, is_disabled=False)
        return _shown(tx, office, request.account)


def list_accounts(office: Office, actor: Actor, request: ListAccounts) -> Accounts:
    """A page of the accounts at or below a unit.

    Raises:
        UnknownUnitError: no such unit.
        NotAllowedError: the actor hands out no accounts there.
    """
    with acting(office.database, actor, Deed("list_accounts", request.unit, request.unit)) as tx:
        place = store.place_of(tx, request.unit)
        if place is None:
            raise UnknownUnitError(request.unit)
        actor.require(act_of(request), authority.Place(place.path))
        rows = store.accounts_below(tx, place.path, role=request.role, after=request.after)
    entries = tuple(_entry(row, row.people, is_used=bool(row.is_used)) for row in rows)
    return Accounts(entries, len(rows) < store.PAGE)


def show_account(office: Office, actor: Actor, request: ShowAccount) -> Account:
    """An account with the names of its people.

    Raises:
        UnknownAccountError: no such account.
        NotAllowedError: the actor hands out no accounts there.
    """
    deed = Deed("show_account", request.account)
    with acting(office.database, actor, deed) as tx:
        row = _known(tx, request.account)
        actor.require(act_of(request), authority.Place(row.path))
        return _shown(tx, office, request.account)


@contextmanager
def _ordered(
    office: Office, actor: Actor, request: Order, act: str
) -> Iterator[tuple[Tx, Row[Any]]]:
    """The transaction of an order about one account, once it is clear that it may be given.

    Raises:
        UnknownAccountError: no such account.
        NotAllowedError: the actor hands out no accounts there.
        RoleNotGivenError: accounts of this role are not the actor's to give or take.
        OwnAccountError: it is the actor's own.
        ReasonNeededError: it is recorded with a reason, and none was given.
    """
    with acting(office.database, actor, Deed(act, request.account)) as tx:
        account = _known(tx, request.account)
        actor.require(act_of(request), authority.Place(account.path))
        role = Role(account.role)
        is_above = is_from_above(actor.path, account.path, role)
        if request.account == actor.account:
            raise OwnAccountError(request.account)
        if not may_hand_out(actor.role, role) or not is_above:
            raise RoleNotGivenError(role.value)
        if not isinstance(request, AddPerson):
            _keep_reason(tx, office, request.account, request.reason)
        yield tx, account


def _keep_reason(tx: Tx, office: Office, account: AccountId, reason: str) -> None:
    if not reason.strip():
        raise ReasonNeededError("account")
    sealed = office.vault.seal(Column.REASON, account, reason.strip())
    store.change_account(tx, account, reason=sealed)


def _take_in(tx: Tx, office: Office, account: Row[Any], newcomer: Newcomer) -> PersonGiven:
    """The next number of an account goes to a person."""
    of = AccountId(account.account)
    password = draw_password()
    person = person_for(tx, office.vault, Post(of, Role(account.role), account.path), newcomer)
    number = 1 + max(row.number for row in store.holders_of(tx, of))
    store.add_holders(tx, [holder_row(of, number, person, password)])
    return PersonGiven(login_of(of, number), of, person, password)


def _known(tx: Tx, account: AccountId) -> Row[Any]:
    row = store.account_of(tx, account)
    if row is None:
        raise UnknownAccountError(account)
    return row


def _held(tx: Tx, account: AccountId, number: int) -> Row[Any]:
    holder = store.holder_of(tx, account, number)
    if holder is None or holder.ended_at is not None:
        raise UnknownPersonError(account, str(number))
    return holder


def _shown(tx: Tx, office: Office, account: AccountId) -> Account:
    row = _known(tx, account)
    rows = store.holders_of(tx, account)
    active = [one for one in rows if one.ended_at is None]
    entry = _entry(row, len(active), is_used=any(one.is_used for one in rows))
    return Account(entry, tuple(_person(office, one) for one in rows))


def _entry(row: Row[Any], people: int, *, is_used: bool) -> AccountEntry:
    return AccountEntry(
        account=AccountId(row.account),
        unit=UnitCode(row.unit),
        role=Role(row.role),
        campaign=CampaignId(row.campaign) if row.campaign else None,
        people=people,
        is_disabled=row.is_disabled,
        is_used=is_used,
        valid_until=valid_until(row.issued_at, row.ends_at),
    )


def _person(office: Office, row: Row[Any]) -> PersonEntry:
    name = office.vault.open(Column.NAME, row.person, row.name) if row.name else ""
    return PersonEntry(
        number=row.number,
        person=PersonId(row.person),
        name=name,
        has_second_step=row.has_second_step,
        must_change=row.must_change,
        ended_at=row.ended_at,
        locked_until=row.locked_until,
    )
