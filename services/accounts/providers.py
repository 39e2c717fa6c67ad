"""Makes the office: the vault from the column key, the signature from the identity file."""

from nameko.extensions import DependencyProvider

from services.accounts.credentials import Passwords
from services.accounts.office import Office
from services.accounts.settings import AccountsSettings
from services.accounts.vault import Vault
from shared.plumbing.database import Database
from shared.plumbing.environment import environment_of
from shared.plumbing.identity import load_identity
from shared.plumbing.providers import database_of
from shared.plumbing.settings import SettingsError, load


def office_of(settings: AccountsSettings, database: Database) -> Office:
    """What the settings make of a database.

    Raises:
        SettingsError: the column key is none, or the identity cannot be read.
    """
    try:
        vault = Vault(bytes.fromhex(settings.accounts_column_key))
    except ValueError:
        raise SettingsError("HECHA_ACCOUNTS_COLUMN_KEY must be 64 hex digits") from None
    identity = load_identity(settings.accounts_identity_file)
    return Office(database, vault, Passwords(), identity)


class OfficeProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the `Office`; refuses to start without its keys."""

    def __init__(self) -> None:
        super().__init__()
        self.office: Office | None = None

    def setup(self) -> None:
        """Read the keys once.

        Raises:
            SettingsError: one is missing or wrong.
        """
        settings = load(AccountsSettings, environment_of(self.container.config))
        self.office = office_of(settings, database_of(self.container))
        assert self.office.passwords.nobody  # before the first who asks, not while they wait

    def get_dependency(self, _worker: object) -> Office:
        """The office."""
        assert self.office is not None
        return self.office
