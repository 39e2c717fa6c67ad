"""Named questions about the pages of a sheet that count, and what was seen on them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from services.scan.tables import copies, flat_pages, pages
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import SheetId
from shared.plumbing.database import Tx


def seen_pages_of(tx: Tx, sheet: SheetId) -> Sequence[Row[Any]]:
    """The pages of a sheet that count and were looked at as its own, front first."""
    question = (
        select(
            *(pages.c.object, pages.c.page, pages.c.serial, pages.c.side),
            *(flat_pages.c.flat_view, flat_pages.c.legible, flat_pages.c.cells),
            *(flat_pages.c.signature, flat_pages.c.trouble),
        )
        .join(
            flat_pages,
            (flat_pages.c.object == pages.c.object) & (flat_pages.c.page == pages.c.page),
        )
        .where(
            pages.c.sheet == sheet,
            pages.c.state == PageState.MATCHED.value,
            ~pages.c.staged,
            flat_pages.c.sheet == sheet,
        )
    )
    # "front" comes after "back" in the alphabet.
    return sorted(tx.execute(question).all(), key=lambda row: row.side, reverse=True)


def newest_serial(tx: Tx, sheet: SheetId) -> int:
    """The serial of the newest print."""
    found = tx.execute(select(func.max(copies.c.serial)).where(copies.c.sheet == sheet)).scalar()
    return int(found or 0)
