"""What guardians write: made-up strokes that look like writing and mean nothing.

Strokes are drawn on the page's own picture, in page pixels, before it is photographed.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from deploy.rehearse.photos.paper import ColourImage
from shared.kernel.sheet_code import Side
from shared.layout.model import Cell, Layout, Rect

# Segments of a seven-part digit, as pairs of corners of a 1 x 2 box, per digit.
_DIGIT_STROKES = (
    "abfedca".replace("", " ").split(),
    ["b", "d", "f"],
    ["a", "b", "d", "c", "e", "f"],
    ["a", "b", "d", "f", "e"],
    ["a", "c", "d", "b", "f"],
    ["b", "a", "c", "d", "f", "e"],
    ["b", "a", "e", "f", "d", "c"],
    ["a", "b", "f"],
    ["d", "a", "b", "c", "e", "f", "d"],
    ["d", "b", "a", "c", "d", "f"],
)
_CORNERS = {"a": (0, 0), "b": (1, 0), "c": (0, 1), "d": (1, 1), "e": (0, 2), "f": (1, 2)}
_PENS = ((25, 25, 25), (110, 45, 25), (60, 60, 60))  # black, blue, pencil; blue green red


@dataclass(frozen=True, slots=True)
class Filled:
    """What was written: field keys with a change, and whether it was signed."""

    changed: tuple[str, ...]
    is_signed: bool


@dataclass(slots=True)
class _Pen:
    page: ColourImage
    per_tenth: float  # pixels per 0.1 mm
    colour: tuple[int, int, int]
    width: int
    rng: np.random.Generator

    def stroke(self, points: npt.NDArray[np.float64]) -> None:
        """One smooth stroke through points in page pixels."""
        curve = _smooth(points).round().astype(np.int32)
        cv2.polylines(self.page, [curve], False, self.colour, self.width, cv2.LINE_AA)


def fill(
    page: ColourImage,
    layout: Layout,
    side: Side,
    *,
    seed: int,
    changes: int | None = None,
    signed: bool | None = None,
) -> Filled:
    """Write into change cells and sign, on the page's picture itself.

    `changes` None draws a number: none on most sheets. `signed` None signs nine of ten.
    """
    rng = np.random.default_rng([11, seed])
    per_tenth = page.shape[1] / layout.page_size[0]
    colour = _PENS[int(rng.choice(3, p=[0.6, 0.33, 0.07]))]
    pen = _Pen(page, per_tenth, colour, max(1, round(rng.uniform(4, 7) * per_tenth)), rng)
    cells = layout.cells_of(side)
    if changes is None:
        changes = int(rng.choice([0, 1, 2, 4], p=[0.5, 0.25, 0.15, 0.1]))
    chosen = rng.permutation(len(cells))[:changes]
    for place in sorted(chosen):
        _change(pen, cells[place])
    is_signed = bool(rng.random() < 0.9) if signed is None else signed
    if is_signed and layout.signature_rect is not None and layout.signature_side is side:
        _signature(pen, layout.signature_rect)
    else:
        is_signed = False
    return Filled(tuple(cells[place].field for place in sorted(chosen)), is_signed)


def _change(pen: _Pen, cell: Cell) -> None:
    _tick(pen, cell.needs_change)
    if cell.comb is not None:
        for box in cell.comb.boxes:
            _digit(pen, box)
    elif cell.choices:
        _tick(pen, cell.choices[int(pen.rng.integers(len(cell.choices)))].box)
    else:
        _words(pen, cell.change_rect)


def _tick(pen: _Pen, box: Rect) -> None:
    spots = np.array([[0.1, 0.5], [0.4, 0.85], [1.05, -0.1]]) + pen.rng.normal(0, 0.05, (3, 2))
    pen.stroke(_in_box(pen, box, spots))


def _digit(pen: _Pen, box: Rect) -> None:
    strokes = _DIGIT_STROKES[int(pen.rng.integers(10))]
    spots = np.array([_CORNERS[name] for name in strokes], float) * [0.5, 0.35] + [0.25, 0.15]
    pen.stroke(_in_box(pen, box, spots + pen.rng.normal(0, 0.04, spots.shape)))


def _words(pen: _Pen, rect: Rect) -> None:
    size = min(rect.h * 0.7, 60) * pen.rng.uniform(0.8, 1.0)
    x = rect.x + size * 0.5
    for _ in range(int(pen.rng.integers(2, 9))):
        if x + size > rect.right:
            return
        box = Rect(int(x), int(rect.y + (rect.h - size) / 2), int(size), int(size))
        _character(pen, box)
        x += size * pen.rng.uniform(1.0, 1.25)


def _character(pen: _Pen, box: Rect) -> None:
    """Horizontals, verticals, sweeps and dots, as in a Chinese character."""
    rng = pen.rng
    for _ in range(int(rng.integers(4, 11))):
        kind = rng.integers(4)
        x, y = rng.uniform(0.1, 0.6), rng.uniform(0.1, 0.8)
        if kind == 0:
            ends = [[x, y], [x + rng.uniform(0.25, 0.5), y - 0.05]]
        elif kind == 1:
            ends = [[x + 0.2, y * 0.4], [x + 0.2, y * 0.4 + rng.uniform(0.3, 0.6)]]
        elif kind == 2:
            ends = [[x + 0.3, y * 0.5], [x + 0.2, y * 0.5 + 0.25], [x - 0.1, y * 0.5 + 0.45]]
        else:
            ends = [[x, y], [x + 0.1, y + 0.1]]
        pen.stroke(_in_box(pen, box, np.array(ends) + rng.normal(0, 0.02, (len(ends), 2))))


def _signature(pen: _Pen, rect: Rect) -> None:
    size = min(rect.h, rect.w / 3) * pen.rng.uniform(0.7, 1.0)
    x = rect.x + pen.rng.uniform(0.05, 0.2) * rect.w
    for _ in range(int(pen.rng.integers(2, 4))):
        box = Rect(int(x), int(rect.y + (rect.h - size) / 2), int(size), int(size))
        _character(pen, box)
        spots = pen.rng.uniform(0.1, 0.9, (5, 2))
        pen.stroke(_in_box(pen, box, spots))
        x += size * 0.85


def _in_box(pen: _Pen, box: Rect, shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return (np.array([box.x, box.y]) + shares * [box.w, box.h]) * pen.per_tenth


def _smooth(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Chaikin's corner cutting, twice: a hand does not turn corners."""
    for _ in range(2):
        if len(points) < 3:
            return points
        near, far = points[:-1] * 0.75 + points[1:] * 0.25, points[:-1] * 0.25 + points[1:] * 0.75
        middle = np.stack([near, far], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], middle[1:-1], points[-1:]])
    return points
