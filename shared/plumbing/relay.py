"""The relay: makes facts leave an outbox. Claim, publish, mark; no transaction open between.

A crash between the steps says a fact twice (the inbox copes), never zero times.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from sqlalchemy import MetaData, bindparam, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from shared.plumbing.database import Database
from shared.plumbing.metrics import FACTS_SAID, OUTBOX_AGE, OUTBOX_WAITING
from shared.plumbing.outbox import outbox_table
from shared.plumbing.publish import OutgoingFact, Publisher, PublishError
from shared.plumbing.retention import purge

_log = logging.getLogger(__name__)
_OUTBOX = outbox_table(MetaData())

BATCH = 200
CLAIM = timedelta(seconds=30)
IDLE_S = 0.5
# After the broker was away: soon enough to be unnoticed, seldom enough not to hammer it.
TROUBLE_S = 1.0
PURGE_EVERY_S = 3600.0
# How old the figures of the outbox may be.
LOOK_EVERY_S = 5.0
# Built once: every relay asks it twice a second, and building it costs more than the answer.
_DUE = (
    select(
        _OUTBOX.c.id,
        _OUTBOX.c.fact_id,
        _OUTBOX.c.exchange,
        _OUTBOX.c.routing_key,
        _OUTBOX.c.body,
        _OUTBOX.c.traceparent,
    )
    .where(
        _OUTBOX.c.said_at.is_(None),
        or_(_OUTBOX.c.not_before.is_(None), _OUTBOX.c.not_before <= bindparam("now")),
        or_(_OUTBOX.c.claimed_until.is_(None), _OUTBOX.c.claimed_until <= bindparam("now")),
    )
    .order_by(_OUTBOX.c.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in an outbox."""

    waiting: int
    oldest_s: float


class Relay:
    """Says one service's facts, in a thread of its own (green where the process is patched)."""

    def __init__(self, database: Database, publisher: Publisher) -> None:
        self._database = database
        self._publisher = publisher
        self._bell = threading.Event()
        # A connection is for one thread at a time, and `stop` comes from another one.
        self._turn = threading.Lock()
        self._stopping = False
        self._next_purge = self._next_look = 0.0
        self.is_healthy = True
        database.said_listeners.append(self._bell.set)

    def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping:
            self._bell.clear()
            self._housekeep()
            said = self._try_once()
            if said < BATCH:
                self._bell.wait(IDLE_S if self.is_healthy else TROUBLE_S)

    def stop(self, *, flush_s: float = 5.0) -> None:
        """Stop after a last try to empty the outbox within `flush_s` seconds."""
        self._stopping = True
        self._bell.set()
        ends = self._database.clock() + timedelta(seconds=flush_s)
        while self._database.clock() < ends and self._try_once() > 0:
            pass
        with self._turn:
            self._publisher.close()

    def say_waiting(self) -> int:
        """One round: returns how many facts left.

        Raises:
            PublishError: the broker is away, or did not take every fact; those stay.
        """
        facts = self._claim()
        if not facts:
            return 0
        confirmed: list[int] = []
        try:
            confirmed = self._publisher.publish(facts)
            self._mark(confirmed)
        finally:
            self._give_back([fact.row for fact in facts if fact.row not in set(confirmed)])
        if len(confirmed) < len(facts):
            # Returned or refused by the broker: the topology is missing or a queue is full.
            raise PublishError("not every fact was taken")
        return len(confirmed)

    def backlog(self) -> Backlog:
        """How much waits, and for how long."""
        query = select(func.count(), func.min(_OUTBOX.c.created_at)).where(
            _OUTBOX.c.said_at.is_(None)
        )
        with self._database.transaction() as tx:
            waiting, oldest = tx.execute(query).one()
        age = (self._database.clock() - oldest).total_seconds() if oldest else 0.0
        OUTBOX_WAITING.labels(self._database.service).set(waiting)
        OUTBOX_AGE.labels(self._database.service).set(age)
        return Backlog(waiting, age)

    def _housekeep(self) -> None:
        try:
            if monotonic() >= self._next_look:
                self._next_look = monotonic() + LOOK_EVERY_S
                self.backlog()
            if monotonic() >= self._next_purge:
                self._next_purge = monotonic() + PURGE_EVERY_S
                purge(self._database)
        except SQLAlchemyError as trouble:
            _log.warning("outbox not looked after", extra={"code": type(trouble).__name__})

    def _try_once(self) -> int:
        try:
            with self._turn:
                said = self.say_waiting()
        except (PublishError, SQLAlchemyError) as trouble:
            # The bus or the database is away: both come back, and nothing is lost meanwhile.
            if self.is_healthy:
                code = type(trouble).__name__
                _log.warning("relay waits", extra={"code": code, "of": self._database.service})
            self.is_healthy = False
            return 0
        self.is_healthy = True
        return said

    def _claim(self) -> list[OutgoingFact]:
        now = self._database.clock()
        with self._database.transaction() as tx:
            facts = [OutgoingFact(*row) for row in tx.execute(_DUE, {"now": now})]
            if facts:
                ids = [fact.row for fact in facts]
                claim = update(_OUTBOX).where(_OUTBOX.c.id.in_(ids))
                tx.execute(claim.values(claimed_until=now + CLAIM))
        return facts

    def _give_back(self, rows: Sequence[int]) -> None:
        if not rows:
            return
        # Free for the next round, but not as if never claimed: it may have left, so that an
        # undo must not delete it any more.
        statement = update(_OUTBOX).where(_OUTBOX.c.id.in_(rows), _OUTBOX.c.said_at.is_(None))
        with self._database.transaction() as tx:
            tx.execute(statement.values(claimed_until=self._database.clock()))

    def _mark(self, rows: Sequence[int]) -> None:
        if not rows:
            return
        now = self._database.clock()
        # Forgotten in a power cut, they are said again, and the inbox of each hearer knows them.
        with self._database.transaction(lasting=False) as tx:
            tx.execute(
                update(_OUTBOX)
                .where(_OUTBOX.c.id.in_(rows))
                .values(said_at=now, claimed_until=None)
            )
        FACTS_SAID.labels(self._database.service).inc(len(rows))
