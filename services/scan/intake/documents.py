"""Takes supporting documents (证明材料) in: pages made in a locked child, sealed, handed in.

What a document proves is review's to know: here it is a picture of a class's paper like any other.
The same file handed in again by the same person for the same class is the same objects.
"""

import hashlib

from services.scan.intake.child import document_pages
from services.scan.intake.desk import Desk
from services.scan.intake.origin import Origin
from services.scan.uploads.domain import RefusedError
from shared.contracts.events import Lane
from shared.kernel.authority import Act
from shared.kernel.ids import ObjectId
from shared.plumbing.offload import WorkerCrashed, WorkerFailed, WorkerTimeout
from shared.sealing.claim import Claim
from shared.sealing.context import Rendition

MAX_BYTES = 20 << 20
DEADLINE_S = 20.0
_DIED = (WorkerCrashed, WorkerFailed, WorkerTimeout)


def take_document(desk: Desk, origin: Origin, data: bytes) -> tuple[ObjectId, ...]:
    """Hand the pages of a document in; gives the objects they are, in order.

    Raises:
        RefusedError: 403, 404, 413 or 422 with the reason; 503, and nothing was accepted.
    """
    origin.check(desk.database, Act.ADD_DOCUMENT)
    try:
        pages, code = desk.pool.run(document_pages, data, deadline_s=DEADLINE_S)
    except _DIED:
        raise RefusedError(422, "damaged_file") from None
    if code:
        raise RefusedError(413 if code == "too_many_pages" else 422, code)
    digest = hashlib.sha256(data).digest()
    return tuple(
        _hand_in(desk, origin, page, desk.name(b"hecha document 1", origin, digest, str(number)))
        for number, page in enumerate(pages, 1)
    )


def _hand_in(desk: Desk, origin: Origin, page: bytes, object_: ObjectId) -> ObjectId:
    person = origin.actor.person
    claim = Claim(origin.sender, Lane.DOCUMENT, object_, "image/jpeg", actor=person)
    return desk.put(origin, Rendition.DOCUMENT, page, claim, object_)
