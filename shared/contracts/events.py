"""The facts of the walk, in its order. Bodies and meaning: docs/spec/messages.md."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from shared.contracts.facts import Fact, fact
from shared.contracts.seen import Grade, Ink, Presence
from shared.kernel.authority import Role
from shared.kernel.ids import CampaignId, ObjectId, SheetId, SheetNumber, StudentId, UnitCode
from shared.kernel.sheet_code import Side
from shared.kernel.units import Level
from shared.kernel.windows import Action

ALL_SERVICES = (
    "roster",
    "campaign",
    "accounts",
    "forms",
    "gateway",
    "storage",
    "scan",
    "review",
    "portal",
    "progress",
    "audit",
    "support",
)
# One fact may carry the rows of one act, this many at most.
MAX_ITEMS = 100


class Sender(StrEnum):
    """Who handed in a photo."""

    GUARDIAN = "guardian"
    TEACHER = "homeroom_teacher"
    REGISTRAR = "registrar"
    SCANNER = "scanner"


class Lane(StrEnum):
    """Which queue a kept object goes to: people wait for photos, not for bulk scans.

    `view` is a rendition made by scan itself, `document` a page of a supporting document; nobody
    reads them again.
    """

    PHOTO = "photo"
    BULK = "bulk"
    PAGE = "page"
    VIEW = "view"
    DOCUMENT = "document"


class How(StrEnum):
    """How a sheet came back."""

    PHOTO = "photo"
    BULK_SCAN = "bulk_scan"
    HAND = "hand"
    DECLINED = "declined"


@fact("unit_registered", said_by="roster", kept=True)
@dataclass(frozen=True, slots=True)
class UnitRegistered(Fact):
    """A unit of the tree exists or was moved; a lower sequence is ignored."""

    unit: UnitCode
    level: Level
    parent: UnitCode | None
    path: str
    managed_by: UnitCode | None
    sequence: int


@fact("scope_counted", said_by="roster", kept=True)
@dataclass(frozen=True, slots=True)
class ScopeCounted(Fact):
    """How many pupils of a class are in scope, and why the others are out; replaces earlier ones."""

    campaign: CampaignId
    unit: UnitCode
    in_scope: int
    out_of_scope: dict[str, int]  # reason code -> pupils
    sequence: int


@fact("record_changed", said_by="roster")
@dataclass(frozen=True, slots=True)
class RecordChanged(Fact):
    """A pupil's record got a new version; field keys only."""

    student: StudentId
    unit: UnitCode
    version: int
    fields: tuple[str, ...]


@fact("campaign_opened", said_by="campaign", kept=True)
@dataclass(frozen=True, slots=True)
class CampaignOpened(Fact):
    """A campaign exists, with its cut-off date; a lower sequence is ignored."""

    campaign: CampaignId
    cut_off: date
    sequence: int
    ends_on: date | None = None  # last day in Beijing; None while nobody has named one
    endorses_key_data: bool = False  # the school leader is asked before the authority


@fact("window_opened", said_by="campaign", kept=True)
@dataclass(frozen=True, slots=True)
class WindowOpened(Fact):
    """A window was set for a unit; half open, replaces the unit's earlier setting.

    A window without a length is closed, whatever is inherited. Work that was started before the
    end may be finished until `started_until`.
    """

    campaign: CampaignId
    unit: UnitCode
    action: Action
    opens_at: datetime
    closes_at: datetime
    sequence: int
    started_until: datetime | None = None


@fact("window_closed", said_by="campaign", kept=True)
@dataclass(frozen=True, slots=True)
class WindowClosed(Fact):
    """A unit's own setting was taken away or ended; what the unit inherits holds again."""

    campaign: CampaignId
    unit: UnitCode
    action: Action
    sequence: int
    started_until: datetime | None = None  # work that was started before may be finished


@fact("layout_published", said_by="forms", kept=True)
@dataclass(frozen=True, slots=True)
class LayoutPublished(Fact):
    """A province's own layout was frozen; its canonical JSON holds nothing personal."""

    layout: int
    sha256: str
    canonical: str


@dataclass(frozen=True, slots=True)
class IssuedSheet:
    """One printed copy of one sheet."""

    sheet: SheetId
    student: StudentId
    serial: int
    layout: int
    numbers: tuple[SheetNumber, ...]  # one per side
    record_version: int
    number_in_class: int | None


@fact("sheet_issued", said_by="forms")
@dataclass(frozen=True, slots=True)
class SheetIssued(Fact):
    """Sheets of one class were printed for handing out; at most `MAX_ITEMS` of them."""

    campaign: CampaignId
    unit: UnitCode  # the class
    sheets: tuple[IssuedSheet, ...]


@fact("cover_issued", said_by="forms")
@dataclass(frozen=True, slots=True)
class CoverIssued(Fact):
    """A class cover was printed."""

    campaign: CampaignId
    unit: UnitCode
    cover: SheetId
    serial: int
    layout: int
    expected: int  # sheets printed behind it


@fact("photo_received", said_by=("gateway", "portal"), lanes=("photo", "bulk"))
@dataclass(frozen=True, slots=True)
class PhotoReceived(Fact):
    """A sealed body and its slot lie in the landing bucket: a doorbell for storage."""

    object: ObjectId
    campaign: CampaignId
    sheet: SheetId | None
    sender: Sender
    lane: Lane


