"""Bulk scans as the people see them who hand them in: batches, pages, and who is missing."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.contracts.scan_commands import PageState, PageVerdict
from shared.kernel.authority import Act
from shared.kernel.ids import (
    ActorToken,
    CampaignId,
    ObjectId,
    PersonId,
    ProvinceCode,
    SheetId,
    UnitCode,
)


class BatchState(StrEnum):
    """Where a batch stands; its pages count from its commit on."""

    ARRIVING = "arriving"  # pages are still handed in; broken off it goes on where it was
    READING = "reading"
    READ = "read"  # every page has a state: somebody looks and commits
    COMMITTED = "committed"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class BeginBatch:
    """Hand in what an office scanner made.

    `digest` is of the whole file: the same file again is the same batch. Never on the bus: who
    may hand in is decided where the file is taken, at the terminal or by an upload ticket.
    """

    campaign: CampaignId
    province: ProvinceCode
    school: UnitCode
    owner: str  # id of a person
    digest: str
    pages: int


@dataclass(frozen=True, slots=True)
class BatchBegun:
    """The batch, and whether it was known before."""

    batch: str
    state: BatchState
    is_known: bool


@command(Act.COMMIT_BULK_SCAN)
@dataclass(frozen=True, slots=True)
class BatchAct:
    """Somebody does something with a batch: hold it, let it go, throw it away."""

    batch: str
    actor: ActorToken = field(repr=False)


@command(Act.COMMIT_BULK_SCAN)
@dataclass(frozen=True, slots=True)
class HandOverBatch:
    """Give a batch to somebody else, who commits it then; its owner or a registrar."""

    batch: str
    actor: ActorToken = field(repr=False)
    to: PersonId


@command(Act.COMMIT_BULK_SCAN)
@dataclass(frozen=True, slots=True)
class CommitBatch:
    """Let pages count: some by their numbers, or every one."""

    batch: str
    actor: ActorToken = field(repr=False)
    pages: tuple[int, ...] = ()


@command(Act.COMMIT_BULK_SCAN)
@dataclass(frozen=True, slots=True)
class TakeBackBatch:
    """Take committed pages back: some by their numbers, or every one that may be."""

    batch: str
    actor: ActorToken = field(repr=False)
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many pages are staged again; `kept` are those whose sheets were entered from."""

    pages: int
    kept: tuple[int, ...]


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class DiscardPage:
    """Throw a page away, with a reason; it can be undone until the commit."""

    batch: str
    actor: ActorToken = field(repr=False)
    page: int
    reason: str


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class DiscardOpen:
    """Throw away every page that nobody placed, with a reason."""

    batch: str
    actor: ActorToken = field(repr=False)
    reason: str


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class AssignPage:
    """A person says whose page it is.

    `serial` is of the copy where its number was typed; None takes the newest print.
    """

    batch: str
    actor: ActorToken = field(repr=False)
    page: int
    sheet: SheetId
    side: str
    serial: int | None = None


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class FindSheet:
    """A person types the number printed on a sheet; it is looked for in their own school only."""

    campaign: CampaignId
    school: UnitCode
    actor: ActorToken = field(repr=False)
    number: str


