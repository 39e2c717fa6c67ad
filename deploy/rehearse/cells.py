"""Single cells as they are cut out of a sheet that was laid flat: writing, or none, with its truth.

Around the writing lie what a cut leaves: rules, comb boxes, creases, print of the other side,
uneven light, grain and JPEG.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import simplejpeg

from deploy.rehearse.hands.pens import ColourImage, Pen, PenKind, inked, lay_ink, pen
from deploy.rehearse.hands.texts import TextKind, Written, a_text
from deploy.rehearse.hands.writing import Hand, can_write, combed, hand, length, line, trimmed
from deploy.rehearse.seeds import seeded

Gray = npt.NDArray[np.uint8]  # (height, width), 0 black .. 255 white
Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels

_ROW_MM = 9.0
_TRIES = 20
_COMBED = {TextKind.ID, TextKind.DATE, TextKind.PHONE}
BLANK_SHARE = 0.06  # of the cells of a kind that nobody wrote into


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks; None draws it from the seed."""

    comb: bool | None = None
    rules: bool | None = None
    lines: int = 1
    is_clean: bool = False  # no grain, no uneven light, hardly any compression
    pen: PenKind | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cut cell and what is in it; an empty text is a blank cell."""

    jpeg: bytes
    written: Written
    hand: str
    pen: str
    has_comb: bool
    lines: int

    @property
    def grey(self) -> Gray:
        """Its pixels."""
        return np.asarray(simplejpeg.decode_jpeg(self.jpeg, "GRAY")[..., 0], np.uint8)


@dataclass(frozen=True, slots=True)
class _Ground:
    """A piece of paper before anything is written on it."""

    page: ColourImage
    px_per_mm: float


def a_cell(kind: TextKind, seed: int) -> Cell:
    """A cell of a kind by seed; one of sixteen is blank, the others hold a text of that kind."""
    rng = seeded(1000 + list(TextKind).index(kind), seed)
    if rng.random() < BLANK_SHARE:
        return blank_cell(seed, comb=kind in _COMBED and rng.random() < 0.5)
    for _ in range(_TRIES):
        written, writer = a_text(kind, rng), hand(rng)
        if can_write(written.text, writer):
            break
    lines = 1 + int(kind is TextKind.ADDRESS and rng.random() < 0.4)
    return cell_with(written, seed=seed, writer=writer, style=Style(lines=lines))


def cell_with(
    written: Written, *, seed: int, writer: Hand | None = None, style: Style = Style()
) -> Cell:
    """A cell with a text in it; the same seed and hand give the same bytes.

    Raises:
        UnwritableError: a font of the hand lacks a character.
    """
    rng = seeded(24, seed)
    writer = writer or hand(rng)
    tool = pen(rng, style.pen)
    text = written.text
    is_comb = style.comb
    if is_comb is None:
        is_comb = text.isascii() and text[:-1].isdigit() and rng.random() < 0.4
    if is_comb:
        ground, boxes = _combed_cell(text, writer, tool, rng)
    else:
        ground, boxes = _free_cell(text, writer, tool, style.lines, rng)
    jpeg = _cut_out(ground, boxes, style, rng)
    return Cell(jpeg, written, writer.name, tool.kind.value, is_comb, style.lines)


def blank_cell(seed: int, *, comb: bool = False, soil: bool = True) -> Cell:
    """A cell nobody wrote into: rules, combs, creases and what shines through from behind."""
    rng = seeded(29, seed)
    ground = _ground(float(rng.uniform(0.3, 1.0)) * 76.0, 1, rng)
    height, width = ground.page.shape[:2]
    boxes = _boxes(width, height, int(rng.integers(6, 18))) if comb else []
    if soil and rng.random() < 0.4:
        _crease(ground.page, rng)
    if soil and rng.random() < 0.4:
        _shine_through(ground, rng)
    jpeg = _cut_out(ground, boxes, Style(rules=True), rng)
    return Cell(jpeg, Written("", "", TextKind.TEXT), "", "", comb, 1)


def _ground(width_mm: float, lines: int, rng: np.random.Generator) -> _Ground:
    per = float(rng.uniform(5.8, 11))
    size = (round(_ROW_MM * per * (1 if lines == 1 else 1.4)), round(width_mm * per))
    paper = int(rng.integers(178, 251))
    tint = np.array([rng.uniform(0.94, 1.0), rng.uniform(0.98, 1.0), 1.0])
    page = np.full((*size, 3), paper, np.uint8)
    return _Ground(np.asarray(page * tint, np.uint8), per)


def _free_cell(
    text: str, writer: Hand, tool: Pen, lines: int, rng: np.random.Generator
) -> tuple[_Ground, list[Box]]:
    share = float(rng.uniform(0.5, 0.8)) * (1 if lines == 1 else 0.62)
    parts = _split(text, lines)
    long_mm = max(length(one, writer) for one in parts) * share * _ROW_MM
    ground = _ground(long_mm + float(rng.uniform(4, 16)), lines, rng)
    per = ground.px_per_mm
    height = ground.page.shape[0]
    left = float(rng.uniform(1.2, 3.5)) * per
    for place, part in enumerate(parts):
        strokes = line(
            part,
            writer,
            size_px=share * _ROW_MM * per,
            pen_px=tool.width_mm * per,
            rng=rng,
        )
        middle = height * (place + 0.5) / len(parts) + rng.normal(0, 0.02) * height
        _lay(ground, strokes, tool, (left, middle), rng)
    return ground, []


def _combed_cell(
    text: str, writer: Hand, tool: Pen, rng: np.random.Generator
) -> tuple[_Ground, list[Box]]:
    pitch_mm = float(rng.uniform(3.8, 4.4))
    ground = _ground(pitch_mm * len(text) + 4, 1, rng)
    per = ground.px_per_mm
    height, width = ground.page.shape[:2]
    boxes = _boxes(width, height, len(text))
    middles = [(box[0] + box[2] - boxes[0][0] - boxes[0][2]) / 2 for box in boxes]
    size = min(7.0 * 1.1, pitch_mm * 1.7) * per * float(rng.uniform(0.8, 1.05))
    strokes = combed(text, writer, middles, size_px=size, pen_px=tool.width_mm * per, rng=rng)
    cut, _ = trimmed(strokes)
    left = (boxes[0][0] + boxes[-1][2] - cut.shape[1]) / 2
    _lay(ground, strokes, tool, (left, height / 2), rng)
    return ground, boxes


def _lay(
    ground: _Ground,
    strokes: npt.NDArray[np.float32],
    tool: Pen,
    at: tuple[float, float],
    rng: np.random.Generator,
) -> None:
    cut, _ = trimmed(strokes)
    ink = inked(cut, tool, ground.px_per_mm, rng)
    lay_ink(ground.page, ink, (round(at[0]), round(at[1] - cut.shape[0] / 2)), tool)


def _split(text: str, lines: int) -> list[str]:
    cut = -(-len(text) // lines)
    return [text[at : at + cut] for at in range(0, len(text), cut)]


def _boxes(width: int, height: int, count: int) -> list[Box]:
    left, right, top = width * 0.03, width * 0.97, round(height * 0.1)
    pitch = (right - left) / count
    return [
        (round(left + pitch * k), top, round(left + pitch * (k + 1)), height - top)
        for k in range(count)
    ]


def _crease(page: ColourImage, rng: np.random.Generator) -> None:
    height, width = page.shape[:2]
    dark = np.zeros((height, width), np.float32)
    x = int(rng.integers(0, width))
    cv2.line(dark, (x, 0), (x + int(rng.normal(0, 20)), height), float(rng.uniform(0.04, 0.12)), 3)
    soft = cv2.GaussianBlur(dark, (0, 0), 2)
    page[:] = (page * (1 - soft[..., None])).astype(np.uint8)


def _shine_through(ground: _Ground, rng: np.random.Generator) -> None:
    """Writing on the other side of the paper."""
    tool = pen(rng, PenKind.GEL)
    strokes = line(
        "2014.5.6"[: int(rng.integers(3, 9))],
        hand(rng),
        size_px=5 * ground.px_per_mm,
        pen_px=4.0,
        rng=rng,
    )
    cut, _ = trimmed(strokes)
    ghost = cv2.GaussianBlur(np.ascontiguousarray(cut[:, ::-1]), (0, 0), 2.0)
    ink = inked(np.asarray(ghost, np.float32), tool, ground.px_per_mm, rng)
    lay_ink(ground.page, ink * np.float32(rng.uniform(0.03, 0.1)), (8, 6), tool)


def _cut_out(ground: _Ground, boxes: list[Box], style: Style, rng: np.random.Generator) -> bytes:
    """What lies around the writing, then light, lens, grain and file."""
    page = ground.page
    pale, stroke = int(255 * rng.uniform(0.65, 0.82)), int(rng.integers(1, 3))
    for box in boxes:
        cv2.rectangle(page, box[:2], box[2:], (pale,) * 3, stroke)
    if style.rules or (style.rules is None and rng.random() < 0.5):
        _border(page, rng)
    if style.is_clean:
        return _jpeg(page, 95)
    fall = 1 - np.linspace(0, float(rng.uniform(0, 0.18)), page.shape[1], dtype=np.float32)
    level = cv2.GaussianBlur(page * fall[None, :, None], (0, 0), float(rng.uniform(0.3, 0.9)))
    grain = rng.normal(0, float(rng.uniform(0.5, 4)), (*page.shape[:2], 1))
    return _jpeg(np.clip(level + grain, 0, 255).astype(np.uint8), int(rng.integers(45, 92)))


def _jpeg(page: ColourImage, quality: int) -> bytes:
    encoded: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(page), quality=quality, colorspace="BGR"
    )
    return encoded


def _border(page: ColourImage, rng: np.random.Generator) -> None:
    """What is left of the cell's own rules at the edges of the crop."""
    height, width = page.shape[:2]
    dark = (int(255 * rng.uniform(0.15, 0.6)),) * 3
    inset = max(1, int(height * 0.05))
    tilt = int(rng.integers(-1, 2))
    for edge in range(4):
        if rng.random() < 0.35:
            continue
        at, thick = int(rng.integers(0, inset + 1)), int(rng.integers(1, 3))
        if edge < 2:
            y = at if edge == 0 else height - 1 - at
            cv2.line(page, (0, y), (width, y + tilt), dark, thick)
        else:
            x = at if edge == 2 else width - 1 - at
            cv2.line(page, (x, 0), (x + tilt, height), dark, thick)
