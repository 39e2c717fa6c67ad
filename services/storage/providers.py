"""Makes the hands of a storage process from its settings."""

from datetime import timedelta

from nameko.extensions import DependencyProvider

from services.storage.enrolment import read_enrolled
from services.storage.keyring import KeyringError, KeyringFile
from services.storage.settings import StorageSettings
from services.storage.vault import Vault
from shared.plumbing.environment import environment_of
from shared.plumbing.objects import ObjectStore, StoreAccess
from shared.plumbing.settings import SettingsError, load


class VaultProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the `Vault`; refuses to start when the keyring does not open."""

    def __init__(self) -> None:
        super().__init__()
        self.vault: Vault | None = None

    def setup(self) -> None:
        """Open the keyring once.

        Raises:
            SettingsError: the keyring or the identities cannot be used.
        """
        settings = load(StorageSettings, environment_of(self.container.config))
        self.vault = vault_of(settings)

    def get_dependency(self, _worker: object) -> Vault:
        """The hands."""
        assert self.vault is not None
        return self.vault


def vault_of(settings: StorageSettings) -> Vault:
    """The hands that settings describe.

    Raises:
        SettingsError: the keyring or the identities cannot be used.
    """
    access = StoreAccess(
        settings.s3_endpoint,
        settings.storage_s3_access_key,
        settings.storage_s3_secret_key,
        settings.s3_secure,
        settings.bucket_prefix,
    )
    try:
        keyring = KeyringFile(settings.keyring_file, settings.passphrase)
        enrolled = read_enrolled(settings.enrolled_file)
    except KeyringError as error:
        raise SettingsError(f"HECHA_KEYRING_FILE: {error}") from None
    except (OSError, ValueError, KeyError):
        raise SettingsError("HECHA_ENROLLED_FILE names no list of identities") from None
    return Vault(ObjectStore(access), keyring, enrolled, timedelta(days=settings.storage_keep_days))
