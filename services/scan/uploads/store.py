"""Questions to the tables of uploads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, or_, select, update
from sqlalchemy import delete as delete_rows

from services.scan.submitting import Origin
from services.scan.tables import upload_piles, uploads
from services.scan.uploads.domain import Announced, PileState, State, Usage
from shared.kernel.ids import CampaignId, ProvinceCode, UnitCode
from shared.plumbing.database import Tx


def origin_of(row: Row[Any]) -> Origin:
    """Whose an upload or a pile is."""
    campaign, province = CampaignId(row.campaign), ProvinceCode(row.province)
    return Origin(campaign, province, UnitCode(row.school), row.actor)


def add_upload(
    tx: Tx, upload: str, who: Origin, said: Announced, key: bytes, life: tuple[datetime, datetime]
) -> None:
    """A new upload; `life` is when it begins and ends."""
    row = {
        **_whose(who),
        "upload": upload,
        "label": said.label,
        "size": said.size_bytes,
        "arrived": 0,
        "state": State.OPEN,
        "reason": "",
        "sealed_key": key,
        "begun_at": life[0],
        "ends_at": life[1],
    }
    tx.execute(insert(uploads).values(row))


def upload_of(tx: Tx, upload: str, *, lock: bool = False) -> Row[Any] | None:
    """An upload; None when there is none any more."""
    wanted = select(uploads).where(uploads.c.upload == upload)
    return tx.execute(wanted.with_for_update() if lock else wanted).one_or_none()


def change_upload(tx: Tx, upload: str, **values: object) -> None:
    """Change some columns of an upload."""
    tx.execute(update(uploads).where(uploads.c.upload == upload).values(**values))


def usage(tx: Tx, who: Origin | None = None) -> Usage:
    """What uploads that did not end take: of one person, or of all."""
    wanted = select(func.count(), func.coalesce(func.sum(uploads.c.size), 0)).where(
        uploads.c.state != State.ENDED
    )
    if who is not None:
        wanted = wanted.where(uploads.c.actor == who.actor, uploads.c.school == who.school)
    count, size = tx.execute(wanted).one()
    return Usage(int(count), int(size))


def labelled(tx: Tx, who: Origin, label: str) -> Sequence[Row[Any]]:
    """The uploads of a person under one label that did not end."""
    wanted = select(uploads).where(
        uploads.c.actor == who.actor,
        uploads.c.school == who.school,
        uploads.c.campaign == who.campaign,
        uploads.c.label == label,
        uploads.c.state != State.ENDED,
    )
    return tx.execute(wanted).all()


def due_uploads(tx: Tx, at: datetime) -> Sequence[Row[Any]]:
    """Uploads whose time is over."""
    wanted = select(uploads).where(uploads.c.state != State.ENDED, uploads.c.ends_at <= at)
    return tx.execute(wanted).all()


def living(tx: Tx) -> set[str]:
    """The ids of uploads whose parts are needed."""
    wanted = select(uploads.c.upload).where(uploads.c.state != State.ENDED)
    return set(tx.execute(wanted).scalars())


def forget_before(tx: Tx, at: datetime) -> None:
    """Forget what ended long ago."""
    ended = uploads.c.state == State.ENDED
    tx.execute(delete_rows(uploads).where(ended, uploads.c.ends_at <= at))
    over = upload_piles.c.state != PileState.WAITING
    tx.execute(delete_rows(upload_piles).where(over, upload_piles.c.try_at <= at))


def add_pile(
    tx: Tx, pile: str, who: Origin, label: str, order: Sequence[str], at: datetime
) -> None:
    """Some uploads make one batch, in this order."""
    row = {
        **_whose(who),
        "pile": pile,
        "label": label,
        "state": PileState.WAITING,
        "reason": "",
        "closed_at": at,
        "try_at": at,
    }
    tx.execute(insert(upload_piles).values(row))
    for place, upload in enumerate(order, 1):
        change_upload(tx, upload, pile=pile, place=place)


def pile_of(tx: Tx, pile: str) -> Row[Any] | None:
    """A pile; None when there is none."""
    return tx.execute(select(upload_piles).where(upload_piles.c.pile == pile)).one_or_none()


def uploads_of(tx: Tx, pile: str) -> Sequence[Row[Any]]:
    """The uploads of a pile in their order."""
    wanted = select(uploads).where(uploads.c.pile == pile).order_by(uploads.c.place)
    return tx.execute(wanted).all()


def waiting_piles(tx: Tx, at: datetime) -> Sequence[Row[Any]]:
    """Piles to hand in now, oldest first."""
    wanted = (
        select(upload_piles)
        .where(upload_piles.c.state == PileState.WAITING, upload_piles.c.try_at <= at)
        .order_by(upload_piles.c.closed_at)
    )
    return tx.execute(wanted).all()


def change_pile(tx: Tx, pile: str, **values: object) -> None:
    """Change some columns of a pile."""
    tx.execute(update(upload_piles).where(upload_piles.c.pile == pile).values(**values))


def end_uploads(tx: Tx, which: Sequence[str], reason: str, at: datetime) -> None:
    """Uploads are over: without their keys nothing opens what is left of them."""
    if which:
        matching = or_(*(uploads.c.upload == one for one in which))
        values = {"state": State.ENDED, "reason": reason, "sealed_key": None, "ends_at": at}
        tx.execute(update(uploads).where(matching).values(values))


def _whose(who: Origin) -> dict[str, str]:
    return {
        "campaign": who.campaign,
        "province": who.province,
        "school": who.school,
        "actor": who.actor,
    }
