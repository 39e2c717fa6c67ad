"""Makes the hands of the second look from the settings."""

from functools import partial

from nameko.extensions import DependencyProvider

from services.scan.cells.child import prepare
from services.scan.cells.looking import Looker
from services.scan.cells.vault import CellVault
from services.scan.providers import grants_of, hand_in_of
from services.scan.settings import ScanSettings
from shared.kernel.ids import ProvinceCode
from shared.plumbing.environment import environment_of
from shared.plumbing.offload import ProcessPool
from shared.plumbing.rpc import ReplyListener, RpcClient
from shared.plumbing.settings import SettingsError, load

# Whoever waits for a photo's state comes first; cells take what is left of the cores.
GIVES_WAY = 10


class LookerProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the `Looker`."""

    listener = ReplyListener()

    def __init__(self) -> None:
        super().__init__()
        self.looker: Looker | None = None
        self._pool: ProcessPool | None = None
        self._readers = 0

    def setup(self) -> None:
        """Read the settings.

        Raises:
            SettingsError: something of them cannot be used.
        """
        settings = load(ScanSettings, environment_of(self.container.config))
        self._readers = settings.scan_cell_readers
        self._pool = ProcessPool(self._readers, prepare, niceness=GIVES_WAY)
        without = frozenset(settings.scan_without_handwriting)

        self.looker = Looker(
            grants=grants_of(settings, RpcClient(self.container, self.listener)),
            pool=self._pool,
            hand_in=hand_in_of(settings),
            vault=vault_of(settings),
            is_wanted=partial(handwriting_is_wanted, without),
        )

    def start(self) -> None:
        """Begin to start the children: with a model to open they take longer than all the rest.

        One that cannot start takes the service down, as it would if this waited.
        """
        if self._pool is not None:
            for _ in range(self._readers):
                self.container.spawn_managed_thread(self._pool.warm_one)

    def stop(self) -> None:
        """End the children."""
        if self._pool is not None:
            self._pool.close()

    def get_dependency(self, _worker: object) -> Looker:
        """The hands."""
        assert self.looker is not None
        return self.looker


def handwriting_is_wanted(without: frozenset[str], province: ProvinceCode) -> bool:
    """Whether a province has its handwriting read; ink, ticks, signatures and numbers always are."""
    return province not in without


def vault_of(settings: ScanSettings) -> CellVault:
    """What seals the texts of cells.

    Raises:
        SettingsError: the key cannot be used.
    """
    try:
        return CellVault(bytes.fromhex(settings.scan_column_key))
    except ValueError:
        raise SettingsError("HECHA_SCAN_COLUMN_KEY must be 64 hex digits") from None
