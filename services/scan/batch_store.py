"""Named questions about bulk scans and their pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, insert, select, update

from services.scan.tables import batch_pages, batches, covers, flat_pages, pages, sheets
from shared.contracts.batch_commands import BeginBatch
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import CampaignId, ObjectId, UnitCode
from shared.plumbing.database import Tx

ARRIVING, ARRIVED, COMMITTED, DISCARDED = "arriving", "arrived", "committed", "discarded"


def begin(tx: Tx, batch: str, request: BeginBatch, *, at: datetime) -> None:
    """Write down a new batch."""
    row = {
        "batch": batch,
        "campaign": request.campaign,
        "province": request.province,
        "school": request.school,
        "owner": request.owner,
        "digest": request.digest,
        "pages": request.pages,
        "state": ARRIVING,
        "begun_at": at,
    }
    tx.execute(insert(batches).values(**row))


def same_file(tx: Tx, request: BeginBatch) -> Row[Any] | None:
    """The batch that this very file is, unless it was thrown away."""
    return tx.execute(
        select(batches).where(
            batches.c.campaign == request.campaign,
            batches.c.school == request.school,
            batches.c.digest == request.digest,
            batches.c.state != DISCARDED,
        )
    ).first()


def batch_of(tx: Tx, batch: str, *, lock: bool = False) -> Row[Any] | None:
    """A batch by its id; `lock` lets no other transaction decide on it meanwhile."""
    question = select(batches).where(batches.c.batch == batch)
    return tx.execute(question.with_for_update() if lock else question).one_or_none()


def beginning_with(tx: Tx, letters: str) -> Row[Any] | None:
    """The one batch whose id begins so; None where it is none or not the only one."""
    question = select(batches).where(batches.c.batch.startswith(letters, autoescape=True))
    rows = tx.execute(question.limit(2)).all()
    return rows[0] if len(rows) == 1 else None


def of_object(tx: Tx, object_: ObjectId) -> Row[Any] | None:
    """The batch that an object is a page of."""
    return tx.execute(
        select(batches.c.batch, batches.c.school, batches.c.state)
        .join(batch_pages, batch_pages.c.batch == batches.c.batch)
        .where(batch_pages.c.object == object_)
    ).one_or_none()


def change(tx: Tx, batch: str, **values: object) -> None:
    """Change a batch."""
    tx.execute(update(batches).where(batches.c.batch == batch).values(**values))


def recent(tx: Tx, campaign: CampaignId, school: UnitCode | None) -> Sequence[Row[Any]]:
    """The batches of a campaign, newest first."""
    question = select(batches).where(batches.c.campaign == campaign)
    if school is not None:
        question = question.where(batches.c.school == school)
    return tx.execute(question.order_by(batches.c.begun_at.desc(), batches.c.batch)).all()


def announce(tx: Tx, batch: str, number: int, object_: ObjectId) -> None:
    """Say which object a page will be, before it is handed in; known already is fine."""
    key = (batch_pages.c.batch == batch, batch_pages.c.number == number)
    if tx.execute(select(batch_pages.c.object).where(*key)).first() is None:
        tx.execute(insert(batch_pages).values(batch=batch, number=number, object=object_))


def pages_of(tx: Tx, batch: str) -> Sequence[Row[Any]]:
    """Every announced page with what was read on it (NULL while it waits), in order.

    `unit` is the class of its sheet, or the one that a cover declares.
    """
    declared = (
        select(covers.c.cover, func.max(covers.c.unit).label("unit"))
        .group_by(covers.c.cover)
        .subquery()
    )
    return tx.execute(
        select(
            batch_pages.c.number,
            batch_pages.c.object,
            batch_pages.c.before,
            *(pages.c[name] for name in _OF_A_PAGE),
            func.coalesce(sheets.c.unit, declared.c.unit).label("unit"),
            sheets.c.number_in_class,
            *(flat_pages.c[name] for name in ("legible", "trouble", "signature")),
        )
        .select_from(batch_pages)
        .outerjoin(pages, pages.c.object == batch_pages.c.object)
        .outerjoin(
            flat_pages,
            and_(flat_pages.c.object == pages.c.object, flat_pages.c.sheet == pages.c.sheet),
        )
        .outerjoin(sheets, sheets.c.sheet == pages.c.sheet)
        .outerjoin(declared, declared.c.cover == pages.c.cover)
        .where(batch_pages.c.batch == batch)
        .order_by(batch_pages.c.number)
    ).all()


_OF_A_PAGE = (
    "state",
    "reason",
    "sheet",
    "serial",
    "side",
    "quality",
    "digest",
    "ticket",
    "staged",
    "page",
    "province",
    "campaign",
    "how",
    "batch",
    "cover",
)


def remember(tx: Tx, batch: str, number: int, before: str | None) -> None:
    """Keep what an act changed, for the undo; None forgets it."""
    tx.execute(
        update(batch_pages)
        .where(batch_pages.c.batch == batch, batch_pages.c.number == number)
        .values(before=before)
    )


def change_page(tx: Tx, object_: str, values: Mapping[str, Any]) -> None:
    """Change what was read on a page."""
    tx.execute(update(pages).where(pages.c.object == object_).values(**values))


def promote(tx: Tx, batch: str, gone: Row[Any]) -> None:
    """Let the best of a page's duplicates in the batch take its place."""
    same = (
        pages.c.batch == batch,
        pages.c.staged,
        pages.c.sheet == gone.sheet,
        pages.c.side == gone.side,
        pages.c.state == PageState.DUPLICATE.value,
    )
    question = select(pages.c.object).where(*same).order_by(pages.c.quality.desc(), pages.c.object)
    best = tx.execute(question).scalars().first()
    if best is not None:
        change_page(tx, best, {"state": PageState.MATCHED.value, "reason": ""})


def staged_left(tx: Tx, batch: str) -> int:
    """How many pages of a batch do not count yet."""
    question = select(func.count()).where(pages.c.batch == batch, pages.c.staged)
    return int(tx.execute(question).scalar_one())


def sheets_of(tx: Tx, campaign: str, units: Sequence[str]) -> Sequence[Row[Any]]:
    """Every sheet of some classes, by number in class."""
    return tx.execute(
        select(sheets)
        .where(sheets.c.campaign == campaign, sheets.c.unit.in_(list(units)))
        .order_by(sheets.c.unit, sheets.c.number_in_class.is_(None), sheets.c.number_in_class)
    ).all()
