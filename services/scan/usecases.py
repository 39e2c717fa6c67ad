"""What scan does with facts and commands: one function for each."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from services.scan import store
from services.scan.domain import (
    NOT_READ,
    Decision,
    HandedIn,
    Match,
    Seen,
    beside,
    decide,
    named,
    verified,
)
from services.scan.reader import Read, Reader, ReaderDiedError
from services.scan.seeing import codes_of, seen_of
from shared.contracts.events import (
    CoverIssued,
    How,
    Lane,
    LayoutPublished,
    PageMisfiled,
    PhotoDamaged,
    PhotoKept,
    PhotoUnreadable,
    SheetIssued,
    SheetPhotographed,
    SheetReturned,
)
from shared.contracts.scan_commands import (
    OpenSheet,
    PageState,
    PhotoState,
    PhotoStateRequest,
    Returns,
    ReturnsRequest,
)
from shared.kernel.errors import GrantRefusedError
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId
from shared.kernel.sheet_code import CodeKey, Side
from shared.plumbing.database import Database, Tx
from shared.plumbing.hears import Heard
from shared.sealing.body import NotSealedError

PAGE = 0  # a photo is one page


@dataclass(frozen=True, slots=True)
class Paper:
    """A page about to get its state: where it came from, and what was read on it."""

    object: ObjectId
    province: ProvinceCode
    campaign: CampaignId
    how: How


def keep_issued(heard: Heard[SheetIssued]) -> None:
    """Sheets were printed: from now on their codes match; photos that came sooner do too."""
    fact = heard.fact
    with heard.transaction() as tx:
        store.lock_issuing(tx, is_issuing=True)
        store.add_issued(tx, fact.campaign, fact.unit, fact.sheets)
        for row in store.waiting_for_issue(tx, [one.sheet for one in fact.sheets]):
            _match_waiting(tx, row)


def keep_cover(heard: Heard[CoverIssued]) -> None:
    """A class cover was printed."""
    with heard.transaction() as tx:
        store.add_cover(tx, heard.fact)


def keep_layout(heard: Heard[LayoutPublished]) -> None:
    """A province's own layout was frozen."""
    with heard.transaction() as tx:
        store.add_layout(tx, heard.fact)


def note_damaged(heard: Heard[PhotoDamaged]) -> None:
    """Storage could not verify an object: its page says so."""
    fact = heard.fact
    with heard.transaction() as tx:
        if store.page_of(tx, fact.object) is None:
            row = _row(fact.object, heard.province, PageState.DAMAGED, fact.reason)
            store.add_page(tx, row | {"read_at": heard.database.clock()})


def read_kept(heard: Heard[PhotoKept], reader: Reader) -> None:
    """A photo is in the archive: read it, and give it its one state."""
    if heard.is_known():
        return
    fact = heard.fact
    how = How.PHOTO if fact.lane is Lane.PHOTO else How.BULK_SCAN
    paper = Paper(fact.object, heard.province, fact.campaign, how)
    try:
        read = reader.read(fact.object)
    except ReaderDiedError:
        _end(heard, paper, Decision(PageState.FAILED, "reader_died"))
        return
    except NotSealedError:
        _end(heard, paper, Decision(PageState.DAMAGED, "does_not_open"))
        return
    except GrantRefusedError as refusal:
        if "erased" not in refusal.args:
            raise  # somebody's mistake, which a person can mend and hear again
        _end(heard, paper, Decision(PageState.DAMAGED, "erased"))
        return
    keys = reader.keys()
    if verified(codes_of(read.reading), keys):
        reader.hand_in_view(fact, heard.province, read)
    _settle(heard, paper, read, keys)


def photo_state(database: Database, request: PhotoStateRequest) -> PhotoState:
    """What became of a photo; waiting until it was read."""
    with database.transaction() as tx:
        row = store.page_of(tx, request.object, PAGE)
    if row is None:
        return PhotoState(request.object, PageState.WAITING)
    corners = tuple((int(x), int(y)) for x, y in json.loads(row.corners))
    is_ours = row.state in (PageState.MATCHED, PageState.DUPLICATE)
    return PhotoState(
        request.object,
        PageState(row.state),
        row.reason,
        corners,
        # Whose page a misfiled photo shows is nobody's business out there.
        SheetId(row.sheet) if row.sheet and is_ours else None,
        row.engine,
        row.cpu_ms,
    )


