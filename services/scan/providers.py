"""Makes the hands of a scan process from its settings."""

import logging

from nameko.extensions import DependencyProvider

from services.scan.image.child import prepare
from services.scan.reader import Reader
from services.scan.settings import ScanSettings
from shared.contracts.storage_commands import Grant, GrantRequest
from shared.plumbing.code_keys import CodeKeyFile, CodeKeysError
from shared.plumbing.environment import environment_of
from shared.plumbing.grants import GrantClient
from shared.plumbing.handin import HandIn
from shared.plumbing.identity import load_identity
from shared.plumbing.manifests import Manifests
from shared.plumbing.objects import ObjectStore, StoreAccess
from shared.plumbing.offload import ProcessPool
from shared.plumbing.rpc import ReplyListener, RpcClient
from shared.plumbing.sandbox import can_filter
from shared.plumbing.settings import SettingsError, load

GRANT_S = 10.0
_log = logging.getLogger(__name__)


class ReaderProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the `Reader`."""

    listener = ReplyListener()

    def __init__(self) -> None:
        super().__init__()
        self.reader: Reader | None = None
        self._pool: ProcessPool | None = None

    def setup(self) -> None:
        """Read the settings.

        Raises:
            SettingsError: something of them cannot be used.
        """
        settings = load(ScanSettings, environment_of(self.container.config))
        if not can_filter():
            _log.warning(
                "readers run without a filter of system calls", extra={"code": "libseccomp"}
            )
        self._pool = ProcessPool(settings.scan_readers, prepare)
        self.reader = self._reader(settings, self._pool)

    def start(self) -> None:
        """Start the children before the first photo waits for one."""
        if self._pool is not None:
            self._pool.warm()

    def stop(self) -> None:
        """End the children."""
        if self._pool is not None:
            self._pool.close()

    def get_dependency(self, _worker: object) -> Reader:
        """The hands."""
        assert self.reader is not None
        return self.reader

    def _reader(self, settings: ScanSettings, pool: ProcessPool) -> Reader:
        try:
            codes = CodeKeyFile(settings.sheet_code_keys_file)
        except CodeKeysError as error:
            raise SettingsError(f"HECHA_SHEET_CODE_KEYS_FILE: {error}") from None
        client = RpcClient(self.container, self.listener)
        return Reader(grants=grants_of(settings, client), pool=pool, keys=codes.keys)


def grants_of(settings: ScanSettings, client: RpcClient) -> GrantClient:
    """Scan's way to the photos it may open."""

    def ask(request: GrantRequest) -> Grant:
        return client.call("storage", "grant", request, Grant, deadline_s=GRANT_S)

    return GrantClient(ask, load_identity(settings.scan_identity_file))


def hand_in_of(settings: ScanSettings) -> HandIn:
    """Scan's way into the landing bucket.

    Raises:
        SettingsError: something of the settings cannot be used.
    """
    store = ObjectStore(
        StoreAccess(
            settings.s3_endpoint,
            settings.scan_s3_access_key,
            settings.scan_s3_secret_key,
            settings.s3_secure,
            settings.bucket_prefix,
        )
    )
    identity = load_identity(settings.scan_identity_file)
    return HandIn(store, Manifests(settings.key_manifest_folder), identity)
