"""The verdict about one entry, and its undo. There is no command for more than one."""

from services.review import store
from services.review.acting import Acting, acting
from services.review.deciding import queue
from services.review.deciding.authority import check_queue
from services.review.deciding.outcome import check_consistent, check_duplicate_seen
from services.review.domain import (
    IN_NO_HANDS,
    STEP_OF_VERDICT,
    Entry,
    Stage,
    Step,
    check_checker,
    check_verdict,
    deciding_unit,
)
from services.review.entries import store as entries
from services.review.entries.showing import shown
from services.review.entries.steps import Move, take_step
from services.review.office import Office
from shared.contracts.actors import Actor
from shared.contracts.change_events import ChangeApproved, ChangeRejected, ChangeReturned
from shared.contracts.facts import Fact
from shared.contracts.fields import FieldKind
from shared.contracts.review_commands import (
    DecideChange,
    EntryShown,
    EntryState,
    TaskCommand,
    Verdict,
)
from shared.kernel.errors_review import (
    EntryMovedError,
    EntryStateError,
    NotLeasedError,
    TooLateToUndoError,
    UnwatchedError,
)
from shared.kernel.ids import FactId
from shared.kernel.units import codes_up, province_of_campaign
from shared.kernel.witness import is_watched
from shared.plumbing.database import Tx
from shared.plumbing.taking_back import take_back


def decide_change(office: Office, actor: Actor, request: DecideChange) -> EntryShown:
    """Say a verdict about the entry in hands; its word leaves when the undo has run out.

    Sent twice it is one verdict.

    Raises:
        NotLeasedError: it is not in the actor's hands, or no longer.
        EntryMovedError: another revision was seen.
        OwnEntryError: the actor entered it.
        VerdictReasonError: a reason of the list, or words, are missing.
        UnwatchedError: the audit log has no witness, and it is key data that would be approved.
        DuplicateNotSeenError: another record holds the number, and nobody looked at both.
        NotAllowedError: it waits for somebody else.
    """
    with (
        acting(office, actor, request, f"{request.verdict}_change", request.entry) as who,
        office.database.transaction() as tx,
    ):
        store.sheet_of(tx, entries.entry_of(tx, request.entry).sheet, lock=True)
        entry = entries.entry_of(tx, request.entry, lock=True)
        check_queue(who, entry, store.place_of(tx, entry.unit))
        if _is_repeated(tx, who, entry, request):
            return shown(office, tx, entry)
        _check(office, tx, who, entry, request)
        _check_watched(office, tx, entry, request)
        check_duplicate_seen(tx, entry, request.verdict, who.person)
        if request.verdict is not Verdict.RETURN:
            check_consistent(office, tx, entry, request.verdict, has_note=bool(request.note))
        moved = _decided(office, tx, who, entry, request)
        who.done(tx, entry.field)
        return shown(office, tx, moved)


def undo_decision(office: Office, actor: Actor, request: TaskCommand) -> EntryShown:
    """Take the own verdict back while its word has not left; the task is in hands again.

    Raises:
        TooLateToUndoError: the word left, or it was somebody else's verdict.
    """
    with (
        acting(office, actor, request, "undo_decision", request.entry) as who,
        office.database.transaction() as tx,
    ):
        store.sheet_of(tx, entries.entry_of(tx, request.entry).sheet, lock=True)
        entry = entries.entry_of(tx, request.entry, lock=True)
        check_queue(who, entry, store.place_of(tx, entry.unit))
        said = entries.revision_of(tx, entry.entry, entry.revision)
        person = who.person
        if said is None or said.decided_by != person or said.fact is None:
            raise TooLateToUndoError(entry.entry)
        if not take_back(tx, FactId(said.fact)):
            raise TooLateToUndoError(entry.entry)
        now = office.database.clock()
        queue.put_back(tx, person)
        held = {"holder": person, "held_since": now, "held_until": now + office.rules.lease}
        moved = take_step(office, tx, entry, Move(Step.UNDO, person), **held)
        forgotten = dict.fromkeys(("verdict", "decided_by", "decided_at", "reason", "fact"))
        entries.change_revision(tx, entry.entry, entry.revision, forgotten)
        who.done(tx, entry.field)
        return shown(office, tx, moved)


