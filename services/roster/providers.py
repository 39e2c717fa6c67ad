"""Makes the vault of records from the column key."""

from nameko.extensions import DependencyProvider

from services.roster.settings import RosterSettings
from services.roster.vault import Vault
from shared.plumbing.environment import environment_of
from shared.plumbing.settings import SettingsError, load


class VaultProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the `Vault`."""

    def __init__(self) -> None:
        super().__init__()
        self.vault: Vault | None = None

    def setup(self) -> None:
        """Read the key once.

        Raises:
            SettingsError: it is missing or no key.
        """
        settings = load(RosterSettings, environment_of(self.container.config))
        try:
            self.vault = Vault(bytes.fromhex(settings.roster_column_key))
        except ValueError:
            raise SettingsError("HECHA_ROSTER_COLUMN_KEY must be 64 hex digits") from None

    def get_dependency(self, _worker: object) -> Vault:
        """The vault."""
        assert self.vault is not None
        return self.vault
