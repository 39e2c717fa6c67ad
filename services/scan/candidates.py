"""What people see of pages that no code names: the queue of a school, and whose a page may be."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from services.scan import batch_store, store
from services.scan.cells.store import flat_page
from services.scan.digits import store as digits_store
from services.scan.domain import OPEN
from services.scan.holding import Desk, known_batch
from services.scan.likeliest import Around, Likeliest
from services.scan.places import place_of
from shared.contracts.acts import act_of
from shared.contracts.batch_commands import Candidate, FindSheet, FoundSheet, OpenPage
from shared.contracts.scan_commands import PageState
from shared.kernel.errors import (
    BadSheetNumberError,
    UnknownPageError,
    UnknownSheetNumberError,
)
from shared.kernel.ids import CampaignId, ObjectId, SheetNumber, UnitCode
from shared.kernel.sheet_number import is_sheet_number
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Database, Tx

MOST = 8


def queue(
    database: Database, campaign: CampaignId, school: UnitCode | None = None
) -> tuple[OpenPage, ...]:
    """Pages of open batches that only a person can place, oldest first."""
    found = []
    with database.transaction() as tx:
        for row in reversed(batch_store.recent(tx, campaign, school)):
            if row.state in (batch_store.COMMITTED, batch_store.DISCARDED):
                continue
            pages = batch_store.pages_of(tx, row.batch)
            is_held = row.held_until is not None and row.held_until > database.clock()
            waiting = [page for page in pages if page.staged and page.state in OPEN]
            known = Likeliest(tx, _around(tx, row, pages)) if waiting else None
            for page in waiting:
                assert known is not None
                best = known.candidates_of(page.object, page.page, most=1)
                found.append(
                    OpenPage(
                        row.batch,
                        page.number,
                        ObjectId(page.object),
                        UnitCode(row.school),
                        PageState(page.state),
                        page.reason,
                        flat_page(tx, ObjectId(page.object), page.page) is not None,
                        row.begun_at,
                        row.holder if is_held else None,
                        row.held_until if is_held else None,
                        best[0] if best and best[0].share is not None else None,
                    )
                )
    return tuple(found)


def candidates(
    database: Database, batch: str, number: int, *, most: int = MOST
) -> tuple[Candidate, ...]:
    """The sheets that a page of a batch may be, the likeliest first.

    By its printed digits where any could be read, with the sheets that are still missing
    before those that came back; else the missing ones of the classes that lie in the batch.

    Raises:
        UnknownBatchError, UnknownPageError: there is none, or it was not read yet.
    """
    with database.transaction() as tx:
        row = known_batch(tx, batch)
        pages = batch_store.pages_of(tx, batch)
        page = next((one for one in pages if one.number == number), None)
        if page is None or page.state is None:
            raise UnknownPageError(batch, number)
        likeliest = Likeliest(tx, _around(tx, row, pages))
        return likeliest.candidates_of(page.object, page.page, most=most)


def find_sheet(desk: Desk, request: FindSheet) -> FoundSheet:
    """The copy that a typed number was printed on, in one school; it is on record.

    A sheet is found by who may place pages in its class.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school or class.
        BadSheetNumberError: the number was mistyped.
        UnknownSheetNumberError: no sheet of this school carries it.
    """
    actor = desk.actors.of(request.actor)
    digits = SheetNumber("".join(request.number.replace("-", " ").split()))
    with desk.database.transaction() as tx:
        found = _found(tx, request, digits)
    sheet = None if found is None else found.sheet
    deed = Deed("find_sheet", sheet or request.campaign, request.school, sheet=sheet)
    with acting(desk.database, actor, deed) as tx:
        where = request.school if found is None else found.unit
        actor.require(act_of(request), place_of(tx, where))
        if not is_sheet_number(digits):
            raise BadSheetNumberError
        if found is None:
            raise UnknownSheetNumberError
        return found


def _found(tx: Tx, request: FindSheet, number: SheetNumber) -> FoundSheet | None:
    if not is_sheet_number(number):
        return None
    printed = digits_store.printed_of(tx, request.campaign, [number]).get(number)
    if printed is None or not printed.issued.is_of(request.school):
        return None
    sheet = store.sheet_of(tx, printed.issued.sheet)
    assert sheet is not None
    return FoundSheet(
        printed.issued.sheet,
        printed.serial,
        printed.side.value,
        UnitCode(sheet.unit),
        sheet.number_in_class,
        sheet.returned,
    )


def _around(tx: Tx, row: Row[Any], pages: Sequence[Row[Any]]) -> Around:
    """What is known around the pages of a batch."""
    here = [page for page in pages if page.state == PageState.MATCHED]
    return Around(
        row.campaign,
        row.school,
        frozenset((page.sheet, page.side) for page in here),
        frozenset(page.unit for page in here if page.unit),
        digits_store.declared_in(tx, row.batch, row.campaign, row.school),
    )
