"""What may be asked of review by who enters: the work of the own school, and one sheet of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.contracts.lane_commands import SheetStanding
from shared.contracts.review_commands import EntryShown
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, CampaignId, PersonId, SheetId, UnitCode


class Chore(StrEnum):
    """What a returned sheet asks of the school, most urgent first."""

    SENT_BACK = "sent_back"  # returned by who decides, or the record changed meanwhile
    TO_ENTER = "to_enter"  # ink without an entry, or drafts that are not submitted
    TO_SETTLE = "to_settle"  # everything is submitted, and paper and entries still differ
    BY_HAND = "by_hand"  # no machine has seen it whole, signed and certain: a person reads it
    ASKED = "asked"  # the guardian was asked, and everything else is done
    NO_CHANGE = "no_change"  # blank and signed: the class is confirmed in one act


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class ShowWork:
    """See what the own school still has to do about sheets that came back."""

    actor: ActorToken
    campaign: CampaignId
    chore: Chore | None = None  # only these
    limit: int = 50


@dataclass(frozen=True, slots=True)
class WorkSheet:
    """One sheet with something to do about it."""

    sheet: SheetId
    unit: UnitCode  # the class
    number_in_class: int | None
    chore: Chore
    since: datetime | None  # when its paper was read, or it was sent back; None: not known
    ink: int  # cells
    unsure: int  # cells
    drafts: int
    with_other: PersonId | None  # who else typed here a moment ago


@dataclass(frozen=True, slots=True)
class LaneClass:
    """How many sheets of a class seem to ask for no change."""

    unit: UnitCode
    sheets: int


@dataclass(frozen=True, slots=True)
class Work:
    """The work of a school: how much of each kind, and the most urgent sheets."""

    unit: UnitCode
    counts: dict[Chore, int]
    sheets: tuple[WorkSheet, ...]
    lanes: tuple[LaneClass, ...]


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class OpenSheet:
    """Take a sheet up: how it stands, its entries, and what the record and the paper say."""

    actor: ActorToken
    sheet: SheetId


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One field of the record, codes as stored."""

    field: str
    current: str
    printed: str | None  # what the paper shows; None: not known


@dataclass(frozen=True, slots=True)
class SheetOpened:
    """Everything that entering from one sheet needs, except pictures and readings."""

    standing: SheetStanding
    entries: tuple[EntryShown, ...]  # with their history, oldest first of each field
    values: tuple[FieldValue, ...]  # in the order of the form


@dataclass(frozen=True, slots=True)
class CountDrafts:
    """Campaign asks: how many drafts lie at or below a unit, outside the units set apart?"""

    campaign: CampaignId
    unit: UnitCode
    apart: tuple[UnitCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafts:
    """Changes that were begun and not submitted, queried ones among them."""

    drafts: int
