"""Named questions about campaigns, settings and the tree."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, select, update

from services.campaign.domain import Setting
from services.campaign.tables import campaigns, settings, told, units
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import PATH_END, Level, codes_up
from shared.kernel.windows import Action, Window
from shared.plumbing.database import Tx

Where = tuple[CampaignId, UnitCode, Action]
"""One switch of one unit in one campaign."""


def campaign_of(tx: Tx, campaign: CampaignId) -> Row[Any] | None:
    """A campaign."""
    return tx.execute(select(campaigns).where(campaigns.c.campaign == campaign)).one_or_none()


def lock_campaign(tx: Tx, campaign: CampaignId) -> Row[Any] | None:
    """A campaign, whose settings nobody else changes before this transaction ends."""
    mine = select(campaigns).where(campaigns.c.campaign == campaign)
    return tx.execute(mine.with_for_update()).one_or_none()


def save_campaign(tx: Tx, campaign: CampaignId, **values: object) -> int:
    """Write a campaign, new or known; gives its new sequence."""
    known = campaign_of(tx, campaign)
    sequence = known.sequence + 1 if known else 1
    values |= {"sequence": sequence}
    if known is None:
        tx.execute(insert(campaigns).values(campaign=campaign, **values))
    else:
        tx.execute(update(campaigns).where(campaigns.c.campaign == campaign).values(**values))
    return sequence


def setting_of(tx: Tx, where: Where, *, is_exception: bool) -> Row[Any] | None:
    """A unit's own setting, or its exception; held until the end of the transaction."""
    question = select(settings).where(*_setting(where), settings.c.is_exception == is_exception)
    return tx.execute(question.with_for_update()).one_or_none()


def save_setting(tx: Tx, where: Where, values: Mapping[str, Any]) -> None:
    """Write a unit's own setting or its exception, in place of the one before."""
    forget_setting(tx, where, is_exception=values["is_exception"])
    campaign, unit, action = where
    key = {"campaign": campaign, "unit": unit, "action": action.value}
    tx.execute(insert(settings).values(**key, **values))


def forget_setting(tx: Tx, where: Where, *, is_exception: bool) -> bool:
    """Take a unit's own setting or its exception away; whether there was one."""
    mine = (*_setting(where), settings.c.is_exception == is_exception)
    return tx.execute(delete(settings).where(*mine)).rowcount > 0


def settings_of(tx: Tx, campaign: CampaignId) -> Sequence[Row[Any]]:
    """Every setting and exception of a campaign, by unit."""
    order = (settings.c.unit, settings.c.action, settings.c.is_exception)
    mine = settings.c.campaign == campaign
    return tx.execute(select(settings).where(mine).order_by(*order)).all()


def exceptions_at(tx: Tx, at: datetime) -> list[Where]:
    """The switches with an exception that has begun, ended ones among them."""
    question = select(settings.c.campaign, settings.c.unit, settings.c.action).where(
        settings.c.is_exception.is_(True), settings.c.opens_at <= at
    )
    question = question.order_by(settings.c.campaign)  # so that two clocks never wait in a circle
    return [
        (CampaignId(campaign), UnitCode(unit), Action(action))
        for campaign, unit, action in tx.execute(question)
    ]


def told_of(tx: Tx, where: Where) -> Row[Any] | None:
    """What listeners were told last of a unit's switch."""
    return tx.execute(select(told).where(*_told(where))).one_or_none()


def save_told(tx: Tx, where: Where, setting: Setting | None, grace: timedelta) -> int:
    """Note what listeners are being told; gives the sequence to tell it with."""
    known = told_of(tx, where)
    sequence = known.sequence + 1 if known else 1
    window = setting.window if setting else None
    values = {
        "opens_at": window.opens_at if window else None,
        "closes_at": window.closes_at if window else None,
        "grace_hours": int(grace.total_seconds()) // 3600,
        "sequence": sequence,
    }
    if known is None:
        campaign, unit, action = where
        key = {"campaign": campaign, "unit": unit, "action": action.value}
        tx.execute(insert(told).values(**key, **values))
    else:
        tx.execute(update(told).where(*_told(where)).values(**values))
    return sequence


def told_up(tx: Tx, campaign: CampaignId, path: str) -> dict[Action, dict[UnitCode, Setting]]:
    """What holds by the units from one up to its province, per switch."""
    return told_at(tx, campaign, codes_up(path))


def told_at(
    tx: Tx, campaign: CampaignId, codes: Sequence[UnitCode]
) -> dict[Action, dict[UnitCode, Setting]]:
    """What holds by some units themselves, per switch."""
    found = tx.execute(
        select(told).where(
            told.c.campaign == campaign,
            told.c.unit.in_(codes),
            told.c.opens_at.is_not(None),
        )
    )
    holding: dict[Action, dict[UnitCode, Setting]] = {action: {} for action in Action}
    for row in found:
        holding[Action(row.action)][UnitCode(row.unit)] = setting_in(row)
    return holding


