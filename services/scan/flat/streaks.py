"""Dirt on a scanner's glass draws one line through every page it is fed: it is taken away again.

Such a line is straight, narrow, and runs from end to end of the picture: along a column, or of a
page that was turned along a row, and slanted where the scanner has straightened the page by
itself. No rule of a sheet reaches into both margins.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.scan.image.source import Gray

_BESIDE = 0.003  # of the longer side: how far beside it the page is itself again, about 0.9 mm
_DARKER = 14  # grey levels than both its sides
_LINES, _OFTEN = 48, 0.8  # a first glance at a few lines, and in how many of them it must show
_TALL = 9  # pixels of a line: a fax draws grey as dots
_SLANT = 0.05  # pixels aside for each along: three degrees
_BLOCKS = 24  # of the whole length, each asked by itself
_SHOWN = 0.5  # of a block's lines in which it must show; print beside it hides it in the others
_THROUGH = 0.85  # of the blocks

Lines = npt.NDArray[np.float32]
Columns = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Streak:
    """The columns it takes halfway down, first to last, and how far it goes aside for each row."""

    first: int
    last: int
    slant: float

    def places(self, shape: tuple[int, ...], aside: npt.ArrayLike) -> tuple[Columns, Columns]:
        """Row and column of what lies so far aside of its first column, in each row of a picture."""
        height, width = shape
        rows = np.arange(height)[:, None]
        first = np.round(self.first + self.slant * (rows - height / 2)).astype(np.intp)
        return rows, (first + np.asarray(aside)).clip(0, width - 1)


def without_streaks(picture: Gray) -> Gray:
    """The same picture without such lines; what crosses them is drawn on from both sides.

    What lay under one was seen by nobody, so nothing is lost. The picture itself stays as it is.
    """
    clean = _without_columns(picture)
    turned = _without_columns(clean.T)
    return clean if turned.base is clean else np.ascontiguousarray(turned.T)


def _without_columns(picture: Gray) -> Gray:
    beside = max(4, round(_BESIDE * max(picture.shape)))
    if min(picture.shape) < 8 * beside:
        return picture
    found = [one for one in _glanced(picture, beside) if _runs_through(picture, one, beside)]
    if not found:
        return picture
    clean = picture.copy()
    for one in found:
        _draw_on(clean, one)
    return clean


def _draw_on(picture: Gray, streak: _Streak) -> None:
    """Fill a line from what lies to both sides of it, row by row."""
    places = streak.places(picture.shape, range(-2, streak.last - streak.first + 3))
    under = picture[places].astype(np.float32)
    share = np.linspace(0, 1, under.shape[1], dtype=np.float32)
    picture[places] = np.round(under[:, :1] * (1 - share) + under[:, -1:] * share).astype(np.uint8)


def _glanced(picture: Gray, beside: int) -> list[_Streak]:
    """What is darker than both sides in most of a few lines, all of the one slant that fits best."""
    height, width = picture.shape
    rows = np.linspace(0, height - _TALL, _LINES + 2).astype(int)[1:-1]
    lines = np.stack([picture[row : row + _TALL].mean(axis=0, dtype=np.float32) for row in rows])
    which, across = np.nonzero(_is_darker(lines, beside))
    along = rows[which] + _TALL / 2 - height / 2
    best: tuple[int, list[_Streak]] = (0, [])
    for end in range(-round(_SLANT * height / 2), round(_SLANT * height / 2) + 1):
        slant = end / (height / 2)
        at = np.round(across - slant * along).astype(np.intp)
        votes = np.bincount(at[(at >= 0) & (at < width)], minlength=width)
        columns = np.flatnonzero(votes >= _OFTEN * _LINES)
        if columns.size and (most := int(votes[columns].sum())) > best[0]:
            best = most, [_Streak(*run, slant) for run in _runs(columns, beside)]
    return best[1]


def _is_darker(lines: Lines, beside: int) -> npt.NDArray[np.bool_]:
    """Of every place of some lines whether it is darker than both of its sides."""
    least = np.full_like(lines, -1)
    least[:, beside:-beside] = np.minimum(lines[:, 2 * beside :], lines[:, : -2 * beside])
    return np.asarray(least - lines >= _DARKER, bool)


def _runs(columns: Columns, beside: int) -> Iterator[tuple[int, int]]:
    """First and last of columns that lie side by side; wide ones are no streak."""
    for run in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1):
        if 0 < len(run) <= beside:
            yield int(run[0]), int(run[-1])


def _runs_through(picture: Gray, streak: _Streak, beside: int) -> bool:
    """Whether a line is darker than its sides from end to end, both ends included."""
    wide = streak.last - streak.first
    aside = (-beside, wide + beside, *range(wide + 1))
    near = picture[streak.places(picture.shape, aside)]
    near = near[: len(near) // _TALL * _TALL].reshape(-1, _TALL, len(aside)).mean(axis=1)
    darker = near[:, :2].min(axis=1) - near[:, 2:].min(axis=1) >= _DARKER
    shown = np.array([one.mean() >= _SHOWN for one in np.array_split(darker, _BLOCKS)])
    return bool(shown[0] and shown[-1] and shown.mean() >= _THROUGH)
