"""Makes the office of review: database, vault, records and rules, once per process."""

from collections.abc import Mapping
from typing import Any

from nameko.extensions import DependencyProvider

from services.review.objects import StorageObjects
from services.review.office import Objects, Office, Records, rules_of
from services.review.records import RosterRecords
from services.review.settings import ReviewSettings
from services.review.vault import Vault
from shared.plumbing.database import Database
from shared.plumbing.environment import environment_of
from shared.plumbing.providers import database_of
from shared.plumbing.rpc import ReplyListener, RpcClient
from shared.plumbing.settings import SettingsError, load


def office_of(
    database: Database, records: Records, objects: Objects, environment: Mapping[str, str]
) -> Office:
    """The office over a database, as the settings of an environment want it.

    Raises:
        SettingsError: a setting is missing or wrong.
    """
    settings = load(ReviewSettings, environment)
    try:
        vault = Vault(bytes.fromhex(settings.review_column_key))
    except ValueError:
        raise SettingsError("HECHA_REVIEW_COLUMN_KEY must be 64 hex digits") from None
    return Office(database, vault, records, rules_of(settings), objects=objects)


class OfficeProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the `Office`."""

    listener = ReplyListener()

    def setup(self) -> None:
        """Read the settings once.

        Raises:
            SettingsError: one is missing or wrong.
        """
        client = RpcClient(self.container, self.listener)
        others = (RosterRecords(client), StorageObjects(client))
        environment = environment_of(self.container.config)
        self._office = office_of(database_of(self.container), *others, environment)

    def get_dependency(self, _worker: Any) -> Office:
        """The service's one object."""
        return self._office
