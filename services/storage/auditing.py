"""What an operator does with an archive: verify every object, rewrap keys, see how full it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from services.storage import store
from services.storage.domain import Refusal
from services.storage.keyring import CampaignKey
from services.storage.vault import Vault, wrong_with_bytes
from shared.contracts.storage_commands import Capacity
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode
from shared.plumbing.database import Database
from shared.plumbing.handin import INCOMING
from shared.plumbing.objects import BucketKind, ObjectMissingError, StoreUnavailableError
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
    reader = _Reader(vault, vault.bucket(province, BucketKind.ARCHIVE))
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
            yield Finding(ObjectId(row.object), _wrong_with(vault, reader, row))


def rotate(database: Database, vault: Vault, campaign: CampaignId) -> Iterator[Finding]:
    """Rewrap every data key of a campaign to its current pair; bodies stay as they are.

    Gives each object, with what is wrong where its key does not unwrap: it is left as it is.
    Stopped anywhere, it goes on where it was when it is run again.

    Raises:
        LookupError: the keyring has no current pair for this campaign.
    """
    current = next((k for k in vault.keyring.keys if k.is_current and k.campaign == campaign), None)
    if current is None:
        raise LookupError(campaign)
    after = ""
    while True:
        with database.transaction() as tx:
            rows = store.held_by_others(tx, campaign, current.fingerprint, after, PAGE)
        if not rows:
            return
        after = rows[-1].object
        for row in rows:
            yield Finding(ObjectId(row.object), _rewrap(database, vault, row, current))


def capacity(database: Database, vault: Vault, province: ProvinceCode) -> Capacity:
    """How full the archive is, and how many slots wait."""
    with database.transaction() as tx:
        objects, length = store.size_of(tx, province)
    slots = vault.bucket(province, BucketKind.SLOTS)
    waiting = sum(1 for _ in vault.store.entries(slots, INCOMING))
    return Capacity(province, objects, length, waiting)


def _rewrap(
    database: Database, vault: Vault, row: Row[Any], current: CampaignKey
) -> Refusal | None:
    context, old = store.context_of(row), Fingerprint(row.holder)
    try:
        key = vault.keyring.unwrap(old, bytes(row.wrapped_key), key_info(context, old))
    except LookupError:
        return Refusal.UNKNOWN_KEY
    except NotSealedError:
        return Refusal.DOES_NOT_OPEN
    wrapped = wrap(key, current.public_key, key_info(context, current.fingerprint))
    with database.transaction() as tx:
        # Compared and set: whoever erased or rewrapped it meanwhile was right.
        store.rewrap(tx, ObjectId(row.object), old, current.fingerprint, wrapped)
    return None


class _Reader:
    """Reads bodies, and tells a body that the store cannot give from a store that is away.

    Both are answered alike: a store finds its own damage, and says that it failed.
    """

    def __init__(self, vault: Vault, archive: str) -> None:
        self._store, self._archive = vault.store, archive
        self._readable: Row[Any] | None = None  # the last one that was read

    def read(self, row: Row[Any]) -> bytes | Refusal:
        """A body, or why there is none.

        Raises:
            StoreUnavailableError: the store is away.
        """
        try:
            body = self._get(row)
        except ObjectMissingError:
            return Refusal.BODY_MISSING
        except StoreUnavailableError:
            self._require_answers(row)
            return self._read_again(row)
        self._readable = row
        return body

    def _read_again(self, row: Row[Any]) -> bytes | Refusal:
        try:
            return self._get(row)
        except StoreUnavailableError:
            return Refusal.BODY_UNREADABLE

    def _require_answers(self, row: Row[Any]) -> None:
        """That the store lists the body, and still gives another one."""
        next(iter(self._store.entries(self._archive, row.key, versions=True)), None)
        if self._readable is not None:
            self._get(self._readable)

    def _get(self, row: Row[Any]) -> bytes:
        return self._store.get(self._archive, row.key, row.version)


def _wrong_with(vault: Vault, reader: _Reader, row: Row[Any]) -> Refusal | None:
    body = reader.read(row)
    if isinstance(body, Refusal):
        return body
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
