"""What people may ask of scan about the paper of one sheet."""

from services.scan import holding
from services.scan.cells.looking import Looker
from services.scan.showing import photos, usecases
from services.scan.showing.usecases import Desk, Hands
from shared.contracts.look_commands import (
    LookAtPage,
    LookAtPhoto,
    PageToOpen,
    PhotoToOpen,
    ReadCells,
    SheetSeen,
)
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database
from shared.plumbing.rpc import serves


class Showing:
    """Looks of people."""

    database: Database
    actors: Actors
    looker: Looker
    hands: Hands

    @serves
    def read_cells(self, request: ReadCells) -> SheetSeen:
        """What was seen on a sheet."""
        return usecases.read_cells(self._desk(), self.actors.of(request.actor), request)

    @serves
    def look_at_page(self, request: LookAtPage) -> PageToOpen:
        """Which view shows a side or place of a sheet."""
        return usecases.look_at_page(self._desk(), self.actors.of(request.actor), request)

    @serves
    def look_at_photo(self, request: LookAtPhoto) -> PhotoToOpen:
        """Which view shows a photo, and what on it is the matter."""
        return photos.look_at_photo(holding.Desk(self.database, self.actors), request)

    def _desk(self) -> Desk:
        return Desk(self.database, self.looker.vault, self.hands)
