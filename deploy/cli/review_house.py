"""What `hecha review` works with: review's own database, and roster's for a record's values."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.cli.actor import actors, token
from deploy.cli.rooms import database_of, settings_of
from services.review.objects import check_kept
from services.review.office import Office
from services.review.providers import office_of
from services.roster import asking
from services.roster.settings import RosterSettings
from services.roster.vault import Vault as RosterVault
from services.storage.usecases import object_state
from shared.contracts.actors import Actor
from shared.contracts.record_commands import (
    FieldValues,
    FieldValuesRequest,
    IdHolder,
    IdHolderRequest,
)
from shared.contracts.storage_commands import ObjectStateRequest
from shared.kernel.ids import ActorToken, ObjectId, ProvinceCode, StudentId
from shared.plumbing.database import Database


class RosterAtHand:
    """Records, out of roster's database beside this terminal."""

    def __init__(self, database: Database, vault: RosterVault) -> None:
        self._database, self._vault = database, vault

    def values_of(
        self, student: StudentId, fields: tuple[str, ...], printed_version: int | None
    ) -> FieldValues:
        """Some values of a record, now and as printed."""
        request = FieldValuesRequest(student, fields, printed_version)
        return asking.field_values(self._database, self._vault, request)

    def holder_of(self, student: StudentId, id_number: str) -> IdHolder:
        """The other record that holds an ID number."""
        request = IdHolderRequest(student, id_number)
        return asking.id_holder(self._database, self._vault, request)


class ObjectsAtHand:
    """Kept objects, out of storage's database beside this terminal."""

    def check(self, object_: ObjectId, province: ProvinceCode) -> bool:
        """Go on only if a province keeps an object that still opens; whether it is a page.

        Raises:
            UnknownDocumentError: it does not.
            SettingsError: the address of storage's database is not set.
        """
        with database_of("storage") as database:
            return check_kept(object_state(database, ObjectStateRequest(object_)), province)


@contextmanager
def at_work() -> Iterator[tuple[Office, Actor, ActorToken]]:
    """Review, who has signed in at this terminal, and the token that says so.

    Raises:
        SettingsError: a setting is missing or wrong.
        typer.Exit: nobody has signed in.
        ActorRefusedError: the token says nothing.
    """
    with _office() as room:
        believed, own = actors(), token()
        yield room, believed.of(own), own


@contextmanager
def _office() -> Iterator[Office]:
    """Review, as the settings of the house name it.

    Raises:
        SettingsError: a setting is missing or wrong.
    """
    key = bytes.fromhex(settings_of(RosterSettings).roster_column_key)
    with database_of("review") as database, database_of("roster") as roster:
        records = RosterAtHand(roster, RosterVault(key))
        yield office_of(database, records, ObjectsAtHand(), os.environ)
