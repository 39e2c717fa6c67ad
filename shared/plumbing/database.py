"""One database per service, short transactions, and facts said inside them.

Works with and without eventlet: locks come from `threading`, which is green where the
process was patched. Nothing may yield inside a transaction (no publish, RPC, HTTP, S3,
sleep, offload): do slow work first.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from operator import itemgetter
from time import monotonic
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    MetaData,
    Table,
    create_engine,
    event,
    insert,
)
from sqlalchemy.engine import CursorResult, make_url
from sqlalchemy.exc import InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.pool import StaticPool

from shared.contracts.events import ActDone
from shared.contracts.facts import Fact
from shared.contracts.wire import seal_envelope
from shared.kernel.clock import Clock, utc_now
from shared.kernel.ids import FactId, ProvinceCode, uuid7
from shared.plumbing import tracing
from shared.plumbing.acts import SaidAct, numbered
from shared.plumbing.outages import count_as_outages
from shared.plumbing.outbox import outbox_table
from shared.plumbing.slow_work import open_transaction

# psycopg's binary wait blocks the whole hub of a patched process; this one yields.
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

count_as_outages(OperationalError, InterfaceError)

STATEMENT_TIMEOUT_MS = 5_000
# A transaction that idles this long was left open across slow work: a bug, ended by the server.
IDLE_IN_TRANSACTION_MS = 10_000
BUSY_TIMEOUT_MS = 2_000
# SQLite's own 2 MB and 4 MB make a bulk write read and write the same pages again and again.
CACHE_KB = 16_384
CHECKPOINT_PAGES = 4_000
# A server is not back sooner after it went away.
PING_AFTER_S = 1.0

_SAY = insert(outbox_table(MetaData()))
_sqlite_locks: dict[str, threading.Lock] = {}


class NestedTransactionError(RuntimeError):
    """A transaction was begun inside another one of the same database and thread."""


class Tx:
    """One open transaction."""

    def __init__(self, database: "Database", connection: Connection) -> None:
        self._database = database
        self._connection = connection
        self._acts: list[SaidAct] = []
        self.said: list[FactId] = []

    @property
    def service(self) -> str:
        """The service whose database this is."""
        return self._database.service

    @property
    def connection(self) -> Connection:
        """SQLAlchemy's connection, for bulk inserts and driver features."""
        return self._connection

    def execute(
        self,
        statement: Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run one Core statement."""
        return self._connection.execute(statement, parameters)

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows with the same columns, for imports: a third of the time of `execute`.

        Values go to the driver as they are, so dates come as ISO text.
        """
        if not rows:
            return
        dialect = self._connection.dialect
        compiled = insert(table).compile(dialect=dialect, column_keys=list(rows[0]))
        order = compiled.positiontup
        if order is None:
            self._connection.exec_driver_sql(str(compiled), [dict(row) for row in rows])
        else:
            pick = itemgetter(*order)
            self._connection.exec_driver_sql(str(compiled), [pick(row) for row in rows])

    def say(
        self, fact: Fact, *, province: ProvinceCode, not_before: datetime | None = None
    ) -> FactId:
        """Say a fact: one outbox row, leaving only if this transaction commits.

        Args:
            fact: what has happened; this service must be one of its speakers.
            province: whose queues hear it.
            not_before: keep it back until then, so that an undo can still delete it.

        An act for the audit log is numbered and written as the transaction ends (`acts`).

        Raises:
            ValueError: another service speaks this fact, or an act is to be kept back: an act
                that was undone is another act.
        """
        return self.say_all([fact], province=province, not_before=not_before)[0]

    def say_all(
        self,
        facts: Iterable[Fact],
        *,
        province: ProvinceCode,
        not_before: datetime | None = None,
    ) -> list[FactId]:
        """Say many facts in one statement, in their order; see `say`."""
        now = self._database.clock()
        rows: list[dict[str, object]] = []
        ids = []
        for fact in facts:
            if self.service not in fact.SPEAKERS:
                raise ValueError(f"{self.service} does not speak {fact.NAME}")
            ids.append(FactId(uuid7()))
            if isinstance(fact, ActDone):
                self._keep_act(SaidAct(ids[-1], fact, province), not_before)
            else:
                rows.append(self._row(ids[-1], fact, province, now) | {"not_before": not_before})
        if rows:
            self.execute(_SAY, rows)
        self.said += ids
        return ids

    def write_acts(self) -> None:
        """Number the acts that were said, and write them: the transaction's last statements."""
        if not self._acts:
            return
        now = self._database.clock()
        acts = numbered(self._connection, self.service, self._acts)
        rows = [self._row(act.id, act.fact, act.province, now) for act in acts]
        self.execute(_SAY, [row | {"not_before": None} for row in rows])
        self._acts.clear()

    def _keep_act(self, act: SaidAct, not_before: datetime | None) -> None:
        if not_before is not None:
            raise ValueError("an act is never kept back: what undoes it is another act")
        self._acts.append(act)

    def _row(
        self, id_: FactId, fact: Fact, province: ProvinceCode, now: datetime
    ) -> dict[str, object]:
        return {
            "fact_id": id_,
            "fact": fact.NAME,
            "exchange": f"{self.service}.facts",
            "routing_key": routing_key(fact, province),
            "body": seal_envelope(fact, id_=id_, at=now, province=province),
            "traceparent": tracing.current(),
            "kept": fact.KEPT,
            "created_at": now,
        }


class Database:
    """A service's database."""

    def __init__(self, service: str, url: str, *, clock: Clock = utc_now, pool: int = 10) -> None:
        self.service = service
        self.url = url
        self.clock = clock
        self.engine = _engine(url, pool)
        self.said_listeners: list[Callable[[], None]] = []
        self._open = threading.local()
        is_sqlite = self.engine.dialect.name == "sqlite"
        # Waiting for another writer of the same process never helps under green threads.
        self._lock: AbstractContextManager[Any] = (
            _sqlite_locks.setdefault(url, threading.Lock())
            if is_sqlite and make_url(url).database
            else (threading.Lock() if is_sqlite else nullcontext())
        )

    @contextmanager
    def transaction(self, *, lasting: bool = True) -> Iterator[Tx]:
        """One short transaction: committed at the end, rolled back by an exception.

        Args:
            lasting: it survives a power cut. Notes that would only be made again need not: they
                survive the death of the process and spare waiting for the disk.

        Raises:
            NestedTransactionError: this thread has one open already.
        """
        if getattr(self._open, "tx", None) is not None:
            raise NestedTransactionError(self.service)
        with (
            self._lock,
            open_transaction(),
            self.engine.connect().execution_options(lasting=lasting) as connection,
            connection.begin(),
        ):
            tx = self._open.tx = Tx(self, connection)
            try:
                yield tx
                tx.write_acts()
            finally:
                self._open.tx = None
        if tx.said:
            for listener in self.said_listeners:
                listener()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def routing_key(fact: Fact, province: ProvinceCode) -> str:
    """`<fact>.v<version>.<province>`, and the lane where the fact has lanes."""
    key = f"{fact.NAME}.v{fact.VERSION}.{province}"
    return f"{key}.{fact.lane}" if fact.LANES else key  # type: ignore[attr-defined]  # facts with lanes have the field


def assert_database_yields() -> None:
    """Prove at start that a waiting PostgreSQL query lets other green threads run.

    Raises:
        RuntimeError: psycopg was imported before this module could choose its wait function.
    """
    import psycopg.waiting  # noqa: PLC0415  # only where PostgreSQL is used

    if psycopg.waiting.wait is not psycopg.waiting.wait_selector:
        raise RuntimeError("psycopg would block the hub: set PSYCOPG_WAIT_FUNC=wait_selector")


def _engine(url: str, pool: int) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    if "eventlet" in sys.modules:
        assert_database_yields()
    options = (
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS}"
        f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS}"
    )
    engine = create_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        hide_parameters=True,  # an error must not carry values into a log
        connect_args={"options": options, "connect_timeout": 5},
    )
    _ask_the_idle(engine)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("lasting", True):
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")

    return engine


def _ask_the_idle(engine: Engine) -> None:
    """Before use, ask a connection that idled whether it still lives.

    SQLAlchemy's own ping asks every time: a round trip of four in a short transaction.
    """

    @event.listens_for(engine, "checkin")
    def note(_connection: object, record: Any) -> None:
        record.info["idle_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: object) -> None:
        if monotonic() - record.info.get("idle_since", monotonic()) < PING_AFTER_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            # The others are as old: all are replaced, and this one is asked for anew.
            raise InvalidatePoolError from None


def _sqlite_engine(url: str) -> Engine:
    # One connection behind the lock of `Database`: a second one could only wait for it.
    engine = create_engine(
        url,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we begin by ourselves, see below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            f"cache_size={-CACHE_KB}",
            f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        _write_through(connection, connection.get_execution_options().get("lasting", True))
        # A deferred transaction that turns into a writer fails at once when another one wrote.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _write_through(connection: Connection, lasting: bool) -> None:
    """Let the commits to come wait for the disk, or not; asked only when it changes."""
    if connection.info.get("lasting", True) != lasting:
        level = "FULL" if lasting else "NORMAL"  # in a WAL, NORMAL leaves the file to the system
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        connection.info["lasting"] = lasting
