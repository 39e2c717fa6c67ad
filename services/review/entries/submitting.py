"""Submitting the drafts of a sheet for a decision, and taking a change back."""

from collections.abc import Iterable, Sequence

from services.review import store
from services.review.acting import Acting, acting
from services.review.domain import IN_NO_HANDS, OPEN, Entry, Stage, Step, deciding_unit, first_stage
from services.review.entries import store as entries
from services.review.entries.desk import open_desk
from services.review.entries.outcome import (
    ID_HELD_ELSEWHERE,
    contradictions,
    demands_document,
    outcome,
)
from services.review.entries.proofs import evidence_of
from services.review.entries.showing import shown, shown_sheet
from services.review.entries.steps import Move, say, take_step
from services.review.office import Office
from services.review.vault import Difference
from services.review.watching.blind import choose_blind
from shared.contracts.actors import Actor
from shared.contracts.change_events import ChangeEntered, ChangeQueried, ChangeWithdrawn
from shared.contracts.review_commands import (
    EntriesShown,
    EntryShown,
    EntryState,
    SeenEntry,
    SubmitChanges,
    WithdrawChange,
)
from shared.kernel.authority import Act, Role
from shared.kernel.errors import NotAllowedError
from shared.kernel.errors_review import (
    DocumentNeededError,
    EntryMovedError,
    EntryStateError,
    InconsistentOutcomeError,
    UnknownEntryError,
)
from shared.kernel.ids import EntryId, SheetId
from shared.kernel.units import codes_up
from shared.plumbing.database import Tx

DUE_AFTER = 10  # working days
_ID_NUMBER = "id_number"


def submit_changes(office: Office, actor: Actor, request: SubmitChanges) -> EntriesShown:
    """Submit drafts of one sheet together: their outcome has to be one consistent record.

    Sent twice it is done once.

    Raises:
        EntryMovedError: a draft is not what was seen.
        InconsistentOutcomeError, DocumentNeededError: it cannot be submitted like this.
        EntryStateError, WindowClosedError, NotAllowedError: not this, not now, not you.
        RecordsAwayError: roster did not answer; nothing was changed.
    """
    with acting(office, actor, request, "submit_changes", request.sheet) as who:
        is_held = _is_held_elsewhere(office, request)
        with office.database.transaction() as tx:
            chosen = _as_seen(office, tx, who, request)
            _check(office, tx, request.sheet, chosen)
            for entry in chosen:
                _submit(office, tx, who, entry, is_held=is_held)
            who.done(tx, *(entry.field for entry in chosen))
            return shown_sheet(office, tx, request.sheet)


def withdraw_change(office: Office, actor: Actor, request: WithdrawChange) -> EntryShown:
    """Ask for a change no more; a draft that was never submitted is dropped.

    Sent twice it is done once.

    Raises:
        EntryStateError: a verdict was given, or it is over.
        NotAllowedError: neither who entered it nor the registrar.
    """
    with (
        acting(office, actor, request, "withdraw_change", request.entry) as who,
        office.database.transaction() as tx,
    ):
        store.sheet_of(tx, entries.entry_of(tx, request.entry).sheet, lock=True)
        entry = entries.entry_of(tx, request.entry, lock=True)
        who.sheet = entry.sheet
        who.require(store.place_of(tx, entry.unit), entry.unit)
        is_author = who.person in {entry.entered_by, *entries.makers_of(tx, entry.entry)}
        if not is_author and who.actor.role is not Role.REGISTRAR:
            raise NotAllowedError(Act.ENTER_CHANGES)
        if entry.state in (EntryState.DROPPED, EntryState.WITHDRAWN):
            return _taken_back(office, tx, who, entry)
        is_draft = entry.state in (EntryState.DRAFTED, EntryState.QUERIED)
        step = Step.DROP if is_draft else Step.WITHDRAW
        moved = take_step(office, tx, entry, Move(step, who.person), **IN_NO_HANDS)
        told = (moved.campaign, moved.entry, moved.sheet, moved.unit, moved.field)
        if entry.state is EntryState.QUERIED:
            say(tx, moved, ChangeQueried(*told, False, moved.sequence))
        if moved.state is EntryState.WITHDRAWN:
            say(tx, moved, ChangeWithdrawn(*told, moved.revision))
        who.done(tx, entry.field)
        return shown(office, tx, moved)


