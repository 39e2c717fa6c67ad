"""Taking back a fact that was held back: the undo of an act whose word has not left yet."""

from sqlalchemy import MetaData, delete

from shared.kernel.ids import FactId
from shared.plumbing.database import Tx
from shared.plumbing.outbox import outbox_table

_OUTBOX = outbox_table(MetaData())


def take_back(tx: Tx, fact: FactId) -> bool:
    """Delete a fact that nobody can have heard; False when it left, or may have.

    A row that a relay has ever claimed may be on its way, so it stays.
    """
    unsaid = (_OUTBOX.c.said_at.is_(None), _OUTBOX.c.claimed_until.is_(None))
    return tx.execute(delete(_OUTBOX).where(_OUTBOX.c.fact_id == fact, *unsaid)).rowcount == 1
