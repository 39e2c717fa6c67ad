"""Dead letters of the embedded bus: rows of the inbox, so they survive the process.

Works beside a running house as well as without one: a replay is a row of the outbox, which
the house's own relay says within a second, or at its next start.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import MetaData, insert, update

from shared.contracts.wire import WireError, fact_of, open_envelope
from shared.kernel.ids import FactId
from shared.plumbing import inbox
from shared.plumbing.database import Database, Tx, routing_key
from shared.plumbing.dead import UNREADABLE, Choice, DeadLetter, envelope_in
from shared.plumbing.inbox import DeadRow
from shared.plumbing.outbox import outbox_table
from shared.plumbing.topology import QueuePlan

_log = logging.getLogger(__name__)
_OUTBOX = outbox_table(MetaData())


class InboxDeadLetters:
    """Over the databases of the house."""

    def __init__(self, plans: Sequence[QueuePlan], databases: Mapping[str, Database]) -> None:
        self._plans = {plan.name: plan for plan in plans}
        self._databases = databases

    def counts(self) -> dict[str, int]:
        """How many, by queue."""
        found = (queue for base in self._databases.values() for queue in inbox.dead_queues(base))
        return {**dict.fromkeys(self._plans, 0), **Counter(found)}

    def look(self, choice: Choice) -> list[DeadLetter]:
        """Read them, oldest first."""
        return [letter for _, _, letter in self._found(choice)]

    def replay(self, choice: Choice) -> list[DeadLetter]:
        """Out of the inbox and into the outbox, in one transaction."""
        replayed = []
        for database, row, letter in self._found(choice):
            plan = self._plans.get(row.queue)
            key = _routing_key(row)
            if plan is None or key is None:
                continue
            with database.transaction() as tx:
                if inbox.unbury(tx, row.queue, row.fact_id):
                    _say_again(tx, row, fact=letter.fact, exchange=plan.exchanges[0], key=key)
                    replayed.append(letter)
        return replayed

    def drop(self, choice: Choice, *, reason: str) -> list[DeadLetter]:
        """The row turns from dead to done, so that nothing brings the fact back."""
        dropped = []
        for database, row, letter in self._found(choice):
            with database.transaction() as tx:
                if inbox.settle_dead(tx, row.queue, row.fact_id):
                    dropped.append(letter)
                    log_drop(letter, reason)
        return dropped

    def _found(self, choice: Choice) -> Iterator[tuple[Database, DeadRow, DeadLetter]]:
        for _, database in sorted(self._databases.items()):
            for row in inbox.dead_rows(database):
                letter = _letter(row)
                if choice.takes(letter):
                    yield database, row, letter


def log_drop(letter: DeadLetter, reason: str) -> None:
    """One line for whoever asks later where a fact went."""
    _log.warning(
        "dead letter dropped",
        extra={
            "queue": letter.queue,
            "fact": letter.fact,
            "fact_id": letter.id or UNREADABLE,
            "code": letter.error,
            "reason": reason,
        },
    )


def _letter(row: DeadRow) -> DeadLetter:
    envelope = envelope_in(row.body)
    return DeadLetter(
        queue=row.queue,
        id=FactId(row.fact_id) if envelope else None,
        fact=envelope.fact if envelope else UNREADABLE,
        province=envelope.province if envelope else None,
        said_at=envelope.at if envelope else None,
        died_at=row.at,
        error=row.error,
        attempts=row.attempts,
        body=row.body,
    )


def _routing_key(row: DeadRow) -> str | None:
    """Where it was said; None when the fact is none that this house knows."""
    try:
        envelope = open_envelope(row.body)
        return routing_key(fact_of(envelope), envelope.province)
    except WireError:
        return None


def _say_again(tx: Tx, row: DeadRow, *, fact: str, exchange: str, key: str) -> None:
    # Said to everybody who hears it; whoever is done with it knows so by its own inbox.
    unsaid = {"said_at": None, "claimed_until": None, "settled_at": None}
    own = update(_OUTBOX).where(_OUTBOX.c.fact_id == row.fact_id).values(**unsaid)
    if tx.execute(own).rowcount:
        return
    values = {
        "fact_id": row.fact_id,
        "fact": fact,
        "exchange": exchange,
        "routing_key": key,
        "body": row.body,
        "kept": False,
        "created_at": row.at,
    }
    tx.execute(insert(_OUTBOX), values)
