"""What clerks and registrars may ask of review about entries."""

from services.review.documents import add_document, look_at_document, take_document_back
from services.review.entries import entering, submitting
from services.review.office import Office
from shared.contracts.look_commands import PageToOpen
from shared.contracts.review_commands import (
    AddDocument,
    DocumentAdded,
    EnterChange,
    EntriesShown,
    EntryShown,
    LookAtDocument,
    ShowEntries,
    ShowEntry,
    SubmitChanges,
    TakeDocumentBack,
    WithdrawChange,
)
from shared.plumbing.actors import Actors
from shared.plumbing.rpc import serves


class Entering:
    """Entering from a sheet."""

    office: Office
    actors: Actors

    @serves
    def enter_change(self, request: EnterChange) -> EntryShown:
        """Draft a change of one field."""
        return entering.enter_change(self.office, self.actors.of(request.actor), request)

    @serves
    def show_entries(self, request: ShowEntries) -> EntriesShown:
        """The entries of a sheet."""
        return entering.show_entries(self.office, self.actors.of(request.actor), request)

    @serves
    def show_entry(self, request: ShowEntry) -> EntryShown:
        """One entry with its history."""
        return entering.show_entry(self.office, self.actors.of(request.actor), request)

    @serves
    def add_document(self, request: AddDocument) -> DocumentAdded:
        """Tie a proof to an entry."""
        return add_document(self.office, self.actors.of(request.actor), request)

    @serves
    def take_document_back(self, request: TakeDocumentBack) -> DocumentAdded:
        """Untie a proof from an entry."""
        return take_document_back(self.office, self.actors.of(request.actor), request)

    @serves
    def look_at_document(self, request: LookAtDocument) -> PageToOpen:
        """Which page of a proof to open."""
        return look_at_document(self.office, self.actors.of(request.actor), request)

    @serves
    def submit_changes(self, request: SubmitChanges) -> EntriesShown:
        """Submit drafts of a sheet."""
        return submitting.submit_changes(self.office, self.actors.of(request.actor), request)

    @serves
    def withdraw_change(self, request: WithdrawChange) -> EntryShown:
        """Ask for a change no more."""
        return submitting.withdraw_change(self.office, self.actors.of(request.actor), request)
