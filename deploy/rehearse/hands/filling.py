"""Fills a sheet in as a guardian does: change cells, ticks, signature and date, with the truth.

Everything is drawn on the page's own picture, in page pixels, before it is photographed.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from deploy.rehearse.hands.glyphs import Field
from deploy.rehearse.hands.pens import ColourImage, Pen, inked, lay_ink, pen
from deploy.rehearse.hands.texts import TextKind, Written, a_change, a_name
from deploy.rehearse.hands.writing import (
    Hand,
    can_write,
    combed,
    hand,
    length,
    line,
    trimmed,
)
from deploy.rehearse.seeds import seeded
from shared.contracts.fields import Field as CatalogueField
from shared.contracts.fields import national
from shared.kernel.sheet_code import Side
from shared.layout.model import Cell, Layout, Rect

_TRIES = 12  # for a text that the hand's font has every character of
_NO_TICK = 0.08  # of the changes: the box 本项有误 beside them is forgotten
_DATED = 0.85  # of the signed sheets
_LEAST_MM = 3.4  # of a character before a text is broken into two lines
_EDGE_MM = 1.5
_UNEVEN = 0.6  # of a character: gaps are drawn wider or narrower than a line is measured


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done in one cell."""

    text: str  # as written; the label or code's text of a ticked choice
    stored: str
    kind: TextKind
    ticked: bool  # the box 本项有误
    choice: str = ""  # code of the choice that was ticked
    corrected: bool = False  # something else was struck out before


@dataclass(frozen=True, slots=True)
class Filled:
    """What was written on a side, by whom and with what."""

    entries: dict[str, Entry] = field(default_factory=dict)
    signature: str = ""  # "" where nobody signed
    date: str = ""
    hand: str = ""
    pen: str = ""

    @property
    def changed(self) -> tuple[str, ...]:
        """Keys of the fields with a change, in reading order."""
        return tuple(self.entries)

    @property
    def is_signed(self) -> bool:
        """Whether something stands in the place for the signature."""
        return bool(self.signature)


@dataclass(frozen=True, slots=True)
class _Desk:
    """A page, who writes on it and with what."""

    page: ColourImage
    px_per_mm: float
    hand: Hand
    pen: Pen
    rng: np.random.Generator
    mistakes: float

    @property
    def pen_px(self) -> float:
        """Width of the pen."""
        return self.pen.width_mm * self.px_per_mm

    def lay(self, strokes: Field, middle_y: float, left: float) -> float:
        """Ink a field so that it begins at `left` and lies around `middle_y`, px; its end."""
        cut, _ = trimmed(strokes)
        ink = inked(cut, self.pen, self.px_per_mm, self.rng)
        lay_ink(self.page, ink, (round(left), round(middle_y - cut.shape[0] / 2)), self.pen)
        return left + float(cut.shape[1])

    def stroke(self, points: npt.NDArray[np.float64]) -> None:
        """One smooth stroke through points in page pixels."""
        curve = _smooth(points)
        low = np.floor(curve.min(axis=0) - 3 * self.pen_px - 2)
        size = np.ceil(np.ptp(curve, axis=0) + 6 * self.pen_px + 4).astype(int)
        line_ = np.full((size[1], size[0]), 255, np.uint8)
        cv2.polylines(line_, [np.round(curve - low).astype(np.int32)], False, 0, 1)
        apart = cv2.distanceTransform(line_, cv2.DIST_L2, 3) - self.pen_px / 2
        ink = inked(np.asarray(apart, np.float32), self.pen, self.px_per_mm, self.rng)
        lay_ink(self.page, ink, (int(low[0]), int(low[1])), self.pen)


