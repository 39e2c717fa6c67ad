"""What units and pupils are called: roster's to tell, where this terminal reaches its database."""

from collections.abc import Iterable

from sqlalchemy import select

from deploy.cli.actor import actors, token
from deploy.cli.rooms import database_of, settings_of
from services.roster.naming import pupil_names
from services.roster.settings import RosterSettings
from services.roster.tables import units
from services.roster.vault import Vault
from shared.contracts.roster_commands import PupilNamesRequest
from shared.kernel.ids import StudentId, UnitCode


def names_of_units(codes: Iterable[str]) -> dict[UnitCode, str]:
    """The names of some units by code; those that roster does not know are left out.

    Raises:
        SettingsError: the address of roster's database is not set.
    """
    wanted = sorted(set(codes))
    question = select(units.c.code, units.c.name).where(units.c.code.in_(wanted))
    with database_of("roster") as database, database.transaction() as tx:
        return {UnitCode(row.code): row.name for row in tx.execute(question)}


def names_of_pupils(unit: UnitCode) -> dict[StudentId, str]:
    """The names of a class's pupils, by the right of whoever is signed in.

    Raises:
        NotAllowedError: not of the staff of this school.
        SettingsError: roster's settings are not loaded.
    """
    vault = Vault(bytes.fromhex(settings_of(RosterSettings).roster_column_key))
    with database_of("roster") as database:
        found = pupil_names(database, vault, actors(), PupilNamesRequest(token(), unit))
    return {one.student: one.name for one in found.pupils}
