"""What keeps a side of a sheet from being read, and where on the picture it is.

One measurement for everybody: the guardian's page, the teacher's list and the review show the
same trouble with their own sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from services.scan.flat.plate import Points
from services.scan.flat.registration import Registration
from services.scan.image.markers import Frame, find_markers, frame_of
from services.scan.image.source import Gray, Source
from shared.kernel.sheet_code import Side
from shared.layout.model import Layout, Rect

# A ball pen's stroke is half a millimetre: where an edge takes longer, strokes run together.
SOFT_MM = 1.0
MIN_PX_PER_MM = 3.2
GLARE_LEVEL = 250
GLARE_SHARE = 0.35  # of a field that is white beyond paper
PAPER_LEVEL = 245  # a page that is as white everywhere was scanned, or has no glare to speak of
_PX = 10.0  # per mm, where edges are measured
_AROUND = 12  # 0.1 mm beside a square: less than its white ring
_SIDE = 1000  # pixels of the longer side, where nothing is known of the sheet's own size
_SOFT_SIDE_PX = (
    4.0  # a fold, a finger or a crop leaves 2 .. 3; blur that hides markers 4.3 and more
)
_SAMPLE = 4.0  # pixels per mm, for levels
_BEYOND = 0.004  # of the picture's longer side: a marker cut by the frame is outside

Quad = tuple[tuple[int, int], ...]


class Trouble(StrEnum):
    """Why changes or signature cannot be read; "" where they can."""

    NONE = ""
    CORNER_OUTSIDE = "corner_outside"
    CORNER_COVERED = "corner_covered"
    TOO_SMALL = "too_small"
    BLURRED = "blurred_changes"
    NOT_FLAT = "not_flat"
    GLARE = "glare_on_signature"


@dataclass(frozen=True, slots=True)
class Found:
    """A trouble and where it is: polygons in thousandths of the picture's width and height."""

    trouble: Trouble = Trouble.NONE
    places: tuple[Quad, ...] = ()
    field: Rect | None = None  # of the layout, where the place is one


def trouble_of(source: Source, page: Registration | None, layout: Layout, side: Side) -> Found:
    """The trouble that hides most, or none.

    Raises:
        UnreadableError: the picture has no pixels.
    """
    if not layout.cells_of(side):
        return Found()  # nothing is written on this side
    if page is None or page.quality.markers < len(layout.markers):
        corner = _corner_trouble(source, layout)
        if page is None or (corner.places and not page.quality.may_read_cells):
            return corner
    if not page.quality.may_read_cells:
        return Found(_why_not(page, layout))
    if softness(page, layout.ticks) > SOFT_MM:
        return Found(Trouble.BLURRED)
    signature = layout.signature_rect if side is layout.signature_side else None
    if signature is not None and has_glare(page, signature):
        return Found(Trouble.GLARE, (place_of(page, signature),), signature)
    return Found()


def softness(page: Registration, ticks: Sequence[Rect]) -> float:
    """How many millimetres the edge of a black square takes from black to white, the median."""
    widths = [_edge_width(page.crop(tick, _PX, margin=_AROUND)) for tick in ticks]
    sharp = [width for width in widths if width > 0]
    return float(np.median(sharp)) if sharp else 99.0


def has_glare(page: Registration, field: Rect) -> bool:
    """Whether light hides what a field holds: whiter than the paper around it."""
    crop = page.crop(field, _SAMPLE)
    if float((crop >= GLARE_LEVEL).mean()) < GLARE_SHARE:
        return False
    return paper_level(page) < PAPER_LEVEL


def paper_level(page: Registration) -> float:
    """The paper's own grey level: the median beside the squares of both edges."""
    height, width = page.picture.shape
    middle = page.picture[
        height // 8 : -height // 8 or None : 8, width // 8 : -width // 8 or None : 8
    ]
    return float(np.percentile(middle, 70)) if middle.size else 255.0