@dataclass(frozen=True, slots=True)
class FoundSheet:
    """The copy and side that a typed number was printed on."""

    sheet: SheetId
    serial: int
    side: str
    unit: UnitCode
    number_in_class: int | None
    is_returned: bool


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class UndoPage:
    """Take back what a person last did to a page."""

    batch: str
    actor: ActorToken = field(repr=False)
    page: int


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One page of a batch; `number` from 1 as in the file."""

    number: int
    object: ObjectId
    state: PageState
    reason: str
    sheet: SheetId | None
    unit: UnitCode | None
    number_in_class: int | None
    side: str
    is_staged: bool
    may_undo: bool
    verdict: PageVerdict = PageVerdict.PENDING  # of a page of a sheet
    signature: str | None = None  # absent, present, unsure; None: not on this side, or not read
    # Of a duplicate or conflicting page, the page of this batch that counts; None: it came before.
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sheet that a page may be; people decide.

    `share` is how probable the page's printed digits make it, 0..1, against every sheet of the
    school and against none of them; None where no digit could be read. `signals` are what names
    it for sure: `top_left`, `bottom_right`, `cover`, of a photo `ticket` (the sheet it was sent
    for) or `class` (the one it was taken for).
    """

    sheet: SheetId
    serial: int
    side: str
    unit: UnitCode
    number_in_class: int | None
    share: float | None
    is_missing: bool  # neither returned nor in this batch
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A page that only a person can place, in the queue of a school."""

    batch: str
    number: int
    object: ObjectId
    school: UnitCode
    state: PageState
    reason: str
    is_looked_at: bool  # there is a picture, and digits were sought
    begun_at: datetime
    holder: str | None
    held_until: datetime | None
    best: Candidate | None


@dataclass(frozen=True, slots=True)
class OpenNumber:
    """A sheet that is still out, by number in class where the roster has one."""

    sheet: SheetId
    number_in_class: int | None


@dataclass(frozen=True, slots=True)
class ClassTally:
    """Of a class in the batch: sheets issued, back so far with this batch, and who is missing."""

    unit: UnitCode
    issued: int
    back: int
    missing: tuple[OpenNumber, ...]
    unsigned: tuple[OpenNumber, ...] = ()  # of this batch's pages, where no signature is seen


@dataclass(frozen=True, slots=True)
class BatchReport:
    """A batch with everything its owner has to know."""

    batch: str
    campaign: CampaignId
    school: UnitCode
    owner: str
    state: BatchState
    pages: int
    begun_at: datetime
    holder: str | None
    held_until: datetime | None
    counts: dict[str, int]  # pages by state, `waiting` included: they add up to `pages`
    to_look_at: int  # pages of a sheet whose cells nobody has looked at yet
    classes: tuple[ClassTally, ...]
    listed: tuple[BatchPage, ...]
    open: int = 0  # pages that only a person can place; they stay out of a commit


@dataclass(frozen=True, slots=True)
class BatchDone:
    """What was done to a batch, and to how many of its pages."""

    batch: str
    pages: int = 0


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class ShowBatch:
    """Ask for a batch with everything its owner has to know."""

    batch: str
    actor: ActorToken = field(repr=False)


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class ListBatches:
    """Ask for the batches of a school in a campaign."""

    campaign: CampaignId
    school: UnitCode
    actor: ActorToken = field(repr=False)


@dataclass(frozen=True, slots=True)
class Batches:
    """The batches of a school, newest first; without their pages and classes."""

    batches: tuple[BatchReport, ...] = ()


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class ListOpenPages:
    """Ask for the pages of a school's open batches that only a person can place."""

    campaign: CampaignId
    school: UnitCode
    actor: ActorToken = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenPages:
    """Pages that wait for a person, oldest first."""

    pages: tuple[OpenPage, ...] = ()


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class ShowCandidates:
    """Ask whose a page may be."""

    batch: str
    actor: ActorToken = field(repr=False)
    page: int
    most: int = 8


@dataclass(frozen=True, slots=True)
class Candidates:
    """The sheets a page may be, the likeliest first."""

    sheets: tuple[Candidate, ...] = ()


@command(Act.SEE_PAGE)
@dataclass(frozen=True, slots=True)
class LookAtBatchPage:
    """Look at a page of a batch, whosever it is; who decides looks at sheets in hands instead."""

    batch: str
    actor: ActorToken = field(repr=False)
    page: int


@command(Act.COMMIT_BULK_SCAN)
@dataclass(frozen=True, slots=True)
class TakeUploadTicket:
    """Ask for a ticket that lets this person upload bulk scans of a school for some hours."""

    campaign: CampaignId
    school: UnitCode
    actor: ActorToken = field(repr=False)
    hours: int = 12


@dataclass(frozen=True, slots=True)
class UploadTicket:
    """A bearer ticket for the upload door; it cannot be taken back."""

    ticket: str = field(repr=False)
    until: datetime
