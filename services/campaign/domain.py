"""Rules of campaigns: ids, exceptions, and which setting holds where."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.contracts.campaign_commands import Switch
from shared.kernel.ids import CampaignId, ProvinceCode, UnitCode
from shared.kernel.units import codes_up
from shared.kernel.windows import Action, Window

# An exception is for a class that missed its days: it ends by itself.
EXCEPTION_LIFE = timedelta(days=3)
_ID = re.compile(r"(\d{2})-[0-9a-z]{1,20}")


def province_of_campaign(campaign: CampaignId) -> ProvinceCode | None:
    """The province a campaign's id names; None when the text is no campaign id."""
    found = _ID.fullmatch(campaign)
    return ProvinceCode(found[1]) if found else None


def end_of(
    opens_at: datetime, closes_at: datetime | None, *, is_exception: bool
) -> datetime | None:
    """When a window ends; None when it has no valid end."""
    if closes_at is None and is_exception:
        return opens_at + EXCEPTION_LIFE
    return closes_at if closes_at is not None and closes_at > opens_at else None


def switch_at(
    action: Action, settings: Mapping[UnitCode, Window], path: str, at: datetime
) -> Switch:
    """How a switch stands at a unit: the nearest setting up the tree holds.

    Source: campaign workflow, two switches per region with inheritance.
    """
    for code in codes_up(path):
        window = settings.get(code)
        if window is not None:
            return Switch(action, window.is_open(at), code, window.opens_at, window.closes_at)
    return Switch(action, False, None, None, None)
