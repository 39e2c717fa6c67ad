"""What may be asked of progress, and what it answers: counts, never names."""

from dataclasses import dataclass, field

from shared.kernel.ids import CampaignId, UnitCode
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


@dataclass(frozen=True, slots=True)
class CountsRequest:
    """Ask for the counts of one unit in one campaign."""

    campaign: CampaignId
    unit: UnitCode


@dataclass(frozen=True, slots=True)
class ChildrenRequest:
    """Ask for the counts of every unit directly below one unit."""

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
