"""What a storage process works with: the store, the opened keyring, who is enrolled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.storage.domain import MAX_VIEW_BYTES, Enrolled, Refusal
from services.storage.keyring import CampaignKey
from shared.kernel.ids import ObjectId, ProvinceCode
from shared.plumbing.handin import incoming_key
from shared.plumbing.objects import BucketKind, ObjectMissingError, ObjectStore
from shared.plumbing.offload import thread
from shared.plumbing.opening import open_body
from shared.sealing.body import NotSealedError
from shared.sealing.claim import BadClaimError, Claim, decode_claim
from shared.sealing.context import Rendition
from shared.sealing.signing import BadSignatureError
from shared.sealing.slot import BadSlotError, Slot, StoredBody, read_slot, sha256_of
from shared.sealing.wrapping import Fingerprint, claim_info, key_info

KEPT = "kept/"
REFUSED = "refused/"


class RefusedObjectError(Exception):
    """An object that is not what it should be; `reason` names what is wrong."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Unwrapping(Protocol):
    """Private keys, as far as storage works with them."""

    @property
    def root(self) -> bytes:
        """The seed of the province's root."""
        ...

    @property
    def keys(self) -> tuple[CampaignKey, ...]:
        """The key pairs."""
        ...

    def unwrap(self, holder: Fingerprint, wrapped: bytes, info: bytes) -> bytes:
        """What was wrapped to a pair; LookupError or NotSealedError when it was not."""
        ...


@dataclass(frozen=True, slots=True)
class Vault:
    """The hands of one storage process."""

    store: ObjectStore
    keyring: Unwrapping
    enrolled: Mapping[str, Enrolled]
    keep_for: timedelta

    @property
    def home(self) -> ProvinceCode | None:
        """Whose log tells of what belongs to no province; None while there is no key at all."""
        return min((key.province for key in self.keyring.keys), default=None)

    def bucket(self, province: ProvinceCode, kind: BucketKind) -> str:
        """The name of a bucket."""
        return self.store.bucket(province, kind)

    def incoming(self, province: ProvinceCode, object_: ObjectId) -> bytes | None:
        """The waiting slot of an object; None when it does not wait (any more)."""
        try:
            slots = self.bucket(province, BucketKind.SLOTS)
            return self.store.get(slots, incoming_key(object_))
        except ObjectMissingError:
            return None

    def landed(self, slot: Slot) -> bytes:
        """The body a slot names.

        Raises:
            RefusedObjectError: it is missing.
        """
        try:
            landing = self.bucket(slot.context.province, BucketKind.LANDING)
            return self.store.get(landing, slot.body.key, slot.body.version)
        except ObjectMissingError:
            raise RefusedObjectError(Refusal.BODY_MISSING) from None

    def archive(self, slot: Slot) -> str:
        """Copy the verified version to the archive; gives its version there."""
        province = slot.context.province
        landing = self.bucket(province, BucketKind.LANDING)
        archive = self.bucket(province, BucketKind.ARCHIVE)
        return self.store.copy((landing, slot.body.key, slot.body.version), archive, slot.body.key)

    def keep_slot(self, slot_bytes: bytes, province: ProvinceCode, object_: ObjectId) -> None:
        """Write a slot where only storage may delete it."""
        slots = self.bucket(province, BucketKind.SLOTS)
        self.store.put(slots, f"{KEPT}{object_}.json", slot_bytes)

    def set_aside(self, slot_bytes: bytes, province: ProvinceCode, object_: ObjectId) -> None:
        """Move a refused slot out of the way of the sweep; it stays for whoever looks into it."""
        slots = self.bucket(province, BucketKind.SLOTS)
        self.store.put(slots, f"{REFUSED}{object_}.json", slot_bytes)
        self.store.delete(slots, incoming_key(object_))

    def clear(self, slot: Slot) -> None:
        """Remove a kept object's slot and body from where they were handed in."""
        province, object_ = slot.context.province, slot.context.object
        self.store.delete_versions(self.bucket(province, BucketKind.LANDING), slot.body.key)
        self.store.delete(self.bucket(province, BucketKind.SLOTS), incoming_key(object_))

    def lock(self, province: ProvinceCode, key: str, version: str, now: datetime) -> datetime:
        """Keep an archived version from being deleted; gives until when."""
        until = (now + self.keep_for).replace(microsecond=0)
        self.store.lock(self.bucket(province, BucketKind.ARCHIVE), key, version, until=until)
        return until


def read_incoming(vault: Vault, data: bytes, object_: ObjectId, province: ProvinceCode) -> Slot:
    """A waiting slot whose signature holds, from an edge that may hand this in.

    Raises:
        RefusedObjectError: with what is wrong with it.
    """
    try:
        slot = read_slot(data)
    except BadSlotError:
        raise RefusedObjectError(Refusal.BAD_SLOT) from None
    if slot.context.object != object_:
        raise RefusedObjectError(Refusal.BAD_SLOT)
    if slot.context.province != province:
        raise RefusedObjectError(Refusal.OTHER_PROVINCE)
    edge = vault.enrolled.get(slot.edge)
    if edge is None or slot.context.rendition not in edge.renditions:
        raise RefusedObjectError(Refusal.UNKNOWN_EDGE)
    try:
        slot.check(edge.public_key)
    except BadSignatureError:
        raise RefusedObjectError(Refusal.BAD_SIGNATURE) from None
    return slot


def open_claim(vault: Vault, slot: Slot) -> tuple[bytes, Claim]:
    """The data key and the claim of a slot.

    Raises:
        RefusedObjectError: sealed to another key, or altered.
    """
    context, holder = slot.context, slot.holder
    try:
        key = vault.keyring.unwrap(holder, slot.wrapped_key, key_info(context, holder))
        claim = vault.keyring.unwrap(holder, slot.sealed_claim, claim_info(context, holder))
        return key, decode_claim(claim)
    except LookupError:
        raise RefusedObjectError(Refusal.UNKNOWN_KEY) from None
    except (NotSealedError, BadClaimError):
        raise RefusedObjectError(Refusal.DOES_NOT_OPEN) from None


def check_body(slot: Slot, body: bytes, data_key: bytes) -> None:
    """Hold a body against its slot, and see that it opens; away from the hub.

    Raises:
        RefusedObjectError: cut, altered, swapped, or larger than its rendition may be.
    """
    wrong = thread(_wrong_with, slot, body, data_key)
    if wrong is not None:
        raise RefusedObjectError(wrong)


def _wrong_with(slot: Slot, body: bytes, data_key: bytes) -> Refusal | None:
    wrong = wrong_with_bytes(slot.body, body)
    if wrong is not None:
        return wrong
    try:
        plain = open_body(body, data_key, slot.context)
    except NotSealedError:
        return Refusal.DOES_NOT_OPEN
    if slot.context.rendition is Rendition.VIEW and len(plain) > MAX_VIEW_BYTES:
        return Refusal.VIEW_TOO_LARGE
    return None


def wrong_with_bytes(expected: StoredBody, body: bytes) -> Refusal | None:
    """How a body differs from what was handed in."""
    if len(body) != expected.length:
        return Refusal.BODY_CUT
    if sha256_of(body) != expected.sha256:
        return Refusal.BODY_ALTERED
    return None
