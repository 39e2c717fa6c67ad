"""The whole house in one process: an embedded bus, SQLite, and `weed` as its only child server.

The same services, the same facts, the same S3 as on real servers. Whoever imports this has
let eventlet patch the standard library first.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from deploy.desk import Desk, DeskService
from deploy.environment_file import NAME, write_environment
from deploy.provision import provision
from deploy.servers.ports import kept_port
from deploy.servers.weed import RIGHTS, Weed
from deploy.services import all_classes
from shared.plumbing import embedded
from shared.plumbing.health import HealthServer
from shared.plumbing.runner import Runner, StopTimedOutError, config_for

MAX_WORKERS = 8
STOP_S = 30.0


class EmbeddedHouse:
    """A house whose data lies in one folder; started again, it goes on where it was."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        """Name the folder; nothing is started yet.

        Args:
            folder: everything lies below it.
            settings: HECHA_... that override what is chosen here.
        """
        self.folder = folder.resolve()
        self._settings = dict(settings or {})
        self._weed = Weed(self.folder / "s3")
        self._runner: Runner | None = None
        self._health: HealthServer | None = None
        self.environment: dict[str, str] = {}

    def start(self) -> None:
        """Start everything; ready when this returns.

        Raises:
            WeedError, WeedMissingError: the object store did not start.
            SettingsError: a setting cannot be used.
            AddressTakenError: somebody else listens on the gateway's address.
        """
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        self._weed.launch()
        all_classes()  # importing every service takes as long as the object store
        self._weed.await_ready()
        self.environment = provision(self.folder, self._servers())
        write_environment(self.folder / NAME, self.environment)
        config = config_for(embedded.URL, self.environment, max_workers=MAX_WORKERS)
        self._runner = Runner([*all_classes(), DeskService], config)
        self._runner.start()
        names = [cls.name for cls in all_classes()]
        containers = [self._runner.container(name) for name in names]
        self._health = HealthServer(self.health_address, containers, embedded.URL)
        self._health.start()

    def stop(self, *, within_s: float = STOP_S) -> None:
        """Let work in hand end, then stop everything; interrupted, stop at once.

        Args:
            within_s: what still works then is killed, and done again after the next start.
        """
        try:
            if self._health is not None:
                self._health.stop()
            if self._runner is not None:
                with suppress(StopTimedOutError):
                    self._runner.stop(within_s=within_s)
                self._runner = None
        finally:
            # It would spend 15 s on waiting for its clients; what it has taken survives a kill.
            self._weed.kill()
            embedded.forget_everything()

    @property
    def desk(self) -> Desk:
        """Where the services may be asked."""
        assert self._runner is not None
        return Desk(self._runner)

    @property
    def gateway_url(self) -> str:
        """The guardian's page."""
        return f"http://{self.environment['HECHA_GATEWAY_ADDRESS']}"

    @property
    def portal_url(self) -> str:
        """The staff pages."""
        return f"http://{self.environment['HECHA_PORTAL_ADDRESS']}"

    @property
    def upload_url(self) -> str:
        """Where bulk scans are uploaded."""
        return f"http://{self.environment['HECHA_SCAN_UPLOAD_ADDRESS']}/scan/uploads"

    @property
    def health_address(self) -> str:
        """HOST:PORT of health and metrics."""
        return self.environment["HECHA_HEALTH_ADDRESS"]

    @property
    def weed(self) -> Weed:
        """The object store."""
        return self._weed

    def _servers(self) -> dict[str, str]:
        access, secret = self._weed.credentials()
        scans = f"127.0.0.1:{kept_port(self.folder / 'ports' / 'scans')}"
        rosters = f"127.0.0.1:{kept_port(self.folder / 'ports' / 'rosters')}"
        servers = {
            "HECHA_AMQP_URL": embedded.URL,
            "HECHA_S3_ENDPOINT": self._weed.endpoint,
            "HECHA_S3_ADMIN_ACCESS_KEY": access,
            "HECHA_S3_ADMIN_SECRET_KEY": secret,
            "HECHA_GATEWAY_ADDRESS": f"127.0.0.1:{kept_port(self.folder / 'ports' / 'gateway')}",
            "HECHA_PORTAL_ADDRESS": f"127.0.0.1:{kept_port(self.folder / 'ports' / 'portal')}",
            "HECHA_PORTAL_SECURE": "false",  # on loopback, without a proxy that speaks TLS
            "HECHA_SCAN_UPLOAD_ADDRESS": scans,
            "HECHA_PORTAL_SCANS_ADDRESS": scans,
            "HECHA_ROSTER_DOOR_ADDRESS": rosters,
            "HECHA_PORTAL_ROSTERS_ADDRESS": rosters,
            "HECHA_HEALTH_ADDRESS": f"127.0.0.1:{kept_port(self.folder / 'ports' / 'health')}",
            # Leave one core to everything that is not reading pictures.
            "HECHA_SCAN_READERS": str(max(1, (os.cpu_count() or 2) - 1)),
            # Second looks give way to everything: they may have what is left of every core.
            "HECHA_SCAN_CELL_READERS": str(os.cpu_count() or 2),
        }
        for who in RIGHTS:
            access, secret = self._weed.credentials(who)
            servers[f"HECHA_{who.upper()}_S3_ACCESS_KEY"] = access
            servers[f"HECHA_{who.upper()}_S3_SECRET_KEY"] = secret
        return servers | self._settings
