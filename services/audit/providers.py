"""Makes the hands of an audit process from its settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from nameko.extensions import DependencyProvider

from services.audit.appending import Appender
from services.audit.checkpoints import LogKey, Witness, origin_of
from services.audit.notes import Kind, NoteError, VerifierKey, read_key
from services.audit.settings import AuditSettings
from services.audit.witness import OwnWitness
from services.audit.witness_http import HttpWitness, witness_app
from shared.kernel.ids import ProvinceCode
from shared.plumbing.database import Database
from shared.plumbing.environment import environment_of
from shared.plumbing.identity import load_identity
from shared.plumbing.objects import ObjectStore, StoreAccess
from shared.plumbing.providers import database_of
from shared.plumbing.settings import SettingsError, load
from shared.plumbing.web.server import WebServer, parse_address


@dataclass(frozen=True, slots=True)
class Room:
    """What a process of audit works with, beside its database."""

    appender: Appender
    logs: Mapping[ProvinceCode, LogKey]
    witness: Witness | None  # None: nobody countersigns, and viewing stops after four hours
    objects: ObjectStore
    keep: timedelta
    ledger_key: bytes
    witness_key: VerifierKey | None = None  # by which the word of the witness is believed


class RoomProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the `Room`; refuses to start without the key of the log."""

    def setup(self) -> None:
        """Read the keys.

        Raises:
            SettingsError: a key cannot be read.
        """
        assert self.room.logs

    @cached_property
    def room(self) -> Room:
        """Made when it is first asked for: extensions are set up in no fixed order."""
        settings = load(AuditSettings, environment_of(self.container.config))
        return room_of(settings, database_of(self.container))

    def get_dependency(self, _worker: object) -> Room:
        """The hands."""
        return self.room


def room_of(settings: AuditSettings, database: Database) -> Room:
    """What settings describe.

    Raises:
        SettingsError: a key cannot be read.
    """
    logs = logs_of(settings)
    access = StoreAccess(
        settings.s3_endpoint,
        settings.audit_s3_access_key,
        settings.audit_s3_secret_key,
        settings.s3_secure,
        settings.bucket_prefix,
    )
    return Room(
        Appender(database),
        logs,
        witness_of(settings, database, logs),
        ObjectStore(access),
        timedelta(days=settings.audit_keep_days),
        _ledger_key(settings),
        witness_key(settings),
    )


def logs_of(settings: AuditSettings) -> dict[ProvinceCode, LogKey]:
    """The key of each province's log.

    Raises:
        SettingsError: it cannot be read.
    """
    identity = load_identity(settings.audit_identity_file)
    return {
        ProvinceCode(one): LogKey(origin_of(settings.host, ProvinceCode(one)), identity)
        for one in settings.provinces
    }


def witness_of(
    settings: AuditSettings, database: Database, logs: Mapping[ProvinceCode, LogKey]
) -> Witness | None:
    """Who countersigns the logs of this house: the level above, or else a key of its own.

    Raises:
        SettingsError: a key cannot be read.
    """
    if settings.audit_witness_url:
        return HttpWitness(settings.audit_witness_url, _key_of(settings.audit_witness_key))
    if not settings.audit_witness_identity_file:
        return None
    return _own_witness(settings, database, [one.public for one in logs.values()])


def witness_key(settings: AuditSettings) -> VerifierKey | None:
    """By which the word of this house's witness is believed; None where it has none.

    Raises:
        SettingsError: it cannot be read.
    """
    if settings.audit_witness_url:
        return _key_of(settings.audit_witness_key)
    return own_witness_key(settings)


def own_witness_key(settings: AuditSettings) -> VerifierKey | None:
    """The public half of the key this house countersigns with; None where it has none.

    Raises:
        SettingsError: it cannot be read.
    """
    if not settings.audit_witness_identity_file:
        return None
    identity = load_identity(Path(settings.audit_witness_identity_file))
    return VerifierKey(_witness_name(settings), Kind.COSIGNATURE, identity.public_key)


class WatchProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Opens the door where logs of the level below are countersigned, if it is to be open."""

    def __init__(self) -> None:
        super().__init__()
        self.server: WebServer | None = None

    def setup(self) -> None:
        """Read the settings.

        Raises:
            SettingsError: a key or the address cannot be read.
        """
        settings = load(AuditSettings, environment_of(self.container.config))
        if not settings.audit_watch_address:
            return
        watched = [_key_of(one) for one in settings.audit_watched]
        witness = _own_witness(settings, database_of(self.container), watched)
        try:
            address = parse_address(settings.audit_watch_address)
        except ValueError:
            raise SettingsError("HECHA_AUDIT_WATCH_ADDRESS is not HOST:PORT") from None
        self.server = WebServer(witness_app(witness), address)

    def start(self) -> None:
        """Listen."""
        if self.server is not None:
            self.server.start()

    def stop(self) -> None:
        """Let requests in flight end."""
        if self.server is not None:
            self.server.stop()

    def get_dependency(self, _worker: object) -> WebServer | None:
        """Where it listens; None when it does not."""
        return self.server


def _own_witness(
    settings: AuditSettings, database: Database, logs: Sequence[VerifierKey]
) -> OwnWitness:
    if not settings.audit_witness_identity_file:
        raise SettingsError("HECHA_AUDIT_WITNESS_IDENTITY_FILE is not set: what countersigns")
    identity = load_identity(Path(settings.audit_witness_identity_file))
    known = {one.name: one for one in logs}
    return OwnWitness(database, _witness_name(settings), identity, known)


def _witness_name(settings: AuditSettings) -> str:
    return f"{settings.host.lower()}/witness"


def _key_of(text: str) -> VerifierKey:
    try:
        return read_key(text)
    except NoteError:
        raise SettingsError(
            "HECHA_AUDIT_WITNESS_KEY and HECHA_AUDIT_WATCHED hold verifier keys, as"
            " `hecha audit state` shows them"
        ) from None


def _ledger_key(settings: AuditSettings) -> bytes:
    try:
        return bytes.fromhex(settings.ledger_key)
    except ValueError:
        raise SettingsError("HECHA_LEDGER_KEY must be 64 hex digits") from None
