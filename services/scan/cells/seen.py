"""What was seen on one side of a sheet, as it crosses from the child that looked at it."""

from dataclasses import dataclass, field

from services.scan.digits.seen import CornerSeen
from services.scan.flat.registration import Quality
from services.scan.flat.troubles import Quad


@dataclass(frozen=True, slots=True)
class CellText:
    """What a cell seems to say; the values of a pupil, sealed wherever they rest.

    `grade` is A, B or C; `suggestion` is None where nothing may be pre-filled.
    """

    raw: str = ""
    suggestion: str | None = None
    candidates: tuple[str, ...] = ()
    grade: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellSeen:
    """Whether a cell holds ink; `text` only where something was read."""

    ink: str  # blank, ink, unsure
    tick: str  # of 本项有误: marked, empty, unsure
    share: float  # of its area that is ink
    text: CellText | None = None


@dataclass(frozen=True, slots=True)
class SideSeen:
    """One side of a sheet laid flat.

    `view` is a JPEG people look at, at most 120 KB; `is_flat` says that it is the sheet's own
    geometry, so that a cell can be cut out by its place in the layout.
    """

    quality: Quality | None = None  # None: no sheet was found
    is_legible: bool = False
    trouble: str = ""
    places: tuple[Quad, ...] = ()  # of the trouble, in thousandths of the picture
    places_in_view: tuple[Quad, ...] = ()  # the same in thousandths of the view
    corners: Quad = ()  # of the paper, clockwise from its own top left, in the picture
    signature: str | None = None
    date: str | None = None
    cells: dict[str, CellSeen] = field(default_factory=dict)
    view: bytes = b""
    is_flat: bool = False
    numbers: tuple[CornerSeen, ...] = ()  # as printed; read only where no code names the sheet
    cpu_ms: int = 0
