"""Takes photos of sheets in from people who are signed in: stripped, sealed, handed in.

From there on a photo is like a guardian's: storage keeps it, scan reads it, and it counts for
whomever its code names. What differs is on record: who handed it in.
"""

import hashlib

from services.scan import store
from services.scan.intake.desk import Desk
from services.scan.intake.origin import Origin
from services.scan.uploads.domain import RefusedError
from shared.contracts.events import Lane
from shared.kernel.authority import Act
from shared.kernel.ids import ObjectId, SheetId
from shared.pictures.clean import clean
from shared.pictures.picture import NotAPictureError
from shared.plumbing.offload import thread
from shared.sealing.claim import Claim
from shared.sealing.context import Rendition

MAX_BYTES = 20 << 20


def take_photo(desk: Desk, origin: Origin, sheet: SheetId | None, data: bytes) -> ObjectId:
    """Hand a photo in; gives the object it is. The same photo again is the same object.

    Args:
        desk: what taking in needs.
        origin: who hands it in, and for which class.
        sheet: whose it should be; None: whomever its code names.
        data: the file.

    Raises:
        RefusedError: 403, 404 or 422 with the reason; 503, and nothing was accepted.
    """
    origin.check(desk.database, Act.SEND_PHOTO)
    if sheet is not None:
        _check_of_class(desk, origin, sheet)
    try:
        picture = thread(clean, data)
    except NotAPictureError as error:
        raise RefusedError(422, error.code) from None
    digest = hashlib.sha256(picture.body).digest()
    object_ = desk.name(b"hecha photo 1", origin, digest, sheet or "")
    with desk.database.transaction() as tx:
        # Before anything reads it: its printed number may need the class beside it.
        store.note_class(tx, object_, origin.unit)
    claim = Claim(
        origin.sender,
        Lane.PHOTO,
        object_,
        picture.kind.value,
        ticket=sheet,
        actor=origin.actor.person,
        orientation=picture.orientation,
    )
    return desk.put(origin, Rendition.ORIGINAL, picture.body, claim, object_)


def _check_of_class(desk: Desk, origin: Origin, sheet: SheetId) -> None:
    with desk.database.transaction() as tx:
        row = store.sheet_of(tx, sheet)
    if row is None or row.unit != origin.unit:
        raise RefusedError(404, "unknown_sheet")
