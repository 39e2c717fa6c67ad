"""Named questions about units, campaigns, accounts and who holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, insert, select, update

from services.accounts.tables import accounts, campaigns, holders, people, units
from shared.kernel.authority import Role
from shared.kernel.ids import AccountId, CampaignId, PersonId, UnitCode
from shared.kernel.units import PATH_END, Level
from shared.plumbing.database import Tx

PAGE = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands."""

    unit: UnitCode
    level: Level
    path: str


def place_of(tx: Tx, unit: UnitCode) -> Place | None:
    """Where a unit stands; None when roster has not told of it."""
    row = tx.execute(select(units).where(units.c.code == unit)).one_or_none()
    return _place(row) if row else None


def places_below(tx: Tx, path: str, level: Level) -> list[Place]:
    """The units of one level at or below a path, in the tree's order; held until the end.

    Whoever else issues accounts to one of them waits: two orders never draw one number.
    """
    question = select(units).where(below(path), units.c.level == level.value)
    found = tx.execute(question.order_by(units.c.path).with_for_update())
    return [_place(row) for row in found]


def save_unit(tx: Tx, place: Place, sequence: int) -> None:
    """Keep where a unit stands, unless a newer word is known."""
    values = {"level": place.level.value, "path": place.path, "sequence": sequence}
    known = tx.execute(
        select(units.c.sequence).where(units.c.code == place.unit)
    ).scalar_one_or_none()
    if known is None:
        tx.execute(insert(units).values(code=place.unit, **values))
    elif known < sequence:
        tx.execute(update(units).where(units.c.code == place.unit).values(**values))


def knows_campaign(tx: Tx, campaign: CampaignId) -> bool:
    """Whether a campaign was opened."""
    question = select(campaigns.c.campaign).where(campaigns.c.campaign == campaign)
    return tx.execute(question).first() is not None


def save_campaign(tx: Tx, campaign: CampaignId, ends_at: datetime | None, sequence: int) -> None:
    """Keep until when a campaign's accounts are valid, unless a newer word is known."""
    values = {"ends_at": ends_at, "sequence": sequence}
    mine = campaigns.c.campaign == campaign
    known = tx.execute(select(campaigns.c.sequence).where(mine)).scalar_one_or_none()
    if known is None:
        tx.execute(insert(campaigns).values(campaign=campaign, **values))
    elif known < sequence:
        tx.execute(update(campaigns).where(mine).values(**values))


def account_of(tx: Tx, account: AccountId) -> Row[Any] | None:
    """An account with its unit's path and its campaign's end."""
    return tx.execute(_accounts().where(accounts.c.account == account)).one_or_none()


def accounts_below(
    tx: Tx, path: str, *, role: Role | None = None, after: AccountId | None = None
) -> Sequence[Row[Any]]:
    """A page of the accounts at or below a path, by id; with `people` and `is_used`."""
    question = _accounts().where(below(path))
    if role is not None:
        question = question.where(accounts.c.role == role.value)
    if after is not None:
        question = question.where(accounts.c.account > after)
    active = holders.c.ended_at.is_(None)
    counted = (
        select(
            holders.c.account,
            func.count().filter(active).label("people"),
            func.max(case((holders.c.is_used, 1), else_=0)).label("is_used"),
        )
        .group_by(holders.c.account)
        .subquery()
    )
    joined = question.add_columns(counted.c.people, counted.c.is_used).join(
        counted, counted.c.account == accounts.c.account
    )
    return tx.execute(joined.order_by(accounts.c.account).limit(PAGE)).all()


def issued_below(
    tx: Tx, path: str, level: Level, campaign: CampaignId, roles: Sequence[Role]
) -> Sequence[Row[Any]]:
    """What a campaign's accounts of some roles are at the units of a level, open ones only."""
    question = _accounts().where(
        below(path),
        units.c.level == level.value,
        accounts.c.campaign == campaign,
        accounts.c.role.in_([role.value for role in roles]),
        accounts.c.is_disabled.is_(False),
    )
    return tx.execute(question.order_by(accounts.c.account)).all()


def last_numbers(tx: Tx, path: str, level: Level) -> dict[UnitCode, int]:
    """The highest number an account of each unit has, closed accounts and other campaigns too."""
    question = (
        select(accounts.c.unit, func.max(accounts.c.number))
        .join(units, units.c.code == accounts.c.unit)
        .where(below(path), units.c.level == level.value)
        .group_by(accounts.c.unit)
    )
    return {UnitCode(unit): number for unit, number in tx.execute(question)}


