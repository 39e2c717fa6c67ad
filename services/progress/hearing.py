"""What progress hears of changes: one half of its class, so that neither half is too long."""

from services.progress import changes
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
from shared.plumbing.hears import Heard, hears


class HearsChanges:
    """Handlers of every fact about entries and entered sheets."""

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
