"""Takes supporting documents (证明材料) in: pages made in a locked child, sealed, handed in.

What a document proves is review's to know: here it is a picture of a class's paper like any other.
The same file handed in again by the same person for the same class is the same objects.
"""

import hashlib
import hmac
from dataclasses import dataclass

from services.scan.documents.child import document_pages
from services.scan.places import place_of
from services.scan.uploads.domain import RefusedError
from shared.contracts.actors import Actor
from shared.contracts.events import Lane, Sender
from shared.kernel.authority import Act, Role
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.ids import CampaignId, ObjectId, UnitCode
from shared.kernel.units import province_of
from shared.plumbing.database import Database
from shared.plumbing.handin import HandIn, Parcel
from shared.plumbing.manifests import NoManifestError
from shared.plumbing.objects import StoreRefusedError, StoreUnavailableError
from shared.plumbing.offload import ProcessPool, WorkerCrashed, WorkerFailed, WorkerTimeout
from shared.sealing.claim import Claim
from shared.sealing.context import Rendition

MAX_BYTES = 20 << 20
DEADLINE_S = 20.0
_SENDERS = {Role.HOMEROOM_TEACHER: Sender.TEACHER, Role.REGISTRAR: Sender.REGISTRAR}
_AWAY = (StoreUnavailableError, StoreRefusedError, NoManifestError)
_DIED = (WorkerCrashed, WorkerFailed, WorkerTimeout)


@dataclass(frozen=True, slots=True)
class Documents:
    """What taking documents in needs."""

    database: Database
    hand_in: HandIn
    pool: ProcessPool
    column_key: bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose document it is, and of which class."""

    actor: Actor
    campaign: CampaignId
    unit: UnitCode


def take(documents: Documents, origin: Origin, data: bytes) -> tuple[ObjectId, ...]:
    """Hand the pages of a document in; gives the objects they are, in order.

    Raises:
        RefusedError: 403, 404, 413, 415 or 422 with the reason; 503, and nothing was accepted.
    """
    check(documents, origin)
    try:
        pages, code = documents.pool.run(document_pages, data, deadline_s=DEADLINE_S)
    except _DIED:
        raise RefusedError(422, "damaged_file") from None
    if code:
        raise RefusedError(413 if code == "too_many_pages" else 422, code)
    digest = hashlib.sha256(data).digest()
    try:
        return tuple(
            _hand_in(documents, origin, page, _object(documents, origin, digest, number))
            for number, page in enumerate(pages, 1)
        )
    except _AWAY:
        raise RefusedError(503, "store_away", 5) from None


def check(documents: Documents, origin: Origin) -> None:
    """See that a person may add documents to a class.

    Raises:
        RefusedError: 403, 404.
    """
    try:
        with documents.database.transaction() as tx:
            place = place_of(tx, origin.unit)
        origin.actor.require(Act.ADD_DOCUMENT, place)
    except UnknownUnitError:
        raise RefusedError(404, "unknown_unit") from None
    except NotAllowedError:
        raise RefusedError(403, "not_allowed") from None


def _object(documents: Documents, origin: Origin, digest: bytes, number: int) -> ObjectId:
    words = (origin.campaign, origin.unit, origin.actor.person, str(number))
    said = b"hecha document 1\0" + digest + "\0".join(words).encode()
    return ObjectId(hmac.digest(documents.column_key, said, "sha256").hex()[:32])


def _hand_in(documents: Documents, origin: Origin, page: bytes, object_: ObjectId) -> ObjectId:
    actor = origin.actor
    claim = Claim(_SENDERS[actor.role], Lane.DOCUMENT, object_, "image/jpeg", actor=actor.person)
    province = province_of(actor.path)
    place = (province, origin.campaign, Rendition.DOCUMENT)
    return documents.hand_in.hand_in(Parcel(*place, page, claim, object=object_))
