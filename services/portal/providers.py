"""Puts the staff pages together from their settings, and serves them."""

from pathlib import Path

from nameko.extensions import DependencyProvider

from services.portal.bell import StorageBell
from services.portal.doors import InnerDoor
from services.portal.house import House
from services.portal.pages.app import make_app
from services.portal.pages.staff import Staff
from services.portal.pictures import Pictures
from services.portal.settings import PortalSettings
from shared.kernel.ids import CampaignId
from shared.plumbing.doorbell import Doorbell
from shared.plumbing.environment import environment_of
from shared.plumbing.grants import GrantClient
from shared.plumbing.identity import load_identity
from shared.plumbing.rpc import ReplyListener, RpcClient
from shared.plumbing.settings import SettingsError, load
from shared.plumbing.web.server import WebServer, parse_address

GUIDES = Path("var/guides")


class PagesProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Serves the staff pages on an address of their own."""

    listener = ReplyListener()

    def __init__(self) -> None:
        super().__init__()
        self.server: WebServer | None = None
        self._doorbell: Doorbell | None = None

    def setup(self) -> None:
        """Read the settings and build the pages.

        Raises:
            SettingsError: something of them cannot be used.
        """
        settings = load(PortalSettings, environment_of(self.container.config))
        campaigns = [one.strip() for one in settings.campaigns.split(",") if one.strip()]
        if not campaigns:
            raise SettingsError("HECHA_CAMPAIGNS names no campaign")
        self._doorbell = Doorbell("portal", str(self.container.config["AMQP_URI"]))
        house = House(RpcClient(self.container, self.listener))
        grants = GrantClient(house.grant, load_identity(settings.portal_identity_file))
        staff = Staff(
            house=house,
            campaign=CampaignId(campaigns[0]),
            is_secure=settings.portal_secure,
            pictures=Pictures(grants),
            scans=_door(settings.portal_scans_address),
            rosters=_door(settings.portal_rosters_address),
            ring=StorageBell(self._doorbell).ring,
            guides=settings.portal_guides or _made_guides(),
        )
        self.server = WebServer(make_app(staff), parse_address(settings.portal_address))

    def start(self) -> None:
        """Listen."""
        assert self.server is not None
        assert self._doorbell is not None
        self._doorbell.start()
        self.server.start()

    def stop(self) -> None:
        """Let requests in flight end."""
        if self.server is not None:
            self.server.stop()
        if self._doorbell is not None:
            self._doorbell.stop()

    def get_dependency(self, _worker: object) -> WebServer | None:
        """Where the pages are served."""
        return self.server


def _made_guides() -> str:
    """Where `./run guides` put pictures and printed copies; empty where nobody made any."""
    return str(GUIDES.resolve()) if GUIDES.is_dir() else ""


def _door(address: str) -> InnerDoor | None:
    return InnerDoor(parse_address(address)) if address else None
