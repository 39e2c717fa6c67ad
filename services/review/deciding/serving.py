"""What leaders and reviewers may ask of review: one task at a time."""

from services.review.deciding import tasks, verdicts
from services.review.deciding.duplicates import show_duplicate
from services.review.deciding.listing import list_school_changes
from services.review.office import Office
from shared.contracts.leader_commands import ListSchoolChanges, SchoolChanges
from shared.contracts.look_commands import SheetInHands, SheetInHandsRequest
from shared.contracts.review_commands import (
    DecideChange,
    DuplicateShown,
    EntryShown,
    NextTask,
    TaskCommand,
    TaskShown,
)
from shared.plumbing.actors import Actors
from shared.plumbing.rpc import serves


class Deciding:
    """Deciding one by one."""

    office: Office
    actors: Actors

    @serves
    def next_task(self, request: NextTask) -> TaskShown:
        """The most urgent decision."""
        return tasks.next_task(self.office, self.actors.of(request.actor), request)

    @serves
    def list_school_changes(self, request: ListSchoolChanges) -> SchoolChanges:
        """What waits for the leader of a school."""
        return list_school_changes(self.office, self.actors.of(request.actor), request)

    @serves
    def open_task(self, request: TaskCommand) -> TaskShown:
        """One decision out of the order."""
        return tasks.open_task(self.office, self.actors.of(request.actor), request)

    @serves
    def put_task_back(self, request: TaskCommand) -> TaskShown:
        """Let others have it."""
        return tasks.put_task_back(self.office, self.actors.of(request.actor), request)

    @serves
    def show_duplicate(self, request: TaskCommand) -> DuplicateShown:
        """Two records that claim one ID number."""
        return show_duplicate(self.office, self.actors.of(request.actor), request)

    @serves
    def decide_change(self, request: DecideChange) -> EntryShown:
        """Say a verdict."""
        return verdicts.decide_change(self.office, self.actors.of(request.actor), request)

    @serves
    def undo_decision(self, request: TaskCommand) -> EntryShown:
        """Take the own verdict back in time."""
        return verdicts.undo_decision(self.office, self.actors.of(request.actor), request)

    @serves
    def sheet_in_hands(self, request: SheetInHandsRequest) -> SheetInHands:
        """Scan asks who decides about a sheet now."""
        return tasks.sheet_in_hands(self.office, request)
