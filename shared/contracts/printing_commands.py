"""How far a school's printing is, class by class and pupil by pupil, and a sheet seen beforehand."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.contracts.acts import command
from shared.contracts.forms_commands import DEFAULT_TEMPLATE, JobState
from shared.kernel.authority import Act
from shared.kernel.ids import (
    ActorToken,
    CampaignId,
    ObjectId,
    ProvinceCode,
    StudentId,
    UnitCode,
)


@command(Act.PRINT_SHEETS)
@dataclass(frozen=True, slots=True)
class ListPrinting:
    """Ask how far the classes of the actor's own school are printed, and for its latest jobs."""

    actor: ActorToken = field(repr=False)
    campaign: CampaignId


@dataclass(frozen=True, slots=True)
class ClassPrinted:
    """One class: how many of its pupils in scope have a sheet, and of how many it is out of date.

    A sheet is stale when the record has changed since its newest copy was printed.
    """

    unit: UnitCode
    name: str
    in_scope: int
    printed: int
    stale: int
    printed_at: datetime | None  # of the newest copy; None: nothing yet


@dataclass(frozen=True, slots=True)
class JobBrief:
    """A print job in one line."""

    job: str
    unit: UnitCode
    state: JobState
    sheets_done: int
    sheets_total: int
    requested_at: datetime
    is_reprint: bool


@dataclass(frozen=True, slots=True)
class PrintingStands:
    """The printing of a school; classes in the order of the tree, jobs newest first."""

    unit: UnitCode
    name: str
    classes: tuple[ClassPrinted, ...]
    jobs: tuple[JobBrief, ...]


@command(Act.PRINT_SHEETS)
@dataclass(frozen=True, slots=True)
class ShowClassPrinting:
    """Ask which pupils of a class have a sheet, and which print of it."""

    actor: ActorToken = field(repr=False)
    campaign: CampaignId
    unit: UnitCode


@dataclass(frozen=True, slots=True)
class PupilPrinted:
    """One pupil in scope; `serial` 0 and no time: not printed yet."""

    student: StudentId
    number_in_class: int | None
    serial: int
    printed_at: datetime | None
    is_stale: bool


@dataclass(frozen=True, slots=True)
class ClassPrinting:
    """The pupils of a class by number in class."""

    unit: UnitCode
    name: str
    pupils: tuple[PupilPrinted, ...]


@command(Act.PRINT_SHEETS)
@dataclass(frozen=True, slots=True)
class PreviewSheet:
    """Ask for a picture of the sheet of a class's first pupil, as it would be printed.

    Nothing is printed by it: no serial is used up, and the picture's codes are crossed out.
    """

    actor: ActorToken = field(repr=False)
    campaign: CampaignId
    unit: UnitCode
    public_key: str  # hex: the picture's key comes wrapped to it
    template: str = DEFAULT_TEMPLATE


@dataclass(frozen=True, slots=True)
class Previewed:
    """Where the sealed picture lies for a short time, and its key; see `Collected`."""

    preview: str  # id; the key is bound to it
    url: str
    wrapped_key: str  # hex
    suite: str
    province: ProvinceCode
    campaign: CampaignId
    object: ObjectId
    rendition: str
