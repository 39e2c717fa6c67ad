"""What scan does with facts and commands: one function for each."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from services.scan import store
from services.scan.domain import (
    Decision,
    HandedIn,
    Match,
    Seen,
    better,
    decide,
    verified,
)
from services.scan.image.reading import FoundCode, Reading
from services.scan.reader import Read, Reader, ReaderDiedError
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
    keys = reader.keys()
    if verified(_codes(read.reading), keys):
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
    seen = _seen(read.reading)
    named = {one.head.sheet for one in verified(seen.codes, keys)}
    given = HandedIn(paper.campaign, heard.fact.sheet)
    with heard.transaction() as tx:
        if store.page_of(tx, paper.object, PAGE) is not None:
            return  # read before, under another fact
        decision = decide(seen, keys, store.issued_of(tx, named), given)
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
    if not better(quality, counting.quality):
        return Decision(PageState.DUPLICATE, "same_sheet_same_side", match)
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
    elif decision.state is PageState.UNREADABLE:
        unreadable = PhotoUnreadable(paper.campaign, paper.object, PAGE, ticket, decision.reason)
        tx.say(unreadable, province=paper.province)
    elif decision.state is PageState.MISFILED:
        misfiled = PageMisfiled(paper.campaign, paper.object, PAGE, ticket, decision.reason)
        tx.say(misfiled, province=paper.province)


def _end(heard: Heard[PhotoKept], paper: Paper, decision: Decision) -> None:
    with heard.transaction() as tx:
        if store.page_of(tx, paper.object, PAGE) is None:
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


def _codes(reading: Reading) -> tuple[tuple[str, str], ...]:
    return tuple((one.letter, one.code) for one in reading.codes)


def _seen(reading: Reading) -> Seen:
    cause = reading.cause.value if reading.cause is not None else None
    return Seen(_codes(reading), reading.others, cause, _quality(reading))


def _quality(reading: Reading) -> int:
    """How many pixels wide the largest symbol is: what every later reading gains from."""
    return max((_side_px(one, reading.width) for one in reading.codes), default=0)


def _side_px(one: FoundCode, width: int) -> int:
    if len(one.corners) < 2:
        return 1  # found only by rescue: any plain reading is better
    xs = [corner[0] for corner in one.corners]
    return max(1, (max(xs) - min(xs)) * width // 1000)


def _named(seen: Seen, keys: tuple[CodeKey, ...]) -> dict[str, Any]:
    """What an authentic code names, matched or not; nothing when several sheets are in view."""
    found = verified(seen.codes, keys)
    heads = {one.head.sheet: one.head for one in found}
    if len(heads) != 1:
        return {}
    head = next(iter(heads.values()))
    return {"sheet": head.sheet, "serial": head.serial, "side": head.side.value}


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
