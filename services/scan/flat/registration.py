"""Lays a sheet flat: one mapping from its layout to the pixels of a picture, and how good it is.

Markers give the plane, the squares along the long edges and the table's rules what the paper does
besides. Only this mapping multiplies by a scale.
"""

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.flat.edge import find_ticks
from services.scan.flat.plate import (
    Controls,
    Points,
    SampledBend,
    Sheet,
    grid_of,
    left_out,
    plate_at,
    project,
)
from services.scan.flat.rules import Followed, follow_rules
from services.scan.image.markers import find_markers
from services.scan.image.source import Gray
from shared.kernel.sheet_code import Side
from shared.layout.model import Layout, Rect

MIN_MARKERS = 3
MIN_TICKS = 6  # of the nine of each long edge
MAX_RESIDUAL_MM = 1.2
MAX_INNER_MM = 0.4  # nineteen of twenty places of the rules lie nearer
MIN_RULES = 0.3  # of the rules that must have been followed
_TICK_SLACK = 0.02
_RULE_SLACK = 1.0  # one block of a rule says less than a square, and there are hundreds
_OUTLIER_MM = 1.2
_RULE_OUTLIER = 6.0  # 0.1 mm off what its neighbours say
_FEWEST_PLACES = 20  # of rules that may pull the page
_NEAR = 40  # 0.1 mm above or below a cell where a rule still says where it lies
_BESIDE = 200  # 0.1 mm further up or down that a rule at its left and right may be known
_COLUMN = 60.0  # 0.1 mm of a cell's width that are asked for together
_HELD = 0.6  # of its columns
_GRID = 30  # 0.1 mm between the points of a crop that are really mapped


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a page is registered."""

    markers: int
    ticks: tuple[int, int]  # found on the left and on the right edge
    rms_mm: float  # of each square against all the others
    max_mm: float
    rules: float = 0.0  # share of the table's rules that were followed
    inner_mm: float = 0.0  # of these, what nineteen of twenty miss the mapping by at most

    @property
    def may_read_cells(self) -> bool:
        """Whether what lies in a cell can be told from what lies beside it."""
        return (
            self.markers >= MIN_MARKERS
            and min(self.ticks) >= MIN_TICKS
            and self.max_mm <= MAX_RESIDUAL_MM
            and self.rules >= MIN_RULES
            and self.inner_mm <= MAX_INNER_MM
        )


@dataclass(frozen=True)
class Registration:
    """A picture of one side of a sheet, and where everything of its layout lies in it."""

    picture: Gray
    matrix: Points  # (3, 3), the plane in 0.1 mm to pixels
    bend: SampledBend
    quality: Quality
    size: tuple[int, int]  # of the paper, 0.1 mm
    level: Points = field(default_factory=lambda: np.empty((0, 2)))  # places of followed rules
    upright: Points = field(default_factory=lambda: np.empty((0, 2)))

    def to_picture(self, points: Points) -> Points:
        """Where points of the paper, (n, 2) in 0.1 mm, lie in the picture, in pixels."""
        return project(self.matrix, self.bend.at(points))

    @property
    def px_per_mm(self) -> float:
        """Pixels per millimetre of paper, the median of the page."""
        xs, ys = (np.linspace(0.1 * side, 0.9 * side, 5) for side in self.size)
        places = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
        ends = project(self.matrix, places + np.array([10.0, 0.0])) - project(self.matrix, places)
        return float(np.median(np.linalg.norm(ends, axis=1)))

    def holds(self, rect: Rect) -> bool:
        """Whether rules were followed around a rectangle, so that it lies where it is cut.

        A page may be registered well on the whole and strayed where a fold hid its rules.
        """
        middle = rect.y + rect.h / 2
        near = np.abs(self.level[:, 1] - middle) <= rect.h / 2 + _NEAR
        columns = np.arange(rect.x, rect.right, _COLUMN)
        seen = {int((x - rect.x) // _COLUMN) for x in self.level[near, 0] if rect.x <= x}
        if len(seen & set(range(len(columns)))) < _HELD * len(columns):
            return False
        beside = self.upright[np.abs(self.upright[:, 1] - middle) <= _BESIDE]
        edges = (rect.x, rect.right)
        return all((np.abs(beside[:, 0] - edge) <= _NEAR).any() for edge in edges)

    def crop(self, rect: Rect, px_per_mm: float, *, margin: int = 0) -> Gray:
        """A rectangle of the layout, cut out flat, with `margin` in 0.1 mm around it."""
        return self.warp(self.picture, rect.grown(margin), px_per_mm)

    def warp(
        self, picture: npt.NDArray[np.uint8], area: Rect, px_per_mm: float, *, scale: float = 1.0
    ) -> npt.NDArray[np.uint8]:
        """The same out of another picture of this page, `scale` times as large."""
        size = tuple(max(2, round(side * px_per_mm / 10)) for side in (area.w, area.h))
        across, down = (max(2, round(side / _GRID) + 1) for side in (area.w, area.h))
        half = 5 / px_per_mm  # half a pixel of the crop, in 0.1 mm
        xs = np.linspace(area.x + half, area.right - half, across)
        ys = np.linspace(area.y + half, area.bottom - half, down)
        points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
        seen = ((self.to_picture(points) + 0.5) * scale - 0.5).astype(np.float32)
        maps = _finer(seen.reshape(down, across, 2), (size[0], size[1]))
        flat = cv2.remap(
            picture,
            maps[..., 0],
            maps[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(255, 255, 255),
        )
        return np.asarray(flat, np.uint8)


def register(full: Gray, half: Gray, layout: Layout, side: Side) -> Registration | None:
    """Find a sheet in a picture; None with fewer than three of its markers.

    Args:
        full: grey pixels, the largest there are.
        half: the same page smaller, or the same.
        layout: what is printed on it.
        side: which side the codes say it is.
    """
    found = _markers(full, half)
    if len(found) < MIN_MARKERS:
        return None
    rects = {marker.id: marker.rect for marker in layout.markers}
    paper = np.concatenate([_corners_of(rects[id_]) for id_ in sorted(found)])
    seen = np.concatenate([found[id_] for id_ in sorted(found)])
    matrix, _ = cv2.findHomography(paper, seen, 0)
    if matrix is None or not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < 1e-12:
        return None
    plane = np.asarray(matrix, np.float64)
    controls, quality = _by_edges(full, layout, plane, found)
    bend = _bend_by(controls, layout.page_size)
    edges = Registration(full, plane, bend, quality, layout.page_size)
    return _with_rules(edges, controls, layout, side)


def _by_edges(
    picture: Gray, layout: Layout, matrix: Points, markers: dict[int, Points]
) -> tuple[Controls, Quality]:
    """What markers and squares say of the bend, squares that fit no others left out."""
    ticks = find_ticks(picture, layout.ticks, lambda points: project(matrix, points))
    rects = {marker.id: marker.rect for marker in layout.markers}
    back = np.asarray(np.linalg.inv(matrix), np.float64)
    fixed = np.array([_middle(rects[id_]) for id_ in sorted(markers)])
    corners = np.concatenate([markers[id_] for id_ in sorted(markers)])
    fixed_at = project(back, corners).reshape(-1, 4, 2).mean(axis=1)
    while True:
        places = sorted(ticks)
        spots = [_middle(layout.ticks[i]) for i in places]
        seen = project(back, np.array([ticks[i] for i in places]).reshape(-1, 2))
        paper = np.concatenate([fixed, np.array(spots, float).reshape(-1, 2)])
        off = np.concatenate([fixed_at, seen]) - paper
        controls = Controls(paper, off, np.full(len(paper), _TICK_SLACK))
        left = left_out(controls)[len(fixed) :]
        if len(left) <= MIN_TICKS or left.max() <= 10 * _OUTLIER_MM:
            break
        del ticks[places[int(left.argmax())]]  # the one that fits its neighbours worst
    on_left = sum(layout.ticks[i].x < layout.page_size[0] / 2 for i in places)
    quality = Quality(
        markers=len(fixed),
        ticks=(on_left, len(places) - on_left),
        rms_mm=float(np.sqrt((left**2).mean())) / 10 if len(left) else 99.0,
        max_mm=float(left.max()) / 10 if len(left) else 99.0,
    )
    return controls, quality


def _bend_by(controls: Controls, size: tuple[int, int]) -> SampledBend:
    """The bend that squares and markers alone say."""
    xs, ys = grid_of(size)
    points = np.stack(np.meshgrid(xs, ys), axis=-1)
    offsets = plate_at(controls, points.reshape(-1, 2))
    return SampledBend(offsets.reshape(points.shape))


def _with_rules(
    edges: Registration, controls: Controls, layout: Layout, side: Side
) -> Registration:
    """Let the table's rules say what the edges cannot, where they agree among themselves."""
    if side not in layout.sides or not layout.cells_of(side):
        return edges
    level, upright = follow_rules(layout, side, edges.crop)
    across = _pulled(edges, controls.along(0), upright, axis=0)
    down = _pulled(edges, controls.along(1), level, axis=1)
    missed = np.abs(np.concatenate([across.missed, down.missed]))
    quality = replace(
        edges.quality,
        rules=min(level.share, upright.share),
        inner_mm=float(np.percentile(missed, 95)) / 10 if len(missed) else 99.0,
    )
    bend = SampledBend(np.stack([across.grid, down.grid], axis=-1))
    return replace(edges, bend=bend, quality=quality, level=down.places, upright=across.places)


