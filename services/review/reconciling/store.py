"""Named questions about settled disagreements, and about the sheets of a class."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update

from services.review.tables import settlements, sheets
from shared.kernel.ids import CampaignId, SheetId, UnitCode
from shared.plumbing.database import Tx


def settled_of(tx: Tx, sheet: SheetId) -> dict[tuple[str, str], Row[Any]]:
    """What was settled about a sheet, by field and kind."""
    rows = tx.execute(select(settlements).where(settlements.c.sheet == sheet))
    return {(row.field, row.kind): row for row in rows}


def settle(tx: Tx, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Write down why paper and entries may differ; said anew it replaces."""
    mine = [settlements.c[name] == value for name, value in key.items()]
    if tx.execute(update(settlements).where(*mine).values(**values)).rowcount == 0:
        tx.execute(insert(settlements).values(**key, **values))


def sheets_of(tx: Tx, campaign: CampaignId, unit: UnitCode) -> Sequence[Row[Any]]:
    """The sheets of a class, by number in class."""
    question = (
        select(sheets)
        .where(sheets.c.campaign == campaign, sheets.c.unit == unit)
        .order_by(sheets.c.number_in_class.is_(None), sheets.c.number_in_class, sheets.c.sheet)
    )
    return tx.execute(question).all()
