"""Named questions about pages laid flat."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select

from services.scan.cells.seen import CellText, SideSeen
from services.scan.cells.vault import CellVault
from services.scan.tables import copies, flat_pages, layouts, suggestions
from shared.contracts.seen import Grade
from shared.kernel.ids import ObjectId, SheetId
from shared.layout.registry import canonical_json, layout
from shared.plumbing.database import Tx


def layout_of(tx: Tx, sheet: SheetId, serial: int) -> str | None:
    """The layout that a copy was printed with, as canonical JSON; None of an unknown one."""
    number = tx.execute(
        select(copies.c.layout).where(copies.c.sheet == sheet, copies.c.serial == serial)
    ).scalar_one_or_none()
    if number is None:
        return None
    known = layout(number)
    if known is not None:
        return canonical_json(known)
    own = tx.execute(select(layouts.c.canonical).where(layouts.c.layout == number)).scalar()
    return str(own) if own is not None else None


def flat_page(tx: Tx, object_: ObjectId, page: int) -> Row[Any] | None:
    """What was seen on a page; None while nobody has looked."""
    key = (flat_pages.c.object == object_, flat_pages.c.page == page)
    return tx.execute(select(flat_pages).where(*key)).one_or_none()


def keep(
    tx: Tx, object_: ObjectId, page: int, sheet: SheetId | None, seen: SideSeen, at: datetime
) -> None:
    """Write down what was seen; what was seen before is replaced."""
    for table in (flat_pages, suggestions):
        tx.execute(delete(table).where(table.c.object == object_, table.c.page == page))
    quality = asdict(seen.quality) if seen.quality is not None else {}
    cells = {
        name: {"ink": cell.ink, "tick": cell.tick, "share": cell.share}
        for name, cell in seen.cells.items()
    }
    row = {
        "sheet": sheet,
        "legible": seen.is_legible,
        "flat_view": seen.is_flat,
        "trouble": seen.trouble,
        "places": json.dumps(seen.places),
        "places_in_view": json.dumps(seen.places_in_view),
        "corners": json.dumps(seen.corners),
        "quality": json.dumps(quality),
        "cells": json.dumps(cells),
        "signature": seen.signature,
        "date": seen.date,
        "cpu_ms": seen.cpu_ms,
        "read_at": at,
    }
    tx.execute(insert(flat_pages).values(object=object_, page=page, **row))


def keep_texts(
    tx: Tx,
    object_: ObjectId,
    page: int,
    texts: Mapping[str, CellText],
    vault: CellVault,
    version: str,
) -> None:
    """Seal what cells seem to say."""
    for field, text in texts.items():
        sealed = vault.seal(object_, page, field, text)
        row = {"grade": text.grade, "version": version, "sealed": sealed}
        tx.execute(insert(suggestions).values(object=object_, page=page, field=field, **row))


def texts_of(tx: Tx, object_: ObjectId, page: int, vault: CellVault) -> dict[str, CellText]:
    """What the cells of a page seem to say.

    Raises:
        SealedTextError: a row was altered, or the key is another one.
    """
    rows = tx.execute(
        select(suggestions.c.field, suggestions.c.sealed).where(
            suggestions.c.object == object_, suggestions.c.page == page
        )
    )
    return {row.field: vault.open(object_, page, row.field, row.sealed) for row in rows}


def grades_of(tx: Tx, object_: ObjectId, page: int) -> dict[str, Grade]:
    """Of which fields a reading exists, and its class."""
    rows = tx.execute(
        select(suggestions.c.field, suggestions.c.grade).where(
            suggestions.c.object == object_, suggestions.c.page == page
        )
    )
    return {row.field: Grade(row.grade) for row in rows}
