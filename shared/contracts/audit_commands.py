"""What may be asked of the audit log, and what it answers: ids, codes and times."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.acts import command
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, ProvinceCode, SheetId, UnitCode

MOST_EVENTS = 500
# What is verified or exported in one question; more is for `hecha audit` on the machine.
MOST_VERIFIED = 200_000
MOST_EXPORTED = 5_000


@command(Act.READ_AUDIT)
@dataclass(frozen=True, slots=True)
class ShowEvents:
    """Ask for the newest events of a unit and everything below it, newest first.

    `before` goes on where an earlier answer ended. What is None does not narrow. `since` and
    `until` are the act's own time, half open.
    """

    actor: ActorToken
    unit: UnitCode
    sheet: SheetId | None = None
    act: str | None = None
    done_by: str | None = None  # id of a person, or service:<name>
    before: int | None = None
    limit: int = 100  # at most `MOST_EVENTS`
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventShown:
    """An event as the log keeps it."""

    seq: int
    at: datetime
    heard_at: datetime
    act: str
    object: str
    actor: str
    outcome: str
    role: str | None
    unit: UnitCode | None
    sheet: SheetId | None
    purpose: str | None
    fields: tuple[str, ...]
    source: str | None


@dataclass(frozen=True, slots=True)
class EventsShown:
    """Some events; `next` is what to ask `before` with, None at the end."""

    events: tuple[EventShown, ...]
    next: int | None


@command(Act.READ_AUDIT)
@dataclass(frozen=True, slots=True)
class ProveEvent:
    """Ask for the proof that an event is in a province's log."""

    actor: ActorToken
    province: ProvinceCode
    seq: int


@dataclass(frozen=True, slots=True)
class EventProof:
    """An event, the path from its leaf to the root of a checkpoint, and that checkpoint.

    Nothing of any other event is told: a path holds hashes of subtrees.
    """

    seq: int
    body: str  # the leaf's bytes, which are UTF-8
    leaf: str  # hex
    path: tuple[str, ...]  # hex, from the leaf up
    checkpoint: str  # signed note, with the newest word of the witness


@command(Act.READ_AUDIT)
@dataclass(frozen=True, slots=True)
class VerifyLog:
    """Ask whether a province's log is whole: all of it, or what came after an old checkpoint."""

    actor: ActorToken
    province: ProvinceCode


@dataclass(frozen=True, slots=True)
class LogFinding:
    """One thing that is wrong with a log, at `seq`; `until` where it lies somewhere in a range."""

    wrong: str  # code
    seq: int
    until: int | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class LogVerified:
    """What verifying came to: `checked` events from `start` on, the first findings, how many more."""

    province: ProvinceCode
    start: int
    checked: int
    findings: tuple[LogFinding, ...]
    more: int
    checkpoint_at: datetime | None  # the newest one
    witnessed_at: datetime | None  # when the level above last countersigned


@command(Act.READ_AUDIT)
@dataclass(frozen=True, slots=True)
class ExportEvents:
    """Ask for events at or below a unit, to be taken away with their proof.

    From place `start` to before `end`; None goes to the newest checkpoint.
    """

    actor: ActorToken
    unit: UnitCode
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, slots=True)
class EventsExported:
    """The files of an export by name, as texts; put into a zip they verify themselves."""

    events: int
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class SheetLedger:
    """Ask for the ledger of a sheet: with its code's word and the query code printed beside it."""

    province: ProvinceCode
    sheet: SheetId
    serial: int
    query_code: str  # eight digits; blanks do not matter


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What somebody did about a sheet; never who by name, never a value."""

    at: datetime
    act: str
    outcome: str
    role: str  # of a person; "guardian", or "service"
    fields: tuple[str, ...]  # field keys
    purpose: str | None = None  # what an object was opened for


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that was done about a sheet, oldest first."""

    sheet: SheetId
    entries: tuple[LedgerEntry, ...]
