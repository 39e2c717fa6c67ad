"""Hands an object in at the province's landing bucket: seal, put the body, put the slot.

The slot is the commit: when `hand_in` returns, the object is accepted and survives whatever
happens next; when it raises, nothing was. Storage finds what is handed in by itself.
"""

from dataclasses import dataclass, field
from typing import Protocol

from shared.kernel.clock import BEIJING, Clock, utc_now
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, new_object_id
from shared.plumbing.manifests import Manifests
from shared.plumbing.objects import BucketKind
from shared.plumbing.offload import thread
from shared.sealing.body import new_data_key, seal_body
from shared.sealing.claim import Claim
from shared.sealing.context import ObjectContext, Rendition
from shared.sealing.signing import Signer
from shared.sealing.slot import Sealed, StoredBody, build_slot, sha256_of

INCOMING = "incoming/"


class Putting(Protocol):
    """As much of a store as an edge may use."""

    def bucket(self, province: ProvinceCode, kind: BucketKind) -> str:
        """The name of a bucket."""
        ...

    def put(self, bucket: str, key: str, data: bytes) -> str:
        """Write an object; gives its version."""
        ...


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is handed in."""

    province: ProvinceCode
    campaign: CampaignId
    rendition: Rendition
    data: bytes
    claim: Claim
    object: ObjectId = field(default_factory=new_object_id)


class HandIn:
    """One service's way into the landing bucket."""

    def __init__(
        self, store: Putting, manifests: Manifests, signer: Signer, *, clock: Clock = utc_now
    ) -> None:
        self._store = store
        self._manifests = manifests
        self._signer = signer
        self._clock = clock

    def hand_in(self, parcel: Parcel) -> ObjectId:
        """Seal and commit an object.

        Raises:
            NoManifestError: there is no valid key to seal to.
            StoreUnavailableError: the bucket did not take it; nothing was accepted.
            StoreRefusedError: this credential may not put there.
        """
        recipient, suite = self._manifests.key_for(parcel.province, parcel.campaign)
        context = ObjectContext(
            suite, parcel.province, parcel.campaign, parcel.object, parcel.rendition
        )
        data_key = new_data_key(suite)
        body, digest = thread(_sealed, parcel.data, data_key, context)
        at = self._clock()
        key = f"{parcel.rendition}/{at.astimezone(BEIJING):%Y%m}/{parcel.object}"
        version = self._store.put(self._bucket(parcel, BucketKind.LANDING), key, body)
        stored = StoredBody(key, version, digest, len(body))
        slot = build_slot(
            Sealed(context, data_key, stored, parcel.claim), recipient, self._signer, at
        )
        self._store.put(self._bucket(parcel, BucketKind.SLOTS), incoming_key(parcel.object), slot)
        return parcel.object

    def _bucket(self, parcel: Parcel, kind: BucketKind) -> str:
        return self._store.bucket(parcel.province, kind)


def incoming_key(object_: ObjectId) -> str:
    """Where the slot of an object lies until storage has kept it."""
    return f"{INCOMING}{object_}.json"


def _sealed(data: bytes, data_key: bytes, context: ObjectContext) -> tuple[bytes, str]:
    body = seal_body(data, data_key, context)
    return body, sha256_of(body)
