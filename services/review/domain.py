"""The life of a change entry: which step leads where, and who may say what about it.

Source: campaign workflow, S4 (entry, school approval), P6, C3, K3 (key data one by one).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.contracts.fields import FieldKind
from shared.contracts.review_commands import EntryState, ReturnReason, Verdict
from shared.kernel.errors_review import EntryStateError, OwnEntryError, VerdictReasonError
from shared.kernel.ids import CampaignId, EntryId, PersonId, SheetId, StudentId, UnitCode


class Step(StrEnum):
    """What can happen to an entry."""

    EDIT = "edit"
    QUERY = "query"
    ANSWER = "answer"
    DROP = "drop"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ENDORSE = "endorse"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    UNDO = "undo"
    APPLY = "apply"
    CONFLICT = "conflict"
    EXPIRE = "expire"


class Stage(StrEnum):
    """Which of the people who have to agree is asked now."""

    ENDORSE = "endorse"  # the school leader, where the campaign wants it first
    DECIDE = "decide"


_S, _T = EntryState, Step
NEXT: dict[tuple[EntryState, Step], EntryState] = {
    (_S.DRAFTED, _T.EDIT): _S.DRAFTED,
    (_S.DRAFTED, _T.QUERY): _S.QUERIED,
    (_S.DRAFTED, _T.DROP): _S.DROPPED,
    (_S.DRAFTED, _T.SUBMIT): _S.SUBMITTED,
    (_S.QUERIED, _T.ANSWER): _S.DRAFTED,
    (_S.QUERIED, _T.DROP): _S.DROPPED,
    (_S.SUBMITTED, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _T.ENDORSE): _S.SUBMITTED,
    (_S.SUBMITTED, _T.APPROVE): _S.APPROVED,
    (_S.SUBMITTED, _T.RETURN): _S.RETURNED,
    (_S.SUBMITTED, _T.REJECT): _S.REJECTED,
    (_S.SUBMITTED, _T.EXPIRE): _S.EXPIRED,
    (_S.RETURNED, _T.EDIT): _S.DRAFTED,
    (_S.RETURNED, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, _T.EXPIRE): _S.EXPIRED,
    (_S.RETURNED, _T.UNDO): _S.SUBMITTED,
    (_S.REJECTED, _T.UNDO): _S.SUBMITTED,
    (_S.APPROVED, _T.UNDO): _S.SUBMITTED,
    (_S.APPROVED, _T.APPLY): _S.APPLIED,
    (_S.APPROVED, _T.CONFLICT): _S.CONFLICTED,
    (_S.CONFLICTED, _T.EDIT): _S.DRAFTED,
    (_S.CONFLICTED, _T.WITHDRAW): _S.WITHDRAWN,
}
# The school still has to do something: the sheet does not count as entered.
UNFINISHED = frozenset({_S.DRAFTED, _S.QUERIED, _S.RETURNED, _S.CONFLICTED})
# Somebody else has to do something.
ON_THE_WAY = frozenset({_S.SUBMITTED, _S.APPROVED})
# A sheet has one entry of a field at a time that is not over.
OPEN = UNFINISHED | ON_THE_WAY
# It asks for something: none of these, and the sheet asks for no change.
ASKING = OPEN | {_S.APPLIED, _S.REJECTED}
STEP_OF_VERDICT = {
    Verdict.APPROVE: Step.APPROVE,
    Verdict.RETURN: Step.RETURN,
    Verdict.REJECT: Step.REJECT,
}
# What a task is put back with.
IN_NO_HANDS: dict[str, None] = {"holder": None, "held_since": None, "held_until": None}


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of one sheet on its way; the values lie sealed beside it."""

    entry: EntryId
    campaign: CampaignId
    sheet: SheetId
    student: StudentId
    unit: UnitCode  # the class
    field: str
    kind: FieldKind
    state: EntryState
    stage: Stage
    revision: int  # submissions so far
    sequence: int  # changes so far
    record_version: int  # of the old value
    entered_by: PersonId  # who typed it last
    created_at: datetime
    touched_at: datetime
    queue: UnitCode | None  # whose decision it waits for
    due: date | None
    holder: PersonId | None
    held_since: datetime | None
    held_until: datetime | None
    findings: tuple[str, ...]


def after(entry: Entry, step: Step) -> EntryState:
    """Where a step leads.

    Raises:
        EntryStateError: nowhere from here.
    """
    if step is Step.DROP and entry.state is EntryState.DRAFTED and entry.revision > 0:
        return EntryState.WITHDRAWN  # it was asked for once: others have to know
    found = NEXT.get((entry.state, step))
    if found is None:
        raise EntryStateError(entry.entry, entry.state, step)
    return found


def deciding_unit(kind: FieldKind, school: UnitCode, managed_by: UnitCode) -> UnitCode:
    """Name the unit that decides an entry.

    Source: campaign workflow, S4 (maintenance: school leader), P6, C3, K3 (key data).
    """
    return managed_by if kind is FieldKind.KEY_DATA else school


def first_stage(kind: FieldKind, *, is_endorsed_first: bool) -> Stage:
    """Who is asked first: the leader where the campaign wants key data endorsed."""
    needs_leader = kind is FieldKind.KEY_DATA and is_endorsed_first
    return Stage.ENDORSE if needs_leader else Stage.DECIDE


def check_verdict(
    entry: Entry, verdict: Verdict, *, reason: ReturnReason | None, has_note: bool
) -> None:
    """Refuse a return or rejection without a reason, and "other" without words.

    Raises:
        VerdictReasonError: it lacks either.
    """
    if verdict is Verdict.APPROVE:
        return
    if reason is None or (reason is ReturnReason.OTHER and not has_note):
        raise VerdictReasonError(entry.entry)


def check_checker(entry: Entry, makers: frozenset[PersonId], person: PersonId) -> None:
    """Refuse a verdict of anybody who made the entry, in whatever revision.

    Raises:
        OwnEntryError: they did.
    """
    if person == entry.entered_by or person in makers:
        raise OwnEntryError(entry.entry)
