"""Rules of campaigns: ids, exceptions, which setting holds where and when, the calendar."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from shared.contracts.campaign_commands import CampaignDay, DayKind, Switch
from shared.kernel.clock import BEIJING
from shared.kernel.ids import CampaignId, ProvinceCode, UnitCode
from shared.kernel.units import PATH_END, codes_up
from shared.kernel.windows import Action, Window

# An exception is for a class that missed its days: it ends by itself.
EXCEPTION_LIFE = timedelta(days=3)
_ID = re.compile(r"(\d{2})-[0-9a-z]{1,20}")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a unit has set for one switch; a window without a length is closed by hand."""

    window: Window
    grace: timedelta
    is_exception: bool = False

    @property
    def started_until(self) -> datetime:
        """Until when work that was started before the end may be finished."""
        return self.window.closes_at + self.grace


@dataclass(frozen=True, slots=True)
class OwnSetting:
    """A setting and the unit and switch it is of, for the calendar."""

    unit: UnitCode
    action: Action
    setting: Setting


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


def holding(own: Setting | None, exception: Setting | None, at: datetime) -> Setting | None:
    """What a unit itself says at a moment: its exception while that lasts, else its own setting."""
    if exception is not None and exception.window.is_open(at):
        return exception
    return own


def is_inside(window: Window, inherited: Window | None) -> bool:
    """Whether a window opens nothing that is closed by what the unit inherits."""
    return inherited is not None and (
        inherited.opens_at <= window.opens_at and window.closes_at <= inherited.closes_at
    )


def clipped(setting: Setting, inherited: Window | None) -> Setting:
    """A region's setting as far as it lies inside what the region inherits."""
    window = setting.window
    if inherited is None:
        return replace(setting, window=Window(window.opens_at, window.opens_at))
    opens_at = max(window.opens_at, inherited.opens_at)
    closes_at = max(opens_at, min(window.closes_at, inherited.closes_at))
    return replace(setting, window=Window(opens_at, closes_at))


def is_from_above(setter_path: str, actor_path: str) -> bool:
    """Whether a setting was made by somebody above the actor."""
    return not setter_path.startswith(actor_path)


def is_of_a_region(actor_path: str) -> bool:
    """Whether an administrator stands below the province."""
    return actor_path.count(PATH_END) > 1


def switch_at(
    action: Action, settings: Mapping[UnitCode, Setting], path: str, at: datetime
) -> Switch:
    """How a switch stands at a unit: the nearest setting up the tree holds.

    Source: campaign workflow, two switches per region with inheritance.
    """
    for code in codes_up(path):
        setting = settings.get(code)
        if setting is not None:
            window = setting.window
            span = (window.opens_at, window.closes_at, setting.started_until)
            return Switch(action, window.is_open(at), code, *span)
    return Switch(action, False, None, None, None)


def calendar_of(
    cut_off: date, ends_on: date | None, settings: Iterable[OwnSetting]
) -> tuple[CampaignDay, ...]:
    """The days of a campaign, in order; a day is told by its last moment in Beijing."""
    days = [CampaignDay(end_of_day(cut_off), DayKind.CUT_OFF)]
    if ends_on is not None:
        days.append(CampaignDay(end_of_day(ends_on), DayKind.ENDS))
    for own in settings:
        of = (own.unit, own.action, own.setting.is_exception)
        window = own.setting.window
        if window.opens_at < window.closes_at:
            days.append(CampaignDay(window.opens_at, DayKind.OPENS, *of))
        days.append(CampaignDay(window.closes_at, DayKind.CLOSES, *of))
        if own.setting.grace:
            days.append(CampaignDay(own.setting.started_until, DayKind.GRACE_ENDS, *of))
    return tuple(sorted(days, key=lambda day: (day.at, day.kind, day.unit or "")))


def end_of_day(day: date) -> datetime:
    """The moment a day is over in Beijing."""
    return datetime.combine(day + timedelta(days=1), time(), BEIJING)
