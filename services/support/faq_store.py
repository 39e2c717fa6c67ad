"""Named questions about the FAQ and its index."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update

from services.support.search import Posting
from services.support.tables import faq, faq_grams
from shared.kernel.ids import PersonId, UnitCode
from shared.plumbing.database import Tx


def add(  # noqa: PLR0913  # one column each
    tx: Tx,
    unit: UnitCode,
    title: str,
    text: str,
    by: PersonId,
    at: datetime,
    *,
    is_public: bool,
) -> int:
    """Keep an entry; gives its number."""
    row = {"unit": unit, "title": title, "text": text, "is_public": is_public}
    made = tx.execute(
        insert(faq).values(**row, is_retracted=False, published_by=by, published_at=at)
    )
    assert made.inserted_primary_key is not None
    return int(made.inserted_primary_key[0])


def add_index(tx: Tx, postings: Sequence[Posting]) -> None:
    """Keep what the index says of an entry."""
    rows = [{"gram": one.gram, "entry": one.entry, "weight": one.weight} for one in postings]
    if rows:
        tx.execute(insert(faq_grams), rows)


def lock(tx: Tx, entry: int) -> Row[Any] | None:
    """An entry, held to the end of the transaction; None when there is none, or it is retracted."""
    mine = (faq.c.entry == entry) & ~faq.c.is_retracted
    return tx.execute(select(faq).where(mine).with_for_update()).one_or_none()


def retract(tx: Tx, entry: int) -> None:
    """Take a locked entry away; its text stays for the log of who published what."""
    tx.execute(update(faq).where(faq.c.entry == entry).values(is_retracted=True))
    tx.execute(faq_grams.delete().where(faq_grams.c.entry == entry))


def entry_for(tx: Tx, units: Sequence[UnitCode], entry: int) -> Row[Any] | None:
    """An entry or canned answer that belongs to one of these units."""
    mine = (faq.c.entry == entry) & _seen_by(units, public_only=False)
    return tx.execute(select(faq).where(mine)).one_or_none()


def count(tx: Tx, units: Sequence[UnitCode], *, public_only: bool) -> int:
    """How many entries these units have."""
    seen = _seen_by(units, public_only=public_only)
    return int(tx.execute(select(func.count()).select_from(faq).where(seen)).scalar() or 0)


def postings(
    tx: Tx, units: Sequence[UnitCode], grams: Sequence[str], *, public_only: bool
) -> list[Posting]:
    """The index's rows of some pairs, of entries of these units."""
    joined = faq_grams.join(faq, faq.c.entry == faq_grams.c.entry)
    question = (
        select(faq_grams)
        .select_from(joined)
        .where(faq_grams.c.gram.in_(grams), _seen_by(units, public_only=public_only))
    )
    return [Posting(row.gram, row.entry, row.weight) for row in tx.execute(question)]


def entries(tx: Tx, wanted: Sequence[int]) -> dict[int, Row[Any]]:
    """Some entries by number."""
    rows = tx.execute(select(faq).where(faq.c.entry.in_(wanted)))
    return {row.entry: row for row in rows}


def newest(
    tx: Tx, units: Sequence[UnitCode], at_most: int, *, public_only: bool
) -> Sequence[Row[Any]]:
    """The newest entries of these units."""
    seen = _seen_by(units, public_only=public_only)
    question = select(faq).where(seen).order_by(faq.c.published_at.desc(), faq.c.entry.desc())
    return tx.execute(question.limit(at_most)).all()


def _seen_by(units: Sequence[UnitCode], *, public_only: bool) -> ColumnElement[bool]:
    seen = faq.c.unit.in_(units) & ~faq.c.is_retracted
    return seen & faq.c.is_public if public_only else seen
