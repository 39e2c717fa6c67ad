"""Named questions about what guardians are asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update

from services.review.domain import Entry
from services.review.tables import entries, queries, sheets
from shared.contracts.review_commands import EntryState
from shared.kernel.ids import CampaignId, EntryId, UnitCode
from shared.plumbing.database import Tx


def add(tx: Tx, entry: Entry, values: Mapping[str, Any]) -> None:
    """Write down a question about an entry, which is as it was left."""
    row = {"entry": entry.entry, "number": entry.sequence, **values}
    tx.execute(insert(queries).values(**row))


def open_of(tx: Tx, entry: EntryId) -> Row[Any] | None:
    """The question about an entry that waits for its answer."""
    return tx.execute(
        select(queries).where(queries.c.entry == entry, queries.c.answered_at.is_(None))
    ).one_or_none()


def answer(tx: Tx, entry: EntryId, number: int, values: Mapping[str, Any]) -> None:
    """Write down what the guardian answered."""
    mine = (queries.c.entry == entry, queries.c.number == number)
    tx.execute(update(queries).where(*mine).values(**values))


def open_in(tx: Tx, campaign: CampaignId, unit: UnitCode) -> Sequence[Row[Any]]:
    """The open questions of a class, oldest first."""
    question = (
        select(queries, entries.c.sheet, entries.c.field, sheets.c.number_in_class)
        .join(entries, entries.c.entry == queries.c.entry)
        .join(sheets, sheets.c.sheet == entries.c.sheet)
        .where(
            entries.c.campaign == campaign,
            entries.c.unit == unit,
            entries.c.state == EntryState.QUERIED.value,
            queries.c.answered_at.is_(None),
        )
        .order_by(queries.c.asked_at, queries.c.entry)
    )
    return tx.execute(question).all()
