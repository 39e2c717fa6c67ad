"""Puts the edge together from its settings, and serves its pages."""

import threading

from nameko.extensions import DependencyProvider

from services.gateway.help import HelpByRpc
from services.gateway.house import HouseByRpc
from services.gateway.landing import Readiness, SealedLanding, StorageBell
from services.gateway.ledger import LedgersByRpc
from services.gateway.limits import Buckets, Room, Sheets
from services.gateway.pages.app import make_app
from services.gateway.pages.edge import Edge
from services.gateway.settings import GatewaySettings
from services.gateway.usecases import Intake
from shared.kernel.ids import ProvinceCode
from shared.plumbing.code_keys import CodeKeyFile, CodeKeysError
from shared.plumbing.doorbell import Doorbell
from shared.plumbing.environment import environment_of
from shared.plumbing.handin import HandIn
from shared.plumbing.identity import load_identity
from shared.plumbing.manifests import Manifests
from shared.plumbing.objects import ObjectStore, StoreAccess
from shared.plumbing.offload import thread
from shared.plumbing.rpc import ReplyListener, RpcClient
from shared.plumbing.settings import SettingsError, load
from shared.plumbing.web.server import WebServer, parse_address

# Uploads of one sheet under way at the same time.
AT_ONCE_PER_SHEET = 2


class NotReadyError(Exception):
    """The landing bucket takes nothing now."""


class EdgeProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Serves the guardian's pages on an address of their own."""

    listener = ReplyListener()

    def __init__(self) -> None:
        super().__init__()
        self.edge: Edge | None = None
        self.server: WebServer | None = None
        self._doorbell: Doorbell | None = None

    def setup(self) -> None:
        """Read the settings and build the pages.

        Raises:
            SettingsError: something of them cannot be used.
        """
        settings = load(GatewaySettings, environment_of(self.container.config))
        self._doorbell = Doorbell("gateway", str(self.container.config["AMQP_URI"]))
        self.edge = self._edge(settings, self._doorbell)
        self.server = WebServer(make_app(self.edge), parse_address(settings.gateway_address))

    def start(self) -> None:
        """Listen."""
        assert self.server is not None
        assert self._doorbell is not None
        self._doorbell.start()
        self.server.start()

    def stop(self) -> None:
        """Let uploads in flight end, then ring what waits."""
        if self.server is not None:
            self.server.stop()
        if self._doorbell is not None:
            self._doorbell.stop()

    def get_dependency(self, _worker: object) -> Edge | None:
        """The edge."""
        return self.edge

    def check_ready(self) -> None:
        """See that photos can be taken.

        Raises:
            NotReadyError: they cannot.
        """
        if self.edge is None or not self.edge.is_ready():
            raise NotReadyError

    def _edge(self, settings: GatewaySettings, doorbell: Doorbell) -> Edge:
        store = ObjectStore(
            StoreAccess(
                settings.s3_endpoint,
                settings.gateway_s3_access_key,
                settings.gateway_s3_secret_key,
                settings.s3_secure,
                settings.bucket_prefix,
            )
        )
        identity = load_identity(settings.gateway_identity_file)
        hand_in = HandIn(store, Manifests(settings.key_manifest_folder), identity)
        intake = Intake(
            landing=SealedLanding(hand_in),
            doorbell=StorageBell(doorbell),
            sheets=Sheets(
                most_accepted=settings.gateway_photos_per_sheet, most_at_once=AT_ONCE_PER_SHEET
            ),
            room=Room(
                settings.gateway_memory_bytes,
                patience_s=settings.gateway_patience_s,
                most_waiting=settings.gateway_most_waiting,
            ),
            sealing=threading.Semaphore(settings.gateway_sealing_at_once),
            offload=thread,
        )
        rpc = RpcClient(self.container, self.listener)
        return Edge(
            settings=settings,
            codes=_codes(settings),
            intake=intake,
            house=HouseByRpc(rpc),
            help=HelpByRpc(rpc),
            ledgers=LedgersByRpc(rpc),
            uploads=Buckets(
                burst=settings.gateway_uploads_burst, per_s=settings.gateway_uploads_per_s
            ),
            questions=Buckets(
                burst=settings.gateway_questions_burst, per_s=settings.gateway_questions_per_s
            ),
            is_ready=Readiness(store, ProvinceCode(settings.provinces[0])),
        )


def _codes(settings: GatewaySettings) -> CodeKeyFile:
    try:
        return CodeKeyFile(settings.sheet_code_keys_file)
    except CodeKeysError as error:
        raise SettingsError(f"HECHA_SHEET_CODE_KEYS_FILE: {error}") from None
