"""How a read page gets its one state, against everything else that is known of its sheet."""

import json
from typing import Any

from services.scan import store
from services.scan.digits.settling import look_again_in
from services.scan.domain import NOT_READ, Decision, HandedIn, Seen, decide, named, verified
from services.scan.papers import (
    PAGE,
    Paper,
    against_others,
    ask_for_look,
    origin_of,
    page_row,
    tell,
)
from services.scan.reader import Read
from services.scan.seeing import seen_of
from shared.contracts.events import PhotoKept
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import CampaignId, ObjectId, SheetId
from shared.kernel.sheet_code import CodeKey, CodeType
from shared.plumbing.database import Tx
from shared.plumbing.hears import Heard


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
            **origin_of(paper),
            "read_at": heard.database.clock(),
        }
        row |= _named(seen, keys)
        row |= {"cover": _cover(seen, keys, paper.campaign)}
        if decision.match is not None:
            decision = against_others(tx, decision, read.digest, seen.quality, paper.batch)
            row |= {"state": decision.state.value, "reason": decision.reason}
        store.add_page(tx, row)
        tell(tx, paper, decision, heard.fact.sheet)
        ask_for_look(tx, paper, decision)
        if decision.state is PageState.COVER and paper.batch is not None:
            look_again_in(tx, paper.batch)


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


def end(heard: Heard[PhotoKept], paper: Paper, decision: Decision) -> None:
    """Give a page that could not be read its state."""
    with heard.transaction() as tx:
        if _is_open(tx, paper.object):
            row = page_row(paper.object, paper.province, decision.state, decision.reason)
            row |= {"campaign": paper.campaign, "ticket": heard.fact.sheet}
            store.add_page(tx, row | origin_of(paper) | {"read_at": heard.database.clock()})


def _named(seen: Seen, keys: tuple[CodeKey, ...]) -> dict[str, Any]:
    """What an authentic code names, matched or not; nothing when several sheets are in view."""
    code = named(verified(seen.codes, keys))
    if code is None:
        return {}
    return {"sheet": code.head.sheet, "serial": code.head.serial, "side": code.head.side.value}


def _cover(seen: Seen, keys: tuple[CodeKey, ...], campaign: CampaignId) -> SheetId | None:
    """The class cover of this campaign that a page is; None of any other page."""
    right = verified(seen.codes, keys)
    covers = {one.head.sheet for one in right if one.head.type is CodeType.COVER}
    is_cover = len(covers) == 1 and all(one.key.campaign == campaign for one in right)
    is_alone = all(one.head.type is CodeType.COVER for one in right)
    return covers.pop() if is_cover and is_alone else None
