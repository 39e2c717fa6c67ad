"""Makes the office: the vault from the column key, the actors' keys, the limits."""

from nameko.extensions import DependencyProvider

from services.support.office import Office
from services.support.settings import SupportSettings
from services.support.vault import Vault
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database
from shared.plumbing.environment import environment_of
from shared.plumbing.settings import SettingsError, load


class VaultProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the `Vault`; refuses to start without its key."""

    def setup(self) -> None:
        """Read the key once.

        Raises:
            SettingsError: it is missing or no key.
        """
        self._vault = vault_of(load(SupportSettings, environment_of(self.container.config)))

    def get_dependency(self, _worker: object) -> Vault:
        """The service's one object."""
        return self._vault


def vault_of(settings: SupportSettings) -> Vault:
    """The vault that the settings describe.

    Raises:
        SettingsError: the column key is none.
    """
    try:
        return Vault(bytes.fromhex(settings.support_column_key))
    except ValueError:
        raise SettingsError("HECHA_SUPPORT_COLUMN_KEY must be 64 hex digits") from None


def office_of(
    settings: SupportSettings, database: Database, vault: Vault, actors: Actors
) -> Office:
    """What every use case works with."""
    return Office(database, vault, actors, settings.support_open_per_sheet)
