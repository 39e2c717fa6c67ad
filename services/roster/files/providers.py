"""Makes the work on roster files from the settings, and opens the door where there is an address."""

from nameko.extensions import DependencyProvider

from services.roster.files.door import Door, make_app
from services.roster.files.keeping import Keeping
from services.roster.files.working import Work
from services.roster.settings import RosterSettings
from services.roster.vault import Vault
from shared.plumbing.actors import actors_of
from shared.plumbing.environment import environment_of
from shared.plumbing.providers import database_of
from shared.plumbing.settings import SettingsError, load
from shared.plumbing.web.server import WebServer, parse_address


class WorkProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects `Work`, and serves the door."""

    def __init__(self) -> None:
        super().__init__()
        self._work: Work | None = None
        self._server: WebServer | None = None

    def setup(self) -> None:
        """Read the settings.

        Raises:
            SettingsError: something of them cannot be used.
        """
        environment = environment_of(self.container.config)
        settings = load(RosterSettings, environment)
        database = database_of(self.container)
        try:
            key = bytes.fromhex(settings.roster_column_key)
            keeping = Keeping(database, key)
            self._work = Work(database, Vault(key), keeping)
        except ValueError:
            raise SettingsError("HECHA_ROSTER_COLUMN_KEY must be 64 hex digits") from None
        if settings.roster_door_address:
            door = Door(database, keeping, actors_of(environment))
            self._server = WebServer(make_app(door), parse_address(settings.roster_door_address))

    def start(self) -> None:
        """Listen."""
        if self._server is not None:
            self._server.start()

    def stop(self) -> None:
        """Let requests in flight end."""
        if self._server is not None:
            self._server.stop()

    def get_dependency(self, _worker: object) -> Work:
        """What the work is done with."""
        assert self._work is not None
        return self._work
