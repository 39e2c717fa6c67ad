"""What scan does with facts and commands: one function for each."""

from typing import Any

from sqlalchemy import Row

from services.scan import batch_store, store
from services.scan.cells.store import flat_page
from services.scan.cells.verdicts import places_of, points_of, verdict_of
from services.scan.digits.store import add_numbers
from services.scan.domain import Decision, Match
from services.scan.papers import (
    OF_A_SHEET,
    PAGE,
    Paper,
    against_others,
    ask_for_look,
    page_row,
    paper_of,
    tell,
)
from services.scan.reader import Reader, ReaderDiedError
from services.scan.settling import end, settle
from shared.contracts.change_events import ChangeEntered, SheetConfirmed
from shared.contracts.events import (
    CoverIssued,
    How,
    LayoutPublished,
    PhotoDamaged,
    PhotoKept,
    SheetIssued,
)
from shared.contracts.scan_commands import (
    OpenSheet,
    PageState,
    PageVerdict,
    PhotoState,
    PhotoStateRequest,
    PhotoStates,
    PhotoStatesRequest,
    Returns,
    ReturnsRequest,
)
from shared.kernel.errors import GrantRefusedError
from shared.kernel.ids import ObjectId, SheetId, UnitCode
from shared.kernel.sheet_code import Side
from shared.plumbing.database import Database, Tx
from shared.plumbing.hears import Heard, Reject
from shared.sealing.body import NotSealedError


def keep_issued(heard: Heard[SheetIssued]) -> None:
    """Sheets were printed: from now on their codes match; photos that came sooner do too."""
    fact = heard.fact
    with heard.transaction() as tx:
        store.lock_issuing(tx, is_issuing=True)
        store.add_issued(tx, fact.campaign, fact.unit, fact.sheets)
        add_numbers(tx, fact.sheets)
        for row in store.waiting_for_issue(tx, [one.sheet for one in fact.sheets]):
            _match_waiting(tx, row)


def keep_entered(heard: Heard[ChangeEntered] | Heard[SheetConfirmed]) -> None:
    """Somebody has entered what a sheet asks for: its pages are taken back no more."""
    with heard.transaction() as tx:
        store.mark_entered(tx, heard.fact.sheet)


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
            row = page_row(fact.object, heard.province, PageState.DAMAGED, fact.reason)
            store.add_page(tx, row | {"read_at": heard.database.clock()})


def read_kept(heard: Heard[PhotoKept], reader: Reader) -> None:
    """A photo is in the archive: read it, and give it its one state."""
    if heard.is_known():
        return
    fact = heard.fact
    paper = Paper(fact.object, heard.province, fact.campaign, How.PHOTO)
    read_paper(heard, reader, paper)


def read_page_kept(heard: Heard[PhotoKept], reader: Reader) -> None:
    """A page of a bulk scan is in the archive: read it; it counts when its batch is committed.

    Raises:
        Reject: no batch knows this page.
    """
    if heard.is_known():
        return
    fact = heard.fact
    with heard.database.transaction() as tx:
        known = batch_store.of_object(tx, fact.object)
    if known is None:
        raise Reject("unknown_page")
    origin = (known.batch, UnitCode(known.school))
    read_paper(
        heard, reader, Paper(fact.object, heard.province, fact.campaign, How.BULK_SCAN, *origin)
    )


def read_paper(heard: Heard[PhotoKept], reader: Reader, paper: Paper) -> None:
    """Read one object, and give its page its one state."""
    fact = heard.fact
    try:
        read = reader.read(fact.object, is_scan=paper.how is How.BULK_SCAN)
    except ReaderDiedError:
        end(heard, paper, Decision(PageState.FAILED, "reader_died"))
        return
    except NotSealedError:
        end(heard, paper, Decision(PageState.DAMAGED, "does_not_open"))
        return
    except GrantRefusedError as refusal:
        if "erased" not in refusal.args:
            raise  # somebody's mistake, which a person can mend and hear again
        end(heard, paper, Decision(PageState.DAMAGED, "erased"))
        return
    keys = reader.keys()
    settle(heard, paper, read, keys)


def photo_state(database: Database, request: PhotoStateRequest) -> PhotoState:
    """What became of a photo; waiting until it was read."""
    with database.transaction() as tx:
        return _photo_state(tx, request.object)


def photo_states(database: Database, request: PhotoStatesRequest) -> PhotoStates:
    """What became of some photos, in the order they were asked for."""
    with database.transaction() as tx:
        return PhotoStates(tuple(_photo_state(tx, one) for one in request.objects))


def _photo_state(tx: Tx, object_: ObjectId) -> PhotoState:
    row = store.page_of(tx, object_, PAGE)
    seen = flat_page(tx, object_, PAGE)
    if row is None or (seen is None and _may_be_told_by_number(row)):
        return PhotoState(object_, PageState.WAITING)
    if _shows_another(row):
        return PhotoState(object_, PageState.MISFILED, "other_pupil")
    corners = points_of(row.corners) or (points_of(seen.corners) if seen is not None else ())
    is_ours = row.state in (PageState.MATCHED, PageState.DUPLICATE)
    return PhotoState(
        object_,
        PageState(row.state),
        row.reason,
        corners,
        # Whose page a misfiled photo shows is nobody's business out there.
        SheetId(row.sheet) if row.sheet and is_ours else None,
        row.engine,
        row.cpu_ms,
        verdict_of(seen) if is_ours else PageVerdict.PENDING,
        places_of(seen) if is_ours else (),
    )


def _shows_another(row: Row[Any]) -> bool:
    """Whether a person placed a photo on another sheet than the one it was sent for."""
    is_placed = row.state in OF_A_SHEET
    return is_placed and row.ticket is not None and row.ticket != row.sheet


def _may_be_told_by_number(row: Row[Any]) -> bool:
    """Whether the second look may still say whose page it is."""
    return (row.state, row.reason) == (PageState.UNMATCHED, "no_code")


def returns(database: Database, request: ReturnsRequest) -> Returns:
    """Which sheets of a class are still out."""
    with database.transaction() as tx:
        rows = store.returns_of(tx, request.campaign, request.unit)
    missing = tuple(
        OpenSheet(SheetId(row.sheet), row.number_in_class) for row in rows if not row.returned
    )
    return Returns(request.unit, len(rows), len(rows) - len(missing), missing)


def _match_waiting(tx: Tx, row: Row[Any]) -> None:
    """A page whose sheet was not known to be issued when it was read."""
    sheet = SheetId(row.sheet)
    known = store.issued_of(tx, [sheet])[sheet]
    if row.serial not in known.serials:
        return
    paper = paper_of(row)
    if row.ticket is not None and row.ticket != sheet:
        decision = Decision(PageState.MISFILED, "other_pupil")
    else:
        match = Match(sheet, row.serial, Side(row.side))
        reason = "superseded_serial" if row.serial < known.newest_serial else ""
        matched = Decision(PageState.MATCHED, reason, match)
        decision = against_others(tx, matched, row.digest, row.quality, paper.batch)
    store.change_page(tx, row.object, row.page, decision.state, decision.reason)
    tell(tx, paper, decision, row.ticket)
    ask_for_look(tx, paper, decision)
