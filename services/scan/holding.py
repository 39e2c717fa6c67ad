"""Who works on a batch: taken for five minutes by an act, and every act on record."""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from services.scan import batch_store
from shared.contracts.events import ActDone
from shared.kernel.errors import (
    BatchClosedError,
    BatchHeldError,
    BatchNotYoursError,
    DomainError,
    UnknownBatchError,
)
from shared.kernel.ids import ObjectId, ProvinceCode
from shared.plumbing.database import Database, Tx

HOLD = timedelta(minutes=5)
_CLOSED = (batch_store.COMMITTED, batch_store.DISCARDED)


def page_object(batch: str, number: int) -> ObjectId:
    """The object that a page of a batch is: handed in again it is the same one."""
    digest = hashlib.sha256(f"hecha page 1\0{batch}{number}".encode())
    return ObjectId(digest.hexdigest()[:32])


@contextmanager
def acting(
    database: Database, act: str, batch: str, actor: str, page: int = 0
) -> Iterator[tuple[Tx, Row[Any]]]:
    """A transaction in which somebody acts on a batch; done or refused, it is on record.

    Args:
        database: scan's.
        act: its name in the audit log.
        batch: id of the batch; it is taken for five minutes.
        actor: who acts.
        page: of an act on one page, its number.

    Raises:
        UnknownBatchError, BatchHeldError, BatchClosedError: it may not be acted on now.
    """
    object_ = page_object(batch, page) if page else batch
    with _on_record(database, act, batch, actor, object_) as tx:
        yield tx, take(tx, database, batch, actor, closed=_CLOSED)


@contextmanager
def reopening(
    database: Database, act: str, batch: str, actor: str
) -> Iterator[tuple[Tx, Row[Any]]]:
    """The same for the one act that a batch still takes once it was committed.

    Raises:
        UnknownBatchError, BatchHeldError, BatchClosedError: it may not be acted on now.
    """
    with _on_record(database, act, batch, actor, batch) as tx:
        yield tx, take(tx, database, batch, actor, closed=(batch_store.DISCARDED,))


@contextmanager
def _on_record(database: Database, act: str, batch: str, actor: str, object_: str) -> Iterator[Tx]:
    try:
        with database.transaction() as tx:
            yield tx
            note(tx, act, actor, known_batch(tx, batch), object_)
    except DomainError as refusal:
        with database.transaction() as tx:
            known = batch_store.batch_of(tx, batch)
            if known is not None:
                note(tx, act, actor, known, object_, outcome=refusal.code)
        raise


def take(
    tx: Tx, database: Database, batch: str, actor: str, *, closed: Collection[str]
) -> Row[Any]:
    """The batch, from now on held by who acts on it.

    Raises:
        UnknownBatchError, BatchHeldError, BatchClosedError: it may not be acted on now.
    """
    row = known_batch(tx, batch, lock=True)
    if row.state in closed:
        raise BatchClosedError(batch, row.state)
    now = database.clock()
    if row.holder not in (None, actor) and row.held_until > now:
        raise BatchHeldError(batch, row.holder, row.held_until.isoformat())
    batch_store.change(tx, batch, holder=actor, held_until=now + HOLD)
    return row


def known_batch(tx: Tx, batch: str, *, lock: bool = False) -> Row[Any]:
    """A batch by its id.

    Raises:
        UnknownBatchError: there is none.
    """
    row = batch_store.batch_of(tx, batch, lock=lock)
    if row is None:
        raise UnknownBatchError(batch)
    return row


def check_owner(row: Row[Any], actor: str) -> None:
    """Only who handed a batch in lets it count or throws it away.

    Raises:
        BatchNotYoursError: it is somebody else's.
    """
    if row.owner != actor:
        raise BatchNotYoursError(row.batch, row.owner)


def note(
    tx: Tx, act: str, actor: str, row: Row[Any], object_: str, *, outcome: str = "done"
) -> None:
    """Put an act on record, or its refusal."""
    done = ActDone(act, object_, actor, outcome, row.school)
    tx.say(done, province=ProvinceCode(row.province))
