"""What an operator does with an archive: verify every object, rewrap keys, see how full it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from services.storage import store
from services.storage.domain import Refusal
from services.storage.vault import Vault, wrong_with_bytes
from shared.contracts.storage_commands import Capacity
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode
from shared.plumbing.database import Database
from shared.plumbing.handin import INCOMING
from shared.plumbing.objects import BucketKind, ObjectMissingError
from shared.plumbing.offload import thread
from shared.plumbing.opening import open_body
from shared.sealing.body import NotSealedError
from shared.sealing.slot import StoredBody
from shared.sealing.wrapping import Fingerprint, key_info, wrap

PAGE = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """An object and what is wrong with it; None when it opens."""

    object: ObjectId
    wrong: Refusal | None


def verify(database: Database, vault: Vault, province: ProvinceCode) -> Iterator[Finding]:
    """Read and open every object of the archive, in the order of their ids.

    Raises:
        StoreUnavailableError: the store is away; begin again later.
    """
    archive = vault.bucket(province, BucketKind.ARCHIVE)
    after = ""
    while True:
        with database.transaction() as tx:
            rows = store.page_of_objects(tx, province, after, PAGE)
        if not rows:
            return
        after = rows[-1].object
        for row in rows:
            if row.wrapped_key is None:
                continue  # erased on purpose: nothing is left that could open
            yield Finding(ObjectId(row.object), _wrong_with(vault, archive, row))


def rotate(database: Database, vault: Vault, province: ProvinceCode) -> Iterator[int]:
    """Rewrap every data key to the campaign's current pair; bodies stay as they are.

    Gives how many were done after each page; stopped anywhere, it goes on where it was.
    """
    current = {
        key.campaign: key
        for key in vault.keyring.keys
        if key.is_current and key.province == province
    }
    holders = [key.fingerprint for key in current.values()]
    done = 0
    while True:
        with database.transaction() as tx:
            rows = store.held_by_others(tx, province, holders, PAGE)
        if not rows:
            return
        for row in rows:
            key = current[CampaignId(row.campaign)]
            context, old = store.context_of(row), Fingerprint(row.holder)
            plain = vault.keyring.unwrap(old, bytes(row.wrapped_key), key_info(context, old))
            info = key_info(context, key.fingerprint)
            wrapped = wrap(plain, key.public_key, info)
            with database.transaction() as tx:
                done += store.rewrap(tx, ObjectId(row.object), old, key.fingerprint, wrapped)
        yield done


def capacity(database: Database, vault: Vault, province: ProvinceCode) -> Capacity:
    """How full the archive is, and how many slots wait."""
    with database.transaction() as tx:
        objects, length = store.size_of(tx, province)
    slots = vault.bucket(province, BucketKind.SLOTS)
    waiting = sum(1 for _ in vault.store.entries(slots, INCOMING))
    return Capacity(province, objects, length, waiting)


def _wrong_with(vault: Vault, archive: str, row: Row[Any]) -> Refusal | None:
    try:
        body = vault.store.get(archive, row.key, row.version)
    except ObjectMissingError:
        return Refusal.BODY_MISSING
    wrong = wrong_with_bytes(StoredBody(row.key, row.version, row.sha256, row.length), body)
    if wrong is not None:
        return wrong
    context, holder = store.context_of(row), Fingerprint(row.holder)
    try:
        key = vault.keyring.unwrap(holder, bytes(row.wrapped_key), key_info(context, holder))
        thread(open_body, body, key, context)
    except LookupError:
        return Refusal.UNKNOWN_KEY
    except NotSealedError:
        return Refusal.DOES_NOT_OPEN
    return None
