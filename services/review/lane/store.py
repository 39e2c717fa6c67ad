"""Named questions about samples of classes and about confirmations."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from services.review.tables import confirmations, sampled, samples
from shared.kernel.ids import CampaignId, FactId, PersonId, SheetId, UnitCode
from shared.plumbing.database import Tx


def open_sample_of(tx: Tx, campaign: CampaignId, unit: UnitCode) -> Row[Any] | None:
    """The sample of a class that is being looked at; locked."""
    question = select(samples).where(
        samples.c.campaign == campaign, samples.c.unit == unit, samples.c.is_open
    )
    return tx.execute(question.with_for_update()).one_or_none()


def sample_by_id(tx: Tx, sample: str) -> Row[Any] | None:
    """A sample; locked."""
    question = select(samples).where(samples.c.sample == sample)
    return tx.execute(question.with_for_update()).one_or_none()


def add_sample(tx: Tx, values: Mapping[str, Any], chosen: Sequence[Mapping[str, Any]]) -> None:
    """Write down what was drawn."""
    tx.execute(insert(samples).values(**values))
    tx.execute(insert(sampled), [{"sample": values["sample"], **one} for one in chosen])


def add_to_sample(tx: Tx, sample: str, chosen: Sequence[Mapping[str, Any]]) -> None:
    """Ask for more sheets to be looked at."""
    if chosen:
        tx.execute(insert(sampled), [{"sample": sample, **one} for one in chosen])


def close_sample(tx: Tx, sample: str) -> None:
    """The sample was used, or another one takes its place."""
    tx.execute(update(samples).where(samples.c.sample == sample).values(is_open=False))


def sampled_of(tx: Tx, sample: str) -> Sequence[Row[Any]]:
    """The sheets of a sample."""
    return tx.execute(
        select(sampled).where(sampled.c.sample == sample).order_by(sampled.c.sheet)
    ).all()


def mark(tx: Tx, sample: str, sheet: SheetId, values: Mapping[str, Any]) -> bool:
    """Write what was seen on a sampled sheet; False where the sample holds no such sheet."""
    mine = (sampled.c.sample == sample, sampled.c.sheet == sheet)
    return tx.execute(update(sampled).where(*mine).values(**values)).rowcount == 1


def not_blank(tx: Tx, sheets: Sequence[SheetId]) -> frozenset[tuple[SheetId, str]]:
    """Sheets that somebody looked at and found not blank, with the picture that shows it."""
    question = select(sampled.c.sheet, sampled.c.object).where(
        sampled.c.sheet.in_(sheets), sampled.c.is_blank.is_(False)
    )
    return frozenset((SheetId(row.sheet), row.object) for row in tx.execute(question))


def candidates_in(row: Row[Any]) -> tuple[SheetId, ...]:
    """The candidates a sample was drawn from."""
    return tuple(SheetId(one) for one in json.loads(row.candidates))


def add_confirmed(
    tx: Tx, confirmation: str, facts: Mapping[SheetId, FactId], by: PersonId, at: datetime
) -> None:
    """Write down which sheets were confirmed in one act."""
    rows = [
        {
            "confirmation": confirmation,
            "sheet": sheet,
            "confirmed_by": by,
            "confirmed_at": at,
            "fact": fact,
        }
        for sheet, fact in facts.items()
    ]
    tx.execute(insert(confirmations), rows)


def confirmed_in(tx: Tx, confirmation: str) -> Sequence[Row[Any]]:
    """The sheets of one act."""
    question = select(confirmations).where(confirmations.c.confirmation == confirmation)
    return tx.execute(question.order_by(confirmations.c.sheet)).all()


def newest_confirmation(tx: Tx, sheet: SheetId) -> str | None:
    """The act that confirmed a sheet last; None where none did."""
    question = select(confirmations.c.confirmation).where(confirmations.c.sheet == sheet)
    newest = question.order_by(confirmations.c.confirmed_at.desc(), confirmations.c.confirmation)
    found: str | None = tx.execute(newest.limit(1)).scalar_one_or_none()
    return found


def forget(tx: Tx, confirmation: str) -> None:
    """A confirmation was taken back."""
    tx.execute(delete(confirmations).where(confirmations.c.confirmation == confirmation))
