"""Storage on the bus: what it hears, what it answers, and its sweeps."""

import logging
from datetime import timedelta
from pathlib import Path

from nameko.timer import timer

from services.storage import granting, showing, sweeping, usecases
from services.storage.providers import VaultProvider
from services.storage.provisioning import publish_manifest
from services.storage.settings import StorageSettings
from shared.contracts.archive_commands import ArchiveShown, ShowArchive
from shared.contracts.audit_events import CheckpointWitnessed
from shared.contracts.events import PhotoReceived
from shared.contracts.ledger_commands import SheetPhotos, SheetPhotosRequest
from shared.contracts.storage_commands import (
    Grant,
    GrantRequest,
    ObjectState,
    ObjectStateRequest,
)
from shared.kernel.ids import ProvinceCode
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.hears import Heard, hears
from shared.plumbing.objects import StoreUnavailableError
from shared.plumbing.operated import Operated
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import serves

_log = logging.getLogger(__name__)

SWEEP_EVERY_S = 3
ORPHANS_EVERY_S = 3600
SPARES_EVERY_S = 6 * 3600
MANIFESTS_EVERY_S = 6 * 3600


class StorageService(Operated):
    """Sealed objects of a province: landing, archive, keys, grants."""

    name = "storage"

    database = DatabaseProvider()
    settings = SettingsProvider(StorageSettings)
    vault = VaultProvider()
    actors = ActorsProvider()

    @hears(PhotoReceived, lane="photo", per_province=True)
    def on_photo_received(self, heard: Heard[PhotoReceived]) -> None:
        """A photo lies in the landing bucket."""
        usecases.keep_photo(heard, self.vault)

    @hears(CheckpointWitnessed)
    def on_checkpoint_witnessed(self, heard: Heard[CheckpointWitnessed]) -> None:
        """The audit log was countersigned."""
        usecases.keep_word_of_witness(heard)

    @timer(interval=SWEEP_EVERY_S)  # type: ignore[untyped-decorator]  # nameko ships no types
    def sweep(self) -> None:
        """Keep what nobody rang for: the bell is best effort, the bucket is the truth."""
        age = timedelta(seconds=self.settings.storage_sweep_age_s)
        for province in self.settings.provinces:
            try:
                sweeping.sweep(self.database, self.vault, ProvinceCode(province), age=age)
            except StoreUnavailableError:
                _log.warning("sweep put off: the store does not answer")

    @timer(interval=ORPHANS_EVERY_S)  # type: ignore[untyped-decorator]
    def remove_orphans(self) -> None:
        """Remove bodies whose slot never came."""
        age = timedelta(hours=self.settings.storage_orphan_hours)
        for province in self.settings.provinces:
            try:
                sweeping.remove_orphans(self.database, self.vault, ProvinceCode(province), age=age)
            except StoreUnavailableError:
                _log.warning("orphans put off: the store does not answer")

    @timer(interval=SPARES_EVERY_S)  # type: ignore[untyped-decorator]
    def remove_spares(self) -> None:
        """Remove second copies that crashes left in the archive."""
        age = timedelta(hours=self.settings.storage_orphan_hours)
        for province in self.settings.provinces:
            try:
                sweeping.remove_spares(self.database, self.vault, ProvinceCode(province), age=age)
            except StoreUnavailableError:
                _log.warning("spares put off: the store does not answer")

    @timer(interval=MANIFESTS_EVERY_S)  # type: ignore[untyped-decorator]
    def sign_manifests(self) -> None:
        """Sign the manifests anew: under an expired one the edges accept nothing."""
        if self.settings.key_manifest_folder:
            folder = Path(self.settings.key_manifest_folder)
            for province in self.settings.provinces:
                publish_manifest(folder, self.vault.keyring, ProvinceCode(province))

    @serves
    def grant(self, request: GrantRequest) -> Grant:
        """The key of one object, for a caller who may open it."""
        return granting.grant(self.database, self.vault, request, self.actors)

    @serves
    def object_state(self, request: ObjectStateRequest) -> ObjectState:
        """What became of a handed-in object."""
        return usecases.object_state(self.database, request)

    @serves
    def sheet_photos(self, request: SheetPhotosRequest) -> SheetPhotos:
        """Where a sheet's photos lie, for its guardian."""
        return usecases.sheet_photos(self.database, request)

    @serves
    def show_archive(self, request: ShowArchive) -> ArchiveShown:
        """How a province's archive stands."""
        actor = self.actors.of(request.actor)
        quota = self.settings.storage_quota_gb * 10**9
        return showing.show_archive(self.database, self.vault, actor, request, quota)
