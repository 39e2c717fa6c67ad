"""What may be asked of scan about the paper of one sheet: what was seen on it, where its view lies.

Boxes are left, top, width and height in 0.1 mm of the paper, from its top left corner; a flat
view shows the whole paper and nothing else, so they hold in it as they stand. Answers carry
readings of handwriting to whoever may enter from the sheet, and to nobody else.
"""

from dataclasses import dataclass

from shared.contracts.acts import command
from shared.contracts.scan_commands import PageVerdict
from shared.contracts.seen import Grade, Ink, Presence
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, ObjectId, PersonId, SheetId, UnitCode
from shared.kernel.sheet_code import Side

Box = tuple[int, int, int, int]
# Polygons in thousandths of a picture's width and height.
Places = tuple[tuple[tuple[int, int], ...], ...]
# A place that may be looked at beside the fields' cells.
SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class CellReading:
    """What a cell seems to say, and how it may be shown; nothing of it is ever an entry."""

    grade: Grade
    raw: str
    suggestion: str | None  # None: nothing may be suggested
    candidates: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellSeen:
    """One change cell: its ink, its tick, its place, and what it seems to say."""

    field: str
    side: Side
    ink: Ink
    is_ticked: bool  # 本项有误, or in doubt
    box: Box | None  # None: the view is no map of the sheet
    reading: CellReading | None


@dataclass(frozen=True, slots=True)
class PageSeen:
    """The page that counts for one side."""

    object: ObjectId  # as it came in
    side: Side
    serial: int
    is_older: bool  # a newer print of the sheet is out
    verdict: PageVerdict
    size: tuple[int, int] | None  # of the paper in 0.1 mm; None: the view is no map of it
    signature: Presence | None  # None: not on this side, or not read
    signature_box: Box | None


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """Everything that was seen on the pages of a sheet that count."""

    sheet: SheetId
    unit: UnitCode
    pages: tuple[PageSeen, ...]  # front first
    cells: tuple[CellSeen, ...]  # in the order of the sheet


@command(Act.SEE_PAGE)
@dataclass(frozen=True, slots=True)
class ReadCells:
    """See what was seen on a sheet: an act of its own, though no picture is shown by it."""

    actor: ActorToken
    sheet: SheetId


@command(Act.SEE_PAGE)
@dataclass(frozen=True, slots=True)
class LookAtPage:
    """Look at a side of a sheet, or at one place of it, wherever that is.

    `place` is a field's key or `SIGNATURE`; with it no side is needed.
    """

    actor: ActorToken
    sheet: SheetId
    side: Side = Side.FRONT
    place: str | None = None


@dataclass(frozen=True, slots=True)
class PageToOpen:
    """The view that storage may be asked to open, and where in it the place lies."""

    view: ObjectId
    size: tuple[int, int] | None
    box: Box | None  # None: the whole view, or no map of the sheet


@command(Act.SEE_PAGE)
@dataclass(frozen=True, slots=True)
class LookAtPhoto:
    """Look at a photo of a class, and at what is the matter with it."""

    actor: ActorToken
    object: ObjectId


@dataclass(frozen=True, slots=True)
class PhotoToOpen:
    """The view that storage may be asked to open, and what in it to point at."""

    view: ObjectId
    places: Places


@dataclass(frozen=True, slots=True)
class SheetInHandsRequest:
    """Scan asks review: has this person a decision about this sheet in hands now?"""

    sheet: SheetId
    person: PersonId


@dataclass(frozen=True, slots=True)
class SheetInHands:
    """Whether they have."""

    sheet: SheetId
    is_in_hands: bool
