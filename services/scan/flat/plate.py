"""How the paper leaves its plane, bending as little as it can: a thin plate through measured places.

A few squares are met by the plate itself. Hundreds of places of rules would make that a second's
work; they are met by a sheet of cubic splines with the same energy, whose matrix is banded.
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.interpolate import BSpline, RBFInterpolator
from scipy.linalg import solveh_banded

Points = npt.NDArray[np.float64]

_STEP = 40.0  # 0.1 mm between places where a bend is worked out; a curl is centimetres wide
_BEYOND = 120.0  # of the paper's edge
_CM = 100.0  # 0.1 mm in a centimetre: the solver's numbers stay near one
_KNOTS = 120.0  # 0.1 mm: a fold between two rules is no sharper than a row is high
# The plate's kernel r^2 log r solves the plate equation up to this factor.
_ENERGY = 1 / (8 * np.pi)
_DEGREE = 3


@dataclass(frozen=True, slots=True)
class Controls:
    """Where something was measured, by how much, and how far it may be missed."""

    places: Points  # (n, 2), paper, 0.1 mm
    offsets: Points  # (n,) in one direction or (n, 2) in both, 0.1 mm
    slack: Points  # (n,), of the smoothing; 0 = exactly

    def along(self, axis: int) -> "Controls":
        """One direction of them: 0 across, 1 down."""
        return Controls(self.places, self.offsets[:, axis], self.slack)

    def joined(self, other: "Controls") -> "Controls":
        """Both together."""
        return Controls(
            np.concatenate([self.places, other.places]),
            np.concatenate([self.offsets, other.offsets]),
            np.concatenate([self.slack, other.slack]),
        )


def plate_at(controls: Controls, points: Points) -> Points:
    """The thin plate through a few controls, at points of the paper, in 0.1 mm."""
    surface = RBFInterpolator(
        controls.places / _CM,
        controls.offsets,
        kernel="thin_plate_spline",
        smoothing=controls.slack,
    )
    return np.asarray(surface(np.asarray(points, float) / _CM), np.float64)


def left_out(controls: Controls) -> Points:
    """How far each control lies from where all the others say it should, (n,), 0.1 mm.

    What a plate misses when it is laid without one of its controls follows from the plate with
    all of them: its weight there over the diagonal of the inverse (Dubrule 1983).
    """
    count = len(controls.slack)
    at = controls.places / _CM
    squared = ((at[:, None] - at[None]) ** 2).sum(axis=-1)
    kernel = 0.5 * squared * np.log(np.maximum(squared, 1e-300))
    planes = np.column_stack([np.ones(count), at])
    whole = np.zeros((count + 3, count + 3))
    whole[:count, :count] = kernel + np.diag(controls.slack)
    whole[:count, count:], whole[count:, :count] = planes, planes.T
    try:
        inverse = np.linalg.inv(whole)[:count, :count]
    except np.linalg.LinAlgError:
        return np.full(count, np.inf)  # all on one line: nothing says where another lies
    weights = inverse @ controls.offsets
    return np.asarray(np.linalg.norm(weights / np.diag(inverse)[:, None], axis=1), np.float64)


class Sheet:
    """One direction of a bend, known everywhere on the paper and a little beyond."""

    def __init__(self, controls: Controls, size: tuple[int, int]) -> None:
        """Through controls of one direction, on paper of a size in 0.1 mm."""
        self._spans = tuple(_Span(side) for side in size)
        weights = 1 / controls.slack
        rows = self._rows(controls.places)
        normal = (rows.T.multiply(weights)) @ rows + _ENERGY * _stiffness(*size)
        banded = _banded(normal, (_DEGREE + 1) * self._spans[0].count)
        right = rows.T @ (weights * controls.offsets)
        solved = solveh_banded(banded, right, lower=True, check_finite=False)
        self._weights = solved.reshape(self._spans[1].count, self._spans[0].count)

    def at(self, points: Points) -> Points:
        """The offset at points of the paper, (n, 2), in 0.1 mm."""
        return np.asarray(self._rows(points) @ self._weights.ravel(), np.float64)

    def on_grid(self, xs: Points, ys: Points) -> Points:
        """The offset at every pair of coordinates, (ys, xs), in 0.1 mm."""
        across, down = (
            span.rows(at).toarray() for span, at in zip(self._spans, (xs, ys), strict=True)
        )
        return np.asarray(down @ self._weights @ across.T, np.float64)

    def _rows(self, points: Points) -> sparse.csr_array:
        """The weight of each spline at each point, (points, splines), rows of splines together."""
        across, down = (span.rows(points[:, axis]) for axis, span in enumerate(self._spans))
        each = _DEGREE + 1
        count = len(points)
        values = down.data.reshape(count, each, 1) * across.data.reshape(count, 1, each)
        width = self._spans[0].count
        places = down.indices.reshape(count, each, 1) * width + across.indices.reshape(
            count, 1, each
        )
        ends = np.arange(0, count * each**2 + 1, each**2)
        shape = (count, width * self._spans[1].count)
        return sparse.csr_array((values.ravel(), places.ravel(), ends), shape=shape)


class SampledBend:
    """A bend known at the corners of a grid: asked for thousands of points at a time."""

    def __init__(self, offsets: Points) -> None:
        """From offsets across and down at the corners of `grid_of` the paper, (ys, xs, 2)."""
        self.grid = offsets
        self._offsets = np.asarray(offsets, np.float32)

    def at(self, points: Points) -> Points:
        """Points of the paper moved to the plane, (n, 2), 0.1 mm."""
        asked = np.asarray(points, np.float64)
        x, y = ((asked + _BEYOND) / _STEP).astype(np.float32).T.reshape(2, -1, 1)
        maps = (np.ascontiguousarray(x), np.ascontiguousarray(y))
        beyond = cv2.BORDER_REPLICATE
        moved = cv2.remap(self._offsets, *maps, cv2.INTER_LINEAR, borderMode=beyond)
        return np.asarray(asked + moved.reshape(-1, 2), np.float64)


def grid_of(size: tuple[int, int]) -> tuple[Points, Points]:
    """Where a bend of paper of a size is sampled: across and down, 0.1 mm."""
    xs, ys = (np.arange(-_BEYOND, side + _BEYOND + _STEP, _STEP, dtype=float) for side in size)
    return xs, ys


def project(matrix: Points, points: Points) -> Points:
    """Points through a homography."""
    mapped = cv2.perspectiveTransform(np.asarray(points, np.float64).reshape(-1, 1, 2), matrix)
    return np.asarray(mapped, np.float64).reshape(-1, 2)


class _Span:
    """Cubic splines along one side of the paper, in centimetres."""

    def __init__(self, side: int) -> None:
        pieces = int(np.ceil((side + 2 * _BEYOND + _STEP) / _KNOTS))
        self.pieces = pieces
        self.step = _KNOTS / _CM
        self.count = pieces + _DEGREE
        first = -_BEYOND / _CM
        self.knots = first + self.step * np.arange(-_DEGREE, pieces + _DEGREE + 1)

    def rows(self, at: Points) -> sparse.csr_array:
        """The weight of each spline at places in 0.1 mm; what lies beyond counts as the end."""
        first, last = self.knots[_DEGREE], self.knots[-_DEGREE - 1]
        inside = np.clip(np.asarray(at, float) / _CM, first, last)
        return BSpline.design_matrix(inside, self.knots, _DEGREE)

    def energy(self, derivative: int) -> npt.NDArray[np.float64]:
        """The integral of each two splines' derivatives, (splines, splines)."""
        nodes, shares = np.polynomial.legendre.leggauss(_DEGREE + 1)
        starts = self.knots[_DEGREE : _DEGREE + self.pieces]
        at = (starts[:, None] + (nodes + 1) / 2 * self.step).ravel()
        amounts = np.tile(shares, self.pieces) * self.step / 2
        splines = BSpline(self.knots, np.eye(self.count), _DEGREE)
        values = splines(at, nu=derivative)
        return np.asarray(values.T @ (values * amounts[:, None]), np.float64)


@cache
def _stiffness(width: int, height: int) -> sparse.csr_array:
    """The energy of bending, of every two splines of a sheet."""
    across, down = ([_Span(side).energy(one) for one in (0, 1, 2)] for side in (width, height))
    terms = (
        sparse.kron(down[0], across[2]),
        2 * sparse.kron(down[1], across[1]),
        sparse.kron(down[2], across[0]),
    )
    return sparse.csr_array(terms[0] + terms[1] + terms[2])


def _banded(matrix: sparse.csr_array, width: int) -> npt.NDArray[np.float64]:
    """The lower diagonals of a symmetric matrix, as the solver wants them."""
    entries = matrix.tocoo()
    below = entries.row >= entries.col
    rows, columns = entries.row[below], entries.col[below]
    banded = np.zeros((width, matrix.shape[0]))
    banded[rows - columns, columns] = entries.data[below]
    return banded
