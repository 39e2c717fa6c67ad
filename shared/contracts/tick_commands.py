"""What people tell scan of paper without any picture: it is here, refused, or nobody is reached."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, CampaignId, PersonId, SheetId, UnitCode


class Tick(StrEnum):
    """What a person says of a sheet's paper."""

    RETURNED = "returned"  # it was handed in
    DECLINED = "declined"  # the guardian will not sign or correct; counts as returned
    AWAY = "away"  # nobody can be reached; stays out, explained


class TickReason(StrEnum):
    """Why a sheet is refused, or nobody reached."""

    WILL_NOT_SIGN = "will_not_sign"
    DISAGREES = "disagrees"  # with what is printed, and will not correct it
    NOT_REACHED = "not_reached"
    PUPIL_AWAY = "pupil_away"
    OTHER = "other"


REASONS: dict[Tick, tuple[TickReason, ...]] = {
    Tick.RETURNED: (),
    Tick.DECLINED: (TickReason.WILL_NOT_SIGN, TickReason.DISAGREES, TickReason.OTHER),
    Tick.AWAY: (TickReason.NOT_REACHED, TickReason.PUPIL_AWAY, TickReason.OTHER),
}


@command(Act.TICK_SHEET)
@dataclass(frozen=True, slots=True)
class TickSheet:
    """Say where the paper of one sheet is; `tick` None takes back what was said before."""

    actor: ActorToken
    campaign: CampaignId
    sheet: SheetId
    tick: Tick | None
    reason: TickReason | None = None


@dataclass(frozen=True, slots=True)
class TickShown:
    """What was said last of a sheet."""

    sheet: SheetId
    tick: Tick | None
    reason: TickReason | None
    by: PersonId | None
    at: datetime | None
    is_returned: bool  # by this, or by a picture


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class ShowTicks:
    """See what was said of the sheets of a class; for the staff of its school."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode  # a class


@dataclass(frozen=True, slots=True)
class Ticks:
    """Every issued sheet of a class as scan knows it, by number in class."""

    unit: UnitCode
    sheets: tuple[TickShown, ...]
