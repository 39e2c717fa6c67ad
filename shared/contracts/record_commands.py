"""What review and roster ask one another: a record's values, and an approved one.

These answers carry record values. They go nowhere else, and never inside a transaction.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.acts import command
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, EntryId, ObjectId, PersonId, StudentId, UnitCode


@dataclass(frozen=True, slots=True)
class FieldValuesRequest:
    """Ask for some values of one record, now and as a sheet printed them."""

    student: StudentId
    fields: tuple[str, ...]
    printed_version: int | None = None


@dataclass(frozen=True, slots=True)
class FieldValues:
    """Values by field key, codes as stored; a field without a value is missing.

    `printed` is None where no printed version was asked for, or roster keeps none of it.
    """

    student: StudentId
    unit: UnitCode  # the class
    version: int
    values: dict[str, str]
    printed: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class IdHolderRequest:
    """Ask whether another record of the province holds an ID number."""

    student: StudentId  # whose it is proposed to be
    id_number: str


@dataclass(frozen=True, slots=True)
class IdHolder:
    """The other record, or None."""

    student: StudentId | None
    unit: UnitCode | None  # its class


@dataclass(frozen=True, slots=True)
class ApprovedValueRequest:
    """Ask for the value of an approved change."""

    entry: EntryId
    revision: int


@dataclass(frozen=True, slots=True)
class ApprovedValue:
    """What was approved, against what, by whom and on which evidence."""

    entry: EntryId
    revision: int
    student: StudentId
    field: str
    old: str  # "" for no value, like `new`
    new: str
    decided_by: PersonId
    evidence: tuple[ObjectId, ...]


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class ShowRecordHistory:
    """See every change of every field of one record."""

    actor: ActorToken
    student: StudentId


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One change of one field; "" for no value."""

    version: int  # of the record since then
    field: str
    old: str
    new: str
    at: datetime
    cause: str  # "import:<file>" or "change:<entry>.<revision>"
    by: str  # who decided it, or imported the file
    evidence: tuple[ObjectId, ...]


@dataclass(frozen=True, slots=True)
class RecordHistory:
    """The history of one record, oldest first."""

    student: StudentId
    changes: tuple[FieldChange, ...]
