"""Roster files that come from a browser: handed in at roster's door, checked, then written.

The file itself never crosses the bus; it lies sealed at roster from its first byte until it is
written or a day has passed.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.contracts.roster_commands import ColumnChoice, ImportReport
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken


class FileState(StrEnum):
    """How far a roster file is."""

    ARRIVING = "arriving"
    ARRIVED = "arrived"
    CHECKING = "checking"
    CHECKED = "checked"  # its counts wait for a person
    WRITING = "writing"
    WRITTEN = "written"
    REFUSED = "refused"  # the file as a whole; `reason` says why
    DROPPED = "dropped"  # by a person, or nobody wrote it within a day


@command(Act.IMPORT_ROSTER)
@dataclass(frozen=True, slots=True)
class CheckFile:
    """Have the dry run of a file made: now, or again with other columns."""

    actor: ActorToken = field(repr=False)
    file: str
    columns: tuple[ColumnChoice, ...] = ()


@command(Act.IMPORT_ROSTER)
@dataclass(frozen=True, slots=True)
class WriteFile:
    """Have the good rows of a checked file written; said again it is written once."""

    actor: ActorToken = field(repr=False)
    file: str
    accept_large_changes: bool = False


@command(Act.IMPORT_ROSTER)
@dataclass(frozen=True, slots=True)
class DropFile:
    """Throw a file away that is not written."""

    actor: ActorToken = field(repr=False)
    file: str


@command(Act.IMPORT_ROSTER)
@dataclass(frozen=True, slots=True)
class ShowFile:
    """Ask how far a file is, and what its check or its writing said."""

    actor: ActorToken = field(repr=False)
    file: str


@dataclass(frozen=True, slots=True)
class RosterFile:
    """One file; `done` rows of `report.rows` while it is written, or read so far."""

    file: str
    state: FileState
    begun_at: datetime
    rows_done: int = 0
    reason: str = ""
    report: ImportReport | None = None  # of the dry run
    written: ImportReport | None = None
    wrong_listed: int = 0  # rows in the workbook that goes back; 0: there is none


@command(Act.IMPORT_ROSTER)
@dataclass(frozen=True, slots=True)
class ListFiles:
    """Ask for the latest files of the actor's own unit, newest first."""

    actor: ActorToken = field(repr=False)


@dataclass(frozen=True, slots=True)
class FileBrief:
    """A file in one line."""

    file: str
    state: FileState
    begun_at: datetime
    rows: int
    wrong: int


@dataclass(frozen=True, slots=True)
class RosterFiles:
    """The latest files of a unit."""

    files: tuple[FileBrief, ...]
