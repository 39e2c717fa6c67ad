"""How a read page gets its one state, against everything else that is known of its sheet."""

import json
from dataclasses import dataclass
from typing import Any

from services.scan import store
from services.scan.cells.telling import tell_cells
from services.scan.domain import (
    NOT_READ,
    Decision,
    HandedIn,
    Seen,
    beside,
    decide,
    named,
    verified,
)
from services.scan.reader import Read
from services.scan.seeing import seen_of
from shared.contracts.events import (
    How,
    Lane,
    PageMisfiled,
    PageRead,
    PhotoKept,
    PhotoUnreadable,
    SheetPhotographed,
    SheetReturned,
)
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId, UnitCode
from shared.kernel.sheet_code import CodeKey
from shared.plumbing.database import Tx
from shared.plumbing.hears import Heard

PAGE = 0  # an object is one page
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


def settle(heard: Heard[PhotoKept], paper: Paper, read: Read, keys: tuple[CodeKey, ...]) -> None:
    """Give a page that was read its state, and say what follows from it."""
    seen = seen_of(read.reading, keys)
    given = HandedIn(paper.campaign, heard.fact.sheet, paper.school)
    with heard.transaction() as tx:
        if not _is_open(tx, paper.object):
            return  # read before, under another fact
        decision = _decided(tx, seen, keys, given)
        row = page_row(paper.object, paper.province, decision.state, decision.reason)
        row |= {
            "campaign": paper.campaign,
            "ticket": heard.fact.sheet,
            "quality": seen.quality,
            "digest": read.digest,
            "engine": read.reading.engine.value,
            "cpu_ms": read.reading.cpu_ms,
            "corners": json.dumps(read.reading.corners),
            **_origin(paper),
            "read_at": heard.database.clock(),
        }
        row |= _named(seen, keys)
        if decision.match is not None:
            decision = against_others(tx, decision, read.digest, seen.quality, paper.batch)
            row |= {"state": decision.state.value, "reason": decision.reason}
        store.add_page(tx, row)
        tell(tx, paper, decision, heard.fact.sheet)
        ask_for_look(tx, paper, decision)


def _is_open(tx: Tx, object_: ObjectId) -> bool:
    """Whether a page has no state yet, or one that a reading may replace."""
    known = store.page_of(tx, object_, PAGE)
    if known is not None and PageState(known.state) in NOT_READ:
        store.forget_page(tx, object_, PAGE)
        return True
    return known is None


def _decided(tx: Tx, seen: Seen, keys: tuple[CodeKey, ...], given: HandedIn) -> Decision:
    sheets = {one.head.sheet for one in verified(seen.codes, keys)}
    decision = decide(seen, keys, store.issued_of(tx, sheets), given)
    if decision.reason == "not_issued":
        # Once more, now that no sheet can be issued between this look and our commit.
        store.lock_issuing(tx, is_issuing=False)
        decision = decide(seen, keys, store.issued_of(tx, sheets), given)
    return decision


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
        return decision
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
        photographed = SheetPhotographed(
            paper.campaign, match.sheet, match.serial, match.side, paper.object, PAGE
        )
        tx.say(photographed, province=paper.province)
        tell_cells(tx, paper.object, PAGE)
        if not store.lock_sheet(tx, match.sheet):
            store.mark_returned(tx, match.sheet)
            back = SheetReturned(paper.campaign, match.sheet, paper.how)
            tx.say(back, province=paper.province)
    elif decision.state in (PageState.UNREADABLE, PageState.REFUSED):
        unreadable = PhotoUnreadable(paper.campaign, paper.object, PAGE, ticket, decision.reason)
        tx.say(unreadable, province=paper.province)
    elif decision.state is PageState.MISFILED:
        misfiled = PageMisfiled(paper.campaign, paper.object, PAGE, ticket, decision.reason)
        tx.say(misfiled, province=paper.province)


def ask_for_look(tx: Tx, paper: Paper, decision: Decision) -> None:
    """Have a page that may be of a sheet laid flat: for people, and of a known sheet its cells."""
    if decision.state not in LOOKED_AT:
        return
    match = decision.match
    whose = (match.sheet, match.serial, match.side) if match is not None else (None, None, None)
    lane = Lane.PHOTO if paper.how is How.PHOTO else Lane.PAGE
    wanted = PageRead(paper.object, PAGE, paper.campaign, lane, *whose)
    tx.say(wanted, province=paper.province)


def end(heard: Heard[PhotoKept], paper: Paper, decision: Decision) -> None:
    """Give a page that could not be read its state."""
    with heard.transaction() as tx:
        if _is_open(tx, paper.object):
            row = page_row(paper.object, paper.province, decision.state, decision.reason)
            row |= {"campaign": paper.campaign, "ticket": heard.fact.sheet}
            store.add_page(tx, row | _origin(paper) | {"read_at": heard.database.clock()})


def _named(seen: Seen, keys: tuple[CodeKey, ...]) -> dict[str, Any]:
    """What an authentic code names, matched or not; nothing when several sheets are in view."""
    code = named(verified(seen.codes, keys))
    if code is None:
        return {}
    return {"sheet": code.head.sheet, "serial": code.head.serial, "side": code.head.side.value}


def blank_row(paper: Paper, decision: Decision) -> dict[str, Any]:
    """A page of which nothing was read but its state."""
    row = page_row(paper.object, paper.province, decision.state, decision.reason)
    return row | _origin(paper)


def _origin(paper: Paper) -> dict[str, Any]:
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
