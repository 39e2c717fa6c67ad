"""Progress on the bus: what it hears, and what it answers."""

from services.progress import changes, usecases
from services.progress.settings import ProgressSettings
from shared.contracts.change_events import (
    ChangeApplied,
    ChangeApproved,
    ChangeConflicted,
    ChangeEntered,
    ChangeExpired,
    ChangeQueried,
    ChangeRejected,
    ChangeReturned,
    ChangeWithdrawn,
    SheetConfirmed,
    SheetEntered,
)
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

    @hears(SheetConfirmed)
    def on_sheet_confirmed(self, heard: Heard[SheetConfirmed]) -> None:
        """A sheet asks for no change."""
        changes.confirm_sheet(heard)

    @hears(SheetEntered)
    def on_sheet_entered(self, heard: Heard[SheetEntered]) -> None:
        """A sheet is entered, or open again."""
        changes.enter_sheet(heard)

    @hears(ChangeQueried)
    def on_change_queried(self, heard: Heard[ChangeQueried]) -> None:
        """A guardian is asked about a change, or has answered."""
        changes.note_query(heard)

    @hears(ChangeEntered)
    def on_change_entered(self, heard: Heard[ChangeEntered]) -> None:
        """A change was submitted."""
        changes.note_stage(heard)

    @hears(ChangeReturned)
    def on_change_returned(self, heard: Heard[ChangeReturned]) -> None:
        """A change went back to the school."""
        changes.note_stage(heard)

    @hears(ChangeApproved)
    def on_change_approved(self, heard: Heard[ChangeApproved]) -> None:
        """A change was approved."""
        changes.note_stage(heard)

    @hears(ChangeRejected)
    def on_change_rejected(self, heard: Heard[ChangeRejected]) -> None:
        """A change was refused for good."""
        changes.note_stage(heard)

    @hears(ChangeWithdrawn)
    def on_change_withdrawn(self, heard: Heard[ChangeWithdrawn]) -> None:
        """A change is not asked for any more."""
        changes.note_stage(heard)

    @hears(ChangeExpired)
    def on_change_expired(self, heard: Heard[ChangeExpired]) -> None:
        """A change lay untouched too long."""
        changes.note_stage(heard)

    @hears(ChangeApplied)
    def on_change_applied(self, heard: Heard[ChangeApplied]) -> None:
        """A change stands in the record."""
        changes.note_stage(heard)

    @hears(ChangeConflicted)
    def on_change_conflicted(self, heard: Heard[ChangeConflicted]) -> None:
        """The record held another value."""
        changes.note_stage(heard)

    @serves
    def counts(self, request: CountsRequest) -> UnitCounts:
        """The counts of one unit."""
        return usecases.counts(self.database, request)

    @serves
    def children(self, request: ChildrenRequest) -> Children:
        """The counts of every unit directly below one."""
        return usecases.children(self.database, request)
