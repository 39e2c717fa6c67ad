"""What may be asked of forms, and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.kernel.authority import Act
from shared.kernel.ids import (
    ActorToken,
    CampaignId,
    ObjectId,
    ProvinceCode,
    SheetId,
    StudentId,
    UnitCode,
)

DEFAULT_TEMPLATE = "sheet-1"  # one side; "sheet-2" is the whole catalogue on both


class JobState(StrEnum):
    """How far a print job is."""

    QUEUED = "queued"
    RUNNING = "running"
    PRINTED = "printed"  # waits to be collected
    COLLECTED = "collected"
    EXPIRED = "expired"  # nobody collected it in time; print again
    FAILED = "failed"


class ReprintReason(StrEnum):
    """Why single pupils get a sheet again."""

    LOST = "lost"
    SPOILT = "spoilt"
    STALE = "stale"  # the record has changed since
    UNREADABLE = "unreadable"
    MOVED = "moved"  # into the class
    FIRST = "first"  # not printed before


@command(Act.PRINT_SHEETS)
@dataclass(frozen=True, slots=True)
class PrintRequest:
    """Ask for the sheets of one class, or of every class of one school, as one PDF.

    `students` asks for these pupils of a class only: a reprint; empty means everybody in
    scope. Every sheet printed before gets a higher print serial. `with_cover` puts a class
    cover before each class; a reprint of single pupils has none, and a `reason` that goes on record.
    """

    campaign: CampaignId
    unit: UnitCode
    actor: ActorToken = field(repr=False)
    campaign_name: str = ""
    template: str = DEFAULT_TEMPLATE
    with_cover: bool = True
    students: tuple[StudentId, ...] = ()
    reason: ReprintReason | None = None


@dataclass(frozen=True, slots=True)
class PrintStarted:
    """A job that will run even if the window closes; the download code is shown only here."""

    job: str
    download_code: str  # 下载码, works once


@command(Act.PRINT_SHEETS)
@dataclass(frozen=True, slots=True)
class JobRequest:
    """Ask about one print job."""

    actor: ActorToken = field(repr=False)
    job: str


@dataclass(frozen=True, slots=True)
class PrintFinding:
    """Something on one sheet that a person must complete or look at; never a value.

    Marks: missing_glyph (complete by hand), overflow (printed on the taller layout),
    too_long (not printed; shorten the value first).
    """

    sheet: SheetId
    student: StudentId
    mark: str
    fields: tuple[str, ...] = ()
    code_points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintStatus:
    """How a job stands; `failure` is a code when it failed."""

    job: str
    unit: UnitCode
    state: JobState
    sheets_done: int
    sheets_total: int  # 0 while the pupils are not counted yet
    pages: int = 0
    failure: str | None = None
    findings: tuple[PrintFinding, ...] = ()
    expires_at: datetime | None = None


@command(Act.PRINT_SHEETS)
@dataclass(frozen=True, slots=True)
class CollectRequest:
    """Ask for a printed file, once: the data key comes wrapped to this ephemeral key."""

    actor: ActorToken = field(repr=False)
    job: str
    download_code: str = field(repr=False)
    public_key: str  # hex


@dataclass(frozen=True, slots=True)
class Collected:
    """Where the sealed file lies for a short time, and its key.

    The sealed body's context is suite, province, campaign, object, rendition.
    """

    job: str
    url: str
    wrapped_key: str  # hex
    suite: str
    province: ProvinceCode
    campaign: CampaignId
    object: ObjectId
    rendition: str
    sha256: str  # of the PDF
    file_name: str


@dataclass(frozen=True, slots=True)
class ManifestSheet:
    """One printed copy and its place in the file; pages count from 1."""

    unit: UnitCode
    sheet: SheetId
    student: StudentId
    serial: int
    layout: int
    numbers: tuple[str, ...]
    record_version: int
    number_in_class: int | None
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a printed file holds: ids, numbers and hashes, no names."""

    job: str
    sha256: str
    fonts: tuple[tuple[str, str], ...] = ()  # face name, SHA-256 of its file
    layouts: tuple[tuple[int, str], ...] = ()  # number, SHA-256
    sheets: tuple[ManifestSheet, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class SheetFaceRequest:
    """Ask whose paper an authentic code belongs to, for the page behind the QR."""

    sheet: SheetId
    serial: int


@dataclass(frozen=True, slots=True)
class SheetFace:
    """As much as a public page may say about a printed copy."""

    masked_name: str
    school_name: str
    class_name: str
    printed_at: datetime
    is_superseded: bool  # a newer copy was printed; this one still counts
