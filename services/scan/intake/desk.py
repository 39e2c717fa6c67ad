"""Where papers of people who are signed in become objects: named, sealed, handed in."""

import hmac
from dataclasses import dataclass

from services.scan.intake.origin import Origin
from services.scan.uploads.domain import RefusedError
from services.scan.uploads.handing_in import AWAY
from shared.kernel.ids import ObjectId
from shared.plumbing.database import Database
from shared.plumbing.handin import HandIn, Parcel
from shared.plumbing.offload import ProcessPool
from shared.sealing.claim import Claim
from shared.sealing.context import Rendition


@dataclass(frozen=True, slots=True)
class Desk:
    """The hands a paper passes through."""

    database: Database
    hand_in: HandIn
    pool: ProcessPool  # decodes documents
    column_key: bytes  # names objects, so that nobody else can guess them

    def name(self, kind: bytes, origin: Origin, digest: bytes, part: str) -> ObjectId:
        """The object that a part of a paper is: the same each time the same person hands it in.

        Args:
            kind: keeps papers of different sorts apart.
            origin: whose it is, and of which class.
            digest: SHA-256 of what was handed in.
            part: which page of it, or of which sheet it is.
        """
        words = (origin.campaign, origin.unit, origin.actor.person, part)
        said = kind + b"\0" + digest + "\0".join(words).encode()
        return ObjectId(hmac.digest(self.column_key, said, "sha256").hex()[:32])

    def put(
        self, origin: Origin, rendition: Rendition, data: bytes, claim: Claim, object_: ObjectId
    ) -> ObjectId:
        """Hand an object in.

        Raises:
            RefusedError: 503, the store is away and nothing was accepted.
        """
        place = (origin.province, origin.campaign, rendition)
        try:
            return self.hand_in.hand_in(Parcel(*place, data, claim, object=object_))
        except AWAY:
            raise RefusedError(503, "store_away", 5) from None
