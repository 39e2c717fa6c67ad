"""What people do with a bulk scan: hand it in, look at it, let it count; `page_acts` mends it.

Nothing of a batch counts before its owner commits it; every act on a page can be undone until
then. One person works on a batch at a time: an act takes the batch for five minutes, and
whoever comes meanwhile is told who holds it, and until when.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from services.scan import batch_store, store
from services.scan.batch_report import state_of
from services.scan.domain import OPEN, Decision, Match, Seen, without_code
from services.scan.holding import acting, check_owner, known_batch, note, page_object
from services.scan.papers import Paper, against_others, blank_row, tell
from shared.contracts.batch_commands import BatchAct, BatchBegun, BeginBatch, CommitBatch
from shared.contracts.events import How
from shared.contracts.scan_commands import PageState
from shared.kernel.errors import BatchNotReadError, PageNotPlacedError, UnknownPageError
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId
from shared.kernel.sheet_code import Side
from shared.plumbing.database import Database, Tx

__all__ = ["page_object"]


def begin_batch(database: Database, request: BeginBatch) -> BatchBegun:
    """Begin a batch, or find the one that this very file is already."""
    with database.transaction() as tx:
        known = batch_store.same_file(tx, request)
        if known is not None:
            return BatchBegun(known.batch, state_of(tx, known), is_known=True)
        batch = secrets.token_hex(16)
        batch_store.begin(tx, batch, request, at=database.clock())
        made = known_batch(tx, batch)
        note(tx, "begin_batch", request.actor, made, batch)
        return BatchBegun(batch, state_of(tx, made), is_known=False)


def announce_page(database: Database, batch: str, number: int) -> bool:
    """Say that a page is about to be handed in; False when it was read before."""
    object_ = page_object(batch, number)
    with database.transaction() as tx:
        batch_store.announce(tx, batch, number, object_)
        return store.page_of(tx, object_) is None


def settle_unread(database: Database, batch: str, number: int, cause: str) -> None:
    """A page of which there is no picture to keep: its state says why."""
    with database.transaction() as tx:
        row = known_batch(tx, batch)
        object_ = page_object(batch, number)
        if store.page_of(tx, object_) is not None:
            return
        died = Decision(PageState.FAILED, cause)
        decision = died if cause == "reader_died" else without_code(Seen((), 0, cause))
        paper = Paper(
            object_, ProvinceCode(row.province), CampaignId(row.campaign), How.BULK_SCAN, batch
        )
        page = blank_row(paper, decision) | {"read_at": database.clock()}
        store.add_page(tx, page | {"campaign": row.campaign})


def all_arrived(database: Database, batch: str) -> None:
    """The last page was handed in."""
    with database.transaction() as tx:
        if known_batch(tx, batch).state == batch_store.ARRIVING:
            batch_store.change(tx, batch, state=batch_store.ARRIVED)


def hold(database: Database, request: BatchAct) -> None:
    """Take a batch for five minutes, or for five more.

    Raises:
        BatchHeldError: somebody else has it.
    """
    with acting(database, "hold_batch", request.batch, request.actor):
        pass


def let_go(database: Database, request: BatchAct) -> None:
    """Let others work on it; whoever does not hold it changes nothing."""
    with database.transaction() as tx:
        row = known_batch(tx, request.batch)
        if row.holder == request.actor:
            batch_store.change(tx, request.batch, holder=None, held_until=None)


def hand_over(database: Database, request: BatchAct, to: str) -> None:
    """Give a batch to somebody else, who commits it then.

    Raises:
        BatchNotYoursError: only its owner may.
    """
    with acting(database, "hand_over_batch", request.batch, request.actor) as (tx, row):
        check_owner(row, request.actor)
        batch_store.change(tx, request.batch, owner=to, holder=None, held_until=None)


def commit_batch(database: Database, request: CommitBatch) -> int:
    """Let pages count; gives how many newly do.

    Pages that nobody has placed yet stay staged, and the batch stays open for them.

    Raises:
        BatchNotYoursError: only its owner may.
        PageNotPlacedError: a page that was named is one of these.
        BatchNotReadError: the whole of it was asked for, and pages are still waiting.
        UnknownPageError: a page that was named is not there or not read.
        BatchHeldError, BatchClosedError: not now.
    """
    with acting(database, "commit_batch", request.batch, request.actor) as (tx, row):
        check_owner(row, request.actor)
        pages = batch_store.pages_of(tx, request.batch)
        chosen = _chosen(request, row, pages)
        for page in chosen:
            _count(tx, row, page)
        waiting = row.pages - sum(page.state is not None for page in pages)
        if not waiting and not batch_store.staged_left(tx, request.batch):
            batch_store.change(
                tx, request.batch, state=batch_store.COMMITTED, holder=None, held_until=None
            )
        return len(chosen)


def discard_batch(database: Database, request: BatchAct) -> None:
    """Throw a whole batch away; pages of it that count already stay.

    Raises:
        BatchNotYoursError: only its owner may.
        BatchHeldError, BatchClosedError: not now.
    """
    with acting(database, "discard_batch", request.batch, request.actor) as (tx, row):
        check_owner(row, request.actor)
        for page in batch_store.pages_of(tx, request.batch):
            if page.staged:
                batch_store.change_page(
                    tx, page.object, {"state": PageState.DISCARDED, "reason": "batch"}
                )
        batch_store.change(
            tx, request.batch, state=batch_store.DISCARDED, holder=None, held_until=None
        )


def _chosen(request: CommitBatch, row: Row[Any], pages: Sequence[Row[Any]]) -> list[Row[Any]]:
    read = {page.number: page for page in pages if page.state is not None}
    if request.pages:
        for number in request.pages:
            if number not in read:
                raise UnknownPageError(request.batch, number)
            if read[number].state in OPEN:
                raise PageNotPlacedError(request.batch, number)
        return [read[number] for number in sorted(set(request.pages)) if read[number].staged]
    if row.state == batch_store.ARRIVING or len(read) < row.pages:
        raise BatchNotReadError(request.batch, row.pages - len(read))
    return [page for page in read.values() if page.staged and page.state not in OPEN]


def _count(tx: Tx, row: Row[Any], page: Row[Any]) -> None:
    """A page counts from now on: held once more against what came in by other ways meanwhile."""
    decision = Decision(PageState(page.state), page.reason)
    matched = _as_matched(tx, page)
    if matched is not None:
        decision = against_others(tx, matched, page.digest or "", page.quality, None)
    paper = _counting_paper(row, page)
    values = {"state": decision.state, "reason": decision.reason, "staged": False}
    batch_store.change_page(tx, page.object, values)
    tell(tx, paper, decision, None)


def _as_matched(tx: Tx, page: Row[Any]) -> Decision | None:
    """A page that may count: matched, or left alone by the one it was a duplicate of."""
    if page.state not in (PageState.MATCHED, PageState.DUPLICATE):
        return None
    match = Match(SheetId(page.sheet), page.serial, Side(page.side))
    if page.state == PageState.MATCHED:
        return Decision(PageState.MATCHED, page.reason, match)
    if store.counting_page(tx, match, page.batch) is not None:
        return None
    return Decision(PageState.MATCHED, "", match)


def _counting_paper(row: Row[Any], page: Row[Any]) -> Paper:
    province, campaign = ProvinceCode(row.province), CampaignId(row.campaign)
    return Paper(ObjectId(page.object), province, campaign, How.BULK_SCAN)
