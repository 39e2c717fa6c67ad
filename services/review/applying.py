"""What roster asks of an approved change, and what became of it there."""

from services.review import store
from services.review.domain import Step
from services.review.entries import store as entries
from services.review.entries.proofs import evidence_of
from services.review.entries.steps import Move, take_step
from services.review.office import Office
from shared.contracts.change_events import ChangeApplied, ChangeConflicted
from shared.contracts.record_commands import ApprovedValue, ApprovedValueRequest
from shared.contracts.review_commands import EntryState, Verdict
from shared.kernel.errors_review import EntryStateError
from shared.kernel.ids import PersonId
from shared.plumbing.hears import Heard

_ROSTER = "service:roster"


def approved_value(office: Office, request: ApprovedValueRequest) -> ApprovedValue:
    """The value of an approved revision, as it was submitted.

    Raises:
        UnknownEntryError: there is no such entry.
        EntryStateError: this revision was not approved.
    """
    with office.database.transaction() as tx:
        entry = entries.entry_of(tx, request.entry)
        kept = entries.revision_of(tx, request.entry, request.revision)
        if kept is None or kept.verdict != Verdict.APPROVE:
            raise EntryStateError(entry.entry, entry.state, "approved_value")
        difference = office.vault.open(entry.entry, bytes(kept.difference))
        return ApprovedValue(
            entry.entry,
            request.revision,
            entry.student,
            entry.field,
            difference.old,
            difference.new,
            PersonId(kept.decided_by),
            evidence_of(tx, entry.entry),
        )


def note_applied(office: Office, heard: Heard[ChangeApplied]) -> None:
    """A change stands in the record."""
    _note(office, heard, Step.APPLY)


def note_conflict(office: Office, heard: Heard[ChangeConflicted]) -> None:
    """The record had changed meanwhile: the maker gets the entry back, with both values."""
    _note(office, heard, Step.CONFLICT)


def _note(
    office: Office, heard: Heard[ChangeApplied] | Heard[ChangeConflicted], step: Step
) -> None:
    fact = heard.fact
    with heard.transaction() as tx:
        store.sheet_of(tx, entries.entry_of(tx, fact.entry).sheet, lock=True)
        entry = entries.entry_of(tx, fact.entry, lock=True)
        if entry.state is EntryState.APPROVED and entry.revision == fact.revision:
            take_step(office, tx, entry, Move(step, _ROSTER))
