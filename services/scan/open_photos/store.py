"""Named questions about photos that wait for a person."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select, update

from services.scan.tables import pages, photo_classes, sheets, units
from shared.contracts.events import How
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import CampaignId, ObjectId
from shared.plumbing.database import Tx

# The class of the sheet a photo was sent for, or the one that a teacher photographed for;
# nobody's school is guessed from anything else.
_UNIT = func.coalesce(sheets.c.unit, photo_classes.c.unit)
_PHOTOS = (
    select(pages, _UNIT.label("unit"), sheets.c.number_in_class)
    .outerjoin(sheets, sheets.c.sheet == pages.c.ticket)
    .outerjoin(photo_classes, photo_classes.c.object == pages.c.object)
    .where(pages.c.how == How.PHOTO.value, pages.c.batch.is_(None), _UNIT.is_not(None))
)


def waiting_below(tx: Tx, campaign: CampaignId, path: str) -> Sequence[Row[Any]]:
    """The photos of the classes at or below a path that only a person can place, oldest first."""
    here = select(units.c.code).where(units.c.path.startswith(path, autoescape=True))
    question = _PHOTOS.where(
        pages.c.campaign == campaign,
        _UNIT.in_(here),
        pages.c.state == PageState.UNMATCHED.value,
    )
    return tx.execute(question.order_by(pages.c.read_at, pages.c.object)).all()


def photo_of(tx: Tx, object_: ObjectId, *, lock: bool = False) -> Row[Any] | None:
    """A photo that was sent for a sheet or a class, whatever its state; `lock` keeps others off it."""
    if lock:
        tx.execute(select(pages.c.object).where(pages.c.object == object_).with_for_update())
    return tx.execute(_PHOTOS.where(pages.c.object == object_)).one_or_none()


def change(
    tx: Tx, object_: str, values: Mapping[str, Any], *, before: Mapping[str, Any] | None
) -> None:
    """Change a photo; keep what it was for the undo, None forgets it."""
    kept = None if before is None else json.dumps(dict(before))
    mine = pages.c.object == object_
    tx.execute(update(pages).where(mine).values(**values, before=kept))
