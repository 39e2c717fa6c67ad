"""What a school leader may ask of review: the changes of the own school that wait for them."""

from dataclasses import dataclass
from datetime import date

from shared.contracts.acts import command
from shared.contracts.fields import FieldKind
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, CampaignId, EntryId, PersonId, StudentId, UnitCode


@command(Act.DECIDE_MAINTENANCE)
@dataclass(frozen=True, slots=True)
class ListSchoolChanges:
    """See what waits for the leader, old beside new; each is decided by itself."""

    actor: ActorToken
    campaign: CampaignId


@dataclass(frozen=True, slots=True)
class SchoolChange:
    """One change that waits."""

    entry: EntryId
    unit: UnitCode  # the class
    student: StudentId
    number_in_class: int | None
    field: str
    kind: FieldKind
    old: str
    new: str
    is_stale: bool
    due: date | None
    with_other: PersonId | None  # who else has it in hands now
    is_own: bool  # the actor typed it: somebody else decides


@dataclass(frozen=True, slots=True)
class SchoolChanges:
    """The most urgent changes of a school by class and number in class, and how many there are."""

    unit: UnitCode
    waiting: int
    changes: tuple[SchoolChange, ...]
