"""Accounts in bulk, down the tree."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.accounts import store
from services.accounts.credentials import draw_password, keep_drawn
from services.accounts.domain import (
    account_id,
    is_from_above,
    login_of,
)
from services.accounts.office import Office
from services.accounts.store import Place
from shared.contracts.account_commands import (
    MAX_ACCOUNTS,
    AccountsIssued,
    IssueAccounts,
    IssuedAccount,
)
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.kernel import authority
from shared.kernel.account_roles import ROLES_AT, may_hand_out
from shared.kernel.authority import Role
from shared.kernel.errors import UnknownCampaignError, UnknownUnitError
from shared.kernel.errors_accounts import (
    RoleNotGivenError,
    RoleNotHereError,
    TooManyAccountsError,
)
from shared.kernel.ids import AccountId, CampaignId, PersonId, UnitCode, new_person_id
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Tx


@dataclass(slots=True)
class _Batch:
    """Rows of one order, written together."""

    accounts: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    holders: list[dict[str, Any]] = field(default_factory=list)
    issued: list[IssuedAccount] = field(default_factory=list)


def issue_accounts(office: Office, actor: Actor, request: IssueAccounts) -> AccountsIssued:
    """Make the accounts that are missing at every unit of a level; see `IssueAccounts`.

    Raises:
        NotAllowedError: the actor hands out no accounts there.
        UnknownUnitError, UnknownCampaignError: no such unit or campaign.
        RoleNotHereError: units of this level have no such role.
        RoleNotGivenError: this role is not the actor's to give.
        TooManyAccountsError: order them level by level.
    """
    at = office.database.clock()
    deed = Deed("issue_accounts", request.campaign, request.unit)
    with acting(office.database, actor, deed) as tx:
        place = _place(tx, request.unit)
        actor.require(act_of(request), authority.Place(place.path))
        places = store.places_below(tx, place.path, request.level)
        _check(tx, actor, request, places)
        there = store.issued_below(tx, place.path, request.level, request.campaign, request.roles)
        batch = _missing(tx, place, places, there, (actor, request, at))
        store.add_accounts(tx, batch.accounts)
        store.add_people(tx, batch.people)
        store.add_holders(tx, batch.holders)
        again = _again(tx, there) if request.with_unused else []
    issued = sorted([*batch.issued, *again], key=lambda one: one.login)
    return AccountsIssued(tuple(issued), len(there) - len(again))


def holder_row(account: AccountId, number: int, person: PersonId, password: str) -> dict[str, Any]:
    """How somebody begins to use an account: with a one-time password and nothing else."""
    return {
        "account": account,
        "number": number,
        "person": person,
        "password": keep_drawn(password),
        "must_change": True,
        "seed": None,
        "has_second_step": False,
        "last_step": 0,
        "tries": 0,
        "locked_until": None,
        "is_used": False,
        "ended_at": None,
    }


def _place(tx: Tx, unit: UnitCode) -> Place:
    place = store.place_of(tx, unit)
    if place is None:
        raise UnknownUnitError(unit)
    return place


def _check(tx: Tx, actor: Actor, request: IssueAccounts, places: Sequence[Place]) -> None:
    if not store.knows_campaign(tx, request.campaign):
        raise UnknownCampaignError(request.campaign)
    for role in request.roles:
        if role not in ROLES_AT[request.level]:
            raise RoleNotHereError(role.value, request.level.value)
        is_fine = all(is_from_above(actor.path, place.path, role) for place in places)
        if not may_hand_out(actor.role, role) or not is_fine:
            raise RoleNotGivenError(role.value)
    if len(places) * len(request.roles) * request.each > MAX_ACCOUNTS:
        raise TooManyAccountsError(str(MAX_ACCOUNTS))


def _missing(
    tx: Tx,
    top: Place,
    places: Sequence[Place],
    there: Sequence[Any],
    order: tuple[Actor, IssueAccounts, datetime],
) -> _Batch:
    actor, request, at = order
    numbers = store.last_numbers(tx, top.path, request.level)
    has = Counter((one.unit, one.role) for one in there)
    batch = _Batch()
    for place in places:
        for role in request.roles:
            for _ in range(has[place.unit, role.value], request.each):
                number = numbers[place.unit] = numbers.get(place.unit, 0) + 1
                row = account_row(place.unit, number, role) | _of(request.campaign, actor, at)
                _add(batch, row, role)
    return batch


def _add(batch: _Batch, row: dict[str, Any], role: Role) -> None:
    password, person = draw_password(), new_person_id()
    account = row["account"]
    batch.accounts.append(row)
    batch.people.append({"person": person, "name": None, "same_name": None})
    batch.holders.append(holder_row(account, 1, person, password))
    batch.issued.append(IssuedAccount(account, account, row["unit"], role, password))


def _again(tx: Tx, there: Sequence[Any]) -> list[IssuedAccount]:
    """New one-time passwords where nobody has ever signed in."""
    rows = {AccountId(one.account): one for one in there}
    issued = []
    for account, number in store.unused_holders(tx, list(rows)):
        password = draw_password()
        change = {"password": keep_drawn(password), "tries": 0, "locked_until": None}
        store.change_holder(tx, (account, number), **change)
        unit, role = UnitCode(rows[account].unit), Role(rows[account].role)
        login = login_of(account, number)
        issued.append(IssuedAccount(login, account, unit, role, password))
    return issued


def account_row(unit: UnitCode, number: int, role: Role) -> dict[str, Any]:
    """A unit's nth account; of which campaign, and who issued it when, is added."""
    return {
        "account": account_id(unit, number),
        "unit": unit,
        "number": number,
        "role": role.value,
        "is_disabled": False,
        "reason": None,
    }


def _of(campaign: CampaignId, actor: Actor, at: datetime) -> dict[str, Any]:
    return {"campaign": campaign, "issued_at": at, "issued_by": actor.person}
