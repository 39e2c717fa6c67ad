"""Named questions about campaigns, settings and the tree."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select, update

from services.campaign.tables import campaigns, units, windows
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import codes_up
from shared.kernel.windows import Action, Window
from shared.plumbing.database import Tx


def campaign_of(tx: Tx, campaign: CampaignId) -> Row[Any] | None:
    """A campaign."""
    return tx.execute(select(campaigns).where(campaigns.c.campaign == campaign)).one_or_none()


def save_campaign(tx: Tx, campaign: CampaignId, name: str, cut_off: date) -> int:
    """Write a campaign, new or known; gives its new sequence."""
    known = campaign_of(tx, campaign)
    sequence = known.sequence + 1 if known else 1
    values = {"name": name, "cut_off": cut_off, "sequence": sequence}
    if known is None:
        tx.execute(insert(campaigns).values(campaign=campaign, **values))
    else:
        tx.execute(update(campaigns).where(campaigns.c.campaign == campaign).values(**values))
    return sequence


def window_of(tx: Tx, campaign: CampaignId, unit: UnitCode, action: Action) -> Row[Any] | None:
    """A unit's own setting, also one that was taken away."""
    return tx.execute(select(windows).where(*_mine(campaign, unit, action))).one_or_none()


def save_window(
    tx: Tx, campaign: CampaignId, unit: UnitCode, action: Action, values: Mapping[str, Any]
) -> int:
    """Write a unit's own setting; gives its new sequence, which outlives its removal."""
    known = window_of(tx, campaign, unit, action)
    sequence = known.sequence + 1 if known else 1
    if known is None:
        key = {"campaign": campaign, "unit": unit, "action": action.value}
        tx.execute(insert(windows).values(**key, **values, sequence=sequence))
    else:
        mine = _mine(campaign, unit, action)
        tx.execute(update(windows).where(*mine).values(**values, sequence=sequence))
    return sequence


def windows_of(tx: Tx, campaign: CampaignId) -> Sequence[Row[Any]]:
    """Every own setting that holds, by unit."""
    return tx.execute(
        select(windows)
        .where(windows.c.campaign == campaign, windows.c.opens_at.is_not(None))
        .order_by(windows.c.unit, windows.c.action)
    ).all()


def settings_up(tx: Tx, campaign: CampaignId, path: str) -> dict[Action, dict[UnitCode, Window]]:
    """The own settings from a unit up to its province, per switch."""
    found = tx.execute(
        select(windows).where(
            windows.c.campaign == campaign,
            windows.c.unit.in_(codes_up(path)),
            windows.c.opens_at.is_not(None),
        )
    )
    settings: dict[Action, dict[UnitCode, Window]] = {action: {} for action in Action}
    for row in found:
        window = Window(row.opens_at, row.closes_at)
        settings[Action(row.action)][UnitCode(row.unit)] = window
    return settings


def path_of(tx: Tx, unit: UnitCode) -> str | None:
    """Where a unit stands in the tree."""
    path: str | None = tx.execute(
        select(units.c.path).where(units.c.code == unit)
    ).scalar_one_or_none()
    return path


def save_unit(tx: Tx, unit: UnitCode, path: str, sequence: int) -> None:
    """Keep where a unit stands, unless a newer word is known."""
    known = tx.execute(select(units.c.sequence).where(units.c.code == unit)).scalar_one_or_none()
    if known is None:
        tx.execute(insert(units).values(code=unit, path=path, sequence=sequence))
    elif known < sequence:
        tx.execute(update(units).where(units.c.code == unit).values(path=path, sequence=sequence))


def _mine(campaign: CampaignId, unit: UnitCode, action: Action) -> tuple[Any, ...]:
    return (
        windows.c.campaign == campaign,
        windows.c.unit == unit,
        windows.c.action == action.value,
    )
