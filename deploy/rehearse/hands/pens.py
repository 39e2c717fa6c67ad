"""What a hand writes with: colour, width, and what the pen leaves of a stroke on paper."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from deploy.rehearse.hands.faces import Ink

ColourImage = npt.NDArray[np.uint8]  # (height, width, 3), blue green red


class PenKind(StrEnum):
    """The pens that lie in a classroom."""

    BALLPOINT = "ballpoint"
    GEL = "gel"
    PENCIL = "pencil"
    FAINT_PENCIL = "faint_pencil"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Pen:
    """One pen in one hand."""

    kind: PenKind
    colour: tuple[int, int, int]  # blue green red
    width_mm: float
    darkness: float  # 0 leaves nothing .. 1 its colour in full
    pressure: float  # how much the width varies, as a share of it
    grain: float  # 0 closed strokes .. 1 half of the paper shows through


_INKS = ((25, 22, 20), (28, 24, 24), (105, 45, 25), (130, 62, 28), (70, 40, 30))
_GRAPHITE = (62, 60, 60)
_USUAL = (0.42, 0.42, 0.11, 0.03, 0.02)  # shares of the kinds, in their order


def pen(rng: np.random.Generator, kind: PenKind | None = None) -> Pen:
    """Pick up a pen; of a kind, or as often as the kinds are used."""
    taken = kind or list(PenKind)[int(rng.choice(len(PenKind), p=_USUAL))]
    colour = _INKS[int(rng.integers(len(_INKS)))]
    if taken is PenKind.BALLPOINT:
        return Pen(taken, colour, rng.uniform(0.3, 0.45), rng.uniform(0.72, 0.95), 0.22, 0.12)
    if taken is PenKind.GEL:
        return Pen(taken, colour, rng.uniform(0.4, 0.6), rng.uniform(0.9, 1.0), 0.08, 0.0)
    if taken is PenKind.RED:
        return Pen(taken, (45, 40, 205), rng.uniform(0.35, 0.5), rng.uniform(0.8, 1.0), 0.1, 0.05)
    low, high = (0.5, 0.75) if taken is PenKind.PENCIL else (0.28, 0.42)
    return Pen(taken, _GRAPHITE, rng.uniform(0.35, 0.6), rng.uniform(low, high), 0.25, 0.45)


def inked(
    field: npt.NDArray[np.float32], tool: Pen, px_per_mm: float, rng: np.random.Generator
) -> Ink:
    """What a pen leaves along strokes.

    Args:
        field: how far each pixel lies outside of the stroke, px; below 0 inside.
        tool: the pen.
        px_per_mm: of the field.
        rng: decides where the hand presses.
    """
    press = _slow_noise(field.shape, 5 * px_per_mm, rng) * tool.pressure * tool.width_mm
    ink = np.clip(press * px_per_mm / 2 + 0.5 - field, 0, 1)
    if tool.grain:
        ink *= 1 - tool.grain * _grain(field.shape, rng)
    return np.asarray(ink * tool.darkness, np.float32)


def lay_ink(page: ColourImage, ink: Ink, at: tuple[int, int], tool: Pen) -> None:
    """Lay ink onto a page, its top left corner `at` (x, y); what hangs over is cut off."""
    height, width = page.shape[:2]
    left, top = max(0, at[0]), max(0, at[1])
    right, bottom = min(width, at[0] + ink.shape[1]), min(height, at[1] + ink.shape[0])
    if left >= right or top >= bottom:
        return
    part = ink[top - at[1] : bottom - at[1], left - at[0] : right - at[0], None]
    # Ink takes light away; on print it cannot give any back.
    kept = 1 - part * (1 - np.array(tool.colour, np.float32) / 255)
    area = page[top:bottom, left:right]
    area[:] = (area * kept).astype(np.uint8)


def _slow_noise(shape: tuple[int, ...], period_px: float, rng: np.random.Generator) -> Ink:
    """Between about -1 and 1, changing over a period."""
    size = tuple(max(2, round(side / period_px) + 2) for side in shape)
    return np.asarray(
        cv2.resize(
            rng.uniform(-1, 1, size).astype(np.float32),
            (shape[1], shape[0]),
            interpolation=cv2.INTER_CUBIC,
        ),
        np.float32,
    )


def _grain(shape: tuple[int, ...], rng: np.random.Generator) -> Ink:
    """The paper's tooth, 0 .. 1."""
    rough = cv2.GaussianBlur(rng.uniform(0, 1, shape).astype(np.float32), (0, 0), 0.8)
    return np.asarray(np.clip((rough - 0.35) / 0.3, 0, 1), np.float32)
