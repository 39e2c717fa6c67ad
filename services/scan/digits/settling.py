"""Gives pages that no code names the state their printed numbers say."""

from typing import Any

from sqlalchemy import Row

from services.scan import batch_store, store
from services.scan.digits import store as digits_store
from services.scan.digits.rules import Context, decide_by_number
from services.scan.domain import SEEN_BADLY, Decision, school_of
from services.scan.papers import against_others, ask_for_look, paper_of, tell
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import CampaignId, ObjectId, SheetId, UnitCode
from shared.plumbing.database import Tx

ENGINE = "digits"
_NOT_NAMED = frozenset({"no_code", "one_signal_only", "numbers_disagree"})


def settle_by_number(tx: Tx, object_: ObjectId, page: int) -> None:
    """Let a page's printed numbers say whose it is, unless a code or a person did."""
    batch = batch_store.of_object(tx, object_)
    if batch is not None:
        # One after the other with people's acts, and with covers that are read meanwhile.
        batch_store.batch_of(tx, batch.batch, lock=True)
    row = store.page_of(tx, object_, page)
    if row is None or not _is_unnamed(row) or (batch is not None and not row.staged):
        return
    corners = digits_store.read_of(tx, object_, page)
    numbers = {one.number for corner in corners for one in corner.possible}
    printed = digits_store.printed_of(tx, row.campaign, numbers)
    decision = decide_by_number(corners, printed, _context(tx, row, batch))
    if decision.reason == "no_code" and row.state == PageState.UNREADABLE:
        return  # what keeps it from being read is the better reason
    _place(tx, row, decision)


def look_again_in(tx: Tx, batch: str) -> None:
    """A cover was read: pages that one signal named may have a second one now."""
    batch_store.batch_of(tx, batch, lock=True)
    for row in digits_store.alone_in(tx, batch):
        settle_by_number(tx, ObjectId(row.object), row.page)


def _is_unnamed(row: Row[Any]) -> bool:
    if row.state == PageState.UNREADABLE:
        return row.reason in SEEN_BADLY
    return row.state == PageState.UNMATCHED and row.reason in _NOT_NAMED


def _context(tx: Tx, row: Row[Any], batch: Row[Any] | None) -> Context:
    ticket = SheetId(row.ticket) if row.ticket else None
    if batch is None:
        unit = store.class_of(tx, ObjectId(row.object)) if ticket is None else None
        if unit is None:
            return Context(ticket=ticket)
        return Context(school_of(unit), frozenset({unit}))
    declared = digits_store.declared_in(tx, batch.batch, CampaignId(row.campaign), batch.school)
    return Context(UnitCode(batch.school), declared, ticket)


def _place(tx: Tx, row: Row[Any], decision: Decision) -> None:
    paper, match = paper_of(row), decision.match
    values: dict[str, Any] = {}
    if match is not None:
        decision = against_others(tx, decision, row.digest or "", row.quality, paper.batch)
        named = {"sheet": match.sheet, "serial": match.serial, "side": match.side.value}
        values = {**named, "engine": ENGINE}
    values |= {"state": decision.state.value, "reason": decision.reason}
    batch_store.change_page(tx, row.object, values)
    tell(tx, paper, decision, row.ticket)
    if match is not None:
        ask_for_look(tx, paper, decision)  # its cells, now that the sheet is known
