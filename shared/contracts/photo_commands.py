"""Photos that neither a code nor two signals name: a queue, and what people do in it.

A photo is its school's by the sheet it was sent for, or by the class it was taken for. Nobody is
matched by a candidate: a person says whose page it is, and may take that back.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.contracts.batch_commands import Candidate
from shared.contracts.scan_commands import PageState
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, CampaignId, ObjectId, SheetId, UnitCode
from shared.kernel.sheet_code import Side


class Discarded(StrEnum):
    """Why a photo is thrown away; its guardian is asked for another one."""

    NOT_A_SHEET = "not_a_sheet"
    NOT_LEGIBLE = "not_legible"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class OpenPhoto:
    """A photo that waits for a person or was settled by one, with the sheets it may be.

    The likeliest comes first.
    """

    object: ObjectId
    unit: UnitCode  # the class of the sheet it was sent for, or the one it was taken for
    number_in_class: int | None
    state: PageState
    reason: str
    may_undo: bool  # a person settled it
    is_looked_at: bool  # there is a view, and digits were sought
    read_at: datetime
    view: ObjectId | None
    candidates: tuple[Candidate, ...]


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class ListOpenPhotos:
    """The photos of a school or a class that only a person can place."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode
    with_likeliest: bool = True  # else without candidates: each is held against a whole school


@dataclass(frozen=True, slots=True)
class OpenPhotos:
    """The oldest first, each with its likeliest candidate at most."""

    photos: tuple[OpenPhoto, ...]


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class ShowOpenPhoto:
    """One of them with all its candidates and its view; the look is on record."""

    actor: ActorToken
    object: ObjectId


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class AssignPhoto:
    """A person says whose page a photo is; `serial` None takes the newest print."""

    actor: ActorToken
    object: ObjectId
    sheet: SheetId
    side: Side
    serial: int | None = None


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class DiscardPhoto:
    """A photo is of no use; it can be undone."""

    actor: ActorToken
    object: ObjectId
    reason: Discarded


@command(Act.FIX_PAGE)
@dataclass(frozen=True, slots=True)
class UndoPhoto:
    """Take back what a person did to a photo, unless something was entered from its sheet."""

    actor: ActorToken
    object: ObjectId


@dataclass(frozen=True, slots=True)
class PhotoSettled:
    """How a photo stands after an act."""

    object: ObjectId
    state: str
    reason: str