def _is_repeated(tx: Tx, who: Acting, entry: Entry, request: DecideChange) -> bool:
    if entry.state is EntryState.SUBMITTED or entry.revision != request.revision:
        return False
    said = entries.revision_of(tx, entry.entry, entry.revision)
    same = (request.verdict.value, who.person)
    return said is not None and (said.verdict, said.decided_by) == same


def _check(office: Office, tx: Tx, who: Acting, entry: Entry, request: DecideChange) -> None:
    if entry.state is not EntryState.SUBMITTED:
        raise EntryStateError(entry.entry, entry.state, request.verdict)
    if entry.revision != request.revision:
        raise EntryMovedError(entry.entry, entry.sequence)
    check_checker(entry, entries.makers_of(tx, entry.entry), who.person)
    until = entry.held_until
    is_mine = entry.holder == who.person and until is not None
    if not is_mine or until is None or until <= office.database.clock():
        raise NotLeasedError(entry.entry)
    check_verdict(entry, request.verdict, reason=request.reason, has_note=bool(request.note))


def _check_watched(office: Office, tx: Tx, entry: Entry, request: DecideChange) -> None:
    """Only the audit log can answer for an approval of key data: without a witness there is none."""
    is_approval = request.verdict is Verdict.APPROVE and entry.stage is Stage.DECIDE
    if not is_approval or entry.kind is not FieldKind.KEY_DATA:
        return
    last = store.witnessed_at(tx, province_of_campaign(entry.campaign))
    if not is_watched(last, office.database.clock()):
        raise UnwatchedError(entry.entry)


def _decided(office: Office, tx: Tx, who: Acting, entry: Entry, request: DecideChange) -> Entry:
    changes: dict[str, object] = dict(IN_NO_HANDS)
    reason = None if request.reason is None else request.reason.value
    is_endorsed = entry.stage is Stage.ENDORSE and request.verdict is Verdict.APPROVE
    if is_endorsed:
        place = store.place_of(tx, entry.unit)
        school = codes_up(place.path)[1]
        onward = deciding_unit(entry.kind, school, place.managed_by or school)
        changes |= {"stage": Stage.DECIDE, "queue": onward}
    step = Step.ENDORSE if is_endorsed else STEP_OF_VERDICT[request.verdict]
    move = Move(step, who.person, reason, request.note)
    moved = take_step(office, tx, entry, move, **changes)
    if not is_endorsed:
        _keep_verdict(office, tx, who, entry, moved, request)
    return moved


def _keep_verdict(
    office: Office,
    tx: Tx,
    who: Acting,
    entry: Entry,
    moved: Entry,
    request: DecideChange,
) -> None:
    now = office.database.clock()
    fact = tx.say(
        _word(moved, request),
        province=province_of_campaign(moved.campaign),
        not_before=now + office.rules.undo,
    )
    kept = {
        "verdict": request.verdict.value,
        "decided_by": who.person,
        "decided_at": now,
        "opened_at": entry.held_since,
        "reason": None if request.reason is None else request.reason.value,
        "fact": fact,
    }
    entries.change_revision(tx, moved.entry, moved.revision, kept)


def _word(entry: Entry, request: DecideChange) -> Fact:
    told = (entry.campaign, entry.entry, entry.sheet)
    if request.verdict is Verdict.APPROVE:
        return ChangeApproved(
            *told, entry.student, entry.unit, entry.field, entry.kind, entry.revision
        )
    reason = "" if request.reason is None else request.reason.value
    fact = ChangeReturned if request.verdict is Verdict.RETURN else ChangeRejected
    return fact(*told, entry.unit, entry.field, entry.revision, reason)
