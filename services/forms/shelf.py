"""The shelf: printed files in the prints bucket, sealed under a fresh key each.

The key of a file rests in forms' books, sealed under the column key, and leaves wrapped to
the ephemeral key of whoever shows the download code. A printed file holds what the sheets
hold, so it never lies anywhere in clear.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.forms.ports import HandedOver, ShelfAwayError, Shelved
from shared.kernel.errors import DownloadRefusedError
from shared.kernel.ids import CampaignId, ProvinceCode, new_object_id
from shared.plumbing.objects import (
    BucketKind,
    ObjectStore,
    StoreRefusedError,
    StoreUnavailableError,
)
from shared.plumbing.offload import thread
from shared.sealing.body import new_data_key, seal_body
from shared.sealing.context import ObjectContext, Rendition, Suite
from shared.sealing.wrapping import BadKeyError, print_info, wrap_passing

URL_LIFE_S = 300
_NONCE = 12


class BucketShelf:
    """A `Shelf` over one credential's view of the store."""

    def __init__(self, store: ObjectStore, column_key: bytes, suite: Suite = Suite.AES) -> None:
        self._store = store
        self._cipher = AESGCM(column_key)
        self._suite = suite

    def put(self, job: str, province: ProvinceCode, campaign: CampaignId, pdf: bytes) -> Shelved:
        """Seal a file and put it away.

        Raises:
            ShelfAwayError: the bucket did not take it.
        """
        context = ObjectContext(self._suite, province, campaign, new_object_id(), Rendition.PRINT)
        data_key = new_data_key(self._suite)
        body = thread(seal_body, pdf, data_key, context)
        try:
            version = self._store.put(self._bucket(province), _key(context.object), body)
        except (StoreUnavailableError, StoreRefusedError) as error:
            raise ShelfAwayError(str(error)) from None
        return Shelved(province, campaign, context.object, version, self._seal(data_key, job))

    def hand_over(self, job: str, shelved: Shelved, public_key: str) -> HandedOver:
        """An address for a few minutes, and the key wrapped to `public_key` (X25519, hex).

        Raises:
            DownloadRefusedError: that is no public key.
        """
        data_key = self._open(shelved.sealed_key, job)
        try:
            wrapped = wrap_passing(data_key, bytes.fromhex(public_key), print_info(job))
        except (BadKeyError, ValueError):
            raise DownloadRefusedError(job, "no_public_key") from None
        url = self._store.presign_get(
            self._bucket(shelved.province),
            _key(shelved.object),
            shelved.version,
            expires_s=URL_LIFE_S,
        )
        return HandedOver(url, wrapped.hex(), self._suite.value, Rendition.PRINT.value)

    def discard(self, shelved: Shelved) -> None:
        """Remove a file; one that is gone is fine, and one that cannot go now expires later."""
        try:
            self._store.delete(
                self._bucket(shelved.province), _key(shelved.object), shelved.version
            )
        except (StoreUnavailableError, StoreRefusedError):
            return

    def _bucket(self, province: ProvinceCode) -> str:
        return self._store.bucket(province, BucketKind.PRINTS)

    def _seal(self, data_key: bytes, job: str) -> str:
        nonce = os.urandom(_NONCE)
        return (nonce + self._cipher.encrypt(nonce, data_key, _about(job))).hex()

    def _open(self, sealed: str, job: str) -> bytes:
        plain = bytes.fromhex(sealed)
        try:
            return self._cipher.decrypt(plain[:_NONCE], plain[_NONCE:], _about(job))
        except InvalidTag:
            raise DownloadRefusedError(job, "altered") from None


def _key(object_: str) -> str:
    return f"print/{object_}"


def _about(job: str) -> bytes:
    return b"forms.jobs.shelf\0" + job.encode()
