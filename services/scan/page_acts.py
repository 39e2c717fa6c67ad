"""What people do with single pages of a bulk scan: place them, throw them away, take it back."""

import json
from typing import Any

from sqlalchemy import Row

from services.scan import batch_store, store
from services.scan.cells.store import layout_of
from services.scan.domain import OPEN, Decision, Match, school_of
from services.scan.holding import Desk, acting
from services.scan.papers import OF_A_SHEET, against_others, ask_for_look, paper_of
from shared.contracts.batch_commands import (
    AssignPage,
    BatchDone,
    DiscardOpen,
    DiscardPage,
    UndoPage,
)
from shared.contracts.photo_commands import AssignPhoto
from shared.contracts.scan_commands import PageState
from shared.kernel.errors import (
    NoSuchSideError,
    NothingToUndoError,
    PageCommittedError,
    UnknownPageError,
    UnknownSheetError,
)
from shared.kernel.ids import SheetId, UnitCode
from shared.kernel.sheet_code import Side
from shared.layout.canonical import from_canonical
from shared.plumbing.database import Tx

BY_PERSON = "by_person"
_ACTED_ON = ("state", "reason", "sheet", "serial", "side")


def discard_page(desk: Desk, request: DiscardPage) -> BatchDone:
    """Throw a page away; the best of its duplicates takes its place.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school or class.
        BatchHeldError, BatchClosedError, UnknownPageError, PageCommittedError: it may not be.
    """
    with acting(desk, request, "discard_page", request.page) as held:
        page = _staged(held.tx, request.batch, request.page)
        _discard(held.tx, request.batch, page, request.reason)
    return BatchDone(request.batch, 1)


def discard_open(desk: Desk, request: DiscardOpen) -> BatchDone:
    """Throw away every page that nobody placed; gives how many there were.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school or class.
        BatchHeldError, BatchClosedError: not now.
    """
    with acting(desk, request, "discard_open_pages") as held:
        pages = [
            page
            for page in batch_store.pages_of(held.tx, request.batch)
            if page.staged and page.state in OPEN
        ]
        for page in pages:
            _discard(held.tx, request.batch, page, request.reason)
    return BatchDone(request.batch, len(pages))


def assign_page(desk: Desk, request: AssignPage) -> BatchDone:
    """A person says whose page it is.

    Raises:
        UnknownSheetError: no such sheet was printed in this campaign for this school.
        NoSuchSideError: it has no such side.
        BatchHeldError, BatchClosedError, UnknownPageError, PageCommittedError: it may not be.
    """
    with acting(desk, request, "assign_page", request.page, request.sheet) as held:
        tx = held.tx
        page = _staged(tx, request.batch, request.page)
        match = match_of(tx, request, held.row.campaign, held.row.school)
        matched = Decision(PageState.MATCHED, BY_PERSON, match)
        decision = _against_others(tx, matched, page, request.batch)
        _act(tx, request.batch, page, decision)
        ask_for_look(tx, paper_of(page), decision)
    return BatchDone(request.batch, 1)


def undo_page(desk: Desk, request: UndoPage) -> BatchDone:
    """Take back what a person last did to a page.

    What came in meanwhile counts: of two pages of one side one stays the duplicate.

    Raises:
        NothingToUndoError: nobody did anything.
        BatchHeldError, BatchClosedError, UnknownPageError, PageCommittedError: it may not be.
    """
    with acting(desk, request, "undo_page", request.page) as held:
        tx = held.tx
        page = _staged(tx, request.batch, request.page)
        if page.before is None:
            raise NothingToUndoError(request.batch, request.page)
        before = json.loads(page.before)
        decision = _again(tx, page, before, request.batch)
        values = before | {"state": decision.state.value, "reason": decision.reason}
        batch_store.change_page(tx, page.object, values)
        batch_store.remember(tx, request.batch, request.page, None)
        if decision.match is not None:
            ask_for_look(tx, paper_of(page), decision)
        _make_room(tx, request.batch, page, values)
    return BatchDone(request.batch, 1)


def _discard(tx: Tx, batch: str, page: Row[Any], reason: str) -> None:
    _act(tx, batch, page, Decision(PageState.DISCARDED, reason))


def _act(tx: Tx, batch: str, page: Row[Any], decision: Decision) -> None:
    values: dict[str, Any] = {"state": decision.state.value, "reason": decision.reason}
    match = decision.match
    if match is not None:
        values |= {"sheet": match.sheet, "serial": match.serial, "side": match.side.value}
    before = json.dumps({name: getattr(page, name) for name in _ACTED_ON})
    batch_store.change_page(tx, page.object, values)
    batch_store.remember(tx, batch, page.number, before)
    _make_room(tx, batch, page, values)


def _make_room(tx: Tx, batch: str, was: Row[Any], now: dict[str, Any]) -> None:
    """Where a page does not count any more for its side, the best of its duplicates does."""
    if was.state != PageState.MATCHED:
        return
    place = (now.get("sheet", was.sheet), now.get("side", was.side))
    if now["state"] != PageState.MATCHED or place != (was.sheet, was.side):
        batch_store.promote(tx, batch, was)


def match_of(tx: Tx, named: AssignPage | AssignPhoto, campaign: str, school: str) -> Match:
    """The side of the sheet that a person names, in one campaign and one school.

    Raises:
        UnknownSheetError: no such sheet was printed in this campaign for this school.
        NoSuchSideError: it has no such side.
    """
    sheet = store.sheet_of(tx, named.sheet)
    if sheet is None or sheet.campaign != campaign or _school(sheet) != school:
        raise UnknownSheetError(named.sheet)
    known = store.issued_of(tx, [named.sheet])[named.sheet]
    serial = named.serial if named.serial is not None else known.newest_serial
    if serial not in known.serials:
        raise UnknownSheetError(named.sheet)
    side = Side(named.side)
    canonical = layout_of(tx, named.sheet, serial)
    if canonical is not None and side not in from_canonical(canonical).sides:
        raise NoSuchSideError(named.sheet, side.value)
    return Match(named.sheet, serial, side)


def _school(sheet: Row[Any]) -> UnitCode:
    return school_of(UnitCode(sheet.unit))


def _again(tx: Tx, page: Row[Any], before: dict[str, Any], batch: str) -> Decision:
    """The state from before an act, held against what the batch holds by now."""
    state = PageState(before["state"])
    if state not in OF_A_SHEET:
        return Decision(state, before["reason"])
    match = Match(SheetId(before["sheet"]), before["serial"], Side(before["side"]))
    reason = before["reason"] if state is PageState.MATCHED else ""
    return _against_others(tx, Decision(PageState.MATCHED, reason, match), page, batch)


def _against_others(tx: Tx, matched: Decision, page: Row[Any], batch: str) -> Decision:
    """A page against all others but itself, whatever state it is in so far."""
    aside = {"state": PageState.DISCARDED.value}
    batch_store.change_page(tx, page.object, aside)
    return against_others(tx, matched, page.digest or "", page.quality, batch)


def _staged(tx: Tx, batch: str, number: int) -> Row[Any]:
    page = next((one for one in batch_store.pages_of(tx, batch) if one.number == number), None)
    if page is None or page.state is None:
        raise UnknownPageError(batch, number)
    if not page.staged:
        raise PageCommittedError(batch, number)
    return page
