"""What the owner of a bulk scan sees: pages with their states, and who is still missing."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from services.scan import batch_store
from services.scan.cells.verdicts import verdict_of
from services.scan.domain import OPEN, school_of
from services.scan.papers import OF_A_SHEET
from shared.contracts.batch_commands import (
    BatchPage,
    BatchReport,
    BatchState,
    ClassTally,
    OpenNumber,
)
from shared.contracts.scan_commands import PageState, PageVerdict
from shared.kernel.errors import UnknownBatchError
from shared.kernel.ids import CampaignId, ObjectId, SheetId, UnitCode
from shared.plumbing.database import Database, Tx


def report(database: Database, batch: str) -> BatchReport:
    """A batch with everything its owner has to know, by its id or the first letters of it.

    Raises:
        UnknownBatchError: there is none with this id.
    """
    with database.transaction() as tx:
        row = batch_store.beginning_with(tx, batch)
        if row is None:
            raise UnknownBatchError(batch)
        return _report(tx, row, database)


def reports(
    database: Database, campaign: CampaignId, school: UnitCode | None = None
) -> tuple[BatchReport, ...]:
    """The batches of a campaign, newest first."""
    with database.transaction() as tx:
        rows = batch_store.recent(tx, campaign, school)
        return tuple(_report(tx, row, database) for row in rows)


def state_of(tx: Tx, row: Row[Any]) -> BatchState:
    """Where a batch stands; whether it is read is counted, never kept."""
    if row.state != batch_store.ARRIVED:
        return BatchState(row.state)
    read = sum(page.state is not None for page in batch_store.pages_of(tx, row.batch))
    return BatchState.READ if read >= row.pages else BatchState.READING


def _report(tx: Tx, row: Row[Any], database: Database) -> BatchReport:
    pages = batch_store.pages_of(tx, row.batch)
    counts = Counter(page.state for page in pages if page.state is not None)
    waiting = row.pages - counts.total()
    is_held = row.held_until is not None and row.held_until > database.clock()
    return BatchReport(
        batch=row.batch,
        campaign=CampaignId(row.campaign),
        school=UnitCode(row.school),
        owner=row.owner,
        state=state_of(tx, row),
        pages=row.pages,
        begun_at=row.begun_at,
        holder=row.holder if is_held else None,
        held_until=row.held_until if is_held else None,
        counts=dict(sorted(counts.items())) | ({"waiting": waiting} if waiting else {}),
        to_look_at=sum(
            page.state in OF_A_SHEET and _verdict(page) is PageVerdict.PENDING for page in pages
        ),
        classes=_classes(tx, row, pages),
        listed=tuple(_page(page, _counting(page, pages)) for page in pages),
        open=sum(bool(page.staged) and page.state in OPEN for page in pages),
    )


def _classes(tx: Tx, row: Row[Any], pages: Sequence[Row[Any]]) -> tuple[ClassTally, ...]:
    matched = [page for page in pages if page.state == PageState.MATCHED]
    here = {page.sheet for page in matched}
    unsigned = {page.sheet for page in matched if _verdict(page) is PageVerdict.UNSIGNED}
    covers = [page for page in pages if page.state == PageState.COVER]
    named = {UnitCode(page.unit) for page in (*matched, *covers) if page.unit}
    units = sorted(unit for unit in named if school_of(unit) == row.school)
    sheets = batch_store.sheets_of(tx, row.campaign, units)
    return tuple(
        _tally(unit, [one for one in sheets if one.unit == unit], here, unsigned) for unit in units
    )


def _tally(unit: str, sheets: Sequence[Row[Any]], here: set[str], unsigned: set[str]) -> ClassTally:
    out = [one for one in sheets if not one.returned and one.sheet not in here]
    back = len(sheets) - len(out)
    bare = [one for one in sheets if one.sheet in unsigned]
    return ClassTally(UnitCode(unit), len(sheets), back, _numbers(out), _numbers(bare))


def _numbers(sheets: Sequence[Row[Any]]) -> tuple[OpenNumber, ...]:
    return tuple(OpenNumber(SheetId(one.sheet), one.number_in_class) for one in sheets)


def _verdict(page: Row[Any]) -> PageVerdict:
    return verdict_of(page if page.legible is not None else None)


def _counting(page: Row[Any], pages: Sequence[Row[Any]]) -> int | None:
    """The page of the batch that counts where this one does not."""
    if page.state not in (PageState.DUPLICATE, PageState.CONFLICTING):
        return None
    place = (page.sheet, page.side)
    return next(
        (
            one.number
            for one in pages
            if one.state == PageState.MATCHED and (one.sheet, one.side) == place
        ),
        None,
    )


def _page(page: Row[Any], other: int | None) -> BatchPage:
    # Whose page of another school it is, is on the paper; it is nobody's business here.
    is_ours = page.state != PageState.MISFILED
    return BatchPage(
        number=page.number,
        object=ObjectId(page.object),
        state=PageState(page.state) if page.state is not None else PageState.WAITING,
        reason=page.reason or "",
        sheet=SheetId(page.sheet) if page.sheet and is_ours else None,
        unit=UnitCode(page.unit) if page.unit else None,
        number_in_class=page.number_in_class if is_ours else None,
        side=page.side or "",
        is_staged=bool(page.staged),
        may_undo=page.before is not None,
        verdict=_verdict(page),
        signature=page.signature,
        other=other,
    )
