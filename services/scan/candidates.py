"""What people see of pages that no code names: the queue of a school, and whose a page may be."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from services.scan import batch_store, store
from services.scan.cells.store import flat_page
from services.scan.digits import store as digits_store
from services.scan.digits.ranking import shares
from services.scan.digits.rules import Context, claims_of
from services.scan.digits.seen import CornerSeen
from services.scan.domain import OPEN
from services.scan.holding import known_batch
from shared.contracts.batch_commands import Candidate, FindSheet, FoundSheet, OpenPage
from shared.contracts.events import ActDone
from shared.contracts.scan_commands import PageState
from shared.kernel.errors import (
    BadSheetNumberError,
    DomainError,
    UnknownPageError,
    UnknownSheetNumberError,
)
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId, SheetNumber, UnitCode
from shared.kernel.sheet_number import is_sheet_number
from shared.plumbing.database import Database, Tx

MOST = 8
# As natural logarithms, what speaks against a sheet besides the digits; people decide anyway.
_CAME_BACK = -3.0
_NOT_DECLARED = -1.0
_LEAST_SHARE = 0.001
_CORNERS = ("top_left", "bottom_right")


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
            known = _Known(tx, row, pages) if waiting else None
            for page in waiting:
                assert known is not None
                best = known.candidates_of(page, most=1)
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
        return _Known(tx, row, pages).candidates_of(page, most=most)


def find_sheet(database: Database, request: FindSheet) -> FoundSheet:
    """The copy that a typed number was printed on, in the caller's own school; it is on record.

    Raises:
        BadSheetNumberError: the number was mistyped.
        UnknownSheetNumberError: no sheet of this school carries it.
    """
    digits = SheetNumber("".join(request.number.replace("-", " ").split()))
    outcome, object_ = "done", str(request.campaign)
    try:
        with database.transaction() as tx:
            found = _found(tx, request, digits)
            object_ = found.sheet
            return found
    except DomainError as refusal:
        outcome = refusal.code
        raise
    finally:
        with database.transaction() as tx:
            done = ActDone("find_sheet", object_, request.actor, outcome, request.school)
            tx.say(done, province=ProvinceCode(request.campaign.split("-", 1)[0]))


def _found(tx: Tx, request: FindSheet, number: SheetNumber) -> FoundSheet:
    if not is_sheet_number(number):
        raise BadSheetNumberError
    printed = digits_store.printed_of(tx, request.campaign, [number]).get(number)
    if printed is None or not printed.issued.is_of(request.school):
        raise UnknownSheetNumberError
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


class _Known:
    """What is known of a batch's school, asked once for all its pages."""

    def __init__(self, tx: Tx, row: Row[Any], pages: Sequence[Row[Any]]) -> None:
        self._tx = tx
        self._row = row
        self._numbers = digits_store.numbers_of_school(tx, row.campaign, row.school)
        here = [page for page in pages if page.state == PageState.MATCHED]
        self._here = {(page.sheet, page.side) for page in here}
        self._classes = {page.unit for page in here if page.unit}
        self._declared = digits_store.declared_in(tx, row.batch, row.campaign, row.school)

    def candidates_of(self, page: Row[Any], *, most: int) -> tuple[Candidate, ...]:
        """The likeliest first; one for each side of a sheet."""
        corners = digits_store.read_of(self._tx, page.object, page.page)
        steps = [corner.steps for corner in corners]
        found = shares(steps, [row.number for row in self._numbers], self._priors())
        if found is None:
            return tuple(self._missing())[:most]
        ranked = sorted(zip(found, self._numbers, strict=True), key=lambda one: -one[0])
        likely = (one for one in ranked[: 4 * most] if one[0] >= _LEAST_SHARE)
        named = self._named(corners)
        return tuple(_one_a_side(self._candidate(row, share, named) for share, row in likely))[
            :most
        ]

    def _priors(self) -> list[float]:
        return [
            (0.0 if self._is_missing(row) else _CAME_BACK)
            + (0.0 if not self._declared or row.unit in self._declared else _NOT_DECLARED)
            for row in self._numbers
        ]

    def _missing(self) -> Iterable[Candidate]:
        classes = self._declared or self._classes
        rows = (row for row in self._numbers if row.unit in classes and self._is_missing(row))
        fronts = (row for row in rows if row.side == "front")
        ordered = sorted(fronts, key=lambda row: (row.unit, row.number_in_class or 0, -row.serial))
        return _one_a_side(self._candidate(row, None, {}) for row in ordered)

    def _is_missing(self, row: Row[Any]) -> bool:
        return not row.returned and (row.sheet, row.side) not in self._here

    def _named(self, corners: Sequence[CornerSeen]) -> dict[str, tuple[str, ...]]:
        """Of each number that a corner clearly shows, which corners do."""
        wanted = {one.number for corner in corners for one in corner.possible}
        printed = digits_store.printed_of(self._tx, self._row.campaign, wanted)
        context = Context(UnitCode(self._row.school))
        claims = claims_of(corners, printed, context)
        return {
            claim: tuple(
                name for name, other in zip(_CORNERS, claims, strict=False) if other == claim
            )
            for claim in claims
            if claim is not None
        }

    def _candidate(
        self, row: Row[Any], share: float | None, named: dict[str, tuple[str, ...]]
    ) -> Candidate:
        signals = named.get(row.number, ())
        if row.unit in self._declared:
            signals = (*signals, "cover")
        return Candidate(
            SheetId(row.sheet),
            row.serial,
            row.side,
            UnitCode(row.unit),
            row.number_in_class,
            round(share, 3) if share is not None else None,
            self._is_missing(row),
            signals,
        )


def _one_a_side(found: Iterable[Candidate]) -> Iterable[Candidate]:
    """Of several prints of one side the first, which is the likeliest or the newest."""
    seen: set[tuple[str, str]] = set()
    for one in found:
        if (one.sheet, one.side) not in seen:
            seen.add((one.sheet, one.side))
            yield one
