"""A page once it has a state: against what else is known of its sheet, and what is said of it."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from services.scan import store
from services.scan.cells.telling import tell_cells
from services.scan.domain import SEEN_BADLY, Decision, Match, beside
from shared.contracts.events import (
    How,
    Lane,
    PageMisfiled,
    PageRead,
    PhotoUnreadable,
    SheetPhotographed,
    SheetReturned,
)
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId, UnitCode
from shared.plumbing.database import Tx

PAGE = 0  # an object is one page
# Pages whose sheet is known.
OF_A_SHEET = frozenset({PageState.MATCHED, PageState.DUPLICATE, PageState.CONFLICTING})
# What people look at, flat: pages of a sheet, and those whose sheet somebody has to find.
LOOKED_AT = frozenset(
    {
        PageState.MATCHED,
        PageState.DUPLICATE,
        PageState.CONFLICTING,
        PageState.MISFILED,
        PageState.UNMATCHED,
    }
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A page about to get its state: where it came from, and what was read on it."""

    object: ObjectId
    province: ProvinceCode
    campaign: CampaignId
    how: How
    batch: str | None = None  # a bulk scan's page counts when somebody commits its batch
    school: UnitCode | None = None


def paper_of(row: Row[Any]) -> Paper:
    """A page that has a row, as it came."""
    return Paper(
        ObjectId(row.object),
        ProvinceCode(row.province),
        CampaignId(row.campaign),
        How(row.how),
        row.batch if row.staged else None,
    )


def against_others(
    tx: Tx, matched: Decision, digest: str, quality: int, batch: str | None
) -> Decision:
    """A matched page against the one that counts so far: the better photo stays.

    A staged page never takes the place of one that counts outside its batch; that is told, and
    decided at the commit.
    """
    match = matched.match
    assert match is not None
    store.lock_sheet(tx, match.sheet)
    if store.same_bytes(tx, digest, match, batch):
        return Decision(PageState.DUPLICATE, "same_bytes", match)
    counting = store.counting_page(tx, match, batch)
    if counting is None:
        return matched
    decision = beside((match.serial, quality), (counting.serial, counting.quality))
    if decision.state is not PageState.MATCHED or (batch is not None and not counting.staged):
        # Its sheet is known all the same: its cells can be read, and it may count later.
        return replace(decision, match=match)
    store.change_page(
        tx, counting.object, counting.page, PageState.DUPLICATE, "same_sheet_same_side"
    )
    return matched


def tell(tx: Tx, paper: Paper, decision: Decision, ticket: SheetId | None) -> None:
    """Say what became of a page that counts; a staged one is nobody's business yet."""
    match = decision.match
    if paper.batch is not None:
        return
    if match is not None and decision.state is PageState.MATCHED:
        tell_match(tx, paper, match)
    elif decision.state in (PageState.UNREADABLE, PageState.REFUSED):
        unreadable = PhotoUnreadable(paper.campaign, paper.object, PAGE, ticket, decision.reason)
        tx.say(unreadable, province=paper.province)
    elif decision.state is PageState.MISFILED:
        misfiled = PageMisfiled(paper.campaign, paper.object, PAGE, ticket, decision.reason)
        tx.say(misfiled, province=paper.province)


def tell_readable_again(tx: Tx, paper: Paper, reason: str) -> None:
    """Say that an unreadable page, which stands back already, counts as such no more."""
    withdrawn = PhotoUnreadable(paper.campaign, paper.object, PAGE, None, reason, is_withdrawn=True)
    tx.say(withdrawn, province=paper.province)


def tell_match(tx: Tx, paper: Paper, match: Match) -> None:
    """Say that a page counts for its side of a sheet, and with the first one that it is back."""
    is_back = store.lock_sheet(tx, match.sheet)
    photographed = SheetPhotographed(
        paper.campaign,
        match.sheet,
        match.serial,
        match.side,
        paper.object,
        PAGE,
        sequence=store.next_word(tx, match.sheet),
    )
    tx.say(photographed, province=paper.province)
    tell_cells(tx, paper.object, PAGE)
    if not is_back:
        store.mark_returned(tx, match.sheet)
        word = store.next_word(tx, match.sheet)
        back = SheetReturned(paper.campaign, match.sheet, paper.how, sequence=word)
        tx.say(back, province=paper.province)


def ask_for_look(tx: Tx, paper: Paper, decision: Decision) -> None:
    """Have a page that may be of a sheet laid flat: for people, and of a known sheet its cells."""
    if not _is_worth_a_look(paper, decision):
        return
    match = decision.match
    whose = (match.sheet, match.serial, match.side) if match is not None else (None, None, None)
    lane = Lane.PHOTO if paper.how is How.PHOTO else Lane.PAGE
    wanted = PageRead(paper.object, PAGE, paper.campaign, lane, *whose)
    tx.say(wanted, province=paper.province)


def _is_worth_a_look(paper: Paper, decision: Decision) -> bool:
    """A guardian takes another photo at once; paper in a pile may still be told by its number."""
    is_seen_badly = decision.state is PageState.UNREADABLE and decision.reason in SEEN_BADLY
    return decision.state in LOOKED_AT or (is_seen_badly and paper.how is How.BULK_SCAN)


def blank_row(paper: Paper, decision: Decision) -> dict[str, Any]:
    """A page of which nothing was read but its state."""
    row = page_row(paper.object, paper.province, decision.state, decision.reason)
    return row | origin_of(paper)


def origin_of(paper: Paper) -> dict[str, Any]:
    """How a page came, as its row says it."""
    return {"how": paper.how.value, "batch": paper.batch, "staged": paper.batch is not None}


def page_row(
    object_: ObjectId, province: ProvinceCode, state: PageState, reason: str
) -> dict[str, Any]:
    """A page with its state, and nothing else known of it."""
    return {
        "object": object_,
        "page": PAGE,
        "province": province,
        "state": state.value,
        "reason": reason,
        "quality": 0,
        "engine": "",
        "cpu_ms": 0,
        "corners": "[]",
        "how": How.PHOTO.value,
    }
