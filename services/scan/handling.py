"""What people may ask of scan about bulk scans: one method per command."""

from services.scan import batches, candidates, page_acts, piles, taking_back
from services.scan.holding import Desk
from services.scan.settings import ScanSettings
from services.scan.uploads.providers import tickets_of
from shared.contracts.batch_commands import (
    AssignPage,
    BatchAct,
    BatchDone,
    Batches,
    BatchReport,
    Candidates,
    CommitBatch,
    DiscardOpen,
    DiscardPage,
    FindSheet,
    FoundSheet,
    HandOverBatch,
    ListBatches,
    ListOpenPages,
    LookAtBatchPage,
    OpenPages,
    ShowBatch,
    ShowCandidates,
    TakeBackBatch,
    TakenBack,
    TakeUploadTicket,
    UndoPage,
    UploadTicket,
)
from shared.contracts.look_commands import PageToOpen
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database
from shared.plumbing.rpc import serves


class Handling:
    """Bulk scans in people's hands."""

    database: Database
    actors: Actors
    settings: ScanSettings

    @serves
    def list_batches(self, request: ListBatches) -> Batches:
        """The batches of a school."""
        return piles.list_batches(self._batch_desk(), request)

    @serves
    def show_batch(self, request: ShowBatch) -> BatchReport:
        """A batch with its pages, and who is missing."""
        return piles.show_batch(self._batch_desk(), request)

    @serves
    def list_open_pages(self, request: ListOpenPages) -> OpenPages:
        """Pages that only a person can place."""
        return piles.list_open_pages(self._batch_desk(), request)

    @serves
    def show_candidates(self, request: ShowCandidates) -> Candidates:
        """Whose a page may be."""
        return piles.show_candidates(self._batch_desk(), request)

    @serves
    def look_at_batch_page(self, request: LookAtBatchPage) -> PageToOpen:
        """Which view shows a page of a batch."""
        return piles.look_at_batch_page(self._batch_desk(), request)

    @serves
    def take_upload_ticket(self, request: TakeUploadTicket) -> UploadTicket:
        """A ticket for the upload door."""
        return piles.take_ticket(self._batch_desk(), tickets_of(self.settings), request)

    @serves
    def find_sheet(self, request: FindSheet) -> FoundSheet:
        """The sheet of a printed number."""
        return candidates.find_sheet(self._batch_desk(), request)

    @serves
    def hold_batch(self, request: BatchAct) -> BatchDone:
        """Take a batch for five minutes."""
        return batches.hold(self._batch_desk(), request)

    @serves
    def let_batch_go(self, request: BatchAct) -> BatchDone:
        """Let others work on a batch."""
        return batches.let_go(self._batch_desk(), request)

    @serves
    def hand_over_batch(self, request: HandOverBatch) -> BatchDone:
        """Give a batch to somebody else."""
        return batches.hand_over(self._batch_desk(), request)

    @serves
    def commit_batch(self, request: CommitBatch) -> BatchDone:
        """Let pages count."""
        return batches.commit_batch(self._batch_desk(), request)

    @serves
    def take_back(self, request: TakeBackBatch) -> TakenBack:
        """Let committed pages count no more."""
        return taking_back.take_back(self._batch_desk(), request)

    @serves
    def discard_batch(self, request: BatchAct) -> BatchDone:
        """Throw a whole batch away."""
        return batches.discard_batch(self._batch_desk(), request)

    @serves
    def discard_page(self, request: DiscardPage) -> BatchDone:
        """Throw a page away."""
        return page_acts.discard_page(self._batch_desk(), request)

    @serves
    def discard_open(self, request: DiscardOpen) -> BatchDone:
        """Throw away every page that nobody placed."""
        return page_acts.discard_open(self._batch_desk(), request)

    @serves
    def assign_page(self, request: AssignPage) -> BatchDone:
        """Say whose page it is."""
        return page_acts.assign_page(self._batch_desk(), request)

    @serves
    def undo_page(self, request: UndoPage) -> BatchDone:
        """Take back what was last done to a page."""
        return page_acts.undo_page(self._batch_desk(), request)

    def _batch_desk(self) -> Desk:
        return Desk(self.database, self.actors)
