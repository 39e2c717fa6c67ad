"""Refusals of the workflow of changes: entering, deciding, confirming, settling.

Arguments are ids and codes only; see `errors`.
"""

from shared.kernel.errors import DomainError


class UnknownEntryError(DomainError):
    """No change entry has this id; args: entry."""

    code = "unknown_entry"


class UnknownFieldError(DomainError):
    """The catalogue has no such field, or it is not entered from a sheet; args: field."""

    code = "unknown_field"


class InvalidValueError(DomainError):
    """What was typed is no value of the field; args: field, reason code."""

    code = "invalid_value"


class NoChangeError(DomainError):
    """The new value is what the record holds already; args: field."""

    code = "no_change"


class EntryStateError(DomainError):
    """The entry is not in a state for this; args: entry, state, step."""

    code = "entry_state"


class EntryMovedError(DomainError):
    """The entry changed since it was seen; args: entry, its sequence now."""

    code = "entry_moved"


class SheetNotBackError(DomainError):
    """The paper is not at school: not returned, or declined and not photographed; args: sheet."""

    code = "sheet_not_back"


class OwnEntryError(DomainError):
    """Whoever entered a change may not decide it; args: entry."""

    code = "own_entry"


class NotLeasedError(DomainError):
    """The entry is not in this person's hands, or no longer; args: entry."""

    code = "not_leased"


class EntryHeldError(DomainError):
    """Somebody else has the entry; args: entry, holder, until (ISO 8601)."""

    code = "entry_held"


class VerdictReasonError(DomainError):
    """A return or rejection needs a reason of the list; some verdicts need words; args: entry."""

    code = "verdict_reason"


class TooLateToUndoError(DomainError):
    """The word has left, or was never this person's; args: entry."""

    code = "too_late_to_undo"


class InconsistentOutcomeError(DomainError):
    """The entries together would leave the record inconsistent; args: sheet, reason codes."""

    code = "inconsistent_outcome"


class DocumentNeededError(DomainError):
    """The field demands a supporting document; args: entry, field."""

    code = "document_needed"


class UnwatchedError(DomainError):
    """The audit log has had no word of its witness lately: key data is not approved; args: entry."""

    code = "unwatched"


class DuplicateNotSeenError(DomainError):
    """The ID number is held elsewhere and nobody has looked at both records; args: entry."""

    code = "duplicate_not_seen"


class UnknownDocumentError(DomainError):
    """The province's storage keeps no such object, so it proves nothing; args: object."""

    code = "unknown_document"


class DocumentRefusedError(DomainError):
    """What was sent as a supporting document was not taken in; args: a code that says why."""

    code = "document_refused"


class DocumentsAwayError(DomainError):
    """Storage did not answer in time; nothing was tied."""

    code = "documents_away"


class NoDisagreementError(DomainError):
    """Paper and entries do not differ so about the field; args: sheet, field."""

    code = "no_disagreement"


class WordsNeededError(DomainError):
    """The reason "other" needs words; args: the object."""

    code = "words_needed"


class NothingToConfirmError(DomainError):
    """No sheet seems to ask for no change; args: unit or sheet."""

    code = "nothing_to_confirm"


class UnknownSampleError(DomainError):
    """No open sample has this id, or it holds no such sheet; args: sample."""

    code = "unknown_sample"


class SampleNotSeenError(DomainError):
    """Sheets of the sample were not looked at yet; args: sample, how many."""

    code = "sample_not_seen"


class SheetUnsureError(DomainError):
    """A sheet may ask for a change: enter or settle that first; args: sheet."""

    code = "sheet_unsure"


class UnknownFindingError(DomainError):
    """No finding of the class reality check has this id; args: finding."""

    code = "unknown_finding"


class CheckIncompleteError(DomainError):
    """Pupils of the class are without a finding; args: unit, how many."""

    code = "check_incomplete"


class ProofNeededError(DomainError):
    """The finding demands a document; args: finding."""

    code = "proof_needed"


class NothingToTypeError(DomainError):
    """The entry was not chosen for a second typing, or it was typed; args: entry."""

    code = "nothing_to_type"
