"""What units are called: roster's to tell, where this terminal reaches its database."""

from collections.abc import Iterable

from sqlalchemy import select

from deploy.cli.rooms import database_of
from services.roster.tables import units
from shared.kernel.ids import UnitCode


def names_of_units(codes: Iterable[str]) -> dict[UnitCode, str]:
    """The names of some units by code; those that roster does not know are left out.

    Raises:
        SettingsError: the address of roster's database is not set.
    """
    wanted = sorted(set(codes))
    question = select(units.c.code, units.c.name).where(units.c.code.in_(wanted))
    with database_of("roster") as database, database.transaction() as tx:
        return {UnitCode(row.code): row.name for row in tx.execute(question)}
