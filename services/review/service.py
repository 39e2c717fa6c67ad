"""Review on the bus: what it hears, and what roster asks; people's commands: `*/serving.py`."""

from nameko.timer import timer

from services.review import applying, learning
from services.review.deciding.serving import Deciding
from services.review.entries.serving import Entering
from services.review.entries.showing import changes_of_sheet
from services.review.lane.serving import Confirming
from services.review.providers import OfficeProvider
from services.review.querying.serving import Querying
from services.review.reality.serving import CheckingReality
from services.review.reconciling.serving import Reconciling
from services.review.settings import ReviewSettings
from services.review.watching import clock
from services.review.watching.serving import Watching
from services.review.worklist.serving import Working
from shared.contracts.audit_events import CheckpointWitnessed
from shared.contracts.change_events import ChangeApplied, ChangeConflicted
from shared.contracts.events import (
    CampaignOpened,
    CellsRead,
    RecordChanged,
    SheetIssued,
    SheetPhotographed,
    SheetReturned,
    UnitRegistered,
    WindowClosed,
    WindowOpened,
)
from shared.contracts.ledger_commands import SheetChanges, SheetChangesRequest
from shared.contracts.record_commands import ApprovedValue, ApprovedValueRequest
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.hears import Heard, hears
from shared.plumbing.operated import Operated
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import serves

CLOCK_EVERY_S = 600


class ReviewService(
    Entering,
    Querying,
    Reconciling,
    Confirming,
    Deciding,
    Watching,
    CheckingReality,
    Working,
    Operated,
):
    """Changes on their way from paper into the record."""

    name = "review"

    database = DatabaseProvider()
    settings = SettingsProvider(ReviewSettings)
    actors = ActorsProvider()
    office = OfficeProvider()

    @hears(UnitRegistered)
    def on_unit_registered(self, heard: Heard[UnitRegistered]) -> None:
        """A unit exists or was moved."""
        learning.keep_unit(heard)

    @hears(CampaignOpened)
    def on_campaign_opened(self, heard: Heard[CampaignOpened]) -> None:
        """A campaign exists, or was changed."""
        learning.keep_campaign(heard)

    @hears(WindowOpened)
    def on_window_opened(self, heard: Heard[WindowOpened]) -> None:
        """A switch was set."""
        learning.keep_window(heard)

    @hears(WindowClosed)
    def on_window_closed(self, heard: Heard[WindowClosed]) -> None:
        """A setting was taken away."""
        learning.end_window(heard)

    @hears(SheetIssued)
    def on_sheet_issued(self, heard: Heard[SheetIssued]) -> None:
        """Sheets of a class were printed."""
        learning.keep_sheets(heard)

    @hears(CellsRead)
    def on_cells_read(self, heard: Heard[CellsRead]) -> None:
        """The cells of a page were looked at."""
        learning.keep_cells(heard)

    @hears(SheetReturned)
    def on_sheet_returned(self, heard: Heard[SheetReturned]) -> None:
        """A sheet is back at school."""
        learning.keep_return(heard)

    @hears(SheetPhotographed)
    def on_sheet_photographed(self, heard: Heard[SheetPhotographed]) -> None:
        """A page was matched to a sheet."""
        learning.keep_photo(heard)

    @hears(RecordChanged)
    def on_record_changed(self, heard: Heard[RecordChanged]) -> None:
        """A record got a new version."""
        learning.keep_record_change(heard)

    @hears(CheckpointWitnessed)
    def on_checkpoint_witnessed(self, heard: Heard[CheckpointWitnessed]) -> None:
        """The audit log was countersigned."""
        learning.keep_word_of_witness(heard)

    @hears(ChangeApplied)
    def on_change_applied(self, heard: Heard[ChangeApplied]) -> None:
        """An approved change stands in the record."""
        applying.note_applied(self.office, heard)

    @hears(ChangeConflicted)
    def on_change_conflicted(self, heard: Heard[ChangeConflicted]) -> None:
        """The record had changed meanwhile."""
        applying.note_conflict(self.office, heard)

    @timer(interval=CLOCK_EVERY_S)  # type: ignore[untyped-decorator]  # nameko ships no types
    def look_at_the_clock(self) -> None:
        """Remind, escalate, close what nobody touched."""
        clock.remind(self.office)
        clock.expire(self.office)

    @serves
    def approved_value(self, request: ApprovedValueRequest) -> ApprovedValue:
        """What roster applies."""
        return applying.approved_value(self.office, request)

    @serves
    def sheet_changes(self, request: SheetChangesRequest) -> SheetChanges:
        """Where a sheet's changes stand, for its guardian."""
        return changes_of_sheet(self.office, request)
