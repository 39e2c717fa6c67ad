"""What may be asked of review about whole sheets: paper against entries, no change, queries."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.contracts.seen import Ink
from shared.kernel.authority import Act
from shared.kernel.ids import (
    ActorToken,
    CampaignId,
    EntryId,
    ObjectId,
    PersonId,
    SheetId,
    UnitCode,
)


class DisagreementKind(StrEnum):
    """How paper and entries can differ about a field."""

    INK_WITHOUT_ENTRY = "ink_without_entry"
    UNSURE_WITHOUT_ENTRY = "unsure_without_entry"
    ENTRY_WITHOUT_INK = "entry_without_ink"


class SettleReason(StrEnum):
    """Why paper and entries may differ."""

    STRAY_MARK = "stray_mark"  # dirt, or a pen that slipped
    SAME_VALUE = "same_value"  # the guardian wrote what is printed
    OTHER_CELL = "other_cell"  # written into the cell of another field
    GUARDIAN_SAID = "guardian_said"  # told to the school, with its proof
    FAINT_INK = "faint_ink"  # it is there, and the machine did not see it
    OTHER = "other"  # needs words


class QueryReason(StrEnum):
    """Why the guardian is asked."""

    UNREADABLE = "unreadable"
    IMPLAUSIBLE = "implausible"
    CONTRADICTS = "contradicts"  # another cell, or the proof
    PROOF_MISSING = "proof_missing"
    OTHER = "other"  # needs words


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Paper and entries say differently about one field."""

    field: str
    kind: DisagreementKind
    reason: SettleReason | None = None  # None: it is open
    settled_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class SheetStanding:
    """What a sheet's paper asks for, and how far its entries are."""

    sheet: SheetId
    unit: UnitCode
    number_in_class: int | None
    serial: int
    is_returned: bool
    is_photographed: bool
    is_declined: bool
    is_whole: bool  # every side was seen and is legible
    is_signed: bool
    is_confirmed: bool
    is_entered: bool
    cells: dict[str, Ink]
    stale_fields: tuple[str, ...]  # the record changed there after the print
    disagreements: tuple[Disagreement, ...]


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class ShowSheet:
    """See how a sheet stands: fields with ink first."""

    actor: ActorToken
    sheet: SheetId


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class ShowClass:
    """See how the sheets of a class stand; `only_open`: those with something to settle."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode
    only_open: bool = False


@dataclass(frozen=True, slots=True)
class ClassStanding:
    """The sheets of a class, by number in class."""

    unit: UnitCode
    sheets: tuple[SheetStanding, ...]


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class SettleDisagreement:
    """Say why paper and entries may differ about a field."""

    actor: ActorToken
    sheet: SheetId
    field: str
    kind: DisagreementKind
    reason: SettleReason
    note: str = ""


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class FinishSheet:
    """Say that a sheet holds nothing else: for paper that no machine has seen whole."""

    actor: ActorToken
    sheet: SheetId


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class DrawSample:
    """Draw the sample of a class that has to be looked at before the class is confirmed."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode


@dataclass(frozen=True, slots=True)
class SampledSheet:
    """One sheet to look at."""

    sheet: SheetId
    number_in_class: int | None
    object: ObjectId | None  # a picture of it
    page: int
    is_blank: bool | None  # as somebody saw it; None: nobody has looked


@dataclass(frozen=True, slots=True)
class Sample:
    """The sheets of a class that seem to ask for no change, and those to look at."""

    sample: str
    unit: UnitCode
    candidates: tuple[SheetId, ...]
    to_look_at: tuple[SampledSheet, ...]
    may_confirm: bool


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class MarkLooked:
    """Say what was seen on a sampled sheet; one that is not blank leaves the lane."""

    actor: ActorToken
    sample: str
    sheet: SheetId
    is_blank: bool


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class ConfirmClass:
    """Confirm in one act that the sheets of a class ask for no change."""

    actor: ActorToken
    sample: str


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class ConfirmSheet:
    """Confirm that one sheet, which the actor has looked at, asks for no change."""

    actor: ActorToken
    sheet: SheetId


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class UndoConfirmation:
    """Take an own confirmation back while its word has not left."""

    actor: ActorToken
    confirmation: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What was confirmed; of a confirmation that was taken back, no sheet."""

    confirmation: str
    sheets: tuple[SheetId, ...]


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class QueryGuardian:
    """Ask the guardian about a draft: it goes to the homeroom teacher's list."""

    actor: ActorToken
    entry: EntryId
    reason: QueryReason
    note: str = ""


@command(Act.ANSWER_QUERY)
@dataclass(frozen=True, slots=True)
class AnswerQuery:
    """Note what the guardian answered; the actor is who took it."""

    actor: ActorToken
    entry: EntryId
    answer: str
    is_no_change: bool = False  # dropped: no change after all


@command(Act.ANSWER_QUERY)
@dataclass(frozen=True, slots=True)
class ListQueries:
    """The open queries of a class, oldest first."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode


@dataclass(frozen=True, slots=True)
class OpenQuery:
    """What the guardian of one pupil is asked; never a value of the record."""

    entry: EntryId
    sheet: SheetId
    number_in_class: int | None
    field: str
    reason: QueryReason
    note: str
    object: ObjectId | None  # the picture the cell is on
    page: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Queries:
    """The open queries of a class."""

    queries: tuple[OpenQuery, ...]
