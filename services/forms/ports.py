"""What printing needs from the rest of the house, as it sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Protocol

from services.forms.render.fonts import FontFile
from services.forms.render.job import PrintedFile, PrintJob
from services.forms.render.picture import render_picture
from shared.contracts.roster_commands import ClassSnapshot, RecordVersions, SchoolClasses
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, UnitCode
from shared.kernel.sheet_code import CodeKey
from shared.plumbing.database import Database


class ShelfAwayError(Exception):
    """The prints bucket does not answer now; the job is tried again."""

    code: ClassVar[str] = "shelf_away"


class RosterAwayError(Exception):
    """Roster does not answer in time; the job is tried again."""

    code: ClassVar[str] = "roster_away"


class Roster(Protocol):
    """The only call that moves record values to paper."""

    def snapshot(self, campaign: CampaignId, unit: UnitCode) -> ClassSnapshot:
        """The pupils of a class in scope.

        Raises:
            UnknownUnitError: no such class.
            RosterAwayError: no answer in time.
        """
        ...

    def classes(self, campaign: CampaignId, unit: UnitCode) -> SchoolClasses:
        """The classes of a school.

        Raises:
            UnknownUnitError: no such school.
            RosterAwayError: no answer in time.
        """
        ...

    def versions(self, campaign: CampaignId, unit: UnitCode) -> RecordVersions:
        """Which version the records of a class or school are at.

        Raises:
            UnknownUnitError: no such class or school.
            RosterAwayError: no answer in time.
        """
        ...


@dataclass(frozen=True, slots=True)
class Shelved:
    """A sealed file in the prints bucket; its data key is sealed under forms' column key."""

    province: ProvinceCode
    campaign: CampaignId
    object: ObjectId
    version: str
    sealed_key: str  # hex


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What a collector needs to fetch and open a shelved file."""

    url: str
    wrapped_key: str  # hex
    suite: str
    rendition: str


class Shelf(Protocol):
    """Keeps printed files sealed for a short time."""

    def put(self, job: str, province: ProvinceCode, campaign: CampaignId, pdf: bytes) -> Shelved:
        """Seal a file under a fresh key and put it away.

        Raises:
            ShelfAwayError: the bucket did not take it.
        """
        ...

    def hand_over(self, job: str, shelved: Shelved, public_key: str) -> HandedOver:
        """An address that works for a short time, and the key wrapped to `public_key` (hex).

        Raises:
            DownloadRefusedError: that is no public key.
        """
        ...

    def discard(self, shelved: Shelved) -> None:
        """Remove a file nobody needs any more; a file that is gone already is fine."""
        ...


@dataclass(frozen=True, slots=True)
class PrintRoom:
    """Everything a print job is done with.

    `render` draws a file, `picture` its first page, away from the hub; `code_keys` are read anew for every job, so
    that closing a campaign needs no restart.
    """

    database: Database
    roster: Roster
    shelf: Shelf
    render: Callable[[PrintJob], PrintedFile]
    code_keys: Callable[[], tuple[CodeKey, ...]]
    ledger_key: bytes
    fonts: tuple[FontFile, ...]
    host: str
    keep_for: timedelta
    picture: Callable[[PrintJob], bytes] = render_picture