@dataclass(frozen=True, slots=True)
class _Pulled:
    """One direction of a bend after its rules were heard."""

    grid: Points
    missed: Points  # by how much each place of a rule misses it, 0.1 mm
    places: Points  # where it holds


def _pulled(edges: Registration, controls: Controls, followed: Followed, *, axis: int) -> _Pulled:
    """A direction pulled to its rules; as it was where they agree no better with the new one."""
    old = _Pulled(edges.bend.grid[..., axis], followed.offsets, followed.places)
    if len(followed.offsets) < _FEWEST_PLACES:
        return old
    here = (edges.bend.at(followed.places) - followed.places)[:, axis] + followed.offsets
    slack = np.full(len(here), _RULE_SLACK)
    kept = np.full(len(here), True)
    for _ in range(2):  # with all, then without those that lie off
        sure = Controls(followed.places[kept], here[kept], slack[kept])
        sheet = Sheet(controls.joined(sure), edges.size)
        off = sheet.at(followed.places) - here
        kept = np.abs(off) <= _RULE_OUTLIER
        if kept.sum() < _FEWEST_PLACES:
            return old
        if kept.all():
            break
    if _rms(off) >= _rms(followed.offsets):
        return old
    return _Pulled(sheet.on_grid(*grid_of(edges.size)), off, followed.places[kept])


