"""Named questions about what people said of paper."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select

from services.scan.tables import sheets, ticks
from shared.contracts.tick_commands import Tick
from shared.kernel.ids import CampaignId, SheetId, UnitCode
from shared.plumbing.database import Tx


def ticked_sheet(tx: Tx, sheet: SheetId) -> Row[Any]:
    """An issued sheet with what was said of it last."""
    return tx.execute(_sheets().where(sheets.c.sheet == sheet)).one()


def ticked_in(tx: Tx, campaign: CampaignId, unit: UnitCode) -> Sequence[Row[Any]]:
    """Every issued sheet of a class with what was said of it last, by number in class."""
    return tx.execute(
        _sheets()
        .where(sheets.c.campaign == campaign, sheets.c.unit == unit)
        .order_by(sheets.c.number_in_class.is_(None), sheets.c.number_in_class, sheets.c.sheet)
    ).all()


def is_back_by_hand(tx: Tx, sheet: SheetId) -> bool:
    """Whether somebody said that the paper is with the school, or refused."""
    here = ticks.c.tick.in_([Tick.RETURNED.value, Tick.DECLINED.value])
    question = select(ticks.c.sheet).where(ticks.c.sheet == sheet, here)
    return tx.execute(question).first() is not None


def save_tick(tx: Tx, sheet: SheetId, values: dict[str, Any]) -> None:
    """Keep what was said of a locked sheet; it takes the place of what was said before."""
    tx.execute(delete(ticks).where(ticks.c.sheet == sheet))
    tx.execute(insert(ticks).values(sheet=sheet, **values))


def _sheets() -> Select[Any]:
    told = (ticks.c.tick, ticks.c.reason, ticks.c.by, ticks.c.at)
    known = (sheets.c.sheet, sheets.c.returned)
    return select(*known, *told).outerjoin(ticks, ticks.c.sheet == sheets.c.sheet)
