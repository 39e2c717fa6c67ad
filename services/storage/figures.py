"""Sums over the archive of one province, for those who look after it."""

from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from services.storage.tables import objects, refused
from shared.contracts.archive_commands import CampaignKept
from shared.kernel.ids import CampaignId, ProvinceCode
from shared.plumbing.database import Tx

WEEK_DAYS = 7


def kept_by_campaign(tx: Tx, province: ProvinceCode) -> tuple[CampaignKept, ...]:
    """What is kept of each campaign, the newest campaign first."""
    is_original = case((objects.c.source.is_(None), 1), else_=0)
    is_erased = case((objects.c.wrapped_key.is_(None), 1), else_=0)
    query = (
        select(
            objects.c.campaign,
            func.sum(is_original).label("originals"),
            func.count().label("objects"),
            func.sum(objects.c.length).label("bytes"),
            func.sum(is_erased).label("erased"),
        )
        .where(objects.c.province == province)
        .group_by(objects.c.campaign)
        .order_by(objects.c.campaign.desc())
    )
    return tuple(
        CampaignKept(
            CampaignId(row.campaign),
            int(row.originals),
            int(row.objects - row.originals),
            int(row.bytes),
            int(row.erased),
        )
        for row in tx.execute(query)
    )


def held_by_key(tx: Tx, province: ProvinceCode) -> dict[str, int]:
    """How many objects are wrapped to each pair, by its fingerprint."""
    query = (
        select(objects.c.holder, func.count().label("objects"))
        .where(objects.c.province == province, objects.c.wrapped_key.is_not(None))
        .group_by(objects.c.holder)
    )
    return {row.holder: int(row.objects) for row in tx.execute(query)}


def bytes_a_day(tx: Tx, province: ProvinceCode, now: datetime) -> int:
    """The mean of the last `WEEK_DAYS` days."""
    since = now - timedelta(days=WEEK_DAYS)
    query = select(func.coalesce(func.sum(objects.c.length), 0)).where(
        objects.c.province == province, objects.c.kept_at >= since
    )
    return int(tx.execute(query).scalar_one()) // WEEK_DAYS


def refused_count(tx: Tx, province: ProvinceCode) -> int:
    """Objects that were handed in and will never be kept."""
    query = select(func.count()).select_from(refused).where(refused.c.province == province)
    return int(tx.execute(query).scalar_one())


def locks_to_come(tx: Tx, province: ProvinceCode) -> int:
    """Objects that are kept and not locked yet."""
    query = select(func.count()).where(
        objects.c.province == province, objects.c.locked_until.is_(None)
    )
    return int(tx.execute(query).scalar_one())


def last_kept_at(tx: Tx, province: ProvinceCode) -> datetime | None:
    """When the newest object was kept; None in an empty archive."""
    query = select(func.max(objects.c.kept_at)).where(objects.c.province == province)
    at: datetime | None = tx.execute(query).scalar_one()
    return at
