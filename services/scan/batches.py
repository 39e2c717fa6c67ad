"""What people do with a bulk scan: hand it in, look at it, mend it, let it count.

Nothing of a batch counts before its owner commits it; every act on a page can be undone until
then. One person works on a batch at a time: an act takes the batch for five minutes, and
whoever comes meanwhile is told who holds it, and until when.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from services.scan import batch_store, store
from services.scan.batch_report import state_of
from services.scan.domain import Decision, Match, Seen, without_code
from services.scan.settling import Paper, against_others, ask_for_look, blank_row, tell
from shared.contracts.batch_commands import (
    AssignPage,
    BatchAct,
    BatchBegun,
    BeginBatch,
    CommitBatch,
    DiscardPage,
    UndoPage,
)
from shared.contracts.events import ActDone, How
from shared.contracts.scan_commands import PageState
from shared.kernel.errors import (
    BatchClosedError,
    BatchHeldError,
    BatchNotReadError,
    BatchNotYoursError,
    NothingToUndoError,
    PageCommittedError,
    UnknownBatchError,
    UnknownPageError,
    UnknownSheetError,
)
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId
from shared.kernel.sheet_code import Side
from shared.plumbing.database import Database, Tx

HOLD = timedelta(minutes=5)
_ACTED_ON = ("state", "reason", "sheet", "serial", "side")


def begin_batch(database: Database, request: BeginBatch) -> BatchBegun:
    """Begin a batch, or find the one that this very file is already."""
    with database.transaction() as tx:
        known = batch_store.same_file(tx, request)
        if known is not None:
            return BatchBegun(known.batch, state_of(tx, known), is_known=True)
        batch = secrets.token_hex(16)
        batch_store.begin(tx, batch, request, at=database.clock())
        _note(tx, "begin_batch", request.actor, batch_store.batch_of(tx, batch))
        made = batch_store.batch_of(tx, batch)
        assert made is not None
        return BatchBegun(batch, state_of(tx, made), is_known=False)


def page_object(batch: str, number: int) -> ObjectId:
    """The object that a page of a batch is: handed in again it is the same one."""
    digest = hashlib.sha256(f"hecha page 1\0{batch}{number}".encode())
    return ObjectId(digest.hexdigest()[:32])


def announce_page(database: Database, batch: str, number: int) -> bool:
    """Say that a page is about to be handed in; False when it was read before."""
    object_ = page_object(batch, number)
    with database.transaction() as tx:
        batch_store.announce(tx, batch, number, object_)
        return store.page_of(tx, object_) is None


def settle_unread(database: Database, batch: str, number: int, cause: str) -> None:
    """A page of which there is no picture to keep: its state says why."""
    with database.transaction() as tx:
        row = _known(tx, batch)
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
        if _known(tx, batch).state == batch_store.ARRIVING:
            batch_store.change(tx, batch, state=batch_store.ARRIVED)


def hold(database: Database, request: BatchAct) -> None:
    """Take a batch for five minutes, or for five more.

    Raises:
        BatchHeldError: somebody else has it.
    """
    with database.transaction() as tx:
        _take(tx, database, request.batch, request.actor)


def let_go(database: Database, request: BatchAct) -> None:
    """Let others work on it; whoever does not hold it changes nothing."""
    with database.transaction() as tx:
        row = _known(tx, request.batch)
        if row.holder == request.actor:
            batch_store.change(tx, request.batch, holder=None, held_until=None)


def hand_over(database: Database, request: BatchAct, to: str) -> None:
    """Give a batch to somebody else, who commits it then.

    Raises:
        BatchNotYoursError: only its owner may.
    """
    with database.transaction() as tx:
        row = _take(tx, database, request.batch, request.actor)
        _check_owner(row, request.actor)
        batch_store.change(tx, request.batch, owner=to, holder=None, held_until=None)
        _note(tx, "hand_over_batch", request.actor, row)


def discard_page(database: Database, request: DiscardPage) -> None:
    """Throw a page away.

    Raises:
        BatchHeldError, BatchClosedError, UnknownPageError, PageCommittedError: it may not be.
    """
    with database.transaction() as tx:
        row = _take(tx, database, request.batch, request.actor)
        page = _staged(tx, request.batch, request.page)
        _act(tx, request.batch, page, {"state": PageState.DISCARDED, "reason": request.reason})
        if page.state == PageState.MATCHED:
            batch_store.promote(tx, request.batch, page)
        _note(tx, "discard_page", request.actor, row)


def assign_page(database: Database, request: AssignPage) -> None:
    """A person says whose page it is.

    Raises:
        UnknownSheetError: no such sheet was printed in this campaign for this school.
        BatchHeldError, BatchClosedError, UnknownPageError, PageCommittedError: it may not be.
    """
    with database.transaction() as tx:
        row = _take(tx, database, request.batch, request.actor)
        page = _staged(tx, request.batch, request.page)
        known = store.issued_of(tx, [request.sheet]).get(request.sheet)
        if known is None or not known.is_of(row.school):
            raise UnknownSheetError(request.sheet)
        match = Match(request.sheet, known.newest_serial, Side(request.side))
        matched = Decision(PageState.MATCHED, "by_person", match)
        decision = against_others(tx, matched, page.digest or "", page.quality, request.batch)
        named = {"sheet": match.sheet, "serial": match.serial, "side": match.side.value}
        values = {"state": decision.state, "reason": decision.reason, **named}
        _act(tx, request.batch, page, values)
        ask_for_look(tx, _paper(row, page, request.batch), decision)
        _note(tx, "assign_page", request.actor, row)


def undo_page(database: Database, request: UndoPage) -> None:
    """Take back what a person last did to a page.

    Raises:
        NothingToUndoError: nobody did anything.
        BatchHeldError, BatchClosedError, UnknownPageError, PageCommittedError: it may not be.
    """
    with database.transaction() as tx:
        row = _take(tx, database, request.batch, request.actor)
        page = _staged(tx, request.batch, request.page)
        if page.before is None:
            raise NothingToUndoError(request.batch, request.page)
        batch_store.change_page(tx, page.object, json.loads(page.before))
        batch_store.remember(tx, request.batch, request.page, None)
        _note(tx, "undo_page", request.actor, row)


def commit_batch(database: Database, request: CommitBatch) -> int:
    """Let pages count; gives how many newly do.

    Raises:
        BatchNotYoursError: only its owner may.
        BatchNotReadError: the whole of it was asked for, and pages are still waiting.
        UnknownPageError: a page that was named is not there or not read.
        BatchHeldError, BatchClosedError: not now.
    """
    with database.transaction() as tx:
        row = _take(tx, database, request.batch, request.actor)
        _check_owner(row, request.actor)
        pages = batch_store.pages_of(tx, request.batch)
        chosen = _chosen(request, row, pages)
        for page in chosen:
            _count(tx, row, page)
        waiting = row.pages - sum(page.state is not None for page in pages)
        if not waiting and not batch_store.staged_left(tx, request.batch):
            batch_store.change(
                tx, request.batch, state=batch_store.COMMITTED, holder=None, held_until=None
            )
        _note(tx, "commit_batch", request.actor, row)
        return len(chosen)


def discard_batch(database: Database, request: BatchAct) -> None:
    """Throw a whole batch away; pages of it that count already stay.

    Raises:
        BatchNotYoursError: only its owner may.
        BatchHeldError, BatchClosedError: not now.
    """
    with database.transaction() as tx:
        row = _take(tx, database, request.batch, request.actor)
        _check_owner(row, request.actor)
        for page in batch_store.pages_of(tx, request.batch):
            if page.staged:
                batch_store.change_page(
                    tx, page.object, {"state": PageState.DISCARDED, "reason": "batch"}
                )
        batch_store.change(
            tx, request.batch, state=batch_store.DISCARDED, holder=None, held_until=None
        )
        _note(tx, "discard_batch", request.actor, row)


def _chosen(request: CommitBatch, row: Row[Any], pages: Sequence[Row[Any]]) -> list[Row[Any]]:
    read = {page.number: page for page in pages if page.state is not None}
    if request.pages:
        for number in request.pages:
            if number not in read:
                raise UnknownPageError(request.batch, number)
        return [read[number] for number in sorted(set(request.pages)) if read[number].staged]
    if row.state == batch_store.ARRIVING or len(read) < row.pages:
        raise BatchNotReadError(request.batch, row.pages - len(read))
    return [page for page in read.values() if page.staged]


def _count(tx: Tx, row: Row[Any], page: Row[Any]) -> None:
    """A page counts from now on: held once more against what came in by other ways meanwhile."""
    decision = Decision(PageState(page.state), page.reason)
    if decision.state is PageState.MATCHED:
        match = Match(SheetId(page.sheet), page.serial, Side(page.side))
        matched = Decision(PageState.MATCHED, page.reason, match)
        decision = against_others(tx, matched, page.digest or "", page.quality, None)
    paper = _paper(row, page, None)
    values = {"state": decision.state, "reason": decision.reason, "staged": False}
    batch_store.change_page(tx, page.object, values)
    tell(tx, paper, decision, None)


def _paper(row: Row[Any], page: Row[Any], batch: str | None) -> Paper:
    province, campaign = ProvinceCode(row.province), CampaignId(row.campaign)
    return Paper(ObjectId(page.object), province, campaign, How.BULK_SCAN, batch)


def _act(tx: Tx, batch: str, page: Row[Any], values: dict[str, Any]) -> None:
    before = json.dumps({name: getattr(page, name) for name in _ACTED_ON})
    batch_store.change_page(tx, page.object, values)
    batch_store.remember(tx, batch, page.number, before)


def _staged(tx: Tx, batch: str, number: int) -> Row[Any]:
    page = next((one for one in batch_store.pages_of(tx, batch) if one.number == number), None)
    if page is None or page.state is None:
        raise UnknownPageError(batch, number)
    if not page.staged:
        raise PageCommittedError(batch, number)
    return page


def _take(tx: Tx, database: Database, batch: str, actor: str) -> Row[Any]:
    row = _known(tx, batch, lock=True)
    if row.state in (batch_store.COMMITTED, batch_store.DISCARDED):
        raise BatchClosedError(batch, row.state)
    now = database.clock()
    if row.holder not in (None, actor) and row.held_until > now:
        raise BatchHeldError(batch, row.holder, row.held_until.isoformat())
    batch_store.change(tx, batch, holder=actor, held_until=now + HOLD)
    return row


def _known(tx: Tx, batch: str, *, lock: bool = False) -> Row[Any]:
    row = batch_store.batch_of(tx, batch, lock=lock)
    if row is None:
        raise UnknownBatchError(batch)
    return row


def _check_owner(row: Row[Any], actor: str) -> None:
    if row.owner != actor:
        raise BatchNotYoursError(row.batch, row.owner)


def _note(tx: Tx, act: str, actor: str, row: Row[Any] | None) -> None:
    assert row is not None
    done = ActDone(act, CampaignId(row.campaign), actor, "done", row.school)
    tx.say(done, province=ProvinceCode(row.province))
