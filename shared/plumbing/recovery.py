"""The embedded bus forgets with its process; the outboxes remember.

A row is settled when every queue that hears its fact has an inbox row, done or dead. At
start every unsettled row is unsaid again, so that nothing depends on the bus's memory.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import MetaData, select, update

from shared.kernel.ids import FactId
from shared.plumbing import inbox
from shared.plumbing.database import Database, Tx
from shared.plumbing.outbox import outbox_table
from shared.plumbing.topology import QueuePlan, hears_fact

_OUTBOX = outbox_table(MetaData())
_CHUNK = 500


def say_unsettled_again(databases: Mapping[str, Database], plans: Sequence[QueuePlan]) -> int:
    """Settle what is settled, and unsay the rest; before the services start.

    Returns how many facts will be said again.
    """
    return sum(_recover(database, databases, plans) for database in databases.values())


def _recover(
    speaker: Database, databases: Mapping[str, Database], plans: Sequence[QueuePlan]
) -> int:
    open_rows = (
        select(_OUTBOX.c.id, _OUTBOX.c.fact_id, _OUTBOX.c.exchange, _OUTBOX.c.routing_key)
        .where(_OUTBOX.c.settled_at.is_(None))
        .order_by(_OUTBOX.c.id)
    )
    with speaker.transaction() as tx:
        rows = tx.execute(open_rows).all()
    known = _Known(databases)
    settled: list[int] = []
    unsettled: list[int] = []
    for row, fact_id, exchange, routing_key in rows:
        queues = [plan for plan in plans if hears_fact(plan, exchange, routing_key)]
        done = all(known.has(plan, FactId(fact_id)) for plan in queues)
        (settled if done else unsettled).append(row)
    with speaker.transaction() as tx:
        _mark(tx, settled, settled_at=speaker.clock())
        _mark(tx, unsettled, said_at=None, claimed_until=None)
    return len(unsettled)


def _mark(tx: Tx, rows: Sequence[int], **values: object) -> None:
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        tx.execute(update(_OUTBOX).where(_OUTBOX.c.id.in_(chunk)).values(**values))


class _Known:
    """Inbox look-ups, one short transaction each."""

    def __init__(self, databases: Mapping[str, Database]) -> None:
        self._databases = databases

    def has(self, plan: QueuePlan, fact_id: FactId) -> bool:
        """Whether the fact is done or dead in that queue; a service that is absent counts as deaf."""
        database = self._databases.get(plan.service)
        if database is None:
            return True
        with database.transaction() as tx:
            return inbox.is_known(tx, plan.name, fact_id)
