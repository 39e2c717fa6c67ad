"""What happens to the paper itself: seals, stains, a pen across the code, another sheet."""

import cv2
import numpy as np
import numpy.typing as npt

ColourImage = npt.NDArray[np.uint8]  # (height, width, 3), blue green red
Box = tuple[float, float, float, float]  # left, top, right, bottom in page pixels


def coloured(page: npt.NDArray[np.uint8]) -> ColourImage:
    """A page, grey or colour, as a colour picture of its own."""
    if page.ndim == 2:
        return np.asarray(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    return page.copy()


def stamp_seal(page: ColourImage, per_mm: float, rng: np.random.Generator) -> Box:
    """Press a round red seal somewhere on the lower half, print shining through; where."""
    height, width = page.shape[:2]
    radius = int(19 * per_mm)
    x = int(rng.uniform(0.3, 0.8) * width)
    y = int(rng.uniform(0.55, 0.9) * height)
    ink = np.zeros((2 * radius + 9, 2 * radius + 9), np.uint8)
    middle = (radius + 4, radius + 4)
    cv2.circle(ink, middle, radius, 255, max(2, int(0.9 * per_mm)), cv2.LINE_AA)
    cv2.fillPoly(ink, [_star(middle, radius * 0.35)], 255, cv2.LINE_AA)
    for angle in np.linspace(np.radians(150), np.radians(390), 13):
        at = np.array(middle) + radius * 0.75 * np.array([np.cos(angle), np.sin(angle)])
        _scribble(ink, at, 2.6 * per_mm, max(1, int(0.4 * per_mm)), rng)
    worn = cv2.resize(rng.integers(90, 256, (9, 9), dtype=np.uint8), ink.shape[::-1])
    ink = np.asarray(cv2.multiply(ink, worn, scale=1 / 255), dtype=np.uint8)
    _tint(page, ink, (x - middle[0], y - middle[1]), (60, 50, 210))
    return (x - radius, y - radius, x + radius, y + radius)


def stain(page: ColourImage, per_mm: float, rng: np.random.Generator) -> Box:
    """Leave a coffee ring or a damp spot; where."""
    height, width = page.shape[:2]
    radius = int(rng.uniform(6, 30) * per_mm)
    mark = np.zeros((2 * radius + 9, 2 * radius + 9), np.uint8)
    middle = (radius + 4, radius + 4)
    is_ring = rng.random() < 0.5
    strength = int(rng.integers(40, 120))
    cv2.circle(mark, middle, radius, strength, int(2 * per_mm) if is_ring else -1, cv2.LINE_AA)
    mark = np.asarray(cv2.GaussianBlur(mark, (0, 0), 0.5 * per_mm), dtype=np.uint8)
    at = (int(rng.uniform(0, width)) - radius, int(rng.uniform(0, height)) - radius)
    _tint(page, mark, at, (120, 170, 200))
    return (at[0], at[1], at[0] + 2 * radius, at[1] + 2 * radius)


def crease(page: ColourImage, per_mm: float, rng: np.random.Generator, at: float = -1.0) -> None:
    """Leave the line of a fold: light on one side, dark on the other, its toner flaked off.

    `at` is the share of the page's height that it crosses at; below 0 it lies anywhere.
    """
    height, width = page.shape[:2]
    if at < 0 and rng.random() < 0.5:
        ends = [(rng.uniform(0, width), 0.0), (rng.uniform(0, width), float(height))]
    else:
        y = (at if at >= 0 else rng.uniform(0.05, 0.95)) * height
        ends = [(0.0, y), (float(width), y + rng.normal(0, 0.02 if at < 0 else 0.004) * height)]
    line = np.zeros((height, width), np.uint8)
    start, end = (tuple(round(value) for value in one) for one in ends)
    cv2.line(line, start, end, 255, max(1, round(0.25 * per_mm)), cv2.LINE_AA)
    reach = round(0.5 * per_mm)
    shade = cv2.GaussianBlur(line, (0, 0), 0.5 * per_mm)
    page[:] = cv2.subtract(page, cv2.merge([shade] * 3) // 3)
    lit = np.roll(shade, (reach, reach), (0, 1))
    page[:] = cv2.add(page, cv2.merge([lit] * 3) // 3)
    flaked = line > rng.integers(120, 400, (height, width))
    page[flaked] = np.maximum(page[flaked], 200)


def cross_out(
    page: ColourImage, box: tuple[int, int, int, int], per_mm: float, rng: np.random.Generator
) -> None:
    """Draw a pen stroke or two across a box (x, y, width, height in page pixels)."""
    x, y, width, height = box
    for _ in range(int(rng.integers(1, 3))):
        start = (x + rng.uniform(-0.1, 0.4) * width, y + rng.uniform(0, 1) * height)
        end = (x + rng.uniform(0.6, 1.1) * width, y + rng.uniform(0, 1) * height)
        bend = np.array([(start[0] + end[0]) / 2, (start[1] + end[1]) / 2]) + rng.normal(
            0, 3 * per_mm, 2
        )
        curve = _bezier(np.array(start), bend, np.array(end))
        cv2.polylines(page, [curve], False, (70, 40, 30), max(1, round(0.5 * per_mm)), cv2.LINE_AA)


def other_paper(rng: np.random.Generator) -> ColourImage:
    """Some other printed sheet, 4 px/mm, that lies in view."""
    page = np.full((1188, 840, 3), 238, np.uint8)
    y = 90
    while y < 1100:
        words = rng.uniform(0.4, 0.95) * 700
        x = 70.0
        while x < words:
            length = rng.uniform(12, 60)
            cv2.line(page, (int(x), y), (int(x + length), y), (70, 70, 70), 6)
            x += length + 10
        y += int(rng.integers(22, 40))
    return page


def _star(middle: tuple[int, int], radius: float) -> npt.NDArray[np.int32]:
    angles = np.arange(10) * np.pi / 5 - np.pi / 2
    radii = np.where(np.arange(10) % 2 == 0, radius, radius * 0.4)
    points = np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, None] + np.array(middle)
    return np.asarray(points, dtype=np.int32)


def _scribble(
    ink: npt.NDArray[np.uint8],
    at: npt.NDArray[np.float64],
    size: float,
    thickness: int,
    rng: np.random.Generator,
) -> None:
    for _ in range(5):
        ends = (at + rng.uniform(-size / 2, size / 2, (2, 2))).astype(np.int32)
        cv2.line(ink, ends[0].tolist(), ends[1].tolist(), 255, thickness, cv2.LINE_AA)


def _tint(
    page: ColourImage, ink: npt.NDArray[np.uint8], at: tuple[int, int], colour: tuple[int, int, int]
) -> None:
    """Multiply a colour into the page where `ink` says how much."""
    height, width = page.shape[:2]
    left, top = max(0, at[0]), max(0, at[1])
    right, bottom = min(width, at[0] + ink.shape[1]), min(height, at[1] + ink.shape[0])
    if left >= right or top >= bottom:
        return
    part = ink[top - at[1] : bottom - at[1], left - at[0] : right - at[0], None].astype(np.float32)
    gain = 1 - part / 255 * (1 - np.array(colour, np.float32) / 255)
    area = page[top:bottom, left:right]
    area[:] = (area * gain).astype(np.uint8)


def _bezier(
    start: npt.NDArray[np.float64], bend: npt.NDArray[np.float64], end: npt.NDArray[np.float64]
) -> npt.NDArray[np.int32]:
    t = np.linspace(0, 1, 16)[:, None]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
    return np.asarray(curve, dtype=np.int32)
