"""The way into the province's landing bucket, and what becomes of a photo there.

A photo's object id is derived from its ticket and its own key: a phone that repeats an
upload, at whichever replica, writes the same object again instead of a second one.
"""

import threading
import time

from services.gateway.domain import Ticket, object_of
from services.gateway.ports import LandingAwayError, Photo
from shared.contracts.events import Lane, PhotoReceived, Sender
from shared.kernel.ids import ObjectId, ProvinceCode
from shared.plumbing.doorbell import Doorbell
from shared.plumbing.handin import HandIn, Parcel
from shared.plumbing.manifests import NoManifestError
from shared.plumbing.objects import (
    BucketKind,
    ObjectStore,
    StoreRefusedError,
    StoreUnavailableError,
)
from shared.sealing.claim import Claim
from shared.sealing.context import Rendition

PROBE_KEY = "probe/gateway"
PROBE_EVERY_S = 10.0
CONSENT_VERSION = "2026-1"  # of the text above the upload button


class SealedLanding:
    """A `Landing` that seals to the province's key and puts; it can read nothing back."""

    def __init__(self, hand_in: HandIn) -> None:
        self._hand_in = hand_in

    def keep(self, photo: Photo) -> ObjectId:
        """Seal and commit a photo.

        Raises:
            LandingAwayError: nothing was committed.
        """
        ticket = photo.ticket
        parcel = Parcel(
            province=ticket.key.province,
            campaign=ticket.key.campaign,
            rendition=Rendition.ORIGINAL,
            data=bytes(photo.picture.body),
            claim=_claim(photo),
            object=object_of(ticket.code, photo.key),
        )
        try:
            return self._hand_in.hand_in(parcel)
        except (NoManifestError, StoreUnavailableError, StoreRefusedError):
            raise LandingAwayError from None


class StorageBell:
    """Rings storage: losing a ring costs the seconds until its next sweep."""

    def __init__(self, doorbell: Doorbell) -> None:
        self._doorbell = doorbell

    def ring(self, object_: ObjectId, ticket: Ticket) -> None:
        """Return at once, whatever the bus does."""
        received = PhotoReceived(
            object_, ticket.key.campaign, ticket.head.sheet, Sender.GUARDIAN, Lane.PHOTO
        )
        self._doorbell.say(received, province=ticket.key.province)


class Readiness:
    """Whether the bucket takes a put: the one thing this edge cannot do without."""

    def __init__(self, store: ObjectStore, province: ProvinceCode) -> None:
        self._store = store
        self._bucket = store.bucket(province, BucketKind.LANDING)
        self._asked_at = float("-inf")
        self._is_ready = False
        self._lock = threading.Lock()

    def __call__(self) -> bool:
        """The answer of a real put, at most ten seconds old."""
        with self._lock:
            if time.monotonic() - self._asked_at > PROBE_EVERY_S or not self._is_ready:
                self._asked_at = time.monotonic()
                self._is_ready = self._probe()
            return self._is_ready

    def _probe(self) -> bool:
        try:
            self._store.put(self._bucket, PROBE_KEY, b"")
        except (StoreUnavailableError, StoreRefusedError):
            return False
        return True


def _claim(photo: Photo) -> Claim:
    return Claim(
        sender=Sender.GUARDIAN,
        lane=Lane.PHOTO,
        idempotency_key=photo.key,
        media_type=photo.picture.kind.value,
        code=photo.ticket.code,
        ticket=photo.ticket.head.sheet,
        consent=CONSENT_VERSION,
        orientation=photo.picture.orientation,
    )
