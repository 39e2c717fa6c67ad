"""The class reality check (人籍一致): is the pupil here, is the record here, is its status true.

A list with one finding per pupil and a date. It moves nobody: the registrar settles each finding
by the register's own business, and says so here.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.contracts.review_commands import DocumentKind, DocumentShown
from shared.kernel.authority import Act
from shared.kernel.ids import (
    ActorToken,
    CampaignId,
    ObjectId,
    PersonId,
    SheetId,
    StudentId,
    UnitCode,
)


class Finding(StrEnum):
    """What the homeroom teacher found about one pupil."""

    PRESENT = "present"  # here, with a record, its status true
    NO_RECORD = "no_record"  # here, without any record: late registration 补录
    RECORD_ELSEWHERE = "record_elsewhere"  # transfer 转学, or back to that school
    NOT_PRESENT = "not_present"  # a record here, and nobody comes
    STATUS_WRONG = "status_wrong"
    OTHER_DOCUMENT = "other_document"  # another ID type: its proof is attached
    NO_DOCUMENT = "no_document"  # no ID at all: the signed and stamped attestation is attached


class FindingState(StrEnum):
    """Where a finding stands."""

    NOTED = "noted"
    HANDED_IN = "handed_in"
    SETTLED = "settled"


class Outcome(StrEnum):
    """What the registrar did about a finding."""

    NOTHING_TO_DO = "nothing_to_do"
    LATE_REGISTRATION = "late_registration"  # 补录
    TRANSFER = "transfer"  # 转学
    STATUS_UPDATED = "status_updated"
    RECORD_DELETED = "record_deleted"
    FILED = "filed"  # the document is filed with the managing authority
    SENT_BACK = "sent_back"  # to the teacher: look again


@command(Act.TICK_SHEET)
@dataclass(frozen=True, slots=True)
class NoteFinding:
    """Note what was found about one pupil; `student` None: nobody of whom there is a record."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode
    student: StudentId | None
    finding: Finding
    note: str = ""


@command(Act.ADD_DOCUMENT)
@dataclass(frozen=True, slots=True)
class AddProof:
    """Tie a sealed object to a finding as its proof."""

    actor: ActorToken
    finding: str
    object: ObjectId
    kind: DocumentKind


@command(Act.ADD_DOCUMENT)
@dataclass(frozen=True, slots=True)
class TakeProofBack:
    """Untie a proof from a finding that is not handed in; adding it again puts it back."""

    actor: ActorToken
    finding: str
    object: ObjectId


@command(Act.ADD_DOCUMENT)
@dataclass(frozen=True, slots=True)
class LookAtProof:
    """Look at one page of a proof of a finding."""

    actor: ActorToken
    finding: str
    object: ObjectId


@command(Act.TICK_SHEET)
@dataclass(frozen=True, slots=True)
class HandInCheck:
    """Hand the findings of a class in to the registrar: every pupil has one."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode


@command(Act.TICK_SHEET)
@dataclass(frozen=True, slots=True)
class ShowCheck:
    """See the findings of a class."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode


@command(Act.SETTLE_FINDING)
@dataclass(frozen=True, slots=True)
class SettleFinding:
    """Say what was done about a finding."""

    actor: ActorToken
    finding: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class FindingShown:
    """One finding; `kind` None: nobody has looked at this pupil yet."""

    finding: str
    student: StudentId | None
    sheet: SheetId | None
    number_in_class: int | None
    kind: Finding | None
    state: FindingState | None
    note: str
    proofs: tuple[DocumentShown, ...]
    noted_by: PersonId | None
    noted_at: datetime | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Check:
    """The reality check of a class; those without a finding first."""

    campaign: CampaignId
    unit: UnitCode
    missing: int  # pupils without a finding
    findings: tuple[FindingShown, ...]
