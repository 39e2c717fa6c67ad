"""The owner of a committed bulk scan takes it back: what counted through it counts no more.

A sheet that somebody has entered something from keeps its pages: first the entry, then the paper.
What stood back behind a page that is taken back counts in its place.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from services.scan import batch_store, store
from services.scan.domain import Match
from services.scan.holding import Desk, acting
from services.scan.papers import PAGE, Paper, paper_of, tell_match, tell_readable_again
from services.scan.ticks.store import is_back_by_hand
from shared.contracts.batch_commands import TakeBackBatch, TakenBack
from shared.contracts.events import SheetPhotographed, SheetReturned
from shared.contracts.scan_commands import PageState
from shared.kernel.errors import NothingCommittedError, PageEnteredError, UnknownPageError
from shared.kernel.ids import SheetId
from shared.kernel.sheet_code import Side
from shared.plumbing.database import Tx


def take_back(desk: Desk, request: TakeBackBatch) -> TakenBack:
    """Stage pages again that were committed; the batch is open for every act from now on.

    Asked for the whole, pages of sheets that were entered from stay as they are, and are named.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school.
        NothingCommittedError: none of its pages counts.
        PageEnteredError: something was entered from the sheet of a page that was named.
        UnknownPageError: a page that was named was not committed.
        BatchNotYoursError, BatchHeldError, BatchClosedError, UnknownBatchError: not you, not now.
    """
    thrown_away = (batch_store.DISCARDED,)
    with acting(desk, request, "take_back_batch", closed=thrown_away) as held:
        held.check_owner()
        tx = held.tx
        chosen = _chosen(request, batch_store.pages_of(tx, request.batch))
        kept = _entered(tx, chosen)
        if kept and request.pages:
            raise PageEnteredError(request.batch, kept[0])
        going = [page for page in chosen if page.number not in kept]
        for page in going:
            batch_store.change_page(tx, page.object, {"staged": True})
        for page in going:
            _untell(tx, page)
        if going and held.row.state == batch_store.COMMITTED:
            batch_store.change(tx, request.batch, state=batch_store.ARRIVED)
        return TakenBack(len(going), tuple(kept))


def _untell(tx: Tx, page: Row[Any]) -> None:
    """Take back what was said of a page when it was committed."""
    if page.state == PageState.MATCHED:
        withdraw(tx, paper_of(page), Match(SheetId(page.sheet), page.serial, Side(page.side)))
    elif page.state in (PageState.UNREADABLE, PageState.REFUSED):
        tell_readable_again(tx, paper_of(page), page.reason)


def _chosen(request: TakeBackBatch, pages: Sequence[Row[Any]]) -> list[Row[Any]]:
    committed = {page.number: page for page in pages if page.state is not None and not page.staged}
    if not committed:
        raise NothingCommittedError(request.batch)
    for number in request.pages:
        if number not in committed:
            raise UnknownPageError(request.batch, number)
    return [committed[number] for number in sorted(set(request.pages) or committed)]


def _entered(tx: Tx, chosen: Sequence[Row[Any]]) -> list[int]:
    """The numbers of pages whose sheets were entered from; none is entered from meanwhile."""
    counting = [page for page in chosen if page.state == PageState.MATCHED]
    wanted = sorted({SheetId(page.sheet) for page in counting})
    for sheet in wanted:
        store.lock_sheet(tx, sheet)
    entered = store.entered_of(tx, wanted)
    return [page.number for page in counting if page.sheet in entered]


def withdraw(tx: Tx, paper: Paper, match: Match) -> None:
    """Say that a page, which stands back already, counts no more for its side of a sheet.

    The best page that had stood back behind it counts in its place, if there is one.
    """
    heir = store.heir_of(tx, match)
    if heir is not None:
        reason = _reason(tx, match.sheet, heir.serial)
        store.change_page(tx, heir.object, heir.page, PageState.MATCHED, reason)
    is_left = store.counts_anywhere(tx, match.sheet)
    withdrawn = SheetPhotographed(
        paper.campaign,
        match.sheet,
        match.serial,
        match.side,
        paper.object,
        PAGE,
        is_withdrawn=True,
        is_photographed=is_left,
        sequence=store.next_word(tx, match.sheet),
    )
    tx.say(withdrawn, province=paper.province)
    if heir is not None:
        tell_match(tx, paper_of(heir), Match(match.sheet, heir.serial, match.side))
    if not is_left and not is_back_by_hand(tx, match.sheet):
        store.mark_returned(tx, match.sheet, is_returned=False)
        word = store.next_word(tx, match.sheet)
        gone = SheetReturned(
            paper.campaign, match.sheet, paper.how, is_returned=False, sequence=word
        )
        tx.say(gone, province=paper.province)


def _reason(tx: Tx, sheet: SheetId, serial: int) -> str:
    newest = store.issued_of(tx, [sheet])[sheet].newest_serial
    return "superseded_serial" if serial < newest else ""
