"""Follows the table's printed rules through a page: what it does between its edges.

Each rule is followed along its normal in the picture laid flat so far, as one smooth line: text
and writing cross it here and there, but nothing else runs along it from end to end. Crossings of
rules would say both directions at once and were found to pull flat pages aside.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from services.scan.image.source import Gray
from shared.kernel.sheet_code import Side
from shared.layout.model import Layout, LineOp, Rect, RectOp

Points = npt.NDArray[np.float64]
# Cuts a rectangle of the layout out of the picture, flat, at some pixels per millimetre.
Cut = Callable[[Rect, float], Gray]
Line = list[tuple[float, float | None]]

# 0.1 mm to each side. Level rules begin and end beside the squares of the edges, so that one is
# known from the next however far it strays between; upright ones must stay the nearest.
LEVEL_REACH, UPRIGHT_REACH = 100, 34
_PX_PER_MM = 5.0
_BLOCK = 60  # 0.1 mm of rule that are measured together
_LONGEST_STEP = 2  # of the followed line from one block to the next, in pixels
_STEP_COST = 0.6
_FAR_COST = 0.02  # an answer near where the edges say needs less evidence
_END_COST = 0.25  # at the ends of level rules much less
_ENDS = 3  # blocks
_MIN_RESPONSE = 4.0  # grey levels a rule is darker than the strip around it
_OVER_NOISE = 3.0  # and how many times as much as other places of the strip
_MIN_SEEN = 0.6  # of a rule's blocks
_LONGEST_GAP = 6  # blocks in a row: a line is not followed through the dark
_END_OFF = 12.0  # 0.1 mm that the end of a level rule may lie off the squares beside it


@dataclass(frozen=True, slots=True)
class Followed:
    """Points of rules of one direction, and how far each lies off along the normal."""

    places: Points  # (n, 2), paper, 0.1 mm
    offsets: Points  # (n,), 0.1 mm, to the right or down
    asked: int  # blocks looked at

    @property
    def share(self) -> float:
        """How much of the rules was really seen."""
        return len(self.offsets) / self.asked if self.asked else 0.0


def follow_rules(layout: Layout, side: Side, cut: Cut, *, is_upright: bool) -> Followed:
    """Follow every upright or level rule of a side's table."""
    places: list[tuple[float, float]] = []
    offsets: list[float] = []
    asked = 0
    for rect, at in _rules(layout, side, is_upright=is_upright):
        strip = cut(rect, _PX_PER_MM)
        line = _line_in(strip.T if is_upright else strip, has_ends=not is_upright)
        asked += len(line)
        if not _is_followed(line, has_ends=not is_upright):
            continue
        for place, offset in line:
            if offset is not None:
                along = (rect.y if is_upright else rect.x) + place
                places.append((at, along) if is_upright else (along, at))
                offsets.append(offset)
    return Followed(np.array(places, float).reshape(-1, 2), np.array(offsets, float), asked)


def _rules(layout: Layout, side: Side, *, is_upright: bool) -> Iterator[tuple[Rect, float]]:
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    face = next(one for one in layout.faces if one.side is side)
    for op in face.statics:
        if isinstance(op, LineOp) and is_upright == (op.x1 == op.x2):
            span = (op.y1, op.y2) if is_upright else (op.x1, op.x2)
            spans[op.x1 if is_upright else op.y1].append(span)
        elif isinstance(op, RectOp) and op.rect.h > 500 and is_upright:
            spans[op.rect.x].append((op.rect.y, op.rect.bottom))
            spans[op.rect.right].append((op.rect.y, op.rect.bottom))
    for at, parts in sorted(spans.items()):
        for first, last in _joined(parts):
            if last - first >= 6 * _BLOCK:
                if is_upright:
                    strip = Rect(at - UPRIGHT_REACH, first, 2 * UPRIGHT_REACH, last - first)
                else:
                    strip = Rect(first, at - LEVEL_REACH, last - first, 2 * LEVEL_REACH)
                yield strip, float(at)


