"""Appends acts to the log: each once, in one order, as many together as arrive together."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.audit import numbers, store
from services.audit.domain import Chained, Event, Told, body_of, event_of
from services.audit.merkle import Node, leaf_hash
from services.audit.store import Head
from shared.contracts.events import ActDone
from shared.kernel.ids import FactId, ProvinceCode
from shared.plumbing import inbox
from shared.plumbing.database import Database, Tx
from shared.plumbing.hears import Heard
from shared.plumbing.inbox import AlreadyHeardError


@dataclass(slots=True, eq=False)
class _Waiting:
    """An act that a worker waits for."""

    heard: Heard[ActDone]
    is_done: bool = False
    error: BaseException | None = None


class Appender:
    """The one hand that writes the logs of this process.

    A log is written by one transaction at a time. Whoever comes first writes down everything
    that has come meanwhile, so that a burst costs one commit for each time the database is
    ready, not one for each act.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns: dict[ProvinceCode, threading.Lock] = {}
        self._waiting: dict[ProvinceCode, list[_Waiting]] = {}

    def append(self, heard: Heard[ActDone]) -> None:
        """Append an act; committed when this returns.

        Raises:
            AlreadyHeardError: it is in the log.
        """
        mine = _Waiting(heard)
        heard.was_opened = True
        self._waiting.setdefault(heard.province, []).append(mine)
        with self._turns.setdefault(heard.province, threading.Lock()):
            if not mine.is_done:
                self._write(self._waiting.pop(heard.province))
        if mine.error is not None:
            raise mine.error

    def _write(self, batch: Sequence[_Waiting]) -> None:
        try:
            known = append([one.heard for one in batch], self._database)
        except Exception as error:
            # Nothing was written: each comes back by itself, on its own worker.
            for one in batch:
                one.is_done, one.error = True, error
            return
        for one in batch:
            one.is_done = True
            if one.heard.id in known:
                one.error = AlreadyHeardError(one.heard.queue)


def append(batch: Sequence[Heard[ActDone]], database: Database) -> frozenset[FactId]:
    """Append acts of one province in one transaction; gives those that were there already."""
    province = batch[0].province
    with database.transaction() as tx:
        fresh, known = _take(tx, batch, database)
        if fresh:
            head = store.lock_head(tx, province)
            told = [Told(one.fact, one.id, one.at, province) for one in fresh]
            write(tx, head, told, database.clock())
    return known


def write(tx: Tx, head: Head, acts: Sequence[Told], now: datetime) -> Head:
    """Write acts of one province behind its locked head; gives the new one."""
    rows: list[tuple[Event, bytes, bytes]] = []
    leaf, province = head.leaf, acts[0].province
    for place, told in enumerate(acts, head.compact.size):
        event = event_of(told, Chained(place, leaf, now))
        body = body_of(event)
        leaf = leaf_hash(body)
        rows.append((event, leaf, body))
    kept: list[Node] = []
    after = Head(head.compact.plus((hash_ for _, hash_, _ in rows), kept), leaf)
    store.add_events(tx, rows)
    store.add_subtrees(tx, province, kept)
    given = [(one.source, one.source_seq) for one, _, _ in rows]
    numbers.count_numbers(tx, province, [(s, n) for s, n in given if s and n is not None])
    store.save_head(tx, province, after)
    return after


def _take(
    tx: Tx, batch: Sequence[Heard[ActDone]], database: Database
) -> tuple[list[Heard[ActDone]], frozenset[FactId]]:
    """The acts that are new, and the ids of those that are not; the inbox decides."""
    fresh, known = [], set()
    for one in batch:
        try:
            inbox.take(tx, one.queue, one.id, at=database.clock(), attempt=one.attempt)
        except AlreadyHeardError:
            known.add(one.id)
        else:
            fresh.append(one)
    return fresh, frozenset(known)
