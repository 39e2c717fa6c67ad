"""What may be asked of campaign, and what it answers."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, CampaignId, UnitCode
from shared.kernel.windows import Action

GRACE_HOURS = 24
MAX_GRACE_HOURS = 24 * 14
# A rehearsal names this many schools and units at most; its counts hold all of them.
MAX_NAMED = 200


@command(Act.SET_WINDOW)
@dataclass(frozen=True, slots=True)
class CreateCampaign:
    """Start a campaign, or move the days of one that exists; the province's administrator.

    `ends_on` is its last day in Beijing: dedicated accounts end with it. `regions_may_narrow`
    lets cities and counties set windows inside the ones they inherit. With `endorses_key_data`
    the school leader is asked about key data before the managing authority.
    """

    campaign: CampaignId
    name: str
    cut_off: date  # registered on or before this day (Beijing) is in scope
    actor: ActorToken = field(repr=False)
    ends_on: date | None = None
    regions_may_narrow: bool = False
    endorses_key_data: bool = False


@command(Act.SET_WINDOW)
@dataclass(frozen=True, slots=True)
class SetWindow:
    """Open a switch for a unit and everything below it that has no setting of its own.

    Half open, `opens_at` <= t < `closes_at`, aware; a later beginning is a schedule. An exception
    lies over the unit's own setting and ends by itself, three days after its beginning when
    no end is named; other windows must name one. Started work may be finished for `grace_hours`.
    """

    campaign: CampaignId
    unit: UnitCode
    action: Action
    opens_at: datetime
    closes_at: datetime | None
    actor: ActorToken = field(repr=False)
    reason: str
    is_exception: bool = False
    grace_hours: int = GRACE_HOURS


@command(Act.SET_WINDOW)
@dataclass(frozen=True, slots=True)
class CloseWindow:
    """Close a switch by hand, now: for a unit and what is below it, whatever it inherits."""

    campaign: CampaignId
    unit: UnitCode
    action: Action
    actor: ActorToken = field(repr=False)
    reason: str
    grace_hours: int = GRACE_HOURS


@command(Act.SET_WINDOW)
@dataclass(frozen=True, slots=True)
class InheritWindow:
    """Take a unit's own setting and exception away; what the unit inherits holds again."""

    campaign: CampaignId
    unit: UnitCode
    action: Action
    actor: ActorToken = field(repr=False)
    reason: str


@command(Act.SET_WINDOW)
@dataclass(frozen=True, slots=True)
class RehearseWindow:
    """Ask what a setting of a unit would touch, and what would be left undone if it closed now."""

    campaign: CampaignId
    unit: UnitCode
    action: Action
    actor: ActorToken = field(repr=False)


@command(Act.SET_WINDOW)
@dataclass(frozen=True, slots=True)
class ShowRegions:
    """Ask how the switches stand at a unit and at each unit directly below it."""

    campaign: CampaignId
    unit: UnitCode
    actor: ActorToken = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShowCampaign:
    """Ask for a campaign and its settings; with a unit, for what holds there now."""

    campaign: CampaignId
    unit: UnitCode | None = None


@dataclass(frozen=True, slots=True)
class ShowCalendar:
    """Ask for the days of a campaign; with a unit, for those that hold there."""

    campaign: CampaignId
    unit: UnitCode | None = None


@dataclass(frozen=True, slots=True)
class WindowEntry:
    """One unit's own setting; one without a length was closed by hand."""

    unit: UnitCode
    action: Action
    opens_at: datetime
    closes_at: datetime
    is_exception: bool
    actor: str  # id of a person
    reason: str
    grace_hours: int = GRACE_HOURS


@dataclass(frozen=True, slots=True)
class Switch:
    """How one switch stands at a unit, and whose setting says so; None when nobody has set one."""

    action: Action
    is_open: bool
    set_by: UnitCode | None
    opens_at: datetime | None
    closes_at: datetime | None
    started_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign; `switches` only when a unit was asked for."""

    campaign: CampaignId
    name: str
    cut_off: date
    windows: tuple[WindowEntry, ...]
    switches: tuple[Switch, ...] = ()
    ends_on: date | None = None
    regions_may_narrow: bool = False
    endorses_key_data: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """How the switches stand at one unit, and what it says itself, exceptions to come included."""

    unit: UnitCode
    switches: tuple[Switch, ...]  # one for each action
    own: tuple[WindowEntry, ...]
    set_below: int  # units below it that have settings of their own


@dataclass(frozen=True, slots=True)
class Regions:
    """A campaign and a part of its tree: the unit that was asked for, then those below by code."""

    campaign: CampaignId
    name: str
    cut_off: date
    ends_on: date | None
    regions_may_narrow: bool
    at: datetime
    units: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """What is not finished at some units, as far as facts have told; sheets, then changes."""

    issued: int = 0  # sheets
    unreturned: int = 0  # of the issued ones
    not_entered: int = 0  # returned, and neither confirmed nor entered: drafts are among them
    queried: int = 0  # changes the guardian is asked about
    sent_back: int = 0  # changes that wait for the school again
    undecided: int = 0  # submitted changes that wait for a decision
    overdue: int = 0  # of the undecided ones


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a setting of a unit touches.

    `apart` units lie below and have settings of their own, so nothing changes for them; `schools`
    and `undone` leave them out.
    """

    switch: Switch
    schools: int
    named_schools: tuple[UnitCode, ...]
    apart: tuple[UnitCode, ...]
    undone: Undone
    drafts: int | None = None  # changes begun and not submitted; None: review does not say


class DayKind(StrEnum):
    """What happens on a day of a campaign."""

    CUT_OFF = "cut_off"
    OPENS = "opens"
    CLOSES = "closes"
    GRACE_ENDS = "grace_ends"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class CampaignDay:
    """One entry of the calendar; `unit` and `action` are None for days of the whole campaign."""

    at: datetime
    kind: DayKind
    unit: UnitCode | None = None
    action: Action | None = None
    is_exception: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a campaign, in order."""

    campaign: CampaignId
    days: tuple[CampaignDay, ...]