def returns(database: Database, request: ReturnsRequest) -> Returns:
    """Which sheets of a class are still out."""
    with database.transaction() as tx:
        rows = store.returns_of(tx, request.campaign, request.unit)
    missing = tuple(
        OpenSheet(SheetId(row.sheet), row.number_in_class) for row in rows if not row.returned
    )
    return Returns(request.unit, len(rows), len(rows) - len(missing), missing)


def _settle(heard: Heard[PhotoKept], paper: Paper, read: Read, keys: tuple[CodeKey, ...]) -> None:
    seen = seen_of(read.reading, keys)
    given = HandedIn(paper.campaign, heard.fact.sheet)
    with heard.transaction() as tx:
        if not _is_open(tx, paper.object):
            return  # read before, under another fact
        decision = _decided(tx, seen, keys, given)
        row = _row(paper.object, paper.province, decision.state, decision.reason)
        row |= {
            "campaign": paper.campaign,
            "ticket": heard.fact.sheet,
            "quality": seen.quality,
            "digest": read.digest,
            "engine": read.reading.engine.value,
            "cpu_ms": read.reading.cpu_ms,
            "corners": json.dumps(read.reading.corners),
            "how": paper.how.value,
            "read_at": heard.database.clock(),
        }
        row |= _named(seen, keys)
        if decision.match is not None:
            decision = _against_others(tx, decision, read.digest, seen.quality)
            row |= {"state": decision.state.value, "reason": decision.reason}
        store.add_page(tx, row)
        _tell(tx, paper, decision, heard.fact.sheet)


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


def _against_others(tx: Tx, matched: Decision, digest: str, quality: int) -> Decision:
    """A matched page against the one that counts so far: the better photo stays."""
    match = matched.match
    assert match is not None
    store.lock_sheet(tx, match.sheet)
    if store.same_bytes(tx, digest, match):
        return Decision(PageState.DUPLICATE, "same_bytes", match)
    counting = store.counting_page(tx, match)
    if counting is None:
        return matched
    decision = beside((match.serial, quality), (counting.serial, counting.quality))
    if decision.state is not PageState.MATCHED:
        return decision
    store.change_page(
        tx, counting.object, counting.page, PageState.DUPLICATE, "same_sheet_same_side"
    )
    return matched


def _tell(tx: Tx, paper: Paper, decision: Decision, ticket: SheetId | None) -> None:
    match = decision.match
    if match is not None and decision.state is PageState.MATCHED:
        photographed = SheetPhotographed(
            paper.campaign, match.sheet, match.serial, match.side, paper.object, PAGE
        )
        tx.say(photographed, province=paper.province)
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


def _end(heard: Heard[PhotoKept], paper: Paper, decision: Decision) -> None:
    with heard.transaction() as tx:
        if _is_open(tx, paper.object):
            row = _row(paper.object, paper.province, decision.state, decision.reason)
            row |= {"campaign": paper.campaign, "ticket": heard.fact.sheet}
            store.add_page(tx, row | {"how": paper.how.value, "read_at": heard.database.clock()})


def _match_waiting(tx: Tx, row: Row[Any]) -> None:
    """A page whose sheet was not known to be issued when it was read."""
    sheet = SheetId(row.sheet)
    known = store.issued_of(tx, [sheet])[sheet]
    if row.serial not in known.serials:
        return
    paper = Paper(
        ObjectId(row.object),
        ProvinceCode(row.province),
        CampaignId(row.campaign),
        How(row.how),
    )
    if row.ticket is not None and row.ticket != sheet:
        decision = Decision(PageState.MISFILED, "other_pupil")
    else:
        match = Match(sheet, row.serial, Side(row.side))
        reason = "superseded_serial" if row.serial < known.newest_serial else ""
        matched = Decision(PageState.MATCHED, reason, match)
        decision = _against_others(tx, matched, row.digest, row.quality)
    store.change_page(tx, row.object, row.page, decision.state, decision.reason)
    _tell(tx, paper, decision, row.ticket)


def _named(seen: Seen, keys: tuple[CodeKey, ...]) -> dict[str, Any]:
    """What an authentic code names, matched or not; nothing when several sheets are in view."""
    code = named(verified(seen.codes, keys))
    if code is None:
        return {}
    return {"sheet": code.head.sheet, "serial": code.head.serial, "side": code.head.side.value}


def _row(
    object_: ObjectId, province: ProvinceCode, state: PageState, reason: str
) -> dict[str, Any]:
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
