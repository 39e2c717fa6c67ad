"""What the guardian's ledger is put together from, beside the acts that audit keeps.

Only the public edge asks, and only after audit took the query code of the printed copy: the
questions name a sheet, and nobody learns a sheet's id but from its code. The answers hold codes,
field keys and times; never a value, a name or a picture.
"""

from dataclasses import dataclass
from datetime import date, datetime

from shared.contracts.events import Sender
from shared.contracts.fields import FieldKind
from shared.contracts.review_commands import EntryState
from shared.kernel.ids import ObjectId, ProvinceCode, SheetId, UnitCode


@dataclass(frozen=True, slots=True)
class SheetChangesRequest:
    """Ask where the changes of a sheet stand."""

    sheet: SheetId


@dataclass(frozen=True, slots=True)
class ChangeStanding:
    """One change: of which field, and how far it is."""

    field: str
    kind: FieldKind
    state: EntryState
    since: datetime
    decided_by: UnitCode | None  # who decides it; None: nobody yet, or no more
    due: date | None


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """Every change of a sheet, oldest first."""

    sheet: SheetId
    changes: tuple[ChangeStanding, ...]


@dataclass(frozen=True, slots=True)
class SheetPhotosRequest:
    """Ask where the photos lie that were handed in for a sheet."""

    province: ProvinceCode
    sheet: SheetId


@dataclass(frozen=True, slots=True)
class PhotoStanding:
    """One photo as it was handed in, sealed in the archive of its province."""

    object: ObjectId
    sender: Sender
    received_at: datetime
    kept_at: datetime
    size_bytes: int
    locked_until: datetime | None  # nobody deletes it before; None: not locked yet
    is_erased: bool  # its key was destroyed: nobody can open it any more


@dataclass(frozen=True, slots=True)
class SheetPhotos:
    """Every photo that was handed in for a sheet, oldest first."""

    sheet: SheetId
    photos: tuple[PhotoStanding, ...]
