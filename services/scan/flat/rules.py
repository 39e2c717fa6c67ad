"""Follows the table's printed rules through a page: what it does between its edges.

Each rule is followed along its normal in the picture laid flat so far, as one smooth line: text
and writing cross it here and there, but nothing else runs along it from end to end. Crossings of
rules would say both directions at once and were found to pull flat pages aside.

The page is cut out once, and all rules of a direction are followed together: as one array of
(rules, blocks of their length, pixels to both sides).
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
Levels = npt.NDArray[np.float32]
# Cuts a rectangle of the layout out of the picture, flat, at some pixels per millimetre.
Cut = Callable[[Rect, float], Gray]

# 0.1 mm to each side. Level rules begin and end beside the squares of the edges, so that one is
# known from the next however far it strays between; upright ones must stay the nearest, and so
# must the frames that fields at the page's foot have.
LEVEL_REACH, UPRIGHT_REACH, FRAME_REACH = 100, 34, 24
_PX_PER_MM = 4.0
_PIXEL = 10 / _PX_PER_MM  # 0.1 mm
_PIECE = 4  # pixels along a rule that are taken together
_PIECES = 6  # of a block: 6 mm of rule that are measured together
_RULE_PX = 7  # thicker than a rule, thinner than what stands beside it
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

    def joined(self, other: "Followed") -> "Followed":
        """With places of other rules besides, which nobody asked for."""
        return Followed(
            np.concatenate([self.places, other.places]),
            np.concatenate([self.offsets, other.offsets]),
            self.asked,
        )

    def turned(self) -> "Followed":
        """The same where what was followed along x runs along y."""
        return Followed(self.places[:, ::-1], self.offsets, self.asked)

    @property
    def share(self) -> float:
        """How much of the rules was really seen."""
        return min(1.0, len(self.offsets) / self.asked) if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class _Rule:
    """A printed line: where it lies, and from where to where, 0.1 mm."""

    at: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Strips:
    """What is seen along the rules of one direction.

    `dark` is (rules, blocks, pixels across), how much darker than what is beside it; blocks past
    a rule's end hold nothing. Places in 0.1 mm: of the blocks' middles, and across of pixel 0.
    """

    dark: Levels
    blocks: npt.NDArray[np.intp]  # (rules,), of each
    along: Points  # (rules, blocks)
    across: Points  # (rules,), relative to the rule


def follow_rules(layout: Layout, side: Side, cut: Cut) -> tuple[Followed, Followed]:
    """Follow every rule of a side: the level ones, frames of fields among them, and the upright."""
    level, upright = (_rules(layout, side, is_upright=one) for one in (False, True))
    foot = max((rule.at for rule in level), default=0)
    frames = tuple(rule for rule in _frames(layout, side) if rule.at > foot)
    area = _area((*level, *frames), upright)
    flat = cut(area, _PX_PER_MM)
    framed = _followed(frames, _strips(flat, frames, area, FRAME_REACH), has_ends=False)
    turned = _strips(flat.T, upright, _turned(area), UPRIGHT_REACH)
    return (
        _followed(level, _strips(flat, level, area, LEVEL_REACH)).joined(framed),
        _followed(upright, turned, has_ends=False).turned(),
    )


def _rules(layout: Layout, side: Side, *, is_upright: bool) -> tuple[_Rule, ...]:
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    face = next(one for one in layout.faces if one.side is side)
    for op in face.statics:
        if isinstance(op, LineOp) and is_upright == (op.x1 == op.x2):
            span = (op.y1, op.y2) if is_upright else (op.x1, op.x2)
            spans[op.x1 if is_upright else op.y1].append(span)
        elif isinstance(op, RectOp) and op.rect.h > 500 and is_upright:
            spans[op.rect.x].append((op.rect.y, op.rect.bottom))
            spans[op.rect.right].append((op.rect.y, op.rect.bottom))
    least = 6 * _PIECE * _PIECES * _PIXEL
    return tuple(
        _Rule(at, first, last)
        for at, parts in sorted(spans.items())
        for first, last in _joined(parts)
        if last - first >= least
    )


def _frames(layout: Layout, side: Side) -> tuple[_Rule, ...]:
    """The level sides of fields with a frame of their own: below the table nothing else is known."""
    face = next(one for one in layout.faces if one.side is side)
    least = 6 * _PIECE * _PIECES * _PIXEL
    boxes = [op.rect for op in face.statics if isinstance(op, RectOp) and op.rect.h <= 500]
    found = {
        _Rule(at, box.x, box.right) for box in boxes if box.w >= least for at in (box.y, box.bottom)
    }
    return tuple(sorted(found, key=lambda rule: (rule.at, rule.first)))


def _joined(parts: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(parts):
        if joined and first <= joined[-1][1] + 5:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    yield from joined


def _area(level: tuple[_Rule, ...], upright: tuple[_Rule, ...]) -> Rect:
    """What is cut out for all of them: whole pieces wide and high."""
    xs = [*(one.first for one in level), *(one.last for one in level)]
    xs += [one.at + side * UPRIGHT_REACH for one in upright for side in (-1, 1)]
    ys = [*(one.first for one in upright), *(one.last for one in upright)]
    ys += [one.at + side * LEVEL_REACH for one in level for side in (-1, 1)]
    if not xs:
        return Rect(0, 0, 1, 1)
    whole = round(_PIECE * _PIXEL)
    left, top = min(xs) - whole, min(ys) - whole
    width, height = (
        -(-(most - least) // whole) * whole
        for most, least in ((max(xs) + whole, left), (max(ys) + whole, top))
    )
    return Rect(left, top, width, height)


def _turned(rect: Rect) -> Rect:
    return Rect(rect.y, rect.x, rect.h, rect.w)


def _strips(flat: Gray, rules: tuple[_Rule, ...], area: Rect, reach: int) -> _Strips:
    """Cut along x: what lies up to `reach` above and below each rule."""
    rows = round(2 * reach / _PIXEL)
    each = round(_PIECE * _PIXEL)  # 0.1 mm of a piece
    starts = np.array([-(-(rule.first - area.x) // each) for rule in rules], np.intp)
    ends = np.array([(rule.last - area.x) // each for rule in rules], np.intp)
    blocks = (ends - starts) // _PIECES
    most = int(blocks.max(initial=0))
    tops = np.array([round((rule.at - area.y) / _PIXEL - rows / 2) for rule in rules], np.intp)
    columns = starts[:, None] + np.arange(most * _PIECES)
    pieces = _pieces_of(np.ascontiguousarray(flat))
    columns = np.minimum(columns, pieces.shape[1] - 1)
    seen = pieces[(tops[:, None] + np.arange(rows))[:, None, :], columns[:, :, None]]
    # Not the mean: a stroke across the rule is much darker, and short.
    parts = seen.reshape(len(rules), most, _PIECES, rows)
    dark = np.partition(parts, _PIECES // 2, axis=2)[:, :, _PIECES // 2]
    dark[np.arange(most) >= blocks[:, None]] = 0
    middles = area.x + (starts[:, None] + (np.arange(most) + 0.5) * _PIECES) * each
    across = area.y + (tops + 0.5) * _PIXEL - np.array([rule.at for rule in rules], float)
    return _Strips(dark, blocks, middles, across)


def _pieces_of(flat: Gray) -> Levels:
    """How much darker each place is than above and below it, pieces of a row together."""
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (1, _RULE_PX))
    dark = cv2.morphologyEx(flat, cv2.MORPH_BLACKHAT, kernel)
    size = (flat.shape[1] // _PIECE, flat.shape[0])
    pieces = cv2.resize(dark.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(pieces, np.float32)


def _followed(rules: tuple[_Rule, ...], strips: _Strips, *, has_ends: bool = True) -> Followed:
    asked = int(strips.blocks.sum())
    if not asked:
        return Followed(np.empty((0, 2)), np.empty(0), 0)
    rows = _smoothest(strips, has_ends=has_ends)
    fine, is_seen = _measured(strips.dark, rows)
    is_seen &= np.arange(rows.shape[1]) < strips.blocks[:, None]
    offsets = strips.across[:, None] + fine * _PIXEL
    for place, count in enumerate(strips.blocks):
        if not _is_one_line(is_seen[place, :count], offsets[place, :count], has_ends=has_ends):
            is_seen[place] = False
    at = np.broadcast_to(np.array([[rule.at] for rule in rules], float), rows.shape)
    places = np.stack([one[is_seen] for one in (strips.along, at)], axis=1)
    return Followed(places, offsets[is_seen], asked)


def _measured(dark: Levels, rows: npt.NDArray[np.intp]) -> tuple[Points, npt.NDArray[np.bool_]]:
    """Of each block on the path: the line's row to a fraction, and whether it is really there."""
    last = dark.shape[2] - 1
    inner = np.clip(rows, 1, last - 1)
    before, here, after = (
        np.take_along_axis(dark, (inner + step)[..., None], axis=2)[..., 0].astype(np.float64)
        for step in (-1, 0, 1)
    )
    least = np.maximum(_MIN_RESPONSE, _OVER_NOISE * np.median(dark, axis=2))
    is_seen = (here >= least) & (rows > 0) & (rows < last)
    curve = before - 2 * here + after
    # The peak of a parabola through three neighbours, within half a step.
    shift = np.where(curve < 0, (before - after) / np.where(curve < 0, 2 * curve, 1), 0.0)
    return inner + np.clip(shift, -0.5, 0.5), is_seen


