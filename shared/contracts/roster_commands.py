"""What may be asked of roster, and what it answers.

The answer of `snapshot_class` is the only message of the house that carries record
values; it goes to forms, on its way to paper, and nowhere else.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from shared.contracts.acts import command
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, CampaignId, StudentId, UnitCode
from shared.kernel.units import Level

# A check answers this many findings at most; the error workbook holds them all.
MAX_SHOWN_ERRORS = 50


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """Ask for the pupils of one class who are in scope, as their sheets will show them."""

    campaign: CampaignId
    unit: UnitCode  # the class


@dataclass(frozen=True, slots=True)
class PupilSnapshot:
    """One pupil at one record version.

    `values` holds what the sheet prints, by field key: labels instead of codes, dates as
    2012-05-06, months as 2018-09. A field without a value is missing.
    """

    student: StudentId
    student_number: str  # "" while the pupil has none
    number_in_class: int | None
    record_version: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class ClassSnapshot:
    """A class as it is to be printed; pupils by number in class."""

    campaign: CampaignId
    unit: UnitCode
    path: str
    school_name: str
    class_name: str
    pupils: tuple[PupilSnapshot, ...]


@dataclass(frozen=True, slots=True)
class ClassesRequest:
    """Ask for the classes of one school with their scope in one campaign."""

    campaign: CampaignId
    unit: UnitCode  # the school


@dataclass(frozen=True, slots=True)
class ClassScope:
    """One class and how many of its pupils are checked in the campaign."""

    unit: UnitCode
    path: str
    name: str
    in_scope: int
    out_of_scope: dict[str, int]  # reason code -> pupils


@dataclass(frozen=True, slots=True)
class SchoolClasses:
    """The classes of a school, by code."""

    unit: UnitCode
    name: str
    classes: tuple[ClassScope, ...]
    path: str = ""


@dataclass(frozen=True, slots=True)
class UnitsRequest:
    """Ask for the units of one level at or below a unit: the schools of a county, say."""

    unit: UnitCode
    level: Level


@dataclass(frozen=True, slots=True)
class NamedUnitsRequest:
    """Ask for units by their codes; a code nobody knows is left out."""

    units: tuple[UnitCode, ...]


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """One unit of the tree; `managed_by` is set for schools only."""

    unit: UnitCode
    level: Level
    name: str
    parent: UnitCode | None
    path: str
    managed_by: UnitCode | None


@dataclass(frozen=True, slots=True)
class Units:
    """Units by path."""

    units: tuple[UnitEntry, ...]


@command(Act.IMPORT_ROSTER)
@dataclass(frozen=True, slots=True)
class RegisterUnits:
    """Take the units of a file in roster's upload folder into the tree; the province's to say.

    Who manages a school decides its key data, so nobody below the province moves it.
    """

    file: str
    actor: ActorToken = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnitsRegistered:
    """How many units the file names, and how many of them were new or different."""

    units: int
    changed: int


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column the sender assigns by hand; `field` None leaves the column out."""

    header: str
    field: str | None


@command(Act.IMPORT_ROSTER)
@dataclass(frozen=True, slots=True)
class CheckRequest:
    """Ask for the dry run of a roster file: nothing is written.

    `file` is the name of a file in roster's upload folder, never a path. `school` is
    taken for rows that name none; of somebody at a school it is their own. Rows of schools
    outside the actor's own part of the tree are wrong.
    """

    file: str
    actor: ActorToken = field(repr=False)
    school: UnitCode | None = None
    columns: tuple[ColumnChoice, ...] = ()


@command(Act.IMPORT_ROSTER)
@dataclass(frozen=True, slots=True)
class CommitRequest:
    """Ask for the good rows of a checked file to be written.

    `checked` is the file's hash from the check's answer, so that what is written is what
    was seen. `accept_large_changes` answers the guard of `LargeChange`.
    """

    file: str
    actor: ActorToken = field(repr=False)
    checked: str
    school: UnitCode | None = None
    columns: tuple[ColumnChoice, ...] = ()
    accept_large_changes: bool = False


@dataclass(frozen=True, slots=True)
class MatchedColumn:
    """What a column of the file was taken for; `field` None when it is not kept."""

    header: str
    field: str | None
    guessed: bool  # by a synonym, not by its label


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong with one row: where, and what to do. Never the value itself."""

    row: int  # as the spreadsheet numbers it, from 1
    field: str | None
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LargeChange:
    """More than a fifth of a class appears or vanishes: somebody has to say it is meant."""

    unit: UnitCode
    known: int  # pupils on the list before
    appearing: int
    vanishing: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a roster file does, or did.

    `committed` tells the two apart. Of a file that was imported before, every row is
    unchanged. `vanished` pupils are kept and leave the scope; nobody is deleted. `conflicts`
    are cells that hold what a decision has changed since: the decision stays.
    """

    file_hash: str
    committed: bool
    rows: int
    good: int
    changed: int
    unchanged: int
    wrong: int
    vanished: int
    columns: tuple[MatchedColumn, ...]
    warnings: dict[str, int] = field(default_factory=dict)  # code -> rows
    errors: tuple[RowError, ...] = ()
    large_changes: tuple[LargeChange, ...] = ()
    classes: tuple[UnitCode, ...] = ()  # touched ones
    conflicts: tuple[RowError, ...] = ()  # as many as errors; `warnings` counts all of them


@dataclass(frozen=True, slots=True)
class ManagingUnitRequest:
    """Ask which authority decides the key data of a school or of a class in it."""

    unit: UnitCode


@dataclass(frozen=True, slots=True)
class ManagingUnit:
    """The managing authority (主管教育行政部门) of a school."""

    school: UnitCode
    managed_by: UnitCode


class NamesPurpose(StrEnum):
    """Why somebody reads the names of a class in full, for the audit log."""

    HAND_OUT = "hand_out"
    CALL_GUARDIAN = "call_guardian"
    CHECK_ROSTER = "check_roster"


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class PupilNamesRequest:
    """Ask for the names of a class's pupils; for the staff of its school.

    `purpose` is said where a page shows them in full instead of masked.
    """

    actor: ActorToken
    unit: UnitCode  # a class
    purpose: NamesPurpose | None = None


@dataclass(frozen=True, slots=True)
class PupilName:
    """One pupil of a class."""

    student: StudentId
    number_in_class: int | None
    name: str


@dataclass(frozen=True, slots=True)
class PupilNames:
    """The pupils of a class, by number in class."""

    pupils: tuple[PupilName, ...]


@dataclass(frozen=True, slots=True)
class VersionsRequest:
    """Ask which version the record of everybody in scope is at: of one class, or of a school."""

    campaign: CampaignId
    unit: UnitCode


@dataclass(frozen=True, slots=True)
class PupilVersion:
    """One pupil's record."""

    student: StudentId
    number_in_class: int | None
    version: int


@dataclass(frozen=True, slots=True)
class ClassVersions:
    """A class with its pupils in scope, by number in class."""

    unit: UnitCode
    name: str
    pupils: tuple[PupilVersion, ...]


@dataclass(frozen=True, slots=True)
class RecordVersions:
    """The classes of a school, or the one that was asked for; no value of any record."""

    unit: UnitCode
    path: str
    name: str
    classes: tuple[ClassVersions, ...]
