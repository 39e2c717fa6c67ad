"""Named questions about objects and grants."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from services.storage.domain import Refusal
from services.storage.tables import grants, objects, refused, witnessed
from shared.contracts.storage_commands import GrantRequest
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId
from shared.plumbing.database import Tx
from shared.sealing.context import ObjectContext, Rendition, Suite


def context_of(row: Row[Any]) -> ObjectContext:
    """What the body of a kept object is bound to."""
    return ObjectContext(
        Suite(row.suite),
        ProvinceCode(row.province),
        CampaignId(row.campaign),
        ObjectId(row.object),
        Rendition(row.rendition),
    )


def object_of(tx: Tx, object_: ObjectId) -> Row[Any] | None:
    """A kept object."""
    return tx.execute(select(objects).where(objects.c.object == object_)).one_or_none()


def refusal_of(tx: Tx, object_: ObjectId) -> str | None:
    """Why an object was refused; None when it was not."""
    found = select(refused.c.reason).where(refused.c.object == object_)
    reason: str | None = tx.execute(found).scalar_one_or_none()
    return reason


def add_object(tx: Tx, row: dict[str, Any]) -> None:
    """Write down a kept object."""
    tx.execute(insert(objects).values(**row))


def add_refusal(
    tx: Tx, object_: ObjectId, province: ProvinceCode, reason: Refusal, at: datetime
) -> None:
    """Write down that an object was refused; the first reason stays."""
    if refusal_of(tx, object_) is None:
        tx.execute(
            insert(refused).values(object=object_, province=province, reason=reason.value, at=at)
        )


def mark_locked(tx: Tx, object_: ObjectId, until: datetime) -> None:
    """Write down until when the archive refuses to delete an object."""
    tx.execute(update(objects).where(objects.c.object == object_).values(locked_until=until))


def unlocked(tx: Tx, province: ProvinceCode, *, before: datetime, limit: int) -> Sequence[Row[Any]]:
    """Kept objects whose lock was never confirmed: a crash came in between."""
    return tx.execute(
        select(objects)
        .where(
            objects.c.province == province,
            objects.c.locked_until.is_(None),
            objects.c.kept_at < before,
        )
        .limit(limit)
    ).all()


def add_grant(tx: Tx, request: GrantRequest, at: datetime) -> bool:
    """Write down a grant; False when its nonce was used before."""
    if tx.execute(select(grants.c.nonce).where(grants.c.nonce == request.nonce)).first():
        return False
    tx.execute(
        insert(grants).values(
            nonce=request.nonce,
            object=request.object,
            caller=request.caller,
            purpose=request.purpose.value,
            at=at,
        )
    )
    return True


def rewrap(tx: Tx, object_: ObjectId, old: str, holder: str, wrapped: bytes) -> bool:
    """Exchange a wrapped key, unless somebody else did meanwhile."""
    done = tx.execute(
        update(objects)
        .where(objects.c.object == object_, objects.c.holder == old)
        .values(holder=holder, wrapped_key=wrapped)
    )
    return bool(done.rowcount)


def held_by_others(
    tx: Tx, campaign: CampaignId, holder: str, after: str, limit: int
) -> Sequence[Row[Any]]:
    """Objects of a campaign whose key is wrapped to another pair, in the order of their ids."""
    return tx.execute(
        select(objects)
        .where(
            objects.c.campaign == campaign,
            objects.c.object > after,
            objects.c.holder != holder,
            objects.c.wrapped_key.is_not(None),
        )
        .order_by(objects.c.object)
        .limit(limit)
    ).all()


def originals_of_sheet(tx: Tx, province: ProvinceCode, sheet: SheetId) -> Sequence[Row[Any]]:
    """Photos as they were handed in for a sheet, oldest first."""
    return tx.execute(
        select(objects)
        .where(
            objects.c.sheet == sheet,
            objects.c.province == province,
            objects.c.rendition == Rendition.ORIGINAL.value,
        )
        .order_by(objects.c.received_at, objects.c.object)
    ).all()


def page_of_objects(tx: Tx, province: ProvinceCode, after: str, limit: int) -> Sequence[Row[Any]]:
    """Kept objects in the order of their ids."""
    return tx.execute(
        select(objects)
        .where(objects.c.province == province, objects.c.object > after)
        .order_by(objects.c.object)
        .limit(limit)
    ).all()


def versions_of(tx: Tx, ids: Sequence[ObjectId]) -> dict[ObjectId, str]:
    """Which version of the archive each object's row names."""
    named = select(objects.c.object, objects.c.version).where(objects.c.object.in_(ids))
    return {ObjectId(row.object): row.version for row in tx.execute(named)}


def size_of(tx: Tx, province: ProvinceCode) -> tuple[int, int]:
    """Objects and bytes of a province."""
    total = select(func.count(), func.coalesce(func.sum(objects.c.length), 0)).where(
        objects.c.province == province
    )
    count, length = tx.execute(total).one()
    return int(count), int(length)


def witnessed_at(tx: Tx, province: ProvinceCode) -> datetime | None:
    """When the province's audit log was countersigned last; None when it never was."""
    found = select(witnessed.c.at).where(witnessed.c.province == province)
    at: datetime | None = tx.execute(found).scalar_one_or_none()
    return at


def save_witnessed(tx: Tx, province: ProvinceCode, at: datetime) -> None:
    """Keep when an audit log was countersigned, unless a later word is known."""
    known = witnessed_at(tx, province)
    if known is None:
        tx.execute(insert(witnessed).values(province=province, at=at))
    elif known < at:
        tx.execute(update(witnessed).where(witnessed.c.province == province).values(at=at))


def forget_grants(tx: Tx, before: datetime) -> None:
    """Nonces past their life need no memory: their requests have expired."""
    tx.execute(delete(grants).where(grants.c.at < before))
