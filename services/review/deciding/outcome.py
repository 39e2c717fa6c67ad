"""What a verdict would leave behind: coupled fields are decided one by one, and still agree."""

from services.review.domain import Entry
from services.review.entries import store as entries
from services.review.entries.outcome import ID_HELD_ELSEWHERE, contradictions, outcome
from services.review.office import Office
from shared.contracts.review_commands import EntryState, Verdict
from shared.kernel.errors_review import DuplicateNotSeenError, VerdictReasonError
from shared.kernel.ids import PersonId
from shared.plumbing.database import Tx

_WILL_STAND = frozenset({EntryState.SUBMITTED, EntryState.APPROVED, EntryState.APPLIED})


def check_consistent(
    office: Office, tx: Tx, entry: Entry, verdict: Verdict, *, has_note: bool
) -> None:
    """A verdict that would leave the record inconsistent needs a written reason.

    Siblings that wait, or were approved, are taken as standing; this entry as it is decided.

    Raises:
        VerdictReasonError: there is none.
    """
    if has_note:
        return
    standing: list[tuple[str, str]] = []
    current: dict[str, str] = {}
    for one in entries.entries_of(tx, entry.sheet):
        difference = office.vault.open(one.entry, entries.sealed_of(tx, one.entry))
        if one.entry == entry.entry or one.state in _WILL_STAND:
            current |= difference.beside
        is_standing = one.state in _WILL_STAND and one.entry != entry.entry
        if is_standing or (one.entry == entry.entry and verdict is Verdict.APPROVE):
            standing.append((one.field, difference.new))
    touched = [field for field, _ in standing] + [entry.field]
    if contradictions(outcome(current, standing), touched, office.today()):
        raise VerdictReasonError(entry.entry)


def check_duplicate_seen(tx: Tx, entry: Entry, verdict: Verdict, person: PersonId) -> None:
    """A number that another record holds is approved only after a look at both.

    Raises:
        DuplicateNotSeenError: this person has not looked.
    """
    if verdict is not Verdict.APPROVE or ID_HELD_ELSEWHERE not in entry.findings:
        return
    if not entries.has_looked(tx, entry, person):
        raise DuplicateNotSeenError(entry.entry)
