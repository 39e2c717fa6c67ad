"""Showing a photo to whoever took it for a guardian, and where on it the trouble is."""

from services.scan.cells.looking import view_of
from services.scan.cells.store import flat_page
from services.scan.cells.verdicts import polygons_of
from services.scan.holding import Desk
from services.scan.piles import aim_of_photo, note_look
from shared.contracts.look_commands import LookAtPhoto, PhotoToOpen
from shared.kernel.errors import PageNotSeenError
from shared.kernel.ids import SheetId

PAGE = 0  # a photo is one page


def look_at_photo(desk: Desk, request: LookAtPhoto) -> PhotoToOpen:
    """Which view shows a photo, and what on it; the look is on record.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or no photo of theirs to see.
        PageNotSeenError: nobody has laid it flat yet.
    """
    with desk.database.transaction() as tx:
        aim = aim_of_photo(tx, request.object)
    note_look(desk, request.actor, aim, "look_at_photo")
    with desk.database.transaction() as tx:
        row = flat_page(tx, request.object, PAGE)
    if row is None:
        raise PageNotSeenError(request.object)
    sheet = SheetId(row.sheet) if row.sheet else None
    return PhotoToOpen(view_of(request.object, sheet), polygons_of(row.places_in_view))
