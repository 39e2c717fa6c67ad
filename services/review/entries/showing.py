"""Entries as people see them: opened, with what the paper shows and what happened."""

from collections.abc import Iterable

from services.review import store
from services.review.domain import Entry
from services.review.entries import store as entries
from services.review.entries.proofs import documents_shown
from services.review.office import Office
from shared.contracts.ledger_commands import ChangeStanding, SheetChanges, SheetChangesRequest
from shared.contracts.review_commands import EntriesShown, EntryShown, EntryState, HistoryLine
from shared.kernel.ids import SheetId
from shared.plumbing.database import Tx


def shown(office: Office, tx: Tx, entry: Entry, *, with_history: bool = False) -> EntryShown:
    """One entry, its values opened."""
    difference = office.vault.open(entry.entry, entries.sealed_of(tx, entry.entry))
    return EntryShown(
        entry=entry.entry,
        campaign=entry.campaign,
        sheet=entry.sheet,
        unit=entry.unit,
        field=entry.field,
        kind=entry.kind,
        state=entry.state,
        revision=entry.revision,
        sequence=entry.sequence,
        old=difference.old,
        new=difference.new,
        printed=difference.printed,
        is_stale=_is_stale(tx, entry),
        entered_by=entry.entered_by,
        decided_by=entry.queue,
        due=entry.due,
        holder=entry.holder,
        held_until=entry.held_until,
        findings=entry.findings,
        history=_lines(office, tx, entry) if with_history else (),
        documents=documents_shown(tx, entry.entry),
    )


def shown_sheet(office: Office, tx: Tx, sheet: SheetId) -> EntriesShown:
    """Every entry of a sheet, in the order of the form."""
    place = office.place_in_form()
    found = sorted(entries.entries_of(tx, sheet), key=lambda one: place.get(one.field, 0))
    return EntriesShown(sheet, shown_all(office, tx, found))


def changes_of_sheet(office: Office, request: SheetChangesRequest) -> SheetChanges:
    """Where the changes of a sheet stand, none of their values opened.

    A sheet that nobody has typed from, or that is not known here, has none.
    """
    with office.database.transaction() as tx:
        found = entries.entries_of(tx, request.sheet)
    return SheetChanges(
        request.sheet,
        tuple(
            ChangeStanding(one.field, one.kind, one.state, one.touched_at, one.queue, one.due)
            for one in found
        ),
    )


def shown_all(office: Office, tx: Tx, found: Iterable[Entry]) -> tuple[EntryShown, ...]:
    """Several entries, their values opened."""
    return tuple(shown(office, tx, one) for one in found)


def _is_stale(tx: Tx, entry: Entry) -> bool:
    sheet = store.sheet_of(tx, entry.sheet)
    return entry.field in store.changed_since(tx, entry.student, sheet.record_version)


def _lines(office: Office, tx: Tx, entry: Entry) -> tuple[HistoryLine, ...]:
    return tuple(
        HistoryLine(
            row.at,
            row.actor,
            row.step,
            EntryState(row.state),
            row.revision,
            row.reason,
            office.vault.open_words(entries.line_of(entry.entry, row.number), row.note),
        )
        for row in entries.lines_of(tx, entry.entry)
    )
