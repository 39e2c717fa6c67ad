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


class DuplicateNotSeenError(DomainError):
    """The ID number is held elsewhere and nobody has looked at both records; args: entry."""

    code = "duplicate_not_seen"


class RecordsAwayError(DomainError):
    """Roster did not answer in time; nothing was changed."""

    code = "records_away"