def fill(  # noqa: PLR0913  # the page and its seed, and what a test wants of them by name
    page: ColourImage,
    layout: Layout,
    side: Side,
    *,
    seed: int,
    changes: int | None = None,
    signed: bool | None = None,
    mistakes: float = 0.03,
) -> Filled:
    """Write into change cells and sign, on the page's picture itself.

    Args:
        page: blue, green, red; the whole side, any resolution.
        layout: what is printed on it.
        side: which side it is.
        seed: same page and seed, same pixels, on machines with the same fonts.
        changes: how many cells; None draws a number, none on half of the sheets.
        signed: None signs nine of ten.
        mistakes: share of the changes that are struck out and written again.
    """
    rng = seeded(11, seed)
    desk = _Desk(page, 10 * page.shape[1] / layout.page_size[0], hand(rng), pen(rng), rng, mistakes)
    cells = layout.cells_of(side)
    if changes is None:
        changes = int(rng.choice([0, 1, 2, 4], p=[0.5, 0.25, 0.15, 0.1]))
    chosen = sorted(rng.permutation(len(cells))[:changes])
    entries = {cells[place].field: _change(desk, cells[place]) for place in chosen}
    signature = date = ""
    is_signed = bool(rng.random() < 0.9) if signed is None else signed
    if is_signed and layout.signature_rect is not None and layout.signature_side is side:
        signature = _sign(desk, layout.signature_rect)
        if layout.date_rect is not None and rng.random() < _DATED:
            date = _date(desk, layout.date_rect)
    return Filled(entries, signature, date, desk.hand.name, desk.pen.kind.value)


def _change(desk: _Desk, cell: Cell) -> Entry:
    ticked = bool(desk.rng.random() >= _NO_TICK)
    if ticked:
        tick(desk, cell.needs_change)
    if cell.choices:
        choice = cell.choices[int(desk.rng.integers(len(cell.choices)))]
        tick(desk, choice.box)
        return Entry(choice.label, choice.code, TextKind.CODE, ticked, choice=choice.code)
    wrote = _a_writable_change(desk, cell)
    if cell.comb is not None:
        _in_boxes(desk, wrote.text, cell.comb.boxes)
        return Entry(wrote.text, wrote.stored, wrote.kind, ticked)
    corrected = bool(desk.rng.random() < desk.mistakes) and len(wrote.text) <= 6
    _in_free_space(desk, wrote.text, cell.change_rect, struck=corrected)
    return Entry(wrote.text, wrote.stored, wrote.kind, ticked, corrected=corrected)


def _a_writable_change(desk: _Desk, cell: Cell) -> Written:
    known = _catalogue()[cell.field]
    for _ in range(_TRIES):
        wrote = a_change(known, desk.rng, in_boxes=cell.comb is not None)
        if can_write(wrote.text, desk.hand):
            return wrote
    return Written("1", "1", TextKind.DIGITS)  # what every font has


def _in_boxes(desk: _Desk, text: str, boxes: tuple[Rect, ...]) -> None:
    per = desk.px_per_mm / 10
    size = min(boxes[0].h * 1.1, boxes[0].w * 1.7) * per * desk.rng.uniform(0.8, 1.05)
    first = boxes[0].x + boxes[0].w / 2
    middles = [(box.x + box.w / 2 - first) * per for box in boxes[: len(text)]]
    strokes = combed(text, desk.hand, middles, size_px=size, pen_px=desk.pen_px, rng=desk.rng)
    cut, _ = trimmed(strokes)
    # The middle of the ink over the middle of the boxes: so hands aim.
    left = (first + (boxes[len(middles) - 1].x - boxes[0].x) / 2) * per - cut.shape[1] / 2
    desk.lay(strokes, (boxes[0].y + boxes[0].h / 2) * per, left)


