"""What may be asked of scan, and what it answers: states and reasons, never a value."""

from dataclasses import dataclass
from enum import StrEnum

from shared.kernel.ids import CampaignId, ObjectId, SheetId, UnitCode


class PageState(StrEnum):
    """What became of a page; every page ends in exactly one, with a reason where one helps."""

    WAITING = "waiting"  # accepted, not read yet
    MATCHED = "matched"
    DUPLICATE = "duplicate"  # a better photo of the same side counts
    CONFLICTING = "conflicting"  # two different papers claim one sheet and side
    MISFILED = "misfiled"  # another pupil's or another school's
    UNMATCHED = "unmatched"  # a sheet of ours that no code names for sure
    UNREADABLE = "unreadable"  # nothing found, with the measured cause
    REFUSED = "refused"  # no picture that is taken: too large, another kind of file, locked
    COVER = "cover"  # the sheet on top of a class's pile
    BLANK = "blank"  # an empty side
    DISCARDED = "discarded"  # by a person, with a reason; undone until its batch is committed
    FOREIGN = "foreign"  # a code that is none of ours
    DAMAGED = "damaged"  # what was stored does not verify
    FAILED = "failed"  # the reader died on it twice: a person looks


class PageVerdict(StrEnum):
    """What is left to do about a matched page; the same for a guardian, a teacher, a reviewer."""

    PENDING = ""  # nobody has looked at its cells yet
    COMPLETE = "complete"
    UNSIGNED = "unsigned"
    CORNER_OUTSIDE = "corner_outside"
    CORNER_COVERED = "corner_covered"
    TOO_SMALL = "too_small"
    BLURRED_CHANGES = "blurred_changes"
    NOT_FLAT = "not_flat"
    GLARE_ON_SIGNATURE = "glare_on_signature"
    READER_DIED = "reader_died"


@dataclass(frozen=True, slots=True)
class PhotoStateRequest:
    """Ask what became of one handed-in object."""

    object: ObjectId


@dataclass(frozen=True, slots=True)
class PhotoState:
    """A photo's state; `reason` is a code or "".

    `corners` are of the found sheet, clockwise from its own top left, in thousandths of the
    photo's width and height as stored; empty when they were not found. `verdict` is of a page
    of this pupil, `places` where on the photo its trouble is: polygons in the same measure.
    """

    object: ObjectId
    state: PageState
    reason: str = ""
    corners: tuple[tuple[int, int], ...] = ()
    sheet: SheetId | None = None
    engine: str = ""
    cpu_ms: int = 0
    verdict: PageVerdict = PageVerdict.PENDING
    places: tuple[tuple[tuple[int, int], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoStatesRequest:
    """Ask what became of some of them at once."""

    objects: tuple[ObjectId, ...]


@dataclass(frozen=True, slots=True)
class PhotoStates:
    """In the order they were asked for."""

    states: tuple[PhotoState, ...]


@dataclass(frozen=True, slots=True)
class ReturnsRequest:
    """Ask which sheets of a class are still out."""

    campaign: CampaignId
    unit: UnitCode


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet that has not come back; the school knows whose number in class it is."""

    sheet: SheetId
    number_in_class: int | None


@dataclass(frozen=True, slots=True)
class Returns:
    """How many sheets of a class were issued and have come back, and which are missing."""

    unit: UnitCode
    issued: int
    returned: int
    missing: tuple[OpenSheet, ...]