def _taken_back(office: Office, tx: Tx, who: Acting, entry: Entry) -> EntryShown:
    """What this person took back already: its answer was lost on the way.

    Raises:
        EntryStateError: somebody else did.
    """
    if entries.lines_of(tx, entry.entry)[-1].actor != who.person:
        raise EntryStateError(entry.entry, entry.state, Step.WITHDRAW)
    return shown(office, tx, entry)


def _is_held_elsewhere(office: Office, request: SubmitChanges) -> bool:
    """Whether a proposed ID number is another record's: asked before any transaction."""
    with office.database.transaction() as tx:
        found = [entries.entry_of(tx, one.entry) for one in request.entries]
        proposed = next((one for one in found if one.field == _ID_NUMBER), None)
        if proposed is None:
            return False
        sealed = entries.sealed_of(tx, proposed.entry)
    number = office.vault.open(proposed.entry, sealed).new
    if not number:
        return False
    return office.records.holder_of(proposed.student, number).student is not None


def _as_seen(office: Office, tx: Tx, who: Acting, request: SubmitChanges) -> list[Entry]:
    """The drafts as they were seen; what this very command submitted before is left out."""
    store.sheet_of(tx, request.sheet, lock=True)
    found = [(one, entries.entry_of(tx, one.entry, lock=True)) for one in _in_order(request)]
    begun = min((entry.created_at for _, entry in found), default=None)
    open_desk(office, tx, who, request.sheet, started_at=begun)
    chosen = []
    for seen, entry in found:
        if entry.sheet != request.sheet:
            raise UnknownEntryError(seen.entry)
        is_repeated = entry.state is EntryState.SUBMITTED and entry.sequence == seen.sequence + 1
        if is_repeated and who.person in entries.makers_of(tx, entry.entry):
            continue
        if entry.sequence != seen.sequence:
            raise EntryMovedError(entry.entry, entry.sequence)
        chosen.append(entry)
    return chosen


def _in_order(request: SubmitChanges) -> Sequence[SeenEntry]:
    return sorted({one.entry: one for one in request.entries}.values(), key=lambda one: one.entry)


def _check(office: Office, tx: Tx, sheet: SheetId, chosen: Iterable[Entry]) -> None:
    """Refuse what cannot be submitted like this: the outcome is of all entries on the way."""
    fields = [entry.field for entry in chosen]
    on_the_way = [one for one in entries.entries_of(tx, sheet) if one.state in OPEN]
    opened = {one.entry: _opened(office, tx, one.entry) for one in on_the_way}
    current: dict[str, str] = {}
    for one in on_the_way:
        current |= opened[one.entry].beside
    values = outcome(current, ((one.field, opened[one.entry].new) for one in on_the_way))
    wrong = contradictions(values, fields, office.today())
    if wrong:
        raise InconsistentOutcomeError(sheet, *wrong)
    for entry in chosen:
        if demands_document(entry.kind) and not evidence_of(tx, entry.entry):
            raise DocumentNeededError(entry.entry, entry.field)


def _submit(office: Office, tx: Tx, who: Acting, entry: Entry, *, is_held: bool) -> None:
    place = store.place_of(tx, entry.unit)
    school = codes_up(place.path)[1]
    is_endorsed_first = store.endorses_key_data(tx, entry.campaign)
    stage = first_stage(entry.kind, is_endorsed_first=is_endorsed_first)
    authority = deciding_unit(entry.kind, school, place.managed_by or school)
    findings = (ID_HELD_ELSEWHERE,) if is_held and entry.field == _ID_NUMBER else ()
    moved = take_step(
        office,
        tx,
        entry,
        Move(Step.SUBMIT, who.person),
        revision=entry.revision + 1,
        stage=stage,
        queue=school if stage is Stage.ENDORSE else authority,
        due=office.rules.days.after(office.today(), DUE_AFTER),
        findings=findings,
    )
    entries.add_revision(tx, moved, entries.sealed_of(tx, entry.entry), who.person)
    choose_blind(office, tx, moved)
    told = (moved.campaign, moved.entry, moved.sheet, moved.unit, moved.field, moved.kind)
    assert moved.due is not None
    say(tx, moved, ChangeEntered(*told, authority, moved.revision, moved.due))


def _opened(office: Office, tx: Tx, entry: EntryId) -> Difference:
    return office.vault.open(entry, entries.sealed_of(tx, entry))
