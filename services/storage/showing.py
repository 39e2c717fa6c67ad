"""How an archive stands, for whoever looks after it: sums and fingerprints, never an object."""

from dataclasses import replace

from services.storage import figures, store
from services.storage.vault import Vault
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.archive_commands import ArchiveShown, KeyPair, ShowArchive
from shared.kernel.authority import Place
from shared.kernel.errors import UnknownUnitError
from shared.kernel.units import PATH_END
from shared.plumbing.acting import Deed, looking
from shared.plumbing.database import Database
from shared.plumbing.handin import INCOMING
from shared.plumbing.objects import BucketKind


def show_archive(
    database: Database, vault: Vault, actor: Actor, request: ShowArchive, quota_bytes: int
) -> ArchiveShown:
    """How a province's archive stands.

    Raises:
        NotAllowedError: the actor looks after no archive, or another one's.
        UnknownUnitError: it is kept elsewhere.
        StoreUnavailableError: the store is away.
    """
    province = request.province
    with looking(database, actor, Deed("see_archive", province)) as tx:
        actor.require(act_of(request), Place(f"{province}{PATH_END}"))
        pairs = [key for key in vault.keyring.keys if key.province == province]
        if not pairs:
            raise UnknownUnitError(province)
        held = figures.held_by_key(tx, province)
        shown = ArchiveShown(
            province,
            quota_bytes,
            figures.bytes_a_day(tx, province, database.clock()),
            0,
            figures.refused_count(tx, province),
            figures.locks_to_come(tx, province),
            figures.last_kept_at(tx, province),
            store.witnessed_at(tx, province),
            figures.kept_by_campaign(tx, province),
            tuple(
                KeyPair(
                    key.campaign,
                    key.fingerprint,
                    key.suite.value,
                    key.is_current,
                    held.get(key.fingerprint, 0),
                )
                for key in pairs
            ),
        )
    return replace(shown, waiting=_waiting(vault, request))


def _waiting(vault: Vault, request: ShowArchive) -> int:
    """Slots in the landing, counted outside of the transaction: the store is asked."""
    slots = vault.bucket(request.province, BucketKind.SLOTS)
    return sum(1 for _ in vault.store.entries(slots, INCOMING))
