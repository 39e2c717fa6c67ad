"""The sheet's geometry as values: what forms draws and scan reads.

Lengths are integers in 0.1 mm, font sizes and stroke widths integers in 0.1 pt; the
origin is the top left corner of the page, y runs down. Grey levels are percent of
white: 0 is black, 100 is paper. A layout is numbered, frozen and never edited.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.kernel.sheet_code import Side

# Inner 4 x 4 bits of ArUco DICT_4X4_50, ids 0 to 3, upright; "1" is black. A black border
# of one module surrounds them, so a marker has 6 x 6 modules.
MARKER_BITS = (
    ("0100", "1010", "1100", "1101"),
    ("1111", "0000", "0110", "0101"),
    ("1100", "1100", "1101", "0010"),
    ("0110", "0110", "1011", "1001"),
)
MARKER_MODULES = 6
QUIET_MODULES = 4
MODULE = 9  # one QR module, 0.90 mm


class CellKind(StrEnum):
    """Who decides a change of the field: the school leader or the managing authority."""

    KEY_DATA = "key_data"
    MAINTENANCE = "maintenance"
    SHOWN = "shown"  # for reading only, no change is asked for


class Align(StrEnum):
    """Where a text stands between the left and right edge of its rectangle."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        """The x of the right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """The y of the bottom edge."""
        return self.y + self.h

    def grown(self, by: int) -> "Rect":
        """The rectangle with `by` added on every side; a negative `by` shrinks it."""
        return Rect(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)

    def overlaps(self, other: "Rect") -> bool:
        """Whether the two share an area; touching edges do not count."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def covers(self, other: "Rect") -> bool:
        """Whether the other lies inside this one, edges included."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True, slots=True)
class Marker:
    """An ArUco marker, its black border included; `id` 0 top left, then clockwise."""

    id: int
    rect: Rect


@dataclass(frozen=True, slots=True)
class Comb:
    """One box per character of a number; `groups` says how they belong together."""

    boxes: tuple[Rect, ...]
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TickBox:
    """A printed choice: the code it stands for, its box, and where its label stands."""

    code: str
    label: str
    box: Rect
    label_rect: Rect


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the sheet: what is in the record, and where a change is written.

    `needs_change` is the tick box 本项有误. A cell has a comb, or choices, or neither
    (free hand). Sizes bound the text of the current value.
    """

    field: str
    number: int
    kind: CellKind
    side: Side
    label: str
    label_rect: Rect
    value_rect: Rect
    change_rect: Rect
    needs_change: Rect
    max_size: int
    min_size: int
    comb: Comb | None = None
    choices: tuple[TickBox, ...] = ()
    pinyin_rect: Rect | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a text that differs from sheet to sheet, such as the class name."""

    name: str
    rect: Rect
    max_size: int
    min_size: int
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class TextOp:
    """A printed text: baseline start (or middle, or end) and size; `bold` is stroked."""

    x: int
    baseline: int
    size: int
    text: str
    align: Align = Align.LEFT
    bold: bool = False


@dataclass(frozen=True, slots=True)
class LineOp:
    """A straight rule, `stroke` wide."""

    x1: int
    y1: int
    x2: int
    y2: int
    stroke: int
    grey: int = 0


@dataclass(frozen=True, slots=True)
class RectOp:
    """An outlined rectangle; the stroke is centred on its edges."""

    rect: Rect
    stroke: int
    grey: int = 0


@dataclass(frozen=True, slots=True)
class FillOp:
    """A filled rectangle."""

    rect: Rect
    grey: int = 0


Op = TextOp | LineOp | RectOp | FillOp


@dataclass(frozen=True, slots=True)
class Face:
    """What one side shows besides marks and cells: places for texts, and what never varies."""

    side: Side
    slots: tuple[Slot, ...]
    statics: tuple[Op, ...]


@dataclass(frozen=True, slots=True)
class ListRow:
    """One pupil's line on a class cover: number, name, and the boxes 发 and 收."""

    number_rect: Rect
    name_rect: Rect
    boxes: tuple[Rect, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """One frozen geometry.

    `template` names what it was built for ("sheet-1"); layouts of one template differ in
    the QR version and in `is_overflow`, the variant with taller address rows. Markers,
    ticks, symbols and numbers stand at the same place on every side. `qr_rects` are the
    symbols A (top right) and B (bottom left) without their quiet zones; `number_rects`
    the sheet number top left and bottom right.
    """

    number: int
    template: str
    is_overflow: bool
    page_size: tuple[int, int]  # width, height
    markers: tuple[Marker, ...]
    ticks: tuple[Rect, ...]
    qr_rects: tuple[Rect, Rect]
    qr_version: int
    number_rects: tuple[Rect, Rect]
    number_size: int
    faces: tuple[Face, ...]
    cells: tuple[Cell, ...]
    signature_side: Side | None = None
    signature_rect: Rect | None = None
    date_rect: Rect | None = None
    list_rows: tuple[ListRow, ...] = ()

    @property
    def sides(self) -> tuple[Side, ...]:
        """The printed sides, front first."""
        return tuple(face.side for face in self.faces)

    def cells_of(self, side: Side) -> tuple[Cell, ...]:
        """The cells of one side, in reading order."""
        return tuple(cell for cell in self.cells if cell.side is side)
