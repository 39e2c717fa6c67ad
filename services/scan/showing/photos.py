"""Showing a photo to whoever took it for a guardian, and where on it the trouble is."""

from services.scan.cells.verdicts import polygons_of
from services.scan.holding import Desk
from services.scan.piles import aim_of_photo, note_look, view_to_open
from shared.contracts.look_commands import LookAtPhoto, PhotoToOpen


def look_at_photo(desk: Desk, request: LookAtPhoto) -> PhotoToOpen:
    """Which view shows a photo, and what on it; the look is on record.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or no photo of theirs to see.
        PageNotSeenError: nobody has laid it flat yet.
    """
    with desk.database.transaction() as tx:
        aim = aim_of_photo(tx, request.object)
    note_look(desk, request.actor, aim, "look_at_photo")
    view, seen = view_to_open(desk, request.object)
    return PhotoToOpen(view, polygons_of(seen.places_in_view))
