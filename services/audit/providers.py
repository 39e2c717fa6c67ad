"""Makes the hands of an audit process from its settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from nameko.extensions import DependencyProvider

from services.audit.appending import Appender
from services.audit.checkpoints import LogKey, Witness, origin_of
from services.audit.settings import AuditSettings
from services.audit.witness import OwnWitness
from shared.kernel.ids import ProvinceCode
from shared.plumbing.database import Database
from shared.plumbing.environment import environment_of
from shared.plumbing.identity import load_identity
from shared.plumbing.objects import ObjectStore, StoreAccess
from shared.plumbing.providers import database_of
from shared.plumbing.settings import SettingsError, load


@dataclass(frozen=True, slots=True)
class Room:
    """What a process of audit works with, beside its database."""

    appender: Appender
    logs: Mapping[ProvinceCode, LogKey]
    witness: Witness | None  # None: nobody countersigns, and viewing stops after four hours
    objects: ObjectStore
    keep: timedelta
    ledger_key: bytes


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
    """Who countersigns the logs of this house."""
    if not settings.audit_witness_identity_file:
        return None
    identity = load_identity(Path(settings.audit_witness_identity_file))
    known = {one.origin: one.public for one in logs.values()}
    return OwnWitness(database, f"{settings.host.lower()}/witness", identity, known)


def _ledger_key(settings: AuditSettings) -> bytes:
    try:
        return bytes.fromhex(settings.ledger_key)
    except ValueError:
        raise SettingsError("HECHA_LEDGER_KEY must be 64 hex digits") from None
