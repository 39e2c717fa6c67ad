"""Named questions about issued sheets and read pages."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from services.scan.domain import Issued, Match
from services.scan.tables import copies, covers, layouts, pages, photo_classes, sheets
from shared.contracts.events import CoverIssued, IssuedSheet, LayoutPublished
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import CampaignId, ObjectId, SheetId, UnitCode
from shared.plumbing.database import Tx

_OF_A_SHEET = [
    state.value for state in (PageState.MATCHED, PageState.DUPLICATE, PageState.CONFLICTING)
]
# Names PostgreSQL's advisory lock between sheets being issued and photos that came sooner.
_ISSUING = 0x48435343


def add_issued(tx: Tx, campaign: CampaignId, unit: UnitCode, issued: Sequence[IssuedSheet]) -> None:
    """Keep copies of sheets; what is known already stays."""
    for one in issued:
        known = tx.execute(select(sheets.c.sheet).where(sheets.c.sheet == one.sheet)).first()
        if known is None:
            row = {"sheet": one.sheet, "campaign": campaign, "unit": unit}
            tx.execute(
                insert(sheets).values(**row, number_in_class=one.number_in_class, returned=False)
            )
        key = (copies.c.sheet == one.sheet, copies.c.serial == one.serial)
        if tx.execute(select(copies.c.sheet).where(*key)).first() is None:
            copy = {"sheet": one.sheet, "serial": one.serial, "layout": one.layout}
            tx.execute(insert(copies).values(**copy))


def add_cover(tx: Tx, fact: CoverIssued) -> None:
    """Keep a class cover; a known one stays."""
    key = (covers.c.cover == fact.cover, covers.c.serial == fact.serial)
    if tx.execute(select(covers.c.cover).where(*key)).first() is None:
        tx.execute(
            insert(covers).values(
                cover=fact.cover,
                serial=fact.serial,
                campaign=fact.campaign,
                unit=fact.unit,
                expected=fact.expected,
            )
        )


def add_layout(tx: Tx, fact: LayoutPublished) -> None:
    """Keep a province's own layout; numbers are never used twice."""
    if tx.execute(select(layouts.c.layout).where(layouts.c.layout == fact.layout)).first() is None:
        tx.execute(
            insert(layouts).values(layout=fact.layout, sha256=fact.sha256, canonical=fact.canonical)
        )


def issued_of(tx: Tx, wanted: Collection[SheetId]) -> dict[SheetId, Issued]:
    """Those of these sheets that were printed."""
    found: dict[SheetId, Issued] = {}
    rows = tx.execute(
        select(sheets.c.sheet, sheets.c.unit, copies.c.serial)
        .join(copies, copies.c.sheet == sheets.c.sheet)
        .where(sheets.c.sheet.in_(list(wanted)))
    ).all()
    units = {SheetId(row.sheet): UnitCode(row.unit) for row in rows}
    for sheet, unit in units.items():
        serials = frozenset(row.serial for row in rows if row.sheet == sheet)
        found[sheet] = Issued(sheet, max(serials), serials, unit)
    return found


def sheet_of(tx: Tx, sheet: SheetId) -> Row[Any] | None:
    """A sheet that was printed."""
    return tx.execute(select(sheets).where(sheets.c.sheet == sheet)).one_or_none()


def lock_issuing(tx: Tx, *, is_issuing: bool) -> None:
    """Let sheets be issued, or photos be found too early, one after the other until the end of tx.

    Without it a photo could be written down as too early while its sheet is being issued, each
    unseen by the other. Photos do not wait for photos. SQLite has one writer anyway.
    """
    if tx.connection.dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if is_issuing else func.pg_advisory_xact_lock_shared
        tx.execute(select(lock(_ISSUING)))


def lock_sheet(tx: Tx, sheet: SheetId) -> bool:
    """Let no other transaction decide on this sheet meanwhile; gives whether it is returned."""
    question = select(sheets.c.returned).where(sheets.c.sheet == sheet).with_for_update()
    return bool(tx.execute(question).scalar_one())


def mark_returned(tx: Tx, sheet: SheetId, *, is_returned: bool = True) -> None:
    """The paper or its picture is with the school, or is so no more."""
    tx.execute(update(sheets).where(sheets.c.sheet == sheet).values(returned=is_returned))


def mark_entered(tx: Tx, sheet: SheetId) -> None:
    """Somebody has entered what a sheet asks for."""
    tx.execute(update(sheets).where(sheets.c.sheet == sheet).values(entered=True))


def entered_of(tx: Tx, wanted: Collection[SheetId]) -> frozenset[SheetId]:
    """Those of these sheets that something was entered from."""
    question = select(sheets.c.sheet).where(sheets.c.sheet.in_(list(wanted)), sheets.c.entered)
    return frozenset(SheetId(sheet) for sheet in tx.execute(question).scalars())


