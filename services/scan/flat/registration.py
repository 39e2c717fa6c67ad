"""Lays a sheet flat: one mapping from its layout to the pixels of a picture, and how good it is.

Markers give the plane, the squares along the long edges and the table's rules what the paper does
besides. Only this mapping multiplies by a scale.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

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
from services.scan.image.markers import MARKERS, find_markers, find_markers_fast
from services.scan.image.source import Gray
from shared.kernel.sheet_code import Side
from shared.layout.model import Layout, Rect

FLAT_PX_PER_MM = 6.0
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
_FAR = 500  # 0.1 mm outwards of a cell's upright rule that the next one may be
_COLUMN = 60.0  # 0.1 mm of a cell's width that are asked for together
_HELD = 0.6  # of its columns
_FAST_SIDE = 1200  # pixels, in which the markers of most pages are found
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
    level: Points = field(default_factory=lambda: np.empty((0, 2)))  # where rules were followed
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
        off = beside[:, 0] - rect.x, rect.right - beside[:, 0]
        near_by = [bool((np.abs(one) <= _NEAR).any()) for one in off]
        # Where one of its rules was lost, the next one outwards still says how the paper lies.
        between = [bool(((one >= -_FAR) & (one <= _NEAR)).any()) for one in off]
        return any(near_by) and all(between)

    @cached_property
    def flat(self) -> Gray:
        """The whole paper laid flat at `FLAT_PX_PER_MM`: what most questions are put to."""
        return self.warp(self.picture, Rect(0, 0, *self.size), FLAT_PX_PER_MM)

    def crop(self, rect: Rect, px_per_mm: float, *, margin: int = 0) -> Gray:
        """A rectangle of the layout, cut out flat, with `margin` in 0.1 mm around it."""
        return self.warp(self.picture, rect.grown(margin), px_per_mm)

    def warp(
        self, picture: npt.NDArray[np.uint8], area: Rect, px_per_mm: float
    ) -> npt.NDArray[np.uint8]:
        """The same out of any picture of this page, whatever its size."""
        pixel = 10 / px_per_mm  # of the crop, in 0.1 mm
        width, height = (max(2, round(side / pixel)) for side in (area.w, area.h))
        # Between the nodes of a grid the map is straight; one more lies beyond every edge.
        step = max(2, round(_GRID / pixel))
        at = [(np.arange(-1, side // step + 2) + 0.5) * step * pixel for side in (width, height)]
        points = np.stack(np.meshgrid(area.x + at[0], area.y + at[1]), axis=-1)
        scale = picture.shape[1] / self.picture.shape[1]
        seen = (self.to_picture(points.reshape(-1, 2)) + 0.5) * scale - 0.5
        nodes = seen.reshape(points.shape).astype(np.float32)
        whole = cv2.resize(nodes, None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR)
        maps = whole[step : step + height, step : step + width]
        flat = cv2.remap(  # type: ignore[call-overload]  # one map of pairs: its stubs want two
            picture,
            maps,
            None,
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
    # Squares stand beside the table's outer rules and say as well where these lie.
    sides = np.concatenate([across.places, controls.places])
    return replace(edges, bend=bend, quality=quality, level=down.places, upright=sides)


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
    """All four where they are, fast; what is not is looked for in more and more pixels."""
    found: dict[int, Points] = {}
    for picture, find in (
        (_at_most(full, _FAST_SIDE), find_markers_fast),
        (half, find_markers),
        (full, find_markers),
    ):
        again = find(picture)
        if len(again) > len(found):
            grow = full.shape[1] / picture.shape[1]
            found = {
                id_: _refined(full, (corners + 0.5) * grow - 0.5) for id_, corners in again.items()
            }
        if len(found) == MARKERS:
            break
    return found


def _at_most(picture: Gray, side: int) -> Gray:
    scale = side / max(picture.shape)
    if scale >= 1:
        return picture
    return np.asarray(
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )


def _refined(full: Gray, corners: Points) -> Points:
    reach = max(2, round(float(np.linalg.norm(corners[1] - corners[0])) / 12))
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.01)
    start = corners.astype(np.float32).reshape(-1, 1, 2)
    fine = cv2.cornerSubPix(full, start, (reach, reach), (-1, -1), criteria)
    return np.asarray(fine, np.float64).reshape(4, 2)


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
