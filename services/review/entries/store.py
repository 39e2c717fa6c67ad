"""Named questions about change entries, their revisions and their history."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from services.review.domain import OPEN, Entry, Stage, Step
from services.review.tables import entries, history, looks, revisions
from shared.contracts.fields import FieldKind
from shared.contracts.review_commands import EntryState
from shared.kernel.errors_review import UnknownEntryError
from shared.kernel.ids import CampaignId, EntryId, PersonId, SheetId, StudentId, UnitCode
from shared.plumbing.database import Tx

_OPEN = tuple(sorted(state.value for state in OPEN))


def entry_of(tx: Tx, entry: EntryId, *, lock: bool = False) -> Entry:
    """An entry by its id.

    Raises:
        UnknownEntryError: there is none.
    """
    question = select(entries).where(entries.c.entry == entry)
    row = tx.execute(question.with_for_update() if lock else question).one_or_none()
    if row is None:
        raise UnknownEntryError(entry)
    return entry_from(row)


def open_entry(tx: Tx, sheet: SheetId, field: str) -> Entry | None:
    """The one entry of a sheet's field that is not over."""
    question = select(entries).where(
        entries.c.sheet == sheet, entries.c.field == field, entries.c.state.in_(_OPEN)
    )
    row = tx.execute(question.with_for_update()).one_or_none()
    return None if row is None else entry_from(row)


def entries_of(tx: Tx, sheet: SheetId) -> tuple[Entry, ...]:
    """Every entry of a sheet, oldest first."""
    question = select(entries).where(entries.c.sheet == sheet)
    rows = tx.execute(question.order_by(entries.c.created_at, entries.c.entry))
    return tuple(entry_from(row) for row in rows)


def states_of(tx: Tx, sheet: SheetId) -> dict[str, frozenset[EntryState]]:
    """The states of a sheet's entries, by field."""
    found: dict[str, set[EntryState]] = defaultdict(set)
    question = select(entries.c.field, entries.c.state).where(entries.c.sheet == sheet)
    for row in tx.execute(question):
        found[row.field].add(EntryState(row.state))
    return {field: frozenset(states) for field, states in found.items()}


def sealed_of(tx: Tx, entry: EntryId) -> bytes:
    """An entry's sealed difference."""
    question = select(entries.c.difference).where(entries.c.entry == entry)
    return bytes(tx.execute(question).scalar_one())


def add(tx: Tx, entry: Entry, sealed: bytes) -> None:
    """Write down a new entry."""
    tx.execute(insert(entries).values(**_values(entry), difference=sealed))


def save(tx: Tx, entry: Entry, sealed: bytes | None = None) -> None:
    """Write an entry as it is now."""
    values = _values(entry) if sealed is None else {**_values(entry), "difference": sealed}
    tx.execute(update(entries).where(entries.c.entry == entry.entry).values(**values))


def add_revision(tx: Tx, entry: Entry, sealed: bytes, by: PersonId) -> None:
    """Keep what was submitted, as it was submitted."""
    row = {
        "entry": entry.entry,
        "revision": entry.revision,
        "difference": sealed,
        "record_version": entry.record_version,
        "submitted_by": by,
        "submitted_at": entry.touched_at,
    }
    tx.execute(insert(revisions).values(**row))


def revision_of(tx: Tx, entry: EntryId, revision: int) -> Row[Any] | None:
    """One submission with what became of it."""
    return tx.execute(
        select(revisions).where(revisions.c.entry == entry, revisions.c.revision == revision)
    ).one_or_none()


def change_revision(tx: Tx, entry: EntryId, revision: int, values: Mapping[str, Any]) -> None:
    """Write what became of a submission."""
    mine = (revisions.c.entry == entry, revisions.c.revision == revision)
    tx.execute(update(revisions).where(*mine).values(**values))


def makers_of(tx: Tx, entry: EntryId) -> frozenset[PersonId]:
    """Everybody who ever submitted an entry."""
    question = select(revisions.c.submitted_by).where(revisions.c.entry == entry)
    return frozenset(PersonId(one) for one in tx.execute(question).scalars())


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an entry's history; words come sealed for `line_of(entry, its number)`."""

    step: Step
    actor: str
    reason: str | None = None
    note: bytes | None = None


def add_line(tx: Tx, entry: Entry, line: Line) -> None:
    """Note what happened to an entry, which is as it was left."""
    row = {
        "entry": entry.entry,
        "number": entry.sequence,
        "at": entry.touched_at,
        "actor": line.actor,
        "step": line.step.value,
        "state": entry.state.value,
        "revision": entry.revision,
        "reason": line.reason,
        "note": line.note,
    }
    tx.execute(insert(history).values(**row))


def line_of(entry: EntryId, number: int) -> str:
    """What the words of a history line are sealed for."""
    return f"history\0{entry}\0{number}"


def lines_of(tx: Tx, entry: EntryId) -> Sequence[Row[Any]]:
    """Everything that happened to an entry."""
    question = select(history).where(history.c.entry == entry)
    return tx.execute(question.order_by(history.c.number)).all()


def has_looked(tx: Tx, entry: Entry, person: PersonId) -> bool:
    """Whether a person looked at the record that holds this revision's number already."""
    question = select(looks.c.at).where(
        looks.c.entry == entry.entry,
        looks.c.revision == entry.revision,
        looks.c.person == person,
    )
    return tx.execute(question).first() is not None


def note_look(tx: Tx, entry: Entry, person: PersonId, at: datetime) -> None:
    """Note that a person looked at both records."""
    if not has_looked(tx, entry, person):
        row = {"entry": entry.entry, "revision": entry.revision, "person": person, "at": at}
        tx.execute(insert(looks).values(**row))


def entry_from(row: Row[Any]) -> Entry:
    """An entry from its row."""
    return Entry(
        entry=EntryId(row.entry),
        campaign=CampaignId(row.campaign),
        sheet=SheetId(row.sheet),
        student=StudentId(row.student),
        unit=UnitCode(row.unit),
        field=row.field,
        kind=FieldKind(row.kind),
        state=EntryState(row.state),
        stage=Stage(row.stage),
        revision=row.revision,
        sequence=row.sequence,
        record_version=row.record_version,
        entered_by=PersonId(row.entered_by),
        created_at=row.created_at,
        touched_at=row.touched_at,
        queue=None if row.queue is None else UnitCode(row.queue),
        due=row.due,
        holder=None if row.holder is None else PersonId(row.holder),
        held_since=row.held_since,
        held_until=row.held_until,
        findings=tuple(row.findings.split(",")) if row.findings else (),
    )


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "entry": entry.entry,
        "campaign": entry.campaign,
        "sheet": entry.sheet,
        "student": entry.student,
        "unit": entry.unit,
        "field": entry.field,
        "kind": entry.kind.value,
        "state": entry.state.value,
        "stage": entry.stage.value,
        "revision": entry.revision,
        "sequence": entry.sequence,
        "record_version": entry.record_version,
        "entered_by": entry.entered_by,
        "created_at": entry.created_at,
        "touched_at": entry.touched_at,
        "queue": entry.queue,
        "due": entry.due,
        "holder": entry.holder,
        "held_since": entry.held_since,
        "held_until": entry.held_until,
        "findings": ",".join(entry.findings),
    }
