"""An example of every fact: what the golden messages are made from."""

from datetime import UTC, date, datetime

from shared.contracts.audit_events import CheckpointWitnessed
from shared.contracts.change_events import (
    ChangeApplied,
    ChangeApproved,
    ChangeConflicted,
    ChangeEntered,
    ChangeExpired,
    ChangeQueried,
    ChangeRejected,
    ChangeReturned,
    ChangeWithdrawn,
    SheetConfirmed,
    SheetEntered,
)
from shared.contracts.events import (
    ActDone,
    CampaignOpened,
    CellsRead,
    CoverIssued,
    How,
    IssuedSheet,
    Lane,
    LayoutPublished,
    PageMisfiled,
    PageRead,
    PhotoDamaged,
    PhotoKept,
    PhotoReceived,
    PhotoUnreadable,
    RecordChanged,
    ScopeCounted,
    Sender,
    SheetIssued,
    SheetPhotographed,
    SheetReturned,
    UnitRegistered,
    WindowClosed,
    WindowOpened,
)
from shared.contracts.facts import Fact
from shared.contracts.fields import FieldKind
from shared.contracts.progress_events import ProgressReported
from shared.contracts.seen import Grade, Ink, Presence
from shared.contracts.support_events import (
    Asker,
    PassedBy,
    QuestionAnswered,
    QuestionAsked,
    QuestionPassed,
)
from shared.kernel.authority import Role
from shared.kernel.ids import (
    CampaignId,
    EntryId,
    FactId,
    ObjectId,
    ProvinceCode,
    QuestionId,
    ReportId,
    SheetId,
    SheetNumber,
    StudentId,
    UnitCode,
)
from shared.kernel.sheet_code import Side
from shared.kernel.units import Level
from shared.kernel.windows import Action

GUANGDONG = ProvinceCode("44")
AT = datetime(2026, 10, 12, 11, 3, 7, 120_000, tzinfo=UTC)
FACT_ID = FactId("0199d1a2-7c40-7000-8000-0123456789ab")
CAMPAIGN = CampaignId("44-2026a")
SHEET = SheetId("0123456789ab")
STUDENT = StudentId("00112233445566778899aabbccddeeff")
PHOTO, OTHER = ObjectId("a0" * 16), ObjectId("b1" * 16)
ENTRY = EntryId("c3" * 16)
QUESTION = QuestionId("f6" * 16)
CLASS, SCHOOL, COUNTY = UnitCode("440305-017-0701"), UnitCode("440305-017"), UnitCode("440305")

EXAMPLES: tuple[Fact, ...] = (
    UnitRegistered(SCHOOL, Level.SCHOOL, COUNTY, "44/4403/440305/440305-017/", COUNTY, 3),
    ScopeCounted(CAMPAIGN, CLASS, 33, {"late_registration": 2}, 1),
    RecordChanged(STUDENT, CLASS, 4, ("phone",)),
    CampaignOpened(CAMPAIGN, date(2026, 9, 30), 1, date(2026, 12, 31), True),
    WindowOpened(CAMPAIGN, COUNTY, next(iter(Action)), AT, AT.replace(month=11), 2),
    WindowClosed(CAMPAIGN, COUNTY, next(iter(Action)), 3),
    LayoutPublished(31, "c2" * 32, '{"number":31}'),
    SheetIssued(
        CAMPAIGN,
        CLASS,
        (IssuedSheet(SHEET, STUDENT, 1, 2, (SheetNumber("1" * 16), SheetNumber("2" * 16)), 4, 7),),
    ),
    CoverIssued(CAMPAIGN, CLASS, SheetId("ba9876543210"), 1, 9, 33),
    PhotoReceived(PHOTO, CAMPAIGN, SHEET, Sender.GUARDIAN, Lane.PHOTO),
    PhotoKept(PHOTO, CAMPAIGN, SHEET, Sender.SCANNER, Lane.VIEW, AT, OTHER),
    PhotoDamaged(PHOTO, None, None, "body_altered"),
    PageRead(PHOTO, 0, CAMPAIGN, Lane.PAGE, SHEET, 1, next(iter(Side))),
    CellsRead(
        CAMPAIGN,
        SHEET,
        1,
        next(iter(Side)),
        PHOTO,
        0,
        True,
        {"name": Ink.BLANK, "phone": Ink.INK},
        {"phone": Grade.B},
        Presence.PRESENT,
    ),
    SheetPhotographed(CAMPAIGN, SHEET, 1, next(iter(Side)), PHOTO, 0),
    SheetReturned(CAMPAIGN, SHEET, How.PHOTO),
    PhotoUnreadable(CAMPAIGN, PHOTO, 0, SHEET, "too_dark"),
    PageMisfiled(CAMPAIGN, PHOTO, 0, SHEET, "other_sheet"),
    ActDone(
        act="enter_changes",
        object=SHEET,
        actor="p-01",
        outcome="done",
        unit=CLASS,
        purpose=None,
        fields=("name",),
        role=Role.REGISTRAR,
        sheet=SHEET,
        commitments={"name": "d4" * 32},
        request="e5" * 16,
        source="review",
        source_seq=7,
    ),
    SheetConfirmed(CAMPAIGN, SHEET, CLASS),
    SheetEntered(CAMPAIGN, SHEET, CLASS, True, 2),
    ChangeEntered(
        CAMPAIGN, ENTRY, SHEET, CLASS, "name", FieldKind.KEY_DATA, COUNTY, 1, date(2026, 10, 26)
    ),
    ChangeQueried(CAMPAIGN, ENTRY, SHEET, CLASS, "phone", True, 1),
    ChangeWithdrawn(CAMPAIGN, ENTRY, SHEET, CLASS, "phone", 1),
    ChangeApproved(CAMPAIGN, ENTRY, SHEET, STUDENT, CLASS, "name", FieldKind.KEY_DATA, 1),
    ChangeReturned(CAMPAIGN, ENTRY, SHEET, CLASS, "name", 1, "proof_missing"),
    ChangeRejected(CAMPAIGN, ENTRY, SHEET, CLASS, "name", 1, "not_proven"),
    ChangeExpired(CAMPAIGN, ENTRY, SHEET, CLASS, "name", 1),
    ChangeApplied(ENTRY, STUDENT, "name", 1, 5),
    ChangeConflicted(ENTRY, STUDENT, "name", 1, 5),
    QuestionAsked(CAMPAIGN, QUESTION, CLASS, SCHOOL, Asker.GUARDIAN, SHEET, "phone"),
    QuestionAnswered(CAMPAIGN, QUESTION, CLASS, SCHOOL, 1),
    QuestionPassed(CAMPAIGN, QUESTION, CLASS, COUNTY, PassedBy.CLOCK),
    ProgressReported(CAMPAIGN, SCHOOL, ReportId("d4" * 16), 1, "e5" * 32),
    CheckpointWitnessed(1_000, "f6" * 32, "hecha.example.gov.cn/witness", AT),
)