def accounts_of_role(tx: Tx, unit: UnitCode, role: Role) -> Sequence[Row[Any]]:
    """The open accounts of one role at one unit."""
    mine = (accounts.c.unit == unit, accounts.c.role == role.value)
    return tx.execute(_accounts().where(*mine, accounts.c.is_disabled.is_(False))).all()


def add_accounts(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new accounts."""
    if rows:
        tx.execute(insert(accounts), rows)


def change_account(tx: Tx, account: AccountId, **values: object) -> None:
    """Change an account."""
    tx.execute(update(accounts).where(accounts.c.account == account).values(**values))


def add_people(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new people."""
    if rows:
        tx.execute(insert(people), rows)


def person_of(tx: Tx, person: PersonId) -> Row[Any] | None:
    """A person."""
    return tx.execute(select(people).where(people.c.person == person)).one_or_none()


def name_person(tx: Tx, person: PersonId, name: bytes, same_name: bytes | None) -> None:
    """Keep a person's sealed name."""
    values = {"name": name, "same_name": same_name}
    tx.execute(update(people).where(people.c.person == person).values(**values))


def roles_held(tx: Tx, person: PersonId, same_name: bytes | None) -> frozenset[Role]:
    """The roles that a person, or anybody of their name, holds on open accounts now."""
    who: ColumnElement[bool] = holders.c.person == person
    if same_name is not None:
        who = who | (people.c.same_name == same_name)
    question = (
        select(accounts.c.role)
        .join(holders, holders.c.account == accounts.c.account)
        .join(people, people.c.person == holders.c.person)
        .where(who, holders.c.ended_at.is_(None), accounts.c.is_disabled.is_(False))
    )
    return frozenset(Role(role) for role in tx.execute(question).scalars())


def add_holders(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Let people use accounts."""
    if rows:
        tx.execute(insert(holders), rows)


def holders_of(tx: Tx, account: AccountId) -> Sequence[Row[Any]]:
    """Who uses, or used, an account, by number, with their sealed names."""
    return tx.execute(
        select(holders, people.c.name)
        .join(people, people.c.person == holders.c.person)
        .where(holders.c.account == account)
        .order_by(holders.c.number)
    ).all()


def unused_holders(tx: Tx, of: Sequence[AccountId]) -> list[tuple[AccountId, int]]:
    """Of accounts, the people who have never signed in."""
    question = select(holders.c.account, holders.c.number).where(
        holders.c.account.in_(of), holders.c.is_used.is_(False), holders.c.ended_at.is_(None)
    )
    return [(AccountId(account), number) for account, number in tx.execute(question)]


def holder_of(tx: Tx, account: AccountId, number: int) -> Row[Any] | None:
    """One person of an account, held until the end of the transaction."""
    return tx.execute(
        select(holders).where(*_mine(account, number)).with_for_update()
    ).one_or_none()


def change_holder(tx: Tx, holder: tuple[AccountId, int], **values: object) -> None:
    """Change what one person of an account has."""
    tx.execute(update(holders).where(*_mine(*holder)).values(**values))


def count_people(tx: Tx, account: AccountId) -> int:
    """How many people use an account now."""
    question = select(func.count()).where(
        holders.c.account == account, holders.c.ended_at.is_(None)
    )
    return int(tx.execute(question).scalar_one())


def below(path: str) -> ColumnElement[bool]:
    """At or below a path: one range of the index, since every level ends in `PATH_END`."""
    after = path[:-1] + chr(ord(PATH_END) + 1)
    return and_(units.c.path >= path, units.c.path < after)


def _accounts() -> Select[Any]:
    return (
        select(accounts, units.c.path, campaigns.c.ends_at)
        .join(units, units.c.code == accounts.c.unit)
        .outerjoin(campaigns, campaigns.c.campaign == accounts.c.campaign)
    )


def _mine(account: AccountId, number: int) -> tuple[ColumnElement[bool], ...]:
    return (holders.c.account == account, holders.c.number == number)


def _place(row: Row[Any]) -> Place:
    return Place(UnitCode(row.code), Level(row.level), row.path)