def next_word(tx: Tx, sheet: SheetId) -> int:
    """The sequence of the next fact that is told of a sheet; hearers ignore a lower one."""
    mine = sheets.c.sheet == sheet
    tx.execute(update(sheets).where(mine).values(sequence=sheets.c.sequence + 1))
    return int(tx.execute(select(sheets.c.sequence).where(mine)).scalar_one())


def page_of(tx: Tx, object_: ObjectId, page: int = 0) -> Row[Any] | None:
    """A page by its object."""
    return tx.execute(
        select(pages).where(pages.c.object == object_, pages.c.page == page)
    ).one_or_none()


def same_bytes(tx: Tx, digest: str, match: Match, batch: str | None = None) -> bool:
    """Whether the very same picture already counts for this side of the sheet."""
    question = select(pages.c.object).where(
        _counts_for(batch),
        pages.c.digest == digest,
        pages.c.sheet == match.sheet,
        pages.c.side == match.side.value,
        pages.c.state.in_(_OF_A_SHEET),
    )
    return tx.execute(question).first() is not None


def counting_page(tx: Tx, match: Match, batch: str | None = None) -> Row[Any] | None:
    """The page that counts for a side of a sheet; to a batch its own staged pages come first.

    One of those may be better than the page that counts outside; the next has to be better still.
    """
    return tx.execute(
        select(pages)
        .where(
            _counts_for(batch),
            pages.c.sheet == match.sheet,
            pages.c.side == match.side.value,
            pages.c.state == PageState.MATCHED.value,
        )
        .order_by(pages.c.staged.desc())
    ).first()


def counts_anywhere(tx: Tx, sheet: SheetId) -> bool:
    """Whether any page of a sheet counts, of whichever side."""
    question = select(pages.c.object).where(
        ~pages.c.staged, pages.c.sheet == sheet, pages.c.state == PageState.MATCHED.value
    )
    return tx.execute(question.limit(1)).first() is not None


def heir_of(tx: Tx, match: Match) -> Row[Any] | None:
    """The best page that stood back behind the one that counted for a side; None: there is none."""
    stood_back = (PageState.DUPLICATE.value, PageState.CONFLICTING.value)
    return tx.execute(
        select(pages)
        .where(
            ~pages.c.staged,
            pages.c.sheet == match.sheet,
            pages.c.side == match.side.value,
            pages.c.state.in_(stood_back),
        )
        .order_by(pages.c.serial.desc(), pages.c.quality.desc(), pages.c.object)
    ).first()


def _counts_for(batch: str | None) -> ColumnElement[bool]:
    return ~pages.c.staged if batch is None else ~pages.c.staged | (pages.c.batch == batch)


def note_class(tx: Tx, object_: ObjectId, unit: UnitCode) -> None:
    """Write down for which class a photo is about to be handed in; known already is fine."""
    if class_of(tx, object_) is None:
        tx.execute(insert(photo_classes).values(object=object_, unit=unit))


def class_of(tx: Tx, object_: ObjectId) -> UnitCode | None:
    """The class somebody signed in photographed for; None of every other page."""
    question = select(photo_classes.c.unit).where(photo_classes.c.object == object_)
    found = tx.execute(question).scalar_one_or_none()
    return None if found is None else UnitCode(found)


def forget_page(tx: Tx, object_: str, page: int) -> None:
    """Take back a page that was never read, because it is about to be."""
    tx.execute(delete(pages).where(pages.c.object == object_, pages.c.page == page))


def add_page(tx: Tx, row: Mapping[str, Any]) -> None:
    """Write down a page with its state."""
    tx.execute(insert(pages).values(**row))


def change_page(tx: Tx, object_: str, page: int, state: PageState, reason: str) -> None:
    """Give a page another state."""
    tx.execute(
        update(pages)
        .where(pages.c.object == object_, pages.c.page == page)
        .values(state=state.value, reason=reason)
    )


def waiting_for_issue(tx: Tx, wanted: Collection[SheetId]) -> Sequence[Row[Any]]:
    """Pages whose code was right before their sheets were known to be issued, oldest first."""
    return tx.execute(
        select(pages)
        .where(
            pages.c.sheet.in_(list(wanted)),
            pages.c.state == PageState.UNMATCHED.value,
            pages.c.reason == "not_issued",
        )
        .order_by(pages.c.read_at, pages.c.object)
    ).all()


def returns_of(tx: Tx, campaign: CampaignId, unit: UnitCode) -> Sequence[Row[Any]]:
    """The sheets of a class by number in class."""
    return tx.execute(
        select(sheets)
        .where(sheets.c.campaign == campaign, sheets.c.unit == unit)
        .order_by(sheets.c.number_in_class.is_(None), sheets.c.number_in_class)
    ).all()


def states(tx: Tx, campaign: CampaignId) -> dict[str, int]:
    """How many pages of a campaign are in each state."""
    counted = tx.execute(
        select(pages.c.state, func.count())
        .where(pages.c.campaign == campaign)
        .group_by(pages.c.state)
    )
    return {state: int(count) for state, count in counted}
