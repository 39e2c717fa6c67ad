"""What listeners are told of settings: what a unit says itself, and only when that is new.

A region's setting lies inside what it inherits, also when the level above shortens that later:
so a word about a unit is followed by the words about what regions have set below it.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from services.campaign import store
from services.campaign.domain import (
    Setting,
    clipped,
    holding,
    is_of_a_region,
    province_of_campaign,
)
from services.campaign.store import Where
from shared.contracts.campaign_commands import GRACE_HOURS
from shared.contracts.events import ActDone, WindowClosed, WindowOpened
from shared.kernel.errors import UnknownCampaignError
from shared.kernel.ids import CampaignId, ProvinceCode
from shared.plumbing.database import Database, Tx

_GRACE = timedelta(hours=GRACE_HOURS)


def province_of(campaign: CampaignId) -> ProvinceCode:
    """The province of a campaign.

    Raises:
        UnknownCampaignError: the text is no campaign id.
    """
    province = province_of_campaign(campaign)
    if province is None:
        raise UnknownCampaignError(campaign)
    return province


def turn_exceptions(database: Database) -> int:
    """Let exceptions that have begun hold, and end those that are over; how many were told."""
    now, turned = database.clock(), 0
    with database.transaction() as tx:
        for where in store.exceptions_at(tx, now):
            store.lock_campaign(tx, where[0])
            row = store.setting_of(tx, where, is_exception=True)
            is_over = row is not None and row.closes_at <= now
            if is_over:
                store.forget_setting(tx, where, is_exception=True)
            turned += tell(tx, where, now)
            if is_over:
                campaign, unit, action = where
                act = ActDone(f"end_exception_{action}", campaign, "service:campaign", "done", unit)
                tx.say(act, province=province_of(campaign))
    return turned


def tell(tx: Tx, where: Where, at: datetime) -> int:
    """Tell what a unit says now, and what changes below it by that; how many words it took."""
    said = _tell_one(tx, where, at)
    campaign, unit, action = where
    path = store.path_of(tx, unit)
    if not said or path is None:
        return int(said)
    below = store.units_set_by_regions(tx, campaign, action, path)
    return 1 + sum(_tell_one(tx, (campaign, one, action), at) for one in below)


def _tell_one(tx: Tx, where: Where, at: datetime) -> bool:
    now = _says(tx, where, at)
    known = store.told_of(tx, where)
    before = store.setting_in(known) if known is not None and known.opens_at else None
    if _same(now, before):
        return False
    province = province_of(where[0])
    if now is not None:
        sequence = store.save_told(tx, where, now, now.grace)
        span = (now.window.opens_at, now.window.closes_at)
        tx.say(WindowOpened(*where, *span, sequence, now.started_until), province=province)
    else:
        grace = before.grace if before else _GRACE
        sequence = store.save_told(tx, where, None, grace)
        tx.say(WindowClosed(*where, sequence, at + grace), province=province)
    return True


def _says(tx: Tx, where: Where, at: datetime) -> Setting | None:
    own = store.setting_of(tx, where, is_exception=False)
    exception = store.setting_of(tx, where, is_exception=True)
    return holding(_setting(tx, where, own), _setting(tx, where, exception), at)


def _setting(tx: Tx, where: Where, row: Row[Any] | None) -> Setting | None:
    if row is None:
        return None
    setting = store.setting_in(row, is_exception=row.is_exception)
    path = store.path_of(tx, where[1])
    if not is_of_a_region(row.actor_path) or path is None:
        return setting
    return clipped(setting, store.inherited_by(tx, where, path))


def _same(now: Setting | None, before: Setting | None) -> bool:
    if now is None or before is None:
        return now is before
    return (now.window, now.grace) == (before.window, before.grace)