def _is_one_line(is_seen: npt.NDArray[np.bool_], offsets: Points, *, has_ends: bool) -> bool:
    """Whether it is one line from end to end, and not pieces of several."""
    places = np.flatnonzero(is_seen)
    if len(places) < max(4, _MIN_SEEN * len(is_seen)):
        return False
    gaps = np.diff(np.concatenate([[-1], places, [len(is_seen)]])) - 1
    ends = np.abs(offsets[places[[0, -1]]])
    return bool(gaps.max() <= _LONGEST_GAP and (not has_ends or ends.max() <= _END_OFF))


def _smoothest(strips: _Strips, *, has_ends: bool) -> npt.NDArray[np.intp]:
    """The row of each block on each rule's one line that is dark and does not jump."""
    gain = _gain(strips, has_ends=has_ends)
    rules, blocks, rows = gain.shape
    steps = np.arange(-_LONGEST_STEP, _LONGEST_STEP + 1)
    cost = np.float32(_STEP_COST) * np.abs(steps).astype(np.float32)
    best = gain[:, 0]
    came = np.empty((blocks, rules, rows), np.intp)
    for block in range(1, blocks):
        reached = np.full((rules, rows + 2 * _LONGEST_STEP), -np.inf, np.float32)
        reached[:, _LONGEST_STEP:-_LONGEST_STEP] = best
        options = np.lib.stride_tricks.sliding_window_view(reached, len(steps), axis=1) - cost
        chosen = options.argmax(axis=2)
        came[block] = np.arange(rows) + steps[chosen]
        best = np.take_along_axis(options, chosen[..., None], axis=2)[..., 0] + gain[:, block]
    path = np.empty((rules, blocks), np.intp)
    path[:, -1] = best.argmax(axis=1)
    for block in range(blocks - 1, 0, -1):
        path[:, block - 1] = came[block][np.arange(rules), path[:, block]]
    return path


def _gain(strips: _Strips, *, has_ends: bool) -> Levels:
    """What a line wins by passing a place: nothing past its rule's end, where it costs nothing."""
    dark, blocks = strips.dark, strips.blocks
    order = np.arange(dark.shape[1])
    is_rule = order < blocks[:, None]
    # A rule's darkness differs from photo to photo; what counts is how it stands out in this one.
    peaks = np.where(is_rule, dark.max(axis=2), np.nan)
    typical = np.maximum(_MIN_RESPONSE, np.nanmedian(peaks, axis=1)).astype(np.float32)
    gain = np.minimum(dark / typical[:, None, None], np.float32(1.5))
    far = np.abs(np.arange(dark.shape[2]) - (dark.shape[2] - 1) / 2).astype(np.float32)
    costs = np.full(is_rule.shape, 0.0 if has_ends else _FAR_COST, np.float32)
    if has_ends:
        costs[(order < _ENDS) | (order >= blocks[:, None] - _ENDS)] = _END_COST
    costs[~is_rule] = 0
    return np.asarray(gain - costs[:, :, None] * far, np.float32)
