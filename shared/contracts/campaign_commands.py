"""What may be asked of campaign, and what it answers."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.windows import Action


@dataclass(frozen=True, slots=True)
class CreateCampaign:
    """Start a campaign, or move the cut-off date of one that exists."""

    campaign: CampaignId
    name: str
    cut_off: date  # registered on or before this day (Beijing) is in scope
    actor: str


@dataclass(frozen=True, slots=True)
class SetWindow:
    """Open a switch for a unit and everything below it that has no setting of its own.

    Half open, `opens_at` <= t < `closes_at`, aware. An exception may leave the end out:
    it then ends three days after its begin; other windows must name one.
    """

    campaign: CampaignId
    unit: UnitCode
    action: Action
    opens_at: datetime
    closes_at: datetime | None
    actor: str
    reason: str
    is_exception: bool = False


@dataclass(frozen=True, slots=True)
class CloseWindow:
    """Take a unit's own setting away; what the unit inherits holds again."""

    campaign: CampaignId
    unit: UnitCode
    action: Action
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShowCampaign:
    """Ask for a campaign and its settings; with a unit, for what holds there now."""

    campaign: CampaignId
    unit: UnitCode | None = None


@dataclass(frozen=True, slots=True)
class WindowEntry:
    """One unit's own setting."""

    unit: UnitCode
    action: Action
    opens_at: datetime
    closes_at: datetime
    is_exception: bool
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Switch:
    """How one switch stands at a unit, and whose setting says so; None when nobody has set one."""

    action: Action
    is_open: bool
    set_by: UnitCode | None
    opens_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign; `switches` only when a unit was asked for."""

    campaign: CampaignId
    name: str
    cut_off: date
    windows: tuple[WindowEntry, ...]
    switches: tuple[Switch, ...] = ()