def inherited_by(tx: Tx, where: Where, path: str) -> Window | None:
    """What a unit at a path would have without a setting of its own; None: closed."""
    campaign, _, action = where
    above = told_up(tx, campaign, path)[action]
    return next((above[code].window for code in codes_up(path)[1:] if code in above), None)


def units_set_by_regions(tx: Tx, campaign: CampaignId, action: Action, path: str) -> list[UnitCode]:
    """The units below a path with a setting by a city's or county's administrator, top down."""
    # A region's path has a second level; the province's has one.
    by_region = settings.c.actor_path.like(f"%{PATH_END}%{PATH_END}")
    question = (
        select(units.c.code)
        .join(settings, settings.c.unit == units.c.code)
        .where(settings.c.campaign == campaign, settings.c.action == action.value)
        .where(by_region, below(path), units.c.path != path)
        .order_by(units.c.path)
    )
    return [UnitCode(code) for code in dict.fromkeys(tx.execute(question).scalars())]


def apart_below(tx: Tx, campaign: CampaignId, action: Action, path: str) -> list[tuple[str, str]]:
    """The units below a path that a setting of its unit does not reach: code and path, in order."""
    question = (
        select(units.c.code, units.c.path)
        .join(told, told.c.unit == units.c.code)
        .where(
            told.c.campaign == campaign,
            told.c.action == action.value,
            told.c.opens_at.is_not(None),
            below(path),
            units.c.path != path,
        )
        .order_by(units.c.path)
    )
    return [(code, where) for code, where in tx.execute(question)]


def settings_below(tx: Tx, campaign: CampaignId, path: str) -> list[tuple[str, Row[Any]]]:
    """The settings and exceptions of a unit and of all below it, each with its unit's path."""
    question = select(settings, units.c.path).join(units, settings.c.unit == units.c.code)
    question = question.where(settings.c.campaign == campaign, below(path))
    order = (units.c.path, settings.c.action, settings.c.is_exception)
    return [(row.path, row) for row in tx.execute(question.order_by(*order))]


def regions_below(tx: Tx, path: str) -> list[tuple[UnitCode, str]]:
    """The units directly below a path that have windows of their own: code and path, in order."""
    question = select(units.c.code, units.c.path).where(
        below(path),
        units.c.path != path,
        units.c.path.not_like(f"{path}%{PATH_END}%{PATH_END}"),
        units.c.level != Level.CLASS.value,
    )
    return [(UnitCode(code), at) for code, at in tx.execute(question.order_by(units.c.path))]


def units_below(tx: Tx, path: str, level: Level) -> list[tuple[UnitCode, str]]:
    """The units of a level at or below a path: code and path, in order."""
    question = select(units.c.code, units.c.path).where(below(path), units.c.level == level.value)
    return [(UnitCode(code), at) for code, at in tx.execute(question.order_by(units.c.path))]


def path_of(tx: Tx, unit: UnitCode) -> str | None:
    """Where a unit stands in the tree."""
    path: str | None = tx.execute(
        select(units.c.path).where(units.c.code == unit)
    ).scalar_one_or_none()
    return path


def save_unit(tx: Tx, unit: UnitCode, level: Level, path: str, sequence: int) -> None:
    """Keep where a unit stands, unless a newer word is known."""
    values = {"level": level.value, "path": path, "sequence": sequence}
    known = tx.execute(select(units.c.sequence).where(units.c.code == unit)).scalar_one_or_none()
    if known is None:
        tx.execute(insert(units).values(code=unit, **values))
    elif known < sequence:
        tx.execute(update(units).where(units.c.code == unit).values(**values))


def setting_in(row: Row[Any], *, is_exception: bool = False) -> Setting:
    """The setting that a row of `settings` or `told` holds."""
    window = Window(row.opens_at, row.closes_at)
    return Setting(window, timedelta(hours=row.grace_hours), is_exception)


def below(path: str) -> ColumnElement[bool]:
    """At or below a path: one range of the index, since every level ends in `PATH_END`."""
    after = path[:-1] + chr(ord(PATH_END) + 1)
    return and_(units.c.path >= path, units.c.path < after)


def _setting(where: Where) -> tuple[ColumnElement[bool], ...]:
    campaign, unit, action = where
    of = (settings.c.campaign == campaign, settings.c.unit == unit)
    return (*of, settings.c.action == action.value)


def _told(where: Where) -> tuple[ColumnElement[bool], ...]:
    campaign, unit, action = where
    return (told.c.campaign == campaign, told.c.unit == unit, told.c.action == action.value)