def _in_free_space(desk: _Desk, text: str, rect: Rect, *, struck: bool) -> None:
    per = desk.px_per_mm / 10
    start = rect.x + 10 * _EDGE_MM + desk.rng.uniform(0, 40)
    room = rect.right - 10 * _EDGE_MM - start
    long = length(text, desk.hand) + (length(_wrong(text), desk.hand) + 1.5 if struck else 0)
    size = min(min(rect.h, 90) * desk.rng.uniform(0.55, 0.78), room / (long + _UNEVEN))
    lines = [text]
    if size < 10 * _LEAST_MM:
        cut = -(-len(text) // 2)
        lines = [text[:cut], text[cut:]]
        size = min(0.42 * rect.h, room / (_UNEVEN + max(length(one, desk.hand) for one in lines)))
    left = start * per
    if struck:
        middle = (rect.y + rect.h / 2) * per
        left = _struck_out(desk, _wrong(text), size * per, (left, middle)) + size * per
    for place, part in enumerate(lines):
        middle = (rect.y + rect.h * (place + 0.5) / len(lines)) * per
        middle += desk.rng.normal(0, 0.03) * rect.h * per
        strokes = line(part, desk.hand, size_px=size * per, pen_px=desk.pen_px, rng=desk.rng)
        desk.lay(strokes, middle, left)


def _wrong(text: str) -> str:
    return text[::-1][:3]


def _struck_out(desk: _Desk, text: str, size_px: float, at: tuple[float, float]) -> float:
    """Write something wrong and strike it out; where it ends, px."""
    strokes = line(text, desk.hand, size_px=size_px, pen_px=desk.pen_px, rng=desk.rng)
    end = desk.lay(strokes, at[1], at[0])
    for _ in range(int(desk.rng.integers(1, 3))):
        ends = np.array([[at[0] - 4, at[1]], [(at[0] + end) / 2, at[1]], [end + 4, at[1]]])
        desk.stroke(ends + desk.rng.normal(0, size_px / 8, (3, 2)))
    return end


def tick(desk: _Desk, box: Rect) -> None:
    """Mark a box: mostly a tick, sometimes a cross, a filled box or a stroke."""
    rng = desk.rng
    kind = rng.choice(4, p=[0.72, 0.16, 0.06, 0.06])
    if kind == 0:
        strokes = [[[0.1, 0.5], [0.4, 0.85], [1.05, -0.1]]]
    elif kind == 1:
        strokes = [[[0.1, 0.1], [0.9, 0.9]], [[0.9, 0.1], [0.1, 0.9]]]
    elif kind == 2:
        strokes = [[[0.15, y], [0.5, y + 0.05], [0.85, y]] for y in np.linspace(0.15, 0.85, 6)]
    else:
        strokes = [[[0.05, 0.9], [0.95, 0.1]]]
    for one in strokes:
        spots = np.array(one) + rng.normal(0, 0.05, (len(one), 2))
        desk.stroke(_in_box(desk, box, spots))


def _sign(desk: _Desk, rect: Rect) -> str:
    """A name written fast: large, close together, run through by a flourish."""
    rng = desk.rng
    name = "王"
    for _ in range(_TRIES):
        drawn = a_name(rng)
        if can_write(drawn, desk.hand):
            name = drawn
            break
    per = desk.px_per_mm / 10
    size = min(rect.h * rng.uniform(0.6, 0.95), 0.78 * rect.w / length(name, desk.hand)) * per
    strokes = line(name, desk.hand, size_px=size, pen_px=desk.pen_px, rng=rng)
    left = (rect.x + rng.uniform(0.02, 0.2) * rect.w) * per
    middle = (rect.y + rect.h / 2) * per
    end = desk.lay(strokes, middle, left)
    if rng.random() < 0.6:
        xs = np.linspace(left, end, 5)
        desk.stroke(np.column_stack([xs, middle + rng.normal(0, size / 4, 5)]))
    return name


def _date(desk: _Desk, rect: Rect) -> str:
    rng = desk.rng
    month, day = int(rng.integers(1, 13)), int(rng.integers(1, 29))
    text = (f"2026.{month}.{day}", f"2026年{month}月{day}日")[int(rng.integers(2))]
    if not can_write(text, desk.hand):
        text = f"2026{month:02d}{day:02d}"
    per = desk.px_per_mm / 10
    size = min(rect.h * rng.uniform(0.45, 0.7), 0.92 * rect.w / length(text, desk.hand)) * per
    strokes = line(text, desk.hand, size_px=size, pen_px=desk.pen_px, rng=rng)
    desk.lay(strokes, (rect.y + rect.h / 2) * per, (rect.x + 8) * per)
    return text


def _in_box(desk: _Desk, box: Rect, shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return (np.array([box.x, box.y]) + shares * [box.w, box.h]) * desk.px_per_mm / 10


def _smooth(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Chaikin's corner cutting, twice: a hand does not turn corners."""
    for _ in range(2):
        if len(points) < 3:
            return points
        near, far = points[:-1] * 0.75 + points[1:] * 0.25, points[:-1] * 0.25 + points[1:] * 0.75
        middle = np.stack([near, far], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], middle[1:-1], points[-1:]])
    return points


def _catalogue() -> dict[str, CatalogueField]:
    return {one.key: one for one in national().fields}
