"""Named questions about sheets, units and scopes.

Rows are locked in one order in every transaction: unreadable pages, entries, sheets (by id),
units (by code), counters, waiting (deepest first, see `counting`). Nobody waits in a circle.
Whoever holds a sheet may read its entries: they are written by its holder only.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, func, select, text, update

from services.progress.domain import NOT_ISSUED, SheetFlags
from services.progress.entries import EntryFlags, Stage
from services.progress.tables import entries, scopes, sheets, units, unreadable_pages
from shared.contracts.events import PhotoUnreadable
from shared.contracts.progress_commands import Counts
from shared.kernel.ids import CampaignId, EntryId, SheetId, UnitCode
from shared.kernel.units import Level
from shared.plumbing.database import Tx

# "ON CONFLICT" is the same text in SQLite and PostgreSQL; SQLAlchemy has it per dialect only.
_NEW_SHEET = text(
    "INSERT INTO sheets"
    " (campaign, sheet, unit, serial, photographed, photographed_sequence, returned,"
    " returned_sequence, declined, unreadable_pages, confirmed, entered_sequence)"
    " VALUES (:campaign, :sheet, :home, :serial, false, -1, false, -1, false, 0, false, -1)"
    " ON CONFLICT DO NOTHING"
)
_NEW_ENTRY = text(
    "INSERT INTO entries (entry, revision, stage, is_queried, query_sequence)"
    " VALUES (:entry, 0, 0, false, -1) ON CONFLICT DO NOTHING"
)
_NEW_UNIT = text("INSERT INTO units (code, sequence) VALUES (:code, -1) ON CONFLICT DO NOTHING")
_NEW_SCOPE = text(
    "INSERT INTO scopes (campaign, unit, in_scope, out_of_scope, sequence)"
    " VALUES (:campaign, :unit, 0, 0, -1) ON CONFLICT DO NOTHING"
)
_NEW_PAGE = text(
    "INSERT INTO unreadable_pages (object, page, campaign, unit, balance)"
    " VALUES (:object, :page, :campaign, :unit, 0) ON CONFLICT DO NOTHING"
)


_FLAGS = tuple(column.name for column in sheets.c if column.name not in ("campaign", "sheet"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit is known to lie; `path` is None until roster has told."""

    path: str | None
    sequence: int


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Which sheet a change entry stands on."""

    campaign: CampaignId
    sheet: SheetId


@dataclass(frozen=True, slots=True)
class Scope:
    """How many pupils of a class are in scope, as told last."""

    counts: Counts
    sequence: int


def lock_sheets(
    tx: Tx, campaign: CampaignId, wanted: Collection[SheetId], home: UnitCode
) -> dict[SheetId, SheetFlags]:
    """The flags of some sheets, locked; a sheet not seen before is counted at `home`."""
    ordered = sorted(wanted)
    known = _sheets(tx, campaign, ordered)
    missing = [sheet for sheet in ordered if sheet not in known]
    if missing:
        row = {"campaign": campaign, "home": home, "serial": NOT_ISSUED}
        rows = [{**row, "sheet": sheet} for sheet in missing]
        tx.execute(_NEW_SHEET, rows)
        known = _sheets(tx, campaign, ordered)
    return known


def sheets_in(tx: Tx, campaign: CampaignId, unit: UnitCode) -> dict[SheetId, SheetFlags]:
    """The flags of the issued sheets of a class, by number in class; nothing is locked."""
    question = (
        select(sheets)
        .where(sheets.c.campaign == campaign, sheets.c.unit == unit)
        .where(sheets.c.serial > NOT_ISSUED)
        .order_by(sheets.c.number_in_class.is_(None), sheets.c.number_in_class, sheets.c.sheet)
    )
    return _flags_of(tx, campaign, tx.execute(question).all())


def sheet_in(tx: Tx, campaign: CampaignId, sheet: SheetId) -> SheetFlags | None:
    """The flags of one issued sheet, not locked; None where no print was heard of."""
    mine = (sheets.c.campaign == campaign) & (sheets.c.sheet == sheet)
    question = select(sheets).where(mine, sheets.c.serial > NOT_ISSUED)
    return _flags_of(tx, campaign, tx.execute(question).all()).get(sheet)


def save_sheets(tx: Tx, campaign: CampaignId, changed: Mapping[SheetId, SheetFlags]) -> None:
    """Write the flags of locked sheets."""
    for sheet in sorted(changed):
        mine = (sheets.c.campaign == campaign) & (sheets.c.sheet == sheet)
        flags = {name: getattr(changed[sheet], name) for name in _FLAGS}
        tx.execute(update(sheets).where(mine).values(**flags))


def lock_entry(tx: Tx, entry: EntryId) -> tuple[EntryFlags, Whereabouts | None]:
    """The flags of an entry, locked, and its sheet; None while nobody has told of the sheet."""
    tx.execute(_NEW_ENTRY, {"entry": entry})
    row = tx.execute(select(entries).where(entries.c.entry == entry).with_for_update()).one()
    where = Whereabouts(row.campaign, row.sheet) if row.sheet else None
    return _entry(row), where


def save_entry(tx: Tx, entry: EntryId, flags: EntryFlags, where: Whereabouts | None) -> None:
    """Write a locked entry."""
    place = asdict(where) if where else {}
    tx.execute(update(entries).where(entries.c.entry == entry).values(**asdict(flags), **place))


def weigh_unreadable(tx: Tx, fact: PhotoUnreadable, unit: UnitCode | None) -> int:
    """Remember that a page was said to be unreadable, or that this was taken back.

    `unit` is where it is counted; None when it is counted with its sheet.

    Returns:
        What is to be added to a count: 1, 0 or -1.
    """
    by = -1 if fact.is_withdrawn else 1
    row = {"object": fact.object, "page": fact.page, "campaign": fact.campaign, "unit": unit}
    tx.execute(_NEW_PAGE, row)
    pages = unreadable_pages
    change = update(pages).where(pages.c.object == fact.object, pages.c.page == fact.page)
    change = change.values(balance=pages.c.balance + by)
    after: int = tx.execute(change.returning(pages.c.balance)).scalar_one()
    return int(after > 0) - int(after - by > 0)


def paths_of(tx: Tx, codes: Collection[UnitCode]) -> dict[UnitCode, str | None]:
    """The paths of some units, which nobody may move before this transaction ends."""
    ordered = sorted(codes)
    question = select(units.c.code, units.c.path).where(units.c.code.in_(ordered))
    question = question.order_by(units.c.code).with_for_update(read=True)
    found = {row.code: row.path for row in tx.execute(question)}
    missing = [code for code in ordered if code not in found]
    if missing:
        tx.execute(_NEW_UNIT, [{"code": code} for code in missing])
        found = {row.code: row.path for row in tx.execute(question)}
    return found


def lock_unit(tx: Tx, code: UnitCode) -> Place:
    """Where a unit lies, locked: nobody counts for it before this transaction ends."""
    tx.execute(_NEW_UNIT, {"code": code})
    question = select(units.c.path, units.c.sequence).where(units.c.code == code)
    row = tx.execute(question.with_for_update()).one()
    return Place(row.path, row.sequence)


def save_unit(
    tx: Tx, code: UnitCode, place: Place, *, level: Level, parent: UnitCode | None
) -> None:
    """Write where a locked unit lies."""
    tx.execute(
        update(units)
        .where(units.c.code == code)
        .values(level=level, parent=parent, path=place.path, sequence=place.sequence)
    )


def lock_scope(tx: Tx, campaign: CampaignId, unit: UnitCode) -> Scope:
    """The scope of a class as told last, locked."""
    tx.execute(_NEW_SCOPE, {"campaign": campaign, "unit": unit})
    mine = (scopes.c.campaign == campaign) & (scopes.c.unit == unit)
    row = tx.execute(select(scopes).where(mine).with_for_update()).one()
    counts = Counts(in_scope=row.in_scope, out_of_scope=row.out_of_scope)
    return Scope(counts, row.sequence)


def save_scope(tx: Tx, campaign: CampaignId, unit: UnitCode, scope: Scope) -> None:
    """Write the scope of a class, locked before."""
    mine = (scopes.c.campaign == campaign) & (scopes.c.unit == unit)
    tx.execute(
        update(scopes)
        .where(mine)
        .values(
            in_scope=scope.counts.in_scope,
            out_of_scope=scope.counts.out_of_scope,
            sequence=scope.sequence,
        )
    )


def level_of(tx: Tx, unit: UnitCode) -> Level | None:
    """The level of a registered unit; None when roster has not told of it."""
    found: str | None = tx.execute(select(units.c.level).where(units.c.code == unit)).scalar()
    return Level(found) if found else None


def path_of(tx: Tx, unit: UnitCode) -> str | None:
    """Where a registered unit lies; None when roster has not told of it."""
    registered = (units.c.code == unit) & units.c.level.is_not(None)
    found: str | None = tx.execute(select(units.c.path).where(registered)).scalar()
    return found


def missing_sheets(tx: Tx, campaign: CampaignId, unit: UnitCode) -> Sequence[Row[Any]]:
    """The issued sheets of a class that did not come back or are not entered, by number."""
    is_entered = func.coalesce(sheets.c.entered, sheets.c.confirmed)
    question = (
        select(sheets.c.sheet, sheets.c.student, sheets.c.number_in_class, sheets.c.returned)
        .where(sheets.c.campaign == campaign, sheets.c.unit == unit)
        .where(sheets.c.serial > NOT_ISSUED, ~sheets.c.returned | ~is_entered)
        .order_by(sheets.c.number_in_class.is_(None), sheets.c.number_in_class, sheets.c.sheet)
    )
    return tx.execute(question).all()


def _sheets(tx: Tx, campaign: CampaignId, ordered: Sequence[SheetId]) -> dict[SheetId, SheetFlags]:
    question = (
        select(sheets)
        .where(sheets.c.campaign == campaign, sheets.c.sheet.in_(ordered))
        .order_by(sheets.c.sheet)
        .with_for_update()
    )
    return _flags_of(tx, campaign, tx.execute(question).all())


def _flags_of(tx: Tx, campaign: CampaignId, rows: Sequence[Row[Any]]) -> dict[SheetId, SheetFlags]:
    on_sheets = _entries_on(tx, campaign, [row.sheet for row in rows])
    return {
        row.sheet: SheetFlags(
            **{name: getattr(row, name) for name in _FLAGS}, entries=on_sheets.get(row.sheet, {})
        )
        for row in rows
    }


def _entries_on(
    tx: Tx, campaign: CampaignId, wanted: Sequence[SheetId]
) -> dict[SheetId, dict[EntryId, EntryFlags]]:
    mine = (entries.c.campaign == campaign) & entries.c.sheet.in_(wanted)
    found: dict[SheetId, dict[EntryId, EntryFlags]] = {}
    for row in tx.execute(select(entries).where(mine)):
        found.setdefault(row.sheet, {})[row.entry] = _entry(row)
    return found


def _entry(row: Row[Any]) -> EntryFlags:
    return EntryFlags(row.revision, Stage(row.stage), row.due, row.is_queried, row.query_sequence)
