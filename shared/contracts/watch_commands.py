"""What may be asked of review by those who watch: queues, what the clock says, rubber stamps."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.contracts.fields import FieldKind
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, CampaignId, EntryId, PersonId, SheetId, UnitCode


class NoticeKind(StrEnum):
    """What the clock says about an entry that waits for a decision."""

    DUE_SOON = "due_soon"  # seven working days
    OVERDUE = "overdue"  # ten
    ESCALATED = "escalated"  # told to the unit above


@command(Act.DECIDE_MAINTENANCE, Act.DECIDE_KEY_DATA, Act.WATCH_DECISIONS)
@dataclass(frozen=True, slots=True)
class ShowQueue:
    """See the queue of the own unit as it will be handed out: no value, but who holds what."""

    actor: ActorToken
    campaign: CampaignId


@dataclass(frozen=True, slots=True)
class QueuedTask:
    """One task of a queue."""

    entry: EntryId
    unit: UnitCode  # the class
    field: str
    kind: FieldKind
    due: date | None
    holder: PersonId | None
    held_until: datetime | None
    notice: NoticeKind | None


@dataclass(frozen=True, slots=True)
class Queue:
    """The first tasks of a queue, and how many there are."""

    unit: UnitCode
    waiting: int
    tasks: tuple[QueuedTask, ...]


@command(Act.DECIDE_MAINTENANCE, Act.DECIDE_KEY_DATA, Act.WATCH_DECISIONS)
@dataclass(frozen=True, slots=True)
class ListNotices:
    """What the clock has told the own unit, newest first."""

    actor: ActorToken
    campaign: CampaignId


@dataclass(frozen=True, slots=True)
class Notice:
    """One reminder, or an escalation from a unit below."""

    entry: EntryId
    kind: NoticeKind
    waits_at: UnitCode | None  # whose queue it is in; None: it waits no more
    due: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Notices:
    """What the clock has told a unit."""

    notices: tuple[Notice, ...]


@command(Act.WATCH_DECISIONS)
@dataclass(frozen=True, slots=True)
class WatchDecisions:
    """See how decisions below a unit are made."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode


@dataclass(frozen=True, slots=True)
class DeciderFigures:
    """How one person decides; `fast` are verdicts under two seconds after the task was opened."""

    person: PersonId
    queue: UnitCode
    decided: int
    approved: int
    fast: int
    median_s: float


@dataclass(frozen=True, slots=True)
class SchoolFigures:
    """How much one school changes, and how well it types.

    `is_striking`: of 30 sheets and more none, or over 40 %, ask for a change of key data.
    """

    school: UnitCode
    sheets: int  # back at school
    with_key_data: int  # of these, with an entry of key data that was submitted
    is_striking: bool
    typed_twice: int
    disagreed: int


@dataclass(frozen=True, slots=True)
class Watch:
    """What strikes the eye below a unit; persons first who decide fast."""

    unit: UnitCode
    deciders: tuple[DeciderFigures, ...]
    schools: tuple[SchoolFigures, ...]


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class NextBlind:
    """Ask for a field to type a second time, without seeing what was typed."""

    actor: ActorToken
    campaign: CampaignId


@dataclass(frozen=True, slots=True)
class BlindTask:
    """A field of a sheet to type from its paper; None: none waits."""

    entry: EntryId | None
    sheet: SheetId | None = None
    field: str = ""


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class TypeBlind:
    """Type a field a second time."""

    actor: ActorToken
    entry: EntryId
    value: str


@dataclass(frozen=True, slots=True)
class BlindTyped:
    """Whether both typed the same; never which value."""

    entry: EntryId
    agrees: bool
