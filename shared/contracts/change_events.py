"""The facts of changes: entered from paper, decided one by one, applied to the record.

Entry ids and field keys travel; old and new values stay where they are sealed. `unit` is the
pupil's class, so that counts climb the tree without asking.
"""

from dataclasses import dataclass
from datetime import date

from shared.contracts.facts import Fact, fact
from shared.contracts.fields import FieldKind
from shared.kernel.ids import CampaignId, EntryId, SheetId, StudentId, UnitCode


@fact("sheet_confirmed", said_by="review")
@dataclass(frozen=True, slots=True)
class SheetConfirmed(Fact):
    """A sheet asks for no change, and somebody entitled said so; it counts as entered."""

    campaign: CampaignId
    sheet: SheetId
    unit: UnitCode


@fact("sheet_entered", said_by="review")
@dataclass(frozen=True, slots=True)
class SheetEntered(Fact):
    """Every change a sheet asks for is submitted, and paper and entries agree or are settled.

    `is_entered` is false when that stopped being true; a lower sequence is ignored.
    """

    campaign: CampaignId
    sheet: SheetId
    unit: UnitCode
    is_entered: bool
    sequence: int


@fact("change_entered", said_by="review")
@dataclass(frozen=True, slots=True)
class ChangeEntered(Fact):
    """A change was submitted for a decision; its revision rises with each resubmission."""

    campaign: CampaignId
    entry: EntryId
    sheet: SheetId
    unit: UnitCode
    field: str
    kind: FieldKind
    decided_by: UnitCode  # the school, or the authority that manages it
    revision: int
    due: date  # Beijing


@fact("change_queried", said_by="review")
@dataclass(frozen=True, slots=True)
class ChangeQueried(Fact):
    """The paper is doubtful: the guardian is asked, or has answered."""

    campaign: CampaignId
    entry: EntryId
    sheet: SheetId
    unit: UnitCode
    field: str
    is_open: bool
    sequence: int


@fact("change_withdrawn", said_by="review")
@dataclass(frozen=True, slots=True)
class ChangeWithdrawn(Fact):
    """A submitted or returned change is not asked for any more."""

    campaign: CampaignId
    entry: EntryId
    sheet: SheetId
    unit: UnitCode
    field: str
    revision: int


@fact("change_approved", said_by="review")
@dataclass(frozen=True, slots=True)
class ChangeApproved(Fact):
    """A change was approved, and nobody took it back in time: roster applies it.

    `revision` names the value that was approved; roster asks review for it by entry and revision.
    """

    campaign: CampaignId
    entry: EntryId
    sheet: SheetId
    student: StudentId
    unit: UnitCode
    field: str
    kind: FieldKind
    revision: int


@fact("change_returned", said_by="review")
@dataclass(frozen=True, slots=True)
class ChangeReturned(Fact):
    """A change went back to the school, with a reason of the list."""

    campaign: CampaignId
    entry: EntryId
    sheet: SheetId
    unit: UnitCode
    field: str
    revision: int
    reason: str


@fact("change_rejected", said_by="review")
@dataclass(frozen=True, slots=True)
class ChangeRejected(Fact):
    """A change was refused for good, with a reason of the list."""

    campaign: CampaignId
    entry: EntryId
    sheet: SheetId
    unit: UnitCode
    field: str
    revision: int
    reason: str


@fact("change_expired", said_by="review")
@dataclass(frozen=True, slots=True)
class ChangeExpired(Fact):
    """A change lay untouched for six months and was closed by the clock."""

    campaign: CampaignId
    entry: EntryId
    sheet: SheetId
    unit: UnitCode
    field: str
    revision: int


@fact("change_applied", said_by="roster")
@dataclass(frozen=True, slots=True)
class ChangeApplied(Fact):
    """An approved change stands in the record, as this version of it."""

    entry: EntryId
    student: StudentId
    field: str
    revision: int
    version: int


@fact("change_conflicted", said_by="roster")
@dataclass(frozen=True, slots=True)
class ChangeConflicted(Fact):
    """The record no longer held the old value: nothing was applied, the maker sees both values."""

    entry: EntryId
    student: StudentId
    field: str
    revision: int
    version: int
