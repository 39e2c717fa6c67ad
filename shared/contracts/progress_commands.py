"""What may be asked of progress, and what it answers: counts, never names."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, CampaignId, PersonId, SheetId, StudentId, UnitCode
from shared.kernel.units import Level


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a unit has come; a unit's counts hold those of every unit below it."""

    in_scope: int = 0  # pupils
    out_of_scope: int = 0  # pupils
    issued: int = 0  # sheets
    photographed: int = 0  # sheets with at least one matched page
    returned: int = 0  # sheets
    declined: int = 0  # of the returned ones
    unreadable: int = 0  # pages nothing could be read on
    to_retake: int = 0  # sheets whose photos so far are all unreadable
    entered: int = 0  # sheets: every change submitted, or none asked for
    no_change: int = 0  # of the entered ones: confirmed as they were printed
    decided: int = 0  # sheets: every change has its verdict
    applied: int = 0  # of the decided ones: nothing is left to apply
    in_decision: int = 0  # changes that wait for a decision
    sent_back: int = 0  # changes that were returned to the school
    conflicts: int = 0  # changes whose record held another value meanwhile
    queries: int = 0  # changes about which a guardian is asked


@dataclass(frozen=True, slots=True)
class Ages:
    """Changes in decision by their age in working days."""

    under_7: int = 0
    from_7: int = 0  # to 10: the decision is due soon
    over_10: int = 0
    is_provisional: bool = False  # the holidays of a year concerned are not told yet


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class CountsRequest:
    """Ask for the counts of one unit in one campaign."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class ChildrenRequest:
    """Ask for the counts of every unit directly below one unit."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """One unit with its counts."""

    unit: UnitCode
    level: Level
    counts: Counts
    ages: Ages = Ages()


@dataclass(frozen=True, slots=True)
class Children:
    """The units directly below one unit, by code."""

    units: tuple[UnitCounts, ...] = field(default=())


class RankedBy(StrEnum):
    """Which stage a table is ranked by."""

    RETURNED = "returned"
    ENTERED = "entered"
    DECIDED = "decided"
    APPLIED = "applied"


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class TableRequest:
    """Ask for the units of one level at or below a unit, ranked.

    `is_export` says that the table is taken away as a file, so that the log tells the two apart.
    """

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode
    level: Level
    by: RankedBy = RankedBy.ENTERED
    is_export: bool = False


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """One row of a ranked table; units with the same share have the same rank."""

    rank: int | None  # None: nobody is in scope there, so there is nothing to rank
    share: float | None  # 0 to 1, of the pupils in scope
    unit: UnitCounts


@dataclass(frozen=True, slots=True)
class RankedTable:
    """Units of one level, best first; those without scope last."""

    by: RankedBy
    units: tuple[RankedUnit, ...]


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class StalledRequest:
    """Ask which units of one level stand still."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode
    level: Level


@dataclass(frozen=True, slots=True)
class StalledUnit:
    """A unit under 95 % where nothing was returned or entered for three working days."""

    unit: UnitCounts
    moved_on: date  # Beijing: the last day a sheet was issued, returned or entered
    working_days: int  # since then


@dataclass(frozen=True, slots=True)
class StalledUnits:
    """Units that stand still, the longest first."""

    units: tuple[StalledUnit, ...] = ()


@command(Act.URGE_UNIT)
@dataclass(frozen=True, slots=True)
class UrgeUnit:
    """Ask a unit below the own one to go on with a stage (督办)."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode
    stage: RankedBy = RankedBy.ENTERED


@dataclass(frozen=True, slots=True)
class Urge:
    """A unit was urged to go on; `by` is a person at `by_unit`."""

    campaign: CampaignId
    unit: UnitCode
    stage: RankedBy
    at: datetime
    by: PersonId
    by_unit: UnitCode


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class ListUrges:
    """Ask what a unit was urged to do."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode


@dataclass(frozen=True, slots=True)
class Urges:
    """Newest first."""

    urges: tuple[Urge, ...] = ()


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class MissingRequest:
    """Ask which sheets of a class are missing; for the staff of its school."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode  # a class


@dataclass(frozen=True, slots=True)
class MissingSheet:
    """A sheet that was issued and did not come back, or was not entered yet.

    `student` and `number_in_class` are None where only old prints told of the sheet.
    """

    sheet: SheetId
    student: StudentId | None
    number_in_class: int | None
    is_returned: bool


@dataclass(frozen=True, slots=True)
class MissingSheets:
    """Who is missing in a class, by number in class; names are roster's to give."""

    in_scope: int
    issued: int
    sheets: tuple[MissingSheet, ...]


@dataclass(frozen=True, slots=True)
class SheetStages:
    """How far one sheet has come; stages, never what is written on it."""

    sheet: SheetId
    number_in_class: int | None
    is_photographed: bool
    is_returned: bool
    is_declined: bool
    to_retake: bool  # there are photos, and nothing can be read on any
    is_entered: bool
    is_decided: bool


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class ClassSheetsRequest:
    """Ask how far every sheet of a class has come; for the staff of its school."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode  # a class


@dataclass(frozen=True, slots=True)
class PupilSheet:
    """An issued sheet of a class; `student` None where only an old print told of it."""

    student: StudentId | None
    stages: SheetStages


@dataclass(frozen=True, slots=True)
class ClassSheets:
    """The issued sheets of a class, by number in class; names are roster's to give."""

    unit: UnitCode
    in_scope: int
    sheets: tuple[PupilSheet, ...]


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class SheetStagesRequest:
    """Ask how far the sheet has come that a question hangs on; it names no pupil."""

    actor: ActorToken
    campaign: CampaignId
    sheet: SheetId


@dataclass(frozen=True, slots=True)
class StagesTold:
    """The stages of one sheet, and the class it was printed for."""

    unit: UnitCode
    stages: SheetStages