def _joined(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(parts):
        if joined and first <= joined[-1][1] + 5:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _is_followed(line: Line, *, has_ends: bool) -> bool:
    """Whether it is one line from end to end, and not pieces of several."""
    seen = [offset for _, offset in line if offset is not None]
    if len(seen) < max(4, _MIN_SEEN * len(line)):
        return False
    gap = longest = 0
    for _, offset in line:
        gap = gap + 1 if offset is None else 0
        longest = max(longest, gap)
    is_anchored = not has_ends or max(abs(seen[0]), abs(seen[-1])) <= _END_OFF
    return longest <= _LONGEST_GAP and is_anchored


def _line_in(strip: Gray, *, has_ends: bool) -> Line:
    """Of each block of a strip: where its middle is, and the line's offset; both in 0.1 mm."""
    height, width = strip.shape
    profiles = _profiles(strip)
    path = _smoothest(profiles, has_ends=has_ends)
    middle = (height - 1) / 2
    line: Line = []
    for block, row in enumerate(path):
        place = (block + 0.5) * width / len(path) * 10 / _PX_PER_MM
        profile = profiles[block]
        least = max(_MIN_RESPONSE, _OVER_NOISE * float(np.median(profile)))
        if profile[row] < least or not 0 < row < height - 1:
            line.append((place, None))
            continue
        fine = row + _between(profile[row - 1], profile[row], profile[row + 1])
        line.append((place, (fine - middle) * 10 / _PX_PER_MM))
    return line


def _profiles(strip: Gray) -> npt.NDArray[np.float64]:
    """Per block and row, how much darker it is than the paper above and below: (blocks, rows)."""
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (1, 7))
    dark = cv2.morphologyEx(strip, cv2.MORPH_BLACKHAT, kernel)
    width = strip.shape[1]
    blocks = max(1, round(width / (_BLOCK * _PX_PER_MM / 10)))
    each = width // blocks
    starts = np.arange(blocks) * width // blocks
    parts = dark[:, starts[:, None] + np.arange(each)]
    # Not the mean: a stroke across the rule is much darker, and short.
    lower = round(0.4 * (each - 1))
    return np.partition(parts, lower, axis=2)[..., lower].T.astype(np.float64)


def _smoothest(profiles: npt.NDArray[np.float64], *, has_ends: bool) -> list[int]:
    """The row of each block on the one line that is dark and does not jump."""
    blocks, rows = profiles.shape
    far = np.abs(np.arange(rows) - (rows - 1) / 2)
    # A rule's darkness differs from photo to photo; what counts is how it stands out in this one.
    typical = max(_MIN_RESPONSE, float(np.median(profiles.max(axis=1))))
    gain = np.minimum(profiles / typical, 1.5)
    if has_ends:
        gain[:_ENDS] -= _END_COST * far
        gain[-_ENDS:] -= _END_COST * far
    else:
        gain = gain - _FAR_COST * far
    best = gain[0].copy()
    came: list[npt.NDArray[np.intp]] = []
    steps = np.arange(-_LONGEST_STEP, _LONGEST_STEP + 1)
    for block in range(1, blocks):
        options = np.full((len(steps), rows), -np.inf)
        for place, step in enumerate(steps):
            low, high = max(0, int(step)), rows + min(0, int(step))
            options[place, low:high] = best[low - step : high - step] - _STEP_COST * abs(step)
        chosen = options.argmax(axis=0)
        came.append(np.arange(rows) - steps[chosen])
        best = options.max(axis=0) + gain[block]
    row = int(best.argmax())
    path = [row]
    for back in reversed(came):
        row = int(back[row])
        path.append(row)
    return path[::-1]


def _between(before: float, here: float, after: float) -> float:
    """The peak of a parabola through three neighbours, within half a step."""
    curve = before - 2 * here + after
    return float(np.clip((before - after) / (2 * curve), -0.5, 0.5)) if curve < 0 else 0.0
