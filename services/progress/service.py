"""Progress on the bus: what it hears, and what it answers."""

from services.progress import usecases
from services.progress.settings import ProgressSettings
from shared.contracts.events import (
    PhotoUnreadable,
    ScopeCounted,
    SheetIssued,
    SheetPhotographed,
    SheetReturned,
    UnitRegistered,
)
from shared.contracts.progress_commands import (
    Children,
    ChildrenRequest,
    CountsRequest,
    UnitCounts,
)
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.hears import Heard, hears
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import serves


class ProgressService:
    """Counts per class, and up to the province."""

    name = "progress"

    database = DatabaseProvider()
    settings = SettingsProvider(ProgressSettings)

    @hears(UnitRegistered)
    def on_unit_registered(self, heard: Heard[UnitRegistered]) -> None:
        """A unit exists or was moved."""
        usecases.register_unit(heard)

    @hears(ScopeCounted)
    def on_scope_counted(self, heard: Heard[ScopeCounted]) -> None:
        """The pupils of a class were counted."""
        usecases.count_scope(heard)

    @hears(SheetIssued)
    def on_sheet_issued(self, heard: Heard[SheetIssued]) -> None:
        """Sheets of a class were printed."""
        usecases.issue_sheets(heard)

    @hears(SheetPhotographed)
    def on_sheet_photographed(self, heard: Heard[SheetPhotographed]) -> None:
        """A page was matched to a sheet."""
        usecases.mark_photographed(heard)

    @hears(SheetReturned)
    def on_sheet_returned(self, heard: Heard[SheetReturned]) -> None:
        """A sheet came back."""
        usecases.mark_returned(heard)

    @hears(PhotoUnreadable)
    def on_photo_unreadable(self, heard: Heard[PhotoUnreadable]) -> None:
        """Nothing could be read on a page."""
        usecases.mark_unreadable(heard)

    @serves
    def counts(self, request: CountsRequest) -> UnitCounts:
        """The counts of one unit."""
        return usecases.counts(self.database, request)

    @serves
    def children(self, request: ChildrenRequest) -> Children:
        """The counts of every unit directly below one."""
        return usecases.children(self.database, request)
