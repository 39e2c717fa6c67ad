"""Opens the door for uploads where a process of scan is given an address for it."""

import logging
from typing import Any

import eventlet.event
from nameko.extensions import DependencyProvider
from sqlalchemy.exc import SQLAlchemyError

from services.scan.intake.child import prepare
from services.scan.intake.desk import Desk
from services.scan.providers import hand_in_of
from services.scan.settings import ScanSettings
from services.scan.uploads.app import Door, make_app
from services.scan.uploads.handing_in import Clerk
from services.scan.uploads.parts import Parts
from services.scan.uploads.sealed import KeyVault
from services.scan.uploads.ticket import Tickets
from services.scan.uploads.usecases import Room
from shared.plumbing.actors import actors_of
from shared.plumbing.database import Database
from shared.plumbing.environment import environment_of
from shared.plumbing.offload import ProcessPool
from shared.plumbing.providers import database_of
from shared.plumbing.settings import SettingsError, load
from shared.plumbing.web.server import WebServer, parse_address

LOOK_S = 5.0
CLEAR_S = 300.0
_log = logging.getLogger(__name__)


class UploadsProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Takes bulk scans in over HTTP, and hands them in when they are whole."""

    def __init__(self) -> None:
        super().__init__()
        self._server: WebServer | None = None
        self._clerk: Clerk | None = None
        self._room: Room | None = None
        self._bell: Any = None
        self._is_stopping = False
        self._pool: ProcessPool | None = None

    def setup(self) -> None:
        """Read the settings; without an address there is no door.

        Raises:
            SettingsError: something of them cannot be used.
        """
        environment = environment_of(self.container.config)
        settings = load(ScanSettings, environment)
        if not settings.scan_upload_address:
            return
        room = self._room = room_of(settings, database_of(self.container))
        hand_in = hand_in_of(settings)
        self._clerk = Clerk(room, hand_in)
        # Its child starts with the first document: most days have none.
        self._pool = ProcessPool(1, prepare)
        desk = Desk(room.database, hand_in, self._pool, bytes.fromhex(settings.scan_column_key))
        self._bell = eventlet.event.Event()
        believed = actors_of(environment)
        door = Door(
            room,
            tickets_of(settings),
            settings.provinces,
            believed,
            wake=self._wake,
            desk=desk,
        )
        self._server = WebServer(make_app(door), parse_address(settings.scan_upload_address))

    def start(self) -> None:
        """Listen, and hand in what an earlier process left."""
        if self._server is None:
            return
        self._server.start()
        self.container.spawn_managed_thread(self._hand_in, identifier="uploads")
        self.container.spawn_managed_thread(self._clear, identifier="uploads-clear")

    def stop(self) -> None:
        """Let requests in flight end; a hand-in that is broken off goes on at the next start."""
        self._is_stopping = True
        if self._server is not None:
            self._server.stop()
        if self._pool is not None:
            self._pool.close()

    def check_ready(self) -> None:
        """See that parts can be written where there is a door.

        Raises:
            OSError: they cannot.
        """
        if self._room is not None:
            self._room.parts.check()

    def get_dependency(self, _worker: object) -> None:
        """Nothing: requests come from outside."""

    def _wake(self) -> None:
        if not self._bell.ready():
            self._bell.send()

    def _hand_in(self) -> None:
        assert self._clerk is not None
        while not self._is_stopping:
            try:
                self._clerk.work()
            except SQLAlchemyError as error:
                _log.warning("uploads wait: %s", type(error).__name__)
            self._bell.wait(timeout=LOOK_S)
            self._bell = eventlet.event.Event()

    def _clear(self) -> None:
        assert self._clerk is not None
        while not self._is_stopping:
            try:
                self._clerk.clear()
            except (SQLAlchemyError, OSError) as error:
                _log.warning("uploads are not cleared: %s", type(error).__name__)
            eventlet.sleep(CLEAR_S)


def tickets_of(settings: ScanSettings) -> Tickets:
    """What signs and checks the tickets of people who hand in.

    Raises:
        SettingsError: there is no key, or it is none.
    """
    try:
        return Tickets(bytes.fromhex(settings.scan_ticket_key))
    except ValueError:
        raise SettingsError("HECHA_SCAN_TICKET_KEY must be 64 hex digits") from None


def room_of(settings: ScanSettings, database: Database) -> Room:
    """Where uploads are.

    Raises:
        SettingsError: the folder or the column key is missing.
    """
    if not settings.scan_uploads_folder.is_absolute():
        raise SettingsError("HECHA_SCAN_UPLOADS_FOLDER must be an absolute path")
    try:
        vault = KeyVault(bytes.fromhex(settings.scan_column_key))
    except ValueError:
        raise SettingsError("HECHA_SCAN_COLUMN_KEY must be 64 hex digits") from None
    parts = Parts(settings.scan_uploads_folder)
    return Room(database, parts, vault, settings.scan_uploads_bytes)
