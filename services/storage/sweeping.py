"""What storage does by the clock: keep what nobody rang for, remove what nobody owns."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.exc import IntegrityError

from services.storage import store
from services.storage.usecases import keep, lock
from services.storage.vault import Vault
from shared.kernel.ids import ObjectId, ProvinceCode
from shared.plumbing.database import Database
from shared.plumbing.handin import INCOMING
from shared.plumbing.objects import (
    BucketKind,
    StoredObject,
    StoreRefusedError,
    StoreUnavailableError,
)

_log = logging.getLogger(__name__)

AT_ONCE = 200


def sweep(database: Database, vault: Vault, province: ProvinceCode, *, age: timedelta) -> int:
    """Keep what nobody rang for; gives how many slots it found old enough.

    Raises:
        StoreUnavailableError: the store is away.
    """
    oldest = database.clock() - age
    slots = vault.store.entries(vault.bucket(province, BucketKind.SLOTS), INCOMING)
    due = [one.key for one in islice((one for one in slots if one.modified <= oldest), AT_ONCE)]
    for key in due:
        object_ = ObjectId(key.removeprefix(INCOMING).removesuffix(".json"))
        _keep_one(database, vault, object_, province)
    _lock_forgotten(database, vault, province, before=oldest)
    return len(due)


def remove_orphans(
    database: Database, vault: Vault, province: ProvinceCode, *, age: timedelta
) -> int:
    """Remove bodies whose slot never came: their keys were never anywhere but in memory.

    Raises:
        StoreUnavailableError: the store is away.
    """
    oldest = database.clock() - age
    removed = 0
    landing = vault.bucket(province, BucketKind.LANDING)
    for body in vault.store.entries(landing, versions=True):
        if body.modified < oldest and vault.incoming(province, _object_in(body.key)) is None:
            vault.store.delete(landing, body.key, body.version)
            removed += 1
    return removed


def remove_spares(
    database: Database, vault: Vault, province: ProvinceCode, *, age: timedelta
) -> int:
    """Remove second copies that a crash between copy and commit left in the archive.

    Only where the row of the same object names another version: a body without any row is
    never touched, so that an older backup of the database cannot cost a photo.

    Raises:
        StoreUnavailableError: the store is away.
    """
    oldest = database.clock() - age
    archive = vault.bucket(province, BucketKind.ARCHIVE)
    removed = 0
    for page in _pages(vault.store.entries(archive, versions=True)):
        for spare in _spares(database, page, oldest):
            try:
                vault.store.delete(archive, spare.key, spare.version)
                removed += 1
            except StoreRefusedError:
                _log.warning("spare is locked", extra={"object": _object_in(spare.key)})
    return removed


def _keep_one(database: Database, vault: Vault, object_: ObjectId, province: ProvinceCode) -> None:
    try:
        keep(database, vault, object_, province, database.transaction)
    except IntegrityError:
        pass  # another process of storage was quicker
    except StoreUnavailableError:
        raise
    except StoreRefusedError as refusal:
        _log.error("the store refuses", extra={"object": object_, "code": str(refusal)})
    except Exception:
        # It stays where it is; the others must not wait behind it.
        _log.exception("object not kept", extra={"object": object_})


def _lock_forgotten(
    database: Database, vault: Vault, province: ProvinceCode, *, before: datetime
) -> None:
    with database.transaction() as tx:
        rows = store.unlocked(tx, province, before=before, limit=AT_ONCE)
    for row in rows:
        lock(database, vault, row)


def _pages(entries: Iterator[StoredObject]) -> Iterator[list[StoredObject]]:
    while page := list(islice(entries, AT_ONCE)):
        yield page


def _spares(
    database: Database, page: Sequence[StoredObject], oldest: datetime
) -> list[StoredObject]:
    old = [one for one in page if one.modified < oldest]
    with database.transaction() as tx:
        named = store.versions_of(tx, [_object_in(one.key) for one in old])
    return [one for one in old if named.get(_object_in(one.key), one.version) != one.version]


def _object_in(key: str) -> ObjectId:
    return ObjectId(key.rpartition("/")[2])
