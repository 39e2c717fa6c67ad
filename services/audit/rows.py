"""Events as they lie in the table, and how pages of them are asked for."""

from typing import Any, NamedTuple

from sqlalchemy import Select, select

from services.audit.tables import events
from shared.kernel.ids import ProvinceCode

PAGE = 5_000  # events that are verified in one go


class EventRow(NamedTuple):
    """An event as it lies in the table: place, leaf hash, bytes, and what it is searched by."""

    seq: int
    leaf: bytes
    body: bytes
    source: str | None
    source_seq: int | None
    sheet: str | None
    unit: str | None


# The same without names, as the driver gives it: for reading a million of them.
PlainRow = tuple[int, bytes, bytes, str | None, int | None, str | None, str | None]

_PAGE = select(
    *(events.c.seq, events.c.leaf, events.c.body),
    *(events.c.source, events.c.source_seq, events.c.sheet, events.c.unit),
)


def page_question(
    province: ProvinceCode, start: int, limit: int, end: int | None = None
) -> Select[Any]:
    """The question for some events from `start` on, in order, none at or behind `end`."""
    mine = (events.c.province == province) & (events.c.seq >= start)
    if end is not None:
        mine &= events.c.seq < end
    return _PAGE.where(mine).order_by(events.c.seq).limit(limit)
