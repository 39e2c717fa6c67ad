"""How long said facts stay in an outbox, and how they are said once more.

They stay because the bus is only a doorbell: after a broker lost its data, everything it
may have held is said again, and whoever had heard it knows so by its own inbox.
"""

from datetime import datetime, timedelta

from sqlalchemy import MetaData, delete, select, update

from shared.plumbing.database import Database
from shared.plumbing.outbox import outbox_table

_OUTBOX = outbox_table(MetaData())

# Inbox rows stay longer (they are never purged while a campaign is open): saying an old
# fact again must not have its effect twice.
SAID_ROWS_STAY = timedelta(days=14)
_CHUNK = 1000


def say_again(database: Database, *, since: datetime, fact: str | None = None) -> int:
    """Let the relay say once more what was said since then; returns how many facts.

    Args:
        database: of the service that said them.
        since: when the first of them was said.
        fact: only facts of this name; None says all of them.
    """
    chosen = _OUTBOX.c.said_at >= since
    if fact is not None:
        chosen &= _OUTBOX.c.fact == fact
    statement = update(_OUTBOX).where(chosen)
    with database.transaction() as tx:
        return int(
            tx.execute(statement.values(said_at=None, claimed_until=None, settled_at=None)).rowcount
        )


def purge(database: Database, *, stay: timedelta = SAID_ROWS_STAY) -> int:
    """Remove facts said longer ago than `stay`; those that hearers keep a copy of stay for good.

    Returns how many were removed; short transactions, so that nobody waits for them.
    """
    said_long_ago = _OUTBOX.c.said_at < database.clock() - stay
    old = select(_OUTBOX.c.id).where(said_long_ago, _OUTBOX.c.kept.is_(False)).limit(_CHUNK)
    removed = 0
    while True:
        with database.transaction() as tx:
            rows = tx.execute(old.order_by(_OUTBOX.c.id)).scalars().all()
            if rows:
                tx.execute(delete(_OUTBOX).where(_OUTBOX.c.id.in_(rows)))
        removed += len(rows)
        if len(rows) < _CHUNK:
            return removed
