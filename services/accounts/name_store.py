"""Named questions about what people are called, by where they work."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select

from services.accounts.store import below
from services.accounts.tables import accounts, holders, people, units
from shared.kernel.authority import Role
from shared.kernel.ids import PersonId, UnitCode
from shared.plumbing.database import Tx


def names_at(
    tx: Tx, path: str, wanted: Sequence[PersonId], *, with_below: bool
) -> Sequence[Row[Any]]:
    """Of some people those who work, or worked, at a unit, with their sealed names."""
    where = below(path) if with_below else units.c.path == path
    question = _named().where(where, people.c.person.in_(wanted))
    return tx.execute(question.distinct().order_by(people.c.person)).all()


def holders_at(tx: Tx, unit: UnitCode, role: Role) -> Sequence[Row[Any]]:
    """Who uses the open accounts of one role at one unit now, with their sealed names."""
    question = _named().where(
        accounts.c.unit == unit,
        accounts.c.role == role.value,
        accounts.c.is_disabled.is_(False),
        holders.c.ended_at.is_(None),
    )
    return tx.execute(question.distinct().order_by(people.c.person)).all()


def _named() -> Select[Any]:
    return (
        select(people.c.person, people.c.name)
        .join(holders, holders.c.person == people.c.person)
        .join(accounts, accounts.c.account == holders.c.account)
        .join(units, units.c.code == accounts.c.unit)
        .where(people.c.name.is_not(None))
    )
