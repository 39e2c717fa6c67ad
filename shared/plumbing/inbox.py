"""The inbox: a fact is done once, because its row is the first statement of its effect."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import MetaData, and_, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shared.kernel.ids import FactId
from shared.plumbing.database import Database, Tx
from shared.plumbing.outbox import inbox_table

_INBOX = inbox_table(MetaData())


def _taking(insert_of: Any) -> Any:
    """One statement: a row that is new, or takes the place of a noted try; else none."""
    statement = insert_of(_INBOX)
    mine = {name: statement.excluded[name] for name in ("state", "attempts", "at")}
    return statement.on_conflict_do_update(
        index_elements=[_INBOX.c.queue, _INBOX.c.fact_id],
        set_=mine,
        where=_INBOX.c.state == "trying",
    ).returning(_INBOX.c.queue)


def _noting_try() -> Any:
    """One statement: a row that is new counts 1, a noted try one more, and what is over nothing."""
    statement = sqlite.insert(_INBOX).values(
        queue=bindparam("of"),
        fact_id=bindparam("fact"),
        state="trying",
        attempts=1,
        at=bindparam("now", type_=_INBOX.c.at.type),
    )
    return statement.on_conflict_do_update(
        index_elements=[_INBOX.c.queue, _INBOX.c.fact_id],
        set_={"attempts": _INBOX.c.attempts + 1},
        where=_INBOX.c.state == "trying",
    ).returning(_INBOX.c.attempts)


# Made once: building them anew would cost as much as running them.
_THIS = and_(_INBOX.c.queue == bindparam("of"), _INBOX.c.fact_id == bindparam("fact"))
_NOTE_TRY = _noting_try()
_FORGET_TRY = delete(_INBOX).where(_THIS, _INBOX.c.state == "trying")
_KNOWN = select(_INBOX.c.state).where(_THIS, _INBOX.c.state != "trying")
_TAKE = {"sqlite": _taking(sqlite.insert), "postgresql": _taking(postgresql.insert)}


class State(StrEnum):
    """What has become of a fact in one queue."""

    DONE = "done"
    TRYING = "trying"  # embedded bus: written before the handler, so that a crash is counted
    DEAD = "dead"  # embedded bus: the dead letter itself


class AlreadyHeardError(Exception):
    """The fact was done before; an ordinary answer to a second copy."""


@dataclass(frozen=True, slots=True)
class DeadRow:
    """A dead letter of the embedded bus."""

    queue: str
    fact_id: FactId
    error: str
    attempts: int
    at: datetime
    body: bytes
    routing_key: str


def take(tx: Tx, queue: str, fact_id: FactId, *, at: datetime, attempt: int) -> None:
    """Write the row that makes a second copy fail; must be the transaction's first statement.

    Raises:
        AlreadyHeardError: the fact is done (or dead) in this queue.
    """
    row = {"queue": queue, "fact_id": fact_id, "state": State.DONE, "attempts": attempt, "at": at}
    if tx.execute(_TAKE[tx.connection.dialect.name], row).first() is None:
        raise AlreadyHeardError(queue)


def is_known(tx: Tx, queue: str, fact_id: FactId) -> bool:
    """Whether the fact is done or dead already: a cheap look before slow work."""
    return tx.execute(_KNOWN, _key(queue, fact_id)).first() is not None


def begin_try(database: Database, queue: str, fact_id: FactId) -> int:
    """Note that a handler is about to run.

    Returns how often it was noted without an end being noted: 1 at the first try, more
    when the process died in mid handler.
    """
    # It must outlive the process, not the machine.
    with database.transaction(lasting=False) as tx:
        noted = tx.execute(_NOTE_TRY, {**_key(queue, fact_id), "now": database.clock()}).scalar()
    return noted or 1


def end_try(database: Database, queue: str, fact_id: FactId) -> None:
    """The handler came back, by whatever way: a try that ended is no crash."""
    with database.transaction(lasting=False) as tx:
        tx.execute(_FORGET_TRY, _key(queue, fact_id))


def bury(database: Database, dead: DeadRow) -> None:
    """Keep a dead letter of the embedded bus; a fact that is done stays done."""
    with database.transaction() as tx:
        if is_known(tx, dead.queue, dead.fact_id):
            return
        tx.execute(delete(_INBOX).where(_is(dead.queue, dead.fact_id)))
        tx.execute(
            insert(_INBOX),
            {
                "queue": dead.queue,
                "fact_id": dead.fact_id,
                "state": State.DEAD,
                "attempts": dead.attempts,
                "at": dead.at,
                "error": dead.error,
                "body": dead.body,
                "routing_key": dead.routing_key,
            },
        )


def dead_rows(database: Database) -> list[DeadRow]:
    """Every dead letter of the embedded bus in this service, oldest first."""
    query = select(_INBOX).where(_INBOX.c.state == State.DEAD).order_by(_INBOX.c.at)
    with database.transaction() as tx:
        return [
            DeadRow(
                row["queue"],
                FactId(row["fact_id"]),
                row["error"] or "",
                row["attempts"],
                row["at"],
                row["body"] or b"",
                row["routing_key"] or "",
            )
            for row in tx.execute(query).mappings()
        ]


def dead_queues(database: Database) -> list[str]:
    """The queue of every dead letter of the embedded bus in this service."""
    with database.transaction() as tx:
        return list(
            tx.execute(select(_INBOX.c.queue).where(_INBOX.c.state == State.DEAD)).scalars()
        )


def unbury(tx: Tx, queue: str, fact_id: FactId) -> bool:
    """Take a dead letter away, to be heard again or dropped; False when there was none."""
    statement = delete(_INBOX).where(_is(queue, fact_id), _INBOX.c.state == State.DEAD)
    return bool(tx.execute(statement).rowcount)


def settle_dead(tx: Tx, queue: str, fact_id: FactId) -> bool:
    """Give a dead letter up for good: it counts as done; False when there was none."""
    statement = (
        update(_INBOX)
        .where(_is(queue, fact_id), _INBOX.c.state == State.DEAD)
        .values(state=State.DONE, body=None)
    )
    return bool(tx.execute(statement).rowcount)


def _key(queue: str, fact_id: FactId) -> dict[str, object]:
    return {"of": queue, "fact": fact_id}


def _is(queue: str, fact_id: FactId):  # type: ignore[no-untyped-def]  # SQLAlchemy's own boolean clause
    return and_(_INBOX.c.queue == queue, _INBOX.c.fact_id == fact_id)