@fact("photo_kept", said_by="storage", lanes=("photo", "bulk", "page", "view", "document"))
@dataclass(frozen=True, slots=True)
class PhotoKept(Fact):
    """An object was verified and archived.

    `sheet` is the ticket it was handed in with: the sheet of the address, not a match.
    `source` is the original a rendition was made from. `replaces` lists nothing: scan
    decides which of several photos counts.
    """

    object: ObjectId
    campaign: CampaignId
    sheet: SheetId | None
    sender: Sender
    lane: Lane
    received_at: datetime
    source: ObjectId | None = None


@fact("photo_damaged", said_by="storage")
@dataclass(frozen=True, slots=True)
class PhotoDamaged(Fact):
    """A slot or body did not verify: swapped, truncated, altered or missing."""

    object: ObjectId
    campaign: CampaignId | None
    sheet: SheetId | None
    reason: str


@fact("page_read", said_by="scan", lanes=("photo", "page"))
@dataclass(frozen=True, slots=True)
class PageRead(Fact):
    """A page that may be of a sheet got its state: it can be laid flat and its cells read.

    `sheet`, `serial` and `side` are what its code names, or a person said; None where nobody
    knows, and then it is laid flat for people to look at, and none of its cells is read.
    """

    object: ObjectId
    page: int  # from 0
    campaign: CampaignId
    lane: Lane
    sheet: SheetId | None
    serial: int | None
    side: Side | None


@fact("cells_read", said_by="scan")
@dataclass(frozen=True, slots=True)
class CellsRead(Fact):
    """What can be seen in the change cells of a page that counts; never what is written there.

    `cells` and `signature` say blank, ink, unsure and absent, present, unsure; `suggested` says
    of which fields a reading exists, and its class. Where the page lies too badly `is_legible`
    is false and nothing is said of any cell. `ticked` names the fields beside which "this is
    wrong" is marked, or may be. `sequence` is of what scan tells of the sheet: of one side the
    highest counts, whatever the print.
    """

    campaign: CampaignId
    sheet: SheetId
    serial: int
    side: Side
    object: ObjectId
    page: int
    is_legible: bool
    cells: dict[str, Ink]
    suggested: dict[str, Grade]
    signature: Presence | None  # None: not on this side, or not read
    ticked: tuple[str, ...] = ()
    sequence: int = 0


@fact("sheet_photographed", said_by="scan")
@dataclass(frozen=True, slots=True)
class SheetPhotographed(Fact):
    """A page was matched to a sheet by an authentic code or by a person, or taken back again.

    `is_withdrawn`: this page counts no more, nor what was seen in its cells. `is_photographed`
    says whether any page of the sheet counts from now on; a lower sequence is ignored.
    """

    campaign: CampaignId
    sheet: SheetId
    serial: int
    side: Side
    object: ObjectId
    page: int  # from 0
    is_withdrawn: bool = False
    is_photographed: bool = True
    sequence: int = 0


@fact("sheet_returned", said_by="scan")
@dataclass(frozen=True, slots=True)
class SheetReturned(Fact):
    """The paper or its picture is with the school; said when that begins to be true, or ends.

    It ends where a committed bulk scan, or a teacher's word, is taken back; a lower sequence is
    ignored. The newest word says how.
    """

    campaign: CampaignId
    sheet: SheetId
    how: How
    is_returned: bool = True
    sequence: int = 0


@fact("photo_unreadable", said_by="scan")
@dataclass(frozen=True, slots=True)
class PhotoUnreadable(Fact):
    """Nothing could be read, with the measured cause; or that is taken back.

    Said and taken back as often as its bulk scan is committed and taken back: a page counts while
    it was said more often.
    """

    campaign: CampaignId
    object: ObjectId
    page: int
    sheet: SheetId | None
    reason: str
    is_withdrawn: bool = False


@fact("page_misfiled", said_by="scan")
@dataclass(frozen=True, slots=True)
class PageMisfiled(Fact):
    """The page belongs to somebody or somewhere else than it was handed in for; never says whom."""

    campaign: CampaignId
    object: ObjectId
    page: int
    sheet: SheetId | None  # the ticket
    reason: str


@fact("act_done", said_by=ALL_SERVICES, kept=True)
@dataclass(frozen=True, slots=True)
class ActDone(Fact):
    """An act or its refusal, for the audit log; said from the transaction of the act."""

    act: str
    object: str  # id of what was acted on
    actor: str  # id of a person, or "service:<name>", or "guardian"
    outcome: str  # "done" or the code of the refusal
    unit: UnitCode | None = None
    purpose: str | None = None
    fields: tuple[str, ...] = ()
    role: Role | None = None  # of a person
    sheet: SheetId | None = None  # whose ledger shows the act
    commitments: dict[str, str] = field(default_factory=dict)  # field key -> salted hash, hex
    # Filled in by `Tx.say` as the transaction ends: docs/spec/audit-log.md.
    request: str | None = None  # trace id of the work the act was part of
    source: str | None = None  # the service whose number follows
    source_seq: int | None = None  # from 1, without gaps per source and province