def corners_of(page: Registration, layout: Layout) -> Quad:
    """The paper's corners, clockwise from its own top left, in thousandths of the picture."""
    width, height = layout.page_size
    return _thousandths(page.to_picture(_quad(Rect(0, 0, width, height))), page.picture)


def place_of(page: Registration, field: Rect) -> Quad:
    """A field's corners in thousandths of the picture as it was sent."""
    return _thousandths(page.to_picture(_quad(field)), page.picture)


def place_in_paper(field: Rect, layout: Layout) -> Quad:
    """The same in thousandths of the paper laid flat."""
    scaled = _quad(field) / layout.page_size * 1000
    return tuple((round(x), round(y)) for x, y in scaled)


def _why_not(page: Registration, layout: Layout) -> Trouble:
    if page.px_per_mm < MIN_PX_PER_MM:
        return Trouble.TOO_SMALL
    if softness(page, layout.ticks) > SOFT_MM:
        return Trouble.BLURRED
    return Trouble.NOT_FLAT


def _edge_width(crop: Gray) -> float:
    """10 to 90 % of the way, taken as contrast over steepest slope; 0 where there is no square."""
    levels = crop.astype(np.float32)
    middle = slice(round(0.42 * crop.shape[0]), round(0.58 * crop.shape[0]) + 1)
    widths = []
    for profile in (levels[middle].mean(axis=0), levels[:, middle].mean(axis=1)):
        contrast = float(np.percentile(profile, 95) - np.percentile(profile, 5))
        slope = float(np.abs(np.gradient(profile)).max())
        if contrast < 25 or slope <= 0:
            return 0.0
        widths.append(0.8 * contrast / slope / _PX)
    return max(widths)


def _corner_trouble(source: Source, layout: Layout) -> Found:
    """Which corners are missing, and whether for being outside or under something, or blurred."""
    picture = source.half
    if _is_soft(picture):
        return Found(Trouble.BLURRED)
    found = find_markers(picture)
    frame = frame_of(found)
    if frame is None:
        return Found(Trouble.CORNER_COVERED if found else Trouble.NOT_FLAT)
    quads = {
        marker.id: _seen(frame, marker.rect) for marker in layout.markers if marker.id not in found
    }
    outside = [quad for quad in quads.values() if _leaves(quad, picture)]
    shown = outside or list(quads.values())
    places = tuple(_thousandths(quad, picture) for quad in shown)
    return Found(Trouble.CORNER_OUTSIDE if outside else Trouble.CORNER_COVERED, places)


def _is_soft(picture: Gray) -> bool:
    """Whether even the steepest edges of a picture take long from dark to light."""
    scale = min(1.0, _SIDE / max(picture.shape))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    across = cv2.Sobel(small, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(small, cv2.CV_32F, 0, 1, ksize=3)
    steepest = float(np.percentile(cv2.magnitude(across, down), 99.7)) / 8
    low, high = np.percentile(small, (1, 95))
    return bool(high - low > _SOFT_SIDE_PX * steepest)


def _seen(frame: Frame, rect: Rect) -> Points:
    return np.asarray(frame.to_picture(_quad(rect)), np.float64)


def _quad(rect: Rect) -> Points:
    corners = (
        (rect.x, rect.y),
        (rect.right, rect.y),
        (rect.right, rect.bottom),
        (rect.x, rect.bottom),
    )
    return np.array(corners, float)


def _leaves(quad: Points, picture: Gray) -> bool:
    height, width = picture.shape
    slack = _BEYOND * max(height, width)
    return bool(
        (quad < slack).any()
        or (quad[:, 0] > width - slack).any()
        or (quad[:, 1] > height - slack).any()
    )


def _thousandths(points: Points, picture: Gray) -> Quad:
    height, width = picture.shape
    scaled = np.clip(np.round(points / [width, height] * 1000), 0, 1000)
    return tuple((int(x), int(y)) for x, y in scaled)