def _rms(values: Points) -> float:
    return float(np.sqrt((values**2).mean()))


def _markers(full: Gray, half: Gray) -> dict[int, Points]:
    found = find_markers(half)
    if len(found) < 4 and full is not half:
        again = find_markers(full)
        if len(again) > len(found):
            return again
    grow = full.shape[1] / half.shape[1]
    if grow < 1.05:
        return found
    return {id_: _refined(full, (corners + 0.5) * grow - 0.5) for id_, corners in found.items()}


def _refined(full: Gray, corners: Points) -> Points:
    reach = max(2, round(float(np.linalg.norm(corners[1] - corners[0])) / 12))
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.01)
    start = corners.astype(np.float32).reshape(-1, 1, 2)
    fine = cv2.cornerSubPix(full, start, (reach, reach), (-1, -1), criteria)
    return np.asarray(fine, np.float64).reshape(4, 2)


def _finer(coarse: npt.NDArray[np.float32], size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """A map at every pixel from one at the corners of a grid."""
    xs = np.linspace(0, coarse.shape[1] - 1, size[0], dtype=np.float32)
    ys = np.linspace(0, coarse.shape[0] - 1, size[1], dtype=np.float32)
    return np.asarray(cv2.remap(coarse, *np.meshgrid(xs, ys), cv2.INTER_LINEAR), np.float32)


def _middle(rect: Rect) -> list[float]:
    return [rect.x + rect.w / 2, rect.y + rect.h / 2]


def _corners_of(rect: Rect) -> Points:
    corners = [
        [rect.x, rect.y],
        [rect.right, rect.y],
        [rect.right, rect.bottom],
        [rect.x, rect.bottom],
    ]
    return np.array(corners, np.float64)
