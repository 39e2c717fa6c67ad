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
from services.scan.holding import (
    Desk,
    acting,
    aim_of,
    known_batch,
    note,
    page_object,
    require_at,
)
from services.scan.papers import Paper, against_others, blank_row, tell
from shared.contracts.batch_commands import (
    BatchAct,
    BatchBegun,
    BatchDone,
    BeginBatch,
    CommitBatch,
    HandOverBatch,
)
from shared.contracts.events import How
from shared.contracts.scan_commands import PageState
from shared.kernel.authority import Role
from shared.kernel.errors import BatchNotReadError, PageNotPlacedError, UnknownPageError
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId
from shared.kernel.sheet_code import Side
from shared.plumbing.acting import Deed, looking
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
        note(tx, "begin_batch", request.owner, made, batch)
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


def hold(desk: Desk, request: BatchAct) -> BatchDone:
    """Take a batch for five minutes, or for five more.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school.
        BatchHeldError: somebody else has it.
    """
    with acting(desk, request, "hold_batch"):
        return BatchDone(request.batch)


def let_go(desk: Desk, request: BatchAct) -> BatchDone:
    """Let others work on it; whoever does not hold it changes nothing.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school.
        UnknownBatchError: there is none.
    """
    actor = desk.actors.of(request.actor)
    with desk.database.transaction() as tx:
        aim = aim_of(tx, request.batch)
    with looking(desk.database, actor, Deed("let_go_batch", request.batch, aim.school)) as tx:
        require_at(tx, actor, request, aim)
        row = known_batch(tx, request.batch)
        if row.holder == actor.person:
            batch_store.change(tx, request.batch, holder=None, held_until=None)
    return BatchDone(request.batch)


def hand_over(desk: Desk, request: HandOverBatch) -> BatchDone:
    """Give a batch to somebody else, who commits it then.

    A registrar gives away any batch of the school: who handed it in may be gone.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school.
        BatchNotYoursError: neither its owner nor a registrar.
    """
    with acting(desk, request, "hand_over_batch") as held:
        if held.actor.role is not Role.REGISTRAR:
            held.check_owner()
        batch_store.change(held.tx, request.batch, owner=request.to, holder=None, held_until=None)
    return BatchDone(request.batch)


def commit_batch(desk: Desk, request: CommitBatch) -> BatchDone:
    """Let pages count; gives how many newly do.

    Pages that nobody has placed yet stay staged, and the batch stays open for them.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school.
        BatchNotYoursError: only its owner may.
        PageNotPlacedError: a page that was named is one of these.
        BatchNotReadError: the whole of it was asked for, and pages are still waiting.
        UnknownPageError: a page that was named is not there or not read.
        BatchHeldError, BatchClosedError: not now.
    """
    with acting(desk, request, "commit_batch") as held:
        held.check_owner()
        tx, row = held.tx, held.row
        pages = batch_store.pages_of(tx, request.batch)
        chosen = _chosen(request, row, pages)
        for page in chosen:
            _count(tx, row, page)
        waiting = row.pages - sum(page.state is not None for page in pages)
        if not waiting and not batch_store.staged_left(tx, request.batch):
            batch_store.change(
                tx, request.batch, state=batch_store.COMMITTED, holder=None, held_until=None
            )
    return BatchDone(request.batch, len(chosen))


def discard_batch(desk: Desk, request: BatchAct) -> BatchDone:
    """Throw a whole batch away; pages of it that count already stay.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not their school.
        BatchNotYoursError: only its owner may.
        BatchHeldError, BatchClosedError: not now.
    """
    with acting(desk, request, "discard_batch") as held:
        held.check_owner()
        staged = [one for one in batch_store.pages_of(held.tx, request.batch) if one.staged]
        gone = {"state": PageState.DISCARDED, "reason": "batch"}
        for page in staged:
            batch_store.change_page(held.tx, page.object, gone)
        batch_store.change(
            held.tx, request.batch, state=batch_store.DISCARDED, holder=None, held_until=None
        )
    return BatchDone(request.batch, len(staged))


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
