"""Scan on the bus: what it hears, and what it answers."""

from services.scan import places, usecases
from services.scan.cells.providers import LookerProvider
from services.scan.cells.usecases import look_at
from services.scan.handling import Handling
from services.scan.open_photos.serving import OpenPhotoDesk
from services.scan.providers import ReaderProvider
from services.scan.settings import ScanSettings
from services.scan.showing.providers import HandsProvider
from services.scan.showing.serving import Showing
from services.scan.ticks.serving import Ticking
from services.scan.uploads.providers import UploadsProvider
from shared.contracts.change_events import ChangeEntered, SheetConfirmed
from shared.contracts.events import (
    CoverIssued,
    LayoutPublished,
    PageRead,
    PhotoDamaged,
    PhotoKept,
    SheetIssued,
    UnitRegistered,
)
from shared.contracts.scan_commands import (
    PhotoState,
    PhotoStateRequest,
    PhotoStates,
    PhotoStatesRequest,
    Returns,
    ReturnsRequest,
)
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.hears import Heard, hears
from shared.plumbing.operated import Operated
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import serves


class ScanService(Showing, OpenPhotoDesk, Handling, Ticking, Operated):
    """Paper in: photos to sheets; who has returned."""

    name = "scan"

    database = DatabaseProvider()
    settings = SettingsProvider(ScanSettings)
    reader = ReaderProvider()
    looker = LookerProvider()
    uploads = UploadsProvider()
    actors = ActorsProvider()
    hands = HandsProvider()

    @hears(UnitRegistered)
    def on_unit_registered(self, heard: Heard[UnitRegistered]) -> None:
        """A unit exists or was moved."""
        places.keep_unit(heard)

    @hears(SheetIssued)
    def on_sheet_issued(self, heard: Heard[SheetIssued]) -> None:
        """Sheets were printed."""
        usecases.keep_issued(heard)

    @hears(CoverIssued)
    def on_cover_issued(self, heard: Heard[CoverIssued]) -> None:
        """A class cover was printed."""
        usecases.keep_cover(heard)

    @hears(ChangeEntered)
    def on_change_entered(self, heard: Heard[ChangeEntered]) -> None:
        """A change was entered from a sheet."""
        usecases.keep_entered(heard)

    @hears(SheetConfirmed)
    def on_sheet_confirmed(self, heard: Heard[SheetConfirmed]) -> None:
        """A sheet was confirmed to ask for nothing."""
        usecases.keep_entered(heard)

    @hears(LayoutPublished)
    def on_layout_published(self, heard: Heard[LayoutPublished]) -> None:
        """A province's own layout was frozen."""
        usecases.keep_layout(heard)

    @hears(PhotoDamaged)
    def on_photo_damaged(self, heard: Heard[PhotoDamaged]) -> None:
        """Storage could not verify an object."""
        usecases.note_damaged(heard)

    @hears(PhotoKept, lane="photo", per_province=True)
    def on_photo_kept(self, heard: Heard[PhotoKept]) -> None:
        """A photo is in the archive."""
        usecases.read_kept(heard, self.reader)

    @hears(PhotoKept, lane="page", per_province=True)
    def on_page_kept(self, heard: Heard[PhotoKept]) -> None:
        """A page of a bulk scan is in the archive."""
        usecases.read_page_kept(heard, self.reader)

    @hears(PageRead, lane="photo", per_province=True, gives_way=True)
    def on_photo_read(self, heard: Heard[PageRead]) -> None:
        """A photo has its state: what is in its cells?"""
        look_at(heard, self.looker)

    @hears(PageRead, lane="page", per_province=True, gives_way=True)
    def on_page_read(self, heard: Heard[PageRead]) -> None:
        """A page of a bulk scan has its state: what is in its cells?"""
        look_at(heard, self.looker)

    @serves
    def photo_state(self, request: PhotoStateRequest) -> PhotoState:
        """What became of a photo."""
        return usecases.photo_state(self.database, request)

    @serves
    def photo_states(self, request: PhotoStatesRequest) -> PhotoStates:
        """What became of some photos."""
        return usecases.photo_states(self.database, request)

    @serves
    def returns(self, request: ReturnsRequest) -> Returns:
        """Which sheets of a class are still out."""
        return usecases.returns(self.database, request)
