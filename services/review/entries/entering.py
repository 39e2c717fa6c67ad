"""Drafting a change from a sheet: validated, autosaved, against the record as it is now."""

from dataclasses import dataclass

from services.review import store
from services.review.acting import Acting, acting
from services.review.domain import Entry, Stage, Step
from services.review.entries import store as entries
from services.review.entries.desk import Desk, open_desk
from services.review.entries.outcome import beside
from services.review.entries.showing import shown, shown_sheet
from services.review.entries.steps import Move, take_step
from services.review.office import Office
from services.review.reconciling.standing import tell_standing
from services.review.vault import Difference
from shared.contracts.actors import Actor
from shared.contracts.field_values import FieldValueError, canonical
from shared.contracts.fields import Field
from shared.contracts.record_commands import FieldValues
from shared.contracts.review_commands import (
    EnterChange,
    EntriesShown,
    EntryShown,
    EntryState,
    ShowEntries,
    ShowEntry,
)
from shared.kernel.errors_review import InvalidValueError, NoChangeError
from shared.kernel.ids import PersonId, new_entry_id
from shared.plumbing.database import Tx


def enter_change(office: Office, actor: Actor, request: EnterChange) -> EntryShown:
    """Draft a change of one field, or type its draft anew.

    The old value is the record's own, asked for now, never that of an earlier entry; what the
    paper shows stands beside it.

    Raises:
        UnknownFieldError, InvalidValueError, NoChangeError: the text is no change of a field.
        SheetNotBackError, WindowClosedError, NotAllowedError: not here, not now, not you.
        EntryStateError: the field's entry is with somebody else.
        RecordsAwayError: roster did not answer; nothing was changed.
    """
    with acting(office, actor, request, "enter_change", request.sheet) as who:
        field = office.field(request.field)
        who.fields = (field.key,)
        with office.database.transaction() as tx:
            desk, _ = _take_up(office, tx, who, request)
        current = office.records.values_of(desk.student, beside(field.key), desk.printed_version)
        difference = _difference(office, field, request.value, current)
        with office.database.transaction() as tx:
            desk, known = _take_up(office, tx, who, request)
            drafted = _Draft(desk, field, difference, current.version)
            entry = _draft(office, tx, who, drafted, known)
            who.done(tx)
            return shown(office, tx, entry)


def show_entries(office: Office, actor: Actor, request: ShowEntries) -> EntriesShown:
    """The entries of a sheet, for whoever enters at its school.

    Raises:
        UnknownSheetError, NotAllowedError: no such sheet, or not at this school.
    """
    with (
        acting(office, actor, request, "show_entries", request.sheet) as who,
        office.database.transaction() as tx,
    ):
        row = store.sheet_of(tx, request.sheet)
        who.sheet = request.sheet
        who.require(store.place_of(tx, row.unit), row.unit)
        who.done(tx)
        return shown_sheet(office, tx, request.sheet)


def show_entry(office: Office, actor: Actor, request: ShowEntry) -> EntryShown:
    """One entry with its history: for who enters there, or has it in hands.

    Raises:
        UnknownEntryError, NotAllowedError: no such entry, or it is none of theirs.
    """
    with (
        acting(office, actor, request, "show_entry", request.entry) as who,
        office.database.transaction() as tx,
    ):
        entry = entries.entry_of(tx, request.entry)
        if not _holds(office, entry, who.person):
            who.require(store.place_of(tx, entry.unit), entry.unit)
        who.unit, who.sheet = entry.unit, entry.sheet
        who.done(tx, entry.field)
        return shown(office, tx, entry, with_history=True)


def _holds(office: Office, entry: Entry, person: PersonId) -> bool:
    until = entry.held_until
    return entry.holder == person and until is not None and until > office.database.clock()


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is about to be written down."""

    desk: Desk
    field: Field
    difference: Difference
    version: int  # of the record it was typed against


def _take_up(
    office: Office, tx: Tx, who: Acting, request: EnterChange
) -> tuple[Desk, Entry | None]:
    store.sheet_of(tx, request.sheet, lock=True)  # before its entries, always in this order
    known = entries.open_entry(tx, request.sheet, request.field)
    started_at = None if known is None else known.created_at
    return open_desk(office, tx, who, request.sheet, started_at=started_at), known


def _difference(office: Office, field: Field, text: str, current: FieldValues) -> Difference:
    try:
        new = canonical(field, text, office.catalogue, today=office.today())
    except FieldValueError as wrong:
        raise InvalidValueError(field.key, wrong.code) from None
    old = current.values.get(field.key, "")
    if new == old:
        raise NoChangeError(field.key)
    printed = None if current.printed is None else current.printed.get(field.key, "")
    return Difference(old, new, printed, current.values)


def _draft(office: Office, tx: Tx, who: Acting, draft: _Draft, known: Entry | None) -> Entry:
    if known is not None:
        sealed = office.vault.seal(known.entry, draft.difference)
        changes = {"record_version": draft.version, "entered_by": who.person}
        return take_step(office, tx, known, Move(Step.EDIT, who.person, sealed=sealed), **changes)
    entry = _new_entry(office, draft, who.person)
    entries.add(tx, entry, office.vault.seal(entry.entry, draft.difference))
    entries.add_line(tx, entry, entries.Line(Step.EDIT, who.person))
    tell_standing(tx, entry.sheet)
    return entry


def _new_entry(office: Office, draft: _Draft, person: PersonId) -> Entry:
    now, desk = office.database.clock(), draft.desk
    return Entry(
        entry=new_entry_id(),
        campaign=desk.campaign,
        sheet=desk.sheet,
        student=desk.student,
        unit=desk.unit,
        field=draft.field.key,
        kind=draft.field.kind,
        state=EntryState.DRAFTED,
        stage=Stage.DECIDE,
        revision=0,
        sequence=1,
        record_version=draft.version,
        entered_by=person,
        created_at=now,
        touched_at=now,
        queue=None,
        due=None,
        holder=None,
        held_since=None,
        held_until=None,
        findings=(),
    )
